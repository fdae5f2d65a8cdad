import { defineProfile } from '../define.ts';

/** Activity: date, time and zone in three columns; headers, words and numbers follow the account's language. Memo rows move no money. */
export const paypalActivity = defineProfile({
  id: 'paypal.activity',
  vendor: 'paypal',
  title: 'PayPal activity',
  signature: ['Date', 'Time', 'TimeZone', 'Gross', 'Fee', 'Net', 'Transaction ID'],
  aliases: {
    Date: ['Datum'],
    Time: ['Uhrzeit'],
    TimeZone: ['Time Zone', 'Zeitzone'],
    Type: ['Typ'],
    Currency: ['Währung'],
    Gross: ['Brutto'],
    Fee: ['Gebühr'],
    Net: ['Netto'],
    'From Email Address': ['Absender E-Mail-Adresse'],
    'Transaction ID': ['Transaktionscode'],
    'Item Title': ['Artikelbezeichnung'],
    'Invoice Number': ['Rechnungsnummer'],
    'Balance Impact': ['Auswirkung auf Guthaben'],
  },
  skip: [{ column: 'Balance Impact', is: ['memo'], reason: 'The row moves no money (Memo).' }],
  entities: [
    {
      entity: 'transaction',
      columns: {
        'Transaction ID': { field: 'external_id' },
        Date: { field: 'at', time: 'Time', zoneColumn: 'TimeZone' },
        Name: { field: 'party.name' },
        'From Email Address': { field: 'party.email' },
        Type: { field: 'kind' },
        Status: { field: 'status', values: { abgeschlossen: 'Completed', ausstehend: 'Pending' } },
        Currency: { field: 'currency' },
        Gross: { field: 'amount' },
        Fee: { field: 'fee' },
        'Invoice Number': { field: 'invoice_id' },
        'Item Title': { field: 'product' },
      },
    },
  ],
});

import { AS_OF, day, dmy } from '../calendar.ts';
import type { Day } from '../calendar.ts';
import { csv, decimal, record } from '../csv.ts';
import type { Company, OrderLine, World } from '../model.ts';
import { XERO_INVOICES } from './headers.ts';
import type { PlantedRow, SampleFile } from './sample-file.ts';

/** Whom Xero bills: contact name and address, as the bookkeeping typed them. */
export function xeroIdentity(c: Company): { name: string; email: string } {
  if (c.story === 'duplicate-spelling')
    return { name: 'Falkenrohde Feinmechanik GmbH & Co KG', email: `rechnung@${c.domain}` };
  if (c.story === 'duplicate-postcode') return { name: c.name, email: '' };
  if (c.index % 25 === 4) return { name: c.name, email: '' };
  return {
    name: c.index % 16 === 9 ? c.base : c.name,
    email: c.index % 2 === 0 ? `rechnung@${c.domain}` : c.contacts[0]!.email,
  };
}

type Document = {
  c: Company;
  day: Day;
  number: string;
  reference: string;
  lines: readonly OrderLine[];
  type: 'Sales invoice' | 'Sales credit note';
  status: 'Paid' | 'Awaiting Payment' | 'Draft' | 'Voided';
};
export type XeroNotes = {
  documents: number;
  creditNotes: number;
  drafts: { company: string; number: string }[];
  voided: { company: string; number: string }[];
};

/** One row per line item; the totals of the document repeat on each. Dates dd/MM/yyyy. */
export function xeroInvoices({ companies }: World): { file: SampleFile; notes: XeroNotes } {
  const headers = XERO_INVOICES;
  const documents: Document[] = [];
  for (const c of companies) {
    for (const o of c.orders) {
      if (o.paidBy === 'card') continue;
      documents.push({
        c,
        day: o.day,
        number: o.number,
        reference: `PO ${4000 + ((c.index * 31 + o.day) % 5000)}`,
        lines: o.lines,
        type: 'Sales invoice',
        status: o.paidDay === null ? 'Awaiting Payment' : 'Paid',
      });
      if (o.credit)
        documents.push({
          c,
          day: o.credit.day,
          number: o.credit.number,
          reference: o.number,
          lines: o.credit.lines,
          type: 'Sales credit note',
          status: 'Paid',
        });
    }
  }
  // Documents that are no orders: drafts for prospects, voided invoices of one-time customers.
  const line: OrderLine = {
    code: 'KAL-STD',
    text: 'Calibration, standard set',
    quantity: 2,
    unit: 9500,
    net: 19000,
    tax: 3610,
  };
  const aside = (status: 'Draft' | 'Voided', whose: Company[], from: string): void =>
    whose.forEach((c, i) =>
      documents.push({
        c,
        day: day(from) + i * 8,
        number: `INV-${status === 'Draft' ? 29001 + i : 29101 + i}`,
        reference: '',
        lines: [line],
        type: 'Sales invoice',
        status,
      }),
    );
  const german = companies.filter((c) => c.country === 'Germany' && c.story === null);
  aside(
    'Draft',
    german
      .filter(
        (c) => c.to === 'prospect' && c.from === 'prospect' && c.salesforceId !== null && xeroIdentity(c).email !== '',
      )
      .slice(0, 3),
    '2026-09-02',
  );
  aside(
    'Voided',
    german.filter((c) => c.to === 'customer' && c.from === 'customer' && c.pays === 'transfer').slice(0, 2),
    '2026-08-05',
  );
  documents.sort((a, b) => a.day - b.day || (a.number < b.number ? -1 : 1));

  const file = csv({ quote: 'needed', eol: '\r\n', delimiter: ',', encoding: 'utf-8' }, headers);
  const rows = (d: Document, invoiceDate: string): number[] => {
    const who = xeroIdentity(d.c);
    const tax = d.lines.reduce((total, l) => total + l.tax, 0);
    const total = d.lines.reduce((sum, l) => sum + l.net, 0) + tax;
    return d.lines.map((l) =>
      file.add(
        record(headers, {
          ContactName: who.name,
          EmailAddress: who.email,
          POAddressLine1: d.c.street,
          POCity: d.c.city,
          PORegion: d.c.region,
          POPostalCode: d.c.postcode,
          POCountry: d.c.country,
          InvoiceNumber: d.number,
          Reference: d.reference,
          InvoiceDate: invoiceDate,
          DueDate: dmy(d.day + 30, '/'),
          Total: decimal(total, 4),
          TaxTotal: decimal(tax, 4),
          InvoiceAmountPaid: decimal(d.status === 'Paid' ? total : 0, 4),
          InvoiceAmountDue: decimal(d.status === 'Paid' || d.status === 'Voided' ? 0 : total, 4),
          InventoryItemCode: l.code,
          Description: l.text,
          Quantity: decimal(l.quantity * 100, 4),
          UnitAmount: decimal(l.unit, 4),
          LineAmount: decimal(l.net, 4),
          AccountCode: '200',
          TaxType: l.tax > 0 ? '19% (VAT on Income)' : 'Tax Exempt (0%)',
          TaxAmount: decimal(l.tax, 4),
          Currency: d.c.currency,
          Type: d.type,
          Sent: d.status === 'Draft' ? '' : 'Sent',
          Status: d.status,
        }),
      ),
    );
  };
  const planted: PlantedRow[] = [];
  documents.forEach((d, i) => {
    rows(d, dmy(d.day, '/'));
    if (i === Math.floor(documents.length / 2)) {
      const [at] = rows(
        { ...d, number: 'INV-29201', reference: '', lines: [line], type: 'Sales invoice', status: 'Paid' },
        '31/06/2025',
      );
      planted.push({ line: at!, column: 'InvoiceDate', value: '31/06/2025', outcome: 'reject', why: 'no such day' });
    }
  });
  if (documents.some((d) => d.day > AS_OF)) throw new Error('an invoice after the as-of day');
  const names = (status: Document['status']): { company: string; number: string }[] =>
    documents.filter((d) => d.status === status).map((d) => ({ company: d.c.name, number: d.number }));
  return {
    file: { name: 'xero--sales-invoices.csv', bytes: file.bytes(), records: file.records, planted },
    notes: {
      documents: documents.length,
      creditNotes: documents.filter((d) => d.type === 'Sales credit note').length,
      drafts: names('Draft'),
      voided: names('Voided'),
    },
  };
}

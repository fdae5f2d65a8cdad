import { defineProfile } from '../define.ts';

/**
 * Sales invoices: one row per line item, the document's totals repeat on each and count once. Dates follow the region of the
 * organisation, day first unless a value says otherwise.
 */
export const xeroSalesInvoices = defineProfile({
  id: 'xero.sales-invoices',
  vendor: 'xero',
  title: 'Xero sales invoices',
  signature: ['ContactName', 'InvoiceNumber', 'InvoiceDate', 'InvoiceAmountPaid', 'InvoiceAmountDue', 'LineAmount'],
  dateOrder: 'dmy',
  group: { columns: ['InvoiceNumber', 'Type', 'ContactName'] },
  entities: [
    {
      entity: 'transaction',
      columns: {
        InvoiceNumber: [{ field: 'external_id' }, { field: 'number' }],
        ContactName: { field: 'account.name' },
        EmailAddress: { field: 'party.email' },
        InvoiceDate: { field: 'at' },
        DueDate: { field: 'due_at' },
        Total: { field: 'amount' },
        TaxTotal: { field: 'tax' },
        InvoiceAmountDue: { field: 'open_balance' },
        Currency: { field: 'currency' },
        Type: { field: 'kind' },
        Status: { field: 'status' },
        Description: { field: 'product' },
        Quantity: { field: 'quantity' },
        Reference: { field: 'memo' },
      },
    },
  ],
});

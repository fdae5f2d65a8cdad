import { defineProfile } from '../define.ts';

/** Journal: a document is a block of split lines whose first line carries date, type and number, closed by a line of totals. */
export const quickbooksJournal = defineProfile({
  id: 'quickbooks.journal',
  vendor: 'quickbooks',
  title: 'QuickBooks Online journal',
  signature: ['Date', 'Transaction Type', 'Num', 'Name', 'Memo/Description', 'Account', 'Debit', 'Credit'],
  group: { columns: ['Date', 'Transaction Type', 'Num'], continues: true },
  entities: [
    {
      entity: 'transaction',
      key: ['kind', 'number'],
      columns: {
        Date: { field: 'at' },
        'Transaction Type': { field: 'kind' },
        Num: { field: 'number' },
        Name: { field: 'account.name' },
        Debit: { field: 'amount' },
        Credit: { field: 'amount' },
        'Memo/Description': { field: 'memo' },
      },
    },
  ],
});

/** Ageing: states what is open of each document; it never makes an order. */
export const quickbooksAging = defineProfile({
  id: 'quickbooks.ar-aging',
  vendor: 'quickbooks',
  title: 'QuickBooks Online A/R ageing detail',
  snapshot: true,
  signature: ['Customer', 'Transaction Type', 'Date', 'Num', 'Due Date', 'Open Balance'],
  entities: [
    {
      entity: 'transaction',
      key: ['kind', 'number'],
      columns: {
        Customer: { field: 'account.name' },
        'Transaction Type': { field: 'kind' },
        Date: { field: 'at' },
        Num: { field: 'number' },
        'Due Date': { field: 'due_at' },
        'Open Balance': { field: 'open_balance' },
      },
    },
  ],
});

/**
 * General ledger: the rows of one account stand below its name, and a document has a row in several accounts; it is read from the
 * accounts of receivables and income, once.
 */
export const quickbooksGeneralLedger = defineProfile({
  id: 'quickbooks.general-ledger',
  vendor: 'quickbooks',
  title: 'QuickBooks Online general ledger',
  signature: ['Date', 'Transaction Type', 'Num', 'Name', 'Memo/Description', 'Split', 'Amount', 'Balance'],
  sections: { column: 'column 1', keep: 'receivable|debtor|income|revenue|sales|forderung|debitor|erl\u00F6s' },
  skip: [{ column: 'Date', pattern: '^beginning balance$', reason: 'A balance brought forward.' }],
  entities: [
    {
      entity: 'transaction',
      key: ['kind', 'number'],
      columns: {
        Date: { field: 'at' },
        'Transaction Type': { field: 'kind' },
        Num: { field: 'number' },
        Name: { field: 'account.name' },
        Amount: { field: 'amount' },
        'Memo/Description': { field: 'memo' },
      },
    },
  ],
});

import { defineProfile } from '../define.ts';

/** Orders: one row per line item, the order's columns on the first row only. `Name` is the order number. */
export const shopifyOrders = defineProfile({
  id: 'shopify.orders',
  vendor: 'shopify',
  title: 'Shopify orders',
  signature: ['Name', 'Financial Status', 'Fulfillment Status', 'Lineitem quantity', 'Lineitem name'],
  group: { columns: ['Name'] },
  entities: [
    {
      entity: 'transaction',
      constants: { kind: 'invoice' },
      columns: {
        Id: { field: 'external_id', strip: "'" },
        Name: { field: 'number' },
        Email: { field: 'party.email' },
        'Billing Name': { field: 'party.name' },
        'Billing Company': { field: 'account.name' },
        'Created at': { field: 'at' },
        'Paid at': { field: 'paid_at' },
        Total: { field: 'amount' },
        Taxes: { field: 'tax' },
        'Refunded Amount': { field: 'refunded' },
        'Outstanding Balance': { field: 'open_balance' },
        Currency: { field: 'currency' },
        'Financial Status': { field: 'status' },
        'Lineitem name': { field: 'product' },
        'Lineitem quantity': { field: 'quantity' },
        Notes: { field: 'memo' },
      },
    },
  ],
});

/** Customers before 2023: no id, the e-mail address identifies. */
export const shopifyCustomers = defineProfile({
  id: 'shopify.customers',
  vendor: 'shopify',
  title: 'Shopify customers',
  signature: ['Accepts Email Marketing', 'Province Code', 'Total Spent', 'Total Orders', 'Tax Exempt'],
  entities: [
    {
      entity: 'party',
      columns: {
        'Customer ID': { field: 'external_id', strip: "'" },
        'First Name': { field: 'given_name' },
        'Last Name': { field: 'family_name' },
        Email: { field: 'email' },
        Phone: { field: 'phone', strip: "'" },
        Company: { field: 'company' },
        'Accepts Email Marketing': { field: 'consent' },
        Tags: { field: 'tags' },
      },
    },
  ],
});

import { defineProfile } from '../define.ts';

/** Customers: several may carry one e-mail address. Times are UTC by header. */
export const stripeCustomers = defineProfile({
  id: 'stripe.customers',
  vendor: 'stripe',
  title: 'Stripe customers',
  signature: ['id', 'Created (UTC)', 'Delinquent', 'Total Spend', 'Payment Count'],
  zone: 'UTC',
  entities: [
    {
      entity: 'party',
      columns: {
        id: { field: 'external_id' },
        Email: { field: 'email' },
        Name: { field: 'name' },
        Description: { field: 'company' },
        'Created (UTC)': { field: 'created_at' },
        'vat_id (metadata)': { field: 'tax_id' },
      },
    },
  ],
  aliases: { 'vat_id (metadata)': ['Tax ID', 'tax_id (metadata)', 'vat (metadata)', 'VAT ID (metadata)'] },
});

/** Payments: major units, currency per row; a refund sits in the payment's row; a dispute is a ticket as well. */
export const stripePayments = defineProfile({
  id: 'stripe.payments',
  vendor: 'stripe',
  title: 'Stripe payments',
  signature: ['id', 'Amount Refunded', 'Customer Email', 'Currency', ['PaymentIntent ID', 'Card ID', 'Seller Message']],
  orSignature: [['id', 'Seller Message', 'Amount Refunded', 'Customer Email', 'PaymentIntent ID']],
  aliases: { 'Created (UTC)': ['Created date (UTC)', 'Created'] },
  zone: 'UTC',
  entities: [
    {
      entity: 'transaction',
      constants: { kind: 'payment' },
      columns: {
        id: { field: 'external_id' },
        'Created (UTC)': { field: 'at' },
        Amount: { field: 'amount' },
        'Amount Refunded': { field: 'refunded' },
        Currency: { field: 'currency' },
        Fee: { field: 'fee' },
        Tax: { field: 'tax' },
        Status: { field: 'status' },
        Description: { field: 'memo' },
        'Invoice ID': { field: 'invoice_id' },
        'Customer ID': { field: 'party.external_id' },
        'Customer Email': { field: 'party.email' },
      },
    },
    {
      entity: 'ticket',
      when: { columns: ['Dispute Status', 'Dispute Reason', 'Dispute Date (UTC)'] },
      constants: { subject: 'Payment dispute', channel: 'payment' },
      columns: {
        id: { field: 'external_id' },
        'Dispute Date (UTC)': { field: 'opened_at' },
        'Created (UTC)': { field: 'payment_created' },
        'Dispute Status': [{ field: 'status' }, { field: 'dispute', filled: [] }],
        'Dispute Reason': { field: 'dispute_reason' },
        'Customer ID': { field: 'party.external_id' },
        'Customer Email': { field: 'party.email' },
      },
    },
  ],
});

export const stripeSubscriptions = defineProfile({
  id: 'stripe.subscriptions',
  vendor: 'stripe',
  title: 'Stripe subscriptions',
  signature: ['id', 'Current Period Start (UTC)', 'Current Period End (UTC)', 'Canceled At (UTC)'],
  zone: 'UTC',
  entities: [
    {
      entity: 'subscription',
      columns: {
        id: { field: 'external_id' },
        'Customer ID': { field: 'party.external_id' },
        'Customer Email': { field: 'party.email' },
        'Customer Name': { field: 'party.name' },
        Plan: { field: 'product' },
        Status: { field: 'status' },
        Amount: { field: 'amount' },
        Currency: { field: 'currency' },
        Interval: { field: 'interval' },
        'Start (UTC)': { field: 'started_at' },
        'Start Date (UTC)': { field: 'started_at' },
        'Current Period End (UTC)': { field: 'renews_at' },
        'Canceled At (UTC)': { field: 'cancelled_at' },
        'Ended At (UTC)': { field: 'ended_at' },
        'Cancellation Reason': { field: 'cancel_reason' },
      },
    },
  ],
});

import { defineProfile } from '../define.ts';

const COLUMNS = {
  LEID: { field: 'external_id' },
  'Email Address': { field: 'email' },
  'First Name': { field: 'given_name' },
  'Last Name': { field: 'family_name' },
  Company: { field: 'company' },
  'Phone Number': { field: 'phone' },
  OPTIN_TIME: { field: 'created_at' },
  CONFIRM_TIME: { field: 'created_at' },
  TAGS: { field: 'tags' },
};

export const mailchimpAudience = defineProfile({
  id: 'mailchimp.audience',
  vendor: 'mailchimp',
  title: 'Mailchimp audience',
  signature: ['Email Address', 'MEMBER_RATING', 'OPTIN_TIME', 'LEID', 'EUID'],
  zone: 'UTC',
  entities: [{ entity: 'party', columns: COLUMNS }],
});

export const mailchimpUnsubscribed = defineProfile({
  id: 'mailchimp.audience-unsubscribed',
  vendor: 'mailchimp',
  title: 'Mailchimp audience (unsubscribed)',
  signature: ['Email Address', 'UNSUB_TIME', 'UNSUB_CAMPAIGN_TITLE', 'UNSUB_REASON', 'MEMBER_RATING', 'LEID'],
  zone: 'UTC',
  entities: [
    {
      entity: 'party',
      columns: { ...COLUMNS, UNSUB_TIME: { field: 'unsubscribed_at' } },
      constants: { opt_out: true },
    },
  ],
});

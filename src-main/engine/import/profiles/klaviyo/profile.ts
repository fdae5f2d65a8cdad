import { defineProfile } from '../define.ts';

export const klaviyoCampaigns = defineProfile({
  id: 'klaviyo.campaigns',
  vendor: 'klaviyo',
  title: 'Klaviyo campaigns',
  signature: ['Campaign Name', 'Send Time', 'Total Recipients', 'Campaign Channel'],
  entities: [
    {
      entity: 'campaign',
      columns: {
        'Campaign ID': { field: 'external_id' },
        'Campaign Name': { field: 'name' },
        'Campaign Channel': { field: 'channel' },
        'Send Time': { field: 'sent_at' },
        'Total Recipients': { field: 'recipients' },
        'Unique Opens': { field: 'opens' },
        'Unique Clicks': { field: 'clicks' },
        Unsubscribes: { field: 'unsubscribes' },
        Revenue: { field: 'revenue' },
      },
    },
  ],
});

export const klaviyoProfiles = defineProfile({
  id: 'klaviyo.profiles',
  vendor: 'klaviyo',
  title: 'Klaviyo profiles',
  signature: ['Email', 'Klaviyo ID', 'Email Marketing Consent'],
  entities: [
    {
      entity: 'party',
      columns: {
        'Klaviyo ID': { field: 'external_id' },
        Email: { field: 'email' },
        'First Name': { field: 'given_name' },
        'Last Name': { field: 'family_name' },
        'Phone Number': { field: 'phone' },
        'Email Marketing Consent': [{ field: 'consent' }, { field: 'opt_out', contains: ['unsubscribed'] }],
        'Profile Created On': { field: 'created_at' },
      },
    },
  ],
});

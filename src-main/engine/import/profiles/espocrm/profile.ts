import { defineProfile } from '../define.ts';

/** Cases: attribute names as headers, never translated; times are UTC without a mark. */
export const espocrmCases = defineProfile({
  id: 'espocrm.cases',
  vendor: 'espocrm',
  title: 'EspoCRM cases',
  signature: ['id', 'number', 'accountName', 'isInternal', 'priority'],
  zone: 'UTC',
  entities: [
    {
      entity: 'ticket',
      columns: {
        number: { field: 'external_id' },
        name: [{ field: 'subject' }, { field: 'dispute', contains: ['dispute', 'chargeback'] }],
        status: { field: 'status' },
        priority: { field: 'severity' },
        createdAt: { field: 'opened_at' },
        assignedUserName: { field: 'owner' },
        accountId: { field: 'account.external_id' },
        accountName: { field: 'account.name' },
        contactId: { field: 'party.external_id' },
        contactName: { field: 'party.name' },
      },
    },
  ],
});

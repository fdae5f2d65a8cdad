import { describe, expect, it } from 'vitest';
import { collect } from '../../mapping/collect.testing.ts';
import { hasSamples, sample } from '../../read/shared-samples.testing.ts';

describe.skipIf(!hasSamples)('salesforce', () => {
  it('accounts: companies by case-sensitive id; deleted ones are left out with a reason', () => {
    const { plan, rows, skips, facts } = collect(sample('salesforce-dataloader--accounts.csv'), 'accounts.csv');
    expect([plan.profile?.id, plan.source, facts.used, facts.skipped]).toEqual([
      'salesforce.accounts',
      'salesforce',
      12,
      1,
    ]);
    expect(skips).toEqual([{ line: 15, reason: 'The record is deleted or merged in Salesforce.' }]);
    expect(rows[0]).toMatchObject({
      entity: 'account', line: 2, ext: '001Hs000000001AAMA', party: { kind: 'company', externalId: '001Hs000000001AAMA', name: 'Harbour Mill Bakery Ltd' },
      values: { name: 'Harbour Mill Bakery Ltd', postcode: 'YO21 3PU', created_day: '2019-01-10', created_at: Date.UTC(2019, 0, 10, 9, 14) / 1000, deleted: 0 },
    }); // prettier-ignore
    expect([rows[0]!.attributes['ACCOUNTNUMBER'], rows[3]!.attributes['DESCRIPTION']]).toEqual([
      '000007',
      'Line one\nLine two, with comma',
    ]);
  });

  it('contacts: people with the account the source records', () => {
    const { plan, rows } = collect(sample('salesforce-export--contacts.csv'), 'contacts.csv');
    expect([plan.profile?.id, rows.length]).toEqual(['salesforce.contacts', 12]);
    expect(rows[0]).toMatchObject({
      entity: 'party', ext: '003Hs000000001AAMA',
      party: { kind: 'person', email: 'nadia@harbourmill.example', accountExternalId: '001Hs000000001AAMA' },
      account: { kind: 'company', externalId: '001Hs000000001AAMA' },
      values: { account_ext: '001Hs000000001AAMA', given_name: 'Nadia', family_name: 'Okafor', title: 'Managing Director' },
    }); // prettier-ignore
    expect(rows[7]!.values['given_name']).toBe('Hannah "Fern"');
  });

  it('leads report: the footer is left out; without a date the day of the import is taken', () => {
    const { rows, facts } = collect(sample('salesforce-report--leads.csv'), 'leads.csv', { importDay: 20_779 });
    expect([rows.length, facts.controlTotals.stated, facts.controlTotals.footers.length]).toEqual([12, 12, 6]);
    expect(rows[0]!.values).toMatchObject({
      name: 'Ama Boateng',
      company: 'Copperline Cafés',
      lead_source: 'Trade Show',
      rating: 'Hot',
      day: '2026-11-22',
    });
    expect(collect(sample('salesforce-report--leads.csv'), 'leads.csv').rejects).toHaveLength(12);
  });
});

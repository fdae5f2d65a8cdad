import { describe, expect, it } from 'vitest';
import { collect } from '../../mapping/collect.testing.ts';
import { hasSamples, sample } from '../../read/shared-samples.testing.ts';

describe.skipIf(!hasSamples)('zendesk', () => {
  it('tickets: the dispute tag raises the flag, a dash is empty', () => {
    const { plan, rows } = collect(sample('zendesk--tickets.csv'), 'tickets.csv');
    expect([plan.profile?.id, rows.length]).toEqual(['zendesk.tickets', 20]);
    expect(rows[0]).toMatchObject({
      ext: '9001', party: { email: 'marcus.lee@brightwater.example', company: 'Brightwater Dental Group' }, account: { name: 'Brightwater Dental Group' },
      values: { is_dispute: 1, status: 'Open', severity: 'urgent', severity_raw: 'Urgent', day: '2026-11-10' },
    }); // prettier-ignore
    expect([rows[0]!.values['owner'], rows[0]!.values['closed_day'], rows[0]!.attributes['Tags']]).toEqual([
      undefined,
      undefined,
      'dispute billing',
    ]);
    expect(rows.filter((row) => row.values['is_dispute'] === 1).map((row) => row.ext)).toEqual([
      '9001',
      '9004',
      '9009',
      '9012',
      '9017',
      '9020',
    ]);
  });

  it('saved as Unicode text (UTF-16, tabs): the same rows', () => {
    expect(
      collect(sample('damaged/zendesk--tickets--excel-unicode.txt'), 'tickets.csv').rows.map((row) => [
        row.ext,
        row.values,
      ]),
    ).toEqual(collect(sample('zendesk--tickets.csv'), 'tickets.csv').rows.map((row) => [row.ext, row.values]));
  });
});

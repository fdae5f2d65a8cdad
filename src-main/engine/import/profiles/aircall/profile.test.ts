import { describe, expect, it } from 'vitest';
import { collect } from '../../mapping/collect.testing.ts';
import { hasSamples, sample } from '../../read/shared-samples.testing.ts';

describe.skipIf(!hasSamples)('aircall', () => {
  it('calls: direction, team and telephone number; the placeholder is no owner', () => {
    const { plan, rows } = collect(sample('aircall--calls.csv'), 'calls.csv');
    expect([plan.profile?.id, rows.length]).toEqual(['aircall.calls', 18]);
    expect(rows[0]).toMatchObject({
      ext: '3150000000', party: { externalId: 'tel:441632960101', phone: '441632960101' },
      values: { channel: 'call', direction: 'out', direction_raw: 'outbound', team: 'sales', owner: 'Dana Whitlock', duration_s: 20, outcome: 'answered', at: Date.UTC(2026, 10, 2, 9, 57, 14) / 1000 },
    }); // prettier-ignore
    expect(rows[10]!.values).toMatchObject({
      direction: 'in',
      team: 'service',
      team_raw: 'Support',
      outcome: 'not answered',
    });
    expect(rows[10]!.values['owner']).toBeUndefined();
  });

  // Saved from a spreadsheet the UTC column shows mm:ss and every number is 4.41633E+11.
  it('calls saved from a spreadsheet: the local time serves, the cut numbers name nobody', () => {
    const { rows, facts } = collect(sample('damaged/aircall--calls--excel-uk.csv'), 'calls.csv');
    expect([rows.length, rows.every((row) => row.party === null), rows[0]!.values['day']]).toEqual([
      18,
      true,
      '2026-11-02',
    ]);
    expect(facts.decisions.find((d) => d.what === 'refused as a key')?.column).toBe('customer number');
  });
});

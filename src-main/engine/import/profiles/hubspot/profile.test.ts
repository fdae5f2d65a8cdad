import { describe, expect, it } from 'vitest';
import { collect } from '../../mapping/collect.testing.ts';
import { hasSamples, sample } from '../../read/shared-samples.testing.ts';

describe.skipIf(!hasSamples)('hubspot', () => {
  it('contacts: every contact is a person, those with a lead status or qualification date are leads too', () => {
    const { plan, rows, facts } = collect(sample('hubspot--contacts.csv'), 'contacts.csv');
    expect([plan.profile?.id, plan.source, facts.read, facts.used]).toEqual(['hubspot.contacts', 'hubspot', 27, 27]);
    expect(facts.controlTotals.rows).toEqual({ party: 27, lead: 16 });
    expect(rows[0]).toMatchObject({
      entity: 'party',
      ext: '51200000001',
      values: { name: 'Nadia Okafor', company: 'Harbour Mill Bakery Ltd', created_day: '2024-01-12' },
    });
    expect(rows[1]).toMatchObject({
      entity: 'lead',
      ext: '51200000001',
      values: { status: 'hot', status_raw: 'OPEN_DEAL', converted_day: '2024-01-28' },
    });
  });

  // 27 rows share two ids once a spreadsheet has cut them; trusting the id would leave two contacts.
  it('contacts saved from a German spreadsheet: the cut ids are no keys, the row that names nobody is a reject', () => {
    const { rows, rejects, facts } = collect(sample('damaged/hubspot--contacts--excel-de.csv'), 'contacts.csv');
    const people = rows.filter((row) => row.entity === 'party');
    expect([people.length, people.every((row) => row.ext === null && row.party?.externalId === null)]).toEqual([
      26,
      true,
    ]);
    expect(new Set(people.map((row) => row.party?.email?.toLowerCase())).size).toBeGreaterThan(20);
    expect(rejects).toEqual([
      { line: 28, column: null, value: null, reason: 'The row names nobody: no id, no e-mail address and no name.' },
    ]);
    expect(facts.decisions.find((d) => d.what === 'refused as a key')).toMatchObject({
      column: 'Record ID',
      value: '5,12E+10',
    });
    expect(people[0]!.values['created_day']).toBe('2024-01-12');
  });

  it('deals pasted together: the repeated header is left out', () => {
    const { rows, skips } = collect(sample('damaged/hubspot--deals--concatenated.csv'), 'deals.csv');
    expect([rows.length, skips]).toEqual([14, [{ line: 10, reason: 'The header is repeated.' }]]);
  });
});

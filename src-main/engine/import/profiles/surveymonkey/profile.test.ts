import { describe, expect, it } from 'vitest';
import { collect } from '../../mapping/collect.testing.ts';
import { hasSamples, sample } from '../../read/shared-samples.testing.ts';

describe('surveymonkey', () => {
  it.skipIf(!hasSamples)(
    'responses: two header rows, the score and the reason by their questions; unanswered is empty, not 0',
    () => {
      const { plan, rows } = collect(sample('surveymonkey--responses.csv'), 'responses.csv');
      expect([plan.profile?.id, plan.inspection.layout.headerRows, rows.length]).toEqual([
        'surveymonkey.responses',
        2,
        12,
      ]);
      expect(rows[0]).toMatchObject({
      ext: '127000310000', line: 3, party: { kind: 'person', email: 'nadia@harbourmill.example', name: 'Nadia Okafor' },
      values: { score: 10, kind: 'relational', verbatim: 'The route planner saved us a van. Told two other bakers already.', day: '2026-09-01' },
    }); // prettier-ignore
      const scores = rows.map((row) => row.values['score']).filter((score) => score !== undefined) as number[];
      expect([
        scores.length,
        scores.filter((s) => s >= 9).length,
        scores.filter((s) => s <= 6).length,
        rows[4]!.values['score'],
      ]).toEqual([11, 5, 4, undefined]);
    },
  );

  it('older file: bare CR line ends, cp1252, no dates', () => {
    const text =
      'RespondentID,How likely are you to recommend us? (0-10),What do you attend?,,Anything to add?\r,Response,Field day,Webinar,Open-Ended Response\r1,9,,x,Très bien\r2,3,,,\r';
    const { plan, rows } = collect(Buffer.from(text, 'latin1'), 'old.csv', { importDay: 20_000 });
    expect([plan.profile?.id, plan.inspection.encoding, plan.inspection.layout.headerRows]).toEqual([
      'surveymonkey.responses-older',
      'cp1252',
      2,
    ]);
    expect(rows.map((row) => [row.ext, row.values['score'], row.line])).toEqual([
      ['1', 9, 3],
      ['2', 3, 4],
    ]);
  });
});

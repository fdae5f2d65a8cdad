import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collect, type Collected } from './collect.testing.ts';
import { parseMapping } from './schema.ts';

const folder = join(import.meta.dirname, '../../../../tests/corpora');
const answers = parseMapping({
  entity: 'survey_response',
  columns: { customer: { field: 'respondent_external_id' }, date: { field: 'answered_at' }, score: { field: 'score' } },
});

function load(name: string, mapping = true): Collected {
  return collect(readFileSync(join(folder, name)), name, mapping ? { mapping: answers } : {});
}

/** What is told of a file in one line per row: line, customer, day, score. */
const brief = (c: Collected): unknown[] =>
  c.rows.map((row) => [row.line, row.party?.externalId, row.values['day'], row.values['score']]);

const EXPECTED: Readonly<Record<string, (c: Collected) => void>> = {
  'utf16-tabs.txt': (c) => {
    expect([c.facts.encoding, c.facts.bom, c.facts.delimiter]).toEqual(['utf-16-le', true, '\t']);
    expect(brief(c)).toEqual([
      [2, 'C1', '2026-01-02', 9],
      [3, 'Élodie', '2026-01-03', 4],
    ]);
  },
  'utf16-be-no-mark.csv': (c) => {
    expect([c.facts.encoding, c.facts.bom]).toEqual(['utf-16-be', false]);
    expect(brief(c).at(-1)).toEqual([3, 'Jürgen', '2026-01-03', 4]);
  },
  'bare-cr.csv': (c) => {
    expect(brief(c)).toEqual([
      [2, 'C1', '2026-01-02', 9],
      [3, 'C2', '2026-01-03', 4],
    ]);
  },
  'mixed-ends.csv': (c) => {
    expect(brief(c).map((row) => (row as unknown[])[0])).toEqual([2, 6, 7]);
    expect(c.rows[0]!.attributes['comment']).toBe('one\rtwo\r\nthree\nfour');
  },
  'duplicate-headers.csv': (c) => {
    expect(Object.entries(c.rows[0]!.attributes)).toEqual([
      ['note', 'a'],
      ['note (2)', 'b'],
      ['column 6', 'c'],
      ['__proto__', 'd'],
      ['constructor', 'e'],
    ]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  },
  'stray-quote.csv': (c) => {
    expect([c.rows.length, c.rejects.map((r) => r.line)]).toEqual([39, [19]]);
    expect(c.rejects[0]!.reason).toContain('A quote opens in cell 4 and is not closed on its line.');
  },
  'ragged.csv': (c) => {
    expect(brief(c)).toEqual([
      [2, 'C1', '2026-01-02', undefined],
      [3, 'C2', '2026-01-03', 4],
      [4, 'C3', '2026-01-04', 7],
    ]);
    expect(c.rows[1]!.attributes).toEqual({ 'cell 4': 'more', 'cell 6': 'and more' });
  },
  'mixed-encodings.csv': (c) => {
    expect(c.rows.map((row) => row.party?.externalId).at(-1)).toBe('Müller');
  },
  'zero-bytes.csv': (c) => {
    expect([c.rows.length, c.rows[0]!.party?.externalId]).toEqual([21, 'C1']);
    expect(c.facts.decisions.find((d) => d.what === 'zero bytes')?.value).toBe('1');
  },
  'preamble-and-totals.csv': (c) => {
    expect(brief(c)).toEqual([
      [8, 'C1', '2026-01-02', 9],
      [9, 'C2', '2026-01-03', 4],
    ]);
    expect([c.facts.controlTotals.footers.map((f) => f.line), c.plan.inspection.layout.preambleRecords]).toEqual([
      [10, 12],
      3,
    ]);
  },
  'pasted-twice.csv': (c) => {
    expect([brief(c).length, c.skips]).toEqual([2, [{ line: 4, reason: 'The header is repeated.' }]]);
  },
  'german-semicolon.csv': (c) => {
    expect([c.facts.encoding, c.facts.delimiter, c.facts.controlTotals.footers.length]).toEqual(['cp1252', ';', 1]);
    expect(c.rows.map((row) => [row.values['number'], row.values['day'], row.values['amount']])).toEqual([
      ['R-1', '2026-01-31', 125_050],
      ['R-2', '2026-02-01', 100_000],
    ]);
  },
};

describe('corpora', () => {
  it('has an expectation for every file', () => {
    const files = readdirSync(folder).filter((name) => /\.(csv|txt)$/.test(name));
    expect(files.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  it.each(Object.entries(EXPECTED))('%s', (name, check) => {
    const collected = load(name, name !== 'german-semicolon.csv');
    check(collected);
    const { read, used, skipped, rejected } = collected.facts;
    expect(read).toBe(used + skipped + rejected);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LadderlineError } from '../../src-main/engine/base/errors.ts';
import { collect } from '../../src-main/engine/import/mapping/collect.testing.ts';
import { parseMapping } from '../../src-main/engine/import/mapping/schema.ts';

const mapping = parseMapping({
  entity: 'survey_response',
  columns: {
    customer: { field: 'respondent_external_id' },
    date: { field: 'answered_at' },
    score: { field: 'score' },
    comment: { field: 'verbatim' },
  },
});

const wild = fc.string({ unit: 'grapheme', maxLength: 12 });
const cell = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('C1', '2026-01-02', '9', 'fine', '', 'Total', 'customer', '-', "'7", ' ') },
  { weight: 2, arbitrary: wild },
  { weight: 1, arbitrary: fc.constantFrom('"', '""', 'a"b', '"open', 'x,y', 'two\nlines', '\r', '\u0000', '\uD800') },
);
const row = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom('C1', 'C2', 'C3'), fc.constantFrom('2026-01-02', '2026-02-03'), fc.constantFrom('9', '3', '11', ''), cell) },
  { weight: 2, arbitrary: fc.array(cell, { maxLength: 7 }) },
); // prettier-ignore
const printed = (cells: readonly string[], quoted: boolean): string =>
  cells.map((text) => (quoted ? `"${text.replaceAll('"', '""')}"` : text)).join(',');

describe('R44: conservation of rows', () => {
  it('every record of 1,000 random files is used, skipped or rejected with its line, and none twice', () => {
    let rows = 0;
    let rejected = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(row, fc.boolean()), { minLength: 1, maxLength: 25 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        (content, end, last) => {
          const lines = ['customer,date,score,comment', ...content.map(([cells, quoted]) => printed(cells, quoted))];
          const text = lines.join(end) + (last ? end : '');
          let c;
          try {
            c = collect(text, 'f.csv', { mapping });
          } catch (error) {
            // A file that is refused as a whole says why.
            if (error instanceof LadderlineError) return;
            throw error;
          }
          const { read, used, skipped, rejected: refused } = c.facts;
          expect(read).toBe(used + skipped + refused);
          expect(new Set(c.rejects.map((r) => r.line)).size).toBe(refused);
          expect(c.skips).toHaveLength(skipped);
          const taken = new Set(c.rows.map((r) => r.line));
          expect(c.rejects.filter((r) => taken.has(r.line))).toEqual([]);
          rows += read;
          rejected += refused;
        },
      ),
      { numRuns: 1000 },
    );
    process.stdout.write(`1,000 random files, ${rows} records, ${rejected} of them rejected, none lost\n`);
    expect([rows > 5000, rejected > 100]).toEqual([true, true]);
  }, 120_000);

  it('takes time in line with the size, whatever the rows are (doubling of six kinds of hostile file)', () => {
    const kinds: Readonly<Record<string, (n: number) => string>> = {
      'unclosed quotes': (n) => Array.from({ length: n }, (_, i) => `C${i},2026-01-02,9,"open`).join('\n'),
      'quotes within cells': (n) => Array.from({ length: n }, (_, i) => `C${i},2026-01-02,9,a"b"c"`).join('\n'),
      'empty lines': (n) => `C1,2026-01-02,9,x${'\n'.repeat(n * 20)}C2,2026-01-02,9,y`,
      'ragged rows': (n) => Array.from({ length: n }, (_, i) => `C${i},2026-01-02${',z'.repeat(i % 9)}`).join('\n'),
      'one long cell': (n) => `C1,2026-01-02,9,"${'text, '.repeat(n * 4)}"`,
      'rows without a date': (n) => Array.from({ length: n }, (_, i) => `C${i},no day,9,x`).join('\n'),
    };
    const time = (text: string): number => {
      const start = process.cpuUsage();
      try {
        collect(text, 'f.csv', { mapping });
      } catch (error) {
        if (!(error instanceof LadderlineError)) throw error;
      }
      const { user, system } = process.cpuUsage(start);
      return user + system;
    };
    const slow: unknown[] = [];
    for (const [kind, make] of Object.entries(kinds)) {
      const of = (n: number): string => `customer,date,score,comment\n${make(n)}\n`;
      const [small, large] = [of(4000), of(32_000)];
      time(small);
      const ratio = Math.min(...[0, 1, 2].map(() => time(large) / time(small)));
      // Eight times the rows; quadratic time would be 64 times.
      if (ratio > 20) slow.push([kind, ratio]);
    }
    expect(slow).toEqual([]);
  }, 120_000);
});

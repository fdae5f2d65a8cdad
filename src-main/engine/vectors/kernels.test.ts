import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupRows } from './group.ts';
import { countCoded } from './kernels.ts';
import { UNKNOWN_INT } from './types.ts';

const CUSTOMERS = 4;
const row = fc.record({
  customer: fc.integer({ min: -1, max: CUSTOMERS - 1 }),
  day: fc.integer({ min: -5, max: 40 }),
  kind: fc.integer({ min: 1, max: 2 }),
  team: fc.constantFrom(1, 2, 254, 255, 256, 90_000, UNKNOWN_INT),
});
type Row = { customer: number; day: number; kind: number; team: number };

function grouped(rows: Row[]) {
  const grouping = groupRows(
    Int32Array.from(rows, (r) => r.customer),
    Int32Array.from(rows, (r) => r.day),
    CUSTOMERS,
  );
  const pick = (name: 'kind' | 'team'): Int32Array => Int32Array.from(grouping.order, (i) => rows[i]![name]);
  return { ...grouping, kind: pick('kind'), team: pick('team') };
}

const perCustomer = <T>(f: (c: number) => T): T[] => Array.from({ length: CUSTOMERS }, (_, c) => f(c));

describe('grouping', () => {
  it('sorts by customer, day and position, also where slices are long', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 400 }), (rows) => {
        const index = rows.map((_, i) => i);
        const key = (i: number): number => (rows[i]!.customer < 0 ? CUSTOMERS : rows[i]!.customer);
        index.sort((a, b) => key(a) - key(b) || rows[a]!.day - rows[b]!.day || a - b);
        const { order, day, start } = grouped(rows);
        expect([...order]).toEqual(index);
        expect([...day]).toEqual(index.map((i) => rows[i]!.day));
        expect([...start]).toEqual([
          ...perCustomer((c) => index.filter((i) => key(i) < c).length),
          index.filter((i) => key(i) < CUSTOMERS).length,
          rows.length,
        ]);
      }),
    );
  });
});

describe('counting rows in a window', () => {
  it('says what a plain loop says and asks once for each value', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 120 }),
        fc.integer({ min: -6, max: 42 }),
        fc.integer({ min: -1, max: 30 }),
        fc.subarray([1, 2, 254, 255, 256, 90_000, UNKNOWN_INT]),
        (rows, upTo, width, teams) => {
          const g = grouped(rows);
          const out = new Float64Array(CUSTOMERS);
          const asked: number[] = [];
          const conditions = [
            { values: g.kind, holds: (kind: number) => kind === 1 },
            { values: g.team, holds: (team: number) => (asked.push(team), teams.includes(team)) },
          ];
          countCoded(g, upTo - width, upTo, conditions, out);
          const counts = (r: Row): boolean =>
            r.day > upTo - width && r.day <= upTo && r.kind === 1 && teams.includes(r.team);
          expect([...out]).toEqual(perCustomer((c) => rows.filter((r) => r.customer === c && counts(r)).length));
          expect(new Set(asked).size).toBe(asked.length);
          countCoded(g, Number.NEGATIVE_INFINITY, upTo, [], out);
          expect([...out]).toEqual(perCustomer((c) => rows.filter((r) => r.customer === c && r.day <= upTo).length));
        },
      ),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupRows } from './group.ts';
import {
  countWhere,
  countWindow,
  distinctDaysUpTo,
  firstDayUpTo,
  lastDayUpTo,
  latestRowUpTo,
  maskAnd,
  maskEquals,
  spacing,
  spacingArrays,
  sumWindow,
} from './kernels.ts';
import { UNKNOWN_INT } from './types.ts';

const CUSTOMERS = 4;
const row = fc.record({
  customer: fc.integer({ min: -1, max: CUSTOMERS - 1 }),
  day: fc.integer({ min: -5, max: 40 }),
  kind: fc.integer({ min: 1, max: 2 }),
  team: fc.constantFrom(1, 2, UNKNOWN_INT),
  amount: fc.constantFrom(1.5, -2, Number.NaN, 10),
  voided: fc.constantFrom(UNKNOWN_INT, 3, 20),
});
type Row = { customer: number; day: number; kind: number; team: number; amount: number; voided: number };

function grouped(rows: Row[]) {
  const grouping = groupRows(
    Int32Array.from(rows, (r) => r.customer),
    Int32Array.from(rows, (r) => r.day),
    CUSTOMERS,
  );
  const pick = (name: 'kind' | 'team' | 'voided'): Int32Array => Int32Array.from(grouping.order, (i) => rows[i]![name]);
  const amount = Float64Array.from(grouping.order, (i) => rows[i]!.amount);
  return { ...grouping, kind: pick('kind'), team: pick('team'), voided: pick('voided'), amount };
}

const of = (rows: Row[], c: number): Row[] => rows.filter((r) => r.customer === c).sort((a, b) => a.day - b.day);
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

describe('kernels say what a plain loop says', () => {
  it('for counts, sums, days and rows', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 120 }),
        fc.integer({ min: -6, max: 42 }),
        fc.nat({ max: 30 }),
        (rows, upTo, width) => {
          const g = grouped(rows);
          const after = upTo - width;
          const out = new Float64Array(CUSTOMERS);
          const days = new Int32Array(CUSTOMERS);
          const mask = maskEquals(g.kind, 1);
          const inWindow = (c: number): Row[] => of(rows, c).filter((r) => r.day > after && r.day <= upTo);
          const upToDay = (c: number, masked: boolean): Row[] =>
            of(rows, c).filter((r) => r.day <= upTo && (!masked || r.kind === 1));

          countWindow(g, after, upTo, out);
          expect([...out]).toEqual(perCustomer((c) => inWindow(c).length));
          countWindow(g, after, upTo, out, mask);
          expect([...out]).toEqual(perCustomer((c) => inWindow(c).filter((r) => r.kind === 1).length));
          countWhere(
            g,
            after,
            upTo,
            [
              { values: g.kind, equals: 1 },
              { values: g.team, equals: 2 },
            ],
            out,
          );
          expect([...out]).toEqual(perCustomer((c) => inWindow(c).filter((r) => r.kind === 1 && r.team === 2).length));
          countWindow(g, after, upTo, out, maskAnd(maskEquals(g.kind, 1), g.team, 2));
          expect([...out]).toEqual(perCustomer((c) => inWindow(c).filter((r) => r.kind === 1 && r.team === 2).length));
          countWhere(
            g,
            after,
            upTo,
            [
              { values: g.kind, equals: 1 },
              { values: g.team, equals: 2 },
              { values: g.voided, equals: 3 },
            ],
            out,
          );
          expect([...out]).toEqual(
            perCustomer((c) => inWindow(c).filter((r) => r.kind === 1 && r.team === 2 && r.voided === 3).length),
          );
          sumWindow(g, g.amount, after, upTo, out, mask);
          expect([...out]).toEqual(
            perCustomer((c) =>
              inWindow(c)
                .filter((r) => r.kind === 1 && r.amount === r.amount)
                .reduce((s, r) => s + r.amount, 0),
            ),
          );
          for (const masked of [false, true]) {
            const m = masked ? mask : undefined;
            lastDayUpTo(g, upTo, days, m);
            expect([...days]).toEqual(perCustomer((c) => upToDay(c, masked).at(-1)?.day ?? UNKNOWN_INT));
            firstDayUpTo(g, upTo, days, m);
            expect([...days]).toEqual(perCustomer((c) => upToDay(c, masked)[0]?.day ?? UNKNOWN_INT));
            latestRowUpTo(g, upTo, days, m);
            expect([...days].map((r) => (r < 0 ? null : g.day[r]))).toEqual(
              perCustomer((c) => upToDay(c, masked).at(-1)?.day ?? null),
            );
            distinctDaysUpTo(g, upTo, out, m);
            expect([...out]).toEqual(perCustomer((c) => new Set(upToDay(c, masked).map((r) => r.day)).size));
          }
          distinctDaysUpTo(g, upTo, out, undefined, g.voided);
          expect([...out]).toEqual(
            perCustomer(
              (c) =>
                new Set(
                  upToDay(c, false)
                    .filter((r) => r.voided === UNKNOWN_INT || r.voided > upTo)
                    .map((r) => r.day),
                ).size,
            ),
          );
        },
      ),
    );
  });

  it('for spacing', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 120 }), fc.integer({ min: -6, max: 42 }), (rows, upTo) => {
        const g = grouped(rows);
        const out = spacingArrays(CUSTOMERS);
        spacing(g, upTo, out, maskEquals(g.kind, 1));
        const plain = perCustomer((c) => {
          const days = [
            ...new Set(
              of(rows, c)
                .filter((r) => r.day <= upTo && r.kind === 1)
                .map((r) => r.day),
            ),
          ];
          const gaps = days.slice(1).map((d, i) => d - days[i]!);
          const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length;
          const sd = Math.sqrt(gaps.reduce((a, b) => a + (b - mean) ** 2, 0) / gaps.length);
          let bursts = 0;
          let end = -Infinity;
          days.forEach((d, i) => {
            const first = days[i - 3];
            if (first === undefined || d - first >= 7) return;
            if (first > end) bursts++;
            end = d;
          });
          return {
            days: days.length,
            last: days.at(-1) ?? UNKNOWN_INT,
            mean,
            sd,
            max: gaps.length ? Math.max(...gaps) : Number.NaN,
            bursts,
          };
        });
        plain.forEach((p, c) => {
          expect([out.days[c], out.last[c], out.mean[c], out.max[c], out.bursts[c]]).toEqual([
            p.days,
            p.last,
            p.mean,
            p.max,
            p.bursts,
          ]);
          expect(Object.is(out.sd[c], p.sd) || Math.abs(out.sd[c]! - p.sd) < 1e-9).toBe(true);
        });
      }),
    );
  });

  it('a burst of five days in a row is one burst, two apart are two', () => {
    const days = [1, 2, 3, 4, 5, 30, 31, 32, 33];
    const g = groupRows(new Int32Array(days.length), Int32Array.from(days), 1);
    const out = spacingArrays(1);
    spacing(g, 100, out);
    expect(out.bursts[0]).toBe(2);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { CrossFilter, SortedColumn, type View, type ViewSpec } from './cross-filter.ts';
import { orderedRows, orderOf } from './sort.ts';

/** The same figures from scratch: one row after the other, three-valued. */
function naive(
  n: number,
  present: Uint8Array | null,
  clauses: ReadonlyMap<number, Uint8Array>,
  spec: ViewSpec,
  own: readonly number[],
) {
  const bars = Array.from({ length: spec.bars }, () => ({ count: 0, sum: 0, unmeasured: 0, undecided: 0 }));
  for (let i = 0; i < n; i++) {
    if (present !== null && present[i] === 0) continue;
    let [isFalse, isUnknown] = [false, false];
    for (const [slot, outcome] of clauses) {
      if (own.includes(slot)) continue;
      if (outcome[i] === 0) isFalse = true;
      if (outcome[i] === 2) isUnknown = true;
    }
    const bar = bars[spec.codes[i]!]!;
    if (isFalse) continue;
    if (isUnknown) bar.undecided++;
    else {
      bar.count++;
      if (spec.measure === null) continue;
      if (Number.isNaN(spec.measure[i])) bar.unmeasured++;
      else bar.sum += spec.measure[i]!;
    }
  }
  return bars;
}

function barsAsList(filter: CrossFilter, view: View) {
  const { count, sum, unmeasured, undecided } = filter.barsOf(view);
  return Array.from(count, (_, b) => ({
    count: count[b]!,
    sum: sum[b]!,
    unmeasured: unmeasured[b]!,
    undecided: undecided[b]!,
  }));
}

type Step =
  | { do: 'move'; by: number }
  | { do: 'outcome'; slot: number; seed: number }
  | { do: 'range'; slot: number; column: number; from: number; to: number; negated: boolean }
  | { do: 'add' }
  | { do: 'remove'; slot: number }
  | { do: 'read' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('outcome' as const), slot: fc.nat(80), seed: fc.nat(1000) }),
  fc.record({
    do: fc.constant('range' as const),
    slot: fc.nat(80),
    column: fc.nat(1),
    from: fc.nat(300),
    to: fc.nat(300),
    negated: fc.boolean(),
  }),
  fc.record({ do: fc.constant('move' as const), by: fc.integer({ min: -3, max: 3 }) }),
  fc.record({ do: fc.constant('move' as const), by: fc.integer({ min: -3, max: 3 }) }),
  fc.record({ do: fc.constant('add' as const) }),
  fc.record({ do: fc.constant('remove' as const), slot: fc.nat(80) }),
  fc.record({ do: fc.constant('read' as const) }),
);

describe('cross-filter', () => {
  it.each([1, 3, 40])('any steps over %i clauses give the figures of an evaluation from scratch', (clauses) => {
    const run = fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.boolean(),
      fc.boolean(),
      fc.array(step, { maxLength: 40 }),
      fc.nat(1_000_000),
      (n, someAbsent, fractions, steps, seed) => {
        let state = seed + 1;
        const next = (below: number): number => {
          state = (Math.imul(state, 1103515245) + 12345) >>> 0;
          return (state >>> 8) % below;
        };
        const present = someAbsent ? Uint8Array.from({ length: n }, () => (next(5) === 0 ? 0 : 1)) : null;
        const filter = new CrossFilter(n, present);
        const truth = new Map<number, Uint8Array>();
        const add = (): void => void truth.set(filter.addClause(), new Uint8Array(n).fill(1));
        for (let c = 0; c < clauses; c++) add();
        const columns = [0, 1].map(() => {
          const values = Float64Array.from({ length: n }, () => (next(6) === 0 ? Number.NaN : next(20)));
          return new SortedColumn(orderedRows(values, false, present), n);
        });
        const measure = Float64Array.from({ length: n }, () =>
          next(7) === 0 ? Number.NaN : fractions ? next(1000) / 7 : next(1000) - 300,
        );
        const slots = (): number[] => [...truth.keys()];
        const specs: { spec: ViewSpec; own: number[] }[] = Array.from({ length: 5 }, (_, v) => ({
          spec: {
            codes: Uint8Array.from({ length: n }, () => next(v + 1)),
            bars: v + 1,
            measure: v % 2 === 0 ? measure : null,
          },
          own: v === 0 ? [] : [...new Set([slots()[next(clauses)]!, slots()[next(clauses)]!])],
        }));
        const views = specs.map(({ spec, own }) => filter.addView(spec, own));
        const check = (): void => {
          views.forEach((view, v) => {
            const { spec, own } = specs[v]!;
            expect(barsAsList(filter, view)).toEqual(naive(n, present, truth, spec, own));
          });
          const [all] = naive(n, present, truth, { codes: new Uint8Array(n), bars: 1, measure: null }, []);
          expect(filter.total()).toEqual({ kept: all!.count, undecided: all!.undecided });
          const kept = [...columns[0]!.order].filter((i) => [...truth.values()].every((outcome) => outcome[i] === 1));
          expect([...filter.rowsIn(columns[0]!.order)]).toEqual(kept);
          for (const [slot, outcome] of truth) {
            let [holds, unknown] = [0, 0];
            for (let i = 0; i < n; i++) {
              if (present !== null && present[i] === 0) continue;
              if (outcome[i] === 1) holds++;
              if (outcome[i] === 2) unknown++;
            }
            expect(filter.clauseCount(slot)).toEqual({ holds, unknown });
          }
        };
        let last = { slot: slots()[0]!, column: 0, from: 3, to: 30, negated: false };
        for (const s of steps) {
          const slot = 'slot' in s ? slots()[s.slot % truth.size]! : -1;
          if (s.do === 'read') check();
          else if (s.do === 'add') {
            if (truth.size < 60) add();
          } else if (s.do === 'remove') {
            if (specs.some(({ own }) => own.includes(slot))) continue;
            if (truth.size === 1) continue;
            filter.removeClause(slot);
            truth.delete(slot);
          } else if (s.do === 'outcome') {
            const outcome = Uint8Array.from({ length: n }, (_, i) => (Math.imul(i + 1, s.seed * 2 + 1) >>> 3) % 3);
            filter.setOutcome(slot, outcome);
            truth.set(slot, outcome);
          } else {
            last = s.do === 'range' ? { ...s, slot } : { ...last, from: last.from + s.by, to: last.to + s.by };
            if (!truth.has(last.slot)) continue;
            const column = columns[last.column]!;
            const [from, to] = [last.from, last.to]
              .map((at) => Math.max(0, Math.min(at, column.known)))
              .sort((a, b) => a - b);
            filter.setRange(last.slot, column, from!, to!, last.negated);
            const outcome = new Uint8Array(n);
            column.order.forEach((row, k) => {
              outcome[row] = k >= column.known ? 2 : (k >= from! && k < to!) !== last.negated ? 1 : 0;
            });
            truth.set(last.slot, outcome);
          }
        }
        check();
      },
    );
    fc.assert(run, { numRuns: 250 });
  });

  it('refuses the clause that has no bit left', () => {
    const filter = new CrossFilter(1, null);
    for (let c = 0; c < 255; c++) filter.addClause();
    expect(() => filter.addClause()).toThrow(/at most 255 clauses/);
  });
});

describe('order', () => {
  const value = fc.oneof(
    fc.constantFrom(0, -0, Number.NaN, UNKNOWN_INT, 1, -1, 2 ** 31, 2 ** 40 + 1, 2 ** 40, Infinity, -Infinity, 5e-324),
    fc.double({ noNaN: true }),
    fc.integer({ min: -50, max: 50 }),
    fc.integer({ min: -50, max: 50 }).map((k) => 1 + k * Number.EPSILON),
  );

  it('puts values in order, equal ones by index, unknown ones last in both directions', () => {
    const run = fc.property(fc.array(value, { maxLength: 300 }), fc.boolean(), fc.nat(2), (list, descending, kind) => {
      const values =
        kind === 0
          ? Float64Array.from(list)
          : kind === 1
            ? Int32Array.from(list, (v) => (Number.isFinite(v) ? v : UNKNOWN_INT))
            : Float64Array.from(list, (v) => Math.trunc(v));
      const isUnknown = (v: number): boolean => Number.isNaN(v) || v === UNKNOWN_INT;
      const expected = Array.from(values, (_, i) => i).sort((a, b) => {
        const [x, y] = [values[a]!, values[b]!];
        if (isUnknown(x) || isUnknown(y)) return Number(isUnknown(x)) - Number(isUnknown(y)) || a - b;
        return (x < y ? -1 : x > y ? 1 : 0) * (descending ? -1 : 1) || a - b;
      });
      expect([...orderOf(values, descending)]).toEqual(expected);
    });
    fc.assert(run, { numRuns: 2000 });
  });

  it('sorts long runs of numbers that differ in their last bits', () => {
    const values = Float64Array.from({ length: 9000 }, (_, i) => 1 + ((i * 7919) % 8192) * Number.EPSILON);
    const expected = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
    expect([...orderOf(values, false)]).toEqual(expected);
  });
});

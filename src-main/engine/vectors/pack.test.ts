import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJsonb, packInts, packReals, unpackInts, unpackReals } from './pack.ts';
import { UNKNOWN_INT } from './types.ts';
import { Fixture } from './workspace.fixture.ts';

const ints = fc.oneof(
  fc.array(fc.oneof(fc.integer({ min: -100, max: 100 }), fc.constant(UNKNOWN_INT))),
  fc.array(fc.oneof(fc.integer({ min: 18_000, max: 60_000 }), fc.constant(UNKNOWN_INT))),
  fc.array(fc.integer()),
);
const reals = fc
  .oneof(
    fc.array(fc.oneof(fc.integer(), fc.constant(Number.NaN))),
    fc.array(
      fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger(), fc.constant(Number.NaN)),
    ),
  )
  .map((list) => list.map((x) => (x === 0 ? 0 : x)));

describe('packed columns', () => {
  it('give back what went in, at any alignment', () => {
    fc.assert(
      fc.property(ints, reals, fc.nat({ max: 9 }), (is, rs, shift) => {
        const int = moved(packInts(Int32Array.from(is)), shift);
        const real = moved(packReals(Float64Array.from(rs)), shift);
        const [i, r] = [new Int32Array(is.length + 2), new Float64Array(rs.length + 2)];
        unpackInts(int, i, 1, is.length);
        unpackReals(real, r, 1, rs.length);
        expect([...i]).toEqual([0, ...is, 0]);
        expect([...r]).toEqual([0, ...rs, 0]);
      }),
    );
  });

  it('take the narrowest room', () => {
    const bytes = (values: number[]): number => packInts(Int32Array.from(values)).length - 8;
    const room = [
      [7, 7, 7],
      [UNKNOWN_INT],
      [8, 9, 10],
      [1, 256],
      [1, 257],
      [1, 256, UNKNOWN_INT],
      [1, 65_537],
      [1, 2 ** 24],
      [0, 2 ** 30],
    ];
    expect(room.map((values) => bytes(values) / values.length)).toEqual([0, 0, 0, 1, 2, 2, 3, 3, 4]);
    expect(packReals(Float64Array.from([1, Number.NaN])).length - 8).toBe(2);
    expect(packReals(Float64Array.from([1, 0.5])).length - 8).toBe(16);
  });

  it('come out of SQLite as they are stored', () => {
    const { db } = new Fixture();
    db.exec('CREATE TEMP TABLE t(i INTEGER, r REAL)');
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.option(fc.maxSafeInteger()), fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))),
        ),
        (rows) => {
          db.run('DELETE FROM t');
          for (const row of rows) db.run('INSERT INTO t VALUES (?, ?)', row);
          const [i, r] = db.get('SELECT jsonb_group_array(i), jsonb_group_array(r) FROM t') as [Uint8Array, Uint8Array];
          const held = (x: number | null): number => x ?? Number.NaN;
          expect([...decodeJsonb(i, true)]).toEqual(rows.map(([x]) => held(x)));
          expect([...decodeJsonb(r, true)]).toEqual(rows.map(([, x]) => held(x) + 0));
          expect([...decodeJsonb(i, false)]).toEqual(
            rows.map(([x]) => (x !== null && Math.abs(x) < 2 ** 31 ? x : UNKNOWN_INT)),
          );
        },
      ),
    );
  });
});

/** The same bytes at another place in memory, as a blob may arrive. */
function moved(data: Uint8Array, shift: number): Uint8Array {
  const buffer = new Uint8Array(data.length + shift);
  buffer.set(data, shift);
  return buffer.subarray(shift);
}

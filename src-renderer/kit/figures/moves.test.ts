import { describe, expect, it } from 'vitest';
import { changeOf, directionOf, largestMoves, moveSentence, standSentence } from './moves.ts';
import { plain } from './Parts.tsx';

const matrix = [
  { from: 'client', to: 'client', customers: 375 },
  { from: 'client', to: 'customer', customers: 48 },
  { from: 'customer', to: 'client', customers: 25 },
  { from: 'customer', to: 'customer', customers: 430 },
  { from: 'customer', to: 'lapsed', customers: 12 },
  { from: 'lapsed', to: 'client', customers: 1 },
  { from: 'new', to: 'client', customers: 1 },
  { from: 'new', to: 'prospect', customers: 60 },
];
const moves = {
  from: '2026-06-30',
  to: '2026-09-30',
  matrix,
  up: 26,
  down: 60,
  stay: 805,
  entered: 61,
  netUp: { value: -0.0382, low: -0.0583, high: -0.018 },
};

describe('moves', () => {
  it('lapsed lies below every rung; a customer not known before is new', () => {
    expect([
      directionOf('prospect', 'lapsed'),
      directionOf('lapsed', 'prospect'),
      directionOf('client', 'client'),
      directionOf('new', 'client'),
      directionOf('client', 'gone'),
    ]).toEqual(['down', 'up', 'stay', 'entered', 'left']);
  });

  it('row sums are the first day, column sums the second', () => {
    expect(changeOf(matrix, 'client')).toEqual({ before: 423, after: 402 });
    expect(changeOf(matrix, 'prospect')).toEqual({ before: 0, after: 60 });
  });

  it('largest moves come first, without those who stayed or are new', () => {
    expect(largestMoves(matrix).map((m) => `${m.from} ${m.to} ${m.customers}`)).toEqual([
      'client customer 48',
      'customer client 25',
      'customer lapsed 12',
      'lapsed client 1',
    ]);
    expect(largestMoves(matrix, 'down').map((m) => m.customers)).toEqual([48, 12]);
  });
});

describe('standSentence', () => {
  it('names the rung with the largest net change, with where they went and came from', () => {
    expect(plain(standSentence(moves, { customers: 233, share: 0.096 }))).toBe(
      'Clients fell from 423 to 402 (−5.0\u202f%) since 30 Jun 2026: 48 slid to customer, 25 came up from customer, 1 are new. 233 (9.6\u202f%) have lapsed, 11 more than then.',
    );
  });

  it('says when nothing changed', () => {
    expect(
      plain(standSentence({ ...moves, matrix: [{ from: 'client', to: 'client', customers: 3 }] }, undefined)),
    ).toBe('No rung has more or fewer customers than on 30 Jun 2026.');
  });
});

describe('moveSentence', () => {
  it('states a difference whose interval excludes zero', () => {
    expect(plain(moveSentence(moves))).toBe(
      '26 up, 60 down: more fell than rose, difference −34 (95 % interval −52 to −16).',
    );
  });

  it('says when the difference is within chance', () => {
    const even = { ...moves, up: 73, down: 95, stay: 2000, netUp: { value: -0.01, low: -0.0212, high: 0.0012 } };
    expect(plain(moveSentence(even))).toBe(
      '73 up, 95 down: the difference of −22 is within chance (95 % interval −46 to +3).',
    );
  });

  it('says when nobody moved or nobody was known', () => {
    expect(plain(moveSentence({ ...moves, up: 0, down: 0, netUp: { value: 0, low: 0, high: 0 } }))).toBe(
      'All 805 customers known on both days stayed where they were.',
    );
    expect(plain(moveSentence({ ...moves, up: 0, down: 0, stay: 0, netUp: null }))).toBe(
      'Nobody was known on both days.',
    );
  });
});

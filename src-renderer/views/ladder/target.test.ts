import { describe, expect, it } from 'vitest';
import { draftOf, rateDraft, sliceDraft, sliceLabel, standing, targetOf } from './target.ts';

const from = '2026-06-30';

describe('draftOf', () => {
  it('a rung is its customers without the lapsed ones, which the figure counts by themselves', () => {
    expect(['prospect', 'client', 'lapsed'].map(standing)).toEqual([
      'rung = prospect',
      'rung = client and not lapsed',
      'lapsed',
    ]);
    expect(draftOf({ kind: 'rung', rung: 'client' }, from)).toEqual({
      text: 'rung = client and not lapsed',
      sentence: 'rung is client',
    });
  });

  it('a move is said of both days', () => {
    expect(draftOf({ kind: 'move', from: 'client', to: 'customer' }, from)).toEqual({
      text: '(rung = client and not lapsed) as of 2026-06-30 and not (created > 2026-06-30) and rung = customer and not lapsed',
      sentence: 'client on 30 Jun 2026, now customer',
    });
    expect(draftOf({ kind: 'move', from: 'new', to: 'prospect' }, from).text).toBe(
      'created > 2026-06-30 and rung = prospect',
    );
  });

  it('falling from prospect is lapsing only', () => {
    const { text } = draftOf({ kind: 'direction', direction: 'down' }, from);
    expect(text).toContain('(rung = prospect) as of 2026-06-30 and ((lapsed))');
    expect(text).not.toContain('(lapsed) as of');
  });
});

describe('targetOf', () => {
  it('finds back what a clause was made from', () => {
    for (const target of [
      { kind: 'rung', rung: 'lapsed' },
      { kind: 'move', from: 'new', to: 'client' },
      { kind: 'move', from: 'client', to: 'lapsed' },
      { kind: 'direction', direction: 'down' },
    ] as const)
      expect(targetOf(draftOf(target, from).text, from)).toEqual(target);
  });

  it('knows no other clause, nor one of another comparison day', () => {
    expect(targetOf("region = 'Nordics'", from)).toBeNull();
    expect(targetOf(draftOf({ kind: 'direction', direction: 'up' }, '2025-06-30').text, from)).toBeNull();
    expect(targetOf(undefined, from)).toBeNull();
  });
});

it('a slice selects its customers, a cohort the days of its year', () => {
  expect(sliceDraft('owner', "O'Neill")).toEqual({ text: "owner = 'O''Neill'", sentence: "owner is O'Neill" });
  expect(sliceDraft('first_purchase by year', '2025')).toEqual({
    text: 'first_purchase in 2025-01-01 .. 2025-12-31',
    sentence: 'first purchase in 2025',
  });
  expect(sliceLabel('first_purchase by year')).toBe('year of first purchase');
  expect(sliceDraft('first_purchase by year', null).text).toBe('first_purchase is unknown');
});

it('a rate opens those who stood there and moved that way', () => {
  expect(rateDraft('customer', 'down', from)).toEqual({
    text: `(rung = customer and not lapsed) as of ${from} and not (created > ${from}) and ((rung = prospect) or (lapsed))`,
    sentence: 'customer on 30 Jun 2026 who fell',
  });
  expect(rateDraft('lapsed', 'down', from).text).toContain('rung is unknown');
});

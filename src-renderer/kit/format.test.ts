import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDay,
  formatDays,
  formatMoney,
  formatNumber,
  formatPoints,
  formatSeconds,
  formatShare,
} from './format.ts';

describe('text of values', () => {
  it('numbers', () => {
    expect([1284, -0.354, 0, 1234567.891, null, Number.NaN].map((n) => formatNumber(n))).toEqual([
      '1,284',
      '−0.35',
      '0',
      '1,234,567.89',
      '—',
      '—',
    ]);
    expect(formatNumber(12, { signed: true })).toBe('+12');
    expect(formatNumber(-0.0001, { decimals: 1, signed: true })).toBe('0.0');
  });
  it('shares, points and days', () => {
    expect([formatShare(0.1664), formatShare(null), formatPoints(31.6), formatPoints(-5), formatDays(171)]).toEqual([
      '16.6\u202f%',
      '—',
      '+32',
      '−5',
      '171\u202fd',
    ]);
  });
  it('money is never added across currencies and keeps its decimals', () => {
    expect(formatMoney([{ currency: 'EUR', minor: 4820000 }])).toBe('€48,200');
    expect(formatMoney([{ currency: 'EUR', minor: 1250 }])).toBe('€12.50');
    expect(formatMoney([{ currency: 'JPY', minor: 4820 }])).toBe('¥4,820');
    expect(formatMoney([{ currency: 'KWD', minor: 1234 }])).toBe('KWD\u202f1.234');
    expect(formatMoney([{ currency: 'EUR', minor: -193200000 }], { compact: true })).toBe('−€1.9M');
    expect(formatMoney([{ currency: 'EUR', minor: 41200000 }], { compact: true })).toBe('€412k');
    expect(
      formatMoney([
        { currency: 'EUR', minor: 100 },
        { currency: 'USD', minor: 30000 },
      ]),
    ).toBe('€1 + $300');
    expect(formatMoney([])).toBe('—');
  });
  it('days, counts, bytes and seconds', () => {
    expect([formatDay('2026-09-30'), formatDay('2026-08-09', false), formatDay(null)]).toEqual([
      '30 Sep 2026',
      '9 Aug',
      '—',
    ]);
    expect([formatCount(1, 'customer'), formatCount(1284, 'customer'), formatCount(2, 'reply', 'replies')]).toEqual([
      '1 customer',
      '1,284 customers',
      '2 replies',
    ]);
    expect([formatBytes(812), formatBytes(3_400_000), formatSeconds(0.42), formatSeconds(200)]).toEqual([
      '812\u202fB',
      '3.4\u202fMB',
      '0.4\u202fs',
      '3\u202fmin 20\u202fs',
    ]);
  });
});

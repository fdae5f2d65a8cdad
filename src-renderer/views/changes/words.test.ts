import { describe, expect, it } from 'vitest';
import { answerSentence, pWords, seriesSentence, spanWords, valueWords } from './words.ts';
import type { Report, Series } from './words.ts';

const report = (part: Partial<Report>): Report =>
  ({
    since: '2026-06-30',
    compared: 40,
    significant: 0,
    changes: [],
    expectedFalse: 0,
    leastAdjusted: 0.31,
    ...part,
  }) as Report;

describe('words of the Changes view', () => {
  it('the answer says how much changed, or that nothing did', () => {
    expect(answerSentence(report({}))).toBe(
      'Nothing changed significantly since 30 Jun 2026: none of 40 comparisons is beyond chance (least adjusted p 0.3100).',
    );
    expect(answerSentence(report({ compared: 0 }))).toContain('Nothing could be compared');
    const eleven = report({ significant: 11, changes: Array(10).fill({}) as Report['changes'], expectedFalse: 1.1 });
    expect(answerSentence(eleven)).toBe(
      '11 significant changes since 30 Jun 2026 among 40 comparisons; the 10 largest are named. At most 1.1 of them are expected to be chance.',
    );
  });

  it('values are written in their unit', () => {
    const value = (unit: string, x: number | null): string => valueWords({ unit: unit as never, currency: 'EUR' }, x);
    expect([value('customers', 1234), value('points', -7.25), value('per week', 3), value('share', null)]).toEqual([
      '1,234',
      '−7.3',
      '3.0 a week',
      '—',
    ]);
    expect(spanWords({ unit: 'per week', currency: null, before: 4.4, after: 1.4 })).toBe('4.4 → 1.4 a week');
    expect(spanWords({ unit: 'cells', currency: null, before: null, after: null })).toBe('');
    expect([pWords(0.00001), pWords(0.5)]).toEqual(['< 0.0001', '0.5000']);
  });

  it('a chart says where it left its limits and after which day the level changed', () => {
    const point = { label: '2026-07-29', from: '2026-07-29', signal: null };
    const series = { unit: 'per week', changedAfter: null, points: [point] } as unknown as Series;
    expect(seriesSentence(series)).toBe('Neither chart is beyond its limits since the day.');
    const found = { ...series, changedAfter: '2026-07-21', points: [point, { ...point, signal: 'cusum' }] } as Series;
    expect(seriesSentence(found)).toBe(
      'CUSUM is beyond the limits from the week of 29 Jul 2026 on; by the CUSUM the level changed after 21 Jul 2026.',
    );
  });
});

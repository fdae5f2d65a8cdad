import { describe, expect, it } from 'vitest';
import {
  classOfScore,
  compareSentence,
  distributionSentence,
  groupSentence,
  intervalWords,
  scoreSentence,
} from './npsWords.ts';
import { plain } from './Parts.tsx';

const interval = (low: number | null, high: number | null, level = 0.95) => ({
  low,
  high,
  level,
  method: 'adjusted_wald',
});
const report = {
  responses: 312,
  promoters: 172,
  passives: 70,
  detractors: 70,
  nps: 32.7,
  interval: interval(23.6, 41.1),
  invited: 640,
  responseRate: 0.4875,
};
const group = (value: string | null, responses: number, nps: number, low: number, high: number) => ({
  value,
  responses,
  promoters: 0,
  passives: 0,
  detractors: 0,
  nps,
  interval: interval(low, high),
});

describe('NPS in words', () => {
  it('classes are 0-6, 7-8, 9-10', () =>
    expect([0, 6, 7, 8, 9, 10].map(classOfScore)).toEqual([
      'detractor',
      'detractor',
      'passive',
      'passive',
      'promoter',
      'promoter',
    ]));

  it('states the interval at its own level', () => {
    expect(intervalWords(interval(23.6, 41.1))).toBe('95 % interval +24 to +41');
    expect(intervalWords(interval(-3.2, 4, 0.995))).toBe('99.5 % interval −3 to +4');
  });

  it('says whether the sign is certain', () => {
    expect(plain(scoreSentence(report))).toBe(
      '172 of 312 answers are promoters (55.1\u202f%), 70 detractors (22.4\u202f%). Promoters outnumber detractors; the interval lies above zero. 48.8\u202f% of 640 asked answered.',
    );
    expect(plain(scoreSentence({ ...report, interval: interval(-2, 9), responseRate: null, invited: null }))).toContain(
      'includes zero: which of the two is larger is not certain.',
    );
    expect(plain(scoreSentence({ ...report, interval: interval(-20, -2) }))).toContain(
      'Detractors outnumber promoters',
    );
    expect(plain(scoreSentence({ ...report, responses: 0 }))).toBe('No answer counts here.');
  });

  it('names the most frequent score and the nearly promoters', () => {
    expect(plain(distributionSentence([1, 0, 0, 0, 0, 2, 3, 10, 30, 40, 20]))).toBe(
      'The most frequent score is 9 (40 answers, 37.7\u202f%); 30 gave 8, one short of promoter.',
    );
  });

  it('calls a difference within chance when its interval includes zero', () => {
    const c = { a: { value: 'Wave 6' }, b: { value: 'Wave 7' }, difference: 5, low: -3, high: 13, p: 0.214 };
    expect(compareSentence(c)).toBe(
      'Wave 7 differs from Wave 6 by +5.0 points (95 % interval −3.0 to +13.0, p = 0.21): within chance.',
    );
    expect(compareSentence({ ...c, low: 1, p: 0.0004 })).toBe(
      'Wave 7 lies above Wave 6 by +5.0 points (95 % interval +1.0 to +13.0, p < 0.001).',
    );
    expect(compareSentence({ ...c, difference: null })).toBe('Wave 7 and Wave 6 cannot be compared: too few answers.');
  });

  it('compares only groups with enough answers', () => {
    expect(
      plain(
        groupSentence(
          [group('advocate', 40, 71, 55, 80), group('client', 80, 12, -3, 26), group('partner', 4, 100, 30, 100)],
          'rung',
        ),
      ),
    ).toBe('Highest is advocate (+71), lowest client (+12); their intervals do not overlap.');
    expect(plain(groupSentence([group('a', 40, 20, 5, 30), group('b', 80, 12, -3, 26)], 'rung'))).toContain(
      'the order may be chance',
    );
    expect(plain(groupSentence([group('a', 40, 20, 5, 30), group('b', 9, 12, -3, 26)], 'rung'))).toBe(
      'Fewer than two values of rung have 10 answers, too few to compare.',
    );
  });
});

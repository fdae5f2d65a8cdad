import { describe, expect, it } from 'vitest';
import { plain } from '../../kit/figures/Parts.tsx';
import {
  breachSentence,
  capSentence,
  cellWords,
  collisionSentence,
  disputeSentence,
  gapSentence,
  laneSentence,
  rowWords,
  stripSentence,
} from './words.ts';

const row = {
  customer: 'C-1',
  name: 'Kestrel',
  rung: 'client',
  counts: [3, 0, 0],
  frames: [{ kind: 'silence' as const, from: 1, to: 2, days: 174 }],
  worstGap: 174,
  openGap: 174,
  evenness: 0.41,
  class: 'silent',
};
const finding = (id: string, customers: number) => ({ id, label: id, customers, where: `${id} > 0` });

describe('touches in words', () => {
  it('a cell says who, when, how many and inside what', () => {
    expect(cellWords(row, 0, '2026-01-05')).toBe('Kestrel, week of 5 Jan 2026: 3 outbound touches');
    expect(cellWords(row, 1, '2026-01-12')).toBe(
      'Kestrel, week of 12 Jan 2026: no outbound touch; inside a silence of 174 days',
    );
    expect(rowWords(row)).toBe(
      'Kestrel, client: 3 touches shown, worst gap 174\u202fd, open gap 174\u202fd, evenness 0.41',
    );
  });

  it('the sentence over the strip names what was found and is silent about what was not', () => {
    expect(
      plain(
        stripSentence({
          customers: 402,
          findings: [finding('silent', 118), finding('barrage', 9), finding('dispute', 0), finding('never', 57)],
        }),
      ),
    ).toBe(
      'Of 402 customers 118 (29.4\u202f%) are silent beyond their target, 9 had a barrage and then silence and 57 were never touched.',
    );
    expect(plain(stripSentence({ customers: 12, findings: [] }))).toContain('None of 12 customers');
    expect(plain(stripSentence({ customers: 0, findings: [] }))).toBe('No customer passes the selection.');
  });

  it('the gap sentence counts those who were never touched', () => {
    expect(gapSentence({ median: 41, beyondTarget: 0.29, never: 57 })).toBe(
      'Half of the customers were touched within 41\u202fd; 29.0\u202f% are beyond the target of their rung (orange). 57 customers never touched are not drawn.',
    );
    expect(gapSentence({ median: null, beyondTarget: null, never: 1 })).toBe(
      'No customer has been touched yet. 1 customer never touched is not drawn.',
    );
  });

  it('the lanes say first that selling went on in a dispute', () => {
    const t = {
      lanes: ['sales', 'inbound'],
      marks: [
        { lane: 0, inDispute: true, day: '2026-09-04' },
        { lane: 1, inDispute: false, day: '2026-09-01' },
      ],
      disputes: [{ opened: '2026-08-28', closed: null }],
      silences: [{ days: 61, open: false, from: '2026-06-20', to: '2026-08-20' }],
      bursts: [],
    };
    expect(laneSentence(t, 0.22)).toBe(
      '1 outbound touch in the weeks shown; 1 commercial touch during a dispute; a dispute is open since 28 Aug 2026; silent for 61 days until 20 Aug 2026. Evenness of sales and marketing over the last 90 days: 0.22.',
    );
    expect(laneSentence({ ...t, marks: [], disputes: [], silences: [] }, null)).toBe(
      '0 outbound touches in the weeks shown; no silence, burst or dispute.',
    );
  });

  it('rates inside and outside disputes are compared per 100 days', () => {
    expect(
      disputeSentence({
        disputeRate: { inside: 3.1, outside: 2.4, ratio: 1.2917, insideTouches: 23, disputeDays: 742 },
      }),
    ).toBe(
      '23 commercial touches in 742 dispute days: 3.1 per 100 dispute days, 2.4 per 100 other days, 1.29 times as often.',
    );
    expect(
      disputeSentence({
        disputeRate: { inside: null, outside: null, ratio: null, insideTouches: 0, disputeDays: 0 },
      }),
    ).toBe('No customer of the selection has had a dispute.');
  });

  it('collisions are counted within the days of the rules', () => {
    expect(collisionSentence({ collisionPairs: 0 }, 1)).toBe('No two teams touched the same customer within 1 day.');
    expect(collisionSentence({ collisionPairs: 2 }, 5)).toBe(
      '2 pairs of touches by different teams at most 5 days apart.',
    );
  });

  it('a cap is a sentence, and breaches are counted', () => {
    expect(capSentence('cap email: 4 in 30 days where rung < client')).toBe(
      'At most 4 outbound touches by email in any 30 days, where rung < client',
    );
    expect(capSentence('cap any: 1 in 1 day')).toBe('At most 1 outbound touch in any 1 day');
    expect(breachSentence({ capBreachCount: 0 }, [])).toBe('No cap is set.');
    expect(breachSentence({ capBreachCount: 0 }, ['cap any: 1 in 1 day'])).toBe(
      'Nobody was touched more often than the cap allows.',
    );
    expect(breachSentence({ capBreachCount: 1 }, ['a', 'b'])).toBe('1 stretch of touches above 2 caps.');
  });
});

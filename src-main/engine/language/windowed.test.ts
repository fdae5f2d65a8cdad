import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseIsoDay } from '#engine/base/days.ts';
import { ReadSession } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { language } from './index.ts';

/** Conditions on one column each; the general way takes over when one of another kind joins them. */
const USUAL = [
  'channel = email',
  'channel != email',
  'channel in (email, call)',
  'not (channel = call)',
  'channel is known',
  'channel is unknown',
  'direction = out',
  'not (direction = out or direction is unknown)',
  "campaign contains 'spring'",
  "campaign = 'Spring fair'",
  'campaign is unknown',
  "campaign != 'autumn'",
  'day > today - 30 days',
  'day <= today - 10 days',
  'day >= 2026-02-10',
  'day = 2026-02-10',
  'day < 2026-03-01',
  'day in last 2 months',
  'day in 2026-02',
];
/** True of every row, and never counted by window. */
const ALWAYS = '(channel is known or direction is known or channel is unknown)';

it('counting by window and by word says what the general way says', () => {
  const fixture = new Fixture();
  const parties = [1, 2, 3, 4].map(() => fixture.customer());
  const campaigns = ['Spring fair', 'spring', 'autumn', null, null];
  for (let i = 0; i < 400; i++) {
    fixture.add('touch', {
      party: i % 11 === 0 ? null : parties[i % 4]!,
      day: `2026-0${1 + (i % 3)}-${String(1 + ((i * 7) % 28)).padStart(2, '0')}`,
      channel: [null, 'email', 'call', 'meeting'][(i * 5) % 4] ?? null,
      direction: [null, 'in', 'out'][(i * 7) % 3] ?? null,
      campaign: campaigns[(i * 3) % 5] ?? null,
    });
  }
  fixture.commit();
  const ctx = new ReadSession(fixture.db).context();
  const asOf = ['2026-01-20', '2026-02-14', '2026-03-30'].map((day) => parseIsoDay(day));
  const outcome = (text: string, day: number): number[] => [...language.filter(ctx, text, day).outcome];
  let counted = 0;
  fc.assert(
    fc.property(
      fc.subarray(USUAL, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...asOf),
      fc.nat({ max: 12 }),
      (clauses, day, least) => {
        const where = clauses.join(' and ');
        const quick = outcome(`count(touches where ${where}) > ${least}`, day);
        expect(quick).toEqual(outcome(`count(touches where ${where} and ${ALWAYS}) > ${least}`, day));
        expect(outcome(`exists(touches where ${where})`, day)).toEqual(
          outcome(`exists(touches where ${where} and ${ALWAYS})`, day),
        );
        counted += quick.filter((value) => value === 1).length;
      },
    ),
    { numRuns: 300 },
  );
  expect(counted).toBeGreaterThan(100);
});

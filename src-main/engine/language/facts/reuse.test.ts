import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseIsoDay } from '#engine/base/days.ts';
import { ReadSession } from '#engine/session.ts';
import { forgetVectors } from '#engine/store/indexes.ts';
import { writeSettings } from '#engine/store/settings.ts';
import { packMissing } from '#engine/vectors/load.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { language } from '../index.ts';
import { REDUCED } from './index.ts';

const DAYS = ['2026-03-01', '2026-05-05'].map((day) => parseIsoDay(day));

/** Every fact on two days, as plain values. */
function facts(session: ReadSession): unknown {
  const ctx = session.context();
  const { ids } = language.filter(ctx, null, DAYS[0]!);
  return DAYS.map((asOf) =>
    Object.fromEntries(
      REDUCED.map((name) => {
        const column = language.fact(ctx, name, asOf);
        return [
          name,
          column.type === 'text' ? [...ids].map((_, i) => column.at(i)) : { ...column, values: [...column.values] },
        ];
      }),
    ),
  );
}

function filled(): { fixture: Fixture; parties: number[] } {
  const fixture = new Fixture();
  const parties = ['Ines Ltd', 'Tom Ltd', 'Zoe Ltd'].map((name) => fixture.customer({ name, region: 'North' }));
  for (const [i, party] of parties.entries()) {
    fixture.add('touch', { party, day: `2026-01-0${i + 1}`, direction: 'out', team: 'sales', channel: 'email' });
    fixture.add('purchase', { party, day: `2026-02-0${i + 1}`, kind: 'invoice', amount: 900 + i, currency: 'EUR' });
    fixture.add('response', { party, day: `2026-02-1${i}`, score: 3 * i + 3 });
    fixture.add('ticket', { party, day: `2026-02-2${i}`, is_dispute: i % 2 });
  }
  fixture.commit();
  packMissing(fixture.db);
  return { fixture, parties };
}

it('facts taken over from an earlier version are what a fresh session computes', () => {
  const { fixture, parties } = filled();
  const { db } = fixture;
  const session = new ReadSession(db);
  let n = 0;
  const change = fc.record({
    what: fc.constantFrom('touch', 'purchase', 'response', 'ticket', 'lead', 'subscription', 'answer', 'owner team'),

    more: fc.constantFrom('join', 'region', 'ladder mode', 'rename', null, null, null),
    party: fc.constantFrom(...parties),
    day: fc.integer({ min: 1, max: 9 }).map((d) => `2026-02-0${d}`),
    score: fc.nat({ max: 10 }),
    asked: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.boolean(), (changes, packs) => {
      for (const { what, more, party, day, score, asked } of changes) {
        n++;
        const rows: Record<string, Record<string, string | number>> = {
          touch: { direction: 'out', team: score > 5 ? 'sales' : 'marketing', channel: 'call' },
          purchase: { kind: score > 8 ? 'refund' : 'invoice', amount: 100 * score, currency: 'EUR' },
          response: { score },
          ticket: { is_dispute: score % 2 },
          lead: { status: 'warm' },
          subscription: { status: 'active', renews_day: '2026-12-01' },
          answer: { question: 'budget', value: String(score) },
        };
        const row = rows[what];
        if (row) forgetVectors(db, what, [fixture.add(what, { ext: `more ${n}`, party, day, ...row })]);
        else
          db.run('INSERT OR REPLACE INTO owner_team(owner, team) VALUES (?, ?)', [
            fixture.term('Ines'),
            fixture.term(score > 5 ? 'sales' : 'marketing'),
          ]);
        if (more === 'join') fixture.join(party, parties[score % 3]!);
        if (more === 'region') {
          db.run('UPDATE party SET region = ? WHERE id = ?', [fixture.term(`region ${score}`), party]);
          forgetVectors(db, 'party', [party]);
        }
        if (more === 'rename') db.run('UPDATE customer SET name = ? WHERE id = ?', [`name ${n}`, party]);
        if (more === 'ladder mode') writeSettings(db, { ladderMode: score > 5 ? 5 : 6 });
        fixture.commit();
        // Facts asked for at every version, and over several.
        if (asked) facts(session);
      }
      expect(facts(session)).toEqual(facts(new ReadSession(db)));
      if (packs) packMissing(db);
    }),
    { numRuns: 40 },
  );
});

it('a fact is taken over while the rows it read are unchanged, and not longer', () => {
  const { fixture, parties } = filled();
  const session = new ReadSession(fixture.db);
  const values = (name: string): unknown => {
    const column = language.fact(session.context(), name, DAYS[0]!);
    return column.type === 'text' ? null : column.values;
  };
  const names = ['purchases', 'revenue_12m', 'nps', 'open_tickets', 'touches_total', 'rung'];
  const before = names.map(values);
  const id = fixture.add('touch', { party: parties[0]!, day: '2026-02-03', direction: 'out' });
  forgetVectors(fixture.db, 'touch', [id]);
  fixture.commit();
  const after = names.map(values);
  expect(names.filter((_, i) => after[i] === before[i])).toEqual(['purchases', 'revenue_12m', 'nps', 'open_tickets']);
  expect(before[4]).not.toEqual(after[4]);
  forgetVectors(fixture.db, 'purchase', [
    fixture.add('purchase', { party: parties[0]!, day: '2026-02-03', kind: 'invoice', amount: 5 }),
  ]);
  fixture.commit();
  // Touches that are not packed yet are read again at every version.
  const last = names.map(values);
  expect(names.filter((_, i) => last[i] === after[i])).toEqual(['nps', 'open_tickets']);
});

import type { Kept, ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { benjaminiHochberg } from '#engine/methods/drift.ts';
import { populationAt } from '../population/index.ts';
import { answerChanges } from './answers.ts';
import { counted, rounded, type Candidate, type Found, type Question } from './candidate.ts';
import { groupsOf } from './groups.ts';
import { moneyChanges } from './money.ts';
import { spanOf } from './span.ts';
import { standingChanges } from './standing.ts';
import { volumeChanges } from './volume.ts';
import type { Change, ChangeDetail, ChangesReport } from './types.ts';

export type ChangesQuery = {
  asOf: Day;
  since: Day;
  where: string | undefined;
  by: string | undefined;
  baselineWeeks: number;
  q: number;
  limit: number;
};

type Answer = { readonly report: ChangesReport; readonly details: ReadonlyMap<string, () => ChangeDetail[]> };

const ANSWERS: Kept<Map<string, Answer>> = { name: 'what changed', make: () => new Map() };
const ANSWERS_KEPT = 4;

/** Every comparison of a question with its chart, kept for the last few questions of a data version. */
export function whatChanged(ctx: ReadContext, query: ChangesQuery): Answer {
  const kept = ctx.kept(ANSWERS);
  const key = JSON.stringify([query, ctx.settings.ladderMode]);
  const answer = kept.get(key) ?? compareAll(ctx, query);
  kept.delete(key);
  kept.set(key, answer);
  if (kept.size > ANSWERS_KEPT) kept.delete(kept.keys().next().value!);
  return answer;
}

function compareAll(ctx: ReadContext, query: ChangesQuery): Answer {
  const { asOf, since, where, by, q } = query;
  const population = populationAt(ctx, asOf, where);
  const span = spanOf(since, asOf, query.baselineWeeks);
  const groups = by === undefined ? null : groupsOf(ctx, population, by, asOf);
  const question: Question = { ctx, population, span, where, groups };
  const parts: Found[] = [];
  for (const compare of [standingChanges, answerChanges, volumeChanges, moneyChanges]) {
    ctx.cancel.check();
    parts.push(compare(question));
  }
  const candidates = parts.flatMap((part) => part.candidates);
  const all = weighed(candidates, q).map((change) => within(change, where));
  const significant = all.filter((c) => c.significant).length;
  const adjusted = all.map((c) => c.adjusted);
  return {
    report: {
      asOf: isoDay(asOf),
      since: isoDay(since),
      from: isoDay(span.before + 1),
      by: by ?? null,
      q,
      answer: sentence(all.length, significant, query),
      changes: all.filter((c) => c.significant).slice(0, query.limit),
      compared: all.length,
      significant,
      expectedFalse: q * significant,
      leastAdjusted: adjusted.length === 0 ? null : Math.min(...adjusted),
      all,
      notCompared: parts.flatMap((part) => part.notCompared),
      customers: population.count,
      unknown: population.unknown,
    },
    details: new Map(candidates.map((c) => [c.id, c.details])),
  };
}

/** Rules W1 and W2: what is significant among all comparisons, the largest first; then the rest by size. */
function weighed(candidates: readonly Candidate[], q: number): Change[] {
  const { adjusted } = benjaminiHochberg(
    candidates.map((c) => c.p),
    q,
  );
  return candidates
    .map(({ details: _, ...change }, i): Change => ({
      ...change,
      adjusted: adjusted[i]!,
      significant: adjusted[i]! <= q,
    }))
    .sort(
      (a, b) =>
        Number(b.significant) - Number(a.significant) ||
        b.size - a.size ||
        a.p - b.p ||
        (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
    );
}

/** The customers behind a change are those of the question. */
function within(change: Change, where: string | undefined): Change {
  if (change.where === null || where === undefined || where.trim() === '') return change;
  return { ...change, where: `(${where}) and (${change.where})` };
}

function sentence(compared: number, significant: number, { since, q, limit }: ChangesQuery): string {
  const day = isoDay(since);
  if (compared === 0) return `Nothing could be compared since ${day}: there is too little before or after that day.`;
  if (significant === 0)
    return `Nothing changed significantly since ${day}: none of ${counted(compared, 'comparison')} is beyond chance.`;
  const named = significant > limit ? `; the ${limit} largest are named` : '';
  return `${counted(significant, 'change')} since ${day} among ${counted(compared, 'comparison')}${named}; ${rounded(q * significant)} of them may be chance.`;
}

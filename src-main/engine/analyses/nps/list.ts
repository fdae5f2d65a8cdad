import type { ReadContext } from '#engine/base/context.ts';
import { isoDay } from '#engine/base/days.ts';
import { NPS_CLASSES } from '#engine/base/vocabulary.ts';
import { npsCategory } from '#engine/methods/nps.ts';
import { STANDINGS, standingsAt } from '../ladder/index.ts';
import { customerId, type Population } from '../population/index.ts';
import type { CountedAnswer } from './answers.ts';
import type { NpsListReport } from './types.ts';

export type ListOptions = {
  class?: (typeof NPS_CLASSES)[number] | undefined;
  score?: number | undefined;
  limit: number;
  offset: number;
};

const classOf = (score: number): (typeof NPS_CLASSES)[number] => NPS_CLASSES[(npsCategory(score) ?? 0) + 1]!;

/** A page of answers, newest first (ties by row id), with verbatim and respondent read for the page only. */
export function listAnswers(
  ctx: ReadContext,
  population: Population,
  answers: readonly CountedAnswer[],
  options: ListOptions,
): NpsListReport {
  const { vectors, asOf } = population;
  const relation = vectors.relation('responses');
  const wave = relation.column('wave').values;
  const chosen = answers
    .filter((a) => options.class === undefined || classOf(a.score!) === options.class)
    .filter((a) => options.score === undefined || a.score === options.score)
    .sort((a, b) => b.day - a.day || relation.id[b.row]! - relation.id[a.row]!);
  const standing = standingsAt(ctx, asOf);
  const rows = chosen.slice(options.offset, options.offset + options.limit).map((a) => {
    const stored = ctx.db.get(
      `SELECT r.verbatim, coalesce(p.name, trim(coalesce(p.given_name, '') || ' ' || coalesce(p.family_name, '')), p.email), p.email
       FROM response r LEFT JOIN party p ON p.id = r.party WHERE r.id = ?`,
      [relation.id[a.row]!],
    );
    const respondent = (stored?.[1] as string | null) || (stored?.[2] as string | null);
    return {
      id: String(relation.id[a.row]),
      customer: a.customer < 0 ? null : customerId(vectors, a.customer),
      name: a.customer < 0 ? null : vectors.customers.name(a.customer),
      respondent: respondent ?? null,
      score: a.score!,
      class: classOf(a.score!),
      answered: isoDay(a.day),
      wave: vectors.text(wave[a.row]!),
      verbatim: (stored?.[0] as string | null) ?? null,
      rung: a.customer < 0 ? null : STANDINGS[standing[a.customer]!]!,
      answeredBy: a.customer >= 0 && classOf(a.score!) === 'detractor' ? firstReply(population, a) : null,
    };
  });
  return { total: chosen.length, rows };
}

/** Rule N12: the first outbound touch of any team on or after the day of a detractor's answer. */
function firstReply(population: Population, answer: CountedAnswer): string | null {
  const { vectors, asOf } = population;
  const touches = vectors.relation('touches');
  const direction = touches.column('direction').values;
  const team = touches.column('team').values;
  const channel = touches.column('channel').values;
  const out = vectors.term('out');
  for (let r = touches.start[answer.customer]!; r < touches.start[answer.customer + 1]!; r++) {
    const day = touches.day[r]!;
    if (day > asOf) break;
    if (day < answer.day || direction[r] !== out) continue;
    const days = day - answer.day;
    const later = days === 0 ? 'the same day' : days === 1 ? '1 day later' : `${days} days later`;
    return `${isoDay(day)}, ${later}, ${vectors.text(channel[r]!) ?? 'touch'} by ${vectors.text(team[r]!) ?? 'unknown'}`;
  }
  return null;
}

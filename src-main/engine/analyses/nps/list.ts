import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { NPS_CLASSES } from '#engine/base/vocabulary.ts';
import { npsCategory } from '#engine/methods/nps.ts';
import { STANDINGS, standingsAt } from '../ladder/index.ts';
import { customerId, type Population } from '../population/index.ts';
import type { Answers } from './answers.ts';
import { Range, select, Selection } from './selection.ts';
import type { NpsListReport, NpsListRow } from './types.ts';

type ListOptions = {
  class?: (typeof NPS_CLASSES)[number] | undefined;
  score?: number | undefined;
  limit: number;
  offset: number;
};

export const classOf = (score: number): (typeof NPS_CLASSES)[number] => NPS_CLASSES[(npsCategory(score) ?? 0) + 1]!;

/** A page of answers, newest first (ties by row id), with verbatim and respondent read for the page only. */
function listAnswers(ctx: ReadContext, population: Population, answers: Answers, options: ListOptions): NpsListReport {
  const { scores, rows } = answers;
  const chosen: number[] = [];
  for (let i = 0; i < answers.count; i++) {
    if (options.class !== undefined && classOf(scores[i]!) !== options.class) continue;
    if (options.score === undefined || scores[i] === options.score) chosen.push(i);
  }
  const { day, id } = answers.relation;
  chosen.sort((a, b) => day[rows[b]!]! - day[rows[a]!]! || id[rows[b]!]! - id[rows[a]!]!);
  return {
    total: chosen.length,
    rows: answerRows(ctx, population, answers, chosen.slice(options.offset, options.offset + options.limit)),
  };
}

/** Answers as rows of a list, by their places among the answers. */
export function answerRows(
  ctx: ReadContext,
  population: Population,
  answers: Answers,
  places: readonly number[],
): NpsListRow[] {
  const { vectors, asOf } = population;
  const { relation } = answers;
  const wave = relation.column('wave').values;
  const standing = standingsAt(ctx, asOf);
  return places.map((place) => {
    const row = answers.rows[place]!;
    const customer = answers.customers[place]!;
    const score = answers.scores[place]!;
    const stored = ctx.db.get(
      `SELECT r.verbatim, coalesce(p.name, trim(coalesce(p.given_name, '') || ' ' || coalesce(p.family_name, '')), p.email), p.email
       FROM response r LEFT JOIN party p ON p.id = r.party WHERE r.id = ?`,
      [relation.id[row]!],
    );
    const respondent = (stored?.[1] as string | null) || (stored?.[2] as string | null);
    const known = customer >= 0;
    return {
      id: String(relation.id[row]),
      customer: known ? customerId(vectors, customer) : null,
      name: known ? vectors.customers.name(customer) : null,
      respondent: respondent ?? null,
      score,
      class: classOf(score),
      answered: isoDay(relation.day[row]!),
      wave: vectors.text(wave[row]!),
      verbatim: (stored?.[0] as string | null) ?? null,
      rung: known ? STANDINGS[standing[customer]!]! : null,
      answeredBy: known && classOf(score) === 'detractor' ? firstReply(population, customer, relation.day[row]!) : null,
    };
  });
}

/** Rule N12: the first outbound touch of any team on or after the day of a detractor's answer. */
function firstReply(population: Population, customer: number, answered: Day): string | null {
  const { vectors, asOf } = population;
  const touches = vectors.relation('touches');
  const direction = touches.column('direction').values;
  const team = touches.column('team').values;
  const channel = touches.column('channel').values;
  const out = vectors.term('out');
  for (let r = touches.start[customer]!; r < touches.start[customer + 1]!; r++) {
    const day = touches.day[r]!;
    if (day > asOf) break;
    if (day < answered || direction[r] !== out) continue;
    const days = day - answered;
    const later = days === 0 ? 'the same day' : days === 1 ? '1 day later' : `${days} days later`;
    return `${isoDay(day)}, ${later}, ${vectors.text(channel[r]!) ?? 'touch'} by ${vectors.text(team[r]!) ?? 'unknown'}`;
  }
  return null;
}

/** The answers behind a score, newest first; for a detractor the first outbound touch after the answer. */
export const npsList = defineAnalysis({
  name: 'npsList',
  input: z.object({
    ...Selection,
    ...Range,
    class: z.enum(['detractor', 'passive', 'promoter']).optional(),
    score: z.int().min(0).max(10).optional(),
    limit: z.int().min(0).max(10_000).default(200),
    offset: z.int().min(0).default(0),
  }),
  run(ctx, input) {
    const { population, answers } = select(ctx, input, input);
    return listAnswers(ctx, population, answers, input);
  },
});

import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import type { Money } from '#engine/base/money.ts';
import type { ClauseCount } from '#engine/base/report.ts';
import { answerAt, answerColumns } from '#engine/language/facts/answers.ts';
import { npsCategory } from '#engine/methods/nps.ts';
import { customerId, MoneySums, moneyAt, populationAt } from '../population/index.ts';
import { standingsAt } from './counts.ts';
import { STANDINGS } from './standings.ts';
import { factsAt } from './evidence.ts';
import { rate } from './migration.ts';
import { revenueAt } from './revenue.ts';
import { byLadder, type LadderChoice } from './rules.ts';
import type { Rate, Standing } from './types.ts';

/** What a customer says: class of the latest answer in the window, or nothing. */
export type Saying = 'promoter' | 'passive' | 'detractor' | 'silent';
const SAYINGS: readonly Saying[] = ['promoter', 'passive', 'detractor', 'silent'];

export type SayDoRow = {
  customer: string;
  name: string;
  standing: Standing;
  owner: string | null;
  score: number | null;
  answered: string | null;
  /** Latest recommendation in the window. */
  acted: string | null;
  kind: string | null;
  /** "open since 2026-08-09" or null: not the moment to ask. */
  dispute: string | null;
  revenue12m: Money[];
};

/** `sayDo`: what customers say they would do and what they do. */
export type SayDoReport = {
  asOf: string;
  /** Days that an answer and a recommendation count; null: every day so far. */
  window: number | null;
  customers: number;
  /** Per answer class: customers, those with a recommendation, revenue of 12 months of those without one. */
  classes: { says: Saying; customers: number; does: Rate; revenue12m: Money[]; revenueWithout: Money[] }[];
  /** Promoters without a recommendation, and those who recommended and are no promoters. */
  ask: number;
  unsaid: number;
  list: 'ask' | 'unsaid' | 'done';
  total: number;
  rows: SayDoRow[];
  unknown: number;
  clauses: ClauseCount[];
};

export type SayDoQuery = LadderChoice & {
  readonly asOf: Day;
  readonly where: string | undefined;
  readonly window: number | null;
  readonly list: 'ask' | 'unsaid' | 'done';
  readonly limit: number;
  readonly offset: number;
};

/** `sayDo` (rule L31): the ask list has largest revenue first. */
export function sayDoOf(base: ReadContext, query: SayDoQuery): SayDoReport {
  const ctx = byLadder(base, query);
  const { asOf, window } = query;
  const population = populationAt(ctx, asOf, query.where);
  const { vectors, member } = population;
  const standing = standingsAt(ctx, asOf);
  const { revenue, largestFirst } = revenueAt(ctx, asOf);
  const answers = answerColumns(vectors);
  const advocacy = vectors.relation('advocacy');
  const kinds = advocacy.column('kind').values;
  const owners = vectors.customers.term('owner');
  const after = window === null ? -Infinity : asOf - window;
  const tallies = SAYINGS.map(() => ({ customers: 0, did: 0, revenue: new MoneySums(), without: new MoneySums() }));
  const found: { customer: number; answer: number; act: number }[] = [];
  let ask = 0;
  let unsaid = 0;
  for (let c = 0; c < member.length; c++) {
    if (member[c] !== 1) continue;
    let answer = answerAt(answers, c, asOf);
    if (answer >= 0 && answers.relation.day[answer]! <= after) answer = -1;
    let act = -1;
    for (let r = advocacy.start[c]!; r < advocacy.start[c + 1]! && advocacy.day[r]! <= asOf; r++)
      if (advocacy.day[r]! > after) act = r;
    const says = answer < 0 ? 3 : 1 - npsCategory(answers.score[answer]!)!;
    const tally = tallies[says]!;
    tally.customers++;
    tally.revenue.add(vectors, revenue, c);
    if (act >= 0) tally.did++;
    else tally.without.add(vectors, revenue, c);
    const which = says === 0 && act < 0 ? 'ask' : says !== 0 && act >= 0 ? 'unsaid' : says === 0 ? 'done' : null;
    if (which === 'ask') ask++;
    if (which === 'unsaid') unsaid++;
    if (which === query.list) found.push({ customer: c, answer, act });
  }
  found.sort((a, b) => largestFirst(a.customer, b.customer));
  return {
    asOf: isoDay(asOf),
    window,
    customers: population.count,
    classes: SAYINGS.map((says, k) => ({
      says,
      customers: tallies[k]!.customers,
      does: rate(tallies[k]!.did, tallies[k]!.customers),
      revenue12m: tallies[k]!.revenue.list(),
      revenueWithout: tallies[k]!.without.list(),
    })),
    ask,
    unsaid,
    list: query.list,
    total: found.length,
    rows: found.slice(query.offset, query.offset + query.limit).map(({ customer, answer, act }) => {
      const dispute = factsAt(vectors, customer, asOf).openDispute;
      return {
        customer: customerId(vectors, customer),
        name: vectors.customers.name(customer),
        standing: STANDINGS[standing[customer]!]!,
        owner: vectors.text(owners[customer]!),
        score: answer < 0 ? null : answers.score[answer]!,
        answered: answer < 0 ? null : isoDay(answers.relation.day[answer]!),
        acted: act < 0 ? null : isoDay(advocacy.day[act]!),
        kind: act < 0 ? null : (vectors.text(kinds[act]!) ?? 'recommendation').replaceAll('_', ' '),
        dispute: dispute === null ? null : `open since ${isoDay(dispute)}`,
        revenue12m: moneyAt(vectors, revenue, customer),
      };
    }),
    unknown: population.unknown,
    clauses: population.clauses,
  };
}

import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { language } from '#engine/language/index.ts';
import { frequencyCap } from '#engine/methods/rhythm.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { asOfDay, customerId, populationAt, type Population } from '../population/index.ts';
import { npsRulesOf, type AskLimit } from './rules.ts';
import type { NpsAskReport, NpsAskRow } from './types.ts';

type Person = {
  readonly party: number;
  readonly customer: number;
  /** Days of its invitations, ascending. */
  readonly days: readonly Day[];
  readonly limits: readonly AskLimit[];
  readonly optedOut: boolean;
};

/**
 * Rule N35: how often people were invited against the limits of the rules, looking back, and who may be invited on the day.
 * An invitation is a row of a survey of any kind, on the day it was sent, else answered.
 */
export const npsAsk = defineAnalysis({
  name: 'npsAsk',
  input: z.object({
    asOf: z.string().optional(),
    where: z.string().optional(),
    show: z.enum(['breaches', 'allowed', 'blocked']).default('breaches'),
    limit: z.int().min(0).max(10_000).default(200),
    offset: z.int().min(0).default(0),
  }),
  run(ctx, input): NpsAskReport {
    const population = populationAt(ctx, asOfDay(ctx, input.asOf), input.where);
    const { asOf } = population;
    const { asks } = npsRulesOf(ctx);
    const people = peopleAsked(ctx, population, asks);
    const rules = asks.map(({ name, count, days, where }) => ({ name, count, days, where, people: 0, breaches: 0 }));
    const breaches: Listed[] = [];
    const allowed: Listed[] = [];
    const blocked: Listed[] = [];
    let optedOut = 0;
    for (const person of people) {
      let until: Day | null = null;
      let by: AskLimit | null = null;
      for (const limit of person.limits) {
        const rule = rules[asks.indexOf(limit)]!;
        rule.people++;
        for (const { day, count } of frequencyCap(person.days, limit.days, limit.count).violations) {
          rule.breaches++;
          breaches.push({ person, limit, day, count });
        }
        const free = freeOn(person.days, limit, asOf);
        if (free > asOf && (until === null || free > until)) [until, by] = [free, limit];
      }
      if (person.optedOut) optedOut++;
      else if (until === null) allowed.push({ person, limit: null, day: null, count: null });
      else blocked.push({ person, limit: by, day: until, count: null });
    }
    breaches.sort((a, b) => b.day! - a.day! || a.person.party - b.person.party);
    blocked.sort((a, b) => a.day! - b.day! || a.person.party - b.person.party);
    const listed = { breaches, allowed, blocked }[input.show];
    return {
      asOf: isoDay(asOf),
      people: people.length,
      allowed: allowed.length,
      blocked: blocked.length,
      optedOut,
      breaches: breaches.length,
      rules,
      show: input.show,
      total: listed.length,
      rows: rowsOf(ctx, population, listed.slice(input.offset, input.offset + input.limit)),
    };
  },
});

type Listed = { person: Person; limit: AskLimit | null; day: Day | null; count: number | null };

/** The first day on which one more invitation keeps a limit: when the oldest of the last `count` lies `days` back. */
function freeOn(days: readonly Day[], { count, days: window }: AskLimit, asOf: Day): Day {
  const oldest = days[days.length - count];
  return oldest === undefined || oldest <= asOf - window ? asOf : oldest + window;
}

/** People of the population known on the day and all who were invited, with the limits that hold for them. */
function peopleAsked(ctx: ReadContext, population: Population, asks: readonly AskLimit[]): Person[] {
  const { vectors, asOf, member } = population;
  const relation = vectors.relation('responses');
  const asked = relation.column('asked_day').values;
  const days = new Map<number, Day[]>();
  const customers = new Map<number, number>();
  const { ids, owner, outcome } = language.filter(ctx, null, asOf, 'person');
  for (let i = 0; i < ids.length; i++) {
    const customer = owner?.[i] ?? -1;
    if (outcome[i] === 1 && customer >= 0 && member[customer] === 1) customers.set(ids[i]!, customer);
  }
  for (let c = 0; c < vectors.customers.count; c++) {
    if (member[c] !== 1) continue;
    for (let r = relation.start[c]!; r < relation.start[c + 1]!; r++) {
      const party = relation.party[r]!;
      const day = asked[r] === UNKNOWN_INT ? relation.day[r]! : asked[r]!;
      if (party === 0 || day > asOf) continue;
      if (!customers.has(party)) customers.set(party, c);
      const held = days.get(party);
      if (held) held.push(day);
      else days.set(party, [day]);
    }
  }
  const holds = asks.map(({ where }) => {
    if (where === null) return null;
    const found = language.filter(ctx, where, asOf, 'person');
    return new Set([...found.ids].filter((_, i) => found.outcome[i] === 1));
  });
  const out = new Set(ctx.db.all('SELECT id FROM party WHERE opt_out = 1').map(([id]) => id as number));
  return [...customers]
    .sort(([a], [b]) => a - b)
    .map(([party, customer]) => ({
      party,
      customer,
      days: (days.get(party) ?? []).sort((a, b) => a - b),
      limits: asks.filter((_, i) => holds[i] === null || holds[i]!.has(party)),
      optedOut: out.has(party),
    }));
}

function rowsOf(ctx: ReadContext, population: Population, listed: readonly Listed[]): NpsAskRow[] {
  return listed.map(({ person, limit, day, count }) => {
    const name = ctx.db.get(
      `SELECT coalesce(nullif(trim(name), ''), nullif(trim(coalesce(given_name, '') || ' ' || coalesce(family_name, '')), ''), email), title
       FROM party WHERE id = ?`,
      [person.party],
    );
    return {
      id: String(person.party),
      person: (name?.[0] as string | null | undefined) ?? null,
      title: (name?.[1] as string | null | undefined) ?? null,
      customer: customerId(population.vectors, person.customer),
      name: population.vectors.customers.name(person.customer),
      invitations: person.days.length,
      lastInvited: person.days.length === 0 ? null : isoDay(person.days.at(-1)!),
      rule: limit?.name ?? null,
      day: day === null ? null : isoDay(day),
      count,
    };
  });
}

import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { rungAt, WINDOW_DAYS, type RungFlag } from '#engine/language/facts/rung.ts';
import { RUNGS } from '#engine/base/vocabulary.ts';
import { language } from '#engine/language/index.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import {
  directionOf,
  factsAt,
  lastsUntil,
  liftOf,
  ownRules,
  reasonOf,
  summaryOf,
  type RungFacts,
} from '../ladder/index.ts';
import type { RungEvidence, RungSpell, Standing } from '../ladder/types.ts';
import { disputesAt } from '../touch/index.ts';

const FLAGS: Readonly<Record<RungFlag, string>> = {
  partner_without_purchase: 'a partner agreement without an order',
  advocacy_without_purchase: 'a recommendation without an order',
  advocacy_below_client: 'a recommendation before the second order',
};

const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

/** The evidence card (rules L1-L9 and L12 of the ladder, C5 and C6 here). */
export function evidenceAt(ctx: ReadContext, vectors: Vectors, customer: number, asOf: Day): RungEvidence {
  const mode = ctx.settings.ladderMode;
  const standing = rungAt(vectors, customer, asOf, mode);
  const rung = language.fact(ctx, 'rung', asOf);
  const lapsed = language.fact(ctx, 'lapsed', asOf);
  if (rung.type !== 'set' || lapsed.type !== 'yesno') throw new Error('rung is a set and lapsed a yes/no');
  const stands = RUNGS[rung.values[customer]!] ?? standing.rung;
  const isLapsed = lapsed.values[customer] === 1;
  const here: Standing = isLapsed ? 'lapsed' : stands;
  const own = ownRules(ctx, asOf)?.(customer, here) ?? null;
  const peak = language.fact(ctx, 'peak_rung', asOf);
  if (peak.type !== 'set') throw new Error('peak_rung is a set');
  const facts = factsAt(vectors, customer, asOf);
  return {
    rung: stands,
    lapsed: isLapsed,
    peakRung: RUNGS[peak.values[customer]!] ?? standing.rung,
    facts: [
      ...(own === null ? [] : [{ sentence: own, table: null, rows: [] }]),
      ...sentences(vectors, customer, facts, asOf),
    ],
    next: liftOf(ctx, vectors, asOf)(customer, here, facts),
    lasts: own === null ? lastsUntil(here, facts) : null,
    flags: own === null ? standing.flags.map((flag) => FLAGS[flag]) : [],
  };
}

function sentences(vectors: Vectors, customer: number, facts: RungFacts, asOf: Day): RungEvidence['facts'] {
  const list: RungEvidence['facts'] = [];
  const add = (sentence: string, table: string | null = null, rows: readonly number[] = []): void => {
    list.push({ sentence, table, rows: rows.map(String) });
  };
  const last = facts.orderDays.at(-1);
  if (!last) add('No order that counts.');
  else {
    add(
      `Orders on ${plural(facts.orderDays.length, 'day', 'days')}, the last on ${isoDay(last.day)}, ${plural(asOf - last.day, 'day', 'days')} ago.`,
      'purchase',
      facts.orderDays.flatMap((d) => d.orders),
    );
  }
  if (facts.credited.length > 0) {
    const newest = Math.max(...facts.credited.map((c) => c.voided));
    add(
      `${plural(facts.credited.length, 'order is', 'orders are')} fully credited, the last on ${isoDay(newest)}.`,
      'purchase',
      facts.credited.map((c) => c.order),
    );
  }
  const old = (day: Day): string =>
    day <= asOf - WINDOW_DAYS ? ` It is older than ${WINDOW_DAYS} days and no longer counts.` : '';
  if (facts.lastScore) {
    const { day, score, row } = facts.lastScore;
    add(`The latest answer is ${score}, given on ${isoDay(day)}.${old(day)}`, 'response', [row]);
  } else add('No answer to a survey.');
  if (facts.lastAdvocacy) {
    const { day, kind, row } = facts.lastAdvocacy;
    add(`The latest recommendation is a ${kind.replaceAll('_', ' ')} of ${isoDay(day)}.${old(day)}`, 'advocacy', [row]);
  }
  if (facts.partner) {
    const { from, to, row } = facts.partner;
    add(
      `A partner agreement holds since ${isoDay(from)}${to === null ? '' : ` and until ${isoDay(to)}`}.`,
      'partnership',
      [row],
    );
  } else if (facts.formerPartner) {
    add(`A partner agreement ended on ${isoDay(facts.formerPartner.to)}.`, 'partnership', [facts.formerPartner.row]);
  }
  for (const dispute of disputesAt(vectors, customer, asOf)) {
    if (dispute.closed !== null) continue;
    add(`A dispute is open since ${isoDay(dispute.opened)}.`, 'ticket', [vectors.relation('tickets').id[dispute.row]!]);
  }
  return list;
}

/** Where the customer stood since it is known, oldest first, each with the reason of the change (rule C7). `to` is the first day after. */
export function historyAt(ctx: ReadContext, vectors: Vectors, customer: number, asOf: Day): RungSpell[] {
  const history: { rung: Standing; from: Day; to: Day | null }[] = [];
  for (const spell of language.spells(ctx, customer, asOf)) {
    const rung: Standing = spell.lapsed ? 'lapsed' : spell.rung;
    const held = history.at(-1);
    if (held?.rung === rung) held.to = spell.to;
    else history.push({ rung, from: spell.from, to: spell.to });
  }
  return history.map(({ rung, from, to }, k) => {
    const facts = factsAt(vectors, customer, from);
    const before = history[k - 1];
    const evidence =
      ownRules(ctx, from)?.(customer, rung) ??
      (before === undefined
        ? summaryOf(facts, rung, from)
        : reasonOf(
            factsAt(vectors, customer, from - 1),
            facts,
            from - 1,
            from,
            rung,
            directionOf(before.rung, rung) as 'up' | 'down',
          ));
    return { rung, from: isoDay(from), to: to === null ? null : isoDay(to), evidence };
  });
}

import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import type { Money } from '#engine/base/money.ts';
import type { ClauseCount } from '#engine/base/report.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { orderCounts } from '#engine/language/facts/rung.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { customerId, MoneySums, moneyAt, populationAt } from '../population/index.ts';
import { standingsAt } from './counts.ts';
import { rate } from './migration.ts';
import { revenueAt } from './revenue.ts';
import { byLadder, type LadderChoice } from './rules.ts';
import { STANDINGS } from './standings.ts';
import type { Rate, Standing } from './types.ts';

/**
 * What came of a referral (L32): `won`: the first order lies after it; `open`: no order yet; `bought before`; `earlier`:
 * another referral of the same customer was first; `own`: it names the referrer; `unnamed`: nobody is named, or nobody known.
 */
export const OUTCOMES = ['won', 'open', 'bought before', 'earlier', 'own', 'unnamed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export type Referral = {
  day: string;
  /** Row of the table advocacy. */
  row: string;
  outcome: Outcome;
  /** The customer referred, when known. */
  customer: string | null;
  name: string | null;
  /** As the source names it. */
  external: string | null;
  firstOrder: string | null;
  /** Net of the referred customer's orders after the referral, credits taken off; counted once, for the first referral. */
  revenue: Money[];
};

export type ReferrerRow = {
  customer: string;
  name: string;
  standing: Standing;
  referrals: Referral[];
  won: number;
  open: number;
  last: string;
  /** Brought by its referrals, and its own of 12 months. */
  revenueBrought: Money[];
  revenue12m: Money[];
};

/** `ladderReferrals`: the referral ledger. */
export type ReferralsReport = {
  asOf: string;
  from: string | null;
  referrals: number;
  outcomes: { outcome: Outcome; referrals: number }[];
  /** Of the referrals that could bring a customer (won or open) those that did. */
  won: Rate;
  revenueBrought: Money[];
  /** Per standing of the referrer, partner first: who refers, what it brings, and the referrers' own revenue. */
  standings: {
    standing: Standing;
    customers: number;
    referrers: number;
    referrals: number;
    won: Rate;
    revenueBrought: Money[];
    revenue12m: Money[];
  }[];
  total: number;
  /** Referrers, most revenue brought first. */
  rows: ReferrerRow[];
  unknown: number;
  clauses: ClauseCount[];
};

export type ReferralsQuery = LadderChoice & {
  readonly asOf: Day;
  /** Referrals after this day; null: all so far. */
  readonly from: Day | null;
  readonly where: string | undefined;
  readonly limit: number;
  readonly offset: number;
};

type Act = {
  referrer: number;
  day: Day;
  id: number;
  external: string | null;
  referred: number;
  outcome: Outcome;
  first: Day | null;
  revenue: MoneyByTerm;
};
type MoneyByTerm = Map<number, number>;

/** `ladderReferrals` (rule L32). */
export function referralsOf(base: ReadContext, query: ReferralsQuery): ReferralsReport {
  const ctx = byLadder(base, query);
  const { asOf } = query;
  const population = populationAt(ctx, asOf, query.where);
  const { vectors, member } = population;
  const standing = standingsAt(ctx, asOf);
  const { revenue } = revenueAt(ctx, asOf);
  const named = referredBy(ctx, vectors);
  const acts = actsUpTo(vectors, asOf, named);
  judge(vectors, acts, asOf);
  const counted = acts.filter((act) => member[act.referrer] === 1 && (query.from === null || act.day > query.from));
  const byReferrer = new Map<number, Act[]>();
  for (const act of counted) {
    const own = byReferrer.get(act.referrer);
    if (own) own.push(act);
    else byReferrer.set(act.referrer, [act]);
  }
  const brought = (some: readonly Act[]): Money[] => moneyOf(vectors, some);
  const wonOf = (some: readonly Act[]): Rate => {
    const won = some.filter(({ outcome }) => outcome === 'won').length;
    return rate(won, won + some.filter(({ outcome }) => outcome === 'open').length);
  };
  const rows = [...byReferrer]
    .map(([referrer, own]) => ({ referrer, own, money: brought(own) }))
    .sort(
      (a, b) =>
        (b.money[0]?.minor ?? 0) - (a.money[0]?.minor ?? 0) || b.own.length - a.own.length || a.referrer - b.referrer,
    );
  const shown = STANDINGS.filter((s) => ctx.settings.ladderMode === 6 || s !== 'partner').toReversed();
  return {
    asOf: isoDay(asOf),
    from: query.from === null ? null : isoDay(query.from),
    referrals: counted.length,
    outcomes: OUTCOMES.map((outcome) => ({ outcome, referrals: counted.filter((a) => a.outcome === outcome).length })),
    won: wonOf(counted),
    revenueBrought: brought(counted),
    standings: [...shown.filter((s) => s !== 'lapsed'), 'lapsed' as const].map((name) => {
      const index = STANDINGS.indexOf(name);
      const some = counted.filter(({ referrer }) => standing[referrer] === index);
      const own = new MoneySums();
      let customers = 0;
      for (let c = 0; c < member.length; c++) {
        if (member[c] !== 1 || standing[c] !== index) continue;
        customers++;
        own.add(vectors, revenue, c);
      }
      return {
        standing: name,
        customers,
        referrers: new Set(some.map(({ referrer }) => referrer)).size,
        referrals: some.length,
        won: wonOf(some),
        revenueBrought: brought(some),
        revenue12m: own.list(),
      };
    }),
    total: rows.length,
    rows: rows.slice(query.offset, query.offset + query.limit).map(({ referrer, own, money }) => ({
      customer: customerId(vectors, referrer),
      name: vectors.customers.name(referrer),
      standing: STANDINGS[standing[referrer]!]!,
      referrals: own.map((act) => ({
        day: isoDay(act.day),
        row: String(act.id),
        outcome: act.outcome,
        customer: act.referred < 0 ? null : customerId(vectors, act.referred),
        name: act.referred < 0 ? null : vectors.customers.name(act.referred),
        external: act.external,
        firstOrder: act.first === null ? null : isoDay(act.first),
        revenue: brought([act]),
      })),
      won: own.filter(({ outcome }) => outcome === 'won').length,
      open: own.filter(({ outcome }) => outcome === 'open').length,
      last: isoDay(own.at(-1)!.day),
      revenueBrought: money,
      revenue12m: moneyAt(vectors, revenue, referrer),
    })),
    unknown: population.unknown,
    clauses: population.clauses,
  };
}

/** Customer index and id in the source of whom each row of advocacy names; an id of the row's own source goes before others. */
function referredBy(ctx: ReadContext, vectors: Vectors): Map<number, { external: string; referred: number }> {
  const named = new Map<number, { external: string; referred: number }>();
  const rows = ctx.db.all(
    `SELECT a.id, a.referred_ext, coalesce(
       (SELECT m.customer FROM party p JOIN membership m ON m.party = p.id
        WHERE p.source = a.source AND p.ext = a.referred_ext ORDER BY p.kind DESC LIMIT 1),
       (SELECT iif(count(DISTINCT m.customer) = 1, max(m.customer), NULL) FROM party p JOIN membership m ON m.party = p.id
        WHERE p.ext = a.referred_ext))
     FROM advocacy a WHERE a.referred_ext IS NOT NULL AND a.referred_ext <> '' ORDER BY a.id`,
  );
  for (const [id, external, customer] of rows)
    named.set(id as number, {
      external: external as string,
      referred: customer === null ? -1 : vectors.customers.indexOf(customer as number),
    });
  return named;
}

/** The referrals of all customers up to a day, by day and row. */
function actsUpTo(
  vectors: Vectors,
  asOf: Day,
  named: ReadonlyMap<number, { external: string; referred: number }>,
): Act[] {
  const advocacy = vectors.relation('advocacy');
  const kind = advocacy.column('kind').values;
  const referral = termOf('referral');
  const acts: Act[] = [];
  for (let c = 0; c < vectors.customers.count; c++) {
    for (let r = advocacy.start[c]!; r < advocacy.start[c + 1]! && advocacy.day[r]! <= asOf; r++) {
      if (kind[r] !== referral) continue;
      const id = advocacy.id[r]!;
      const to = named.get(id);
      acts.push({
        referrer: c,
        day: advocacy.day[r]!,
        id,
        external: to?.external ?? null,
        referred: to?.referred ?? -1,
        outcome: 'unnamed',
        first: null,
        revenue: new Map(),
      });
    }
  }
  return acts.sort((a, b) => a.day - b.day || a.id - b.id);
}

/** Says what came of each referral; acts are in order of their days. */
function judge(vectors: Vectors, acts: readonly Act[], asOf: Day): void {
  const taken = new Set<number>();
  for (const act of acts) {
    const { referred } = act;
    if (referred < 0) continue;
    if (referred === act.referrer) {
      act.outcome = 'own';
      continue;
    }
    act.first = firstOrder(vectors, referred, asOf);
    if (taken.has(referred)) act.outcome = 'earlier';
    else if (act.first === null) act.outcome = 'open';
    else if (act.first <= act.day) act.outcome = 'bought before';
    else {
      act.outcome = 'won';
      act.revenue = revenueAfter(vectors, referred, act.day, asOf);
    }
    taken.add(referred);
  }
}

function firstOrder(vectors: Vectors, customer: number, asOf: Day): Day | null {
  const orders = vectors.relation('orders');
  const voided = orders.column('voided').values as Int32Array;
  for (let r = orders.start[customer]!; r < orders.start[customer + 1]! && orders.day[r]! <= asOf; r++)
    if (orderCounts(voided, r, asOf)) return orders.day[r]!;
  return null;
}

/** Net of the orders dated in `(after, asOf]` less their credits up to `asOf`, by currency term. */
function revenueAfter(vectors: Vectors, customer: number, after: Day, asOf: Day): MoneyByTerm {
  const orders = vectors.relation('orders');
  const net = orders.column('net').values;
  const currency = orders.column('currency').values;
  const { credits } = vectors;
  const sums: MoneyByTerm = new Map();
  for (let r = orders.start[customer]!; r < orders.start[customer + 1]! && orders.day[r]! <= asOf; r++) {
    if (orders.day[r]! <= after || Number.isNaN(net[r]!)) continue;
    let amount = net[r]!;
    for (let k = credits.start[r]!; k < credits.start[r + 1]!; k++)
      if (credits.day[k]! <= asOf) amount -= credits.amount[k]!;
    if (currency[r] !== UNKNOWN_INT) sums.set(currency[r]!, (sums.get(currency[r]!) ?? 0) + amount);
  }
  return sums;
}

function moneyOf(vectors: Vectors, acts: readonly Act[]): Money[] {
  const sums: MoneyByTerm = new Map();
  for (const { revenue } of acts) for (const [term, minor] of revenue) sums.set(term, (sums.get(term) ?? 0) + minor);
  return [...sums]
    .map(([term, minor]) => ({ currency: vectors.text(term) ?? '', minor }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

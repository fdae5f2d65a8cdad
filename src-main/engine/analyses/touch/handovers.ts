import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { ints } from '#engine/language/facts/column.ts';
import { orderCounts } from '#engine/language/facts/rung.ts';
import { differenceOfShares } from '#engine/methods/share.ts';
import { wilson } from '#engine/methods/spacing.ts';
import { survival } from '#engine/methods/survival.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { asOfDay, populationAt, type Population } from '../population/index.ts';
import { members, named, type Named } from './rows.ts';

export type HandoverWay = {
  /** Hand-overs, those accepted, declined and still open on the day. */
  offered: number;
  accepted: number;
  declined: number;
  open: number;
  acceptedShare: number | null;
  /** Median days to acceptance by Kaplan and Meier; those not accepted are censored. */
  lagDays: number | null;
};

export type HandoversReport = {
  asOf: string;
  /** Leads that marketing handed to sales. */
  toSales: HandoverWay;
  /** Customers that sales handed back to marketing. */
  toMarketing: HandoverWay;
  /** Customers with a first order; of those whose hand-back was accepted before a second one, and of the others, who bought again. */
  firstBuyers: number;
  handBackRate: number | null;
  handedBack: { n: number; again: number; share: number | null; low: number | null; high: number | null };
  notHandedBack: { n: number; again: number; share: number | null; low: number | null; high: number | null };
  /** Difference of the shares with Newcombe's 95 % interval: an association, not an effect. */
  difference: { difference: number | null; low: number | null; high: number | null };
  /** First buyers who were not handed back and have not bought again, longest ago first. */
  rows: (Named & { bought: string; days: number; offered: string | null })[];
};

/** Hand-overs between marketing and sales, both ways, and what becomes of first buyers (rule T30; mission B9). */
export const touchHandovers = defineAnalysis({
  name: 'touchHandovers',
  input: z.object({
    asOf: z.string().optional(),
    where: z.string().optional(),
    limit: z.int().min(0).max(100_000).default(2000),
  }),
  run: (ctx, input): HandoversReport => handoversOf(ctx, asOfDay(ctx, input.asOf), input.where, input.limit),
});

type HandBack = { offered: Day; accepted: Day | null; declined: boolean };

/** The words under which a file states a hand-back, letters only. */
const NAMES = new Set(['handback', 'handedback', 'handbacktomarketing', 'handedbacktomarketing']);
const STATES: Readonly<Record<string, 'offered' | 'accepted' | 'declined'>> = {
  offered: 'offered',
  open: 'offered',
  accepted: 'accepted',
  yes: 'accepted',
  declined: 'declined',
  rejected: 'declined',
  no: 'declined',
};

/** The first hand-back of each customer, read from attributes: offered, accepted or declined, each on its day. */
function handBacks(ctx: ReadContext, asOf: Day, indexOf: (id: number) => number): Map<number, HandBack> {
  const names = ctx.db
    .all('SELECT DISTINCT a.name, t.text FROM attribute a JOIN term t ON t.id = a.name')
    .flatMap(([id, text]) =>
      NAMES.has(
        String(text)
          .toLowerCase()
          .replace(/[^a-z]/g, ''),
      )
        ? [id as number]
        : [],
    );
  const found = new Map<number, HandBack>();
  if (names.length === 0) return found;
  const rows = ctx.db.all(
    `SELECT customer, value, day_number FROM attributes
     WHERE id IN (SELECT id FROM attribute WHERE name IN (SELECT value FROM json_each(?))) AND day_number <= ? AND customer IS NOT NULL
     ORDER BY day_number, id`,
    [JSON.stringify(names), asOf],
  ) as [number, string | null, Day][];
  for (const [id, value, day] of rows) {
    const state = STATES[(value ?? '').trim().toLowerCase()];
    const customer = indexOf(id);
    if (state === undefined || customer < 0) continue;
    const held = found.get(customer) ?? { offered: day, accepted: null, declined: false };
    if (state === 'accepted') held.accepted ??= day;
    else if (state === 'declined') held.declined = held.accepted === null;
    found.set(customer, held);
  }
  return found;
}

function wayOf(list: readonly { offered: Day; accepted: Day | null; declined: boolean }[], asOf: Day): HandoverWay {
  const accepted = list.filter((one) => one.accepted !== null).length;
  const declined = list.filter((one) => one.accepted === null && one.declined).length;
  const lag = survival(
    list.map((one) => (one.accepted ?? asOf) - one.offered),
    list.map((one) => (one.accepted === null ? 0 : 1)),
  );
  return {
    offered: list.length,
    accepted,
    declined,
    open: list.length - accepted - declined,
    acceptedShare: list.length === 0 ? null : accepted / list.length,
    lagDays: lag.quantile(0.5),
  };
}

/** Leads that marketing qualified; sales accepted one on the day it was accepted, sales qualified or converted, whichever is first. */
function toSales(ctx: ReadContext, { vectors, asOf }: Population, customers: readonly number[]): HandBack[] {
  const leads = vectors.relation('leads');
  const [mql, rejected] = ['mql_day', 'reject_reason'].map((name) => ints(leads, name)) as [Int32Array, Int32Array];
  const takenOn = ['sal_day', 'sql_day', 'converted_day'].map((name) => ints(leads, name));
  const found: HandBack[] = [];
  for (const c of customers) {
    for (let r = leads.start[c]!; r < leads.start[c + 1]! && leads.day[r]! <= asOf; r++) {
      if (mql[r] === UNKNOWN_INT || mql[r]! > asOf) continue;
      const days = takenOn.map((column) => column[r]!).filter((day) => day !== UNKNOWN_INT && day <= asOf);
      const accepted = days.length === 0 ? null : Math.max(Math.min(...days), mql[r]!);
      found.push({ offered: mql[r]!, accepted, declined: accepted === null && rejected[r] !== UNKNOWN_INT });
    }
  }
  return found;
}

function handoversOf(ctx: ReadContext, asOf: Day, where: string | undefined, limit: number): HandoversReport {
  const population = populationAt(ctx, asOf, where);
  const { vectors } = population;
  const customers = [...members(ctx, population)];
  const back = handBacks(ctx, asOf, (id) => vectors.customers.indexOf(id));
  const orders = vectors.relation('orders');
  const voided = ints(orders, 'voided');
  const groups = { handedBack: { k: 0, n: 0 }, notHandedBack: { k: 0, n: 0 } };
  const waiting: { customer: number; bought: Day }[] = [];
  for (const c of customers) {
    let first: Day | null = null;
    let second: Day | null = null;
    for (let r = orders.start[c]!; r < orders.start[c + 1]! && orders.day[r]! <= asOf && second === null; r++) {
      if (!orderCounts(voided, r, asOf)) continue;
      if (first === null) first = orders.day[r]!;
      else if (orders.day[r]! > first) second = orders.day[r]!;
    }
    if (first === null) continue;
    const accepted = back.get(c)?.accepted ?? null;
    // A hand-back accepted after the second order cannot have led to it.
    const group =
      accepted !== null && (second === null || accepted <= second) ? groups.handedBack : groups.notHandedBack;
    group.n++;
    if (second !== null) group.k++;
    else if (group === groups.notHandedBack) waiting.push({ customer: c, bought: first });
  }
  waiting.sort((a, b) => a.bought - b.bought || a.customer - b.customer);
  const figures = ({ k, n }: { k: number; n: number }): HandoversReport['handedBack'] => ({
    n,
    again: k,
    share: n === 0 ? null : k / n,
    ...wilson(k, n),
  });
  const firstBuyers = groups.handedBack.n + groups.notHandedBack.n;
  return {
    asOf: isoDay(asOf),
    toSales: wayOf(toSales(ctx, population, customers), asOf),
    toMarketing: wayOf(
      customers.flatMap((c) => back.get(c) ?? []),
      asOf,
    ),
    firstBuyers,
    handBackRate: firstBuyers === 0 ? null : groups.handedBack.n / firstBuyers,
    handedBack: figures(groups.handedBack),
    notHandedBack: figures(groups.notHandedBack),
    difference: differenceOfShares(groups.handedBack, groups.notHandedBack),
    rows: waiting.slice(0, limit).map(({ customer, bought }) => ({
      ...named(vectors, customer),
      bought: isoDay(bought),
      days: asOf - bought,
      offered: back.has(customer) ? isoDay(back.get(customer)!.offered) : null,
    })),
  };
}

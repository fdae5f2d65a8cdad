import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, parseIsoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { addMoney, type Money } from '#engine/base/money.ts';
import { CHANNELS, DIRECTIONS, TEAMS, termOf, type Channel } from '#engine/base/vocabulary.ts';
import type { TouchRules } from '#engine/language/definitions/touch.ts';
import { ints, reals } from '#engine/language/facts/column.ts';
import { language } from '#engine/language/index.ts';
import { UNKNOWN_INT, type Relation, type Vectors } from '#engine/vectors/types.ts';
import { asOfDay, populationAt } from '../population/index.ts';
import { members, named, quoted } from './rows.ts';

export const MIX_FIELDS = [
  'channel',
  'direction',
  'team',
  'purpose',
  'goal',
  'outcome',
  'owner',
  'campaign',
  'customer',
] as const;
export type MixField = (typeof MIX_FIELDS)[number];

export type MixRow = {
  /** The word; null for touches without one. */
  value: string | null;
  /** Only of rows by customer. */
  name: string | null;
  touches: number;
  inbound: number;
  outbound: number;
  customers: number;
  /** Of touches with a cost of their own or a rate of the rules, by currency. */
  cost: Money[];
  /** Touches whose cost is of the data, and those whose cost is the rate of their channel. */
  costRecorded: number;
  costByRate: number;
  /** Touches with a purpose, with an outcome, and with both: documented. */
  withPurpose: number;
  withOutcome: number;
  documented: number;
  /** Share (0..1) of the touches that are documented. */
  coverage: number | null;
  /** The clause that selects the customers with such touches. */
  where: string | null;
};

export type MixReport = {
  asOf: string;
  by: MixField;
  from: string | null;
  total: Omit<MixRow, 'value' | 'name' | 'where'>;
  rows: MixRow[];
  /** All groups, listed or not. */
  groups: number;
  /** Channels without a rate in the rules of which touches came without a cost. */
  unpriced: string[];
};

/** What touches are: kinds, purpose, outcome and cost by one field, and how many are documented (rules T20-T22). */
export const touchMix = defineAnalysis({
  name: 'touchMix',
  input: z.object({
    asOf: z.string().optional(),
    where: z.string().optional(),
    by: z.enum(MIX_FIELDS).default('channel'),
    from: z.string().optional(),
    limit: z.int().min(0).max(10_000).default(200),
  }),
  run: (ctx, input): MixReport =>
    mixOf(ctx, {
      asOf: asOfDay(ctx, input.asOf),
      where: input.where,
      by: input.by,
      from: input.from === undefined ? null : parseIsoDay(input.from, 'from'),
      limit: input.limit,
    }),
});

type MixQuery = { asOf: Day; where: string | undefined; by: MixField; from: Day | null; limit: number };

class Sums {
  touches = 0;
  inbound = 0;
  customers = 0;
  latest = -1;
  costRecorded = 0;
  costByRate = 0;
  withPurpose = 0;
  withOutcome = 0;
  documented = 0;
  readonly minor = new Map<string, number>();

  money(): Money[] {
    return addMoney([...this.minor].map(([currency, minor]) => ({ currency, minor })));
  }
}

/** The cost of a touch: its own, else the rate of its channel; null without either. */
function costOf(
  vectors: Vectors,
  relation: Relation,
  rules: TouchRules,
  workspaceCurrency: string,
): (row: number) => { currency: string; minor: number; own: boolean } | null {
  const channel = ints(relation, 'channel');
  const cost = reals(relation, 'cost');
  const currency = ints(relation, 'currency');
  const rates = new Map([...rules.costs].map(([name, money]) => [termOf(name), { ...money, own: false }]));
  return (row) =>
    Number.isNaN(cost[row])
      ? (rates.get(channel[row]!) ?? null)
      : { currency: vectors.text(currency[row]!) ?? workspaceCurrency, minor: cost[row]!, own: true };
}

function mixOf(ctx: ReadContext, query: MixQuery): MixReport {
  const { asOf, by, from } = query;
  const population = populationAt(ctx, asOf, query.where);
  const { vectors } = population;
  const relation = vectors.relation('touches');
  const { rules } = language.rules(ctx).touch;
  const [direction, purpose, outcome, channel] = ['direction', 'purpose', 'outcome', 'channel'].map((name) =>
    ints(relation, name),
  ) as [Int32Array, Int32Array, Int32Array, Int32Array];
  const keys = by === 'customer' ? null : ints(relation, by);
  const cost = costOf(vectors, relation, rules, ctx.settings.currency);
  const into = termOf('in');
  const sums = new Map<number, Sums>();
  const total = new Sums();
  const unpriced = new Set<number>();
  const { start, day } = relation;
  for (const c of members(ctx, population)) {
    for (let r = start[c]!; r < start[c + 1]! && day[r]! <= asOf; r++) {
      if (from !== null && day[r]! < from) continue;
      const key = keys === null ? c : keys[r]!;
      let group = sums.get(key);
      if (!group) sums.set(key, (group = new Sums()));
      const price = cost(r);
      if (price === null) unpriced.add(channel[r]!);
      add(group, r, c, price);
      add(total, r, c, price);
    }
  }
  function add(group: Sums, r: number, c: number, price: ReturnType<typeof cost>): void {
    group.touches++;
    if (direction[r] === into) group.inbound++;
    if (group.latest !== c) {
      group.latest = c;
      group.customers++;
    }
    const [purposed, concluded] = [purpose[r] !== UNKNOWN_INT, outcome[r] !== UNKNOWN_INT];
    if (purposed) group.withPurpose++;
    if (concluded) group.withOutcome++;
    if (purposed && concluded) group.documented++;
    if (price === null) return;
    group.minor.set(price.currency, (group.minor.get(price.currency) ?? 0) + price.minor);
    if (price.own) group.costRecorded++;
    else group.costByRate++;
  }
  const known = orderOf(by);
  const order = [...sums].sort(([a, x], [b, y]) =>
    by === 'customer'
      ? (y.minor.get(ctx.settings.currency) ?? 0) - (x.minor.get(ctx.settings.currency) ?? 0) ||
        y.touches - x.touches ||
        a - b
      : (known?.indexOf(a) ?? 0) - (known?.indexOf(b) ?? 0) || y.touches - x.touches || a - b,
  );
  const figures = (s: Sums): MixReport['total'] => ({
    touches: s.touches,
    inbound: s.inbound,
    outbound: s.touches - s.inbound,
    customers: s.customers,
    cost: s.money(),
    costRecorded: s.costRecorded,
    costByRate: s.costByRate,
    withPurpose: s.withPurpose,
    withOutcome: s.withOutcome,
    documented: s.documented,
    coverage: s.touches === 0 ? null : s.documented / s.touches,
  });
  return {
    asOf: isoDay(asOf),
    by,
    from: from === null ? null : isoDay(from),
    total: figures(total),
    rows: order.slice(0, query.limit).map(([key, group]): MixRow => {
      const one = by === 'customer' ? named(vectors, key) : null;
      const word = one === null ? vectors.text(key) : one.customer;
      return {
        value: word,
        name: one?.name ?? null,
        ...figures(group),
        where: one === null ? clauseOf(by as Exclude<MixField, 'customer'>, word, from) : null,
      };
    }),
    groups: sums.size,
    unpriced: CHANNELS.filter((name: Channel) => unpriced.has(termOf(name))),
  };
}

/** Terms of a closed set in the order of the vocabulary; the others are ordered by their touches. */
function orderOf(by: MixField): number[] | null {
  const words: readonly string[] | null =
    by === 'channel' ? CHANNELS : by === 'direction' ? DIRECTIONS : by === 'team' ? TEAMS : null;
  return words === null ? null : [...words.map(termOf), UNKNOWN_INT];
}

function clauseOf(by: Exclude<MixField, 'customer'>, word: string | null, from: Day | null): string {
  const closed = by === 'channel' || by === 'direction' || by === 'team';
  const is = word === null ? `${by} is unknown` : closed ? `${by} = ${word}` : `${by} = ${quoted(word)}`;
  return `exists(touches where ${is}${from === null ? '' : ` and day >= ${isoDay(from)}`})`;
}

import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import type { Money } from '#engine/base/money.ts';
import { ints, reals } from '#engine/language/facts/column.ts';
import { orderCounts } from '#engine/language/facts/rung.ts';
import { amountOwed, contradicts, shareOf } from '#engine/methods/offer.ts';
import { asOfDay, populationAt } from '../population/index.ts';
import { named, type Named } from './rows.ts';

/** What one side said or billed; a discount is a share (0..1), a price is of one piece. */
export type Statement = {
  id: string;
  day: string;
  validTo: string | null;
  product: string | null;
  discount: number | null;
  price: Money | null;
};

export type ContradictionRow = Named & {
  kind: 'sales' | 'billed';
  /** The day of what came second. */
  day: string;
  marketing: Statement | null;
  sales: Statement | null;
  billed: Statement | null;
  /** Discount promised less discount billed; null when one of them is not known. */
  owedShare: number | null;
  /** That share of the price before any discount; null when nothing is owed or it cannot be computed. */
  owed: Money | null;
};

export type OffersReport = {
  asOf: string;
  offers: number;
  marketing: number;
  sales: number;
  customers: number;
  /** Invoices within the validity of an offer of the same product; those whose discount or price is known. */
  invoices: number;
  comparable: number;
  contradictions: number;
  owed: Money[];
  rows: ContradictionRow[];
};

/** Where what marketing said, what sales said and what accounts billed differ (rule T29; mission B11); newest first. */
export const touchOffers = defineAnalysis({
  name: 'touchOffers',
  input: z.object({
    asOf: z.string().optional(),
    where: z.string().optional(),
    limit: z.int().min(0).max(100_000).default(2000),
  }),
  run: (ctx, input): OffersReport => offersOf(ctx, asOfDay(ctx, input.asOf), input.where, input.limit),
});

type Offer = {
  customer: number;
  by: 'marketing' | 'sales';
  day: Day;
  from: Day;
  to: Day;
  statement: Statement;
};

function offersAt(ctx: ReadContext, asOf: Day, member: Uint8Array, indexOf: (id: number) => number): Offer[] {
  const rows = ctx.db.all(
    `SELECT customer, said_by, product, discount, price, currency, day_number, valid_from_day_number, valid_to_day_number, id
     FROM offers WHERE day_number <= ? AND said_by IN ('marketing', 'sales') AND customer IS NOT NULL ORDER BY day_number, id`,
    [asOf],
  ) as [
    number,
    Offer['by'],
    string | null,
    number | null,
    number | null,
    string | null,
    Day,
    Day | null,
    Day | null,
    number,
  ][];
  return rows.flatMap(([id, by, product, discount, price, currency, day, from, to, row]) => {
    const customer = indexOf(id);
    if (customer < 0 || !member[customer]) return [];
    return {
      customer,
      by,
      day,
      from: from ?? day,
      to: to ?? Infinity,
      statement: {
        id: String(row),
        day: isoDay(day),
        validTo: to === null ? null : isoDay(to),
        product,
        discount: discount === null ? null : shareOf(discount),
        price: price === null ? null : { currency: currency ?? ctx.settings.currency, minor: price },
      },
    };
  });
}

const sameProduct = (a: string | null, b: string | null): boolean =>
  a === null || b === null || a.toLowerCase() === b.toLowerCase();

function offersOf(ctx: ReadContext, asOf: Day, where: string | undefined, limit: number): OffersReport {
  const population = populationAt(ctx, asOf, where);
  const { vectors, member } = population;
  const offers = offersAt(ctx, asOf, member, (id) => vectors.customers.indexOf(id));
  const byCustomer = Map.groupBy(offers, ({ customer }) => customer);
  const found: { day: Day; row: ContradictionRow }[] = [];
  let [invoices, comparable] = [0, 0];
  const owed = new Map<string, number>();
  for (const [customer, said] of byCustomer) {
    ctx.cancel.check();
    const marketing = said.filter(({ by }) => by === 'marketing');
    const sales = said.filter(({ by }) => by === 'sales');
    for (const quote of sales) {
      const offer = marketing.findLast((one) => isFor(one, quote.day, quote.statement.product));
      if (!offer || !contradicts(offer.statement, quote.statement)) continue;
      found.push({
        day: quote.day,
        row: {
          ...named(vectors, customer),
          kind: 'sales',
          day: quote.statement.day,
          marketing: offer.statement,
          sales: quote.statement,
          billed: null,
          owedShare: null,
          owed: null,
        },
      });
    }
    for (const bill of billsOf(ctx, population, customer, asOf)) {
      const valid = said.filter((one) => isFor(one, bill.day, bill.statement.product));
      if (valid.length === 0) continue;
      invoices++;
      if (bill.statement.discount === null && bill.statement.price === null) continue;
      comparable++;
      // The customer holds the company to the better of two promises.
      const promise = valid.reduce((best, one) =>
        (one.statement.discount ?? -1) > (best.statement.discount ?? -1) ? one : best,
      );
      if (!contradicts(promise.statement, bill.statement)) continue;
      const { share, minor } = amountOwed(promise.statement.discount, bill.statement.discount, bill.net);
      if (minor !== null) owed.set(bill.currency, (owed.get(bill.currency) ?? 0) + minor);
      found.push({
        day: bill.day,
        row: {
          ...named(vectors, customer),
          kind: 'billed',
          day: bill.statement.day,
          marketing: valid.findLast(({ by }) => by === 'marketing')?.statement ?? null,
          sales: valid.findLast(({ by }) => by === 'sales')?.statement ?? null,
          billed: bill.statement,
          owedShare: share,
          owed: minor === null ? null : { currency: bill.currency, minor },
        },
      });
    }
  }
  found.sort((a, b) => b.day - a.day || (a.row.customer < b.row.customer ? -1 : 1));
  return {
    asOf: isoDay(asOf),
    offers: offers.length,
    marketing: offers.filter(({ by }) => by === 'marketing').length,
    sales: offers.filter(({ by }) => by === 'sales').length,
    customers: byCustomer.size,
    invoices,
    comparable,
    contradictions: found.length,
    owed: [...owed]
      .map(([currency, minor]) => ({ currency, minor }))
      .sort((a, b) => (a.currency < b.currency ? -1 : 1)),
    rows: found.slice(0, limit).map(({ row }) => row),
  };
}

function isFor(offer: Offer, day: Day, product: string | null): boolean {
  return offer.from <= day && day <= offer.to && offer.day <= day && sameProduct(offer.statement.product, product);
}

type Bill = { day: Day; net: number; currency: string; statement: Statement };

/** Names under which an invoice states its discount, letters only. */
const DISCOUNT = new Set([
  'discount',
  'discountpercent',
  'discountpercentage',
  'discountrate',
  'discountpct',
  'rabatt',
]);

/** Orders of a customer that count on the day, with the discount and the price of one piece as far as they are stated. */
function billsOf(ctx: ReadContext, { vectors }: ReturnType<typeof populationAt>, customer: number, asOf: Day): Bill[] {
  const orders = vectors.relation('orders');
  const net = reals(orders, 'net');
  const [currency, product, voided] = ['currency', 'product', 'voided'].map((name) => ints(orders, name)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const bills: Bill[] = [];
  for (let r = orders.start[customer]!; r < orders.start[customer + 1]! && orders.day[r]! <= asOf; r++) {
    if (!orderCounts(voided, r, asOf) || Number.isNaN(net[r])) continue;
    const [attributes, quantity] = ctx.db.get('SELECT attributes, quantity FROM purchase WHERE id = ?', [
      orders.id[r]!,
    ]) ?? [null, null];
    const code = vectors.text(currency[r]!) ?? ctx.settings.currency;
    const pieces = typeof quantity === 'number' && quantity > 0 ? quantity : null;
    bills.push({
      day: orders.day[r]!,
      net: net[r]!,
      currency: code,
      statement: {
        id: String(orders.id[r]),
        day: isoDay(orders.day[r]!),
        validTo: null,
        product: vectors.text(product[r]!),
        discount: statedDiscount(attributes),
        price: pieces === null ? null : { currency: code, minor: Math.round(net[r]! / pieces) },
      },
    });
  }
  return bills;
}

function statedDiscount(attributes: unknown): number | null {
  if (typeof attributes !== 'string') return null;
  const fields = JSON.parse(attributes) as Record<string, unknown>;
  for (const [name, value] of Object.entries(fields)) {
    if (!DISCOUNT.has(name.toLowerCase().replace(/[^a-z]/g, ''))) continue;
    const match = /^\s*(\d{1,3}(?:[.,]\d{1,6})?)\s*(%?)\s*$/.exec(String(value));
    if (!match) continue;
    const number = Number(match[1]!.replace(',', '.'));
    return match[2] === '%' ? number / 100 : shareOf(number);
  }
  return null;
}

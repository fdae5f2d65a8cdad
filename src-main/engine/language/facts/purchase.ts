import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import type { Day } from '#engine/base/days.ts';
import type { FactColumn } from '../types.ts';
import { days, ints, numbers, reals, unknownInts } from './column.ts';
import type { Reducer } from './column.ts';
import { orderCounts } from './rung.ts';

export const REVENUE_DAYS = 365;

/** purchases, first_purchase, last_purchase: over the orders that count. */
export const purchaseFacts: Reducer = ({ vectors, asOf }) => {
  const n = vectors.customers.count;
  const orders = vectors.relation('orders');
  const voided = ints(orders, 'voided');
  const count = new Float64Array(n);
  const first = unknownInts(n);
  const last = unknownInts(n);
  for (let c = 0; c < n; c++) {
    for (let r = orders.start[c]!; r < orders.start[c + 1]! && orders.day[r]! <= asOf; r++) {
      if (!orderCounts(voided, r, asOf)) continue;
      if (first[c] === UNKNOWN_INT) first[c] = orders.day[r]!;
      last[c] = orders.day[r]!;
      count[c]!++;
    }
  }
  return { purchases: numbers('number', count), first_purchase: days(first), last_purchase: days(last) };
};

/**
 * Net of the orders with a day in `(after, asOf]` minus the credits dated in it, per customer and currency. An order without
 * an amount adds nothing. A customer without orders or credits there has 0 of no currency.
 */
export function revenueColumn(vectors: Vectors, after: Day, asOf: Day): FactColumn {
  const n = vectors.customers.count;
  const orders = vectors.relation('orders');
  const net = reals(orders, 'net');
  const currency = ints(orders, 'currency');
  const { credits } = vectors;
  const money = new MoneyColumn(vectors, n);
  for (let c = 0; c < n; c++) {
    for (let r = orders.start[c]!; r < orders.start[c + 1]! && orders.day[r]! <= asOf; r++) {
      if (orders.day[r]! > after && !Number.isNaN(net[r]!)) money.add(c, net[r]!, currency[r]!);
      for (let k = credits.start[r]!; k < credits.start[r + 1]!; k++) {
        if (credits.day[k]! > after && credits.day[k]! <= asOf) money.add(c, -credits.amount[k]!, currency[r]!);
      }
    }
  }
  return money.column();
}

/** Sums of money per customer that never mix currencies. */
export class MoneyColumn {
  private readonly vectors: Vectors;
  private readonly values: Float64Array;
  private readonly currency: Int32Array;
  /** 1 for customers with an amount, be its currency unknown. */
  private readonly counted: Uint8Array;
  private readonly several = new Map<number, Map<number, number>>();

  constructor(vectors: Vectors, n: number) {
    this.vectors = vectors;
    this.values = new Float64Array(n);
    this.counted = new Uint8Array(n);
    this.currency = unknownInts(n);
  }

  add(customer: number, minor: number, currency: number): void {
    const held = this.currency[customer]!;
    if (held === currency && held !== UNKNOWN_INT) this.values[customer]! += minor;
    else if (this.counted[customer] === 0) {
      this.counted[customer] = 1;
      this.currency[customer] = currency;
      this.values[customer] = minor;
    } else if (held === currency && !this.several.has(customer)) this.values[customer]! += minor;
    else {
      let sums = this.several.get(customer);
      if (!sums) {
        sums = new Map([[held, this.values[customer]!]]);
        this.several.set(customer, sums);
        this.currency[customer] = UNKNOWN_INT;
        this.values[customer] = Number.NaN;
      }
      sums.set(currency, (sums.get(currency) ?? 0) + minor);
    }
  }

  column(): FactColumn {
    const split = new Map<number, { currency: string; minor: number }[]>();
    for (const [customer, sums] of this.several) {
      const list = [...sums].map(([term, minor]) => ({ currency: this.vectors.text(term) ?? '', minor }));
      split.set(
        customer,
        list.sort((a, b) => (a.currency < b.currency ? -1 : 1)),
      );
    }
    return { type: 'money', values: this.values, currency: this.currency, split };
  }
}

export const revenueFacts: Reducer = ({ vectors, asOf }) => ({
  revenue_12m: revenueColumn(vectors, asOf - REVENUE_DAYS, asOf),
});

export const revenueTotalFacts: Reducer = ({ vectors, asOf }) => ({
  revenue_total: revenueColumn(vectors, UNKNOWN_INT, asOf),
});

import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { addMoney, decimalOf, type Money } from '#engine/base/money.ts';
import { language } from '#engine/language/index.ts';
import { documentState } from '#engine/vectors/statuses.ts';
import { UNKNOWN_INT, type Vectors } from '#engine/vectors/types.ts';
import { moneyAt } from '../population/index.ts';
import { readRows, rowsUpTo, textOf, wordOf } from './rows.ts';
import type { CustomerReport } from './types.ts';

type Purchase = CustomerReport['money']['purchases'][number];

/** The money of one customer: documents newest first, each saying whether it is an order that counts and why not (rule C8). */
export function moneyOf(ctx: ReadContext, vectors: Vectors, customer: number, asOf: Day): CustomerReport['money'] {
  const purchases = vectors.relation('purchases');
  const net = purchases.column('net').values;
  const currency = purchases.column('currency').values;
  const rows = rowsUpTo(purchases, customer, asOf).reverse();
  const text = (term: number): string | null => vectors.text(term);
  const orders = ordersOf(vectors, customer, asOf);
  const stored = readRows(
    ctx,
    'purchase',
    rows.map((r) => purchases.id[r]!),
    ['kind', 'kind_raw', 'number', 'ext', 'status', 'open_balance'],
  );
  const open: Money[] = [];
  const documents = stored.map(({ id, ref, values }, k): Purchase => {
    const [kind, kindRaw, number, ext, status, balance] = values;
    const row = rows[k]!;
    const code = text(currency[row]!);
    const word = wordOf(text, kind) ?? wordOf(text, kindRaw) ?? 'unknown';
    const state = wordOf(text, status);
    const order = orders.get(id);
    if (code !== null && typeof balance === 'number' && balance !== 0 && documentState(state).issued)
      open.push({ currency: code, minor: balance });
    return {
      ref,
      day: isoDay(purchases.day[row]!),
      kind: word,
      number: textOf(number) ?? textOf(ext),
      net: code === null || Number.isNaN(net[row]) ? [] : [{ currency: code, minor: net[row]! }],
      status: state,
      counts: order !== undefined && order.counts,
      note: order ? order.note : whyNoOrder(word, state),
    };
  });
  const counting = [...orders.values()].filter((o) => o.counts);
  const fact = (name: string): Money[] => moneyAt(vectors, language.fact(ctx, name, asOf), customer);
  return {
    revenue12m: fact('revenue_12m'),
    revenueTotal: fact('revenue_total'),
    orders: counting.length,
    firstOrder: counting.length === 0 ? null : isoDay(counting[0]!.day),
    lastOrder: counting.length === 0 ? null : isoDay(counting.at(-1)!.day),
    openBalance: addMoney(open),
    purchases: documents,
  };
}

type Order = { row: number; day: Day; counts: boolean; note: string | null };

/** Orders of a customer dated up to a day, by purchase id, in day order. */
export function ordersOf(vectors: Vectors, customer: number, asOf: Day): Map<number, Order> {
  const orders = vectors.relation('orders');
  const { credits } = vectors;
  const voided = orders.column('voided').values;
  const currency = orders.column('currency').values;
  const found = new Map<number, Order>();
  for (const row of rowsUpTo(orders, customer, asOf)) {
    const day = orders.day[row]!;
    const end = voided[row]!;
    const counts = end === UNKNOWN_INT || end > asOf;
    let credited = 0;
    for (let k = credits.start[row]!; k < credits.start[row + 1]!; k++)
      if (credits.day[k]! <= asOf) credited += credits.amount[k]!;
    const code = vectors.text(currency[row]!) ?? '';
    const note = !counts
      ? credited > 0
        ? `fully credited on ${isoDay(end)}`
        : 'no net amount above zero'
      : credited > 0
        ? `${`${decimalOf(credited, code)} ${code}`.trim()} credited so far`
        : null;
    found.set(orders.id[row]!, { row, day, counts, note });
  }
  return found;
}

function whyNoOrder(kind: string, status: string | null): string {
  const { issued, paid } = documentState(status);
  if (!issued) return `${status}: not issued`;
  if (kind === 'credit_note' || kind === 'refund')
    return paid || kind === 'credit_note' ? 'reduces an order' : `${status}: no money moved`;
  if (kind === 'payment') return paid ? 'settles an invoice' : `${status}: no money moved`;
  return 'no order: the kind of document is not known';
}

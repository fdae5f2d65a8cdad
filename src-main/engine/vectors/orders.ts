import { termOf } from '#engine/base/vocabulary.ts';
import { float64, int32 } from './allocate.ts';
import { FIRST_FOREIGN_RANK } from './links.ts';
import type { DocumentLinks } from './links.ts';
import { documentState } from './statuses.ts';
import { UNKNOWN_INT } from './types.ts';
import type { Credits, Relation } from './types.ts';

/** A payment settles an unnamed invoice of the same amount dated at most this many days earlier (choices.md, Order). */
export const SETTLEMENT_DAYS = 60;

export type Orders = {
  /** Purchase row of each order, in the order of the purchases relation; null: every row is one. */
  readonly purchaseRow: Int32Array | null;
  readonly start: Int32Array;
  readonly voided: Int32Array;
  readonly credits: Credits;
};

/** What a purchase row is, after its kind and status. */
const NOTHING = 0;
const INVOICE = 1;
const PAYMENT = 2;
const CREDIT = 3;

type Columns = {
  readonly role: Uint8Array;
  readonly amount: Float64Array;
  readonly net: Float64Array;
  readonly refunded: Float64Array;
  readonly currency: Int32Array;
  readonly product: Int32Array;
};

/**
 * Derives orders and the credits that reduce them from purchases (choices.md, Order). `links` name documents by row id.
 * Amounts are minor units; the result does not depend on the order in which rows were imported.
 */
export function deriveOrders(purchases: Relation, links: DocumentLinks, text: (term: number) => string | null): Orders {
  const columns: Columns = {
    role: rolesOf(purchases, text),
    amount: reals(purchases, 'amount'),
    net: reals(purchases, 'net'),
    refunded: reals(purchases, 'refunded'),
    currency: ints(purchases, 'currency'),
    product: ints(purchases, 'product'),
  };
  const named = resolveLinks(purchases, links, columns.role);
  const document = settle(purchases, columns, named);
  return reduce(purchases, columns, named, document);
}

function rolesOf(purchases: Relation, text: (term: number) => string | null): Uint8Array {
  const kind = ints(purchases, 'kind');
  const kindRaw = ints(purchases, 'kind_raw');
  const status = ints(purchases, 'status');
  const amount = reals(purchases, 'amount');
  const open = reals(purchases, 'open_balance');
  const [invoice, payment, refund, creditNote] = [
    termOf('invoice'),
    termOf('payment'),
    termOf('refund'),
    termOf('credit_note'),
  ];
  const states = new Map<number, ReturnType<typeof documentState>>();
  const role = new Uint8Array(purchases.rows);
  for (let r = 0; r < role.length; r++) {
    let state = states.get(status[r]!);
    if (!state) {
      state = documentState(text(status[r]!));
      states.set(status[r]!, state);
    }
    const k = kind[r]!;
    // A list of purchases without any kind is a list of sales documents; a word that is not understood is not.
    const isInvoice = k === invoice || (k === UNKNOWN_INT && kindRaw[r] === UNKNOWN_INT);
    if (isInvoice) {
      // An ageing row has an open balance and no amount; it never makes an order.
      const ageing = Number.isNaN(amount[r]!) && !Number.isNaN(open[r]!);
      role[r] = state.issued && !ageing ? INVOICE : NOTHING;
    } else if (k === payment) role[r] = state.paid ? PAYMENT : NOTHING;
    else if (k === creditNote) role[r] = state.issued ? CREDIT : NOTHING;
    else if (k === refund) role[r] = state.paid ? CREDIT : NOTHING;
  }
  return role;
}

/** The row that each row names, -1 when it names none that exists. Better ranks win, then documents that count. */
function resolveLinks(purchases: Relation, links: DocumentLinks, role: Uint8Array): Int32Array {
  const named = new Int32Array(purchases.rows).fill(-1);
  const n = links.from.length;
  if (n === 0) return named;
  const rowOf = rowsById(purchases.id);
  const customerOf = customersByRow(purchases);
  for (let i = 0; i < n;) {
    const from = links.from[i]!;
    const row = rowOf(from);
    let best = -1;
    for (; i < n && links.from[i] === from; i++) {
      const target = rowOf(links.to[i]!);
      if (row < 0 || target < 0) continue;
      if (links.rank[i]! >= FIRST_FOREIGN_RANK && (customerOf[row]! < 0 || customerOf[row] !== customerOf[target]))
        continue;
      if (best < 0 || (role[best] === NOTHING && role[target] !== NOTHING)) best = target;
    }
    if (row >= 0) named[row] = best;
  }
  return named;
}

/** For each row the row of the order it stands for: an order itself, the invoice that a payment settles, or -1. */
function settle(purchases: Relation, columns: Columns, named: Int32Array): Int32Array {
  const { role, amount, currency } = columns;
  const { start, day } = purchases;
  const document = new Int32Array(purchases.rows).fill(-1);
  const customers = start.length - 2;
  const invoices: number[] = [];
  const payments: number[] = [];
  const compare = (a: number, b: number): number => compareDocuments(purchases, columns, a, b);
  for (let c = 0; c <= customers; c++) {
    invoices.length = 0;
    payments.length = 0;
    for (let r = start[c]!; r < start[c + 1]!; r++) {
      if (role[r] === INVOICE) {
        document[r] = r;
        invoices.push(r);
      } else if (role[r] === PAYMENT) {
        document[r] = r;
        const target = named[r]!;
        if (target >= 0 && role[target] === INVOICE) document[r] = target;
        else payments.push(r);
      }
    }
    if (c === customers || invoices.length === 0 || payments.length === 0) continue;
    invoices.sort(compare);
    payments.sort(compare);
    matchPayments(invoices, payments, day, amount, currency, document);
  }
  return document;
}

/**
 * First in, first out per (currency, gross amount): each payment settles the oldest invoice of the last 60 days that no
 * such payment has settled. With windows of one length this settles as many invoices as any assignment can.
 */
function matchPayments(
  invoices: readonly number[],
  payments: readonly number[],
  day: Int32Array,
  amount: Float64Array,
  currency: Int32Array,
  document: Int32Array,
): void {
  const open = new Map<number, Map<number, { rows: number[]; head: number }>>();
  for (const row of invoices) {
    let byAmount = open.get(currency[row]!);
    if (!byAmount) open.set(currency[row]!, (byAmount = new Map()));
    const queue = byAmount.get(amount[row]!);
    if (queue) queue.rows.push(row);
    else byAmount.set(amount[row]!, { rows: [row], head: 0 });
  }
  for (const row of payments) {
    if (Number.isNaN(amount[row]!)) continue;
    const queue = open.get(currency[row]!)?.get(amount[row]!);
    if (!queue) continue;
    while (queue.head < queue.rows.length && day[queue.rows[queue.head]!]! < day[row]! - SETTLEMENT_DAYS) queue.head++;
    const invoice = queue.rows[queue.head];
    if (invoice === undefined || day[invoice]! > day[row]!) continue;
    document[row] = invoice;
    queue.head++;
  }
}

/** By day, then by everything that could make a difference to the result, so that import order makes none. */
function compareDocuments(
  { day }: Relation,
  { amount, net, refunded, product }: Columns,
  a: number,
  b: number,
): number {
  return (
    day[a]! - day[b]! ||
    order(amount[a]!, amount[b]!) ||
    order(net[a]!, net[b]!) ||
    order(refunded[a]!, refunded[b]!) ||
    order(product[a]!, product[b]!) ||
    a - b
  );
}

function order(a: number, b: number): number {
  if (a === b) return 0;
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  return Number.isNaN(b) || a < b ? -1 : 1;
}

function reduce(purchases: Relation, columns: Columns, named: Int32Array, document: Int32Array): Orders {
  const { role, net, amount, refunded, currency } = columns;
  const { start, day, rows } = purchases;
  const customers = start.length - 2;

  let count = 0;
  for (let r = 0; r < rows; r++) if (document[r] === r) count++;
  const purchaseRow = int32(count);
  const orderStart = int32(customers + 2);
  const orderOf = new Int32Array(rows).fill(-1);
  let at = 0;
  for (let c = 0; c <= customers; c++) {
    orderStart[c] = at;
    for (let r = start[c]!; r < start[c + 1]!; r++) {
      if (document[r] !== r) continue;
      orderOf[r] = at;
      purchaseRow[at++] = r;
    }
  }
  orderStart[customers + 1] = count;

  const creditOrder: number[] = [];
  const creditDay: number[] = [];
  const creditAmount: number[] = [];
  const add = (orderRow: number, onDay: number, minor: number): void => {
    if (!(minor > 0)) return;
    creditOrder.push(orderRow);
    creditDay.push(onDay);
    creditAmount.push(minor);
  };

  /** Sum of refunds and credit notes that name each row: a payment's own `refunded` counts only beyond them. */
  const namedCredits = new Map<number, number>();
  for (let c = 0; c <= customers; c++) {
    for (let r = start[c]!; r < start[c + 1]!; r++) {
      if (role[r] !== CREDIT) continue;
      const target = named[r]!;
      if (target >= 0) {
        if (!Number.isNaN(amount[r]!)) namedCredits.set(target, (namedCredits.get(target) ?? 0) + Math.abs(amount[r]!));
        if (document[target]! >= 0) add(orderOf[document[target]!]!, day[r]!, Math.abs(net[r]!));
        continue;
      }
      if (c === customers) continue;
      const newest = newestOrder(r);
      if (newest >= 0) add(newest, day[r]!, Math.abs(net[r]!));
    }
  }
  for (let r = 0; r < rows; r++) {
    if (document[r]! < 0 || Number.isNaN(refunded[r]!) || refunded[r] === 0) continue;
    add(orderOf[document[r]!]!, day[r]!, Math.abs(refunded[r]!) - (namedCredits.get(r) ?? 0));
  }

  /** The newest order of the credit's customer and currency that is not later; of one day's orders the largest. */
  function newestOrder(credit: number): number {
    let c = 0;
    let high = customers;
    while (c < high) {
      const mid = (c + high) >> 1;
      if (start[mid + 1]! > credit) high = mid;
      else c = mid + 1;
    }
    let best = -1;
    for (let o = orderStart[c + 1]! - 1; o >= orderStart[c]!; o--) {
      const r = purchaseRow[o]!;
      if (day[r]! > day[credit]! || currency[r] !== currency[credit]) continue;
      if (best < 0) best = o;
      else if (day[r] !== day[purchaseRow[best]!]) break;
      else if (!Number.isNaN(net[r]!) && !(net[purchaseRow[best]!]! >= net[r]!)) best = o;
    }
    return best;
  }

  const credits = sortCredits(count, creditOrder, creditDay, creditAmount);
  const voided = int32(count);
  for (let o = 0; o < count; o++) {
    const r = purchaseRow[o]!;
    let left = net[r]!;
    voided[o] = left <= 0 ? day[r]! : UNKNOWN_INT;
    for (let k = credits.start[o]!; k < credits.start[o + 1]! && voided[o] === UNKNOWN_INT; k++) {
      left -= credits.amount[k]!;
      if (left <= 0) voided[o] = credits.day[k]!;
    }
  }
  return { purchaseRow: count === rows ? null : purchaseRow, start: orderStart, voided, credits };
}

function sortCredits(
  orders: number,
  order: readonly number[],
  day: readonly number[],
  amount: readonly number[],
): Credits {
  const n = order.length;
  const index = Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => order[a]! - order[b]! || day[a]! - day[b]! || amount[a]! - amount[b]!,
  );
  const credits = { order: int32(n), day: int32(n), amount: float64(n), start: int32(orders + 1) };
  index.forEach((from, to) => {
    credits.order[to] = order[from]!;
    credits.day[to] = day[from]!;
    credits.amount[to] = amount[from]!;
  });
  let k = 0;
  for (let o = 0; o <= orders; o++) {
    while (k < n && credits.order[k]! < o) k++;
    credits.start[o] = k;
  }
  return credits;
}

function customersByRow({ start, rows }: Relation): Int32Array {
  const customerOf = new Int32Array(rows).fill(-1);
  for (let c = 0; c < start.length - 2; c++) customerOf.fill(c, start[c]!, start[c + 1]!);
  return customerOf;
}

function rowsById(id: Int32Array): (id: number) => number {
  let last = 0;
  for (let r = 0; r < id.length; r++) if (id[r]! > last) last = id[r]!;
  const row = new Int32Array(last + 1).fill(-1);
  for (let r = 0; r < id.length; r++) row[id[r]!] = r;
  return (wanted) => (wanted <= last ? row[wanted]! : -1);
}

function ints(relation: Relation, name: string): Int32Array {
  return relation.column(name).values as Int32Array;
}

function reals(relation: Relation, name: string): Float64Array {
  return relation.column(name).values as Float64Array;
}

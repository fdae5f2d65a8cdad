import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { usage } from '#engine/base/errors.ts';
import { language } from '#engine/language/index.ts';
import type { CatalogueEntry, FactColumn } from '#engine/language/types.ts';
import { vectorsOf } from '#engine/vectors/load.ts';
import { UNKNOWN_INT, type Vectors } from '#engine/vectors/types.ts';

/** Facts of a customer by their name and by their camelCase name. */
const BY_NAME = new Map<string, CatalogueEntry>();
for (const entry of language.catalogue) {
  if (entry.relation !== 'customer') continue;
  BY_NAME.set(entry.name, entry);
  BY_NAME.set(camelCase(entry.name), entry);
}

/** `revenue_12m` -> `revenue12m`, `open_gap` -> `openGap`: the name in JSON. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The catalogue entry of a fact of a customer, by either spelling; throws `usage` and names what was asked for. */
export function factNamed(name: string, what: string): CatalogueEntry {
  const entry = BY_NAME.get(name.trim());
  if (!entry)
    throw usage(`${what}: there is no field "${name}"; \`ladderline fields\` lists the fields of a customer.`);
  return entry;
}

export type Sort = { readonly fact: string; readonly descending: boolean };

/** `open_gap:desc` as a sort; `asc` is the default. */
export function sortOf(text: string, what: string): Sort {
  const [name, direction = 'asc', ...rest] = text.split(':');
  if (rest.length > 0 || (direction !== 'asc' && direction !== 'desc')) {
    throw usage(`${what}: sort "${text}" is not known; write a field, or field:desc.`);
  }
  return { fact: factNamed(name!, what).name, descending: direction === 'desc' };
}

const ORDERS_KEPT = 24;
const ORDERS: Kept<Map<string, Int32Array>> = { name: 'customer orders', make: () => new Map() };

/**
 * All customer indexes ordered by a fact as of a day; unknown values last in both directions, ties by customer id.
 * Kept per data version, the last ORDERS_KEPT of them.
 */
export function orderedBy(ctx: ReadContext, sort: Sort, asOf: Day): Int32Array {
  const kept = ctx.kept(ORDERS);
  const key = `${sort.fact}:${sort.descending}:${asOf}:${ctx.settings.ladderMode}`;
  const held = kept.get(key);
  const order = held ?? makeOrder(vectorsOf(ctx), language.fact(ctx, sort.fact, asOf), sort);
  kept.delete(key);
  kept.set(key, order);
  if (kept.size > ORDERS_KEPT) kept.delete(kept.keys().next().value!);
  return order;
}

function makeOrder(vectors: Vectors, column: FactColumn, sort: Sort): Int32Array {
  if (sort.fact === 'name') return orderOf(positions(vectors.customers.nameRank()), sort.descending);
  switch (column.type) {
    case 'set':
    case 'day':
      return orderOf(column.values, sort.descending);
    case 'text':
      return orderOf(
        ranksOfText(vectors.customers.count, (i) => column.at(i)),
        sort.descending,
      );
    default:
      return orderOf(column.values, sort.descending);
  }
}

/** Position of each customer in a list of customer indexes. */
function positions(order: Int32Array): Int32Array {
  const at = new Int32Array(order.length);
  for (let k = 0; k < order.length; k++) at[order[k]!] = k;
  return at;
}

function ranksOfText(n: number, at: (index: number) => string | null): Int32Array {
  const texts = new Map<string, number>();
  for (let i = 0; i < n; i++) {
    const text = at(i);
    if (text !== null) texts.set(text, 0);
  }
  const { compare } = new Intl.Collator('en', { numeric: true });
  [...texts.keys()]
    .sort((a, b) => compare(a, b) || (a < b ? -1 : a > b ? 1 : 0))
    .forEach((text, rank) => texts.set(text, rank));
  const ranks = new Int32Array(n).fill(UNKNOWN_INT);
  for (let i = 0; i < n; i++) {
    const text = at(i);
    if (text !== null) ranks[i] = texts.get(text)!;
  }
  return ranks;
}

/** Indexes ordered by value; NaN and UNKNOWN_INT last in both directions, equal values by index. */
export function orderOf(values: Int32Array | Float64Array, descending: boolean): Int32Array {
  const n = values.length;
  const unknown: number[] = [];
  let [low, high, whole] = [Infinity, -Infinity, true];
  for (let i = 0; i < n; i++) {
    const v = values[i]!;
    if (v === UNKNOWN_INT || Number.isNaN(v)) unknown.push(i);
    else {
      if (v < low) low = v;
      if (v > high) high = v;
      whole &&= Number.isInteger(v);
    }
  }
  const count = n - unknown.length;
  const order = new Int32Array(n);
  // Value and index packed into one number sort natively, without a comparison call; floats and huge spans cannot be packed.
  if (count > 0 && whole && (high - low + 1) * n < Number.MAX_SAFE_INTEGER) {
    const packed = new Float64Array(count);
    let k = 0;
    for (let i = 0; i < n; i++) {
      const v = values[i]!;
      if (v === UNKNOWN_INT || Number.isNaN(v)) continue;
      packed[k++] = (descending ? high - v : v - low) * n + i;
    }
    packed.sort();
    for (let j = 0; j < count; j++) order[j] = packed[j]! % n;
  } else if (count > 0) {
    const sign = descending ? -1 : 1;
    const known: number[] = [];
    for (let i = 0; i < n; i++) if (values[i] !== UNKNOWN_INT && !Number.isNaN(values[i])) known.push(i);
    known.sort((a, b) => sign * (values[a]! - values[b]!) || a - b);
    order.set(known);
  }
  order.set(unknown, count);
  return order;
}

/**
 * One page of the customers of a population in an order. The order is asked for only when the page is not empty by its limit.
 */
export function pageOf(
  population: { readonly member: Uint8Array },
  order: () => Int32Array,
  offset: number,
  limit: number,
): number[] {
  const page: number[] = [];
  if (limit === 0) return page;
  let seen = 0;
  for (const i of order()) {
    if (!population.member[i] || seen++ < offset) continue;
    page.push(i);
    if (page.length >= limit) break;
  }
  return page;
}

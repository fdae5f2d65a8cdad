import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { usage } from '#engine/base/errors.ts';
import { language } from '#engine/language/index.ts';
import type { CatalogueEntry, FactColumn } from '#engine/language/types.ts';
import { orderOf } from '#engine/selection/sort.ts';
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

/** True when a fact of a customer is called so, by either spelling. */
export function isFact(name: string): boolean {
  return BY_NAME.has(name.trim());
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
  const order = held ?? makeOrder(ctx, vectorsOf(ctx), language.fact(ctx, sort.fact, asOf), sort);
  kept.delete(key);
  kept.set(key, order);
  if (kept.size > ORDERS_KEPT) kept.delete(kept.keys().next().value!);
  return order;
}

/** Comparing texts by a collation costs seconds for a million of them, so their ranks are kept by fact. */
const RANKS: Kept<Map<string, Int32Array>> = { name: 'text ranks', make: () => new Map() };

function makeOrder(ctx: ReadContext, vectors: Vectors, column: FactColumn, sort: Sort): Int32Array {
  if (sort.fact === 'name') return orderOf(positions(vectors.customers.nameRank()), sort.descending);
  switch (column.type) {
    case 'set':
    case 'day':
      return orderOf(column.values, sort.descending);
    case 'text': {
      const kept = ctx.kept(RANKS);
      const ranks = kept.get(sort.fact) ?? textRanks(vectors, column);
      kept.set(sort.fact, ranks);
      return orderOf(ranks, sort.descending);
    }
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

/** Rank of each customer's text in the collation; texts that are terms are compared once per term. */
function textRanks(vectors: Vectors, column: Extract<FactColumn, { type: 'text' }>): Int32Array {
  const n = vectors.customers.count;
  const ranks = new Int32Array(n).fill(UNKNOWN_INT);
  const { terms } = column;
  if (terms) {
    let last = -1;
    for (let i = 0; i < n; i++) if (terms[i]! > last) last = terms[i]!;
    const byTerm = new Int32Array(last + 1).fill(UNKNOWN_INT);
    for (let i = 0; i < n; i++) if (terms[i] !== UNKNOWN_INT) byTerm[terms[i]!] = 0;
    const used: number[] = [];
    byTerm.forEach((rank, term) => rank === 0 && used.push(term));
    const rankOf = rankOfTexts(used.map((term) => vectors.text(term)!));
    for (const term of used) byTerm[term] = rankOf.get(vectors.text(term)!)!;
    for (let i = 0; i < n; i++) if (terms[i] !== UNKNOWN_INT) ranks[i] = byTerm[terms[i]!]!;
    return ranks;
  }
  const texts = Array.from({ length: n }, (_, i) => column.at(i));
  const rankOf = rankOfTexts(texts.filter((text) => text !== null));
  for (let i = 0; i < n; i++) if (texts[i] !== null) ranks[i] = rankOf.get(texts[i]!)!;
  return ranks;
}

function rankOfTexts(texts: readonly string[]): ReadonlyMap<string, number> {
  const { compare } = new Intl.Collator('en', { numeric: true });
  const distinct = [...new Set(texts)].sort((a, b) => compare(a, b) || (a < b ? -1 : a > b ? 1 : 0));
  return new Map(distinct.map((text, rank) => [text, rank]));
}

/** The last order that the customers of a population were listed in. */
const LISTED = new WeakMap<Uint8Array, { readonly order: Int32Array; readonly rows: Int32Array }>();

/** The customers of a population in an order; the list is kept with the population, so that any page of it is a slice. */
function listedIn(member: Uint8Array, order: Int32Array): Int32Array {
  const held = LISTED.get(member);
  if (held?.order === order) return held.rows;
  const rows = new Int32Array(order.length);
  let k = 0;
  for (let j = 0; j < order.length; j++) {
    rows[k] = order[j]!;
    k += member[order[j]!]!;
  }
  const listed = { order, rows: rows.subarray(0, k) };
  LISTED.set(member, listed);
  return listed.rows;
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
  return limit === 0 ? [] : [...listedIn(population.member, order()).subarray(offset, offset + limit)];
}

export { orderOf };

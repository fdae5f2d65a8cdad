import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Column, CustomerVectors, Relation, RelationName, Vectors } from '#engine/vectors/types.ts';

/** The vectors of some customers alone, in the order given. */
export function only(vectors: Vectors, some: Int32Array): Vectors {
  const relations = new Map<RelationName, Relation>();
  const cut = (name: RelationName): Relation => {
    const whole = vectors.relation(name);
    const start = new Int32Array(some.length + 2);
    for (let c = 0; c < some.length; c++)
      start[c + 1] = start[c]! + whole.start[some[c]! + 1]! - whole.start[some[c]!]!;
    const rows = start[some.length]!;
    start[some.length + 1] = rows;
    const pick = <T extends Int32Array | Float64Array>(values: T): T => {
      if (some.length === 1) return values.subarray(whole.start[some[0]!]!, whole.start[some[0]! + 1]!) as T;
      const picked = (values instanceof Int32Array ? new Int32Array(rows) : new Float64Array(rows)) as T;
      for (let c = 0; c < some.length; c++) {
        const at = start[c]! - whole.start[some[c]!]!;
        for (let r = whole.start[some[c]!]!; r < whole.start[some[c]! + 1]!; r++) picked[at + r] = values[r]!;
      }
      return picked;
    };
    const columns = new Map<string, Column>();
    let [id, party]: (Int32Array | undefined)[] = [];
    return {
      name,
      rows,
      start,
      day: pick(whole.day),
      get id() {
        return (id ??= pick(whole.id));
      },
      get party() {
        return (party ??= pick(whole.party));
      },
      columns: whole.columns,
      column(key): Column {
        let column = columns.get(key);
        if (!column) {
          const of = whole.column(key);
          column = { ...of, values: pick(of.values) } as Column;
          columns.set(key, column);
        }
        return column;
      },
    };
  };
  const relation = (name: RelationName): Relation => {
    const made = relations.get(name) ?? cut(name);
    relations.set(name, made);
    return made;
  };
  const { customers } = vectors;
  const of = (values: Int32Array): Int32Array => Int32Array.from(some, (customer) => values[customer]!);
  const id = of(customers.id);
  const alone: CustomerVectors = {
    count: some.length,
    id,
    indexOf: (one) => id.indexOf(one),
    created: of(customers.created),
    term: (name) => of(customers.term(name)),
    name: (c) => customers.name(some[c]!),
    emailDomain: (c) => customers.emailDomain(some[c]!),
    nameRank: () => of(customers.nameRank()),
    sources: () => of(customers.sources()),
  };
  return {
    dataVersion: vectors.dataVersion,
    customers: alone,
    relation,
    get credits() {
      return creditsOf(vectors, some, relation('orders').rows);
    },
    text: (term) => vectors.text(term),
    term: (text) => vectors.term(text),
    newestObservedDay: (limit) => vectors.newestObservedDay(limit),
  };
}

/** Credits of the orders of some customers, their orders numbered on. */
function creditsOf(vectors: Vectors, some: Int32Array, orders: number): Vectors['credits'] {
  const { start } = vectors.relation('orders');
  const { credits } = vectors;
  const order: number[] = [];
  const rows: number[] = [];
  const begins = new Int32Array(orders + 1);
  let n = 0;
  for (const customer of some)
    for (let o = start[customer]!; o < start[customer + 1]!; o++) {
      for (let k = credits.start[o]!; k < credits.start[o + 1]!; k++) {
        order.push(n);
        rows.push(k);
      }
      begins[++n] = rows.length;
    }
  return {
    order: Int32Array.from(order),
    day: Int32Array.from(rows, (k) => credits.day[k]!),
    amount: Float64Array.from(rows, (k) => credits.amount[k]!),
    start: begins,
  };
}

/** A context whose kept values are its own: nothing of all customers is mixed with those of one. */
export function apart(ctx: ReadContext): ReadContext {
  const kept = new Map<string, unknown>();
  const own: ReadContext = {
    ...ctx,
    kept<T>(key: Kept<T>): T {
      if (!kept.has(key.name)) kept.set(key.name, key.make(own));
      return kept.get(key.name) as T;
    },
  };
  return own;
}

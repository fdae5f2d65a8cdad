import type { ReadContext } from '#engine/base/context.ts';
import { OrdersRelation } from './load.ts';
import { TableRelation } from './table.ts';
import type { RelationName, Vectors } from './types.ts';

/** What a computation read: relations by what they said, and the customers. */
export type Reads = ReadonlyMap<RelationName | 'customers', object>;

/** A computation under watch: it is given these instead of the vectors and the context. */
export type Watch = {
  readonly vectors: Vectors;
  readonly ctx: ReadContext;
  /** Counts what another watched computation read as read by this one; null makes it read everything. */
  include(reads: Reads | null): void;
  /** Null when it read more than relations, customer ids, settings and the day. */
  reads(): Reads | null;
};

/** Watches which relations a computation reads, so that its result can outlive a change of others. */
export function watch(ctx: ReadContext, vectors: Vectors): Watch {
  const found = new Map<RelationName | 'customers', object>();
  let all = false;
  const read = (name: RelationName | 'customers'): void => {
    const token = tokenOf(vectors, name);
    if (token) found.set(name, token);
    else all = true;
  };
  const { customers } = vectors;
  read('customers');
  const watchedCustomers = new Proxy(customers, {
    get(target, property) {
      if (property !== 'count' && property !== 'id' && property !== 'indexOf') all = true;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const watched: Vectors = {
    dataVersion: vectors.dataVersion,
    // Once it reads everything there is nothing to watch: a text is read row by row later on.
    get customers() {
      return all ? customers : watchedCustomers;
    },
    relation(name) {
      read(name);
      return vectors.relation(name);
    },
    get credits() {
      read('orders');
      return vectors.credits;
    },
    text: (term) => vectors.text(term),
    term(text) {
      // A text may become a term later.
      all = true;
      return vectors.term(text);
    },
    newestObservedDay(limit) {
      all = true;
      return vectors.newestObservedDay(limit);
    },
  };
  const watchedContext = new Proxy(ctx, {
    get(target, property) {
      if (property !== 'settings' && property !== 'cancel' && property !== 'progress') all = true;
      return Reflect.get(target, property, target) as unknown;
    },
  });
  return {
    vectors: watched,
    ctx: watchedContext,
    include(reads) {
      if (reads === null) all = true;
      else for (const [name, token] of reads) found.set(name, token);
    },
    reads: () => (all ? null : found),
  };
}

/** Whether everything that was read says what it said then. */
export function stillSo(reads: Reads, vectors: Vectors): boolean {
  for (const [name, token] of reads) if (tokenOf(vectors, name) !== token) return false;
  return true;
}

function tokenOf(vectors: Vectors, name: RelationName | 'customers'): object | null {
  if (name === 'customers') return vectors.customers.id;
  const relation = vectors.relation(name);
  return relation instanceof TableRelation || relation instanceof OrdersRelation ? relation.token : null;
}

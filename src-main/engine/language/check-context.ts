import type { ReadContext } from '#engine/base/context.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import type { CheckContext } from './check.ts';
import { namedOf } from './named.ts';

const CURRENCIES = new WeakMap<Vectors, string | null>();

/** What a text can only mean in the workspace of a context. */
export function checkContextOf(ctx: ReadContext, vectors: Vectors): CheckContext {
  let currency = CURRENCIES.get(vectors);
  if (currency === undefined) {
    currency = onlyCurrency(vectors, ctx.settings.currency);
    CURRENCIES.set(vectors, currency);
  }
  return { currency, named: namedOf(ctx) };
}

/** The currency of every order, or the workspace's own when there are no orders; null when there are several. */
function onlyCurrency(vectors: Vectors, own: string): string | null {
  const { values } = vectors.relation('orders').column('currency');
  let only = UNKNOWN_INT;
  for (let r = 0; r < values.length; r++) {
    const term = values[r]!;
    if (term === UNKNOWN_INT || term === only) continue;
    if (only !== UNKNOWN_INT) return null;
    only = term;
  }
  return only === UNKNOWN_INT ? own : vectors.text(only);
}

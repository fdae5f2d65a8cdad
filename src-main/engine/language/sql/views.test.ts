import { expect, test } from 'vitest';
import type { Vectors } from '#engine/vectors/types.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { Dice, randomWorkspace } from './random.fixture.ts';

const known = (value: number): number | null => (value === UNKNOWN_INT || value !== value ? null : value);

const byText = (a: unknown[], b: unknown[]): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** Orders and credits as the vectors have them, as rows of the views. */
function ordersOf(vectors: Vectors): { orders: unknown[][]; credits: unknown[][] } {
  const relation = vectors.relation('orders');
  const { values: net } = relation.column('net');
  const { values: currency } = relation.column('currency');
  const orders: unknown[][] = [];
  const credits: unknown[][] = [];
  const { customers } = vectors;
  for (let c = 0; c <= customers.count; c++) {
    for (let r = relation.start[c]!; r < relation.start[c + 1]!; r++) {
      const customer = c < customers.count ? customers.id[c]! : null;
      orders.push([relation.id[r], customer, relation.day[r], known(net[r]!), vectors.text(currency[r]!)]);
      for (let k = vectors.credits.start[r]!; k < vectors.credits.start[r + 1]!; k++)
        credits.push([relation.id[r], vectors.credits.day[k], vectors.credits.amount[k]]);
    }
  }
  return { orders: orders.sort(byText), credits: credits.sort(byText) };
}

test('Q1: the views orders, credits and customers hold what the vectors hold', { timeout: 60_000 }, () => {
  let seen = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const file = randomWorkspace(new Dice(seed));
    const vectors = file.vectors();
    seen += vectors.credits.order.length;
    expect({
      seed,
      orders: file.db.all('SELECT id, customer, day_number, net, currency FROM orders').sort(byText),
      credits: file.db.all('SELECT order_id, day_number, amount FROM credits').sort(byText),
    }).toEqual({ seed, ...ordersOf(vectors) });
    const { customers } = vectors;
    const term = (name: 'owner' | 'region' | 'country' | 'industry' | 'type', i: number): string | null =>
      vectors.text(customers.term(name)[i]!);
    expect({
      seed,
      rows: file.db.all('SELECT id, name, owner, region, country, industry, type, sources FROM customers ORDER BY id'),
    }).toEqual({
      seed,
      rows: Array.from(customers.id, (id, i) => [
        id,
        customers.name(i),
        ...(['owner', 'region', 'country', 'industry', 'type'] as const).map((name) => term(name, i)),
        customers.sources()[i],
      ]),
    });
    file.db.close();
  }
  expect(seen).toBeGreaterThan(50);
});

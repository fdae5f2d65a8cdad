import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { readGroupedArray, writeGrouped, writtenColumns } from './grouped.ts';
import type { Orders } from './orders.ts';
import type { Relation } from './types.ts';

/*
 * Orders follow from the rows of purchases and the membership alone, so they are kept among the columns of the kept
 * grouping of purchases and go with it.
 */
const TABLE = 'purchase';
const SIZES = '@orders.sizes';

const columnsOf = ({ purchaseRow, start, voided, credits }: Orders): [string, Int32Array | Float64Array][] => [
  ...(purchaseRow
    ? ([
        ['@orders.row', purchaseRow],
        ['@orders.start', start],
      ] as [string, Int32Array][])
    : []),
  ['@orders.voided', voided],
  ['@orders.credit_order', credits.order],
  ['@orders.credit_day', credits.day],
  ['@orders.credit_amount', credits.amount],
  ['@orders.credit_start', credits.start],
];

export function hasKeptOrders(db: ReadDb, mark: number): boolean {
  return writtenColumns(db, TABLE, mark).has(SIZES);
}

export function writeKeptOrders(db: WriteDb, mark: number, orders: Orders): void {
  for (const [name, values] of columnsOf(orders)) writeGrouped(db, TABLE, mark, name, values);
  const sizes = Int32Array.of(orders.voided.length, orders.credits.order.length);
  writeGrouped(db, TABLE, mark, SIZES, sizes);
}

/** The orders kept with a grouping of purchases, null when there are none. */
export function readKeptOrders(db: ReadDb, mark: number, purchases: Pick<Relation, 'rows' | 'start'>): Orders | null {
  const sizes = readInts(SIZES, 2);
  if (!sizes) return null;
  const [count, credits] = [sizes[0]!, sizes[1]!];
  const every = count === purchases.rows;
  const purchaseRow = every ? null : readInts('@orders.row', count);
  const start = every ? purchases.start : readInts('@orders.start', purchases.start.length);
  const voided = readInts('@orders.voided', count);
  const order = readInts('@orders.credit_order', credits);
  const day = readInts('@orders.credit_day', credits);
  const amount = readGroupedArray(db, TABLE, mark, '@orders.credit_amount', 'real', credits) as Float64Array | null;
  const creditStart = readInts('@orders.credit_start', count + 1);
  if ((!purchaseRow && !every) || !start || !voided || !order || !day || !creditStart || !amount) return null;
  return { purchaseRow, start, voided, credits: { order, day, amount, start: creditStart } };

  function readInts(name: string, n: number): Int32Array | null {
    return readGroupedArray(db, TABLE, mark, name, 'int', n) as Int32Array | null;
  }
}

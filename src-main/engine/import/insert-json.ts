import type { WriteDb } from '#engine/base/db.ts';

/** Runs a statement whose one parameter is a JSON array, in slices that keep the text small. */
export function insertJson(db: WriteDb, sql: string, items: readonly unknown[]): void {
  const step = 2000;
  for (let i = 0; i < items.length; i += step) db.run(sql, [JSON.stringify(items.slice(i, i + step))]);
}

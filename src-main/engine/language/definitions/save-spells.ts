import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import type { WriteDb } from '#engine/base/db.ts';
import { vectorsOf } from '#engine/vectors/load.ts';
import { Evaluation } from '../frames.ts';
import { definitionIn, defaultText, rulesOf } from './current.ts';
import { dropSpells, fits, LAPSED, readSpellsHead, spellsWanted, writeSpellsHead } from './saved-spells.ts';
import { following } from './spells.ts';

const ROWS_AT_ONCE = 5000;

/**
 * Saves the spells of every customer up to the as-of day of the workspace when its ladder is its own and they are not saved
 * yet; with the product's ladder removes what is left of another. Works in pieces of some milliseconds and yields between
 * them, outside of a transaction; whoever drives it stops when the data version is no longer that of `ctx`. Returns the
 * number of spells saved. Throws LadderlineError when the ladder cannot be read.
 */
export function* saveSpells(ctx: ReadContext, db: WriteDb): Generator<void, number> {
  const head = readSpellsHead(db);
  if (definitionIn(db, 'ladder').text.trim() === defaultText('ladder').trim()) {
    if (head !== null || db.get('SELECT 1 FROM rung_spell LIMIT 1') !== null) db.transaction(() => dropSpells(db));
    return 0;
  }
  const vectors = vectorsOf(ctx);
  const { rules } = rulesOf(ctx, vectors).ladder;
  const wanted = spellsWanted(ctx, vectors);
  if (rules === null || wanted === null) return 0;
  const until = ctx.defaultAsOf();
  if (head !== null && fits(head, wanted) && head.until === until) return 0;
  db.transaction(() => dropSpells(db));
  yield;
  const customers: number[] = [];
  const codes: number[] = [];
  const from: Day[] = [];
  const to: (Day | null)[] = [];
  const newest = new Int32Array(vectors.customers.count).fill(-1);
  for (const _ of following(rules, until, new Evaluation(ctx, vectors), (customer, code, on) => {
    if (newest[customer] !== -1) to[newest[customer]!] = on;
    newest[customer] = customers.length;
    customers.push(customer);
    codes.push(code);
    from.push(on);
    to.push(null);
  }))
    yield;
  for (let first = 0; first < customers.length; first += ROWS_AT_ONCE) {
    const end = Math.min(first + ROWS_AT_ONCE, customers.length);
    db.transaction(() => {
      for (let k = first; k < end; k++)
        db.run('INSERT INTO rung_spell(customer, from_day, to_day, rung, lapsed) VALUES (?, ?, ?, ?, ?)', [
          vectors.customers.id[customers[k]!]!,
          from[k]!,
          to[k]!,
          codes[k]! % LAPSED,
          codes[k]! >= LAPSED ? 1 : 0,
        ]);
    });
    yield;
  }
  db.transaction(() => writeSpellsHead(db, { ...wanted, until }, customers.length));
  return customers.length;
}

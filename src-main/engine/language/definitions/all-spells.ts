import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { RUNGS } from '#engine/base/vocabulary.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import { LAPSE_DAYS, rungColumns, rungSpells, type RungColumns } from '../facts/rung.ts';
import type { Evaluating } from '../frame.ts';
import { rulesOf } from './current.ts';
import { allWithGrace } from './grace.ts';
import { LAPSED, savedSpells, type SavedSpells } from './saved-spells.ts';
import { following } from './spells.ts';

const [PROSPECT, CUSTOMER, CLIENT] = [0, 1, 2] as const;
const CUSTOMERS_AT_ONCE = 8192;
const MOST_KEPT = 3;

const KEPT: Kept<Map<string, SavedSpells>> = { name: 'language.all-spells', make: () => new Map() };

/**
 * The spells of every customer from its first day to `until`, by the ladder in use: adjoining, by customer index and day.
 * A customer without a dated sign of life has none. The last few are kept.
 */
export function allSpells(
  ctx: ReadContext,
  vectors: Vectors,
  until: Day,
  evaluating: (ctx: ReadContext, vectors: Vectors) => Evaluating,
): SavedSpells {
  const kept = ctx.kept(KEPT);
  const key = `${until} ${ctx.settings.ladderMode}`;
  const held = kept.get(key);
  if (held) return held;
  const { rules } = rulesOf(ctx, vectors).ladder;
  let spells: SavedSpells;
  if (rules === null) spells = spellsOfProduct(ctx, vectors, until);
  else {
    const saved = savedSpells(ctx, vectors);
    spells = allWithGrace(
      saved !== null && until <= saved.until
        ? upTo(saved, until)
        : followed(ctx, vectors, until, evaluating(ctx, vectors)),
      rules.grace,
    );
  }
  kept.set(key, spells);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
  return spells;
}

/** Spells in the order in which they are told; grows. */
class SpellList {
  from = new Int32Array(1024);
  code = new Uint8Array(1024);
  n = 0;

  push(from: Day, code: number): void {
    if (this.n === this.from.length) {
      const [more, codes] = [new Int32Array(2 * this.n), new Uint8Array(2 * this.n)];
      more.set(this.from);
      codes.set(this.code);
      [this.from, this.code] = [more, codes];
    }
    this.from[this.n] = from;
    this.code[this.n++] = code;
  }

  spells(start: Int32Array, until: Day): SavedSpells {
    return { until, start, from: this.from.slice(0, this.n), code: this.code.slice(0, this.n) };
  }
}

function spellsOfProduct(ctx: ReadContext, vectors: Vectors, until: Day): SavedSpells {
  const columns = rungColumns(vectors);
  const mode = ctx.settings.ladderMode;
  const { count, created } = vectors.customers;
  const start = new Int32Array(count + 1);
  const list = new SpellList();
  for (let c = 0; c < count; c++) {
    if (c % CUSTOMERS_AT_ONCE === 0) {
      ctx.cancel.check();
      ctx.progress({ what: 'Following the rungs', done: c, total: count });
    }
    if (created[c] !== UNKNOWN_INT && created[c]! <= until) {
      if (ordersAlone(columns, c)) spellsOfOrders(columns, c, created[c]!, until, list);
      else
        for (const { rung, lapsed, from } of rungSpells(vectors, c, mode, until))
          list.push(from, RUNGS.indexOf(rung) + (lapsed ? LAPSED : 0));
    }
    start[c + 1] = list.n;
  }
  return list.spells(start, until);
}

/** True when nothing but orders that are never voided decides where a customer stands. */
function ordersAlone({ orders, voided, answers, advocacy, partnerships }: RungColumns, c: number): boolean {
  if (partnerships.start[c] !== partnerships.start[c + 1] || advocacy.start[c] !== advocacy.start[c + 1]) return false;
  for (let r = answers.relation.start[c]!; r < answers.relation.start[c + 1]!; r++)
    if (answers.score[r]! >= 9) return false;
  for (let r = orders.start[c]!; r < orders.start[c + 1]!; r++) if (voided[r] !== UNKNOWN_INT) return false;
  return true;
}

/** The spells that order days alone give. */
function spellsOfOrders({ orders }: RungColumns, c: number, created: Day, until: Day, list: SpellList): void {
  let rung: number = PROSPECT;
  let last = UNKNOWN_INT;
  let began = created;
  let standing: number = PROSPECT;
  const stand = (on: Day, code: number): void => {
    if (code === standing) return;
    if (on > began) list.push(began, standing);
    [began, standing] = [on, code];
  };
  for (let r = orders.start[c]!; r < orders.start[c + 1]! && orders.day[r]! <= until; r++) {
    const day = orders.day[r]!;
    if (day === last) continue;
    if (last !== UNKNOWN_INT && day > last + LAPSE_DAYS + 1) stand(last + LAPSE_DAYS + 1, rung + LAPSED);
    rung = rung === PROSPECT ? CUSTOMER : CLIENT;
    last = day;
    stand(day, rung);
  }
  if (last !== UNKNOWN_INT && until > last + LAPSE_DAYS) stand(last + LAPSE_DAYS + 1, rung + LAPSED);
  list.push(began, standing);
}

/** Saved spells up to a day before their last. */
function upTo(saved: SavedSpells, until: Day): SavedSpells {
  if (until === saved.until) return saved;
  const count = saved.start.length - 1;
  const start = new Int32Array(count + 1);
  const list = new SpellList();
  for (let c = 0; c < count; c++) {
    for (let k = saved.start[c]!; k < saved.start[c + 1]! && saved.from[k]! <= until; k++)
      list.push(saved.from[k]!, saved.code[k]!);
    start[c + 1] = list.n;
  }
  return list.spells(start, until);
}

/** Spells by rules of the workspace's own, followed day by day, then put in the order of the customers. */
function followed(ctx: ReadContext, vectors: Vectors, until: Day, evaluation: Evaluating): SavedSpells {
  const { rules } = rulesOf(ctx, vectors).ladder;
  const { count } = vectors.customers;
  const told = new SpellList();
  const whose: number[] = [];
  const start = new Int32Array(count + 1);
  const days = following(rules!, until, evaluation, (customer, code, on) => {
    told.push(on, code);
    whose.push(customer);
    start[customer + 1]!++;
  });
  for (const { done, total } of days) {
    ctx.cancel.check();
    if (done % 32 === 0) ctx.progress({ what: 'Following the rungs', done, total });
  }
  for (let c = 0; c < count; c++) start[c + 1]! += start[c]!;
  const next = start.slice(0, count);
  const spells = { until, start, from: new Int32Array(told.n), code: new Uint8Array(told.n) };
  for (let k = 0; k < told.n; k++) {
    const at = next[whose[k]!]!++;
    spells.from[at] = told.from[k]!;
    spells.code[at] = told.code[k]!;
  }
  return spells;
}

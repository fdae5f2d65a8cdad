import type { Day } from '#engine/base/days.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Relation, Vectors } from '#engine/vectors/types.ts';
import type { Condition } from '../check.ts';
import { DEFAULT_TOUCH_RULES, type Cap } from '../definitions/touch.ts';
import { ints, numbers } from './column.ts';
import type { Reducer } from './column.ts';
import {
  firstRowAfter,
  isCommercial,
  KNOWN_TEAMS,
  OUT,
  teamIndex,
  touchColumns,
  type TouchColumns,
} from './touches.ts';

/** Rows in `touches` of outbound touches by different teams of one customer at most 3 days apart, each unordered pair once. */
export function collisionsOf(
  vectors: Vectors,
  customer: number,
  asOf: Day,
  within = DEFAULT_TOUCH_RULES.collision,
  since: Day = -Infinity,
): [number, number][] {
  const { relation, direction, team } = touchColumns(vectors);
  const pairs: [number, number][] = [];
  const rows: number[] = [];
  let low = 0;
  for (let r = relation.start[customer]!; r < relation.start[customer + 1]! && relation.day[r]! <= asOf; r++) {
    if (direction[r] !== OUT || teamIndex(team[r]!) < 0) continue;
    while (low < rows.length && relation.day[r]! - relation.day[rows[low]!]! > within) low++;
    if (relation.day[r]! >= since)
      for (let k = low; k < rows.length; k++) if (team[rows[k]!] !== team[r]) pairs.push([rows[k]!, r]);
    rows.push(r);
  }
  return pairs;
}

/** Number of collisions of every customer; linear in the touches. */
export function collisionColumn(vectors: Vectors, asOf: Day, within = DEFAULT_TOUCH_RULES.collision): Float64Array {
  const n = vectors.customers.count;
  const out = new Float64Array(n);
  const columns = touchColumns(vectors);
  for (let c = 0; c < n; c++) out[c] = countCollisions(columns, c, asOf, within, null);
  return out;
}

const IN_WINDOW = new Int32Array(KNOWN_TEAMS);

/** Collisions of one customer, counted without listing them; `byDay` adds them up by the day of the later touch. */
export function countCollisions(
  { relation, direction, team }: TouchColumns,
  customer: number,
  asOf: Day,
  within: number,
  byDay: Map<Day, number> | null,
): number {
  const { start, day } = relation;
  IN_WINDOW.fill(0);
  let total = 0;
  let low = start[customer]!;
  let pairs = 0;
  const end = start[customer + 1]!;
  for (let r = low; r < end && day[r]! <= asOf; r++) {
    const own = teamIndex(team[r]!);
    if (direction[r] !== OUT || own < 0) continue;
    for (; day[low]! < day[r]! - within; low++) {
      const index = teamIndex(team[low]!);
      if (direction[low] !== OUT || index < 0) continue;
      IN_WINDOW[index]!--;
      total--;
    }
    const found = total - IN_WINDOW[own]!;
    pairs += found;
    if (byDay !== null && found > 0) byDay.set(day[r]!, (byDay.get(day[r]!) ?? 0) + found);
    IN_WINDOW[own]!++;
    total++;
  }
  return pairs;
}

/** 1 for touches (rows of the relation) that are commercial and lie inside an open dispute `[opened, closed)` of their customer. */
export function inDisputeRows(vectors: Vectors): Uint8Array {
  const columns = touchColumns(vectors);
  const { relation } = columns;
  const tickets = vectors.relation('tickets');
  const dispute = ints(tickets, 'is_dispute');
  const closed = ints(tickets, 'closed_day');
  const out = new Uint8Array(relation.rows);
  for (let c = 0; c < vectors.customers.count; c++) {
    for (let t = tickets.start[c]!; t < tickets.start[c + 1]!; t++) {
      if (dispute[t] !== 1) continue;
      const from = tickets.day[t]!;
      const to = closed[t]!;
      for (
        let r = firstRowAfter(relation, c, from - 1);
        r < relation.start[c + 1]! && (to === UNKNOWN_INT || relation.day[r]! < to);
        r++
      ) {
        if (isCommercial(columns, r)) out[r] = 1;
      }
    }
  }
  return out;
}

/** A stretch of days in which a customer got more touches of a channel than a cap allows. */
export type CapBreach = { readonly cap: Cap; readonly from: Day; readonly to: Day; readonly touches: number };

/** Tests whether a row is of the channel of a cap; the column is read only when a cap names one. */
function channelTest(relation: Relation, { channel }: Cap): (row: number) => boolean {
  if (channel === 'any') return () => true;
  const values = ints(relation, 'channel');
  const term = termOf(channel);
  return (row) => values[row] === term;
}

/**
 * Breaches of a cap by one customer up to a day, oldest first: stretches of touches each of which was more than the cap
 * allows in the days before it, drawn together while they adjoin. `touches` counts those of the stretch.
 */
export function capBreachesOf(columns: TouchColumns, customer: number, asOf: Day, cap: Cap): CapBreach[] {
  const { relation, direction } = columns;
  const counts = channelTest(relation, cap);
  const days: Day[] = [];
  for (let r = relation.start[customer]!; r < relation.start[customer + 1]! && relation.day[r]! <= asOf; r++)
    if (direction[r] === OUT && counts(r)) days.push(relation.day[r]!);
  const found: { cap: Cap; from: Day; to: Day; touches: number; low: number; high: number }[] = [];
  let low = 0;
  for (let i = 0; i < days.length; i++) {
    while (days[low]! <= days[i]! - cap.days) low++;
    if (i - low + 1 <= cap.count) continue;
    const last = found.at(-1);
    if (last && last.high >= low) {
      last.high = i;
      last.to = days[i]!;
      last.touches = i - last.low + 1;
    } else found.push({ cap, from: days[low]!, to: days[i]!, touches: i - low + 1, low, high: i });
  }
  return found.map(({ from, to, touches }) => ({ cap, from, to, touches }));
}

/** 1 for customers over a cap on the day: more outbound touches in the last days than it allows. */
export function overCaps(
  { relation, direction }: TouchColumns,
  caps: readonly Cap[],
  asOf: Day,
  holds: (condition: Condition) => Uint8Array,
): Uint8Array {
  const over = new Uint8Array(relation.start.length - 2);
  for (const cap of caps) {
    const bound = cap.where === null ? null : holds(cap.where);
    const counts = channelTest(relation, cap);
    for (let c = 0; c < over.length; c++) {
      if (bound !== null && bound[c] !== 1) continue;
      let touches = 0;
      for (
        let r = firstRowAfter(relation, c, asOf - cap.days);
        r < relation.start[c + 1]! && relation.day[r]! <= asOf;
        r++
      ) {
        if (direction[r] === OUT && counts(r)) touches++;
      }
      if (touches > cap.count) over[c] = 1;
    }
  }
  return over;
}

export const collisionFacts: Reducer = ({ vectors, asOf, touchRules }) => ({
  collisions: numbers('number', collisionColumn(vectors, asOf, touchRules.collision)),
});

export const disputeTouchFacts: Reducer = ({ vectors, asOf }) => {
  const n = vectors.customers.count;
  const relation = vectors.relation('touches');
  const inDispute = inDisputeRows(vectors);
  const out = new Float64Array(n);
  for (let c = 0; c < n; c++) {
    for (let r = relation.start[c]!; r < relation.start[c + 1]! && relation.day[r]! <= asOf; r++)
      out[c]! += inDispute[r]!;
  }
  return { touches_in_dispute: numbers('number', out) };
};

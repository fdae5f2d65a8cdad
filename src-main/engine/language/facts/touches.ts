import type { Day } from '#engine/base/days.ts';
import { NON_COMMERCIAL_PURPOSES, RUNGS, TEAMS, termOf } from '#engine/base/vocabulary.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Relation, Vectors } from '#engine/vectors/types.ts';
import { DEFAULT_TOUCH_RULES, type TouchRules } from '../definitions/touch.ts';
import { ints } from './column.ts';

/** Conventions of the product (choices.md, Touches; methods 3.5); the other limits are rules of the workspace. */
export const EVENNESS_WINDOW = 90;
export const RECENT_DAYS = 90;
/** Days looked back for the persons that were touched. */
export const DEPTH_DAYS = 365;

/** Target of a customer by the index of its rung and whether it lapsed. */
export function targetOf(rung: number, lapsed: boolean, { targets }: TouchRules = DEFAULT_TOUCH_RULES): number {
  return targets[lapsed ? 'lapsed' : RUNGS[rung]!];
}

export const OUT = termOf('out');
export const SALES = termOf('sales');
export const MARKETING = termOf('marketing');
const FIRST_TEAM = termOf('sales');
export const KNOWN_TEAMS = TEAMS.length - 1;
const EXEMPT: ReadonlySet<number> = new Set(NON_COMMERCIAL_PURPOSES.map((purpose) => termOf(purpose)));

export type TouchColumns = {
  readonly relation: Relation;
  readonly direction: Int32Array;
  readonly team: Int32Array;
  readonly purpose: Int32Array;
};

/** Columns are read when they are first looked at: a workspace of millions of touches pays for those it needs. */
export function touchColumns(vectors: Vectors): TouchColumns {
  const relation = vectors.relation('touches');
  let [direction, team, purpose]: (Int32Array | undefined)[] = [];
  return {
    relation,
    get direction() {
      return (direction ??= ints(relation, 'direction'));
    },
    get team() {
      return (team ??= ints(relation, 'team'));
    },
    get purpose() {
      return (purpose ??= ints(relation, 'purpose'));
    },
  };
}

/** Channels whose messages make threads. */
export const THREADED = ['email', 'text', 'social'] as const;
const THREADED_TERMS: ReadonlySet<number> = new Set(THREADED.map((channel) => termOf(channel)));

const COUNTED = new WeakMap<Relation, Map<number, Int32Array>>();

/**
 * Touch columns in which outbound messages that go on with a thread are no outbound touches: an e-mail, text or social message
 * to the same person by the same owner at most `thread` days after the one before. With 0 every touch counts.
 */
export function countedTouches(vectors: Vectors, { thread }: TouchRules): TouchColumns {
  const columns = touchColumns(vectors);
  if (thread === 0) return columns;
  const { relation } = columns;
  return {
    relation,
    get direction() {
      const byDays = COUNTED.get(relation) ?? new Map<number, Int32Array>();
      COUNTED.set(relation, byDays);
      const held = byDays.get(thread) ?? withoutReplies(columns, thread);
      byDays.set(thread, held);
      return held;
    },
    get team() {
      return columns.team;
    },
    get purpose() {
      return columns.purpose;
    },
  };
}

function withoutReplies({ relation, direction }: TouchColumns, thread: number): Int32Array {
  const channel = ints(relation, 'channel');
  const owner = ints(relation, 'owner');
  const { start, day, party } = relation;
  const counted = direction.slice();
  // A customer's threads by channel, person and owner: the day of the latest message of each.
  const latest = new Map<string, Day>();
  for (let c = 0; c + 1 < start.length; c++) {
    latest.clear();
    for (let r = start[c]!; r < start[c + 1]!; r++) {
      if (direction[r] !== OUT || !THREADED_TERMS.has(channel[r]!)) continue;
      const key = `${channel[r]} ${party[r]} ${owner[r]}`;
      const before = latest.get(key);
      if (before !== undefined && day[r]! - before <= thread) counted[r] = UNKNOWN_INT;
      latest.set(key, day[r]!);
    }
  }
  return counted;
}

/** Index of a team's term among the four teams, -1 for `unknown` and anything else. */
export function teamIndex(term: number): number {
  const index = term - FIRST_TEAM;
  return index >= 0 && index < KNOWN_TEAMS ? index : -1;
}

/** Outbound by sales or marketing, and not for service, a dispute or billing. */
export function isCommercial({ direction, team, purpose }: TouchColumns, row: number): boolean {
  return direction[row] === OUT && (team[row] === SALES || team[row] === MARKETING) && !EXEMPT.has(purpose[row]!);
}

/** Whether a purpose is of service, a dispute or billing. */
export function isExempt(purpose: number): boolean {
  return EXEMPT.has(purpose);
}

/** A growing list of ascending days without an array per customer. */
export class DayList {
  days = new Int32Array(64);
  length = 0;

  push(day: Day): void {
    if (this.length === this.days.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.days);
      this.days = larger;
    }
    this.days[this.length++] = day;
  }

  view(): Int32Array {
    return this.days.subarray(0, this.length);
  }
}

/** The distinct outbound days of a customer up to a day; answers how many outbound touches there are. */
export function collectOutboundDays(
  { relation, direction }: TouchColumns,
  customer: number,
  asOf: Day,
  into: DayList,
): number {
  into.length = 0;
  let rows = 0;
  for (let r = relation.start[customer]!; r < relation.start[customer + 1]! && relation.day[r]! <= asOf; r++) {
    if (direction[r] !== OUT) continue;
    rows++;
    if (into.length === 0 || into.days[into.length - 1] !== relation.day[r]) into.push(relation.day[r]!);
  }
  return rows;
}

/** First row of a customer dated after a day. */
export function firstRowAfter(relation: Relation, customer: number, day: Day): number {
  let low = relation.start[customer]!;
  let high = relation.start[customer + 1]!;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (relation.day[middle]! > day) high = middle;
    else low = middle + 1;
  }
  return low;
}

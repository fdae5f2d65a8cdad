import type { Day } from '#engine/base/days.ts';
import { NON_COMMERCIAL_PURPOSES, RUNGS, TEAMS, TOUCH_CLASSES, termOf, type Team } from '#engine/base/vocabulary.ts';
import { barrages, burstsWithin, evennessE, spacingOf } from '#engine/methods/spacing.ts';
import type { Barrage, Spacing, Train } from '#engine/methods/spacing.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Relation, Vectors } from '#engine/vectors/types.ts';
import type { Condition } from '../check.ts';
import { DEFAULT_TOUCH_RULES, type Cap, type TouchRules } from '../definitions/touch.ts';
import { days, ints, members, numbers, unknownInts, unknownNumbers } from './column.ts';
import type { FactInput, Reducer } from './column.ts';

/** Conventions of the product (choices.md, Touches; methods 3.5); the other limits are rules of the workspace. */
export const EVENNESS_WINDOW = 90;
export const RECENT_DAYS = 90;

/** Target of a customer by the index of its rung and whether it lapsed. */
export function targetOf(rung: number, lapsed: boolean, { targets }: TouchRules = DEFAULT_TOUCH_RULES): number {
  return targets[lapsed ? 'lapsed' : RUNGS[rung]!];
}

const OUT = termOf('out');
const SALES = termOf('sales');
const MARKETING = termOf('marketing');
const FIRST_TEAM = termOf('sales');
const KNOWN_TEAMS = TEAMS.length - 1;
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

/** Index of a team's term among the four teams, -1 for `unknown` and anything else. */
function teamIndex(term: number): number {
  const index = term - FIRST_TEAM;
  return index >= 0 && index < KNOWN_TEAMS ? index : -1;
}

/** Outbound by sales or marketing, and not for service, a dispute or billing. */
export function isCommercial({ direction, team, purpose }: TouchColumns, row: number): boolean {
  return direction[row] === OUT && (team[row] === SALES || team[row] === MARKETING) && !EXEMPT.has(purpose[row]!);
}

/** A growing list of ascending days without an array per customer. */
class DayList {
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

function collectOutboundDays(
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

/** A run of at least 4 outbound days within 7, with its touches (rows) and how many each team made. */
export type BurstRun = {
  readonly from: Day;
  readonly to: Day;
  readonly touches: number;
  readonly teams: Partial<Record<Team, number>>;
};
/** A burst followed by `silence` days without an outbound touch. */
export type BarrageRun = BurstRun & { readonly silence: number; readonly open: boolean };
/** A gap above 1.5 times the target; `open` when it lasts on the day. */
export type SilenceGap = { readonly from: Day; readonly to: Day; readonly days: number; readonly open: boolean };

export type CustomerSpacing = {
  /** Outbound touches (rows) up to the day. */
  readonly touches: number;
  /** Distinct outbound days, ascending. */
  readonly days: Int32Array;
  readonly spacing: Spacing;
  readonly evenness: number | null;
  readonly target: number;
  readonly class: (typeof TOUCH_CLASSES)[number];
  readonly bursts: readonly BurstRun[];
  readonly barrages: readonly BarrageRun[];
  readonly silences: readonly SilenceGap[];
};

/**
 * Spacing of the outbound touches of one customer as of a day. `rung` is the index of its rung on that day; `window` limits
 * evenness only.
 */
export function spacingAt(
  vectors: Vectors,
  customer: number,
  asOf: Day,
  rung: number,
  lapsed: boolean,
  window = EVENNESS_WINDOW,
  rules: TouchRules = DEFAULT_TOUCH_RULES,
  overCap = false,
): CustomerSpacing {
  const columns = touchColumns(vectors);
  const list = new DayList();
  const touches = collectOutboundDays(columns, customer, asOf, list);
  const daysOut = list.view().slice();
  const spacing = spacingOf(daysOut, 0, daysOut.length, asOf);
  const target = targetOf(rung, lapsed, rules);
  const { burst, barrage } = rules;
  return {
    touches,
    days: daysOut,
    spacing,
    evenness: evennessE(evennessDays(columns, customer, asOf, window), asOf, window),
    target,
    class: TOUCH_CLASSES[overCap ? OVER : classIndex(spacing.open, target, rules)]!,
    bursts: burstsWithin(daysOut, burst.touches, burst.within).map((train) => withTeams(columns, customer, train)),
    barrages: barrages(daysOut, asOf, burst.touches, burst.within, barrage).map((found: Barrage) => ({
      ...withTeams(columns, customer, found),
      silence: found.silence,
      open: found.open,
    })),
    silences: silencesOf(daysOut, asOf, target, rules),
  };
}

function withTeams({ relation, direction, team }: TouchColumns, customer: number, { start, end }: Train): BurstRun {
  const teams: Partial<Record<Team, number>> = {};
  let touches = 0;
  for (let r = relation.start[customer]!; r < relation.start[customer + 1]! && relation.day[r]! <= end; r++) {
    if (direction[r] !== OUT || relation.day[r]! < start) continue;
    const index = teamIndex(team[r]!);
    const word: Team = index < 0 ? 'unknown' : TEAMS[index]!;
    teams[word] = (teams[word] ?? 0) + 1;
    touches++;
  }
  const inOrder = Object.fromEntries(TEAMS.flatMap((word) => (teams[word] === undefined ? [] : [[word, teams[word]]])));
  return { from: start, to: end, touches, teams: inOrder };
}

/** Gaps of ascending distinct days above 1.5 times the target, the open gap included, oldest first. */
export function silencesOf(
  daysOut: ArrayLike<number>,
  asOf: Day,
  target: number,
  { silence }: TouchRules = DEFAULT_TOUCH_RULES,
): SilenceGap[] {
  const found: SilenceGap[] = [];
  const limit = silence * target;
  for (let i = 0; i < daysOut.length; i++) {
    const from = daysOut[i]!;
    const open = i === daysOut.length - 1;
    const to = open ? asOf : daysOut[i + 1]!;
    if (to - from > limit) found.push({ from, to, days: to - from, open });
  }
  return found;
}

const OVER = TOUCH_CLASSES.indexOf('over');

/** Index into TOUCH_CLASSES of a customer that is over no cap. */
function classIndex(openGap: number | null, target: number, { silence }: TouchRules): number {
  if (openGap === null) return TOUCH_CLASSES.indexOf('never');
  if (openGap > silence * target) return TOUCH_CLASSES.indexOf('silent');
  return TOUCH_CLASSES.indexOf(openGap > target ? 'due' : 'on');
}

/** Days of sales and marketing touches in `(asOf - window, asOf]`, one a day and team: days of both teams stand twice. */
function evennessDays(
  { relation, direction, team }: TouchColumns,
  customer: number,
  asOf: Day,
  window: number,
): number[] {
  const found: number[] = [];
  let sales = UNKNOWN_INT;
  let marketing = UNKNOWN_INT;
  for (
    let r = firstRowAfter(relation, customer, asOf - window);
    r < relation.start[customer + 1]! && relation.day[r]! <= asOf;
    r++
  ) {
    const day = relation.day[r]!;
    if (direction[r] !== OUT) continue;
    if (team[r] === SALES && sales !== day) {
      sales = day;
      found.push(day);
    } else if (team[r] === MARKETING && marketing !== day) {
      marketing = day;
      found.push(day);
    }
  }
  return found;
}

/** First row of a customer dated after a day. */
function firstRowAfter(relation: Relation, customer: number, day: Day): number {
  let low = relation.start[customer]!;
  let high = relation.start[customer + 1]!;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (relation.day[middle]! > day) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Evenness E over `(asOf - window, asOf]` of every customer (mission B2); NaN without a touch of sales or marketing in it. */
export function evennessColumn(vectors: Vectors, asOf: Day, window = EVENNESS_WINDOW): Float64Array {
  const columns = touchColumns(vectors);
  const n = vectors.customers.count;
  const out = unknownNumbers(n);
  for (let c = 0; c < n; c++) out[c] = evennessE(evennessDays(columns, c, asOf, window), asOf, window) ?? Number.NaN;
  return out;
}

/** Rows in `touches` of outbound touches by different teams of one customer at most 3 days apart, each unordered pair once. */
export function collisionsOf(
  vectors: Vectors,
  customer: number,
  asOf: Day,
  within = DEFAULT_TOUCH_RULES.collision,
): [number, number][] {
  const { relation, direction, team } = touchColumns(vectors);
  const pairs: [number, number][] = [];
  const rows: number[] = [];
  let low = 0;
  for (let r = relation.start[customer]!; r < relation.start[customer + 1]! && relation.day[r]! <= asOf; r++) {
    if (direction[r] !== OUT || teamIndex(team[r]!) < 0) continue;
    while (low < rows.length && relation.day[r]! - relation.day[rows[low]!]! > within) low++;
    for (let k = low; k < rows.length; k++) if (team[rows[k]!] !== team[r]) pairs.push([rows[k]!, r]);
    rows.push(r);
  }
  return pairs;
}

/** Number of collisions of every customer; linear in the touches. */
export function collisionColumn(vectors: Vectors, asOf: Day, within = DEFAULT_TOUCH_RULES.collision): Float64Array {
  const { relation, direction, team } = touchColumns(vectors);
  const { start, day } = relation;
  const n = vectors.customers.count;
  const out = new Float64Array(n);
  const inWindow = new Int32Array(KNOWN_TEAMS);
  for (let c = 0; c < n; c++) {
    inWindow.fill(0);
    let total = 0;
    let low = start[c]!;
    let pairs = 0;
    for (let r = start[c]!; r < start[c + 1]! && day[r]! <= asOf; r++) {
      const own = teamIndex(team[r]!);
      if (direction[r] !== OUT || own < 0) continue;
      for (; day[low]! < day[r]! - within; low++) {
        const index = teamIndex(team[low]!);
        if (direction[low] !== OUT || index < 0) continue;
        inWindow[index]!--;
        total--;
      }
      pairs += total - inWindow[own]!;
      inWindow[own]!++;
      total++;
    }
    out[c] = pairs;
  }
  return out;
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

/** Facts of the outbound days: gaps, burstiness, counts of the last 90 days. */
export const spacingFacts: Reducer = ({ vectors, asOf }) => {
  const n = vectors.customers.count;
  const columns = touchColumns(vectors);
  const { relation, direction } = columns;
  const [recent, total, openGap, meanGap, sdGap, maxGap, worstGap, burstiness] = Array.from({ length: 8 }, () =>
    unknownNumbers(n),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const first = unknownInts(n);
  const last = unknownInts(n);
  const list = new DayList();
  for (let c = 0; c < n; c++) {
    total[c] = collectOutboundDays(columns, c, asOf, list);
    let inWindow = 0;
    for (
      let r = firstRowAfter(relation, c, asOf - RECENT_DAYS);
      r < relation.start[c + 1]! && relation.day[r]! <= asOf;
      r++
    ) {
      if (direction[r] === OUT) inWindow++;
    }
    recent[c] = inWindow;
    if (list.length === 0) continue;
    const s = spacingOf(list.days, 0, list.length, asOf);
    first[c] = list.days[0]!;
    last[c] = list.days[list.length - 1]!;
    openGap[c] = s.open ?? Number.NaN;
    meanGap[c] = s.mean ?? Number.NaN;
    sdGap[c] = s.gaps < 2 ? Number.NaN : (s.sd ?? Number.NaN);
    maxGap[c] = s.maxClosed ?? Number.NaN;
    worstGap[c] = s.maxInclOpen ?? Number.NaN;
    burstiness[c] = s.A ?? Number.NaN;
  }
  return {
    touches_90d: numbers('number', recent),
    touches_total: numbers('number', total),
    first_touch: days(first),
    last_touch: days(last),
    open_gap: numbers('days', openGap),
    mean_gap: numbers('days', meanGap),
    sd_gap: numbers('days', sdGap),
    max_gap: numbers('days', maxGap),
    worst_gap: numbers('days', worstGap),
    burstiness: numbers('number', burstiness),
  };
};

export const evennessFacts: Reducer = ({ vectors, asOf }) => ({
  evenness: numbers('share', evennessColumn(vectors, asOf)),
});

export const burstFacts: Reducer = ({ vectors, asOf, rules }) => {
  const { burst, barrage } = rules.touch.rules;
  const n = vectors.customers.count;
  const columns = touchColumns(vectors);
  const bursts = new Float64Array(n);
  const found = new Float64Array(n);
  const list = new DayList();
  for (let c = 0; c < n; c++) {
    collectOutboundDays(columns, c, asOf, list);
    if (list.length < burst.touches) continue;
    bursts[c] = burstsWithin(list.view(), burst.touches, burst.within).length;
    if (bursts[c]! > 0) found[c] = barrages(list.view(), asOf, burst.touches, burst.within, barrage).length;
  }
  return { bursts: numbers('number', bursts), barrages: numbers('number', found) };
};

function targets(input: FactInput): (customer: number) => number {
  const rung = input.fact('rung');
  const lapsed = input.fact('lapsed');
  if (rung.type !== 'set' || lapsed.type !== 'yesno') throw new Error('rung is a set and lapsed a yes/no');
  return (c) => targetOf(rung.values[c]!, lapsed.values[c] === 1, input.rules.touch.rules);
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
function overCaps(
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

/** silences, touch_class: against the target of the rung held on the day. */
export const silenceFacts: Reducer = (input) => {
  const { vectors, asOf } = input;
  const n = vectors.customers.count;
  const columns = touchColumns(vectors);
  const target = targets(input);
  const rules = input.rules.touch.rules;
  const over = overCaps(columns, rules.caps, asOf, (cap) => input.evaluation.holds(cap, asOf));
  const silences = new Float64Array(n);
  const classes = new Int32Array(n);
  const list = new DayList();
  for (let c = 0; c < n; c++) {
    collectOutboundDays(columns, c, asOf, list);
    const goal = target(c);
    const limit = rules.silence * goal;
    for (let i = 0; i < list.length; i++) {
      const next = i + 1 < list.length ? list.days[i + 1]! : asOf;
      if (next - list.days[i]! > limit) silences[c]!++;
    }
    classes[c] =
      over[c] === 1 ? OVER : classIndex(list.length === 0 ? null : asOf - list.days[list.length - 1]!, goal, rules);
  }
  return { silences: numbers('number', silences), touch_class: members(classes, TOUCH_CLASSES) };
};

export const collisionFacts: Reducer = ({ vectors, asOf, rules }) => ({
  collisions: numbers('number', collisionColumn(vectors, asOf, rules.touch.rules.collision)),
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

import type { Day } from '#engine/base/days.ts';
import { TEAMS, TOUCH_CLASSES, type Team } from '#engine/base/vocabulary.ts';
import { barrages, burstsWithin, countBursts } from '#engine/methods/rhythm.ts';
import type { Barrage, Train } from '#engine/methods/rhythm.ts';
import { coordinationGain, emptySpacing, evennessE, spacingOf } from '#engine/methods/spacing.ts';
import type { Spacing, TeamEvenness } from '#engine/methods/spacing.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import { DEFAULT_TOUCH_RULES, type TouchRules } from '../definitions/touch.ts';
import { days, members, numbers, unknownInts, unknownNumbers } from './column.ts';
import type { FactInput, Reducer } from './column.ts';
import { overCaps } from './touch-audit.ts';
import {
  collectOutboundDays,
  countedTouches,
  DayList,
  EVENNESS_WINDOW,
  firstRowAfter,
  MARKETING,
  OUT,
  RECENT_DAYS,
  SALES,
  targetOf,
  teamIndex,
  touchColumns,
  type TouchColumns,
} from './touches.ts';

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
  /** Outbound touches up to the day; of a thread the first. */
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
  const columns = countedTouches(vectors, rules);
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
    evenness: evennessAt(columns, customer, asOf, window).both,
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

/** The outbound days of sales, of marketing and of both in `(asOf - window, asOf]`, one a day and team. */
class TeamDays {
  readonly sales = new DayList();
  readonly marketing = new DayList();
  /** Days of both teams stand twice. */
  readonly both = new DayList();

  collect({ relation, direction, team }: TouchColumns, customer: number, asOf: Day, window: number): void {
    const { sales, marketing, both } = this;
    sales.length = marketing.length = both.length = 0;
    const { day } = relation;
    const end = relation.start[customer + 1]!;
    for (let r = firstRowAfter(relation, customer, asOf - window); r < end && day[r]! <= asOf; r++) {
      if (direction[r] !== OUT) continue;
      const own = team[r] === SALES ? sales : team[r] === MARKETING ? marketing : null;
      if (own === null || (own.length > 0 && own.days[own.length - 1] === day[r])) continue;
      own.push(day[r]!);
      both.push(day[r]!);
    }
  }
}

const TEAM_DAYS = new TeamDays();

/** Evenness of one customer's touches by sales and marketing together, by each, and what coordination gains (mission B2). */
export function evennessAt(columns: TouchColumns, customer: number, asOf: Day, window = EVENNESS_WINDOW): TeamEvenness {
  TEAM_DAYS.collect(columns, customer, asOf, window);
  const of = ({ days: own, length }: DayList): number | null => evennessE(own, asOf, window, length);
  const both = of(TEAM_DAYS.both);
  const teams = [of(TEAM_DAYS.sales), of(TEAM_DAYS.marketing)];
  return { both, teams, gain: coordinationGain(both, teams) };
}

export type EvennessColumns = Readonly<Record<'both' | 'sales' | 'marketing' | 'gain', Float64Array>>;

/** Evenness E over `(asOf - W, asOf]` of every customer (mission B2), both teams, each, and the gain; NaN is undefined. */
export function evennessColumns(
  vectors: Vectors,
  asOf: Day,
  window = EVENNESS_WINDOW,
  rules: TouchRules = DEFAULT_TOUCH_RULES,
): EvennessColumns {
  const columns = countedTouches(vectors, rules);
  const n = vectors.customers.count;
  const both = unknownNumbers(n);
  const sales = unknownNumbers(n);
  const marketing = unknownNumbers(n);
  const gain = unknownNumbers(n);
  for (let c = 0; c < n; c++) {
    TEAM_DAYS.collect(columns, c, asOf, window);
    const { sales: s, marketing: m, both: b } = TEAM_DAYS;
    if (b.length === 0) continue;
    both[c] = evennessE(b.days, asOf, window, b.length) ?? Number.NaN;
    if (s.length > 0) sales[c] = evennessE(s.days, asOf, window, s.length) ?? Number.NaN;
    if (m.length > 0) marketing[c] = evennessE(m.days, asOf, window, m.length) ?? Number.NaN;
    if (s.length > 0 && m.length > 0) gain[c] = both[c]! - Math.max(sales[c]!, marketing[c]!);
  }
  return { both, sales, marketing, gain };
}

/** Facts of the outbound days: gaps, burstiness, memory, local variation; counts of all touches and of the last 90 days. */
export const spacingFacts: Reducer = ({ vectors, asOf, touchRules }) => {
  const n = vectors.customers.count;
  const { direction } = touchColumns(vectors);
  const columns = countedTouches(vectors, touchRules);
  const { relation } = columns;
  const fresh = (): Float64Array => unknownNumbers(n);
  const [recent, total, openGap, meanGap, sdGap] = [fresh(), fresh(), fresh(), fresh(), fresh()];
  const [maxGap, worstGap, burstiness, memory, variation] = [fresh(), fresh(), fresh(), fresh(), fresh()];
  const first = unknownInts(n);
  const last = unknownInts(n);
  const list = new DayList();
  const s = emptySpacing();
  const { start, day } = relation;
  for (let c = 0; c < n; c++) {
    const end = start[c + 1]!;
    let all = 0;
    let inWindow = 0;
    for (let r = start[c]!; r < end && day[r]! <= asOf; r++) {
      if (direction[r] !== OUT) continue;
      all++;
      if (day[r]! > asOf - RECENT_DAYS) inWindow++;
    }
    total[c] = all;
    recent[c] = inWindow;
    collectOutboundDays(columns, c, asOf, list);
    if (list.length === 0) continue;
    spacingOf(list.days, 0, list.length, asOf, s);
    first[c] = list.days[0]!;
    last[c] = list.days[list.length - 1]!;
    openGap[c] = s.open ?? Number.NaN;
    meanGap[c] = s.mean ?? Number.NaN;
    sdGap[c] = s.gaps < 2 ? Number.NaN : (s.sd ?? Number.NaN);
    maxGap[c] = s.maxClosed ?? Number.NaN;
    worstGap[c] = s.maxInclOpen ?? Number.NaN;
    burstiness[c] = s.A ?? Number.NaN;
    memory[c] = s.M ?? Number.NaN;
    variation[c] = s.LV ?? Number.NaN;
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
    memory: numbers('number', memory),
    local_variation: numbers('number', variation),
  };
};

export const evennessFacts: Reducer = ({ vectors, asOf, touchRules }) => {
  const { both, sales, marketing, gain } = evennessColumns(vectors, asOf, EVENNESS_WINDOW, touchRules);
  return {
    evenness: numbers('share', both),
    evenness_sales: numbers('share', sales),
    evenness_marketing: numbers('share', marketing),
    coordination_gain: numbers('number', gain),
  };
};

export const burstFacts: Reducer = ({ vectors, asOf, touchRules }) => {
  const { burst, barrage } = touchRules;
  const n = vectors.customers.count;
  const columns = countedTouches(vectors, touchRules);
  const bursts = new Float64Array(n);
  const found = new Float64Array(n);
  const list = new DayList();
  const count = { bursts: 0, barrages: 0 };
  for (let c = 0; c < n; c++) {
    collectOutboundDays(columns, c, asOf, list);
    if (list.length < burst.touches) continue;
    countBursts(list.days, list.length, asOf, burst.touches, burst.within, barrage, count);
    bursts[c] = count.bursts;
    found[c] = count.barrages;
  }
  return { bursts: numbers('number', bursts), barrages: numbers('number', found) };
};

function targets(input: FactInput): (customer: number) => number {
  const rung = input.fact('rung');
  const lapsed = input.fact('lapsed');
  if (rung.type !== 'set' || lapsed.type !== 'yesno') throw new Error('rung is a set and lapsed a yes/no');
  return (c) => targetOf(rung.values[c]!, lapsed.values[c] === 1, input.touchRules);
}

/** silences, touch_class: against the target of the rung held on the day. */
export const silenceFacts: Reducer = (input) => {
  const { vectors, asOf } = input;
  const n = vectors.customers.count;
  const target = targets(input);
  const rules = input.touchRules;
  const columns = countedTouches(vectors, rules);
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

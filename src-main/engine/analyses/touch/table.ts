import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { CHANNELS, TEAMS, TOUCH_LEVELS, termOf } from '#engine/base/vocabulary.ts';
import { evennessColumns, type CustomerSpacing } from '#engine/language/facts/spacing.ts';
import { EVENNESS_WINDOW, touchColumns } from '#engine/language/facts/touches.ts';
import { language } from '#engine/language/index.ts';
import { medianOf } from '#engine/methods/method.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import {
  customerId,
  externalIdsOf,
  orderedBy,
  orderOf,
  pageOf,
  populationAt,
  sortOf,
  type Population,
  type Sort,
} from '../population/index.ts';
import { classesOf, limits, numbersOf, openGaps, rhythmAt, targets } from './survey.ts';
import type { Burst, Silence, TouchesReport, TouchFinding, TouchRow, TouchSummary } from './types.ts';

export type TouchQuery = {
  asOf: Day;
  where: string | undefined;
  window: number;
  sort: string;
  limit: number;
  offset: number;
};

/** `touches` (rules of SPEC.md): a page of customers, and the summary over all that pass the filter. */
export function listTouches(ctx: ReadContext, query: TouchQuery): TouchesReport {
  const { asOf, window } = query;
  const population = populationAt(ctx, asOf, query.where);
  const sort = sortOf(query.sort, 'touches');
  const page = pageOf(population, () => orderWithin(ctx, population, sort, window), query.offset, query.limit);
  return {
    asOf: isoDay(asOf),
    window,
    total: population.count,
    customers: rowsOf(ctx, population, page, window),
    summary: summarise(ctx, population),
    unknown: population.unknown,
    clauses: population.clauses,
  };
}

/** The fact `evenness` has a window of its own; with another the order follows the column that is shown. */
function orderWithin(ctx: ReadContext, population: Population, sort: Sort, window: number): Int32Array {
  if (sort.fact !== 'evenness' || window === EVENNESS_WINDOW) return orderedBy(ctx, sort, population.asOf);
  const { rules } = language.rules(ctx).touch;
  return orderOf(evennessColumns(population.vectors, population.asOf, window, rules).both, sort.descending);
}

function rowsOf(
  ctx: ReadContext,
  { vectors, asOf }: Population,
  indexes: readonly number[],
  window: number,
): TouchRow[] {
  const rhythm = rhythmAt(ctx, vectors, asOf);
  const externalIds = externalIdsOf(ctx, vectors, indexes);
  return indexes.map((i) => ({
    customer: customerId(vectors, i),
    name: vectors.customers.name(i),
    rung: rhythm.standing(i),
    externalIds: externalIds.get(i) ?? [],
    ...figuresOf(rhythm.spacing(i, window)),
  }));
}

/** The figures of one customer as they are reported, days as text (rules T2-T8, T12). */
export function figuresOf(spacing: CustomerSpacing): Omit<TouchRow, 'customer' | 'name' | 'rung' | 'externalIds'> {
  const { days, spacing: s } = spacing;
  const day = (at: Day | undefined): string | null => (at === undefined ? null : isoDay(at));
  return {
    touches: spacing.touches,
    firstDay: day(days[0]),
    lastDay: day(days[days.length - 1]),
    meanGap: s.mean,
    sdGap: s.gaps < 2 ? null : s.sd,
    maxGap: s.maxClosed,
    openGap: s.open,
    burstiness: s.A,
    evenness: spacing.evenness,
    bursts: spacing.bursts.map((b): Burst => ({
      from: isoDay(b.from),
      to: isoDay(b.to),
      touches: b.touches,
      teams: b.teams,
    })),
    silences: spacing.silences.map((g): Silence => ({
      from: isoDay(g.from),
      to: isoDay(g.to),
      days: g.days,
      open: g.open,
    })),
    class: spacing.class,
  };
}

const COUNTED = {
  touches: 'touches_total',
  silences: 'silences',
  bursts: 'bursts',
  barrages: 'barrages',
  collisions: 'collisions',
  inDispute: 'touches_in_dispute',
  openDisputes: 'open_disputes',
} as const;

function summarise(ctx: ReadContext, population: Population): TouchSummary {
  const { asOf, member } = population;
  const sums = { touches: 0, silences: 0, bursts: 0, barrages: 0, collisions: 0, inDispute: 0, openDisputes: 0 };
  const customersWith = { ...sums };
  for (const [name, fact] of Object.entries(COUNTED) as [keyof typeof COUNTED, string][]) {
    const values = numbersOf(ctx, fact, asOf);
    for (let i = 0; i < member.length; i++) {
      if (!member[i] || !(values[i]! > 0)) continue;
      sums[name] += values[i]!;
      customersWith[name]++;
    }
  }
  const classOf = classesOf(ctx, asOf);
  const byClass = { never: 0, over: 0, due: 0, silent: 0, on: 0 };
  for (let i = 0; i < member.length; i++) if (member[i]) byClass[classOf(i)]++;
  const { gaps, beyond } = openGaps(ctx, population);
  const rules = limits(ctx);
  const findings: TouchFinding[] = [
    { id: 'silent', label: 'Silent beyond target', customers: byClass.silent, where: 'touch_class = silent' },
    { id: 'barrage', label: 'Barrage, then silence', customers: customersWith.barrages, where: 'barrages > 0' },
    {
      id: 'dispute',
      label: 'Selling during a dispute',
      customers: customersWith.inDispute,
      where: 'touches_in_dispute > 0',
    },
    {
      id: 'collision',
      label: `Two teams within ${rules.collision} ${rules.collision === 1 ? 'day' : 'days'}`,
      customers: customersWith.collisions,
      where: 'collisions > 0',
    },
    ...(rules.caps.length === 0
      ? []
      : [{ id: 'over' as const, label: 'Over a cap', customers: byClass.over, where: 'touch_class = over' }]),
    { id: 'never', label: 'Never touched', customers: byClass.never, where: 'touch_class = never' },
  ];
  return {
    customers: population.count,
    ...sums,
    ...byClass,
    levels: levelsOf(ctx, population),
    medianOpenGap: medianOf(gaps),
    beyondTarget: gaps.length === 0 ? null : beyond.length / gaps.length,
    findings,
    ...countBy(population),
    targets: targets(ctx),
    rules,
  };
}

/** Customers by level (rule T25); each row's clause selects them. */
export function levelsOf(ctx: ReadContext, { asOf, member }: Population): TouchSummary['levels'] {
  const column = language.fact(ctx, 'touch_level', asOf);
  if (column.type !== 'set') throw new Error('touch_level is a set');
  const counts = TOUCH_LEVELS.map(() => 0);
  for (let i = 0; i < member.length; i++) if (member[i]) counts[column.values[i]!]!++;
  return TOUCH_LEVELS.map((level, l) => ({ level, customers: counts[l]!, where: `touch_level = ${level}` }));
}

/** Outbound touches per team and channel in the order of the vocabulary; those without any are left out. */
function countBy({ vectors, member, asOf }: Population): Pick<TouchSummary, 'byTeam' | 'byChannel'> {
  const { relation, direction, team } = touchColumns(vectors);
  const channel = relation.column('channel').values;
  const out = termOf('out');
  const teams = new Map<number, number>();
  const channels = new Map<number, number>();
  for (let c = 0; c < member.length; c++) {
    if (!member[c]) continue;
    for (let r = relation.start[c]!; r < relation.start[c + 1]! && relation.day[r]! <= asOf; r++) {
      if (direction[r] !== out) continue;
      teams.set(team[r]!, (teams.get(team[r]!) ?? 0) + 1);
      channels.set(channel[r]!, (channels.get(channel[r]!) ?? 0) + 1);
    }
  }
  const count = (counts: Map<number, number>, word: string, isRest: boolean): number =>
    (counts.get(termOf(word)) ?? 0) + (isRest ? (counts.get(UNKNOWN_INT) ?? 0) : 0);
  return {
    byTeam: TEAMS.map((word) => ({ team: word, touches: count(teams, word, word === 'unknown') })).filter(
      (t) => t.touches > 0,
    ),
    byChannel: CHANNELS.map((word) => ({ channel: word, touches: count(channels, word, word === 'other') })).filter(
      (t) => t.touches > 0,
    ),
  };
}

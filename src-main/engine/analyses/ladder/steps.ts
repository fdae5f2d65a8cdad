import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import type { Money } from '#engine/base/money.ts';
import type { ClauseCount } from '#engine/base/report.ts';
import { language } from '#engine/language/index.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { MoneySums, populationAt } from '../population/index.ts';
import { standingsAt } from './counts.ts';
import { STANDINGS } from './standings.ts';
import { NEW, rate } from './migration.ts';
import { byLadder, type LadderChoice } from './rules.ts';
import type { Rate, Standing } from './types.ts';

export type StepNode = {
  day: string;
  standing: Standing;
  customers: number;
  /** Share of the customers followed from the first day. New customers count among neither. */
  shareOfStart: number | null;
  /** Revenue in the 12 months before the day. */
  revenue: Money[];
};

export type StepFlow = Rate & {
  /** `share` is of those who stood on `a` the step before; null for new customers. */
  from: string;
  to: string;
  a: Standing | 'new';
  b: Standing;
  shareOfStart: number | null;
  enough: boolean;
};

/** `migrationSteps`: where customers stood on several days and who went where from each to the next. */
export type StepsReport = {
  days: string[];
  rulesVersion: number;
  /** The standing on the first day of those who are followed; null: everybody. */
  start: Standing | null;
  /** Customers known on the first day, on `start` if it is given. */
  customers: number;
  minimum: number;
  nodes: StepNode[];
  flows: StepFlow[];
  unknown: number;
  clauses: ClauseCount[];
};

export type StepsQuery = LadderChoice & {
  readonly days: readonly Day[];
  readonly where: string | undefined;
  readonly start: Standing | undefined;
  readonly minimum: number;
};

/** `migrationSteps` (rule L25). The filter is evaluated as of the last day. */
export function migrationStepsOf(base: ReadContext, query: StepsQuery): StepsReport {
  const { days, minimum } = query;
  const ctx = byLadder(base, query);
  const population = populationAt(ctx, days.at(-1)!, query.where);
  const { vectors, member } = population;
  const { created } = vectors.customers;
  const wanted = query.start === undefined ? null : STANDINGS.indexOf(query.start);
  const first = standingsAt(ctx, days[0]!);
  const knownOn = (i: number, day: Day): boolean => created[i] === UNKNOWN_INT || created[i]! <= day;
  const followed = new Uint8Array(member.length);
  let customers = 0;
  for (let i = 0; i < member.length; i++) {
    if (member[i] !== 1 || (wanted !== null && (!knownOn(i, days[0]!) || first[i] !== wanted))) continue;
    followed[i] = 1;
    if (knownOn(i, days[0]!)) customers++;
  }
  const nodes: StepNode[] = [];
  const flows: StepFlow[] = [];
  let before: Int8Array | null = null;
  for (const [k, day] of days.entries()) {
    ctx.cancel.check();
    const now = standingsAt(ctx, day).slice();
    const revenue = language.fact(ctx, 'revenue_12m', day);
    const counts = STANDINGS.map(() => 0);
    const fromStart = STANDINGS.map(() => 0);
    const sums = STANDINGS.map(() => new MoneySums());
    const moved = new Int32Array((STANDINGS.length + 1) * STANDINGS.length);
    const movedFromStart = new Int32Array(moved.length);
    for (let i = 0; i < now.length; i++) {
      if (followed[i] === 0) continue;
      if (!knownOn(i, day)) {
        now[i] = NEW;
        continue;
      }
      const there = now[i]!;
      const old = knownOn(i, days[0]!) ? 1 : 0;
      counts[there]!++;
      fromStart[there]! += old;
      sums[there]!.add(vectors, revenue, i);
      if (before === null) continue;
      const cell = (before[i]! + 1) * STANDINGS.length + there;
      moved[cell]!++;
      movedFromStart[cell]! += old;
    }
    const share = (n: number): number | null => (customers === 0 ? null : n / customers);
    STANDINGS.forEach((standing, s) => {
      if (standing === 'partner' && ctx.settings.ladderMode === 5) return;
      nodes.push({
        day: isoDay(day),
        standing,
        customers: counts[s]!,
        shareOfStart: share(fromStart[s]!),
        revenue: sums[s]!.list(),
      });
    });
    if (before !== null) {
      for (const [row, a] of (['new', ...STANDINGS] as const).entries()) {
        const cells = moved.subarray(row * STANDINGS.length, (row + 1) * STANDINGS.length);
        const total = cells.reduce((x, y) => x + y, 0);
        cells.forEach((n, s) => {
          if (n === 0) return;
          flows.push({
            from: isoDay(days[k - 1]!),
            to: isoDay(day),
            a,
            b: STANDINGS[s]!,
            ...(a === 'new' ? { customers: n, share: null, low: null, high: null } : rate(n, total)),
            shareOfStart: share(movedFromStart[row * STANDINGS.length + s]!),
            enough: a !== 'new' && total >= minimum,
          });
        });
      }
    }
    before = now;
  }
  return {
    days: days.map(isoDay),
    rulesVersion: language.rules(ctx).ladder.version,
    start: query.start ?? null,
    customers,
    minimum,
    nodes,
    flows,
    unknown: population.unknown,
    clauses: population.clauses,
  };
}

import * as z from 'zod';
import { civilOf, type Day } from '#engine/base/days.ts';
import { badInput, day, defineMethod, finite, meanOf, number, positive, ratio, sum } from './method.ts';

/** Leads: response time, cohort funnel, black hole, decay of conversion, capacity. Buckets: Oldroyd, McElheran & Elkington (HBR, March 2011). */

export const STAGES = ['mql', 'sal', 'sql', 'won'] as const;
export type Stage = (typeof STAGES)[number];
export type StageDates = { created: Day } & Partial<Record<Stage, Day | null | undefined>>;

/** The day a stage was reached: the earliest date of it or of any later stage up to `asOf`; null when not reached. */
export function reachedOn(lead: StageDates, stage: Stage, asOf: Day): Day | null {
  let first: Day | null = null;
  for (const s of STAGES.slice(STAGES.indexOf(stage))) {
    const d = lead[s];
    if (d !== null && d !== undefined && d <= asOf && (first === null || d < first)) first = d;
  }
  return first;
}

export interface Cohort {
  n: number;
  /** Leads old enough for the horizon; only they count in rates. */
  mature: number;
  ever: Record<Stage, number>;
  within: Record<Stage, number>;
  rate_within: Record<Stage, number | null>;
}

/** Funnel by month of creation. `within` counts mature leads that reached a stage within `horizon` days; rates are null without mature leads. */
export function cohortFunnel(leads: readonly StageDates[], asOf: Day, horizon: number): Map<string, Cohort> {
  const cohorts = new Map<string, StageDates[]>();
  for (const lead of leads) {
    if (lead.created > asOf) continue;
    const { year, month } = civilOf(lead.created);
    const label = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
    cohorts.set(label, [...(cohorts.get(label) ?? []), lead]);
  }
  const tally = (list: readonly StageDates[], limit: number): Record<Stage, number> =>
    Object.fromEntries(
      STAGES.map((s) => [
        s,
        list.filter((l) => {
          const d = reachedOn(l, s, asOf);
          return d !== null && d - l.created <= limit;
        }).length,
      ]),
    ) as Record<Stage, number>;
  return new Map(
    [...cohorts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([label, list]) => {
        const mature = list.filter((l) => asOf - l.created >= horizon);
        const within = tally(mature, horizon);
        const rate_within = Object.fromEntries(STAGES.map((s) => [s, ratio(within[s], mature.length)])) as Record<
          Stage,
          number | null
        >;
        return [label, { n: list.length, mature: mature.length, ever: tally(list, Infinity), within, rate_within }];
      }),
  );
}

/** Response times in hours (null = never) by bucket; a response after 30 days counts as never. */
export function responseBuckets(hours: readonly (number | null)[]): {
  le_1h: number;
  h1_24: number;
  gt_24h: number;
  never: number;
  mean_hours_responders_30d: number | null;
} {
  const answered = hours.filter((h): h is number => h !== null && h <= 720);
  return {
    le_1h: answered.filter((h) => h <= 1).length,
    h1_24: answered.filter((h) => h > 1 && h <= 24).length,
    gt_24h: answered.filter((h) => h > 24).length,
    never: hours.length - answered.length,
    mean_hours_responders_30d: meanOf(answered),
  };
}

export const LEAD_HEALTH = ['never_worked', 'stale', 'unassigned', 'ok', 'terminal'] as const;
export type LeadHealth = (typeof LEAD_HEALTH)[number];

/**
 * Where a lead stands: assigned `D` days ago or more without activity, last activity older than `D` days, unassigned for longer than `D` days,
 * in order, or closed by a terminal status. Every lead is in exactly one.
 */
export function leadHealth(
  lead: { status: string; assigned: number | null; last: number | null; created: number | null },
  asOf: number,
  D: number,
  terminal: ReadonlySet<string>,
): LeadHealth {
  if (terminal.has(lead.status)) return 'terminal';
  if (lead.assigned === null) return lead.created !== null && asOf - lead.created > D ? 'unassigned' : 'ok';
  if (lead.last === null) return asOf - lead.assigned >= D ? 'never_worked' : 'ok';
  return asOf - lead.last > D ? 'stale' : 'ok';
}

/** p = p0 x 2^(-h/HL) by weighted log-linear least squares; null with fewer than 5 buckets with conversions or without decay. */
export function conversionDecay(
  hours: readonly number[],
  rates: readonly number[],
  weights: readonly number[],
): { p0: number | null; half_life_hours: number | null; buckets: number } {
  const rows = hours
    .map((h, i) => ({ h, y: Math.log(rates[i]!), w: weights[i]!, rate: rates[i]! }))
    .filter((r) => r.rate > 0 && r.w > 0);
  const buckets = rows.length;
  if (buckets < 5) return { p0: null, half_life_hours: null, buckets };
  const W = sum(rows.map((r) => r.w));
  const mh = sum(rows.map((r) => r.w * r.h)) / W;
  const my = sum(rows.map((r) => r.w * r.y)) / W;
  const sxx = sum(rows.map((r) => r.w * (r.h - mh) ** 2));
  if (sxx === 0) return { p0: null, half_life_hours: null, buckets };
  const slope = sum(rows.map((r) => r.w * (r.h - mh) * (r.y - my))) / sxx;
  return {
    p0: finite(Math.exp(my - slope * mh)),
    half_life_hours: slope < 0 ? finite(-Math.LN2 / slope) : null,
    buckets,
  };
}

/** Erlang C: probability of waiting and mean wait in units of `serviceTime`; null when the load reaches the servers. */
export function erlangC(
  servers: number,
  load: number,
  serviceTime: number | null,
): { p_wait: number | null; mean_wait: number | null } {
  if (load >= servers) return { p_wait: null, mean_wait: null };
  let blocked = 1;
  for (let k = 1; k <= servers; k++) blocked = (load * blocked) / (k + load * blocked);
  const p_wait = blocked / (1 - (load / servers) * (1 - blocked));
  return { p_wait, mean_wait: serviceTime === null ? null : (p_wait * serviceTime) / (servers - load) };
}

/** Little's law from data: open time clipped to the window gives L; arrivals in the window give lambda; W = L / lambda. */
export function littleOfLeads(
  leads: readonly { opened: number; closed: number | null }[],
  from: number,
  to: number,
): { L: number | null; lambda_: number | null; W: number | null } {
  const length = to - from;
  if (!(length > 0)) return { L: null, lambda_: null, W: null };
  const open = sum(leads.map((l) => Math.max(0, Math.min(to, l.closed ?? to) - Math.max(from, l.opened))));
  const arrivals = leads.filter((l) => l.opened >= from && l.opened < to).length;
  const L = open / length;
  const lambda_ = arrivals / length;
  return { L, lambda_, W: ratio(L, lambda_) };
}

/** A pair of open and close times under any of the usual names, or as a two-element list. */
const openSpan = z.union([
  z.tuple([number, number.nullable()]).transform(([opened, closed]) => ({ opened, closed })),
  z.record(z.string(), z.unknown()).transform((row, context) => {
    const pick = (names: string[]): unknown => names.map((n) => row[n]).find((v) => v !== undefined);
    const opened = pick(['opened', 'open', 'created', 'start', 'from', 'arrived', 'in', 'assigned']);
    const closed = pick(['closed', 'close', 'end', 'to', 'done', 'left', 'out', 'finished']) ?? null;
    if (typeof opened === 'number' && (closed === null || typeof closed === 'number')) return { opened, closed };
    context.addIssue({ code: 'custom', message: 'expected {opened: number, closed: number or null}' });
    return z.NEVER;
  }),
]);

const stageDay = day.nullish();
const time = number.nullish().transform((v) => v ?? null);
const AREA = '4-leads';
export const LEAD_METHODS = [
  defineMethod(
    AREA,
    'funnel.cohort',
    'Conversion of monthly lead cohorts within a horizon.',
    z.object({
      leads: z.array(
        z.object({
          id: z.unknown().optional(),
          created: day,
          mql: stageDay,
          sal: stageDay,
          sql: stageDay,
          won: stageDay,
        }),
      ),
      asOf: day,
      horizon_days: z.number().nonnegative(),
    }),
    (i) => Object.fromEntries(cohortFunnel(i.leads, i.asOf, i.horizon_days)),
  ),
  defineMethod(
    AREA,
    'lead.response_buckets',
    'Leads by how fast they were answered.',
    z.object({ hours: z.array(z.number().nonnegative().nullable()) }),
    (i) => responseBuckets(i.hours),
  ),
  defineMethod(
    AREA,
    'lead.black_hole',
    'Leads nobody works on: never worked, stale, unassigned.',
    z.object({
      leads: z.array(
        z.object({
          id: z.union([number, z.string()]),
          status: z
            .string()
            .nullish()
            .transform((v) => v ?? 'unknown'),
          assigned: time,
          last: time,
          created: time,
        }),
      ),
      asOf: number,
      D: z.number().nonnegative().default(14),
      terminal: z.array(z.string()).default(['sale', 'bad']),
    }),
    (i) => {
      const terminal = new Set(i.terminal);
      const found = i.leads.map((l) => ({ id: l.id, health: leadHealth(l, i.asOf, i.D, terminal) }));
      return Object.fromEntries(LEAD_HEALTH.map((h) => [h, found.filter((f) => f.health === h).map((f) => f.id)]));
    },
  ),
  defineMethod(
    AREA,
    'lead.decay',
    'How fast conversion falls with the delay of the response.',
    z.object({
      hours: z.array(z.number().nonnegative()),
      rate: z.array(z.number().min(0).max(1)),
      weights: z.array(z.number().nonnegative()).optional(),
    }),
    (i) => {
      if (i.rate.length !== i.hours.length) throw badInput('rate', `expected ${i.hours.length} values, one per bucket`);
      const weights = i.weights ?? i.hours.map(() => 1);
      if (weights.length !== i.hours.length)
        throw badInput('weights', `expected ${i.hours.length} values, one per bucket`);
      return conversionDecay(i.hours, i.rate, weights);
    },
  ),
  defineMethod(
    AREA,
    'queue.little',
    "Open leads by Little's law and the utilisation of the sales force.",
    z.object({
      lambda_: z.number().nonnegative().optional(),
      W: z.number().nonnegative().optional(),
      reps: z.number().nonnegative().optional(),
      per_rep: z.number().nonnegative().optional(),
      leads: z.array(openSpan).optional(),
      window: z.union([z.tuple([number, number]), positive.transform((w): [number, number] => [0, w])]).optional(),
    }),
    (i) => {
      if (i.leads !== undefined && i.window === undefined)
        throw badInput('window', 'expected [from, to) for the leads');
      const measured = i.leads === undefined ? null : littleOfLeads(i.leads, i.window![0], i.window![1]);
      const lambda_ = i.lambda_ ?? measured?.lambda_ ?? null;
      const W = i.W ?? measured?.W ?? null;
      if (measured === null && (lambda_ === null || W === null))
        throw badInput(
          lambda_ === null ? 'lambda_' : 'W',
          'expected arrivals and mean open time, or leads and a window',
        );
      const capacity = i.reps === undefined || i.per_rep === undefined ? null : i.reps * i.per_rep;
      return {
        L: measured ? measured.L : lambda_! * W!,
        lambda_,
        W,
        utilisation: ratio(lambda_, capacity),
        max_arrivals_at_80pct: capacity === null ? null : 0.8 * capacity,
        queue_grows: lambda_ === null || capacity === null ? null : lambda_ >= capacity,
      };
    },
  ),
  defineMethod(
    AREA,
    'queue.erlang_c',
    'Probability and mean length of waiting for a representative.',
    z.object({
      servers: z.number().int().nonnegative().max(1_000_000),
      load: z.number().nonnegative(),
      service_time: z.number().nonnegative().optional(),
    }),
    (i) => erlangC(i.servers, i.load, i.service_time ?? null),
  ),
];

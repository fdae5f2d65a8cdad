import * as z from 'zod';
import { badInput, byText, defineMethod, finite, flag, level, number, sum } from './method.ts';
import { solveVector } from './numeric/linear.ts';
import { chiSquareSf, zOfLevel } from './numeric/special.ts';

/** Time to an event with right-censoring: Kaplan & Meier (1958), Greenwood variance, log-rank test, Aalen-Johansen. */

export interface SurvivalCurve {
  /** Every distinct time, those with censorings only included. */
  times: number[];
  n_risk: number[];
  n_event: number[];
  S: number[];
  /** Greenwood standard error; null once S is 0. */
  se: (number | null)[];
  /** Smallest t with S(t) <= 1 - q; null when never reached. */
  quantile(q: number): number | null;
  /** Area under the curve up to tau. */
  restrictedMean(tau: number): number | null;
}

/** Distinct times with events and everybody leaving; of equal times events come before censorings. */
function lifeTable(time: readonly number[], event: readonly number[]): { t: number; d: number; n: number }[] {
  const order = time.map((_, i) => i).sort((a, b) => time[a]! - time[b]!);
  const rows: { t: number; d: number; n: number }[] = [];
  let risk = time.length;
  for (let i = 0; i < order.length;) {
    const t = time[order[i]!]!;
    let j = i;
    let d = 0;
    for (; j < order.length && time[order[j]!] === t; j++) d += event[order[j]!]!;
    rows.push({ t, d, n: risk });
    risk -= j - i;
    i = j;
  }
  return rows;
}

/** Kaplan-Meier curve. `event` is 1 for an event and 0 for a censoring. */
export function survival(time: readonly number[], event: readonly number[]): SurvivalCurve {
  return survivalOfTable(lifeTable(time, event));
}

/** Kaplan-Meier curve of grouped data: ascending times with events `d` and numbers at risk `n`. */
export function survivalOfTable(table: readonly { t: number; d: number; n: number }[]): SurvivalCurve {
  let s = 1;
  let greenwood = 0;
  const S: number[] = [];
  const se: (number | null)[] = [];
  for (const { d, n } of table) {
    if (d > 0) {
      s = d === n ? 0 : s * (1 - d / n);
      greenwood += d / (n * (n - d));
    }
    S.push(s);
    se.push(s === 0 ? null : s * Math.sqrt(greenwood));
  }
  const times = table.map((r) => r.t);
  return {
    times,
    n_risk: table.map((r) => r.n),
    n_event: table.map((r) => r.d),
    S,
    se,
    quantile: (q) => times[S.findIndex((v) => v <= 1 - q + 1e-12)] ?? null,
    restrictedMean: (tau) => {
      if (times.length === 0) return null;
      let area = 0;
      let last = 0;
      let height = 1;
      for (let i = 0; i < times.length && times[i]! < tau; i++) {
        area += height * (times[i]! - last);
        last = times[i]!;
        height = S[i]!;
      }
      return area + height * (tau - last);
    },
  };
}

/** Log-log confidence limits of S, inside [0, 1]; null where S is 0 or 1. */
export function logLogLimits(S: number, se: number | null, z: number): { low: number | null; high: number | null } {
  if (se === null || S <= 0 || S >= 1) return { low: null, high: null };
  const width = (z * se) / (S * Math.abs(Math.log(S)));
  return { low: finite(S ** Math.exp(width)), high: finite(S ** Math.exp(-width)) };
}

export interface LogRank {
  observed0: number;
  expected0: number;
  chi2: number | null;
  p: number | null;
  groups: { group: string; n: number; observed: number; expected: number }[];
}

/** Log-rank test of two or more groups; null statistics with fewer than two groups or no variance. */
export function logRank(time: readonly number[], event: readonly number[], group: readonly string[]): LogRank {
  const labels = [...new Set(group)].sort((a, b) =>
    Number.isFinite(+a) && Number.isFinite(+b) ? +a - +b : byText(a, b),
  );
  const k = labels.length;
  const at = new Map(labels.map((g, i) => [g, i]));
  const tables = labels.map((g) =>
    lifeTable(
      time.filter((_, i) => group[i] === g),
      event.filter((_, i) => group[i] === g),
    ),
  );
  const observed = tables.map((t) => sum(t.map((r) => r.d)));
  const expected = labels.map(() => 0);
  const V = labels.map(() => labels.map(() => 0));
  const order = time.map((_, i) => i).sort((a, b) => time[a]! - time[b]!);
  const risk = labels.map((g) => group.filter((x) => x === g).length);
  for (let i = 0; i < order.length;) {
    const t = time[order[i]!]!;
    const n = sum(risk);
    const here = [...risk];
    let d = 0;
    for (; i < order.length && time[order[i]!] === t; i++) {
      d += event[order[i]!]!;
      risk[at.get(group[order[i]!]!)!]! -= 1;
    }
    if (d === 0) continue;
    for (let a = 0; a < k; a++) {
      expected[a]! += (d * here[a]!) / n;
      if (n < 2) continue;
      for (let b = 0; b < k; b++) {
        V[a]![b]! += (d * (n - d) * here[a]! * ((a === b ? n : 0) - here[b]!)) / (n * n * (n - 1));
      }
    }
  }
  const m = k - 1;
  const u = observed.map((o, i) => o - expected[i]!);
  const x =
    m < 1
      ? null
      : solveVector(
          V.slice(0, m).map((r) => r.slice(0, m)),
          u.slice(0, m),
        );
  const chi2 = x === null ? null : finite(sum(x.map((v, i) => v * u[i]!)));
  return {
    observed0: observed[0] ?? 0,
    expected0: expected[0] ?? 0,
    chi2,
    p: chi2 === null ? null : chiSquareSf(chi2, m),
    groups: labels.map((g, i) => ({
      group: g,
      n: tables[i]!.reduce((s, r) => Math.max(s, r.n), 0),
      observed: observed[i]!,
      expected: expected[i]!,
    })),
  };
}

/** Cumulative incidence of competing outcomes (Aalen-Johansen); null outcome = censored. */
export function cumulativeIncidence(
  time: readonly number[],
  outcome: readonly (string | null)[],
): { times: number[]; curves: Map<string, number[]> } {
  const causes = [...new Set(outcome.filter((o) => o !== null))].sort(byText);
  const all = lifeTable(
    time,
    outcome.map((o) => (o === null ? 0 : 1)),
  );
  const curves = new Map(causes.map((c) => [c, [] as number[]]));
  const byCause = causes.map((c) =>
    lifeTable(
      time,
      outcome.map((o) => (o === c ? 1 : 0)),
    ),
  );
  const total = causes.map(() => 0);
  let s = 1;
  all.forEach(({ d, n }, i) => {
    causes.forEach((c, k) => {
      total[k]! += (s * byCause[k]![i]!.d) / n;
      curves.get(c)!.push(total[k]!);
    });
    s *= 1 - d / n;
  });
  return { times: all.map((r) => r.t), curves };
}

const times = z.array(z.number().nonnegative());
function sameLength(a: readonly unknown[], b: readonly unknown[], path: string): void {
  if (a.length !== b.length) throw badInput(path, `expected ${a.length} values, one per time`);
}

const AREA = '4-leads';
export const SURVIVAL_METHODS = [
  defineMethod(
    AREA,
    'km.curve',
    'Kaplan-Meier curve with standard errors, quantiles and restricted mean.',
    z.object({
      time: times,
      event: z.array(flag),
      horizon: z.number().positive().optional(),
      conf: level.default(0.95),
    }),
    (i) => {
      sameLength(i.time, i.event, 'event');
      const c = survival(i.time, i.event);
      const limits = c.S.map((s, k) => logLogLimits(s, c.se[k]!, zOfLevel(i.conf)));
      return {
        times: c.times,
        n_risk: c.n_risk,
        n_event: c.n_event,
        S: c.S,
        se: c.se,
        low: limits.map((l) => l.low),
        high: limits.map((l) => l.high),
        p25: c.quantile(0.25),
        median: c.quantile(0.5),
        p75: c.quantile(0.75),
        rmst: c.restrictedMean(i.horizon ?? c.times.at(-1) ?? 0),
      };
    },
  ),
  defineMethod(
    AREA,
    'km.logrank',
    'Log-rank test of the time to an event between groups.',
    z.object({
      time: times,
      event: z.array(flag),
      group: z.array(z.union([number, z.string(), z.boolean()]).transform(String)),
    }),
    (i) => {
      sameLength(i.time, i.event, 'event');
      sameLength(i.time, i.group, 'group');
      return logRank(i.time, i.event, i.group);
    },
  ),
  defineMethod(
    AREA,
    'km.cuminc',
    'Cumulative incidence of competing outcomes (Aalen-Johansen).',
    z.object({ time: times, event: z.array(z.string().nullable()) }),
    (i) => {
      sameLength(i.time, i.event, 'event');
      const { times: t, curves } = cumulativeIncidence(i.time, i.event);
      return { ...Object.fromEntries(curves), times: t };
    },
  ),
];

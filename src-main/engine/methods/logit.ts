import * as z from 'zod';
import { badInput, defineMethod, finite, flag, meanOf, number, ratio, sum } from './method.ts';
import { inverse, solveVector } from './numeric/linear.ts';

/** Renewal scoring by logistic regression (IRLS with an optional ridge penalty), and how well a score discriminates and is calibrated. */

export interface LogitFit {
  /** Intercept first, then one per column of X; null for a constant column, all null without a maximum. */
  coef: (number | null)[];
  se: (number | null)[];
  loglik: number | null;
  deviance: number | null;
  fitted: number[];
  converged: boolean;
  /** Why there is no result, or which columns were left out. */
  message: string | null;
}

/** Numerically safe logistic function. */
export function logistic(u: number): number {
  return u >= 0 ? 1 / (1 + Math.exp(-u)) : Math.exp(u) / (1 + Math.exp(u));
}

/** ln P(y) at linear predictor u. */
function logLikTerm(y: number, u: number): number {
  const v = y === 1 ? u : -u;
  return v >= 0 ? -Math.log1p(Math.exp(-v)) : v - Math.log1p(Math.exp(v));
}

/**
 * Logistic regression by Newton steps with step halving, penalty lambda/2 ||b||^2 on all but the intercept, until max|step| < 1e-10.
 * Without a penalty, separated classes have no maximum: all null with a message. `offset` is added to the linear predictor.
 */
export function fitLogit(
  X: readonly (readonly number[])[],
  y: readonly number[],
  lambda = 0,
  offset?: readonly number[],
): LogitFit {
  const n = y.length;
  const width = X[0]?.length ?? 0;
  const fail = (message: string): LogitFit => ({
    coef: new Array<null>(width + 1).fill(null),
    se: new Array<null>(width + 1).fill(null),
    loglik: null,
    deviance: null,
    fitted: [],
    converged: false,
    message,
  });
  const ones = sum(y);
  if (n === 0) return fail('no rows');
  if (ones === 0 || ones === n) return fail('single class');
  const columns = Array.from({ length: width }, (_, j) => X.map((row) => row[j]!));
  const mean = columns.map((c) => sum(c) / n);
  const spread = columns.map((c, j) => Math.sqrt(sum(c.map((v) => (v - mean[j]!) ** 2)) / n));
  const used = columns.map((_, j) => j).filter((j) => spread[j]! > 1e-12 * (1 + Math.abs(mean[j]!)));
  // Centred and scaled internally; the penalty still acts on the coefficients of the given scale.
  const Z = X.map((row) => [1, ...used.map((j) => (row[j]! - mean[j]!) / spread[j]!)]);
  const k = used.length + 1;
  const penalty = [0, ...used.map((j) => lambda / spread[j]! ** 2)];
  const predictor = (b: number[]): number[] =>
    Z.map((row, i) => row.reduce((s, v, j) => s + v * b[j]!, offset?.[i] ?? 0));
  const objective = (u: number[], b: number[]): number =>
    sum(u.map((v, i) => logLikTerm(y[i]!, v))) - sum(b.map((v, j) => (penalty[j]! / 2) * v * v));
  let beta = new Array<number>(k).fill(0);
  let u = predictor(beta);
  let value = objective(u, beta);
  let converged = false;
  const information = (p: number[]): number[][] => {
    const H = Array.from({ length: k }, (_, a) => Array.from({ length: k }, (__, b) => (a === b ? penalty[a]! : 0)));
    Z.forEach((row, i) => {
      const w = p[i]! * (1 - p[i]!);
      for (let a = 0; a < k; a++) for (let b = 0; b <= a; b++) H[a]![b]! += w * row[a]! * row[b]!;
    });
    for (let a = 0; a < k; a++) for (let b = 0; b < a; b++) H[b]![a] = H[a]![b]!;
    return H;
  };
  for (let iteration = 0; iteration < 200 && !converged; iteration++) {
    const p = u.map(logistic);
    const gradient = Array.from(
      { length: k },
      (_, j) => sum(Z.map((row, i) => row[j]! * (y[i]! - p[i]!))) - penalty[j]! * beta[j]!,
    );
    const step = solveVector(information(p), gradient);
    if (step === null) return fail('columns are linearly dependent or the classes are separated');
    let t = 1;
    let next = beta.map((b, j) => b + step[j]!);
    let nextU = predictor(next);
    let nextValue = objective(nextU, next);
    while (nextValue < value - 1e-12 * Math.abs(value) && t > 1e-8) {
      t /= 2;
      next = beta.map((b, j) => b + t * step[j]!);
      nextU = predictor(next);
      nextValue = objective(nextU, next);
    }
    converged = Math.max(...next.map((v, j) => Math.abs(v - beta[j]!))) < 1e-10;
    beta = next;
    u = nextU;
    value = nextValue;
    if (lambda === 0 && Math.max(...beta.map(Math.abs)) > 1e4) break;
  }
  if (!converged || (lambda === 0 && -value < 1e-6 * n))
    return fail('the classes are separated; a ridge penalty is needed');
  const V = inverse(information(u.map(logistic)));
  const coef = new Array<number | null>(width + 1).fill(null);
  const se = new Array<number | null>(width + 1).fill(null);
  used.forEach((j, m) => {
    coef[j + 1] = beta[m + 1]! / spread[j]!;
    se[j + 1] = V === null ? null : Math.sqrt(V[m + 1]![m + 1]!) / spread[j]!;
  });
  // The intercept of the given scale is the linear combination g' beta.
  const g = [1, ...used.map((j) => -mean[j]! / spread[j]!)];
  coef[0] = sum(g.map((v, j) => v * beta[j]!));
  se[0] = V === null ? null : Math.sqrt(sum(g.map((a, i) => sum(g.map((b, j) => a * b * V[i]![j]!)))));
  const loglik = sum(u.map((v, i) => logLikTerm(y[i]!, v)));
  return {
    coef,
    se,
    loglik,
    deviance: -2 * loglik,
    fitted: u.map(logistic),
    converged,
    message:
      used.length < width
        ? `constant columns left out: ${columns
            .map((_, j) => j)
            .filter((j) => !used.includes(j))
            .join(', ')}`
        : null,
  };
}

/** Columns scaled to mean 0 and population SD 1; constant columns become 0. */
export function standardise(X: readonly (readonly number[])[]): number[][] {
  const n = X.length;
  const width = X[0]?.length ?? 0;
  const mean = Array.from({ length: width }, (_, j) => sum(X.map((r) => r[j]!)) / n);
  const sd = mean.map((m, j) => Math.sqrt(sum(X.map((r) => (r[j]! - m) ** 2)) / n));
  return X.map((r) => r.map((v, j) => (sd[j]! > 0 ? (v - mean[j]!) / sd[j]! : 0)));
}

/** Area under the ROC curve by rank sum, ties one half; null with a single class. */
export function auc(y: readonly number[], p: readonly number[]): number | null {
  const positives = sum(y);
  const negatives = y.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const order = y.map((_, i) => i).sort((a, b) => p[a]! - p[b]!);
  let ranks = 0;
  for (let i = 0; i < order.length;) {
    let j = i;
    let hits = 0;
    for (; j < order.length && p[order[j]!] === p[order[i]!]; j++) hits += y[order[j]!]!;
    ranks += (hits * (i + 1 + j)) / 2;
    i = j;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}

export interface Lift {
  n: number;
  hits: number;
  lift: number | null;
  capture: number | null;
}

/** Hits among the best ceil(q n) by score, ties in order of position, against the base rate. */
export function liftAt(y: readonly number[], p: readonly number[], q: number): Lift {
  const n = Math.ceil(q * y.length - 1e-9);
  const order = y.map((_, i) => i).sort((a, b) => p[b]! - p[a]! || a - b);
  const hits = sum(order.slice(0, n).map((i) => y[i]!));
  const base = y.length === 0 ? null : sum(y) / y.length;
  return { n, hits, lift: n === 0 ? null : ratio(hits / n, base), capture: ratio(hits, sum(y)) };
}

const clip = (p: number): number => Math.min(1 - 1e-15, Math.max(1e-15, p));

/** AUC, Gini, Brier score, log-loss and lift. */
export function discrimination(
  y: readonly number[],
  p: readonly number[],
  q: number,
): {
  auc: number | null;
  gini: number | null;
  brier: number | null;
  logloss: number | null;
  lift: Lift;
} {
  const a = auc(y, p);
  return {
    auc: a,
    gini: a === null ? null : 2 * a - 1,
    brier: meanOf(y.map((v, i) => (p[i]! - v) ** 2)),
    logloss: meanOf(y.map((v, i) => -Math.log(v === 1 ? clip(p[i]!) : clip(1 - p[i]!)))),
    lift: liftAt(y, p, q),
  };
}

export interface Calibration {
  slope: number | null;
  intercept: number | null;
  /** Intercept with the slope fixed at 1: 0 when the mean prediction is right. */
  in_the_large: number | null;
  table: { n: number; mean_p: number | null; obs: number | null }[];
  ece: number | null;
  sum_p: number;
  sum_y: number;
}

/** Logistic recalibration and a binned table; the last bin includes its upper edge. */
export function calibration(
  y: readonly number[],
  p: readonly number[],
  bins: readonly (readonly [number, number])[],
): Calibration {
  const logits = p.map((v) => Math.log(clip(v) / clip(1 - v)));
  const slope = fitLogit(
    logits.map((l) => [l]),
    y,
  );
  const large = fitLogit(
    logits.map(() => []),
    y,
    0,
    logits,
  );
  const top = Math.max(...bins.map((b) => b[1]));
  const table = bins.map(([low, high]) => {
    const inside = p.map((_, i) => i).filter((i) => p[i]! >= low && (p[i]! < high || (high === top && p[i] === high)));
    return { n: inside.length, mean_p: meanOf(inside.map((i) => p[i]!)), obs: meanOf(inside.map((i) => y[i]!)) };
  });
  const binned = sum(table.map((b) => b.n));
  return {
    slope: slope.coef[1] ?? null,
    intercept: slope.coef[1] === null ? null : (slope.coef[0] ?? null),
    in_the_large: large.coef[0] ?? null,
    table,
    ece:
      binned === 0
        ? null
        : finite(sum(table.map((b) => (b.n === 0 ? 0 : (b.n / binned) * Math.abs(b.obs! - b.mean_p!))))),
    sum_p: sum(p),
    sum_y: sum(y),
  };
}

/** Named columns: the response is `y` or `am`; every other list of numbers is a predictor, in the order given. */
const columnsInput = z
  .record(z.string(), z.unknown())
  .transform((row, context): { y: number[]; X: number[][]; names: string[]; options: Record<string, unknown> } => {
    const lists = Object.entries(row).filter((e): e is [string, unknown[]] => Array.isArray(e[1]));
    const response = ['y', 'am', 'renewed'].find((name) => lists.some(([n]) => n === name));
    const options = Object.fromEntries(Object.entries(row).filter(([, v]) => !Array.isArray(v)));
    const fail = (path: string, message: string): never => {
      context.addIssue({ code: 'custom', path: [path], message });
      return z.NEVER;
    };
    if (response === undefined) return fail('y', 'expected the outcomes 0 and 1');
    const y = lists.find(([n]) => n === response)![1].map((v) => (typeof v === 'boolean' ? Number(v) : v));
    if (!y.every((v): v is number => v === 0 || v === 1)) return fail(response, 'expected 0 or 1 in every row');
    const names: string[] = [];
    const X = y.map((): number[] => []);
    for (const [name, values] of lists) {
      if (name === response) continue;
      if (values.length !== y.length) return fail(name, `expected ${y.length} values, one per outcome`);
      const wide = values.every(Array.isArray);
      for (let i = 0; i < values.length; i++) {
        const cells = (wide ? values[i] : [values[i]]) as unknown[];
        if (
          !cells.every((v): v is number => typeof v === 'number' && Number.isFinite(v)) ||
          cells.length !== (wide ? (values[0] as unknown[]).length : 1)
        ) {
          return fail(name, 'expected a number in every row');
        }
        X[i]!.push(...cells);
      }
      names.push(name);
    }
    return { y, X, names, options };
  });

const scored = z
  .object({ y: z.array(flag), p: z.array(z.number().min(0).max(1)) })
  .refine((v) => v.p.length === v.y.length, { path: ['p'], message: 'expected as many scores as outcomes' });
const AREA = '5-purchase-retention';
export const LOGIT_METHODS = [
  defineMethod(AREA, 'logit.irls', 'Logistic regression with standard errors.', columnsInput, (i) => {
    const fit = fitLogit(i.X, i.y);
    return {
      coef: fit.coef,
      se: fit.se,
      loglik: fit.loglik,
      deviance: fit.deviance,
      auc: fit.converged ? auc(i.y, fit.fitted) : null,
      fitted_first5: fit.converged ? fit.fitted.slice(0, 5) : null,
      names: ['intercept', ...i.names],
      message: fit.message,
    };
  }),
  defineMethod(
    AREA,
    'logit.ridge',
    'Logistic regression with a ridge penalty; a column named x is used as it is, others are standardised.',
    columnsInput,
    (i) => {
      const lambda = i.options['lambda_'] ?? i.options['lambda'] ?? 1;
      if (typeof lambda !== 'number' || !(lambda >= 0)) throw badInput('lambda_', 'expected a penalty of 0 or more');
      const scale = typeof i.options['standardise'] === 'boolean' ? i.options['standardise'] : !i.names.includes('x');
      const fit = fitLogit(scale ? standardise(i.X) : i.X, i.y, lambda);
      return {
        coef: fit.coef,
        loglik: fit.loglik,
        standardised: scale,
        names: ['intercept', ...i.names],
        message: fit.message,
      };
    },
  ),
  defineMethod(
    AREA,
    'score.discrimination',
    'AUC, Gini, Brier score, log-loss and lift of a score.',
    z.union([
      scored.and(z.object({ q: z.number().gt(0).max(1).default(0.1) })),
      z.object({ cases: z.array(scored), q: z.number().gt(0).max(1).default(0.1) }),
    ]),
    (i) => {
      if (!('cases' in i)) return discrimination(i.y, i.p, i.q);
      const each = i.cases.map((c) => discrimination(c.y, c.p, i.q));
      return { auc: each.map((e) => e.auc), gini: each.map((e) => e.gini), cases: each };
    },
  ),
  defineMethod(
    AREA,
    'score.calibration',
    'Calibration slope, intercept and table of a score.',
    scored.and(z.object({ bins: z.array(z.tuple([number, number])).optional() })),
    (i) =>
      calibration(i.y, i.p, i.bins ?? Array.from({ length: 10 }, (_, k): [number, number] => [k / 10, (k + 1) / 10])),
  ),
];

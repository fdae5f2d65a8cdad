import * as z from 'zod';
import { repeatPurchases } from './dataset.ts';
import { badInput, count, defineMethod, finite, number, positive, sum, type DataDir } from './method.ts';
import { inverse } from './numeric/linear.ts';
import { nelderMead, newtonPolish } from './numeric/optimise.ts';
import { hyp2f1, lbeta, lgamma, scaledExpIntegral } from './numeric/special.ts';

/**
 * Repeat purchase without contracts. BG/NBD: Fader, Hardie & Lee (2005); MBG/NBD: Batislam, Denizel & Filiztekin (2007);
 * Pareto/NBD: Schmittlein, Morrison & Colombo (1987), in the form of Fader & Hardie (2005); gamma-gamma: Fader & Hardie (2013).
 * A customer is x repeat purchase days, tx from first to last purchase, T from first purchase to the end of observation, all in one unit of time.
 */

export interface Customer {
  x: number;
  tx: number;
  T: number;
}
export interface BgParams {
  r: number;
  alpha: number;
  a: number;
  b: number;
}
export interface ParetoParams {
  r: number;
  alpha: number;
  s: number;
  beta: number;
}
export interface GammaGammaParams {
  p: number;
  q: number;
  v: number;
}
export type BgModel = 'bgnbd' | 'mbgnbd';

/** ln(e^a + e^b). */
function logAdd(a: number, b: number): number {
  const high = Math.max(a, b);
  return high === -Infinity ? -Infinity : high + Math.log1p(Math.exp(Math.min(a, b) - high));
}

/** Distinct customers by number, with the distinct values of x and of both times: logarithms cost one call per distinct value. */
export interface CustomerTable {
  xs: number[];
  times: number[];
  /** Per distinct customer: index of x, index of tx and T among the times, and how many customers are alike. */
  x: Int32Array;
  tx: Int32Array;
  T: Int32Array;
  n: Float64Array;
}

export function customerTable(customers: readonly Customer[]): CustomerTable {
  const indexOf = (values: number[], index: Map<number, number>, v: number): number => {
    let i = index.get(v);
    if (i === undefined) index.set(v, (i = values.push(v) - 1));
    return i;
  };
  const [xs, times]: [number[], number[]] = [[], []];
  const [xIndex, timeIndex] = [new Map<number, number>(), new Map<number, number>()];
  const rows = new Map<string, { x: number; tx: number; T: number; n: number }>();
  for (const c of customers) {
    const row = {
      x: indexOf(xs, xIndex, c.x),
      tx: indexOf(times, timeIndex, c.tx),
      T: indexOf(times, timeIndex, c.T),
      n: 1,
    };
    const id = `${row.x} ${row.tx} ${row.T}`;
    const had = rows.get(id);
    if (had) had.n++;
    else rows.set(id, row);
  }
  const list = [...rows.values()];
  return {
    xs,
    times,
    x: Int32Array.from(list, (r) => r.x),
    tx: Int32Array.from(list, (r) => r.tx),
    T: Int32Array.from(list, (r) => r.T),
    n: Float64Array.from(list, (r) => r.n),
  };
}

/** Log-likelihood of customers under BG/NBD or MBG/NBD. */
export function bgLogLik(model: BgModel, { r, alpha, a, b }: BgParams, table: CustomerTable): number {
  const modified = model === 'mbgnbd' ? 1 : 0;
  const lnTime = Float64Array.from(table.times, (t) => Math.log(alpha + t));
  const constant = r * Math.log(alpha) - lgamma(r) - lbeta(a, b);
  const head = Float64Array.from(table.xs, (x) => constant + lgamma(r + x) + lbeta(a, b + x + modified));
  const lnGone = Float64Array.from(table.xs, (x) =>
    modified || x > 0 ? Math.log(a / (b + x - 1 + modified)) : -Infinity,
  );
  let total = 0;
  for (let i = 0; i < table.n.length; i++) {
    const k = table.x[i]!;
    const power = r + table.xs[k]!;
    const alive = -power * lnTime[table.T[i]!]!;
    const gone = lnGone[k]! - power * lnTime[table.tx[i]!]!;
    const high = alive > gone ? alive : gone;
    total += table.n[i]! * (head[k]! + high + Math.log1p(Math.exp(-Math.abs(alive - gone))));
  }
  return total;
}

/** Probability of being alive at T. Under BG/NBD a customer without a repeat purchase is alive with certainty; MBG/NBD has no such artefact. */
export function bgAlive(model: BgModel, { r, alpha, a, b }: BgParams, { x, tx, T }: Customer): number {
  const odds = model === 'mbgnbd' ? a / (b + x) : x > 0 ? a / (b + x - 1) : 0;
  return odds === 0 ? 1 : 1 / (1 + odds * Math.exp((r + x) * Math.log((alpha + T) / (alpha + tx))));
}

/** f(a) where a - 1 divides: near 1 the mean of both sides, whose error is of second order. */
function acrossOne(a: number, f: (a: number) => number): number {
  return Math.abs(a - 1) < 1e-7 ? (f(1 - 1e-4) + f(1 + 1e-4)) / 2 : f(a);
}

/** Expected purchases of a random customer in (0, t]. */
export function bgExpectation(model: BgModel, p: BgParams, t: number): number {
  const { r, alpha, b } = p;
  const w = t / (alpha + t);
  // Euler's transformation turns (1-w)^r 2F1(r, b; a+b-1; w) into a series that stays small.
  return acrossOne(p.a, (a) => {
    const lead = model === 'mbgnbd' ? b / (a - 1) : (a + b - 1) / (a - 1);
    const c = model === 'mbgnbd' ? a + b : a + b - 1;
    return lead * (1 - (1 - w) ** (a - 1) * hyp2f1(c - r, a - 1, c, w));
  });
}

/** Expected purchases of one customer in (T, T + t]. */
export function bgConditional(model: BgModel, p: BgParams, customer: Customer, t: number): number {
  const { r, alpha, b } = p;
  const { x, T } = customer;
  const w = t / (alpha + T + t);
  const value = acrossOne(p.a, (a) => {
    const c = model === 'mbgnbd' ? a + b + x : a + b + x - 1;
    return (c / (a - 1)) * (1 - (1 - w) ** (a - 1) * hyp2f1(c - r - x, a - 1, c, w));
  });
  return value * bgAlive(model, p, customer);
}

/** P(X(t) = x) under BG/NBD. */
export function bgPmf({ r, alpha, a, b }: BgParams, t: number, x: number): number {
  const nbd = (j: number): number =>
    Math.exp(
      lgamma(r + j) - lgamma(r) - lgamma(j + 1) + r * Math.log(alpha / (alpha + t)) + j * Math.log(t / (alpha + t)),
    );
  if (t === 0) return x === 0 ? 1 : 0;
  const alive = Math.exp(lbeta(a, b + x) - lbeta(a, b)) * nbd(x);
  if (x === 0) return alive;
  let below = 0;
  for (let j = 0; j < x; j++) below += nbd(j);
  return alive + Math.exp(lbeta(a + 1, b + x - 1) - lbeta(a, b)) * Math.max(0, 1 - below);
}

export interface Fit<P> {
  loglik: number | null;
  params: P | null;
  customers: number;
}

/** Parameters as exponentials, so that the search is unbounded; runaway searches give Infinity. */
function maximise(f: (params: number[]) => number, start: number[]): { x: number[]; value: number } {
  const objective = (u: number[]): number => {
    if (u.some((v) => Math.abs(v) > 16)) return Infinity;
    const value = -f(u.map(Math.exp));
    return Number.isNaN(value) ? Infinity : value;
  };
  const rough = nelderMead(objective, start.map(Math.log), { tolerance: 1e-9, spread: 1e-2, restarts: 2 });
  const best = newtonPolish(objective, rough);
  return { x: best.x.map(Math.exp), value: -best.value };
}

/** Maximum-likelihood BG/NBD or MBG/NBD from (1, 3, 1, 3). Null without a repeat purchase: the likelihood has no maximum. */
export function fitBg(model: BgModel, customers: readonly Customer[]): Fit<BgParams> {
  if (!customers.some((c) => c.x > 0)) return { loglik: null, params: null, customers: customers.length };
  const table = customerTable(customers);
  const best = maximise(
    ([r, alpha, a, b]) => bgLogLik(model, { r: r!, alpha: alpha!, a: a!, b: b! }, table),
    [1, 3, 1, 3],
  );
  const [r, alpha, a, b] = best.x as [number, number, number, number];
  return { loglik: best.value, params: { r, alpha, a, b }, customers: customers.length };
}

/** ln F(q) of the Pareto/NBD closed form, see Fader & Hardie (2005), "A note on deriving the Pareto/NBD model". */
function lnF({ r, alpha, s, beta }: ParetoParams, x: number, q: number): number {
  const top = Math.max(alpha, beta);
  const c = alpha >= beta ? s + 1 : r + x;
  return (
    Math.log(hyp2f1(r + s + x, c, r + s + x + 1, Math.abs(alpha - beta) / (top + q))) - (r + s + x) * Math.log(top + q)
  );
}

/** ln A0 = ln(F(tx) - F(T)); -Infinity when tx = T. */
function lnA0(p: ParetoParams, { x, tx, T }: Customer): number {
  if (tx >= T) return -Infinity;
  const from = lnF(p, x, tx);
  const gap = -Math.expm1(lnF(p, x, T) - from);
  return gap > 0 ? from + Math.log(gap) : -Infinity;
}

/** Log-likelihood of customers under Pareto/NBD; the hypergeometric function is evaluated once per distinct x and time. */
export function paretoLogLik(p: ParetoParams, table: CustomerTable): number {
  const { r, alpha, s, beta } = p;
  const constant = r * Math.log(alpha) + s * Math.log(beta) - lgamma(r);
  const lnAlpha = Float64Array.from(table.times, (t) => Math.log(alpha + t));
  const lnBeta = Float64Array.from(table.times, (t) => Math.log(beta + t));
  const head = Float64Array.from(table.xs, (x) => constant + lgamma(r + x));
  const known = table.xs.map(() => new Float64Array(table.times.length).fill(NaN));
  const at = (k: number, t: number): number => {
    const row = known[k]!;
    if (Number.isNaN(row[t]!)) row[t] = lnF(p, table.xs[k]!, table.times[t]!);
    return row[t]!;
  };
  let total = 0;
  for (let i = 0; i < table.n.length; i++) {
    const [k, tx, T] = [table.x[i]!, table.tx[i]!, table.T[i]!];
    const x = table.xs[k]!;
    const alive = -(r + x) * lnAlpha[T]! - s * lnBeta[T]!;
    let gone = -Infinity;
    if (table.times[tx]! < table.times[T]!) {
      const from = at(k, tx);
      gone = Math.log(s / (r + s + x)) + from + Math.log(-Math.expm1(at(k, T) - from));
    }
    total += table.n[i]! * (head[k]! + logAdd(alive, gone));
  }
  return total;
}

export function paretoAlive(p: ParetoParams, c: Customer): number {
  const { r, alpha, s, beta } = p;
  const odds = Math.log(s / (r + s + c.x)) + (r + c.x) * Math.log(alpha + c.T) + s * Math.log(beta + c.T) + lnA0(p, c);
  return 1 / (1 + Math.exp(odds));
}

/** Expected purchases in (T, T + t]. */
export function paretoConditional(p: ParetoParams, c: Customer, t: number): number {
  const { r, alpha, s, beta } = p;
  const u = Math.log((beta + c.T) / (beta + c.T + t));
  const k = s - 1;
  // [1 - e^(k u)]/k tends to -u as s tends to 1.
  const part = Math.abs(k) < 1e-12 ? -u : -Math.expm1(k * u) / k;
  return ((r + c.x) * (beta + c.T) * part * paretoAlive(p, c)) / (alpha + c.T);
}

/** Discounted expected residual transactions at the continuous rate d; null when it is infinite (d = 0 and s <= 1). */
export function paretoDert(p: ParetoParams, c: Customer, d: number): number | null {
  const { r, alpha, s, beta } = p;
  return finite(
    (paretoAlive(p, c) * (r + c.x) * (beta + c.T) * scaledExpIntegral(s, d * (beta + c.T))) / (alpha + c.T),
  );
}

/** Standard errors from the numerical Hessian of a log-likelihood at its maximum; null where it is not negative definite. */
export function standardErrors(f: (x: number[]) => number, x: readonly number[]): (number | null)[] {
  const n = x.length;
  const step = x.map((v) => 1e-3 * Math.max(1e-3, Math.abs(v)));
  const at = (i: number, di: number, j: number, dj: number): number => {
    const y = [...x];
    y[i]! += di * step[i]!;
    y[j]! += dj * step[j]!;
    return f(y);
  };
  const H = x.map((_, i) =>
    x.map(
      (__, j) => -(at(i, 1, j, 1) - at(i, 1, j, -1) - at(i, -1, j, 1) + at(i, -1, j, -1)) / (4 * step[i]! * step[j]!),
    ),
  );
  const V = inverse(H);
  return Array.from({ length: n }, (_, i) => (V !== null && V[i]![i]! > 0 ? Math.sqrt(V[i]![i]!) : null));
}

export function fitPareto(
  customers: readonly Customer[],
): Fit<ParetoParams> & { se: Record<keyof ParetoParams, number | null> } {
  const none = { r: null, alpha: null, s: null, beta: null };
  if (!customers.some((c) => c.x > 0)) return { loglik: null, params: null, customers: customers.length, se: none };
  const table = customerTable(customers);
  const f = (x: number[]): number => {
    try {
      return paretoLogLik({ r: x[0]!, alpha: x[1]!, s: x[2]!, beta: x[3]! }, table);
    } catch {
      return NaN;
    }
  };
  const best = maximise(f, [1, 10, 1, 10]);
  const [r, alpha, s, beta] = best.x as [number, number, number, number];
  const se = standardErrors(f, best.x);
  return {
    loglik: best.value,
    params: { r, alpha, s, beta },
    customers: customers.length,
    se: { r: se[0]!, alpha: se[1]!, s: se[2]!, beta: se[3]! },
  };
}

/** Expected mean transaction value given x repeat transactions of mean m; null when q <= 1 makes the population mean infinite. */
export function expectedValue({ p, q, v }: GammaGammaParams, x: number, m: number | null): number | null {
  if (q <= 1) return null;
  if (x === 0 || m === null) return (p * v) / (q - 1);
  return (p * (v + x * m)) / (p * x + q - 1);
}

export interface Spender {
  x: number;
  mean: number;
}

export function gammaGammaLogLik({ p, q, v }: GammaGammaParams, spenders: readonly Spender[]): number {
  return sum(
    spenders.map(
      ({ x, mean }) =>
        lgamma(p * x + q) -
        lgamma(p * x) -
        lgamma(q) +
        q * Math.log(v) +
        (p * x - 1) * Math.log(mean) +
        p * x * Math.log(x) -
        (p * x + q) * Math.log(x * mean + v),
    ),
  );
}

/** Maximum-likelihood gamma-gamma on customers with a repeat purchase of positive value; null with fewer than 2. */
export function fitGammaGamma(
  all: readonly { x: number; mean: number | null }[],
): Fit<GammaGammaParams> & { correlation: number | null } {
  const spenders = all.filter((s): s is Spender => s.x > 0 && s.mean !== null && s.mean > 0);
  const n = spenders.length;
  if (n < 2) return { loglik: null, params: null, customers: n, correlation: null };
  const best = maximise(
    ([p, q, v]) => gammaGammaLogLik({ p: p!, q: q!, v: v! }, spenders),
    [1, 2, sum(spenders.map((s) => s.mean)) / n],
  );
  const [p, q, v] = best.x as [number, number, number];
  return {
    loglik: best.value,
    params: { p, q, v },
    customers: n,
    correlation: correlation(
      spenders.map((s) => s.x),
      spenders.map((s) => s.mean),
    ),
  };
}

/** Pearson correlation; null without spread. */
export function correlation(a: readonly number[], b: readonly number[]): number | null {
  const n = a.length;
  const ma = sum(a) / n;
  const mb = sum(b) / n;
  const saa = sum(a.map((v) => (v - ma) ** 2));
  const sbb = sum(b.map((v) => (v - mb) ** 2));
  return saa > 0 && sbb > 0 ? sum(a.map((v, i) => (v - ma) * (b[i]! - mb))) / Math.sqrt(saa * sbb) : null;
}

/** Residual value of repeat purchases over some months, discounted at the end of each month at (1 + annual)^(1/12) - 1. */
export function discreteClv(
  model: BgModel,
  bg: BgParams,
  gg: GammaGammaParams,
  customer: Customer & { mean: number | null },
  options: { months: number; perMonth: number; margin: number; annualRate: number },
): { clv: number | null; undiscounted: number | null } {
  const value = expectedValue(gg, customer.x, customer.mean);
  if (value === null) return { clv: null, undiscounted: null };
  const monthly = (1 + options.annualRate) ** (1 / 12);
  let before = 0;
  let clv = 0;
  for (let i = 1; i <= options.months; i++) {
    const until = bgConditional(model, bg, customer, i * options.perMonth);
    clv += ((until - before) * value * options.margin) / monthly ** i;
    before = until;
  }
  return { clv, undiscounted: before * value * options.margin };
}

/** 1 + floor(5 x share strictly worse), ties share a score. `better` says which end is best. */
export function quintiles(values: readonly number[], better: 'high' | 'low'): number[] {
  const sign = better === 'high' ? 1 : -1;
  const sorted = values.map((v) => v * sign).sort((a, b) => a - b);
  const worse = new Map<number, number>();
  sorted.forEach((v, i) => {
    if (!worse.has(v)) worse.set(v, i);
  });
  return values.map((v) => 1 + Math.floor((5 * worse.get(v * sign)!) / values.length));
}

const bgParams = z.object({ r: positive, alpha: positive, a: positive, b: positive });
const paretoParams = z.object({ r: positive, alpha: positive, s: positive, beta: positive });
const ggParams = z.object({ p: positive, q: positive, v: positive });
const history = (v: Customer): string | null =>
  v.tx > v.T ? 'expected t_x of at most T' : v.x > 0 && v.tx === 0 ? 'expected t_x above 0 when x is above 0' : null;
const customer = z
  .object({ x: z.number().nonnegative(), t_x: z.number().nonnegative(), T: z.number().nonnegative() })
  .transform((c, context): Customer => {
    const row = { x: c.x, tx: c.x === 0 ? 0 : c.t_x, T: c.T };
    const wrong = history(row);
    if (wrong === null) return row;
    context.addIssue({ code: 'custom', path: ['t_x'], message: wrong });
    return z.NEVER;
  });
const cbsRow = z
  .tuple([z.number().nonnegative(), z.number().nonnegative(), z.number().nonnegative()])
  .transform(([x, tx, T], context): Customer => {
    const row = { x, tx: x === 0 ? 0 : tx, T };
    const wrong = history(row);
    if (wrong === null) return row;
    context.addIssue({ code: 'custom', message: wrong });
    return z.NEVER;
  });
const cbsOrData = z
  .object({ cbs: z.array(cbsRow).optional(), dataset: z.string().optional() })
  .refine((v) => v.cbs !== undefined || v.dataset !== undefined, {
    path: ['cbs'],
    message: 'expected rows [x, t_x, T] or a dataset',
  });
function customersOf(
  input: { cbs?: Customer[] | undefined; dataset?: string | undefined },
  data: DataDir | undefined,
): Customer[] {
  return input.cbs ?? repeatPurchases(input.dataset!, data);
}
const perCustomer = { customers: z.array(customer), horizon: z.number().nonnegative().optional() };

const AREA = '5-purchase-retention';
export const PURCHASE_METHODS = [
  defineMethod(
    AREA,
    'bgnbd.customer',
    'Probability alive and expected purchases of customers (BG/NBD).',
    z.object({ params: bgParams, ...perCustomer }),
    (i) => ({
      p_alive: i.customers.map((c) => bgAlive('bgnbd', i.params, c)),
      cet: i.customers.map((c) => (i.horizon === undefined ? null : bgConditional('bgnbd', i.params, c, i.horizon))),
    }),
  ),
  defineMethod(
    AREA,
    'bgnbd.expectation',
    'Expected purchases of a random customer over time (BG/NBD).',
    z.object({ params: bgParams, t: z.array(z.number().nonnegative()) }),
    (i) => ({
      expected: i.t.map((t) => bgExpectation('bgnbd', i.params, t)),
    }),
  ),
  defineMethod(
    AREA,
    'bgnbd.pmf',
    'Probability of each number of purchases (BG/NBD).',
    z.object({ params: bgParams, t: z.number().nonnegative(), x: z.array(count.max(100_000)) }),
    (i) => ({
      p: i.x.map((x) => bgPmf(i.params, i.t, x)),
    }),
  ),
  defineMethod(
    AREA,
    'bgnbd.loglik',
    'Log-likelihood of customers under three purchase models.',
    z.object({
      params: bgParams,
      cbs: z.array(cbsRow),
      pareto: paretoParams.default({ r: 0.553, alpha: 10.578, s: 0.606, beta: 11.669 }),
    }),
    (i) => {
      const rows = customerTable(i.cbs);
      return {
        bgnbd: bgLogLik('bgnbd', i.params, rows),
        mbgnbd: bgLogLik('mbgnbd', i.params, rows),
        pareto_nbd: paretoLogLik(i.pareto, rows),
      };
    },
  ),
  defineMethod(AREA, 'bgnbd.fit', 'Maximum-likelihood BG/NBD.', cbsOrData, (i, data) =>
    fitBg('bgnbd', customersOf(i, data)),
  ),
  defineMethod(AREA, 'mbgnbd.fit', 'Maximum-likelihood MBG/NBD.', cbsOrData, (i, data) =>
    fitBg('mbgnbd', customersOf(i, data)),
  ),
  defineMethod(AREA, 'paretonbd.fit', 'Maximum-likelihood Pareto/NBD with standard errors.', cbsOrData, (i, data) =>
    fitPareto(customersOf(i, data)),
  ),
  defineMethod(
    AREA,
    'mbgnbd.customer',
    'Probability alive and expected purchases of customers (MBG/NBD).',
    z.object({ params: bgParams, ...perCustomer }),
    (i) => ({
      p_alive: i.customers.map((c) => bgAlive('mbgnbd', i.params, c)),
      cet: i.customers.map((c) => (i.horizon === undefined ? null : bgConditional('mbgnbd', i.params, c, i.horizon))),
      expectation_52: bgExpectation('mbgnbd', i.params, 52),
    }),
  ),
  defineMethod(
    AREA,
    'paretonbd.customer',
    'Probability alive and expected purchases of customers (Pareto/NBD).',
    z.object({ params: paretoParams, ...perCustomer }),
    (i) => ({
      p_alive: i.customers.map((c) => paretoAlive(i.params, c)),
      cet: i.customers.map((c) => (i.horizon === undefined ? null : paretoConditional(i.params, c, i.horizon))),
    }),
  ),
  defineMethod(
    AREA,
    'paretonbd.underflow',
    'Expected purchases of very frequent customers (Pareto/NBD).',
    z.object({ params: paretoParams, ...perCustomer }),
    (i) => ({
      cet: i.customers.map((c) => (i.horizon === undefined ? null : paretoConditional(i.params, c, i.horizon))),
      p_alive: i.customers.map((c) => paretoAlive(i.params, c)),
    }),
  ),
  defineMethod(
    AREA,
    'paretonbd.dert',
    'Discounted expected residual transactions (Pareto/NBD).',
    z.object({ params: paretoParams, customers: z.array(customer), d: z.number().nonnegative() }),
    (i) => ({ dert: i.customers.map((c) => paretoDert(i.params, c, i.d)) }),
  ),
  defineMethod(
    AREA,
    'gammagamma.mean',
    'Expected transaction value of customers (gamma-gamma).',
    z
      .object({
        params: ggParams,
        customers: z
          .array(z.object({ x: z.number().nonnegative(), mean: number.nullish().transform((v) => v ?? null) }))
          .optional(),
        dataset: z.string().optional(),
      })
      .refine((v) => v.customers !== undefined || v.dataset !== undefined, {
        path: ['customers'],
        message: 'expected customers or a dataset',
      }),
    (i, data) => {
      const list = i.customers ?? repeatPurchases(i.dataset!, data);
      const expected = list.map((c) => expectedValue(i.params, c.x, c.mean));
      return {
        expected,
        mean: expected.length === 0 || expected.includes(null) ? null : sum(expected as number[]) / expected.length,
      };
    },
  ),
  defineMethod(
    AREA,
    'gammagamma.fit',
    'Maximum-likelihood gamma-gamma model of transaction values.',
    z.object({
      dataset: z.string().optional(),
      customers: z.array(z.object({ x: z.number().nonnegative(), mean: number.nullable() })).optional(),
    }),
    (i, data) => {
      if (i.customers === undefined && i.dataset === undefined)
        throw badInput('dataset', 'expected a dataset or customers');
      return fitGammaGamma(i.customers ?? repeatPurchases(i.dataset!, data));
    },
  ),
  defineMethod(
    AREA,
    'clv.discrete',
    'Residual value of a customer from repeat purchases, discounted monthly.',
    z.object({
      bgnbd: bgParams,
      gg: ggParams,
      customer: z
        .object({
          x: z.number().nonnegative(),
          t_x: z.number().nonnegative(),
          T: z.number().nonnegative(),
          mean: number.nullish().transform((v) => v ?? null),
        })
        .refine((c) => c.t_x <= c.T, { path: ['t_x'], message: 'expected t_x of at most T' }),
      months: z.number().int().nonnegative().max(1200).default(12),
      weeks_per_month: positive.default(365.25 / 12 / 7),
      margin: number.default(1),
      annual_rate: z.number().gt(-1).default(0),
    }),
    (i) =>
      discreteClv(
        'bgnbd',
        i.bgnbd,
        i.gg,
        { x: i.customer.x, tx: i.customer.t_x, T: i.customer.T, mean: i.customer.mean },
        { months: i.months, perMonth: i.weeks_per_month, margin: i.margin, annualRate: i.annual_rate },
      ),
  ),
  defineMethod(
    AREA,
    'rfm.scores',
    'Recency, frequency and money scores from 1 to 5; ties share a score.',
    z.object({ rows: z.array(z.object({ id: z.unknown().optional(), last: number, freq: number, money: number })) }),
    (i) => {
      const R = quintiles(
        i.rows.map((r) => r.last),
        'low',
      );
      const F = quintiles(
        i.rows.map((r) => r.freq),
        'high',
      );
      const M = quintiles(
        i.rows.map((r) => r.money),
        'high',
      );
      return { R, F, M, cell: R.map((r, k) => `${r}${F[k]}${M[k]}`), n: i.rows.length };
    },
  ),
];

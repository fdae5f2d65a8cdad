import { solveVector } from './linear.ts';

/** Minimisation without derivatives in closed form. */

export interface Minimum {
  x: number[];
  value: number;
  evaluations: number;
}

/**
 * Nelder-Mead simplex, restarted from its own optimum until a restart gains less than `gain`.
 * The objective may return Infinity outside its domain. Deterministic.
 */
export function nelderMead(
  f: (x: number[]) => number,
  start: number[],
  options: {
    step?: number;
    tolerance?: number;
    maxEvaluations?: number;
    gain?: number;
    restarts?: number;
    spread?: number;
  } = {},
): Minimum {
  const { step = 0.5, tolerance = 1e-11, maxEvaluations = 4000, gain = 1e-9, restarts = 8, spread = 1e-7 } = options;
  let best: Minimum = { x: start, value: f(start), evaluations: 1 };
  for (let round = 0; round < restarts; round++) {
    const next = simplex(f, best.x, round === 0 ? step : step / 2, tolerance, spread, maxEvaluations);
    const better = best.value - next.value;
    best = { ...(next.value <= best.value ? next : best), evaluations: best.evaluations + next.evaluations };
    if (round > 0 && !(better > gain)) break;
  }
  return best;
}

function simplex(
  f: (x: number[]) => number,
  start: number[],
  step: number,
  tolerance: number,
  width: number,
  cap: number,
): Minimum {
  const n = start.length;
  const points = [start, ...start.map((_, i) => start.map((v, j) => (i === j ? v + step : v)))].map((x) => ({
    x,
    value: f(x),
  }));
  let evaluations = n + 1;
  const at = (centre: number[], worst: number[], t: number): { x: number[]; value: number } => {
    const x = centre.map((c, i) => c + t * (worst[i]! - c));
    evaluations++;
    return { x, value: f(x) };
  };
  while (evaluations < cap) {
    points.sort((p, q) => p.value - q.value);
    const low = points[0]!;
    const high = points[n]!;
    const spread = Math.max(...points.map((p) => Math.max(...p.x.map((v, i) => Math.abs(v - low.x[i]!)))));
    if (Math.abs(high.value - low.value) <= tolerance * (1 + Math.abs(low.value)) && spread < width) break;
    if (spread < 1e-13) break;
    const centre = start.map((_, i) => points.slice(0, n).reduce((s, p) => s + p.x[i]!, 0) / n);
    const reflected = at(centre, high.x, -1);
    if (reflected.value < low.value) {
      const expanded = at(centre, high.x, -2);
      points[n] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < points[n - 1]!.value) {
      points[n] = reflected;
    } else {
      const contracted = reflected.value < high.value ? at(centre, high.x, -0.5) : at(centre, high.x, 0.5);
      if (contracted.value < Math.min(reflected.value, high.value)) points[n] = contracted;
      else {
        for (let k = 1; k <= n; k++) {
          const x = points[k]!.x.map((v, i) => low.x[i]! + (v - low.x[i]!) / 2);
          points[k] = { x, value: f(x) };
          evaluations++;
        }
      }
    }
  }
  points.sort((p, q) => p.value - q.value);
  return { ...points[0]!, evaluations };
}

/** Golden-section maximum of a unimodal function on [low, high]. */
export function goldenMaximum(f: (x: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let a = low;
  let b = high;
  let c = b - ratio * (b - a);
  let d = a + ratio * (b - a);
  let fc = f(c);
  let fd = f(d);
  for (let i = 0; i < 200 && b - a > 1e-13 * (1 + Math.abs(a)); i++) {
    if (fc > fd) {
      b = d;
      d = c;
      fd = fc;
      c = b - ratio * (b - a);
      fc = f(c);
    } else {
      a = c;
      c = d;
      fc = fd;
      d = a + ratio * (b - a);
      fd = f(d);
    }
  }
  return (a + b) / 2;
}

/** Root of a function with a sign change on [low, high], by bisection. */
export function bisect(f: (x: number) => number, low: number, high: number): number {
  const rising = f(high) >= f(low);
  let a = low;
  let b = high;
  for (let i = 0; i < 200; i++) {
    const mid = (a + b) / 2;
    if (mid === a || mid === b) return mid;
    if (f(mid) < 0 === rising) a = mid;
    else b = mid;
  }
  return (a + b) / 2;
}

/**
 * Newton steps with a numerical gradient and Hessian from a point near a smooth minimum; keeps only improvements.
 * Sharpens a loosely stopped simplex search in far fewer evaluations than the simplex would need on a flat ridge.
 */
export function newtonPolish(f: (x: number[]) => number, start: Minimum, maxSteps = 8, h = 1e-3): Minimum {
  const n = start.x.length;
  let best = start;
  const at = (i: number, di: number, j = i, dj = 0): number => {
    const y = [...best.x];
    y[i]! += di * h;
    y[j]! += dj * h;
    best.evaluations++;
    return f(y);
  };
  for (let step = 0; step < maxSteps; step++) {
    const up = best.x.map((_, i) => at(i, 1));
    const down = best.x.map((_, i) => at(i, -1));
    const gradient = up.map((v, i) => (v - down[i]!) / (2 * h));
    const H = Array.from({ length: n }, () => new Array<number>(n).fill(0));
    for (let i = 0; i < n; i++) {
      H[i]![i] = (up[i]! - 2 * best.value + down[i]!) / (h * h);
      for (let j = 0; j < i; j++) {
        const v = (at(i, 1, j, 1) - at(i, 1, j, -1) - at(i, -1, j, 1) + at(i, -1, j, -1)) / (4 * h * h);
        H[i]![j] = v;
        H[j]![i] = v;
      }
    }
    const move = solveVector(H, gradient);
    if (move === null) break;
    let t = 1;
    let next: number[] = best.x;
    let value = Infinity;
    for (; t > 1e-3 && !(value < best.value); t /= 2) {
      next = best.x.map((v, i) => v - t * Math.max(-1, Math.min(1, move[i]!)));
      value = f(next);
      best.evaluations++;
    }
    if (!(value < best.value)) break;
    const gain = best.value - value;
    best = { x: next, value, evaluations: best.evaluations };
    if (gain < 1e-10 * (1 + Math.abs(value))) break;
  }
  return best;
}

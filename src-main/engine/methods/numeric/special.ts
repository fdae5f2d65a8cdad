/** Special functions and the distributions built on them. Every function is accurate to about 1e-14 relative in the range the methods use. */

const LANCZOS_G = 607 / 128;
const LANCZOS = [
  0.99999999999999709182, 57.156235665862923517, -59.597960355475491248, 14.136097974741747174, -0.49191381609762019978,
  0.33994649984811888699e-4, 0.46523628927048575665e-4, -0.98374475304879564677e-4, 0.15808870322491248884e-3,
  -0.21026444172410488319e-3, 0.2174396181152126432e-3, -0.16431810653676389022e-3, 0.84418223983852743293e-4,
  -0.2619083840158140867e-4, 0.36899182659531622704e-5,
];

/** ln |Gamma(x)| (Lanczos, g = 607/128). x a non-positive integer: Infinity. */
export function lgamma(x: number): number {
  if (x < 0.5) {
    if (x <= 0 && Number.isInteger(x)) return Infinity;
    return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  }
  const z = x - 1;
  let sum = LANCZOS[0]!;
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (z + i);
  const t = z + LANCZOS_G + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Sign of Gamma(x); 0 at the poles. */
export function gammaSign(x: number): number {
  if (x > 0) return 1;
  if (Number.isInteger(x)) return 0;
  return Math.floor(x) % 2 === 0 ? 1 : -1;
}

/** ln B(a, b) for positive a and b. */
export function lbeta(a: number, b: number): number {
  return lgamma(a) + lgamma(b) - lgamma(a + b);
}

/** Digamma psi(x), x > 0: recurrence up to 10, then the asymptotic series. */
export function digamma(x: number): number {
  let value = 0;
  let y = x;
  while (y < 10) {
    value -= 1 / y;
    y += 1;
  }
  const i2 = 1 / (y * y);
  return (
    value +
    Math.log(y) -
    0.5 / y -
    i2 * (1 / 12 - i2 * (1 / 120 - i2 * (1 / 252 - i2 * (1 / 240 - i2 * (1 / 132 - i2 * (691 / 32760))))))
  );
}

/** Trigamma psi'(x), x > 0. */
export function trigamma(x: number): number {
  let value = 0;
  let y = x;
  while (y < 10) {
    value += 1 / (y * y);
    y += 1;
  }
  const i2 = 1 / (y * y);
  return value + 1 / y + i2 / 2 + (i2 / y) * (1 / 6 - i2 * (1 / 30 - i2 * (1 / 42 - i2 * (1 / 30 - i2 * (5 / 66)))));
}

/** Regularised incomplete gamma functions [P(a, x), Q(a, x)], a > 0, x >= 0. Both are computed without cancellation. */
export function incompleteGamma(a: number, x: number): [number, number] {
  if (x <= 0) return [0, 1];
  if (x === Infinity) return [1, 0];
  const front = Math.exp(a * Math.log(x) - x - lgamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 100_000; n++) {
      term *= x / (a + n);
      sum += term;
      if (term < sum * 1e-17) break;
    }
    const p = Math.min(1, front * sum);
    return [p, 1 - p];
  }
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 100_000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = an * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + an / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const delta = d * c;
    h *= delta;
    if (Math.abs(delta - 1) < 1e-16) break;
  }
  const q = Math.min(1, front * h);
  return [1 - q, q];
}

/** Regularised incomplete beta I_x(a, b), a and b > 0 (continued fraction). */
export function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  if (Math.abs(d) < tiny) d = tiny;
  d = 1 / d;
  let h = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    if (Math.abs(d) < tiny) d = tiny;
    c = 1 + even / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    if (Math.abs(d) < tiny) d = tiny;
    c = 1 + odd / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const delta = d * c;
    h *= delta;
    if (Math.abs(delta - 1) < 1e-16) break;
  }
  return (Math.exp(a * Math.log(x) + b * Math.log1p(-x) - lbeta(a, b)) / a) * h;
}

/** Standard normal density. */
export function normalPdf(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/** Standard normal distribution function, exact in both tails. */
export function normalCdf(z: number): number {
  const [p, q] = incompleteGamma(0.5, (z * z) / 2);
  return z > 0 ? 0.5 + 0.5 * p : 0.5 * q;
}

/** Two-sided p value of a standard normal statistic. */
export function normalTwoSided(z: number): number {
  return incompleteGamma(0.5, (z * z) / 2)[1];
}

/** Standard normal quantile (Acklam's rational start, then two Halley steps). p outside (0, 1): +-Infinity. */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  const a = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
  const c = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
  const poly = (k: number[], t: number): number => k.reduce((s, v) => s * t + v, 0);
  let x: number;
  if (p < 0.02425 || p > 1 - 0.02425) {
    const tail = Math.min(p, 1 - p);
    const q = Math.sqrt(-2 * Math.log(tail));
    x = poly(c, q) / (poly(d, q) * q + 1);
    if (p > 0.5) x = -x;
  } else {
    const q = p - 0.5;
    const r = q * q;
    x = (poly(a, r) * q) / (poly(b, r) * r + 1);
  }
  for (let i = 0; i < 2; i++) {
    const e = (normalCdf(x) - p) / normalPdf(x);
    x -= e / (1 + (x * e) / 2);
  }
  return x;
}

/** z of a two-sided confidence level, for example 1.959964 for 0.95. */
export function zOfLevel(level: number): number {
  return normalQuantile((1 + level) / 2);
}

/** Upper tail of the chi-square distribution. */
export function chiSquareSf(x: number, df: number): number {
  return incompleteGamma(df / 2, x / 2)[1];
}

/** Quantile of the chi-square distribution (bisection on the distribution function). */
export function chiSquareQuantile(p: number, df: number): number {
  let low = 0;
  let high = Math.max(1, df);
  while (incompleteGamma(df / 2, high / 2)[0] < p) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    const mid = (low + high) / 2;
    if (incompleteGamma(df / 2, mid / 2)[0] < p) low = mid;
    else high = mid;
  }
  return (low + high) / 2;
}

function hypergeometricSeries(a: number, b: number, c: number, z: number, cap: number): number | null {
  let term = 1;
  let sum = 1;
  let small = 0;
  for (let n = 0; n < cap; n++) {
    term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    sum += term;
    if (term === 0) return sum;
    if (Math.abs(term) < 1e-17 * Math.abs(sum)) {
      if (++small > 2) return sum;
    } else small = 0;
    if (!Number.isFinite(sum)) return null;
  }
  return null;
}

/**
 * Gauss hypergeometric function 2F1(a, b; c; z) for real arguments and 0 <= z < 1.
 * Series below 0.9; above, the linear transformation to 1 - z (Abramowitz & Stegun 15.3.6), or the series when c - a - b is near an integer.
 * Throws a RangeError rather than returning NaN.
 */
export function hyp2f1(a: number, b: number, c: number, z: number): number {
  if (z === 0) return 1;
  if (!(z >= 0 && z < 1)) throw new RangeError(`2F1: z must lie in [0, 1), got ${z}`);
  const s = c - a - b;
  if (z > 0.9 && Math.abs(s - Math.round(s)) > 1e-3) {
    const w = 1 - z;
    const first = hypergeometricSeries(a, b, 1 - s, w, 10_000);
    const second = hypergeometricSeries(c - a, c - b, s + 1, w, 10_000);
    if (first !== null && second !== null) {
      const sign1 = gammaSign(c) * gammaSign(s) * gammaSign(c - a) * gammaSign(c - b);
      const sign2 = gammaSign(c) * gammaSign(-s) * gammaSign(a) * gammaSign(b);
      const t1 = sign1 === 0 ? 0 : sign1 * Math.exp(lgamma(c) + lgamma(s) - lgamma(c - a) - lgamma(c - b)) * first;
      const t2 =
        sign2 === 0 ? 0 : sign2 * Math.exp(s * Math.log(w) + lgamma(c) + lgamma(-s) - lgamma(a) - lgamma(b)) * second;
      const value = t1 + t2;
      // Large parameters of opposite sign cancel; then the plain series is the safer way.
      if (Number.isFinite(value) && Math.abs(value) > 1e-6 * Math.max(Math.abs(t1), Math.abs(t2))) return value;
    }
  }
  const direct = hypergeometricSeries(a, b, c, z, z > 0.9 ? 2_000_000 : 10_000);
  if (direct === null) throw new RangeError(`2F1(${a}, ${b}; ${c}; ${z}) did not converge`);
  return direct;
}

/** e^z E_s(z), the scaled generalised exponential integral of real order s, z > 0; z = 0 gives 1/(s-1) for s > 1, else Infinity. */
export function scaledExpIntegral(s: number, z: number): number {
  if (z === 0) return s > 1 ? 1 / (s - 1) : Infinity;
  if (z >= 0.3) {
    let b = z + s;
    let c = 1e300;
    let d = 1 / b;
    let h = d;
    for (let i = 1; i < 100_000; i++) {
      const an = -i * (s - 1 + i);
      b += 2;
      d = 1 / (an * d + b);
      c = b + an / c;
      const delta = c * d;
      h *= delta;
      if (Math.abs(delta - 1) < 1e-16) break;
    }
    return h;
  }
  const n = Math.round(s);
  if (n >= 1 && Math.abs(s - n) < 1e-7) {
    let value = n - 1 !== 0 ? 1 / (n - 1) : -Math.log(z) + digamma(1);
    let term = 1;
    for (let i = 1; i < 200; i++) {
      term *= -z / i;
      const del = i === n - 1 ? term * (-Math.log(z) + digamma(n)) : -term / (i - (n - 1));
      value += del;
      if (i > n && Math.abs(del) < 1e-17 * Math.abs(value)) break;
    }
    return value * Math.exp(z);
  }
  let sum = 0;
  let term = 1;
  for (let k = 0; k < 200; k++) {
    if (k > 0) term *= -z / k;
    const add = term / (1 - s + k);
    sum += add;
    if (k > Math.abs(s) + 2 && Math.abs(add) < 1e-18 * Math.abs(sum)) break;
  }
  const lead = gammaSign(1 - s) * Math.exp(lgamma(1 - s) + (s - 1) * Math.log(z));
  return (lead - sum) * Math.exp(z);
}

/** Nodes and weights of Gauss-Legendre quadrature on [low, high]. */
export function gaussLegendre(n: number, low: number, high: number): { nodes: number[]; weights: number[] } {
  const nodes: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      let p0 = 1;
      let p1 = x;
      for (let k = 2; k <= n; k++) [p0, p1] = [p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k];
      slope = (n * (x * p1 - p0)) / (x * x - 1);
      const dx = p1 / slope;
      x -= dx;
      if (Math.abs(dx) < 1e-16) break;
    }
    nodes.push((low + high) / 2 + ((high - low) / 2) * x);
    weights.push((high - low) / ((1 - x * x) * slope * slope));
  }
  return { nodes, weights };
}

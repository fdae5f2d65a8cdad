/** Small dense linear algebra on row arrays. */

export type Matrix = number[][];

/** Solves A X = B by Gaussian elimination with partial pivoting; null when A is singular to working precision. */
export function solve(a: Matrix, b: Matrix): Matrix | null {
  const n = a.length;
  const width = b[0]?.length ?? 0;
  const m = a.map((row, i) => [...row, ...b[i]!]);
  for (let col = 0; col < n; col++) {
    let pivot = col;
    for (let r = col + 1; r < n; r++) if (Math.abs(m[r]![col]!) > Math.abs(m[pivot]![col]!)) pivot = r;
    const top = m[pivot]!;
    if (!(Math.abs(top[col]!) > 1e-300)) return null;
    m[pivot] = m[col]!;
    m[col] = top;
    for (let r = col + 1; r < n; r++) {
      const row = m[r]!;
      const factor = row[col]! / top[col]!;
      if (factor === 0) continue;
      for (let c = col; c < n + width; c++) row[c]! -= factor * top[c]!;
    }
  }
  const x: Matrix = Array.from({ length: n }, () => new Array<number>(width).fill(0));
  for (let r = n - 1; r >= 0; r--) {
    const row = m[r]!;
    for (let k = 0; k < width; k++) {
      let value = row[n + k]!;
      for (let c = r + 1; c < n; c++) value -= row[c]! * x[c]![k]!;
      x[r]![k] = value / row[r]!;
    }
  }
  return x.every((row) => row.every(Number.isFinite)) ? x : null;
}

/** Solves A x = b for one right-hand side. */
export function solveVector(a: Matrix, b: readonly number[]): number[] | null {
  const x = solve(
    a,
    b.map((v) => [v]),
  );
  return x === null ? null : x.map((row) => row[0]!);
}

export function identity(n: number): Matrix {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
}

export function multiply(a: Matrix, b: Matrix): Matrix {
  const inner = b.length;
  const width = b[0]?.length ?? 0;
  return a.map((row) => {
    const out = new Array<number>(width).fill(0);
    for (let k = 0; k < inner; k++) {
      const v = row[k]!;
      if (v === 0) continue;
      const other = b[k]!;
      for (let j = 0; j < width; j++) out[j]! += v * other[j]!;
    }
    return out;
  });
}

export function inverse(a: Matrix): Matrix | null {
  return solve(a, identity(a.length));
}

/** Row vector times matrix. */
export function vectorTimes(v: readonly number[], m: Matrix): number[] {
  const out = new Array<number>(m[0]?.length ?? 0).fill(0);
  v.forEach((x, i) => {
    if (x !== 0) m[i]!.forEach((p, j) => (out[j]! += x * p));
  });
  return out;
}

/** Matrix exponential: scaling and squaring around a Taylor series. */
export function expm(a: Matrix): Matrix {
  const norm = Math.max(0, ...a.map((row) => row.reduce((s, v) => s + Math.abs(v), 0)));
  const squarings = norm > 0.25 ? Math.ceil(Math.log2(norm / 0.25)) : 0;
  const scaled = a.map((row) => row.map((v) => v / 2 ** squarings));
  let sum = identity(a.length);
  let term = identity(a.length);
  for (let k = 1; k <= 18; k++) {
    term = multiply(term, scaled).map((row) => row.map((v) => v / k));
    sum = sum.map((row, i) => row.map((v, j) => v + term[i]![j]!));
  }
  for (let s = 0; s < squarings; s++) sum = multiply(sum, sum);
  return sum;
}

/** A call of a method with what it must answer. */
export interface Case {
  id: string;
  method: string;
  input: Record<string, unknown>;
  expected: unknown;
  tolerance: Record<string, number | boolean>;
}

/** Absolute and relative tolerance of a number at a path: `exact`, `param_rel` for keys that start with "param", or the case's own. */
function tolerance(t: Case['tolerance'], path: readonly string[]): [abs: number, rel: number] {
  if (t['exact'] === true) return [0, 0];
  for (const [name, value] of Object.entries(t)) {
    const m = /^(\w+?)_(abs|rel)$/.exec(name);
    if (m && path.some((p) => p.startsWith(m[1]!))) return m[2] === 'abs' ? [Number(value), 0] : [0, Number(value)];
  }
  const rel = Number(t['rel'] ?? 0);
  return [Number(t['abs'] ?? (rel > 0 ? 0 : 1e-6)), rel];
}

/** Differences of a result from what is expected; keys that the expectation does not name are free. */
export function differences(expected: unknown, actual: unknown, t: Case['tolerance'], path: string[] = []): string[] {
  const here = path.join('.') || 'result';
  const wrong = [`${here}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`];
  if (typeof expected === 'number') {
    if (typeof actual !== 'number' || !Number.isFinite(actual)) return wrong;
    const [abs, rel] = tolerance(t, path);
    return Math.abs(actual - expected) <= abs + rel * Math.abs(expected) + 1e-15 ? [] : wrong;
  }
  if (expected === null || typeof expected !== 'object') return Object.is(expected, actual) ? [] : wrong;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return wrong;
    return expected.flatMap((e, i) => differences(e, actual[i], t, [...path, String(i)]));
  }
  if (actual === null || typeof actual !== 'object') return wrong;
  return Object.entries(expected).flatMap(([k, e]) =>
    differences(e, (actual as Record<string, unknown>)[k], t, [...path, k]),
  );
}

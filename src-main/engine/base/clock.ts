import type { Day } from './days.ts';

/** The only place that reads the wall clock. Analyses never call it: they take an as-of day. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Today's UTC calendar day; used only to date an import. */
export function todayUtc(): Day {
  return Math.floor(Date.now() / 86_400_000);
}

/** ISO 8601 UTC of an instant in seconds. */
export function isoInstant(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** Monotonic milliseconds for measuring durations; never part of a result that must be reproducible. */
export function monotonicMs(): number {
  return performance.now();
}

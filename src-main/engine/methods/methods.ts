import type * as z from 'zod';
import { LadderlineError } from '#engine/base/errors.ts';
import { ATTRIBUTION_METHODS } from './attribution.ts';
import { CALENDAR_METHODS } from './calendar.ts';
import { DRIFT_METHODS } from './drift.ts';
import { jaroWinkler } from './identity.ts';
import { BUDGET_METHODS } from './budget.ts';
import { DATASET_METHODS } from './linkage.ts';
import { IDENTITY_METHODS } from './identity.ts';
import { LADDER_METHODS } from './ladder.ts';
import { LEAD_METHODS } from './lead.ts';
import { LOGIT_METHODS } from './logit.ts';
import { MARKOV_METHODS } from './markov.ts';
import { clean, type DataDir, type Method } from './method.ts';
import { MONEY_METHODS } from './money.ts';
import { NPS_METHODS } from './nps.ts';
import { PLAN_METHODS } from './plan.ts';
import { PROFILE_METHODS } from './profile.ts';
import { PURCHASE_METHODS } from './purchase.ts';
import { RENEWAL_METHODS } from './renewal.ts';
import { RESPONSE_METHODS } from './response.ts';
import { RHYTHM_METHODS } from './rhythm.ts';
import { SPACING_METHODS } from './spacing.ts';
import { SURVIVAL_METHODS } from './survival.ts';
import { TOUCH_METHODS } from './touch.ts';

export type { DataDir, Method } from './method.ts';

/** Every method by name. Inputs and results are plain JSON values. */
export const METHODS: Readonly<Record<string, Method>> = Object.fromEntries(
  [
    LADDER_METHODS,
    MARKOV_METHODS,
    NPS_METHODS,
    SPACING_METHODS,
    RHYTHM_METHODS,
    RESPONSE_METHODS,
    TOUCH_METHODS,
    PLAN_METHODS,
    SURVIVAL_METHODS,
    LEAD_METHODS,
    ATTRIBUTION_METHODS,
    PURCHASE_METHODS,
    RENEWAL_METHODS,
    LOGIT_METHODS,
    DRIFT_METHODS,
    IDENTITY_METHODS,
    DATASET_METHODS,
    PROFILE_METHODS,
    BUDGET_METHODS,
    CALENDAR_METHODS,
    MONEY_METHODS,
  ]
    .flat()
    .map((m) => [m.name, m]),
);

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, p) => (typeof p === 'number' ? `${text}[${p}]` : text === '' ? String(p) : `${text}.${String(p)}`),
    '',
  );
}

/** The issue nearest to the data: of a union, the branch that went furthest. */
function describe(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[] = []): { path: string; expectation: string } {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const deepest = issue.errors.flat().sort((a, b) => b.path.length - a.path.length)[0];
    if (deepest && deepest.path.length > 0) return describe(deepest, path);
  }
  const text = issue.message
    .replace(/^Invalid input: /, '')
    .replace(/^Invalid input$/, 'not one of the accepted forms');
  return { path: path.length === 0 ? 'input' : pathText(path), expectation: text };
}

/** The method nearest in spelling to a name. */
export function nearestMethod(name: string): string {
  const names = Object.keys(METHODS);
  return names.reduce(
    (best, n) => (jaroWinkler(n, name).jaro_winkler > jaroWinkler(best, name).jaro_winkler ? n : best),
    names[0]!,
  );
}

/**
 * Runs one method on unparsed input. Undefined values come back as null; NaN, Infinity and -0 never do.
 * Throws LadderlineError `unknown-method` (naming the nearest) or `bad-input` (naming the path and what is expected there).
 */
export function calc(name: string, input: unknown, data?: DataDir): unknown {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name]! : null;
  if (method === null) {
    const nearest = nearestMethod(name);
    throw new LadderlineError(
      'unknown-method',
      `There is no method "${name}". The nearest is ${nearest}; calc --list prints all.`,
      { method: name, nearest },
    );
  }
  const parsed = method.input.safeParse(input);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((i) => describe(i));
    const first = issues[0]!;
    throw new LadderlineError('bad-input', `${name}: ${first.path}: ${first.expectation}`, { method: name, issues });
  }
  try {
    return clean(method.run(parsed.data, data));
  } catch (error) {
    if (error instanceof LadderlineError && error.code === 'bad-input')
      throw new LadderlineError('bad-input', `${name}: ${error.message}`, error.detail);
    if (error instanceof RangeError)
      throw new LadderlineError('not-computable', `${name}: ${error.message}`, { method: name });
    throw error;
  }
}

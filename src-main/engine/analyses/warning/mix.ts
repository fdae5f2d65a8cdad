import { isoDay } from '#engine/base/days.ts';
import { clusteredMix, type ClusteredCounts } from '#engine/methods/change.ts';
import { psi } from '#engine/methods/drift.ts';
import { counted, grouped, precise, rounded, type Found, type Question } from './candidate.ts';
import type { Mix } from './relations.ts';

/** Rows on a side below which a mix is not compared. */
export const LEAST_ROWS = 20;

const plural = (noun: string): string => (noun === 'touch' ? 'touches' : `${noun}s`);

/** The customers with rows of a category since a day. */
function doorOf(mix: Mix, category: number, since: string): { where: string | null; whereSentence: string | null } {
  const clause = mix.clauseOf(category);
  if (clause === null) return { where: null, whereSentence: null };
  const conditions = [mix.condition, mix.ofCustomer ? null : clause, `day > ${since}`].filter((c) => c !== null);
  return {
    where: `exists(${mix.relation} where ${conditions.join(' and ')})${mix.ofCustomer ? ` and ${clause}` : ''}`,
    whereSentence: `${mix.label}: ${mix.categories[category]} since ${since}`,
  };
}

/** The mix of rows since the day against the baseline's (W11): PSI beside its critical value, tested over customers. */
export function mixChange(
  { span }: Question,
  mix: Mix,
  { before, after }: { before: ClusteredCounts; after: ClusteredCounts },
  into: Found,
): void {
  const [a, b] = [[...before.rows], [...after.rows]];
  const used = mix.categories.map((_, j) => j).filter((j) => a[j]! + b[j]! > 0);
  if (used.length < 2) return;
  if (before.total < LEAST_ROWS || after.total < LEAST_ROWS) {
    into.notCompared.push({
      label: mix.label,
      group: null,
      reason: `${counted(before.total, mix.noun, plural(mix.noun))} before and ${grouped(after.total)} since; each side needs ${LEAST_ROWS}`,
    });
    return;
  }
  const test = clusteredMix(before, after);
  if (test === null) return;
  const of = (rows: readonly number[]): number[] => used.map((j) => rows[j]!);
  const index = psi(of(a), of(b));
  const shift = used
    .map((j) => ({ j, before: before.share(j), after: after.share(j) }))
    .sort((x, y) => Math.abs(y.after - y.before) - Math.abs(x.after - x.before) || x.j - y.j)[0]!;
  const share = (x: number): string => `${rounded(100 * x)} %`;
  into.candidates.push({
    id: `mix:${mix.id}`,
    kind: 'mix',
    label: mix.label,
    group: null,
    unit: 'cells',
    before: null,
    after: null,
    currency: null,
    direction: 'mixed',
    size: Math.sqrt(Math.max(0, index.psi ?? 0)),
    p: test.p,
    sentence: `${mix.label}: ${mix.categories[shift.j]} ${share(shift.before)} to ${share(shift.after)}; PSI ${precise(index.psi ?? 0)}, chance stays below ${precise(index.critical_95! * test.effect)}`,
    test: 'chi-square over customers (Rao and Scott)',
    ...doorOf(mix, shift.j, isoDay(span.since)),
    details: () => [
      {
        kind: 'cells',
        cells: used.map((j, k) => ({
          label: mix.categories[j]!,
          before: a[j]!,
          after: b[j]!,
          term: index.terms[k] ?? null,
        })),
        psi: index.psi,
        critical95: index.critical_95,
        band: index.band,
        chi2: test.chi2,
        df: test.df,
        effect: test.effect,
        sameCustomers: false,
      },
    ],
  });
}

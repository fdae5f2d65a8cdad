import { isoDay } from '#engine/base/days.ts';
import { language } from '#engine/language/index.ts';
import { npsChart } from '#engine/methods/drift.ts';
import { npsOf, npsPaired, npsTotal, npsTwoSample, type NpsCounts } from '#engine/methods/nps.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { nps, npsTrend } from '../nps/index.ts';
import { counted, found, rounded, type Candidate, type Found, type Question } from './candidate.ts';
import { charted, type Block } from './series.ts';
import { knownOn } from './standing.ts';
import type { ChangeSeries } from './types.ts';

/** Answers in a period below which a score is not compared (methods 6.4: a wave needs 10). */
export const LEAST_ANSWERS = 10;

type Kind = 'relational' | 'transactional';
const points = (x: number): string => `${x > 0 ? '+' : ''}${rounded(100 * x)}`.replace('+−', '−');

/** The score of the answers since the day against those of the baseline (W6), per kind of survey and group. */
export function answerChanges(question: Question): Found {
  const result = found();
  for (const kind of ['relational', 'transactional'] as const) {
    const label = kind === 'relational' ? 'NPS' : 'NPS after a transaction';
    const [a, b] = [period(question, kind, 'before'), period(question, kind, 'after')];
    if (npsTotal(a.all) + npsTotal(b.all) === 0) continue;
    const subsets = [
      { group: null as string | null, before: a.all, after: b.all },
      ...[...b.groups].map(([group, after]) => ({ group, before: a.groups.get(group) ?? NO_ANSWERS, after })),
    ];
    for (const { group, before, after } of subsets) {
      const few = [before, after].map(npsTotal).filter((n) => n < LEAST_ANSWERS).length > 0;
      if (few) {
        result.notCompared.push({
          label,
          group,
          reason: `${counted(npsTotal(before), 'answer')} before and ${counted(npsTotal(after), 'answer')} since; each side needs ${LEAST_ANSWERS}`,
        });
        continue;
      }
      const candidate = twoSamples(question, kind, label, group, before, after);
      if (candidate) result.candidates.push(candidate);
    }
  }
  const paired = sameCustomers(question);
  if (paired) result.candidates.push(paired);
  return result;
}

const NO_ANSWERS: NpsCounts = { detractors: 0, passives: 0, promoters: 0 };

function period(
  { ctx, span, where, groups }: Question,
  kind: Kind,
  side: 'before' | 'after',
): { all: NpsCounts; groups: Map<string, NpsCounts> } {
  const report = nps.run(
    ctx,
    nps.parse({
      asOf: isoDay(span.asOf),
      kind,
      from: isoDay((side === 'before' ? span.before : span.since) + 1),
      to: isoDay(side === 'before' ? span.since : span.asOf),
      ...(where === undefined ? {} : { where }),
      ...(groups === null ? {} : { by: groups.by }),
    }),
  );
  const of = new Map<string, NpsCounts>();
  for (const group of report.groups) {
    if (group.value !== null && groups?.values.includes(group.value)) of.set(group.value, group);
  }
  return { all: report, groups: of };
}

function twoSamples(
  question: Question,
  kind: Kind,
  label: string,
  group: string | null,
  before: NpsCounts,
  after: NpsCounts,
): Candidate | null {
  const { span, groups } = question;
  const { wald, adjusted_wald: test } = npsTwoSample(after, before);
  const [a, b] = [npsOf(before), npsOf(after)];
  if (test.p === null || wald.diff === null || a.nps === null || b.nps === null) return null;
  const spread = Math.sqrt(Math.max(npsOf(pooled(before, after)).var!, 1e-9));
  const since = isoDay(span.since);
  const down = wald.diff < 0;
  const clause = group === null ? null : (groups?.clauses[groups.values.indexOf(group)] ?? null);
  const said = `class = ${down ? 'detractor' : 'promoter'} and kind = ${kind} and day > ${since}`;
  return {
    id: `nps:${kind}${group === null ? '' : `@${group}`}`,
    kind: 'nps',
    label,
    group,
    unit: 'points',
    before: a.nps * 100,
    after: b.nps * 100,
    currency: null,
    direction: down ? 'down' : wald.diff > 0 ? 'up' : 'mixed',
    size: Math.abs(wald.diff) / spread,
    p: test.p,
    sentence: `${label}: ${points(a.nps)} to ${points(b.nps)}, a difference of ${points(wald.diff)} (adjusted Wald 95 %: ${points(test.lo!)} to ${points(test.hi!)}), ${counted(npsTotal(before), 'answer')} before and ${counted(npsTotal(after), 'answer')} since`,
    test: 'two independent samples, adjusted Wald',
    where: [`exists(responses where ${said})`, clause].filter((c) => c !== null).join(' and '),
    whereSentence: `${down ? 'detractors' : 'promoters'} among the answers since ${since}`,
    details: () => {
      const series = group === null ? scoreSeries(question, kind) : null;
      return series === null ? [] : [series];
    },
  };
}

const pooled = (a: NpsCounts, b: NpsCounts): NpsCounts => ({
  detractors: a.detractors + b.detractors,
  passives: a.passives + b.passives,
  promoters: a.promoters + b.promoters,
});

/** The score per wave, or per quarter where answers carry none, against the waves that were over on the day (W8). */
function scoreSeries({ ctx, span, where }: Question, kind: Kind): ChangeSeries | null {
  const asked = { asOf: isoDay(span.asOf), kind, ...(where === undefined ? {} : { where }) };
  const { points: waves } = npsTrend.run(ctx, npsTrend.parse(asked));
  const since = isoDay(span.since);
  const baseline = waves.filter((w) => w.to <= since);
  if (baseline.length === 0) return null;
  const ordered = [...baseline, ...waves.filter((w) => w.to > since)];
  const chart = npsChart(ordered, baseline.length, LEAST_ANSWERS);
  const sigmaOf = (n: number): number | null => (n > 0 && chart.var !== null ? 100 * Math.sqrt(chart.var / n) : null);
  const blocks = ordered.map((wave, i): Block => {
    const { n, nps: score, z } = chart.points[i]!;
    return {
      label: wave.value ?? 'no wave',
      from: wave.from,
      to: wave.to,
      n,
      value: score === null ? null : 100 * score,
      partial: n < LEAST_ANSWERS,
      after: i >= baseline.length,
      z,
      robustZ: null,
      sigma: sigmaOf(n),
    };
  });
  return charted(blocks, {
    unit: 'points',
    center: chart.center === null ? null : 100 * chart.center,
    sigma: chart.var === null ? null : 100 * Math.sqrt(chart.var),
  });
}

/** Customers who had answered before the day and answered again: the change of their class (W7). */
function sameCustomers({ ctx, population, span }: Question): Candidate | null {
  const [was, is] = [span.since, span.asOf].map((day) => language.fact(ctx, 'nps_class', day));
  const answered = language.fact(ctx, 'last_answer', span.asOf);
  if (was?.type !== 'set' || is?.type !== 'set' || answered.type !== 'day') throw new Error('nps_class is a set');
  const cells = new Map<number, number>();
  for (let i = 0; i < was.values.length; i++) {
    if (!population.member[i] || was.values[i] === UNKNOWN_INT || is.values[i] === UNKNOWN_INT) continue;
    if (answered.values[i]! <= span.since) continue;
    const cell = was.values[i]! * 3 + is.values[i]!;
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  }
  const rows = [...cells].map(([cell, n]) => [Math.floor(cell / 3) - 1, (cell % 3) - 1, n] as const);
  const n = rows.reduce((sum, row) => sum + row[2], 0);
  const test = npsPaired(rows);
  if (n < LEAST_ANSWERS || test.p === null || test.diff === null || test.se === null) return null;
  const mean = (side: 0 | 1): number => rows.reduce((sum, row) => sum + row[side] * row[2], 0) / n;
  const since = isoDay(span.since);
  const down = test.diff < 0;
  return {
    id: 'nps:same-customers',
    kind: 'nps',
    label: 'NPS of customers who answered again',
    group: null,
    unit: 'points',
    before: 100 * mean(0),
    after: 100 * mean(1),
    currency: null,
    direction: down ? 'down' : test.diff > 0 ? 'up' : 'mixed',
    size: Math.abs(test.diff) / (test.se * Math.sqrt(n)),
    p: test.p,
    sentence: `NPS of ${counted(n, 'customer')} who had answered before and answered again: ${points(mean(0))} to ${points(mean(1))}`,
    test: 'paired change of class',
    where: `${down ? `nps_class < (nps_class as of ${since})` : `nps_class > (nps_class as of ${since})`} and last_answer > ${since} and ${knownOn(since)}`,
    whereSentence: `${down ? 'lower' : 'higher'} class than on ${since}`,
    details: () => [
      {
        kind: 'cells',
        cells: ['detractor', 'passive', 'promoter'].map((label, k) => ({
          label,
          before: rows.reduce((sum, row) => sum + (row[0] === k - 1 ? row[2] : 0), 0),
          after: rows.reduce((sum, row) => sum + (row[1] === k - 1 ? row[2] : 0), 0),
          term: null,
        })),
        psi: null,
        critical95: null,
        band: null,
        chi2: null,
        df: null,
        effect: null,
        sameCustomers: true,
      },
    ],
  };
}

import type { Result } from '#contract/api.ts';
import {
  formatCount,
  formatDay,
  formatMoney,
  formatNumber,
  formatPoints,
  formatShare,
  UNKNOWN,
} from '../../kit/format.ts';

export type Report = Result<'changes'>;
export type Change = Report['changes'][number];
export type Detail = Result<'changeDetail'>['details'][number];
export type Series = Extract<Detail, { kind: 'series' }>;

/** A value of a change in its own unit. */
export function valueWords(change: Pick<Change, 'unit' | 'currency'>, value: number | null): string {
  if (value === null) return UNKNOWN;
  switch (change.unit) {
    case 'customers':
      return formatNumber(value);
    case 'share':
      return formatShare(value);
    case 'points':
      return formatPoints(value, 1);
    case 'per week':
      return `${formatNumber(value, { decimals: value < 100 ? 1 : 0 })} a week`;
    case 'minor per week':
      return `${formatMoney([{ currency: change.currency ?? '', minor: Math.round(value) }], { compact: true })} a week`;
    default:
      return UNKNOWN;
  }
}

/** `4.4 → 1.4 a week`: from what to what, the unit once; empty for a mix, which has no single figure. */
export function spanWords(change: Pick<Change, 'unit' | 'currency' | 'before' | 'after'>): string {
  if (change.unit === 'cells') return '';
  const per = ' a week';
  const after = valueWords(change, change.after);
  const before = valueWords(change, change.before);
  return `${after.endsWith(per) ? before.replace(per, '') : before} → ${after}`;
}

/** `0.003`, or `< 0.0001`. */
export function pWords(p: number): string {
  return p < 0.0001 ? '< 0.0001' : formatNumber(p, { decimals: 4 });
}

export function nameOf(change: { label: string; group: string | null }): string {
  return change.group === null ? change.label : `${change.label}, ${change.group}`;
}

/** The answer in one sentence, days as people write them. */
export function answerSentence(report: Report): string {
  const since = formatDay(report.since);
  if (report.compared === 0)
    return `Nothing could be compared since ${since}: there is too little before or after that day.`;
  if (report.significant === 0)
    return `Nothing changed significantly since ${since}: none of ${formatCount(report.compared, 'comparison')} is beyond chance (least adjusted p ${pWords(report.leastAdjusted ?? 1)}).`;
  const named =
    report.significant > report.changes.length ? `; the ${formatNumber(report.changes.length)} largest are named` : '';
  return `${formatCount(report.significant, 'significant change')} since ${since} among ${formatCount(report.compared, 'comparison')}${named}. At most ${formatNumber(report.expectedFalse, { decimals: 1 })} of them are expected to be chance.`;
}

/** What the chart of weeks or waves says. */
export function seriesSentence(series: Series): string {
  const first = series.points.find((p) => p.signal !== null);
  if (!first) return 'Neither chart is beyond its limits since the day.';
  const chart = first.signal === 'both' ? 'CUSUM and EWMA are' : first.signal === 'cusum' ? 'CUSUM is' : 'EWMA is';
  const when = series.unit === 'points' ? first.label : `the week of ${formatDay(first.from)}`;
  const changed =
    series.changedAfter === null ? '' : `; by the CUSUM the level changed after ${formatDay(series.changedAfter)}`;
  return `${chart} beyond the limits from ${when} on${changed}.`;
}

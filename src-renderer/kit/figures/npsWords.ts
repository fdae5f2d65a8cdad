import { formatCount, formatDay, formatNumber, formatPoints, formatShare } from '../format.ts';
import type { Part } from './Parts.tsx';

export type NpsFigures = {
  readonly responses: number;
  readonly promoters: number;
  readonly passives: number;
  readonly detractors: number;
  readonly nps: number | null;
  readonly interval: {
    readonly low: number | null;
    readonly high: number | null;
    readonly level: number;
    readonly method: string;
  };
};
export type NpsClass = 'detractor' | 'passive' | 'promoter';
export type NpsTarget =
  | { readonly kind: 'class'; readonly class: NpsClass }
  | { readonly kind: 'score'; readonly score: number }
  | { readonly kind: 'group'; readonly value: string | null }
  | { readonly kind: 'wave'; readonly wave: string | null };

export const CLASSES: readonly { readonly class: NpsClass; readonly label: string; readonly scores: string }[] = [
  { class: 'detractor', label: 'Detractors', scores: '0–6' },
  { class: 'passive', label: 'Passives', scores: '7–8' },
  { class: 'promoter', label: 'Promoters', scores: '9–10' },
];

/** Fewer answers than this are drawn hollow: their intervals say little. */
export const FEW = 30;
/** Fewer than this are too few to speak of. */
export const TOO_FEW = 10;

export function classOfScore(score: number): NpsClass {
  return score <= 6 ? 'detractor' : score <= 8 ? 'passive' : 'promoter';
}

const METHODS: Readonly<Record<string, string>> = { adjusted_wald: 'adjusted Wald', wald: 'Wald', score: 'score' };
export function methodName(method: string): string {
  return METHODS[method] ?? method;
}

/** `95 % interval +24 to +40`. */
export function intervalWords(interval: NpsFigures['interval'], decimals = 0): string {
  const level = formatNumber(interval.level * 100, {
    decimals: Number.isInteger(Math.round(interval.level * 1000) / 10) ? 0 : 1,
  });
  return `${level} % interval ${formatPoints(interval.low, decimals)} to ${formatPoints(interval.high, decimals)}`;
}

/** The score in words: how many of which kind, and whether its sign is certain. */
export function scoreSentence(
  report: NpsFigures & { invited: number | null; responseRate: number | null },
): Part<NpsTarget>[] {
  const { responses: n, interval } = report;
  if (n === 0) return ['No answer counts here.'];
  const counts: Part<NpsTarget>[] = [
    {
      text: formatNumber(report.promoters),
      to: { kind: 'class', class: 'promoter' },
      label: formatCount(report.promoters, 'promoter'),
    },
    ` of ${formatCount(n, 'answer')} are promoters (${formatShare(report.promoters / n)}), `,
    {
      text: formatNumber(report.detractors),
      to: { kind: 'class', class: 'detractor' },
      label: formatCount(report.detractors, 'detractor'),
    },
    ` detractors (${formatShare(report.detractors / n)}). `,
  ];
  const sign =
    interval.low === null || interval.high === null
      ? 'One answer is too few for an interval.'
      : interval.low > 0
        ? 'Promoters outnumber detractors; the interval lies above zero.'
        : interval.high < 0
          ? 'Detractors outnumber promoters; the interval lies below zero.'
          : 'The interval includes zero: which of the two is larger is not certain.';
  const asked =
    report.responseRate === null || report.invited === null
      ? ''
      : ` ${formatShare(report.responseRate)} of ${formatNumber(report.invited)} asked answered.`;
  return [...counts, sign + asked];
}

/** Which scores are given most. */
export function distributionSentence(distribution: readonly number[]): Part<NpsTarget>[] {
  const n = distribution.reduce((a, b) => a + b, 0);
  if (n === 0) return ['No answer counts here.'];
  const most = distribution.indexOf(Math.max(...distribution));
  const near = distribution[8] ?? 0;
  return [
    'The most frequent score is ',
    {
      text: String(most),
      to: { kind: 'score', score: most },
      label: `Score ${most}: ${formatCount(distribution[most]!, 'answer')}`,
    },
    ` (${formatCount(distribution[most]!, 'answer')}, ${formatShare(distribution[most]! / n)}); `,
    { text: formatNumber(near), to: { kind: 'score', score: 8 }, label: `Score 8: ${formatCount(near, 'answer')}` },
    ' gave 8, one short of promoter.',
  ];
}

type Comparison = {
  readonly a: { readonly value: string | null };
  readonly b: { readonly value: string | null };
  readonly difference: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly p: number | null;
};

/** Whether two scores differ by more than chance: b - a in points with interval and two-sided p. */
export function compareSentence(c: Comparison, level = 0.95): string {
  if (c.difference === null || c.low === null || c.high === null)
    return `${c.b.value ?? 'The second'} and ${c.a.value ?? 'the first'} cannot be compared: too few answers.`;
  const p =
    c.p === null ? '' : c.p < 0.001 ? ', p < 0.001' : `, p = ${formatNumber(c.p, { decimals: c.p < 0.1 ? 3 : 2 })}`;
  const figures = `${formatPoints(c.difference, 1)} points (${formatNumber(level * 100, { decimals: 0 })} % interval ${formatPoints(c.low, 1)} to ${formatPoints(c.high, 1)}${p})`;
  if (c.low > 0) return `${c.b.value} lies above ${c.a.value} by ${figures}.`;
  if (c.high < 0) return `${c.b.value} lies below ${c.a.value} by ${figures}.`;
  return `${c.b.value} differs from ${c.a.value} by ${figures}: within chance.`;
}

/** Lowest and highest of groups with enough answers, and whether their intervals are apart. */
export function groupSentence(
  groups: readonly (NpsFigures & { value: string | null })[],
  what: string,
): Part<NpsTarget>[] {
  const large = groups
    .filter((g) => g.responses >= TOO_FEW && g.nps !== null && g.value !== null)
    .toSorted((a, b) => b.nps! - a.nps!);
  const [high] = large;
  const low = large.at(-1);
  if (!high || !low || high === low)
    return [`Fewer than two values of ${what} have ${TOO_FEW} answers, too few to compare.`];
  const door = (g: typeof high): Part<NpsTarget> => ({
    text: g.value!,
    to: { kind: 'group', value: g.value },
    label: `${g.value}: ${formatPoints(g.nps)}, ${formatCount(g.responses, 'answer')}`,
  });
  const apart = high.interval.low !== null && low.interval.high !== null && high.interval.low > low.interval.high;
  return [
    'Highest is ',
    door(high),
    ` (${formatPoints(high.nps)}), lowest `,
    door(low),
    ` (${formatPoints(low.nps)}); `,
    apart ? 'their intervals do not overlap.' : 'their intervals overlap, the order may be chance.',
  ];
}

/** `Wave 7, 3 Mar to 28 Mar 2026`. */
export function waveLabel(point: { value: string | null; from: string; to: string }): string {
  return `${point.value ?? 'no wave'}, ${point.from === point.to ? formatDay(point.to) : `${formatDay(point.from)} to ${formatDay(point.to)}`}`;
}

import type { ClauseCount } from '#engine/base/report.ts';

export type IntervalMethod = 'adjusted_wald' | 'wald' | 'score';

/** NPS in points (-100..100), unrounded and unclipped; null without answers. */
export type NpsInterval = { low: number | null; high: number | null; level: number; method: IntervalMethod };

export type NpsCounts = {
  responses: number;
  promoters: number;
  passives: number;
  detractors: number;
  nps: number | null;
  interval: NpsInterval;
};

export type NpsGroup = NpsCounts & { value: string | null };

/** `nps`: the score with its interval over the answers that count. */
export type NpsReport = NpsCounts & {
  asOf: string;
  from: string | null;
  to: string | null;
  kind: 'relational' | 'transactional';
  unit: 'respondent' | 'customer';
  dedup: 'latest' | 'first' | 'none';
  invited: number | null;
  responseRate: number | null;
  /** Answers per score 0..10 (11 numbers). */
  distribution: number[];
  /** With `by` (a customer field, `wave`, `quarter`, `survey` or `rung`). */
  groups: NpsGroup[];
  unknown: number;
  clauses: ClauseCount[];
};

/** `npsTrend`: the score per wave (or fiscal quarter where there is no wave), oldest first. */
export type NpsTrendReport = { by: 'wave' | 'quarter'; points: (NpsGroup & { from: string; to: string })[] };

export type NpsCompareReport = {
  a: NpsGroup;
  b: NpsGroup;
  /** b - a in points, with its interval; z and two-sided p of no difference. */
  difference: number | null;
  low: number | null;
  high: number | null;
  z: number | null;
  p: number | null;
};

/** One answer in a list. */
export type NpsListRow = {
  id: string;
  customer: string | null;
  name: string | null;
  respondent: string | null;
  score: number;
  class: 'detractor' | 'passive' | 'promoter';
  answered: string;
  wave: string | null;
  verbatim: string | null;
  rung: string | null;
  /** First outbound touch after a detractor's answer: "2026-07-02, 3 days later, call by sales"; null when none. */
  answeredBy: string | null;
};
export type NpsListReport = { total: number; rows: NpsListRow[] };

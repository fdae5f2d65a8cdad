import type { Money } from '#engine/base/money.ts';
import type { ClauseCount } from '#engine/base/report.ts';
import type { Standing } from '../ladder/types.ts';

export type SurveyKind = 'relational' | 'transactional';
export type IntervalMethod = 'adjusted_wald' | 'wald' | 'score';

/** NPS in points (-100..100), unrounded and unclipped; null without answers. */
export type NpsInterval = { low: number | null; high: number | null; level: number; method: IntervalMethod };

export type NpsCounts = {
  responses: number;
  promoters: number;
  passives: number;
  detractors: number;
  nps: number | null;
  /** As shown: an integer rounded from the counts, half away from zero. */
  shown: number | null;
  /** Whether there are as many answers as a score needs to be published (rule N15). */
  enough: boolean;
  interval: NpsInterval;
  /** The factor by which the interval was narrowed; null where it does not apply (rule N16). */
  finitePopulation: number | null;
  /** Of a score with weights: Kish's effective number, the design effect, customers without a weight, the plain score. */
  weighted: { effective: number | null; deff: number | null; excluded: number; unweighted: number | null } | null;
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
  /** Answers from which on a score is published. */
  minimum: number;
  invited: number | null;
  responseRate: number | null;
  /** Answers per score 0..10 (11 numbers). */
  distribution: number[];
  /** With `by` (a customer field, `wave`, `quarter`, `survey` or `rung`). */
  groups: NpsGroup[];
  unknown: number;
  clauses: ClauseCount[];
};

/** A difference in points with its interval; z and two-sided p of no difference. */
export type Difference = {
  difference: number | null;
  low: number | null;
  high: number | null;
  z: number | null;
  p: number | null;
};

/** `npsTrend`: the score per wave (or fiscal quarter where there is no wave), oldest first; `change` against the one before. */
export type NpsTrendReport = {
  by: 'wave' | 'quarter';
  minimum: number;
  points: (NpsGroup & { from: string; to: string; change: Difference | null })[];
};

/** The change of those who are on both sides of a comparison. `overlap`: their share of all who are on either. */
export type PairedChange = Difference & { unit: 'respondent' | 'customer'; n: number; overlap: number | null };

/** A change split by a field: `mix` because others answered, `rate` because they answered otherwise. Both add up to it. */
export type MixAndRate = {
  by: string;
  difference: number | null;
  mix: number | null;
  rate: number | null;
  groups: {
    value: string | null;
    before: { responses: number; nps: number | null };
    after: { responses: number; nps: number | null };
    mix: number | null;
    rate: number | null;
  }[];
};

/** `npsCompare`: b - a as independent samples, and paired. `report` says which of the two the overlap calls for. */
export type NpsCompareReport = Difference & {
  a: NpsGroup;
  b: NpsGroup;
  enough: boolean;
  minimum: number;
  paired: PairedChange;
  report: 'independent' | 'paired' | 'both';
  decomposition: MixAndRate | null;
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

/** Customers or contacts: known on the day, asked (null when unanswered invitations are not in the data), heard. */
export type Coverage = { known: number; invited: number | null; responding: number; coverage: number | null };

/** Invitations and what came back. `responseRate` is of those delivered, `gross` of all. */
export type Rates = {
  invited: number;
  bounced: number;
  delivered: number;
  answered: number;
  partial: number;
  responseRate: number | null;
  withPartial: number | null;
  gross: number | null;
};

type Covered = { customers: Coverage; contacts: Coverage; rates: Rates | null };
export type NpsCoverageReport = Covered & {
  asOf: string;
  kind: SurveyKind;
  groups: (Covered & { value: string | null })[];
};

/** `npsRevenue`: promoters first, silent customers last. */
export type NpsRevenueReport = {
  asOf: string;
  customers: number;
  revenue12m: Money[];
  classes: {
    class: 'silent' | 'detractor' | 'passive' | 'promoter';
    customers: number;
    share: number | null;
    revenue12m: Money[];
    /** Null where there are several currencies. */
    revenueShare: number | null;
  }[];
};

export type NpsSilentReport = {
  asOf: string;
  renewsWithin: number;
  silent: number;
  share: number | null;
  revenue12m: Money[];
  revenueShare: number | null;
  /** Those that renew within so many days. */
  due: number;
  dueRevenue12m: Money[];
  total: number;
  rows: {
    customer: string;
    name: string;
    invited: boolean | null;
    lastAnswer: string | null;
    renewsAt: string | null;
    revenue12m: Money[];
  }[];
};

/** `npsSample`: answers needed for +- `margin` points, and how many more than there are. */
export type NpsSampleReport = {
  asOf: string;
  margin: number;
  level: number;
  responses: number;
  population: number | null;
  needed: number | null;
  neededAdjusted: number | null;
  more: number | null;
  /** Invitations for that many more at the response rate so far. */
  invitations: number | null;
};

export type NpsMovesReport = {
  from: string;
  to: string;
  unit: 'respondent' | 'customer';
  minimum: number;
  /** Answers of no customer. */
  unknown: number;
  directions: (NpsCounts & { direction: 'up' | 'stay' | 'down' | 'entered' })[];
  moves: (NpsCounts & { from: Standing | 'new'; to: Standing; direction: 'up' | 'stay' | 'down' | 'entered' })[];
};

/** The score re-weighted to all customers by one field; `covered`: share of customers in strata with answers. */
export type ReweightedBy = {
  field: string;
  nps: number | null;
  low: number | null;
  high: number | null;
  covered: number | null;
  psi: number | null;
  psiCritical: number | null;
  /** Of the chi-square test of those who answered against the others. */
  p: number | null;
  biased: boolean | null;
  strata: {
    value: string | null;
    customers: number;
    share: number | null;
    responding: number;
    respondingShare: number | null;
    nps: number | null;
  }[];
};

export type NpsBiasReport = {
  asOf: string;
  customers: number;
  responding: number;
  nps: number | null;
  minimum: number;
  enough: boolean;
  fields: ReweightedBy[];
};

export type CaseStatus = 'open' | 'working' | 'followed' | 'closed';

/** Cases by what became of them; hours are business hours. */
export type CaseSummary = {
  cases: number;
  open: number;
  working: number;
  followed: number;
  closed: number;
  overdue: number;
  /** Followed up within the hours of their alert, of the cases that were followed up or ran out of them. */
  kept: { cases: number; within: number; share: number | null; low: number | null; high: number | null };
  /** Of those followed up. */
  meanHours: number | null;
  /** Kaplan-Meier, open cases censored; null when fewer than half were followed up. */
  medianHours: number | null;
};

export type NpsCaseRow = {
  id: string;
  customer: string | null;
  name: string | null;
  respondent: string | null;
  score: number;
  class: 'detractor' | 'passive' | 'promoter';
  answered: string;
  verbatim: string | null;
  alert: string;
  /** Who the case was given to, else the owner of the customer. */
  owner: string | null;
  status: CaseStatus;
  outcome: string | null;
  note: string | null;
  followedUp: string | null;
  /** `call by sales`, or `recorded`. */
  followedBy: string | null;
  /** Business hours to the follow-up, or so far. */
  hours: number;
  limit: number;
  /** Local date and time by which somebody answers. */
  due: string;
  overdue: boolean;
  late: boolean;
  revenue12m: Money[];
};

export type NpsCasesReport = {
  asOf: string;
  alerts: { name: string; low: number; high: number; hours: number; where: string | null; cases: number }[];
  summary: CaseSummary;
  owners: (CaseSummary & { owner: string | null })[];
  total: number;
  rows: NpsCaseRow[];
};

/** Detractors of one kind who answered again. */
export type RecoveryArm = {
  detractors: number;
  again: number;
  /** The score of their next answers. */
  next: NpsCounts;
  /** Detractors no longer. */
  recovered: number;
  recoveredShare: number | null;
  low: number | null;
  high: number | null;
};

export type NpsRecoveryReport = {
  asOf: string;
  minimum: number;
  followed: RecoveryArm;
  notFollowed: RecoveryArm;
  /** Score of the next answers, followed up less not, in points. */
  difference: Difference;
  /** Share of detractors no longer, followed up less not. */
  recovered: { difference: number | null; low: number | null; high: number | null };
  enough: boolean;
};

export type NpsVerbatimsReport = {
  asOf: string;
  answers: number;
  /** Answers with a comment. */
  comments: number;
  total: number;
  /** The score of those found. */
  score: NpsCounts;
  /** The words that were looked for, folded; a trailing * is a beginning. */
  words: string[];
  rows: (NpsListRow & { themes: string[] })[];
};

/** Answers that share a theme or phrase: their score, the score without them, and what they do to the whole. */
export type ThemeEffect = NpsCounts & {
  share: number | null;
  /** Answers per score 0..10. */
  distribution: number[];
  npsWithout: number | null;
  /** The whole score less the score without them, in points. */
  impact: number | null;
  /** Promoters less detractors among them over all answers, in points. */
  contribution: number | null;
};
export type ThemeRow = ThemeEffect & { theme: string; search: string | null; byHand: number };

export type NpsThemesReport = {
  asOf: string;
  score: NpsCounts;
  minimum: number;
  comments: number;
  /** Comments of no theme. */
  unsorted: number;
  themes: ThemeRow[];
  /** Comments that the phrases were taken from. */
  phrasesFrom: number;
  phrases: (ThemeEffect & { phrase: string; keyness: number | null })[];
};

/** Points of a journey, the largest exposure first. `by`: `rules` for the points of the NPS rules, else a field. */
export type NpsSpotsReport = {
  asOf: string;
  by: string;
  minimum: number;
  /** The currency in which points are ranked. */
  currency: string;
  points: (NpsCounts & {
    rank: number;
    point: string | null;
    kind: SurveyKind;
    detractorShare: number | null;
    low: number | null;
    high: number | null;
    customers: number;
    lapsed: number;
    openTickets: number;
    revenue12m: Money[];
    /** Detractor share x revenue, with the limits of the share. */
    exposure12m: Money[];
    exposureLow: Money[];
    exposureHigh: Money[];
  })[];
};

export type NpsAskRow = {
  id: string;
  person: string | null;
  title: string | null;
  customer: string;
  name: string;
  invitations: number;
  lastInvited: string | null;
  /** The limit that was breached, or that blocks longest. */
  rule: string | null;
  /** Day of the breach, or the first day on which the person may be invited again. */
  day: string | null;
  /** Invitations in the window of a breach. */
  count: number | null;
};

export type NpsAskReport = {
  asOf: string;
  people: number;
  allowed: number;
  blocked: number;
  optedOut: number;
  breaches: number;
  rules: { name: string; count: number; days: number; where: string | null; people: number; breaches: number }[];
  show: 'breaches' | 'allowed' | 'blocked';
  total: number;
  rows: NpsAskRow[];
};

export type NpsBenchmarksReport = {
  asOf: string;
  by: string | null;
  /** Lines of the file. */
  benchmarks: number;
  minimum: number;
  rows: {
    name: string;
    nps: number;
    responses: number | null;
    year: string | null;
    source: string | null;
    /** True when the file gives no counts, so that the benchmark is taken as exact. */
    exact: boolean;
    /** The value of `by` that it stands beside; null for the score of all. */
    value: string | null;
    score: NpsCounts;
    difference: number | null;
    low: number | null;
    high: number | null;
    verdict: 'above' | 'below' | 'not told apart' | 'no answers';
  }[];
};

/** What a bulletin says. */
export type Bulletin = {
  wave: string;
  by: 'wave' | 'quarter';
  asOf: string;
  from: string;
  to: string;
  score: Omit<NpsReport, 'groups' | 'clauses' | 'unknown' | 'distribution'>;
  distribution: number[];
  account: Pick<NpsCounts, 'nps' | 'interval' | 'responses' | 'enough'>;
  before: { wave: string | null; nps: number | null; responses: number } | null;
  change: Difference | null;
  paired: PairedChange | null;
  report: 'independent' | 'paired' | 'both' | null;
  rungs: NpsGroup[];
  customers: Coverage;
  contacts: Coverage;
  rates: Rates | null;
  revenue: NpsRevenueReport['classes'];
  themes: { theme: string; responses: number; nps: number | null; impact: number | null }[];
  phrases: { phrase: string; responses: number; nps: number | null }[];
  cases: CaseSummary;
};

export type NpsBulletinReport = Bulletin & {
  /** Twelve digits that are the same for the same figures. */
  digest: string;
  /** Who has it; `same` when those were these figures. */
  receipts: { person: string; team: string; day: string; same: boolean }[];
};

export type NpsRulesPreview = {
  asOf: string;
  minimum: { now: number; would: number };
  cases: { now: number; would: number };
  opened: number;
  dropped: number;
  overdue: { now: number; would: number };
};

import type { ClauseCount, ExternalId } from '#engine/base/report.ts';
import type { Team, TouchClass, TouchLevel } from '#engine/base/vocabulary.ts';

export type Burst = { from: string; to: string; touches: number; teams: Partial<Record<Team, number>> };
export type Silence = { from: string; to: string; days: number; open: boolean };

export type TouchRow = {
  customer: string;
  name: string;
  rung: string;
  externalIds: ExternalId[];
  touches: number;
  firstDay: string | null;
  lastDay: string | null;
  meanGap: number | null;
  sdGap: number | null;
  maxGap: number | null;
  openGap: number | null;
  burstiness: number | null;
  evenness: number | null;
  bursts: Burst[];
  silences: Silence[];
  class: TouchClass;
};

export type TouchFinding = {
  id: 'silent' | 'barrage' | 'dispute' | 'collision' | 'never' | 'over';
  label: string;
  customers: number;
  /** The clause that selects these customers, in the language. */
  where: string;
};

/** The rules of touches in use besides the targets; version 0 is the product's own. */
export type TouchLimits = {
  version: number;
  /** Times the target. */
  silence: number;
  burst: { touches: number; within: number };
  /** Days. */
  barrage: number;
  collision: number;
  /** As they are written. */
  caps: string[];
};

export type TouchSummary = {
  customers: number;
  touches: number;
  silent: number;
  due: number;
  never: number;
  over: number;
  on: number;
  silences: number;
  bursts: number;
  barrages: number;
  collisions: number;
  inDispute: number;
  openDisputes: number;
  /** Over, on and under-touched (rule T25). */
  levels: { level: TouchLevel; customers: number; where: string }[];
  /** Of customers that were ever touched; `beyondTarget` is the share (0..1) of them whose open gap exceeds their target. */
  medianOpenGap: number | null;
  beyondTarget: number | null;
  findings: TouchFinding[];
  byTeam: { team: string; touches: number }[];
  byChannel: { channel: string; touches: number }[];
  /** Target days between touches per rung. */
  targets: { rung: string; days: number }[];
  rules: TouchLimits;
};

/** `touches`: spacing per customer and the summary over all that pass the filter. */
export type TouchesReport = {
  asOf: string;
  window: number;
  total: number;
  customers: TouchRow[];
  summary: TouchSummary;
  unknown: number;
  clauses: ClauseCount[];
};

export type TouchRef = {
  id: string;
  day: string;
  team: string;
  channel: string;
  owner: string | null;
  campaign: string | null;
  purpose: string | null;
};

/** `touchesAudit`: collisions and commercial touches inside an open dispute, row by row. */
export type TouchAuditReport = {
  asOf: string;
  collisions: { customer: string; name: string; days: number; first: TouchRef; second: TouchRef }[];
  collisionPairs: number;
  inDispute: {
    customer: string;
    name: string;
    touch: TouchRef;
    ticket: string;
    opened: string;
    closed: string | null;
  }[];
  /** All of them, listed or not, by the team and by the person that made them. */
  inDisputeBy: {
    team: { team: string; touches: number }[];
    owner: { owner: string | null; touches: number; where: string }[];
  };
  /** Commercial touches per 100 dispute days and per 100 other days; ratio null when undefined. */
  disputeRate: {
    inside: number | null;
    outside: number | null;
    ratio: number | null;
    insideTouches: number;
    disputeDays: number;
  };
  /** Stretches in which a customer got more touches than a cap allows, newest first (rule T18). */
  capBreaches: {
    customer: string;
    name: string;
    channel: string;
    from: string;
    to: string;
    touches: number;
    cap: string;
  }[];
  /** All of them, listed or not. */
  capBreachCount: number;
  /** Inbound episodes and the days to the first outbound of any team (median by Kaplan-Meier; null when never reached). */
  inbound: { episodes: number; answered: number; open: number; medianDays: number | null } | null;
};

/** `touchStrip`: customers x weeks, for the portfolio strip. */
export type TouchStripReport = {
  asOf: string;
  /** First day (Monday) of each week, oldest first. */
  weeks: string[];
  total: number;
  rows: {
    customer: string;
    name: string;
    rung: string;
    /** Outbound touches per week, aligned with `weeks`. */
    counts: number[];
    /** Frames over week indexes, both ends included; `days` is the length of the silence, or the days a burst spans. */
    frames: { kind: 'silence' | 'burst'; from: number; to: number; days: number }[];
    worstGap: number | null;
    openGap: number | null;
    evenness: number | null;
    class: TouchClass;
  }[];
};

/** `touchGaps`: distribution of the open gap in bins of `binDays`. */
export type TouchGapsReport = {
  asOf: string;
  binDays: number;
  bins: { from: number; to: number | null; customers: number; beyondTarget: number }[];
  never: number;
  median: number | null;
  /** Share (0..1) of the customers ever touched whose open gap exceeds their target. */
  beyondTarget: number | null;
};

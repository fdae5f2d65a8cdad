/** What a change is about; each kind has its own test (SPEC.md). */
export type ChangeKind = 'rung' | 'state' | 'moves' | 'nps' | 'volume' | 'money' | 'mix';

/** How `before` and `after` are counted. `cells`: a mix has no single figure, only the difference of all its cells. */
export type ChangeUnit = 'customers' | 'share' | 'points' | 'per week' | 'minor per week' | 'cells';

/** One comparison of the time since a day with the time before it. */
export type Change = {
  /** Stable: `rung:client`, `volume:touches.sales`, `nps:relational`; of a group `volume:touches@North`. */
  id: string;
  kind: ChangeKind;
  label: string;
  /** With `by`: the value of the field that it is about. */
  group: string | null;
  unit: ChangeUnit;
  before: number | null;
  after: number | null;
  /** Of `minor per week`. */
  currency: string | null;
  direction: 'up' | 'down' | 'mixed';
  /** Standardised size, comparable between kinds; the order of the answer. */
  size: number;
  p: number;
  /** p adjusted for all comparisons of the answer (Benjamini and Hochberg 1995). */
  adjusted: number;
  significant: boolean;
  /** What is seen, with its numbers. */
  sentence: string;
  test: string;
  /** The customers behind it as a filter; null where no filter says it. */
  where: string | null;
  whereSentence: string | null;
};

/** What could not be compared, and why. */
export type NotCompared = { label: string; group: string | null; reason: string };

export type ChangesReport = {
  asOf: string;
  since: string;
  /** First day of the baseline. */
  from: string;
  by: string | null;
  /** Share of false alerts that is accepted among the changes called significant. */
  q: number;
  /** In one sentence: how much changed, or that nothing did. */
  answer: string;
  /** The largest significant changes, largest first. */
  changes: Change[];
  compared: number;
  significant: number;
  /** Significant changes among which at most a share q is expected to be chance: q times their number. */
  expectedFalse: number;
  /** The smallest adjusted p of all; null when nothing was compared. */
  leastAdjusted: number | null;
  /** Every comparison, the significant ones first. */
  all: Change[];
  notCompared: NotCompared[];
  customers: number;
  unknown: number;
};

/** One block of a series. */
export type ChangePoint = {
  label: string;
  from: string;
  to: string;
  n: number | null;
  value: number | null;
  /** The block is not over, or has too few answers: it takes no part in the charts. */
  partial: boolean;
  after: boolean;
  z: number | null;
  robustZ: number | null;
  ewma: number | null;
  low: number | null;
  high: number | null;
  upper: number | null;
  lower: number | null;
  /** The CUSUM is above its limit, or the moving average outside its own. */
  signal: 'cusum' | 'ewma' | 'both' | null;
};

export type ChangeSeries = {
  kind: 'series';
  unit: 'per week' | 'minor per week' | 'points';
  /** Level before the day, and the standard deviation of a block around it (points: of one answer). */
  center: number | null;
  sigma: number | null;
  points: ChangePoint[];
  /** Last day before the level changed, by the CUSUM; null without a signal. */
  changedAfter: string | null;
};

export type ChangeCells = {
  kind: 'cells';
  cells: { label: string; before: number; after: number; term: number | null }[];
  psi: number | null;
  /** What 95 % of samples from an unchanged mix stay below. */
  critical95: number | null;
  band: string | null;
  chi2: number | null;
  df: number | null;
  /** Rows of one customer resemble each other: mean design effect by which chi-square is divided; 1 for independent rows. */
  effect: number | null;
  /** True for the same customers on two days, for whom PSI is a description and no test. */
  sameCustomers: boolean;
};

/** The same customers on two days: who came and who left. */
export type ChangeFlow = { kind: 'flow'; known: number; before: number; after: number; joined: number; left: number };

export type ChangeDetail = ChangeSeries | ChangeCells | ChangeFlow;
export type ChangeDetailReport = { asOf: string; since: string; change: Change; details: ChangeDetail[] };

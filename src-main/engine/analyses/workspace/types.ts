/** Whole-workspace answers: status, problems, ledger, history, search. */
export type Problem = {
  code: string;
  severity: 'error' | 'warning' | 'info';
  count: number;
  message: string;
  /** Where: a batch's file and line, when the problem has one. */
  batch: string | null;
  file: string | null;
  line: number | null;
  column: string | null;
};

export type StatusReport = {
  schema: number;
  asOf: string | null;
  asOfSet: boolean;
  unit: 'company' | 'person';
  currency: string;
  timezone: string;
  fiscalYearStart: number;
  dataVersion: number;
  tables: Record<string, number>;
  customers: number;
  lastImport: { batch: string; file: string; day: string } | null;
  problems: { code: string; count: number; message: string }[];
  /** `ok`, `not checked`, or what is wrong, one problem a line. */
  integrity: string;
};

export type ProblemsReport = { total: number; problems: Problem[] };

export type ChangeRow = {
  id: string;
  command: string;
  sentence: string;
  at: string;
  /** Data version after the change: what `--known-at` takes. */
  version: number;
  undone: boolean;
  undoable: boolean;
};
export type HistoryReport = { changes: ChangeRow[] };

export type SearchReport = { hits: { customer: string; name: string; detail: string }[] };

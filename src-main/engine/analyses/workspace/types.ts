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
  integrity: 'ok' | string;
};

export type ProblemsReport = { total: number; problems: Problem[] };

export type BatchRow = {
  batch: string;
  file: string;
  profile: string | null;
  source: string;
  state: 'live' | 'undone';
  day: string;
  read: number;
  used: number;
  skipped: number;
  rejected: number;
  records: number;
  entities: { entity: string; created: number; updated: number; unchanged: number }[];
  seconds: number;
};
export type ImportsReport = { batches: BatchRow[] };

export type RejectsReport = { batch: string; file: string; total: number; rejects: { line: number; column: string | null; value: string | null; reason: string }[] };

export type LineageReport = { batch: string; file: string; line: number; text: string; mapping: { column: string; field: string } | null };

/** The source file around a line, for the line viewer. */
export type SourceLinesReport = { batch: string; file: string; first: number; lines: string[]; focus: number };

export type ChangeRow = { id: string; command: string; sentence: string; at: string; undone: boolean; undoable: boolean };
export type HistoryReport = { changes: ChangeRow[] };

export type SearchReport = { hits: { customer: string; name: string; detail: string }[] };

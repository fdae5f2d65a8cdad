import type { DateOrder } from '../detect/dates.ts';
import type { Day } from '#engine/base/days.ts';
import type { Team } from '#engine/base/vocabulary.ts';
import type { ColumnDecisions } from '../detect/columns.ts';
import type { ByteSource } from '../read/source.ts';
import type { StepReport } from './recipe.ts';
import type { FileShape } from './shape.ts';

export type MapSettings = {
  readonly unit: 'company' | 'person';
  readonly currency: string;
  readonly timezone: string;
  readonly dateOrder: DateOrder | null;
};

export type MapOptions = {
  readonly settings: MapSettings;
  onProgress?(progress: { done: number; total: number | null; rows: number }): void;
  checkCancel?(): void;
  /** The workspace's owner table: the team of an owner, and the name of one that a source knows by a key. */
  ownerTeam?(owner: string): Team | null;
  ownerName?(owner: string): string | null;
  /** Opens the same file again: lets columns be decided on all rows when the file is larger than its head. */
  reopen?(): ByteSource;
  /**
   * Decide columns on the head of a larger file and compare with all rows while they are mapped: half the reading. Throws
   * HeadMisled, whatever the sink has been given, when all rows decide otherwise or the head cannot decide.
   */
  trustHead?: boolean;
  /** Day given to rows of entities without any date column (a leads report); without it such rows are rejects. */
  importDay?: Day;
};

export type Decision = {
  readonly column: string | null;
  readonly what: string;
  readonly value: string;
  readonly why: string;
};

/** A total that the file states, and what was loaded: records, or the sum of a column as a decimal number. */
export type ControlCheck = {
  readonly what: 'records' | 'sum';
  readonly column: string | null;
  readonly line: number;
  readonly stated: string;
  readonly loaded: string;
  readonly difference: string;
};

/** What a pass found; `read = used + skipped + rejected`, `records` are documents. */
export type MapFacts = {
  readonly encoding: string;
  readonly bom: boolean;
  readonly delimiter: string;
  readonly columns: ColumnDecisions['findings'];
  readonly read: number;
  readonly used: number;
  readonly skipped: number;
  readonly rejected: number;
  readonly records: number;
  readonly controlTotals: {
    readonly rows: Readonly<Record<string, number>>;
    /** Sums of mapped amounts per currency, minor units. */
    readonly amounts: readonly { readonly entity: string; readonly currency: string; readonly minor: number }[];
    readonly footers: readonly { readonly line: number; readonly text: string }[];
    /** Number of records that a footer states, or null. */
    readonly stated: number | null;
    /** What the file states about itself against what was loaded. */
    readonly checks: readonly ControlCheck[];
  };
  readonly shape: FileShape;
  /** What each step of the recipe did. */
  readonly recipe: readonly StepReport[];
  readonly decisions: readonly Decision[];
};

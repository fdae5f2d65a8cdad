/** A value SQLite can hold and we bind. Integers above 2^53 never occur: ids stay text. */
export type SqlValue = string | number | null | Uint8Array;
export type SqlRow = SqlValue[];

/**
 * A reader's handle: it cannot write. Rows are positional arrays (`.raw()`), because a column named `__proto__`
 * or a duplicate name would vanish in an object.
 */
export interface ReadDb {
  /** All rows of a SELECT; `params` are bound positionally. */
  all(sql: string, params?: readonly SqlValue[]): SqlRow[];
  /** First row or null. */
  get(sql: string, params?: readonly SqlValue[]): SqlRow | null;
  /** Streams rows; the statement is released when the loop ends or breaks. */
  iterate(sql: string, params?: readonly SqlValue[]): IterableIterator<SqlRow>;
  /** First column of the first row as a number; 0 when there is no row or it is null. */
  count(sql: string, params?: readonly SqlValue[]): number;
  /** PRAGMA data_version: changes when another connection commits. */
  externalVersion(): number;
  close(): void;
}

export interface WriteDb extends ReadDb {
  /** Runs one statement; `changes` is the number of rows it changed. */
  run(sql: string, params?: readonly SqlValue[]): { changes: number; lastId: number };
  /** Runs a script without parameters (our own SQL only). */
  exec(sql: string): void;
  /** Runs `work` in BEGIN IMMEDIATE ... COMMIT; rolls back when it throws. Not nestable. */
  transaction<T>(work: () => T): T;
}

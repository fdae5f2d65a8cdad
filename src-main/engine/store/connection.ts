import type Database from 'better-sqlite3';
import type { Statement } from 'better-sqlite3';
import type { SqlRow, SqlValue, WriteDb } from '#engine/base/db.ts';
import { EXIT, LadderlineError } from '#engine/base/errors.ts';

/** Prepared statements kept per connection; the least recently used one goes first. */
const MAX_STATEMENTS = 400;

/** A `WriteDb` over one better-sqlite3 connection. Readers get the same object behind the `ReadDb` type and `query_only`. */
export class Connection implements WriteDb {
  readonly path: string;
  private readonly db: Database;
  private readonly statements = new Map<string, Statement>();
  private readonly beforeClose: (() => void) | null;

  constructor(db: Database, path: string, beforeClose: (() => void) | null = null) {
    this.db = db;
    this.path = path;
    this.beforeClose = beforeClose;
  }

  all(sql: string, params: readonly SqlValue[] = []): SqlRow[] {
    return this.guard(() => this.statement(sql).all(...params) as SqlRow[]);
  }

  get(sql: string, params: readonly SqlValue[] = []): SqlRow | null {
    return this.guard(() => (this.statement(sql).get(...params) as SqlRow | undefined) ?? null);
  }

  *iterate(sql: string, params: readonly SqlValue[] = []): IterableIterator<SqlRow> {
    // A statement that is being iterated cannot be run again: it leaves the cache until the loop ends.
    const statement = this.statement(sql);
    this.statements.delete(sql);
    try {
      yield* statement.iterate(...params) as IterableIterator<SqlRow>;
    } catch (error) {
      throw worded(error, this.path);
    }
    this.statements.set(sql, statement);
  }

  count(sql: string, params: readonly SqlValue[] = []): number {
    const value = this.get(sql, params)?.[0];
    return typeof value === 'number' ? value : 0;
  }

  externalVersion(): number {
    return this.count('PRAGMA data_version');
  }

  run(sql: string, params: readonly SqlValue[] = []): { changes: number; lastId: number } {
    return this.guard(() => {
      const result = this.statement(sql).run(...params);
      return { changes: result.changes, lastId: Number(result.lastInsertRowid) };
    });
  }

  exec(sql: string): void {
    this.guard(() => this.db.exec(sql));
  }

  transaction<T>(work: () => T): T {
    if (this.db.inTransaction) throw new Error('transactions cannot be nested');
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk rolls back by itself; a second ROLLBACK would throw.
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }

  /** Prepares SQL that is not ours, outside the cache; `reader` and `readonly` tell what it would do. */
  prepareForeign(sql: string): Statement {
    const statement = this.db.prepare(sql);
    if (statement.reader) statement.raw(true);
    return statement;
  }

  close(): void {
    if (!this.db.open) return;
    this.statements.clear();
    try {
      this.beforeClose?.();
    } catch (error) {
      // What was committed lies in the log and is found again by the next open: a disk that fails now must not turn it into an error.
      const told = worded(error, this.path);
      if (!isDiskError(told)) throw told;
    } finally {
      this.db.close();
    }
  }

  private statement(sql: string): Statement {
    const kept = this.statements.get(sql);
    if (kept !== undefined) {
      this.statements.delete(sql);
      this.statements.set(sql, kept);
      return kept;
    }
    const made = this.db.prepare(sql);
    if (made.reader) made.raw(true);
    this.statements.set(sql, made);
    if (this.statements.size > MAX_STATEMENTS) {
      const oldest = this.statements.keys().next().value;
      if (oldest !== undefined) this.statements.delete(oldest);
    }
    return made;
  }

  private guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw worded(error, this.path);
    }
  }
}

function isDiskError(error: unknown): boolean {
  return error instanceof LadderlineError && (error.code === 'disk-error' || error.code === 'disk-full');
}

/** SQLite's own errors that a person can do something about, in words; all others pass unchanged. */
export function worded(error: unknown, path: string): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return error;
  const make = (name: string, message: string): LadderlineError =>
    new LadderlineError(name, message, { sqlite: code }, EXIT.workspace);
  // SHMSIZE: the file beside the workspace that connections share could not grow.
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE') {
    return make(
      'disk-full',
      `The disk that holds ${path} is full; nothing was changed. Free some space and try again.`,
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return make(
      'workspace-locked',
      `${path} is being changed by another process; nothing was changed. Wait for it to finish and try again.`,
    );
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return make(
      'workspace-damaged',
      `${path}, or a temporary file beside it, reads as damaged; nothing was changed. Run \`ladderline check\`: if it finds damage, keep the file and go on with the newest backup.`,
    );
  }
  if (code.startsWith('SQLITE_READONLY')) {
    return make(
      'workspace-read-only',
      `${path} cannot be written here. Give this user write access to the file and its folder.`,
    );
  }
  if (code.startsWith('SQLITE_CANTOPEN')) {
    return make(
      'workspace-unreadable',
      `${path} cannot be opened. Check that this user may read and write the file and its folder.`,
    );
  }
  if (code === 'SQLITE_IOERR_FSYNC') {
    return make(
      'disk-error',
      `The drive did not confirm that ${path} was saved (${code}). Check the drive, open the workspace again and look whether the last change is in its history.`,
    );
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return make(
      'disk-error',
      `Reading or writing ${path} failed (${code}); nothing was changed. Check the drive and try again.`,
    );
  }
  return error;
}

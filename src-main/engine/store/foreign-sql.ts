import type { ReadDb, SqlRow } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { Connection } from './connection.ts';

export type ForeignResult = { columns: string[]; rows: SqlRow[]; truncated: boolean };

/** Words that reach outside the open file or change the connection; a read-only connection does not stop them. */
const FORBIDDEN =
  /\b(attach|detach|pragma|vacuum|load_extension|writefile|readfile|fts5|begin|commit|rollback|savepoint|release)\b/i;

/**
 * Runs one SELECT that is not ours on a reader and answers at most `maxRows` rows. Throws `sql-refused` for anything but a
 * single reading statement, `sql-error` with SQLite's own words for one that does not run.
 */
export function runForeignSql(db: ReadDb, sql: string, maxRows: number): ForeignResult {
  if (!(db instanceof Connection)) throw new Error('foreign SQL runs on a connection of the store');
  if (FORBIDDEN.test(withoutTextAndNotes(sql))) {
    throw new LadderlineError(
      'sql-refused',
      'Only a single SELECT can be run here; ATTACH, PRAGMA, VACUUM and transactions are refused.',
    );
  }
  let statement;
  try {
    statement = db.prepareForeign(sql);
  } catch (error) {
    throw worded(error);
  }
  if (!statement.reader || !statement.readonly) {
    throw new LadderlineError(
      'sql-refused',
      'Only a statement that reads and returns rows can be run here; nothing was changed.',
    );
  }
  const rows: SqlRow[] = [];
  let truncated = false;
  try {
    for (const row of statement.iterate() as IterableIterator<SqlRow>) {
      if (rows.length === maxRows) {
        truncated = true;
        break;
      }
      rows.push(row);
    }
  } catch (error) {
    throw worded(error);
  }
  return { columns: statement.columns().map((column) => column.name), rows, truncated };
}

/** The statement without string literals, quoted names and comments, so that a word inside them is no command. */
function withoutTextAndNotes(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, ' ');
}

function worded(error: unknown): LadderlineError {
  return new LadderlineError(
    'sql-error',
    `The statement cannot be run: ${error instanceof Error ? error.message : String(error)}.`,
  );
}

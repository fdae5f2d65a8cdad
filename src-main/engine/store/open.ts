import Database from 'better-sqlite3';
import { closeSync, constants, existsSync, openSync, rmSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { WorkspaceSettings } from '#engine/base/context.ts';
import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import { fold, hostOf } from '#engine/base/text.ts';
import { snapshotTo, syncFolder } from './backup.ts';
import { copyBytes, requireSpace } from './space.ts';
import { Connection, worded } from './connection.ts';
import { APPLICATION_ID, inspectWorkspaceFile, newer, unusable } from './identity.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import { checkSettings, DEFAULT_SETTINGS, writeSettings } from './settings.ts';

/** Below 3.51.3 a WAL reset could corrupt a database that has two connections. */
const OLDEST_SQLITE = [3, 51, 3] as const;
const PAGE_SIZE = 8192;
/** How long a statement waits for another process's write lock. */
const BUSY_MS = 10_000;
const WRITER_CACHE_KIB = 64 * 1024;
const READER_CACHE_KIB = 64 * 1024;

export type OpenOptions = {
  /** The schema steps; only tests pass others. */
  readonly migrations?: readonly Migration[];
  /** Writer only: page cache in KiB. */
  readonly cacheKib?: number;
};

/**
 * Makes a workspace file (mode 0600) and closes it. Refuses to overwrite (exit 1). On failure no file remains.
 */
export function createWorkspace(path: string, settings: Partial<WorkspaceSettings>, options: OpenOptions = {}): void {
  checkSettings(settings);
  let handle;
  try {
    handle = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST')
      throw new LadderlineError(
        'workspace-exists',
        `${path} exists already; nothing was changed. Choose another name.`,
      );
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw usage(`The folder ${dirname(path)} does not exist. Make it first, or choose another place.`);
    throw unusable(
      'workspace-unwritable',
      `${path} cannot be made (${code ?? 'unknown error'}). Choose a folder that this user may write to.`,
    );
  }
  closeSync(handle);
  try {
    const db = connect(path, { writer: true, cacheKib: options.cacheKib });
    db.exec(`PRAGMA page_size = ${PAGE_SIZE}`);
    harden(db, true);
    const migrations = options.migrations ?? MIGRATIONS;
    db.transaction(() => {
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      migrate(db, 0, migrations);
      writeSettings(db, { ...DEFAULT_SETTINGS, ...settings });
    });
    db.close();
    syncFolder(dirname(path));
  } catch (error) {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
    throw error;
  }
}

/**
 * The one connection that writes. An older schema is first copied to a verified snapshot beside the workspace and
 * then migrated in one transaction. Throws (exit 3, file untouched) on anything that is not a workspace it can write.
 */
export function openWriter(path: string, options: OpenOptions = {}): WriteDb {
  const migrations = options.migrations ?? MIGRATIONS;
  const newest = migrations.at(-1)?.id ?? 0;
  inspectWorkspaceFile(path, newest);
  refuseNewerLog(path, newest);
  const db = connect(path, { writer: true, cacheKib: options.cacheKib });
  try {
    harden(db, true);
    const schema = db.count('PRAGMA user_version');
    if (schema < newest) {
      // The copy, and a log in which every page may be written anew.
      requireSpace(path, 2 * copyBytes(db), `Bringing ${basename(path)} to schema ${newest}`);
      snapshotTo(db, `${path}.schema-${schema}.snapshot`);
      db.transaction(() => migrate(db, schema, migrations));
    }
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/**
 * Copies a workspace, as it is at this moment, to a file that does not exist yet (mode 0600). The source is read only; a
 * writer at work does not disturb the copy. Takes about 5 s per GB. On failure no file remains.
 */
export function copyWorkspace(path: string, target: string): void {
  const newest = MIGRATIONS.at(-1)?.id ?? 0;
  inspectWorkspaceFile(path, newest);
  closeSync(openSync(target, 'wx', 0o600));
  let connection: Connection | null = null;
  try {
    connection = connect(path, { writer: false });
    requireSpace(target, copyBytes(connection), `A private copy of ${basename(path)}`);
    connection.run('VACUUM INTO ?', [target]);
  } catch (error) {
    rmSync(target, { force: true });
    throw error;
  } finally {
    connection?.close();
  }
}

/** A connection that cannot write (`query_only`). Throws (exit 3, file untouched) like `openWriter`. */
export function openReader(path: string, options: OpenOptions = {}): ReadDb {
  const newest = (options.migrations ?? MIGRATIONS).at(-1)?.id ?? 0;
  inspectWorkspaceFile(path, newest);
  const db = connect(path, { writer: false });
  try {
    harden(db, false);
    const schema = db.count('PRAGMA user_version');
    if (schema > newest) throw newer(path, schema, newest);
    if (schema < newest) {
      throw unusable(
        'workspace-older',
        `${path} has schema ${schema}; it must be opened for writing once to be brought to ${newest}.`,
        { schema, newest },
      );
    }
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

function connect(path: string, how: { writer: boolean; cacheKib?: number | undefined }): Connection {
  const addon = process.env['LADDERLINE_SQLITE_ADDON'];
  let db: Database;
  try {
    db = new Database(path, {
      readonly: !how.writer,
      fileMustExist: true,
      timeout: BUSY_MS,
      ...(addon ? { nativeBinding: addon } : {}),
    });
  } catch (error) {
    throw worded(error, path);
  }
  // What SQL shown for a text of the language needs: the fold of its comparisons and the domain in an address.
  for (const [name, body] of [
    ['fold', fold],
    ['host_of', hostOf],
  ] as const) {
    db.function(name, { deterministic: true }, (text) => (typeof text === 'string' ? body(text) : null));
  }
  const connection = new Connection(db, path, how.writer ? () => db.exec('PRAGMA wal_checkpoint(TRUNCATE)') : null);
  try {
    const version = String(connection.get('SELECT sqlite_version()')?.[0]);
    if (!atLeast(version)) {
      throw unusable(
        'sqlite-too-old',
        `SQLite ${version} is too old to write a workspace safely; ${OLDEST_SQLITE.join('.')} or newer is needed. Run \`npm ci\` again.`,
      );
    }
    const cache = how.writer ? (how.cacheKib ?? WRITER_CACHE_KIB) : READER_CACHE_KIB;
    connection.exec(`PRAGMA cache_size = -${cache}; PRAGMA temp_store = DEFAULT; PRAGMA threads = 2`);
  } catch (error) {
    db.close();
    throw error;
  }
  return connection;
}

/** The settings that every connection has (durability and hostile-file hygiene), read back rather than trusted. */
function harden(db: Connection, writer: boolean): void {
  if (writer) db.exec('PRAGMA journal_mode = WAL');
  db.exec(
    `PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
     PRAGMA mmap_size = 0; PRAGMA recursive_triggers = OFF`,
  );
  if (process.platform === 'darwin') db.exec('PRAGMA checkpoint_fullfsync = ON; PRAGMA fullfsync = ON');
  if (!writer) db.exec('PRAGMA query_only = ON');
  for (const [pragma, wanted] of Object.entries(expectedPragmas(writer))) {
    const found = db.get(`PRAGMA ${pragma}`)?.[0];
    // A snapshot has no log until it is first opened for writing; a reader takes it as it is.
    const snapshot = !writer && pragma === 'journal_mode' && found === 'delete';
    if (found !== wanted && !snapshot) {
      throw unusable(
        'workspace-unsafe',
        `${db.path} could not be opened safely: ${pragma} is ${String(found)} instead of ${String(wanted)}. Copy the workspace to a local drive.`,
      );
    }
  }
}

/** What `PRAGMA name` answers on every connection (trust rule R3). */
export function expectedPragmas(writer: boolean): Record<string, string | number> {
  return {
    journal_mode: 'wal',
    synchronous: 2,
    foreign_keys: 1,
    trusted_schema: 0,
    cell_size_check: 1,
    query_only: writer ? 0 : 1,
  };
}

function atLeast(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [i, wanted] of OLDEST_SQLITE.entries()) {
    const found = parts[i] ?? 0;
    if (found !== wanted) return found > wanted;
  }
  return true;
}

/** Opening for writing could move a newer schema from the log into the file; a reader looks first. */
function refuseNewerLog(path: string, newest: number): void {
  const log = `${path}-wal`;
  if (!existsSync(log) || statSync(log).size === 0) return;
  const db = connect(path, { writer: false });
  try {
    const schema = db.count('PRAGMA user_version');
    if (schema > newest) throw newer(path, schema, newest);
  } finally {
    db.close();
  }
}

function migrate(db: Connection, from: number, migrations: readonly Migration[]): void {
  for (const step of migrations) {
    if (step.id <= from) continue;
    step.up(db);
    db.exec(`PRAGMA user_version = ${step.id}`);
  }
}

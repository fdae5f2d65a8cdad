import type { Cancel } from '#engine/base/context.ts';
import { isoDay } from '#engine/base/days.ts';
import type { ReadDb } from '#engine/base/db.ts';
import { columnsOf, ENTITIES } from '#engine/base/entities.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { shapeOfTable, storedColumn, TABLES } from '#engine/store/cells.ts';
import type { EntityCount } from './dry-run.ts';
import { storedExport, storedLines } from './raw-blocks.ts';
import type { ExportFile } from './detect/export-file.ts';
import { decodeAll, ENCODINGS } from './read/encoding.ts';
import type { Encoding } from './read/encoding.ts';
import type { Delimiter } from './read/reader.ts';
import { recordTextAt } from './read/record-text.ts';

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];

export type LedgerRow = {
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
  entities: EntityCount[];
  seconds: number;
};

/** All batches, oldest first. */
export function listImports(db: ReadDb): LedgerRow[] {
  return db
    .all(
      `SELECT b.id, b.file, b.profile, s.name, b.state, b.day, b.read, b.used, b.skipped, b.rejected, b.records, b.entities,
              b.ended_at - b.started_at
       FROM batch b JOIN source s ON s.id = b.source ORDER BY b.id`,
    )
    .map((r) => ({
      batch: String(r[0]),
      file: r[1] as string,
      profile: r[2] as string | null,
      source: r[3] as string,
      state: r[4] as 'live' | 'undone',
      day: isoDay(r[5] as number),
      read: r[6] as number,
      used: r[7] as number,
      skipped: r[8] as number,
      rejected: r[9] as number,
      records: r[10] as number,
      entities: JSON.parse(r[11] as string) as EntityCount[],
      seconds: r[12] as number,
    }));
}

export type Rejects = {
  batch: string;
  file: string;
  total: number;
  rejects: {
    line: number;
    column: string | null;
    value: string | null;
    reason: string;
    /** The live batch that holds the corrected row; absent when there is none. */
    fixedBy?: string;
  }[];
};

/** Rows of a batch that were not loaded, in file order. */
export function rejectsOf(db: ReadDb, batch: number, limit = 1000, offset = 0): Rejects {
  const { file } = batchFile(db, batch);
  return {
    batch: String(batch),
    file,
    total: db.count('SELECT count(*) FROM reject WHERE batch = ?', [batch]),
    rejects: db
      .all(
        `SELECT r.line, r.col, r.value, r.reason, b.id FROM reject r LEFT JOIN batch b ON b.id = r.fixed_by AND b.state = 'live'
         WHERE r.batch = ? ORDER BY r.line, r.rowid LIMIT ? OFFSET ?`,
        [batch, limit, offset],
      )
      .map(
        ([line, column, value, reason, by]) =>
          ({
            line,
            column,
            value,
            reason,
            ...(by === null ? {} : { fixedBy: String(by) }),
          }) as Rejects['rejects'][number],
      ),
  };
}

export type Lineage = {
  batch: string;
  file: string;
  line: number;
  text: string;
  mapping: { column: string; field: string } | null;
};

/**
 * Where the value of one cell came from: the newest live batch that changed it, else the batch that made the row.
 * `key` is an external id, or `source:id`. Throws `unknown-table`, `unknown-column`, `no-row` or `ambiguous-key`.
 */
export function lineageOf(db: ReadDb, table: string, key: string, column: string): Lineage {
  if (!TABLES.some((t) => t.table === table)) {
    throw new LadderlineError(
      'unknown-table',
      `There is no table ${table}; tables are ${TABLES.map((t) => t.table).join(', ')}.`,
    );
  }
  const shape = shapeOfTable(table);
  const named =
    shape.columns.find((c) => c.name === storedColumn(table, column)) ??
    shape.columns.find((c) => c.name === `${column}_day`);
  if (named === undefined && !['ext', 'source', 'kind'].includes(column)) {
    const known = shape.columns.map((c) => c.name.replace(/^row_/, '')).filter((c) => !c.startsWith('ref_'));
    throw new LadderlineError(
      'unknown-column',
      `Table ${table} has no column ${column}; columns are ${known.join(', ')}.`,
    );
  }
  const row = findRow(db, table, key);
  let cell = named ? shape.cells[named.cell]! : null;
  if (
    named?.name.startsWith('row_') &&
    db.get(`SELECT ${named.name} FROM ${table} WHERE id = ?`, [row.id])?.[0] === null
  ) {
    // The party's own rows do not tell it: it comes from rows that name the party.
    cell = shape.cells.find((c) => c.name === named.name.replace(/^row_/, 'ref_'))!;
  }
  const origin = cell
    ? db.get(
        `SELECT v.batch, v.line FROM version v JOIN batch b ON b.id = v.batch AND b.state = 'live'
         WHERE v.tbl = ? AND v.row = ? AND json_type(v.before, '$."' || ? || '"') IS NOT NULL ORDER BY v.batch DESC LIMIT 1`,
        [table, row.id, cell.columns[0]!],
      )
    : null;
  const batch = (origin?.[0] as number | undefined) ?? row.batch;
  const line = (origin?.[1] as number | undefined) ?? row.line;
  const { file, mapping } = batchFile(db, batch);
  return {
    batch: String(batch),
    file,
    line,
    text: recordText(db, batch, line),
    mapping: columnOf(mapping, table, column),
  };
}

/** The record that made a row, by the row's id in its table. Throws `unknown-table` or `no-row`. */
export function originOf(db: ReadDb, table: string, id: number): Lineage {
  if (!TABLES.some((t) => t.table === table)) {
    throw new LadderlineError(
      'unknown-table',
      `There is no table ${table}; tables are ${TABLES.map((t) => t.table).join(', ')}.`,
    );
  }
  const row = db.get(`SELECT batch, line FROM ${table} WHERE id = ?`, [id]) as [number, number] | null;
  if (row === null)
    throw new LadderlineError('no-row', `Table ${table} has no row ${id} any more; an import was undone since.`);
  const [batch, line] = row;
  return {
    batch: String(batch),
    file: batchFile(db, batch).file,
    line,
    text: recordText(db, batch, line),
    mapping: null,
  };
}

function findRow(db: ReadDb, table: string, key: string): { id: number; batch: number; line: number } {
  const colon = key.indexOf(':');
  let rows = db.all(
    `SELECT id, batch, line FROM ${table} WHERE source IN (SELECT id FROM source) AND ext = ? ORDER BY id LIMIT 3`,
    [key],
  );
  if (rows.length === 0 && colon > 0) {
    rows = db.all(
      `SELECT id, batch, line FROM ${table} WHERE source = (SELECT id FROM source WHERE name = ?) AND ext = ? ORDER BY id LIMIT 3`,
      [key.slice(0, colon), key.slice(colon + 1)],
    );
  }
  if (rows.length === 0)
    throw new LadderlineError(
      'no-row',
      `No row of ${table} has the key ${key}. Write the id as its source gives it, or source:id.`,
    );
  if (rows.length > 1)
    throw new LadderlineError(
      'ambiguous-key',
      `Several rows of ${table} have the key ${key}; write source:id to say which.`,
    );
  const [id, batch, line] = rows[0] as [number, number, number];
  return { id, batch, line };
}

export type SourceLines = { batch: string; file: string; first: number; lines: string[]; focus: number };

/** The file's own lines around a line (1-based), as text; one block is inflated (about 2 ms). Throws `no-line`. */
export function sourceLines(db: ReadDb, batch: number, line: number, around = 3): SourceLines {
  const { file, encoding, open } = batchFile(db, batch);
  const made = open();
  const first = Math.max(1, line - around);
  const found = made
    ? made.rows!(first, line + around).map((text) => text.replace(/\r\n|\n|\r/g, '\u21B5'))
    : linesBetween(db, batch, first, line + around, encoding);
  if (found === null || found.length <= line - first) {
    throw new LadderlineError('no-line', `${file} (batch ${batch}) has no line ${line}.`);
  }
  return { batch: String(batch), file, first, lines: found, focus: line };
}

function linesBetween(db: ReadDb, batch: number, first: number, last: number, encoding: Encoding): string[] | null {
  const stored = storedLines(db, batch, first, last);
  if (stored === null) return null;
  const all = decodeAll(stored.bytes, encoding).split(/\r\n|\n|\r/);
  if (all.at(-1) === '') all.pop();
  return all.slice(first - stored.from, last - stored.from + 1);
}

/** Longest record, in lines, that is shown as a whole. */
const RECORD_LINES = 200;

/** The record that begins on a line, with the line ends its quotes hold. */
function recordText(db: ReadDb, batch: number, line: number): string {
  const { encoding, delimiter, open } = batchFile(db, batch);
  const made = open();
  if (made) return made.rows!(line, line)[0] ?? '';
  const stored = storedLines(db, batch, line, line + RECORD_LINES);
  return stored === null ? '' : recordTextAt(stored.bytes, encoding, delimiter, line - stored.from);
}

/** The records that begin on the given lines (ascending), each with the line ends its quotes hold. */
export function recordsAt(db: ReadDb, batch: number, lines: readonly number[], cancel?: Cancel): string[] {
  const { encoding, delimiter, open } = batchFile(db, batch);
  const made = open();
  let held: { from: number; to: number; text: string; starts: number[] } | null = null;
  return lines.map((line, i) => {
    if (i % 256 === 0) cancel?.check();
    if (made) return made.rows!(line, line)[0] ?? '';
    if (held === null || line + RECORD_LINES > held.to) {
      const to = line + RECORD_LINES * 8;
      const stored = storedLines(db, batch, line, to);
      if (stored === null) return '';
      const text = decodeAll(stored.bytes, encoding);
      const starts = [0];
      for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
      held = { from: stored.from, to, text, starts };
    }
    const at = line - held.from;
    const slice = held.text.slice(held.starts[at] ?? held.text.length, held.starts[at + RECORD_LINES]);
    return recordTextAt(Buffer.from(slice, 'utf8'), 'utf-8', delimiter);
  });
}

type StoredColumn = { field?: string };
type StoredMapping = {
  entity?: string;
  columns?: Record<string, StoredColumn | StoredColumn[]>;
  entities?: StoredMapping[];
  file?: { encoding?: string; delimiter?: string; sheet?: string };
  reading?: { format?: 'xlsx' | 'json' };
};

function batchFile(
  db: ReadDb,
  batch: number,
): { file: string; mapping: StoredMapping; encoding: Encoding; delimiter: Delimiter; open(): ExportFile | null } {
  const row = db.get('SELECT file, mapping FROM batch WHERE id = ?', [batch]);
  if (row === null)
    throw new LadderlineError('no-batch', `There is no batch ${batch}. \`ladderline imports\` lists them.`);
  const mapping = (JSON.parse(row[1] as string) ?? {}) as StoredMapping;
  const { encoding: named, delimiter, sheet } = mapping.file ?? {};
  const file = row[0] as string;
  return {
    file,
    mapping,
    /** The file as an export when it is not text, whose rows are read from its stored bytes. */
    open: () => (mapping.reading?.format ? storedExport(db, batch, file, sheet) : null),
    encoding: ENCODINGS.find((e) => e === named) ?? 'utf-8',
    delimiter: DELIMITERS.find((d) => d === delimiter) ?? ',',
  };
}

/** The source column that a mapping sends to a table column, and the field's name. */
function columnOf(mapping: StoredMapping, table: string, column: string): { column: string; field: string } | null {
  const fields = new Set<string>();
  for (const entity of ENTITIES.filter((e) => e.table === table)) {
    if (column === 'ext') fields.add('external_id');
    for (const field of entity.fields) {
      const alone = columnsOf({ ...entity, fields: [field] }).map((c) => c.name);
      if (alone.includes(column) || alone.includes(`${column}_day`) || field.name === column) fields.add(field.name);
    }
  }
  for (const part of [mapping, ...(mapping.entities ?? [])]) {
    for (const [name, target] of Object.entries(part.columns ?? {})) {
      for (const { field } of Array.isArray(target) ? target : [target]) {
        if (typeof field === 'string' && fields.has(field)) return { column: name, field };
      }
    }
  }
  return null;
}

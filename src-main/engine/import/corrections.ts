import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cancel, WorkspaceSettings } from '#engine/base/context.ts';
import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import { openExport } from './detect/export-file.ts';
import { headerKey } from './detect/headers.ts';
import type { FileRequest } from './import.ts';
import { recordsAt } from './ledger.ts';
import { mappingOf } from './mapping/plan.ts';
import { makePrivateFolder } from './private-folder.ts';
import { RecordReader } from './read/reader.ts';
import { readFirst } from './read/first-record.ts';
import { prepareFile, storedPlan } from './request.ts';

/** Columns that a file of rejects has behind the file's own. */
export const REJECT_REASON = 'reject_reason';
export const REJECT_LINE = 'reject_line';

export type RejectRecord = {
  readonly line: number;
  readonly reasons: readonly string[];
  /** The cells of the record in the order of the headers. */
  readonly cells: readonly string[];
  /** The live batch that holds the corrected row, or null. */
  readonly fixedBy: string | null;
};

export type RejectRecords = {
  readonly batch: string;
  readonly file: string;
  readonly headers: readonly string[];
  readonly total: number;
  readonly rows: readonly RejectRecord[];
};

/** Rejected source rows of a batch in the columns of their own file, in file order; each once, with all its reasons. */
export function rejectRecords(
  db: ReadDb,
  settings: WorkspaceSettings,
  batch: number,
  page: { limit: number; offset: number },
  cancel?: Cancel,
): RejectRecords {
  const { plan, file } = planOf(db, settings, batch);
  const found = db.all(
    `SELECT r.line, json_group_array(r.reason), max(CASE WHEN b.state = 'live' THEN r.fixed_by END)
     FROM (SELECT * FROM reject WHERE batch = ? ORDER BY line, rowid) r LEFT JOIN batch b ON b.id = r.fixed_by
     GROUP BY r.line ORDER BY r.line LIMIT ? OFFSET ?`,
    [batch, page.limit, page.offset],
  ) as [number, string, number | null][];
  const { headers } = plan.inspection.layout;
  const rows: RejectRecord[] = [];
  const texts = recordsAt(
    db,
    batch,
    found.map(([line]) => line),
    cancel,
  );
  for (const [i, [line, reasons, fixedBy]] of found.entries()) {
    const cells = readFirst(texts[i]!, plan.inspection.delimiter, headers.length);
    rows.push({
      line,
      reasons: [...new Set(JSON.parse(reasons) as string[])],
      cells: headers.map((_, at) => cells[at] ?? ''),
      fixedBy: fixedBy === null ? null : String(fixedBy),
    });
  }
  const total = db.count('SELECT count(DISTINCT line) FROM reject WHERE batch = ?', [batch]);
  return { batch: String(batch), file, headers, total, rows };
}

function planOf(
  db: ReadDb,
  settings: WorkspaceSettings,
  batch: number,
): { plan: ReturnType<typeof storedPlan>; file: string; source: string } {
  const row = db.get('SELECT b.file, b.mapping, s.name FROM batch b JOIN source s ON s.id = b.source WHERE b.id = ?', [
    batch,
  ]) as [string, string, string] | null;
  if (row === null)
    throw new LadderlineError('no-batch', `There is no batch ${batch}. \`ladderline imports\` lists them.`);
  const [file, mapping, source] = row;
  return { plan: storedPlan(db, settings, { batch, file, mapping: JSON.parse(mapping) as unknown }), file, source };
}

/** Plans the import of a file of corrected rows with the mapping and the source of the batch that rejected them. */
export function prepareCorrections(
  db: ReadDb,
  settings: WorkspaceSettings,
  batch: number,
  path: string,
  cancel?: Cancel,
): FileRequest {
  const { plan, source } = planOf(db, settings, batch);
  const stored = mappingOf(plan);
  const { file: _, ...mapping } = stored;
  const { request } = prepareFile(
    db,
    settings,
    path,
    { mapping: { ...mapping, ignore: [...(mapping.ignore ?? []), REJECT_REASON, REJECT_LINE] }, source },
    cancel,
  );
  return { ...request, profile: plan.profile?.id ?? null };
}

/** The lines that the rows of a file of corrections stand for, but for rows on the lines `without` (of that file). */
export function correctedLines(path: string, without: ReadonlySet<number>): number[] {
  const file = openExport(path, {});
  const source = file.text();
  const found: number[] = [];
  try {
    const reader = new RecordReader(source, { encoding: 'utf-8', delimiter: ',' });
    const cells: string[] = [];
    let column = -1;
    for (let n = reader.next(); n > 0; n = reader.next()) {
      for (let r = 0; r < n; r += 1) {
        const width = reader.cells(r, cells);
        if (column < 0) column = cells.slice(0, width).findIndex((cell) => headerKey(cell) === headerKey(REJECT_LINE));
        else if (!without.has(reader.lines[r]!) && /^\d{1,9}$/.test(cells[column] ?? ''))
          found.push(Number(cells[column]));
        if (column < 0) return [];
      }
    }
  } finally {
    source.close?.();
  }
  return found;
}

/** Notes which rejects of `batch` a batch of corrections has taken in; answers how many source rows. Inside a transaction. */
export function noteFixed(db: WriteDb, batch: number, by: number, lines: readonly number[]): number {
  const open = db.count(
    'SELECT count(DISTINCT line) FROM reject WHERE batch = ? AND line IN (SELECT value FROM json_each(?))',
    [batch, JSON.stringify(lines)],
  );
  db.run('UPDATE reject SET fixed_by = ? WHERE batch = ? AND line IN (SELECT value FROM json_each(?))', [
    by,
    batch,
    JSON.stringify(lines),
  ]);
  return open;
}

/** A correction of one rejected row: new cells by header; the others stay. */
export type Correction = { readonly line: number; readonly values: Readonly<Record<string, string>> };

/** The corrected rows as a CSV file with the columns of the file and `reject_line`. Throws `usage` for an unknown line or column. */
export function correctedText(records: RejectRecords, corrections: readonly Correction[]): string {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [[...records.headers, REJECT_LINE]];
  for (const { line, values } of corrections) {
    const record = records.rows.find((row) => row.line === line);
    if (!record) throw usage(`Line ${line} of ${records.file} is not among the rows that were rejected.`);
    const cells = [...record.cells];
    for (const [name, value] of Object.entries(values)) {
      const at = records.headers.findIndex((header) => headerKey(header) === headerKey(name));
      if (at < 0)
        throw usage(
          `${records.file} has no column "${name}". Its columns are ${records.headers.slice(0, 12).join(', ')}.`,
        );
      cells[at] = value;
    }
    lines.push([...cells, String(line)]);
  }
  return `${lines.map((row) => row.map(cell).join(',')).join('\n')}\n`;
}

/** Runs `work` with a file of that text in a private folder, which is removed afterwards. */
export async function withPrivateFile<T>(name: string, text: string, work: (path: string) => Promise<T>): Promise<T> {
  const folder = makePrivateFolder();
  try {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return await work(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, parseIsoDay, type Day } from '#engine/base/days.ts';
import type { ReadDb, SqlValue, WriteDb } from '#engine/base/db.ts';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import { decimalOf } from '#engine/base/money.ts';
import { nps } from '#engine/analyses/nps/index.ts';
import { language } from '#engine/language/index.ts';
import { ReadSession, type CallHooks } from '#engine/session.ts';
import { TABLES, type TableShape } from '#engine/store/cells.ts';
import { readInverse } from '#engine/store/changes.ts';
import { raiseVersion, readSettings } from '#engine/store/settings.ts';
import { changesAfter, PastWorkspace, versionNamed, type LoggedChange } from './reconstruct.ts';

/** Why a figure moved: rows that came later, values that were corrected, customers that were joined or parted, an import undone or merged again, a rule or setting. */
export type Cause = 'late' | 'corrected' | 'merged' | 'undone' | 'redone' | 'rule';

export type BridgeRow = {
  readonly table: string;
  readonly source: string;
  readonly key: string;
  readonly file: string | null;
  readonly line: number | null;
  /** What stood there before, and what stands there now; null where there was no row. */
  readonly before: string | null;
  readonly after: string | null;
};

export type BridgeStep = {
  readonly cause: Cause;
  /** The change of the log that the step is part of. */
  readonly version: number;
  readonly sentence: string;
  readonly from: number;
  readonly to: number;
  readonly change: number;
  /** Number of rows that the cause touches, and the first of them. */
  readonly count: number;
  readonly rows: readonly BridgeRow[];
};

export type Bridge = {
  readonly figure: string;
  readonly unit: string;
  readonly asOf: string;
  readonly knownAt: number;
  readonly version: number;
  readonly from: number;
  readonly to: number;
  readonly change: number;
  /** In the order in which they happened; `to` of one is `from` of the next. */
  readonly steps: readonly BridgeStep[];
};

const Input = z.object({
  /** `nps`, `customers`, `rung:client`, or `sum:` and a numeric fact. */
  figure: z.string().max(200),
  where: z.string().max(65_536).optional(),
  /** Default: the workspace's as-of day, as it is now. */
  asOf: z.string().optional(),
  knownAt: z.string(),
  /** Rows named per step. */
  rows: z.int().min(0).max(1000).optional(),
});
export type BridgeInput = z.output<typeof Input>;

/** Validates what crossed a process line; throws `usage` with the first wrong field. */
export function parseBridge(input: unknown): BridgeInput {
  const result = Input.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw usage(`bridge: ${issue?.path.join('.') || 'input'}: ${issue?.message ?? 'not valid'}`);
}

type Figure = { readonly unit: string; value(ctx: ReadContext, asOf: Day): number };

function figureOf({ figure, where }: BridgeInput): Figure {
  const countOf = (text: string | undefined) => (ctx: ReadContext, asOf: Day) =>
    language.filter(ctx, text, asOf).trueCount;
  if (figure === 'customers') return { unit: 'customers', value: countOf(where) };
  if (figure.startsWith('rung:')) {
    const rung = `rung = ${figure.slice(5)} and not lapsed`;
    return { unit: 'customers', value: countOf(where === undefined ? rung : `${rung} and (${where})`) };
  }
  if (figure === 'nps') {
    return {
      unit: 'NPS',
      value: (ctx, asOf) =>
        nps.run(ctx, nps.parse({ asOf: isoDay(asOf), ...(where === undefined ? {} : { where }) })).nps ?? 0,
    };
  }
  if (figure.startsWith('sum:')) {
    const fact = figure.slice(4);
    const entry = language.catalogue.find(({ relation, name }) => relation === 'customer' && name === fact);
    if (!entry || !['number', 'days', 'money', 'yesno'].includes(entry.type))
      throw usage(
        `bridge: "${fact}" is no fact that can be added up; write one such as sum:revenue_12m or sum:silences.`,
      );
    return {
      unit: entry.type === 'money' ? "the workspace's currency" : (entry.unit ?? fact),
      value(ctx, asOf) {
        const { outcome } = language.filter(ctx, where, asOf);
        const column = language.fact(ctx, fact, asOf);
        if (!('values' in column)) return 0;
        const { currency } = readSettings(ctx.db);
        let sum = 0;
        for (let i = 0; i < outcome.length; i++) {
          if (outcome[i] !== 1) continue;
          if (column.type === 'money') {
            const part = column.split.get(i)?.find((one) => one.currency === currency)?.minor;
            sum += part ?? (Number.isNaN(column.values[i]) ? 0 : column.values[i]!);
          } else if (column.type !== 'day' && column.type !== 'set' && !Number.isNaN(column.values[i]))
            sum += column.values[i]!;
        }
        return column.type === 'money' ? Number(decimalOf(sum, currency)) : sum;
      },
    };
  }
  throw usage(`bridge: the figure "${figure}" is not known; write nps, customers, rung:client or sum:FACT.`);
}

/** The bridge from a figure as known at a version to the figure as known now (KN6, KN7). */
export async function bridge(workspace: string, input: BridgeInput, hooks: CallHooks = {}): Promise<Bridge> {
  const figure = figureOf(input);
  const past = new PastWorkspace(workspace, hooks);
  try {
    const { db } = past;
    const knownAt = versionNamed(db, input.knownAt);
    const changes = changesAfter(db, knownAt);
    const asOf =
      input.asOf === undefined ? new ReadSession(db).context().defaultAsOf() : parseIsoDay(input.asOf, 'as-of day');
    const most = input.rows ?? 20;
    const measure = (): number => figure.value(new ReadSession(db).context(hooks), asOf);
    const to = measure();
    const steps: BridgeStep[] = [];
    let after = to;
    for (const change of changes) {
      hooks.cancel?.check();
      const parts =
        change.command === 'import' ? importParts(db, change, asOf, most, measure) : [wholeStep(db, change)];
      await past.takeBack(change);
      const before = measure();
      // Newest first: each part ends where the one after it began.
      let end = after;
      for (const [i, part] of parts.entries()) {
        const start = i === parts.length - 1 ? before : part.without!;
        if (start !== end) {
          const { cause, count, rows } = part;
          steps.push({
            cause,
            version: change.after,
            sentence: change.sentence,
            from: start,
            to: end,
            change: end - start,
            count,
            rows,
          });
        }
        end = start;
      }
      after = before;
    }
    return {
      figure: input.figure,
      unit: figure.unit,
      asOf: isoDay(asOf),
      knownAt,
      version: changes[0]?.after ?? knownAt,
      from: after,
      to,
      change: to - after,
      steps: steps.toReversed(),
    };
  } finally {
    past.close();
  }
}

type Part = {
  readonly cause: Cause;
  readonly count: number;
  readonly rows: readonly BridgeRow[];
  /** The figure without this part and those before it; null for the last part. */
  readonly without: number | null;
};

const CAUSES: Readonly<Record<string, Cause>> = { undo: 'undone', redo: 'redone', retype: 'corrected' };

function wholeStep(db: ReadDb, change: LoggedChange): Part {
  const cause = CAUSES[change.command] ?? 'rule';
  const batch =
    cause === 'rule' ? null : Number((readInverse(db, change.id)?.input as { batch?: string } | undefined)?.batch);
  const file = batch === null ? null : String(db.get('SELECT file FROM batch WHERE id = ?', [batch])?.[0]);
  const row = { table: 'batch', source: '', key: `B-${batch}`, file, line: null, before: null, after: null };
  return { cause, count: file === null ? 0 : 1, rows: file === null ? [] : [row], without: null };
}

/** The parts of an import, newest first: what it merged, what it corrected, what it added. */
function importParts(db: WriteDb, change: LoggedChange, asOf: Day, most: number, measure: () => number): Part[] {
  const batch = db.count('SELECT id FROM batch WHERE base_version = ?', [change.before]);
  const parts: Part[] = [];
  undoing(db, () => {
    const merged = unmerge(db, change.after, most);
    if (merged.count > 0) parts.push({ cause: 'merged', ...merged, without: measured(db, measure) });
    const corrected = uncorrect(db, batch, most);
    if (corrected.count > 0) parts.push({ cause: 'corrected', ...corrected, without: measured(db, measure) });
  });
  parts.push({ cause: 'late', ...added(db, batch, asOf, most), without: null });
  return parts;
}

class Rollback extends Error {}

/** Runs `work` in a transaction that is rolled back. */
function undoing(db: WriteDb, work: () => void): void {
  try {
    db.transaction(() => {
      work();
      throw new Rollback();
    });
  } catch (error) {
    if (!(error instanceof Rollback)) throw error;
  }
}

function measured(db: WriteDb, measure: () => number): number {
  raiseVersion(db);
  return measure();
}

/** Puts parties back to the customers they had before a version, and names them. */
function unmerge(db: WriteDb, version: number, most: number): { count: number; rows: BridgeRow[] } {
  const moved = db.all(
    `SELECT l.party, l.from_customer, l.to_customer, s.name, p.ext, b.file, p.line
     FROM membership_log l JOIN party p ON p.id = l.party JOIN source s ON s.id = p.source LEFT JOIN batch b ON b.id = p.batch
     WHERE l.version = ? AND l.from_customer IS NOT NULL AND l.to_customer IS NOT NULL ORDER BY l.id`,
    [version],
  );
  const rows: BridgeRow[] = [];
  for (const [party, from, to, source, key, file, line] of moved) {
    db.run('UPDATE customer SET redirect = NULL WHERE id = ?', [from!]);
    db.run('UPDATE membership SET customer = ? WHERE party = ?', [from!, party!]);
    if (rows.length >= most) continue;
    rows.push({
      table: 'party',
      source: source as string,
      key: key as string,
      file: file as string | null,
      line: line as number | null,
      before: `C-${from as number}`,
      after: `C-${to as number}`,
    });
  }
  return { count: moved.length, rows };
}

/** Puts the values that an import changed back, and names the rows. */
function uncorrect(db: WriteDb, batch: number, most: number): { count: number; rows: BridgeRow[] } {
  const versions = db.all('SELECT tbl, row, line, before FROM version WHERE batch = ? ORDER BY tbl, row', [batch]);
  const file = db.get('SELECT file FROM batch WHERE id = ?', [batch])?.[0] as string | undefined;
  const rows: BridgeRow[] = [];
  for (const [tbl, row, line, before] of versions) {
    const table = tbl as string;
    const values = Object.entries(JSON.parse(before as string) as Record<string, SqlValue>);
    if (values.length === 0) continue;
    const columns = values.map(([column]) => column);
    const shape = shapeNamed(table, columns);
    if (rows.length < most) {
      const now = db.get(
        `SELECT ${columns.join(', ')}, (SELECT name FROM source WHERE source.id = ${table}.source), ext FROM ${table} WHERE id = ?`,
        [row!],
      );
      const key = now?.at(-1) as string | undefined;
      if (now && key !== undefined) {
        rows.push({
          table,
          source: now.at(-2) as string,
          key,
          file: file ?? null,
          line: line as number,
          before: said(db, shape, values),
          after: said(
            db,
            shape,
            columns.map((column, i) => [column, now[i]!]),
          ),
        });
      }
    }
    db.run(`UPDATE ${table} SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`, [
      ...values.map(([, value]) => value),
      row!,
    ]);
  }
  return { count: versions.length, rows };
}

/** Every table that imports fill with dated rows. */
const EVENTS = TABLES.map(({ table }) => table).filter((table) => table !== 'party');

/** Rows that an import added, dated up to the day. */
function added(db: ReadDb, batch: number, asOf: Day, most: number): { count: number; rows: BridgeRow[] } {
  const file = db.get('SELECT file FROM batch WHERE id = ?', [batch])?.[0] as string | undefined;
  let count = db.count('SELECT count(*) FROM party WHERE batch = ?', [batch]);
  const rows: BridgeRow[] = [];
  for (const table of EVENTS) {
    count += db.count(`SELECT count(*) FROM ${table} WHERE batch = ? AND day <= ?`, [batch, asOf]);
    for (const [source, key, line, day] of db.all(
      `SELECT (SELECT name FROM source WHERE source.id = e.source), e.ext, e.line, e.day FROM ${table} e
       WHERE e.batch = ? AND e.day <= ? ORDER BY e.day, e.id LIMIT ?`,
      [batch, asOf, Math.max(0, most - rows.length)],
    )) {
      rows.push({
        table,
        source: source as string,
        key: key as string,
        file: file ?? null,
        line: line as number,
        before: null,
        after: isoDay(day as number),
      });
    }
  }
  return { count, rows };
}

/** Columns with their values as a reader knows them: days as ISO text, words instead of term ids. */
function said(db: ReadDb, shape: TableShape, values: readonly (readonly [string, SqlValue])[]): string {
  const terms = new Set(shape.columns.filter(({ term }) => term).map(({ name }) => name));
  return values
    .map(([column, value]) => {
      if (value === null) return `${column} empty`;
      if (typeof value === 'number' && (column === 'day' || column.endsWith('_day')))
        return `${column} ${isoDay(value)}`;
      const word =
        typeof value === 'number' && terms.has(column)
          ? db.get('SELECT text FROM term WHERE id = ?', [value])?.[0]
          : null;
      return `${column} ${String(word ?? value)}`;
    })
    .join(', ');
}

/** The shape of a table and the names of its columns, as its versions may name them; a file that names others is damaged. */
function shapeNamed(table: string, columns: readonly string[]): TableShape {
  const shape = TABLES.find((one) => one.table === table);
  const wrong = columns.find((column) => !shape?.columns.some(({ name }) => name === column));
  if (shape === undefined || wrong !== undefined) {
    throw new LadderlineError(
      'workspace-damaged',
      `The workspace keeps versions of ${wrong === undefined ? 'a table' : `a column "${wrong}" of`} "${table}" that it cannot have.`,
    );
  }
  return shape;
}

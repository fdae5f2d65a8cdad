import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import type { Problem, ProblemsReport } from './types.ts';

/** `problems`: rejects and data-quality findings, each with its file and line where it has one. */
export const problems = defineAnalysis({
  name: 'problems',
  lane: 'compute',
  input: z.object({}),
  run(ctx): ProblemsReport {
    const list = problemGroups(ctx);
    return { total: list.reduce((sum, p) => sum + p.count, 0), problems: list };
  },
});

/** Lines named in a message at most. */
const LINES_NAMED = 5;

/** Every problem of the live imports, rejects first, then findings about the whole workspace. */
export function problemGroups(ctx: ReadContext): Problem[] {
  return [
    ...rejectProblems(ctx),
    ...decisionProblems(ctx),
    ...keyProblems(ctx),
    ...laterEvents(ctx),
    ...surveyKinds(ctx),
    ...taxIds(ctx),
  ];
}

function rejectProblems(ctx: ReadContext): Problem[] {
  const groups = ctx.db.all(
    `SELECT r.batch, b.file, r.col, r.reason, count(*), min(r.line), group_concat(r.line, ', ')
     FROM (SELECT * FROM reject ORDER BY batch, line) r JOIN batch b ON b.id = r.batch
     WHERE b.state = 'live' GROUP BY r.batch, r.col, r.reason ORDER BY r.batch DESC, min(r.line)`,
  );
  return groups.map(([batch, file, column, reason, count, line, lines]) => {
    const named = String(lines).split(', ');
    const where = named.length > LINES_NAMED ? `${named.slice(0, LINES_NAMED).join(', ')}, …` : named.join(', ');
    const n = count as number;
    return {
      code: 'reject',
      severity: 'warning',
      count: n,
      message: `${n === 1 ? '1 row was' : `${n} rows were`} rejected: ${String(reason)} (line ${where})`,
      batch: String(batch),
      file: file as string,
      line: line as number,
      column: column as string | null,
    };
  });
}

type Decision = { column?: string | null; what?: string; value?: string; why?: string };
type Doubt = { header?: string; why?: string };

/** Decisions of the importer that a person should know of; encodings and profiles are in the ledger's own details. */
const TOLD = new Set([
  'short rows',
  'long rows',
  'zero bytes',
  'long cells',
  'damaged records',
  'cells in another encoding',
  'control total',
  'recipe step',
]);

/** What the importer met or decided on thin evidence and says so (`facts` of a batch). */
function decisionProblems(ctx: ReadContext): Problem[] {
  const found: Problem[] = [];
  for (const [batch, file, facts] of ctx.db.all(
    "SELECT id, file, facts FROM batch WHERE state = 'live' ORDER BY id DESC",
  )) {
    const { decisions = [], doubts = [] } = JSON.parse(facts as string) as { decisions?: Decision[]; doubts?: Doubt[] };
    const add = (code: string, count: number, message: string, column: string | null): void => {
      found.push({
        code,
        severity: 'info',
        count,
        message,
        batch: String(batch),
        file: file as string,
        line: 1,
        column,
      });
    };
    for (const { column, what, value, why } of decisions) {
      if (what === undefined || !TOLD.has(what)) continue;
      if (what === 'recipe step')
        add('recipe', Number(value) || 1, `Recipe, column "${column ?? ''}": ${why ?? ''}`, column ?? null);
      else if (what === 'control total')
        add(
          'control-total',
          1,
          `Control total${column ? ` of ${column}` : ''}: ${why ?? ''} (${value ?? ''})`,
          column ?? null,
        );
      else add('decision', Number(value) || 1, `${value ?? ''} ${what}: ${why ?? ''}`.trim(), column ?? null);
    }
    for (const { header, why } of doubts)
      add('doubt', 1, `Column "${header ?? ''}": ${why ?? 'decided on thin evidence'}`, header ?? null);
  }
  return found;
}

const EVENT_TABLES = ['purchase', 'subscription', 'response', 'touch', 'ticket', 'advocacy', 'partnership'] as const;
const PLURAL: Readonly<Record<(typeof EVENT_TABLES)[number], string>> = {
  purchase: 'purchases',
  subscription: 'subscriptions',
  response: 'answers',
  touch: 'touches',
  ticket: 'tickets',
  advocacy: 'advocacy events',
  partnership: 'partnerships',
};

/** Rows that name no customer, and rows that name one of whom no file says more than a key. */
function keyProblems(ctx: ReadContext): Problem[] {
  const found: Problem[] = [];
  for (const table of EVENT_TABLES) {
    const none = ctx.db.all(
      `SELECT t.batch, b.file, count(*), min(t.line) FROM ${table} t JOIN batch b ON b.id = t.batch
       WHERE t.party IS NULL AND t.account_party IS NULL GROUP BY t.batch ORDER BY t.batch DESC`,
    );
    for (const [batch, file, count, line] of none) {
      found.push({
        code: 'no-customer',
        severity: 'info',
        count: count as number,
        message:
          count === 1
            ? `1 of the ${PLURAL[table]} names no customer; it counts in totals and in no customer's figures`
            : `${String(count)} ${PLURAL[table]} name no customer; they count in totals and in no customer's figures`,
        batch: String(batch),
        file: file as string,
        line: line as number,
        column: null,
      });
    }
  }
  const unresolved = ctx.db.all(
    `SELECT s.name, p.batch, b.file, count(*), min(p.line)
     FROM party p JOIN source s ON s.id = p.source JOIN batch b ON b.id = p.batch JOIN membership m ON m.party = p.id
     WHERE m.method = 'alone' AND p.name IS NULL AND p.email IS NULL AND p.given_name IS NULL AND p.family_name IS NULL
       AND NOT EXISTS (SELECT 1 FROM membership o WHERE o.customer = m.customer AND o.party <> p.id)
     GROUP BY p.source, p.batch ORDER BY p.batch DESC`,
  );
  for (const [source, batch, file, count, line] of unresolved) {
    found.push({
      code: 'unresolved-key',
      severity: 'warning',
      count: count as number,
      message: `${String(count)} ${count === 1 ? 'key names a customer' : 'keys name customers'} that no file of ${String(source)} describes; a later import can repair it`,
      batch: String(batch),
      file: file as string,
      line: line as number,
      column: null,
    });
  }
  return found;
}

/** Events after the as-of day are kept and invisible; they are named here. */
function laterEvents(ctx: ReadContext): Problem[] {
  const asOf = ctx.defaultAsOf();
  const found: Problem[] = [];
  for (const table of ['purchase', 'response', 'touch', 'ticket'] as const) {
    const row = ctx.db.get(`SELECT count(*), min(e.day), max(e.day) FROM ${table} e WHERE e.day > ?`, [asOf]);
    const count = (row?.[0] as number | undefined) ?? 0;
    if (count === 0) continue;
    const first = ctx.db.get(
      `SELECT e.batch, b.file, e.line FROM ${table} e JOIN batch b ON b.id = e.batch WHERE e.day > ? ORDER BY e.day LIMIT 1`,
      [asOf],
    );
    found.push({
      code: 'after-as-of',
      severity: 'info',
      count,
      message: `${count} ${PLURAL[table]} lie after the as-of day ${isoDay(asOf)} (${isoDay(row![1] as number)} to ${isoDay(row![2] as number)}) and are not counted`,
      batch: first ? String(first[0]) : null,
      file: first ? (first[1] as string) : null,
      line: first ? (first[2] as number) : null,
      column: null,
    });
  }
  return found;
}

function surveyKinds(ctx: ReadContext): Problem[] {
  const rows = ctx.db.all(
    `SELECT r.batch, b.file, count(*), min(r.line) FROM response r JOIN batch b ON b.id = r.batch
     WHERE r.kind IS NULL GROUP BY r.batch ORDER BY r.batch DESC`,
  );
  return rows.map(([batch, file, count, line]) => ({
    code: 'survey-kind',
    severity: 'info',
    count: count as number,
    message: `${String(count)} answers do not say whether their survey is relational or transactional; they count as relational`,
    batch: String(batch),
    file: file as string,
    line: line as number,
    column: null,
  }));
}

function taxIds(ctx: ReadContext): Problem[] {
  const rows = ctx.db.all(
    `SELECT c.name, count(DISTINCT upper(replace(replace(p.tax_id, ' ', ''), '-', ''))), max(p.batch), max(p.line)
     FROM party p JOIN membership m ON m.party = p.id JOIN customer c ON c.id = m.customer
     WHERE p.tax_id IS NOT NULL GROUP BY m.customer HAVING count(DISTINCT upper(replace(replace(p.tax_id, ' ', ''), '-', ''))) > 1 ORDER BY c.id`,
  );
  return rows.map(([name, count, batch, line]) => ({
    code: 'two-tax-ids',
    severity: 'warning',
    count: 1,
    message: `${String(count)} tax ids in one customer: ${String(name)}`,
    batch: String(batch),
    file: null,
    line: line as number,
    column: null,
  }));
}

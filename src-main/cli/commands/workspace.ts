import { setAsOf } from '#engine/commands/index.ts';
import { listFields, showSql, status } from '#engine/analyses/workspace/index.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { backupTo } from '#engine/store/backup.ts';
import { runForeignSql } from '#engine/store/foreign-sql.ts';
import { createWorkspace, openReader, openWriter } from '#engine/store/open.ts';
import { parseOptions } from '../options.ts';
import { textTable } from '../output.ts';
import { ask, given, tell } from '../session.ts';
import type { CliCommand } from './command.ts';

export const newCommand: CliCommand = {
  name: 'new',
  usage:
    'new W [--unit company|person] [--currency EUR] [--timezone Europe/Berlin] [--fiscal-year-start 1] [--mode 5|6]',
  summary: 'creates a workspace; refuses to overwrite',
  run(argv, out) {
    const o = parseOptions(
      'new',
      argv,
      { values: ['unit', 'currency', 'timezone', 'fiscal-year-start', 'mode'] },
      [1, 1],
    );
    const workspace = o.positionals[0]!;
    const mode = o.oneOf('mode', ['5', '6']);
    createWorkspace(
      workspace,
      given({
        unit: o.oneOf('unit', ['company', 'person']),
        currency: o.text('currency'),
        timezone: o.text('timezone'),
        fiscalYearStart: o.number('fiscal-year-start'),
        ladderMode: mode === undefined ? undefined : mode === '5' ? (5 as const) : (6 as const),
      }),
    );
    const db = openReader(workspace);
    const schema = db.count('PRAGMA user_version');
    db.close();
    out.answer({ workspace, schema }, () => `Created ${workspace} (schema ${schema}).`);
  },
};

export const asOfCommand: CliCommand = {
  name: 'as-of',
  usage: 'as-of W [D]',
  summary: "shows or sets the workspace's as-of day (D: YYYY-MM-DD, or `newest` for the newest observed day)",
  async run(argv, out) {
    const o = parseOptions('as-of', argv, {}, [1, 2]);
    const [workspace, day] = o.positionals;
    if (day !== undefined) await tell(workspace!, setAsOf, { day: day === 'newest' ? null : day });
    const answer = ask(workspace!, status, {});
    out.answer(
      { asOf: answer.asOf, set: answer.asOfSet },
      () => `As of ${answer.asOf ?? 'no day yet'}${answer.asOfSet ? ' (set)' : ''}`,
    );
  },
};

export const statusCommand: CliCommand = {
  name: 'status',
  usage: 'status W',
  summary: 'counts per table, as-of day, last import, problems, quick integrity check (`check` is the full one)',
  reads: true,
  run(argv, out) {
    const o = parseOptions('status', argv, {}, [1, 1]);
    const answer = ask(o.positionals[0]!, status, { integrity: 'quick' });
    out.answer(answer, () =>
      [
        `Schema ${answer.schema}, ${answer.customers} customers (${answer.unit}), as of ${answer.asOf ?? 'no day yet'}, ${answer.currency}, ${answer.timezone}`,
        textTable(['table', 'rows'], Object.entries(answer.tables)),
        answer.lastImport
          ? `Last import: ${answer.lastImport.file} on ${answer.lastImport.day}`
          : 'Nothing imported yet.',
        ...answer.problems.map((p) => `${p.count} × ${p.message}`),
        `Integrity: ${answer.integrity}`,
      ].join('\n'),
    );
  },
};

export const fieldsCommand: CliCommand = {
  name: 'fields',
  usage: 'fields [RELATION]',
  summary: 'the catalogue of the language',
  run(argv, out) {
    const o = parseOptions('fields', argv, {}, [0, 1]);
    const rows = listFields(o.positionals[0]);
    out.answer(rows, () =>
      textTable(
        ['relation', 'name', 'type', 'unit or words', 'history', 'meaning', 'is'],
        rows.map((r) => [
          r.relation,
          r.name,
          r.type,
          r.set?.join(' ') ?? r.unit,
          r.history ? 'yes' : 'no',
          r.meaning,
          r.expression ?? '',
        ]),
      ),
    );
  },
};

export const sqlCommand: CliCommand = {
  name: 'sql',
  usage: 'sql W "SELECT ..." [--max-rows 100000]',
  summary: 'read-only SQL over the documented views',
  reads: true,
  run(argv, out) {
    const o = parseOptions('sql', argv, { values: ['max-rows'] }, [2, 2]);
    const [workspace, sql] = o.positionals;
    const db = openReader(workspace!);
    try {
      const answer = runForeignSql(db, sql!, o.number('max-rows') ?? 100_000);
      out.answer(
        answer,
        () =>
          textTable(answer.columns, answer.rows as (string | number | null)[][]) +
          (answer.truncated ? '\n(truncated)' : ''),
      );
    } finally {
      db.close();
    }
  },
};

export const sqlOfCommand: CliCommand = {
  name: 'sql-of',
  usage: 'sql-of W [--where E] [--unit customer|person|lead|touch|ticket] [--as-of D]',
  summary: 'the SQL of a text: a statement for `sql` that answers its units (holds 1) and those unknown (holds null)',
  reads: true,
  run(argv, out) {
    const o = parseOptions('sql-of', argv, { values: ['unit', 'where', 'as-of'] }, [1, 1]);
    const answer = ask(
      o.positionals[0]!,
      showSql,
      given({
        text: o.text('where') ?? '',
        asOf: o.text('as-of'),
        unit: o.oneOf('unit', ['customer', 'person', 'lead', 'touch', 'ticket']),
      }),
    );
    out.answer(answer, () => answer.runnable);
  },
};

export const backupCommand: CliCommand = {
  name: 'backup',
  usage: 'backup W DIR',
  summary: 'a verified copy of the workspace in a folder',
  run(argv, out) {
    const o = parseOptions('backup', argv, {}, [2, 2]);
    const [workspace, folder] = o.positionals;
    const db = openWriter(workspace!);
    try {
      const file = backupTo(db, workspace!, folder!);
      out.answer({ file }, () => `Backed up to ${file}.`);
    } finally {
      db.close();
    }
  },
};

export const checkCommand: CliCommand = {
  name: 'check',
  usage: 'check W',
  summary: 'full integrity check',
  run(argv, out) {
    const o = parseOptions('check', argv, {}, [1, 1]);
    const answer = ask(o.positionals[0]!, status, { integrity: 'full' });
    if (answer.integrity !== 'ok') {
      throw new LadderlineError(
        'workspace-damaged',
        `The workspace is damaged: ${answer.integrity}. Restore the newest backup.`,
        undefined,
        3,
      );
    }
    out.answer({ integrity: answer.integrity }, () => 'The workspace is whole.');
  },
};

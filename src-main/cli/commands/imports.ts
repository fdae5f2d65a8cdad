import { writeFileSync } from 'node:fs';
import {
  importCancel,
  importCorrections,
  importDryRun,
  importInterrupted,
  importNow,
  redoImport,
  retypeImport,
  undoImport,
} from '#engine/commands/index.ts';
import { REJECT_LINE, REJECT_REASON } from '#engine/import/corrections.ts';
import { parseExceptions } from '#engine/import/exceptions.ts';
import { expandFiles } from '#engine/import/detect/export-file.ts';
import {
  drift,
  imports,
  lineage,
  lookAt,
  missing,
  proposalOf,
  rejectRows,
  rejects,
  unresolved,
} from '#engine/import/questions.ts';
import { ENTITIES } from '#engine/base/entities.ts';
import { EXIT, LadderlineError, toWireError, usage } from '#engine/base/errors.ts';
import { forgetInterrupted, interruptedImports, type Interrupted } from '#engine/import/under-way.ts';
import { openReader } from '#engine/store/open.ts';
import { parseOptions, type Options } from '../options.ts';
import { csvText, textTable, type Output } from '../output.ts';
import { ask, given, packColumns, tell } from '../session.ts';
import type { CliCommand } from './command.ts';

const DATE_ORDERS = ['dmy', 'mdy', 'ymd'] as const;
const ENTITY_NAMES = ENTITIES.map((e) => e.name);

export const sniffCommand: CliCommand = {
  name: 'sniff',
  usage: 'sniff FILE [--records N] [--profile ID] [--date-order dmy|mdy|ymd] [--sheet NAME]',
  summary: 'what the importer sees in a file',
  run(argv, out) {
    const o = parseOptions('sniff', argv, { values: ['records', 'profile', 'date-order', 'sheet'] }, [1, 1]);
    const { sniff } = lookAt(o.positionals[0]!, {
      records: o.number('records') ?? 0,
      profile: o.text('profile'),
      dateOrder: o.oneOf('date-order', DATE_ORDERS) ?? null,
      sheet: o.text('sheet'),
      propose: false,
    });
    out.answer(sniff, () =>
      [
        `${sniff.file}: ${sniff.profile ?? 'no known export'}, ${sniff.encoding}, delimiter ${JSON.stringify(sniff.delimiter)}, ${sniff.logicalRecords} records`,
        textTable(
          ['column', 'type', 'date order', 'why'],
          sniff.columns.map((c) => [c.header, c.type, c.dateOrder ?? '', c.why]),
        ),
      ].join('\n'),
    );
  },
};

export const mapCommand: CliCommand = {
  name: 'map',
  usage: 'map FILE [--as ENTITY] [--sheet NAME]',
  summary: 'the mapping that the importer proposes, in the form of a mapping file',
  run(argv, out) {
    const o = parseOptions('map', argv, { values: ['as', 'sheet'] }, [1, 1]);
    const path = o.positionals[0]!;
    const { mapping } = proposalOf(path, { as: o.oneOf('as', ENTITY_NAMES), sheet: o.text('sheet') });
    const { entities, ...shared } = mapping;
    const file = entities.length === 1 ? { ...shared, ...entities[0] } : mapping;
    out.answer(file, () => JSON.stringify(file, null, 2));
  },
};

function readingOf(o: Options): Record<string, unknown> {
  return given({
    snapshot: o.has('snapshot') ? true : undefined,
    again: o.has('again') ? true : undefined,
    profile: o.text('profile'),
    mapFile: o.text('map'),
    as: o.oneOf('as', ENTITY_NAMES),
    dateOrder: o.oneOf('date-order', DATE_ORDERS),
    source: o.text('source'),
    sheet: o.text('sheet'),
  });
}

/** A dry run that lets go of the staged file before its connection closes: the next file, or the end, finds nothing held. */
const dryRunOnce: typeof importDryRun = {
  ...importDryRun,
  async run(ctx, input) {
    try {
      return await importDryRun.run(ctx, input);
    } finally {
      await importCancel.run(ctx, {});
    }
  },
};

/**
 * Says which imports of a workspace were ended before they could answer; of those that had been saved once, of the others until
 * they are imported again. A workspace that cannot be read is told by what follows.
 */
function tellInterrupted(workspace: string, out: Output): Interrupted[] {
  try {
    const db = openReader(workspace);
    try {
      const found = interruptedImports(db);
      for (const { id, sentence, batch } of found) {
        out.note(batch === null ? `${sentence} \`ladderline import W --interrupted\` imports it again.` : sentence);
        if (batch !== null) forgetInterrupted(db, id);
      }
      return found.filter(({ batch }) => batch === null);
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof LadderlineError) return [];
    throw error;
  }
}

export const importCommand: CliCommand = {
  name: 'import',
  usage:
    'import W FILE... [--profile ID] [--map MAP.json] [--as ENTITY] [--date-order dmy|mdy|ymd] [--source NAME] [--sheet NAME] [--dry-run] [--leave-out 12,15-20,touch.text,touch:changed,touch:new] [--again] [--snapshot] [--corrects BATCH] [--on-reject keep|abort] | W --interrupted',
  summary: 'imports files; each is its own transaction; --interrupted: those again whose process was ended',
  async run(argv, out) {
    const o = parseOptions(
      'import',
      argv,
      {
        flags: ['dry-run', 'snapshot', 'again', 'interrupted'],
        values: ['profile', 'map', 'as', 'date-order', 'on-reject', 'source', 'sheet', 'leave-out', 'corrects'],
      },
      [1, 10_000],
    );
    const [workspace, ...paths] = o.positionals;
    if (paths.length === 0 && !o.has('interrupted')) throw usage('import: name the files to import.');
    const interrupted = tellInterrupted(workspace!, out);
    const { files, leftOut } = expandFiles(paths);
    for (const { name, reason } of leftOut) out.note(`${name} was left out. ${reason}`);
    const leaveOut = o.text('leave-out');
    const exceptions = leaveOut === undefined ? {} : { exceptions: parseExceptions(leaveOut) };
    const onReject = o.oneOf('on-reject', ['keep', 'abort']) ?? 'keep';
    const batches: unknown[] = [];
    const errors: { file: string; code: string; message: string }[] = [];
    let failure: unknown = null;
    if (o.has('interrupted') && interrupted.length === 0) out.note('No import of this workspace was interrupted.');
    for (const { id, file } of o.has('interrupted') ? interrupted : []) {
      try {
        const { already, ...report } = await tell(workspace!, importInterrupted, { id });
        if (already) out.note(already.message);
        batches.push({ ...report, ...(already ? { already } : {}) });
      } catch (error) {
        failure ??= error;
        const { code, message } = toWireError(error);
        errors.push({ file, code, message });
        out.note(`${file}: ${message}`);
      }
    }
    for (const { path, name } of files) {
      const input = { file: path, ...readingOf(o), ...exceptions };
      try {
        let last = 0;
        const hooks = {
          progress(p: { what: string; done: number; total: number | null }) {
            const percent = p.total ? Math.floor((p.done / p.total) * 100) : 0;
            if (percent >= last + 20) out.note(`${p.what}: ${(last = percent)} %`);
          },
        };
        const corrects = o.text('corrects');
        if (corrects !== undefined) {
          const { already, ...report } = await tell(
            workspace!,
            importCorrections,
            { batch: corrects, file: path, onReject },
            hooks,
          );
          if (already) out.note(already.message);
          batches.push({ ...report, ...(already ? { already } : {}) });
        } else if (o.has('dry-run')) {
          const { staging: _, provisional: __, ...report } = await tell(workspace!, dryRunOnce, input, hooks);
          batches.push({ batch: null, ...report });
          for (const { entity, field, rows } of report.kinds)
            out.note(`${entity}.${field} would change in ${rows} ${rows === 1 ? 'row' : 'rows'}.`);
          for (const { message } of report.drift.lines) out.note(message);
        } else {
          const { already, ...report } = await tell(workspace!, importNow, { ...input, onReject }, hooks);
          if (already) out.note(already.message);
          batches.push({ ...report, ...(already ? { already } : {}) });
        }
      } catch (error) {
        if (files.length === 1) throw error;
        failure ??= error;
        const { code, message } = toWireError(error);
        errors.push({ file: name, code, message });
        out.note(`${name}: ${message}`);
      }
    }
    if (batches.length > 0 && !o.has('dry-run')) packColumns(workspace!);
    const answer = errors.length > 0 ? { batches, errors } : { batches };
    type Row = {
      file: string;
      profile: string | null;
      read: number;
      used: number;
      skipped: number;
      rejected: number;
      entities: { entity: string; created: number; updated: number; unchanged: number }[];
    };
    out.answer(answer, () =>
      textTable(
        ['file', 'profile', 'read', 'used', 'skipped', 'rejected', 'what'],
        (batches as Row[]).map((b) => [
          b.file,
          b.profile ?? '',
          b.read,
          b.used,
          b.skipped,
          b.rejected,
          b.entities
            .map((e) => `${e.entity}: ${e.created} new, ${e.updated} changed, ${e.unchanged} unchanged`)
            .join('; '),
        ]),
      ),
    );
    return failure === null ? EXIT.done : EXIT.data;
  },
};

export const importsCommand: CliCommand = {
  name: 'imports',
  usage: 'imports W',
  summary: 'the ledger of imports',
  reads: true,
  run(argv, out) {
    const o = parseOptions('imports', argv, {}, [1, 1]);
    const answer = ask(o.positionals[0]!, imports, {});
    tellInterrupted(o.positionals[0]!, out);
    out.answer(answer, () =>
      textTable(
        ['batch', 'file', 'profile', 'state', 'day', 'read', 'used', 'skipped', 'rejected'],
        answer.batches.map((b) => [
          b.batch,
          b.file,
          b.profile ?? '',
          b.state,
          b.day,
          b.read,
          b.used,
          b.skipped,
          b.rejected,
        ]),
      ),
    );
  },
};

export const undoCommand: CliCommand = {
  name: 'undo',
  usage: 'undo W BATCH',
  summary: 'undoes an import, in any order',
  async run(argv, out) {
    const o = parseOptions('undo', argv, {}, [2, 2]);
    const answer = await tell(o.positionals[0]!, undoImport, { batch: o.positionals[1]! });
    out.answer(
      answer,
      () =>
        `Undid batch ${answer.batch}: ${answer.removed} rows removed, ${answer.rehomed} kept by other imports, ${answer.restored} values restored.`,
    );
  },
};

export const redoCommand: CliCommand = {
  name: 'redo',
  usage: 'redo W BATCH',
  summary: 'merges an undone import again',
  async run(argv, out) {
    const o = parseOptions('redo', argv, {}, [2, 2]);
    const { already: _, ...answer } = await tell(o.positionals[0]!, redoImport, { batch: o.positionals[1]! });
    out.answer(answer, () => `Merged batch ${answer.batch} again.`);
  },
};

export const rejectsCommand: CliCommand = {
  name: 'rejects',
  usage: 'rejects W BATCH [--csv F]',
  summary:
    'rows of an import that were not loaded; the CSV has the columns of the file, to be corrected and imported with --corrects',
  reads: true,
  run(argv, out) {
    const o = parseOptions('rejects', argv, { values: ['csv'] }, [2, 2]);
    const answer = ask(o.positionals[0]!, rejects, { batch: o.positionals[1]!, limit: 100_000 });
    const headers = ['line', 'column', 'value', 'reason'];
    const rows = answer.rejects.map((r) => [r.line, r.column, r.value, r.reason]);
    const file = o.text('csv');
    if (file !== undefined) {
      const whole = ask(o.positionals[0]!, rejectRows, { batch: o.positionals[1]!, limit: 100_000 });
      const open = whole.rows.filter((row) => row.fixedBy === null);
      writeFileSync(
        file,
        csvText(
          [...whole.headers, REJECT_REASON, REJECT_LINE],
          open.map((row) => [...row.cells, row.reasons.join(' '), row.line]),
        ),
      );
    }
    out.answer(answer, () => textTable(headers, rows));
  },
};

export const retypeCommand: CliCommand = {
  name: 'retype',
  usage:
    'retype W BATCH --map MAP.json | --column NAME [--field F] [--date-order dmy|mdy|ymd] [--decimal .|,] [--currency CODE] [--zone NAME]',
  summary: 'reads a stored import again with another mapping, or one column as something else; can be undone',
  async run(argv, out) {
    const o = parseOptions(
      'retype',
      argv,
      { values: ['map', 'column', 'field', 'date-order', 'decimal', 'currency', 'zone'] },
      [2, 2],
    );
    const as = given({
      field: o.text('field'),
      dateOrder: o.oneOf('date-order', DATE_ORDERS),
      decimal: o.oneOf('decimal', ['.', ',']),
      currency: o.text('currency'),
      zone: o.text('zone'),
    });
    const [workspace, batch] = o.positionals;
    const input = given({ batch: batch!, mapFile: o.text('map'), column: o.text('column'), as });
    const { already: _, ...answer } = await tell(workspace!, retypeImport, input);
    out.answer(
      answer,
      () => `Read batch ${answer.batch} again: ${answer.used} rows used, ${answer.rejected} rejected.`,
    );
  },
};

export const driftCommand: CliCommand = {
  name: 'drift',
  usage: 'drift W BATCH',
  summary: 'how an imported file differs from the last one of its kind',
  run(argv, out) {
    const o = parseOptions('drift', argv, {}, [2, 2]);
    const answer = ask(o.positionals[0]!, drift, { batch: o.positionals[1]! });
    out.answer(answer, () =>
      answer.against === null
        ? `${answer.file} is the first of its kind.`
        : [
            `${answer.file} against ${answer.against.file} (batch ${answer.against.batch}):`,
            ...(answer.lines.length === 0 ? ['no difference'] : answer.lines.map((line) => line.message)),
          ].join('\n'),
    );
  },
};

export const missingCommand: CliCommand = {
  name: 'missing',
  usage: 'missing W',
  summary: 'rows of earlier full exports that the newest one does not hold',
  run(argv, out) {
    const o = parseOptions('missing', argv, {}, [1, 1]);
    const answer = ask(o.positionals[0]!, missing, {});
    out.answer(answer, () =>
      textTable(
        ['table', 'key', 'name', 'last in', 'day'],
        answer.rows.map((row) => [row.table, `${row.source}:${row.key}`, row.name ?? '', row.file, row.day]),
      ),
    );
  },
};

export const unresolvedCommand: CliCommand = {
  name: 'unresolved',
  usage: 'unresolved W',
  summary: 'keys that rows name and that no import describes yet',
  run(argv, out) {
    const o = parseOptions('unresolved', argv, {}, [1, 1]);
    const answer = ask(o.positionals[0]!, unresolved, {});
    out.answer(answer, () =>
      textTable(
        ['relation', 'source', 'keys', 'rows', 'such as', 'first named in'],
        answer.relations.map((r) => [
          r.relation,
          r.source,
          r.keys,
          r.rows,
          r.samples.join(', '),
          `${r.file}, line ${r.line}`,
        ]),
      ),
    );
  },
};

export const lineageCommand: CliCommand = {
  name: 'lineage',
  usage: 'lineage W TABLE KEY COLUMN',
  summary: 'where a value came from',
  reads: true,
  run(argv, out) {
    const o = parseOptions('lineage', argv, {}, [4, 4]);
    const [workspace, table, key, column] = o.positionals;
    const answer = ask(workspace!, lineage, { table: table!, key: key!, column: column! });
    out.answer(
      answer,
      () =>
        `${answer.file}, line ${answer.line}${answer.mapping ? `, column ${answer.mapping.column}` : ''}\n${answer.text}`,
    );
  },
};

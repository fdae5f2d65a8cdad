import type { RowSink } from '#engine/base/entities.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { RowSorter } from '../detect/layout.ts';
import { Grouper } from '../detect/sniff.ts';
import { RecordReader } from '../read/reader.ts';
import type { ByteSource } from '../read/source.ts';
import { attributeWriter, extraCells } from './attributes.ts';
import { cleaned, holds } from './cells.ts';
import { DirectRows } from './direct-rows.ts';
import { checksOf, report, statedRecords } from './control.ts';
import { emit } from './emit.ts';
import { checkScale, compileEntity } from './entity-plan.ts';
import type { MapFacts, MapOptions } from './facts.ts';
import { Pass } from './pass.ts';
import type { ImportPlan } from './plan.ts';
import { Sections } from './sections.ts';
import { ABOUT_COLUMNS, ColumnSettling, HeadMisled } from './settle.ts';

export type { ControlCheck, Decision, MapFacts, MapOptions, MapSettings } from './facts.ts';
export { HeadMisled } from './settle.ts';

/** Why a row is skipped that a person left out. */
export const LEFT_OUT = 'Left out by choice.';

/** Cells that mean empty in any export. */
const EMPTY_CELLS = [
  '-', '--', '\u2013', '\u2014', '-None-', 'NULL', 'null', '(null)', 'N/A', 'n/a', '(blank)', '(empty)',
  '#N/A', '#VALUE!', '#REF!', '#NAME?', '#NUM!', '#DIV/0!',
]; // prettier-ignore

/** Reads a file once and hands its rows to the sink (RowSink). Texts handed over may be slices of a block: copy what is kept. */
export function mapFile(plan: ImportPlan, source: ByteSource, sink: RowSink, options: MapOptions): MapFacts {
  try {
    return run(new Pass(plan, sink, options), source);
  } catch (error) {
    if (
      options.trustHead &&
      plan.inspection.provisional &&
      error instanceof LadderlineError &&
      ABOUT_COLUMNS.has(error.code)
    )
      throw new HeadMisled();
    throw error;
  }
}

function run(pass: Pass, source: ByteSource): MapFacts {
  const { inspection, profile, mapping } = pass.plan;
  const settling = new ColumnSettling(pass);
  pass.columns = settling.settle();
  const { layout } = inspection;
  pass.decide(null, 'encoding', inspection.encoding, inspection.encodingWhy);
  if (profile)
    pass.decide(
      null,
      'profile',
      profile.id,
      `the columns ${profile.signature.flat().slice(0, 5).join(', ')} are all there`,
    );
  for (const { what, value, why } of inspection.notes) pass.decide(null, what, value, why);
  for (const line of layout.preamble) pass.decide(null, 'left out', line, 'before the header');
  const placeholders = new Set([...EMPTY_CELLS, ...(mapping.placeholders ?? [])]);
  let longest = 0;
  for (const word of placeholders) longest = Math.max(longest, word.length);
  const entities = pass.plan.entities.map((bound) => compileEntity(pass, bound));
  const attributes = attributeWriter(pass);
  const skips = (mapping.skip ?? []).flatMap((rule) => {
    const at = pass.plan.index.find(rule.column, profile?.aliases?.[rule.column]);
    if (at < 0) return [];
    return [
      {
        at,
        words: rule.is ? new Set(rule.is.map((w) => w.toLowerCase())) : null,
        pattern: rule.pattern ? new RegExp(rule.pattern, 'i') : null,
        reason: rule.reason,
      },
    ];
  });
  const sectionAt = mapping.sections ? pass.plan.index.find(mapping.sections.column) : -1;
  const sections = sectionAt < 0 ? null : new Sections(sectionAt, mapping.sections!.keep);
  const reader = new RecordReader(source, {
    encoding: inspection.encoding,
    delimiter: inspection.delimiter,
    width: layout.headers.length,
  });
  const sorter = new RowSorter(layout);
  const grouper = new Grouper(mapping.group, pass.plan.index, profile?.aliases);
  const width = layout.headers.length;
  const row = pass.row;
  const { cells } = row;
  const sink = pass.sink;
  const { watched } = settling;
  const { filled } = pass.shape;
  const plainRows = skips.length === 0 && sections === null && !grouper.active;
  const direct = plainRows
    ? DirectRows.of(
        pass,
        entities,
        attributes,
        sorter,
        placeholders,
        watched.map(({ at }) => at),
      )
    : null;
  const tally = { used: 0, skipped: 0, rejected: 0, records: 0, loaded: 0, short: 0, long: 0 };
  const footers: { line: number; text: string; cells: readonly string[] }[] = [];
  let firstOfGroup = { line: 0, outcome: 'used' as 'used' | 'skipped' | 'rejected' };
  let index = 0;
  let n = 0;
  while ((n = reader.next()) > 0) {
    pass.options.checkCancel?.();
    const { block } = reader;
    for (let r = 0; r < n; r += 1, index += 1) {
      if (index < layout.dataFrom) continue;
      if (direct !== null && footers.length === 0 && (reader.damage.size === 0 || !reader.damage.has(r))) {
        const loaded = sink.wants?.(reader.lines[r]!) === false ? null : direct.take(reader, block, r);
        if (loaded !== null) {
          for (let i = 0; i < watched.length; i += 1) watched[i]!.collector.add(reader.cell(r, watched[i]!.at));
          tally.records += 1;
          if (loaded) {
            tally.used += 1;
            tally.loaded += 1;
          } else tally.rejected += 1;
          continue;
        }
      }
      const count = reader.cells(r, cells);
      const kind = reader.damage.has(r) ? 'data' : sorter.kindOf(cells, count);
      if (kind === 'blank') continue;
      const line = reader.lines[r]!;
      if (sections && kind !== 'header' && sections.passes(cells, count) && !reader.damage.has(r)) {
        sink.skip(line, sections.reason);
        tally.skipped += 1;
        continue;
      }
      if (kind === 'footer') {
        footers.push({
          line,
          text: cells
            .slice(0, count)
            .filter((cell) => cell !== '')
            .join(' ')
            .slice(0, 200),
          cells: cells.slice(0, count).map((cell) => cell.trim()),
        });
        continue;
      }
      if (footers.length > 0) {
        for (const footer of footers)
          sink.reject(footer.line, null, footer.text, 'The row looks like a footer, but data follow it.');
        tally.rejected += footers.length;
        tally.records += footers.length;
        footers.length = 0;
      }
      if (kind === 'header') {
        sink.skip(line, 'The header is repeated.');
        tally.skipped += 1;
        continue;
      }
      const damage = reader.damage.get(r);
      if (damage !== undefined) {
        sink.reject(line, null, cells.slice(0, count).join(inspection.delimiter).slice(0, 500), damage);
        tally.rejected += 1;
        tally.records += 1;
        continue;
      }
      for (let i = 0; i < watched.length; i += 1) {
        const { at, collector } = watched[i]!;
        collector.add(at < count ? cells[at]! : '');
      }
      row.line = line;
      row.failed = false;
      if (count < width) {
        tally.short += 1;
        for (let i = count; i < width; i += 1) cells[i] = '';
      }
      for (let i = 0; i < width; i += 1) {
        let text = cells[i]!;
        if (text === '') continue;
        cells[i] = text = cleaned(text);
        if (text === '') continue;
        if (text.length <= longest && placeholders.has(text)) cells[i] = '';
        else filled[i] = filled[i]! + 1;
      }
      pass.shape.row();
      const uncooked = pass.recipe?.apply(cells, line) ?? null;
      pass.extra = null;
      if (count > width) {
        tally.long += 1;
        pass.extra = extraCells(pass, count, width);
      }
      if (grouper.active && grouper.continues(cells)) {
        if (firstOfGroup.outcome === 'rejected')
          sink.reject(
            line,
            null,
            null,
            `The row continues the record of line ${firstOfGroup.line}, which was rejected.`,
          );
        else if (firstOfGroup.outcome === 'skipped')
          sink.skip(line, `The row continues the record of line ${firstOfGroup.line}, which was left out.`);
        tally[firstOfGroup.outcome] += 1;
        continue;
      }
      tally.records += 1;
      let skipReason = sink.wants?.(line) === false ? LEFT_OUT : null;
      for (const rule of skips) {
        const cell = cells[rule.at]!;
        if (cell !== '' && (rule.words?.has(cell.toLowerCase()) || rule.pattern?.test(cell))) skipReason = rule.reason;
      }
      if (skipReason !== null) {
        sink.skip(line, skipReason);
        tally.skipped += 1;
        firstOfGroup = { line, outcome: 'skipped' };
        continue;
      }
      let emitted = 0;
      let primary = true;
      if (uncooked) {
        const header = pass.plan.index.headers[uncooked.at]!;
        pass.fail(header, cells[uncooked.at]!, `"${cells[uncooked.at]!}" ${uncooked.why}.`);
      }
      for (const entity of entities) {
        if (row.failed) break;
        if (entity.bound.when && !holds(entity.bound.when, cells)) continue;
        if (emit(pass, entity, primary ? attributes.write : null)) emitted += 1;
        primary = false;
      }
      if (row.failed) {
        tally.rejected += 1;
        firstOfGroup = { line, outcome: 'rejected' };
      } else if (emitted === 0) {
        sink.skip(line, 'Nothing on the row is of a kind that is imported from this export.');
        tally.skipped += 1;
        firstOfGroup = { line, outcome: 'skipped' };
      } else {
        tally.used += 1;
        tally.loaded += 1;
        firstOfGroup = { line, outcome: 'used' };
      }
    }
    pass.options.onProgress?.({
      done: reader.consumed,
      total: source.size,
      rows: tally.used + tally.skipped + tally.rejected,
    });
  }
  settling.confirm();
  for (const entity of entities) checkScale(pass, entity);
  report(pass, reader, tally, footers);
  for (const { step, column, op, failed, sample } of pass.recipe?.report() ?? [])
    if (failed > 0 && sample)
      pass.decide(
        column,
        'recipe step',
        String(failed),
        `step ${step} (${op}): ${failed === 1 ? '1 value was' : `${failed} values were`} not treated; "${sample.value}" on line ${sample.line} ${sample.why}`,
      );
  const checks = checksOf(pass, entities, footers, tally.loaded);
  const stated = footers.map(({ text }) => statedRecords(text)).find((n) => n !== null) ?? null;
  return {
    encoding: inspection.encoding,
    bom: inspection.bom,
    delimiter: inspection.delimiter,
    columns: pass.columns.findings,
    read: tally.used + tally.skipped + tally.rejected,
    used: tally.used,
    skipped: tally.skipped,
    rejected: tally.rejected,
    records: tally.records,
    controlTotals: {
      rows: Object.fromEntries(entities.map((entity) => [entity.spec.name, entity.rows])),
      amounts: [...pass.amounts]
        .map(([key, minor]) => ({ entity: key.split(' ')[0]!, currency: key.split(' ')[1]!, minor }))
        .sort((a, b) => (a.entity + a.currency < b.entity + b.currency ? -1 : 1)),
      footers: footers.map(({ line, text }) => ({ line, text })),
      stated,
      checks,
    },
    shape: pass.shape.shape(layout.headers),
    recipe: pass.recipe?.report() ?? [],
    decisions: pass.decisions,
  };
}

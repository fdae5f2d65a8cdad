import { columnsOf, entityOf, type EntitySpec, type FieldSpec, type RowSink } from '#engine/base/entities.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { decimalOf, minorOf } from '#engine/base/money.ts';
import type { Day } from '#engine/base/days.ts';
import type { Team } from '#engine/base/vocabulary.ts';
import { ColumnCollector, decideColumns, type ColumnDecisions } from '../detect/columns.ts';
import { datePartsOf, offsetOf, parseDate, parseTime, type DateOrder, type WrittenDate } from '../detect/dates.ts';
import { currencyInValue, isCurrency, isScientific, plainNumber, type DecimalMark } from '../detect/numbers.ts';
import { RowSorter } from '../detect/layout.ts';
import { Grouper } from '../detect/sniff.ts';
import { RecordReader } from '../read/reader.ts';
import type { ByteSource } from '../read/source.ts';
import { localDay, Zone, zoneInWords } from './instants.ts';
import { names, own, PartyHandles, refPlan } from './parties.ts';
import type { BoundColumn, BoundEntity, ImportPlan } from './plan.ts';
import { Recipe, type StepReport } from './recipe.ts';
import { Sections } from './sections.ts';
import { ShapeGatherer, type FileShape } from './shape.ts';
import { closedWord, parseScore, seconds, yesNo } from './values.ts';

export type MapSettings = {
  readonly unit: 'company' | 'person';
  readonly currency: string;
  readonly timezone: string;
  readonly dateOrder: DateOrder | null;
};

export type MapOptions = {
  readonly settings: MapSettings;
  onProgress?(progress: { done: number; total: number | null; rows: number }): void;
  checkCancel?(): void;
  /** The workspace's owner table: the team of an owner, and the name of one that a source knows by a key. */
  ownerTeam?(owner: string): Team | null;
  ownerName?(owner: string): string | null;
  /** Opens the same file again: lets columns be decided on all rows when the file is larger than its head. */
  reopen?(): ByteSource;
  /**
   * Decide columns on the head of a larger file and compare with all rows while they are mapped: half the reading. Throws
   * HeadMisled, whatever the sink has been given, when all rows decide otherwise or the head cannot decide.
   */
  trustHead?: boolean;
  /** Day given to rows of entities without any date column (a leads report); without it such rows are rejects. */
  importDay?: Day;
};

export type Decision = {
  readonly column: string | null;
  readonly what: string;
  readonly value: string;
  readonly why: string;
};

/** A total that the file states, and what was loaded: records, or the sum of a column as a decimal number. */
export type ControlCheck = {
  readonly what: 'records' | 'sum';
  readonly column: string | null;
  readonly line: number;
  readonly stated: string;
  readonly loaded: string;
  readonly difference: string;
};

/** What a pass found; `read = used + skipped + rejected`, `records` are documents. */
export type MapFacts = {
  readonly encoding: string;
  readonly bom: boolean;
  readonly delimiter: string;
  readonly columns: ColumnDecisions['findings'];
  readonly read: number;
  readonly used: number;
  readonly skipped: number;
  readonly rejected: number;
  readonly records: number;
  readonly controlTotals: {
    readonly rows: Readonly<Record<string, number>>;
    /** Sums of mapped amounts per currency, minor units. */
    readonly amounts: readonly { readonly entity: string; readonly currency: string; readonly minor: number }[];
    readonly footers: readonly { readonly line: number; readonly text: string }[];
    /** Number of records that a footer states, or null. */
    readonly stated: number | null;
    /** What the file states about itself against what was loaded. */
    readonly checks: readonly ControlCheck[];
  };
  readonly shape: FileShape;
  /** What each step of the recipe did. */
  readonly recipe: readonly StepReport[];
  readonly decisions: readonly Decision[];
};

/** The head of a file decided a column otherwise than all its rows do: the file must be read again without `trustHead`. */
export class HeadMisled extends Error {
  constructor() {
    super('the head of the file decides columns otherwise than all its rows');
    this.name = 'HeadMisled';
  }
}

/** What mapFile throws about columns as they were decided. */
const ABOUT_COLUMNS = new Set(['date-order', 'decimal-mark', 'score-scale']);

/** Why a row is skipped that a person left out. */
export const LEFT_OUT = 'Left out by choice.';

/** Cells that mean empty in any export. */
const EMPTY_CELLS = ['-', '--', '-None-', 'NULL', 'null', 'N/A', '#N/A'];

/** Reads a file once and hands its rows to the sink (RowSink). Texts handed over may be slices of a block: copy what is kept. */
export function mapFile(plan: ImportPlan, source: ByteSource, sink: RowSink, options: MapOptions): MapFacts {
  try {
    return new Mapper(plan, sink, options).run(source);
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

type Row = {
  /** Cleaned cells of the current record. */
  readonly cells: string[];
  line: number;
  /** Set when the row cannot be loaded. */
  failed: boolean;
};

type Setter = (row: Row, values: (string | number | null)[]) => void;

type EntityPlan = {
  readonly spec: EntitySpec;
  readonly bound: BoundEntity;
  readonly values: (string | number | null)[];
  readonly width: number;
  readonly setters: readonly Setter[];
  readonly idColumn: number;
  readonly idStrip: ColumnText | null;
  readonly key: readonly number[];
  /** Seconds at which the source last changed the row, or null. */
  readonly stamp: ((row: Row) => number | null) | null;
  readonly person: PartyHandles | null;
  readonly account: PartyHandles | null;
  readonly texts: string[];
  readonly textOf: readonly ColumnText[];
  readonly refusesPerson: boolean;
  readonly refusesAccount: boolean;
  readonly refusesId: boolean;
  readonly daySlot: number;
  readonly instants: readonly { readonly day: number; readonly at: number }[];
  readonly teamSlot: number;
  readonly ownerSlot: number;
  readonly ownerSlots: readonly number[];
  readonly currencySlot: number;
  readonly nameSlot: number;
  readonly givenSlot: number;
  readonly familySlot: number;
  readonly scoreSlot: number;
  readonly amountSlot: number;
  readonly kindSlot: number;
  readonly money: readonly {
    readonly at: number;
    readonly slot: number;
    readonly header: string;
    readonly bound: BoundColumn;
  }[];
  readonly scale: { max: number; min: number; n: number; told: boolean; column: string | null };
  rows: number;
};

type ColumnText = (cells: readonly string[]) => string;

class Mapper {
  readonly #plan: ImportPlan;
  readonly #sink: RowSink;
  readonly #options: MapOptions;
  readonly #zone: Zone;
  readonly #decisions: Decision[] = [];
  readonly #unparsed = new Map<string, { header: string; reason: string; count: number; sample: string }>();
  readonly #amounts = new Map<string, number>();
  readonly #row: Row = { cells: [], line: 0, failed: false };
  readonly #shape: ShapeGatherer;
  readonly #recipe: Recipe | null;
  /** Sums of money columns by the column's place and currency, minor units. */
  readonly #sums = new Map<number, Map<string, number>>();
  #columns: ColumnDecisions;
  #collectors: readonly ColumnCollector[] = [];
  /** Columns whose values are still collected while rows are mapped, when the head was trusted. */
  #watched: { readonly at: number; readonly collector: ColumnCollector }[] = [];
  #extra: string | null = null;

  constructor(plan: ImportPlan, sink: RowSink, options: MapOptions) {
    this.#plan = plan;
    this.#sink = sink;
    this.#options = options;
    this.#zone = Zone.of(options.settings.timezone);
    this.#shape = new ShapeGatherer(plan.inspection.layout.headers.length);
    this.#recipe = this.#cook();
    this.#columns = this.#settle();
  }

  #cook(): Recipe | null {
    const { recipe } = this.#plan.mapping;
    return recipe && recipe.length > 0 ? new Recipe(recipe, this.#plan.index) : null;
  }

  /** Column decisions on all rows when the head is not the whole file, else those of the head; told orders rule. */
  #settle(): ColumnDecisions {
    const { inspection } = this.#plan;
    const { layout } = inspection;
    // A recipe changes what the columns say: what it makes of all rows decides them.
    const recipe = this.#cook();
    const cooked = new Set(recipe?.columns);
    const open = inspection.provisional || cooked.size > 0 ? this.#options.reopen : undefined;
    const workspaceOrder = this.#workspaceOrder;
    const ofHead = (): ColumnDecisions =>
      this.#plan.workspaceOrder === workspaceOrder
        ? inspection.columns
        : {
            findings: inspection.columns.findings,
            marks: inspection.columns.marks,
            orders: inspection.columns.orders.map((o) =>
              o && o.order === null && workspaceOrder && !o.why.startsWith('mixed')
                ? { order: workspaceOrder, ambiguous: false, why: `workspace default ${workspaceOrder}` }
                : o,
            ),
          };
    if (!open) return ofHead();
    const collectors = layout.headers.map((header) => new ColumnCollector(header));
    const needed = inspection.columns.findings.flatMap((finding, i) =>
      (inspection.columns.orders[i] &&
        inspection.columns.orders[i]!.why !== 'the year comes first or the month is a word') ||
      inspection.columns.marks[i] ||
      cooked.has(i)
        ? [i]
        : [],
    );
    if (needed.length === 0) return inspection.columns;
    if (this.#options.trustHead && cooked.size === 0) {
      this.#collectors = collectors;
      this.#watched = needed.map((at) => ({ at, collector: collectors[at]! }));
      return ofHead();
    }
    const reader = new RecordReader(open(), {
      encoding: inspection.encoding,
      delimiter: inspection.delimiter,
      width: layout.headers.length,
    });
    const sorter = new RowSorter(layout);
    const cells: string[] = [];
    let index = 0;
    let n = 0;
    while ((n = reader.next()) > 0) {
      this.#options.checkCancel?.();
      for (let r = 0; r < n; r += 1, index += 1) {
        if (index < layout.dataFrom || reader.damage.has(r)) continue;
        const width = reader.cells(r, cells);
        if (sorter.kindOf(cells, width) !== 'data') continue;
        for (let i = width; i < layout.headers.length; i += 1) cells[i] = '';
        if (recipe) {
          for (const i of cooked) cells[i] = cells[i]!.trim();
          recipe.apply(cells, 0);
        }
        for (const i of needed) collectors[i]!.add(i < width ? cells[i]! : '');
      }
    }
    return this.#decideOnAll(collectors, new Set(needed));
  }

  get #workspaceOrder(): DateOrder | null {
    return this.#plan.workspaceOrder ?? this.#options.settings.dateOrder;
  }

  /** Decisions on all rows for the columns that were collected, those of the head for the others. */
  #decideOnAll(collectors: readonly ColumnCollector[], collected: ReadonlySet<number>): ColumnDecisions {
    const { inspection, profile } = this.#plan;
    const decided = decideColumns(collectors, {
      toldOrder: this.#plan.dateOrder,
      profile: profile
        ? { id: profile.id, dateOrder: profile.dateOrder ?? null, decimal: profile.decimal ?? null }
        : null,
      workspaceOrder: this.#workspaceOrder,
      delimiter: inspection.delimiter,
    });
    return {
      findings: inspection.columns.findings.map((f, i) => (collected.has(i) ? decided.findings[i]! : f)),
      orders: inspection.columns.orders.map((o, i) => (collected.has(i) ? (decided.orders[i] ?? o) : o)),
      marks: inspection.columns.marks.map((m, i) => (collected.has(i) ? (decided.marks[i] ?? m) : m)),
    };
  }

  /** Compares what the head decided with what all rows decide, in everything that rows or decisions were made from. */
  #confirm(): void {
    if (this.#watched.length === 0) return;
    const before = this.#columns;
    const now = this.#decideOnAll(this.#collectors, new Set(this.#watched.map(({ at }) => at)));
    const cut = (samples: readonly string[]): string | undefined => samples.find(isScientificLong);
    for (const { at } of this.#watched) {
      const [finding, found] = [before.findings[at]!, now.findings[at]!];
      const [order, ordered] = [before.orders[at], now.orders[at]];
      const [mark, marked] = [before.marks[at], now.marks[at]];
      if (
        finding.type.startsWith('date') !== found.type.startsWith('date') ||
        finding.currency !== found.currency ||
        cut(finding.samples) !== cut(found.samples) ||
        order?.order !== ordered?.order ||
        order?.ambiguous !== ordered?.ambiguous ||
        order?.why !== ordered?.why ||
        mark?.decimal !== marked?.decimal ||
        mark?.ambiguous !== marked?.ambiguous
      )
        throw new HeadMisled();
    }
    this.#columns = now;
  }

  run(source: ByteSource): MapFacts {
    const { inspection, profile, mapping } = this.#plan;
    const { layout } = inspection;
    this.#decide(null, 'encoding', inspection.encoding, inspection.encodingWhy);
    if (profile)
      this.#decide(
        null,
        'profile',
        profile.id,
        `the columns ${profile.signature.flat().slice(0, 5).join(', ')} are all there`,
      );
    for (const { what, value, why } of inspection.notes) this.#decide(null, what, value, why);
    for (const line of layout.preamble) this.#decide(null, 'left out', line, 'before the header');
    const placeholders = new Set([...EMPTY_CELLS, ...(mapping.placeholders ?? [])]);
    let longest = 0;
    for (const word of placeholders) longest = Math.max(longest, word.length);
    const entities = this.#plan.entities.map((bound) => this.#compile(bound));
    const attributes = this.#attributeWriter();
    const skips = (mapping.skip ?? []).flatMap((rule) => {
      const at = this.#plan.index.find(rule.column, profile?.aliases?.[rule.column]);
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
    const sectionAt = mapping.sections ? this.#plan.index.find(mapping.sections.column) : -1;
    const sections = sectionAt < 0 ? null : new Sections(sectionAt, mapping.sections!.keep);
    const reader = new RecordReader(source, {
      encoding: inspection.encoding,
      delimiter: inspection.delimiter,
      width: layout.headers.length,
    });
    const sorter = new RowSorter(layout);
    const grouper = new Grouper(mapping.group, this.#plan.index, profile?.aliases);
    const width = layout.headers.length;
    const row = this.#row;
    const { cells } = row;
    const sink = this.#sink;
    const watched = this.#watched;
    const { filled } = this.#shape;
    const tally = { used: 0, skipped: 0, rejected: 0, records: 0, loaded: 0, short: 0, long: 0 };
    const footers: { line: number; text: string; cells: readonly string[] }[] = [];
    let firstOfGroup = { line: 0, outcome: 'used' as 'used' | 'skipped' | 'rejected' };
    let index = 0;
    let n = 0;
    while ((n = reader.next()) > 0) {
      this.#options.checkCancel?.();
      for (let r = 0; r < n; r += 1, index += 1) {
        if (index < layout.dataFrom) continue;
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
          const a = text.charCodeAt(0);
          const z = text.charCodeAt(text.length - 1);
          if (a <= 32 || z <= 32 || a === 160 || z === 160) cells[i] = text = text.trim();
          if (a === 39 && /^'[=+\-@\t\d]/.test(text)) cells[i] = text = text.slice(1);
          if (text.length <= longest && placeholders.has(text)) cells[i] = '';
          else filled[i] = filled[i]! + 1;
        }
        this.#shape.row();
        const uncooked = this.#recipe?.apply(cells, line) ?? null;
        this.#extra = null;
        if (count > width) {
          tally.long += 1;
          this.#extra = this.#extraCells(count, width);
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
          if (cell !== '' && (rule.words?.has(cell.toLowerCase()) || rule.pattern?.test(cell)))
            skipReason = rule.reason;
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
          const header = this.#plan.index.headers[uncooked.at]!;
          this.#fail(header, cells[uncooked.at]!, `"${cells[uncooked.at]!}" ${uncooked.why}.`);
        }
        for (const entity of entities) {
          if (row.failed) break;
          if (entity.bound.when && !holds(entity.bound.when, cells)) continue;
          if (this.#emit(entity, primary ? attributes : null)) emitted += 1;
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
      this.#options.onProgress?.({
        done: reader.consumed,
        total: source.size,
        rows: tally.used + tally.skipped + tally.rejected,
      });
    }
    this.#confirm();
    for (const entity of entities) this.#checkScale(entity);
    this.#report(reader, tally, footers);
    for (const { step, column, op, failed, sample } of this.#recipe?.report() ?? [])
      if (failed > 0 && sample)
        this.#decide(
          column,
          'recipe step',
          String(failed),
          `step ${step} (${op}): ${failed === 1 ? '1 value was' : `${failed} values were`} not treated; "${sample.value}" on line ${sample.line} ${sample.why}`,
        );
    const checks = this.#checks(entities, footers, tally.loaded);
    const stated = footers.map(({ text }) => statedRecords(text)).find((n) => n !== null) ?? null;
    return {
      encoding: inspection.encoding,
      bom: inspection.bom,
      delimiter: inspection.delimiter,
      columns: this.#columns.findings,
      read: tally.used + tally.skipped + tally.rejected,
      used: tally.used,
      skipped: tally.skipped,
      rejected: tally.rejected,
      records: tally.records,
      controlTotals: {
        rows: Object.fromEntries(entities.map((entity) => [entity.spec.name, entity.rows])),
        amounts: [...this.#amounts]
          .map(([key, minor]) => ({ entity: key.split(' ')[0]!, currency: key.split(' ')[1]!, minor }))
          .sort((a, b) => (a.entity + a.currency < b.entity + b.currency ? -1 : 1)),
        footers: footers.map(({ line, text }) => ({ line, text })),
        stated,
        checks,
      },
      shape: this.#shape.shape(layout.headers),
      recipe: this.#recipe?.report() ?? [],
      decisions: this.#decisions,
    };
  }

  #decide(column: string | null, what: string, value: string, why: string): void {
    this.#decisions.push({ column, what, value, why });
  }

  #report(
    reader: RecordReader,
    tally: { short: number; long: number },
    footers: readonly { line: number; text: string }[],
  ): void {
    const { facts } = reader;
    if (tally.short > 0) this.#decide(null, 'short rows', String(tally.short), 'missing cells are empty');
    if (tally.long > 0)
      this.#decide(null, 'long rows', String(tally.long), 'cells beyond the header are kept as attributes');
    if (facts.nulBytes > 0) this.#decide(null, 'zero bytes', String(facts.nulBytes), 'left out of the text');
    if (facts.truncatedFields > 0) this.#decide(null, 'long cells', String(facts.truncatedFields), 'cut at 1 MB');
    if (facts.damaged > 0)
      this.#decide(null, 'damaged records', String(facts.damaged), 'the rows are rejects with their reasons');
    if (facts.otherEncodingFields > 0)
      this.#decide(
        null,
        'cells in another encoding',
        String(facts.otherEncodingFields),
        'not valid UTF-8: read as windows-1252',
      );
    if (facts.lostFields > 0)
      this.#decide(
        null,
        'lost characters',
        String(facts.lostFields),
        `cells with a character that cannot be read, shown as \uFFFD, first in line ${facts.lostLines[0] ?? 0}`,
      );
    for (const footer of footers) this.#decide(null, 'left out', footer.text, `after the data, line ${footer.line}`);
    for (const { header, reason, count, sample } of this.#unparsed.values()) {
      this.#decide(header, 'values kept as text', String(count), `"${sample}": ${reason}`);
    }
  }

  /** Totals that footers state against what was loaded; differences become decisions. */
  #checks(
    entities: readonly EntityPlan[],
    footers: readonly { line: number; text: string; cells: readonly string[] }[],
    records: number,
  ): ControlCheck[] {
    const checks: ControlCheck[] = [];
    for (const { line, text, cells } of footers) {
      const count = statedRecords(text);
      if (count !== null) {
        checks.push({
          what: 'records',
          column: null,
          line,
          stated: String(count),
          loaded: String(records),
          difference: String(records - count),
        });
        continue;
      }
      if (!/^(grand )?(total|summe|gesamt|gesamtsumme)\b/i.test(cells[0] ?? '')) continue;
      for (const column of entities.flatMap((entity) => entity.money)) {
        const sums = this.#sums.get(column.at);
        const cell = cells[column.at] ?? '';
        if (cell === '' || sums?.size !== 1 || checks.some((c) => c.line === line && c.column === column.header))
          continue;
        const [[currency, minor]] = [...sums] as [[string, number]];
        const plain = plainNumber(cell, this.#markOf(column.bound));
        const told = plain === null ? null : minorOf(plain, currency);
        if (told === null) continue;
        checks.push({
          what: 'sum',
          column: column.header,
          line,
          stated: decimalOf(told, currency),
          loaded: decimalOf(minor, currency),
          difference: decimalOf(minor - told, currency),
        });
      }
    }
    for (const { what, column, line, stated, loaded, difference } of checks) {
      if (Number(difference) === 0) continue;
      this.#decide(
        column,
        'control total',
        difference,
        `the file states ${stated}${what === 'records' ? ' records' : ''} on line ${line}, ${loaded} ${what === 'records' ? 'were' : 'was'} loaded`,
      );
    }
    return checks;
  }

  #extraCells(count: number, width: number): string | null {
    let json = '';
    for (let i = width; i < count; i += 1) {
      const text = this.#row.cells[i]!.trim();
      if (text !== '') json += `${json === '' ? '' : ','}"cell ${i + 1}":${quote(text)}`;
    }
    return json === '' ? null : json;
  }

  /** Writes the attributes of a row: cells that no entity reads, and values that could not be read. */
  #attributeWriter(): () => string | null {
    const read = new Set<number>();
    const splits = new Map<number, string>();
    for (const entity of this.#plan.entities) {
      const fields = entityOf(entity.name)!.fields;
      for (const column of entity.columns) {
        const known =
          fields.some((f) => f.name === column.mapping.field) || /^(party|account)\./.test(column.mapping.field);
        const { contains, filled, split, pattern } = column.mapping;
        if (known && contains === undefined && filled === undefined && pattern === undefined) {
          read.add(column.at);
          if (split !== undefined) splits.set(column.at, split);
        }
        if (column.time >= 0) read.add(column.time);
        if (column.zone >= 0) read.add(column.zone);
      }
    }
    for (const rule of this.#plan.mapping.skip ?? []) {
      const at = this.#plan.index.find(rule.column, this.#plan.profile?.aliases?.[rule.column]);
      if (at >= 0 && rule.is) read.add(at);
    }
    for (const name of this.#plan.mapping.ignore ?? []) {
      const at = this.#plan.index.find(name);
      if (at >= 0) read.add(at);
    }
    const rest: number[] = [];
    const prefixes: string[] = [];
    const restSplits: (string | null)[] = [];
    this.#plan.index.headers.forEach((header, at) => {
      if (read.has(at) && !splits.has(at)) return;
      rest.push(at);
      restSplits.push(splits.get(at) ?? null);
      prefixes.push(`${JSON.stringify(this.#attributeName(header, at))}:`);
    });
    const { cells } = this.#row;
    return () => {
      let json = '';
      for (let i = 0; i < rest.length; i += 1) {
        const text = cells[rest[i]!]!;
        if (text === '' || (restSplits[i] !== null && !text.includes(restSplits[i]!))) continue;
        json += (json === '' ? '' : ',') + prefixes[i]! + quote(text);
      }
      if (this.#extra !== null) json += (json === '' ? '' : ',') + this.#extra;
      return json === '' ? null : `{${json}}`;
    };
  }

  #attributeName(header: string, at: number): string {
    for (const entity of this.#plan.entities) {
      const column = entity.columns.find((c) => c.at === at);
      if (
        column &&
        !entityOf(entity.name)!.fields.some((f) => f.name === column.mapping.field) &&
        !/^(party|account)\./.test(column.mapping.field)
      ) {
        return column.mapping.field;
      }
    }
    return header;
  }

  #keepAsText(header: string, text: string, reason: string): void {
    const key = `${header}\u001f${reason}`;
    const known = this.#unparsed.get(key);
    if (known) known.count += 1;
    else this.#unparsed.set(key, { header, reason, count: 1, sample: text.slice(0, 80) });
    this.#extra = `${this.#extra === null ? '' : `${this.#extra},`}${JSON.stringify(header)}:${quote(text)}`;
  }

  #fail(header: string | null, value: string | null, reason: string): void {
    if (this.#row.failed) return;
    this.#row.failed = true;
    this.#sink.reject(this.#row.line, header, value === null ? null : value.slice(0, 500), reason);
  }

  #emit(entity: EntityPlan, attributes: (() => string | null) | null): boolean {
    const row = this.#row;
    const { values, texts, spec } = entity;
    const { cells } = row;
    for (let i = 0; i < entity.width; i += 1) values[i] = null;
    const { setters } = entity;
    for (let i = 0; i < setters.length; i += 1) setters[i]!(row, values);
    if (row.failed) return false;
    for (let i = 0; i < texts.length; i += 1) texts[i] = entity.textOf[i]!(cells);

    let externalId: string | null = entity.idStrip ? entity.idStrip(cells) : null;
    if (externalId === '' || entity.refusesId) externalId = null;
    if (externalId !== null && isScientificLong(externalId)) {
      this.#keepAsText(
        this.#plan.index.headers[entity.idColumn]!,
        externalId,
        'a spreadsheet has cut the number: it is no key',
      );
      externalId = null;
    }
    if (externalId === null && entity.key.length > 0) externalId = entity.key.map((at) => cells[at]!).join('|');

    if (entity.daySlot >= 0 && values[entity.daySlot] === null) {
      for (const instant of entity.instants) {
        if (values[instant.day] === null) continue;
        values[entity.daySlot] = values[instant.day]!;
        values[entity.daySlot + 1] = values[instant.at]!;
        break;
      }
      if (values[entity.daySlot] === null) {
        const dateColumns = entity.bound.columns.filter((c) =>
          spec.fields.some((f) => f.name === c.mapping.field && f.type === 'instant'),
        );
        if (dateColumns.length === 0 && this.#options.importDay !== undefined) {
          values[entity.daySlot] = this.#options.importDay;
        } else {
          const main = dateColumns[0];
          this.#fail(
            main?.header ?? null,
            '',
            `The ${spec.name.replace('_', ' ')} has no date: ${main ? `column "${main.header}" is empty` : 'the file has no date column'}.`,
          );
          return false;
        }
      }
    }
    for (const slot of entity.ownerSlots) {
      const owner = values[slot];
      if (typeof owner === 'string') values[slot] = this.#options.ownerName?.(owner) ?? owner;
    }
    if (entity.teamSlot >= 0 && values[entity.teamSlot] === null) {
      const owner = entity.ownerSlot >= 0 ? values[entity.ownerSlot] : null;
      values[entity.teamSlot] = (typeof owner === 'string' ? this.#options.ownerTeam?.(owner) : null) ?? 'unknown';
    }
    if (entity.nameSlot >= 0 && values[entity.nameSlot] === null) {
      const given = entity.givenSlot >= 0 ? texts[entity.givenSlot]! : '';
      const family = entity.familySlot >= 0 ? texts[entity.familySlot]! : '';
      const whole = given && family ? `${given} ${family}` : given || family;
      if (whole !== '') values[entity.nameSlot] = whole;
    }
    if (
      spec.name === 'transaction' &&
      (values[entity.kindSlot] === 'refund' || values[entity.kindSlot] === 'credit_note')
    ) {
      const amount = values[entity.amountSlot];
      if (typeof amount === 'number' && amount < 0) values[entity.amountSlot] = -amount;
    }
    if (entity.currencySlot >= 0 && entity.amountSlot >= 0 && values[entity.amountSlot] !== null) {
      const key = `${spec.name} ${values[entity.currencySlot] as string}`;
      this.#amounts.set(key, (this.#amounts.get(key) ?? 0) + (values[entity.amountSlot] as number));
    }
    if (entity.daySlot >= 0) this.#shape.day(values[entity.daySlot] as Day);
    const person = entity.person ? entity.person.handle(texts, entity.refusesPerson) : 0;
    const account = entity.account ? entity.account.handle(texts, entity.refusesAccount) : 0;
    if ((spec.name === 'party' && person === 0) || (spec.name === 'account' && account === 0)) {
      this.#fail(null, null, 'The row names nobody: no id, no e-mail address and no name.');
      return false;
    }
    entity.rows += 1;
    for (const { at, slot } of entity.money) {
      const minor = values[slot];
      if (typeof minor !== 'number' || cells[at] === '') continue;
      const currency = (values[entity.currencySlot] as string | null) ?? this.#options.settings.currency;
      const credit =
        slot === entity.amountSlot &&
        entity.kindSlot >= 0 &&
        (values[entity.kindSlot] === 'refund' || values[entity.kindSlot] === 'credit_note');
      let sums = this.#sums.get(at);
      if (sums === undefined) this.#sums.set(at, (sums = new Map()));
      sums.set(currency, (sums.get(currency) ?? 0) + (credit ? -minor : minor));
    }
    const party = spec.name === 'account' ? account : person !== 0 ? person : account;
    this.#sink.row(
      spec,
      row.line,
      externalId,
      party,
      spec.name === 'account' ? 0 : account,
      values,
      attributes ? attributes() : null,
      entity.stamp === null ? null : entity.stamp(row),
    );
    return true;
  }

  #compile(bound: BoundEntity): EntityPlan {
    const spec = entityOf(bound.name)!;
    const columns = columnsOf(spec);
    const slots = new Map(columns.map((column, i) => [column.name, i] as const));
    const slot = (name: string): number => slots.get(name) ?? -1;
    const setters: { order: number; set: Setter }[] = [];
    const refs: { field: string; slot: number }[] = [];
    const textOf: ColumnText[] = [];
    const scale: EntityPlan['scale'] = {
      max: -1,
      min: 11,
      n: 0,
      told: bound.constants['scale_max'] !== undefined || bound.columns.some((c) => c.mapping.field === 'scale_max'),
      column: null,
    };
    const currencySlot = slot('currency');
    const refused = { id: false, person: false, account: false };
    let idColumn = -1;
    let idStrip: ColumnText | null = null;
    let givenSlot = -1;
    let familySlot = -1;

    for (const column of bound.columns) {
      const { field } = column.mapping;
      const known = spec.fields.find((f) => f.name === field);
      const text = textReader(column);
      const finding = this.#columns.findings[column.at];
      const lost = finding !== undefined && finding.samples.some(isScientificLong);
      if (lost && field.endsWith('phone')) {
        this.#decide(
          column.header,
          'refused as a key',
          finding.samples.find(isScientificLong)!,
          'a spreadsheet has cut the telephone numbers: digits are lost, so they name nobody. Export again and do not save it from a spreadsheet',
        );
      }
      const isKey =
        field === 'external_id' || field.endsWith('external_id') || field === 'customer' || field === 'party';
      if (isKey && lost) {
        this.#decide(
          column.header,
          'refused as a key',
          finding.samples.find(isScientificLong)!,
          'a spreadsheet has cut the numbers: digits are lost, different rows would share an id. Export again and do not save it from a spreadsheet',
        );
        if (field === 'external_id') refused.id = true;
        if (field.startsWith('account') || (field === 'external_id' && bound.name === 'account'))
          refused.account = true;
        else refused.person = true;
      }
      if (field === 'external_id') {
        idColumn = column.at;
        idStrip = text;
      }
      const isRef =
        /^(party|account)\./.test(field) ||
        field === 'external_id' ||
        known?.type === 'reference' ||
        ['party', 'lead', 'account'].includes(bound.name);
      if (isRef) {
        if (field === 'party.given_name' || field === 'given_name') givenSlot = textOf.length;
        if (field === 'party.family_name' || field === 'family_name') familySlot = textOf.length;
        refs.push({
          field:
            field === 'external_id' && bound.name !== 'party' && bound.name !== 'account' && bound.name !== 'lead'
              ? 'own'
              : field,
          slot: textOf.length,
        });
        textOf.push(text);
      }
      const target = known ?? this.#sharedField(spec, field);
      if (target) {
        const set = this.#setter(spec, target, column, slots, scale, currencySlot, bound);
        const earlier =
          target.type === 'instant'
            ? []
            : bound.columns
                .slice(0, bound.columns.indexOf(column))
                .filter((c) => c.mapping.field === field)
                .map(textReader);
        setters.push({
          order: target.type === 'term' ? 0 : target.type === 'money' ? 2 : 1,
          set:
            earlier.length === 0
              ? set
              : (row, values) => {
                  if (earlier.every((read) => read(row.cells) === '')) set(row, values);
                },
        });
      }
    }
    if (currencySlot >= 0) {
      const fallback =
        typeof bound.constants['currency'] === 'string'
          ? bound.constants['currency'].toUpperCase()
          : this.#options.settings.currency;
      const told = bound.columns.find(
        (c) =>
          spec.fields.some((f) => f.name === c.mapping.field && f.type === 'money') &&
          (c.mapping.currency ?? this.#columns.findings[c.at]?.currency),
      );
      const moneyAt = bound.columns.find((c) => c.mapping.field === 'amount')?.at ?? -1;
      const column = told ? (told.mapping.currency ?? this.#columns.findings[told.at]!.currency!) : null;
      const { cells } = this.#row;
      setters.push({
        order: 1,
        set: (_row, values) => {
          if (values[currencySlot] !== null) return;
          values[currencySlot] = column ?? (moneyAt >= 0 ? currencyInAmount(cells[moneyAt]!) : null) ?? fallback;
        },
      });
      const moneySlots = spec.fields.filter((f) => f.type === 'money').map((f) => slot(f.column ?? f.name));
      if (!bound.columns.some((c) => c.mapping.field === 'currency')) {
        setters.push({
          order: 3,
          set: (_row, values) => {
            for (const at of moneySlots) if (values[at] !== null) return;
            values[currencySlot] = null;
          },
        });
      }
    }
    for (const [name, value] of Object.entries(bound.constants)) {
      const field = spec.fields.find((f) => f.name === name);
      if (field) setters.push({ order: -1, set: this.#constant(spec, field, value, slots) });
    }
    this.#defaults(spec, bound, slots, setters);
    setters.sort((a, b) => a.order - b.order);
    const plan = refPlan(bound.name, refs);
    const key = bound.key
      .map((name) => bound.columns.find((c) => c.mapping.field === name)?.at ?? -1)
      .filter((at) => at >= 0);
    const instants = spec.fields.flatMap((f) => {
      if (f.type !== 'instant' || f.main) return [];
      const stem = (f.column ?? f.name).replace(/_at$/, '');
      return [{ day: slot(`${stem}_day`), at: slot(`${stem}_at`) }];
    });
    return {
      spec,
      bound,
      values: Array.from({ length: columns.length }, () => null),
      width: columns.length,
      setters: setters.map((s) => s.set),
      idColumn,
      idStrip,
      key,
      stamp: this.#stampReader(spec, bound),
      person: names(plan.person) ? new PartyHandles(this.#sink, plan.person) : null,
      account: names(plan.account) ? new PartyHandles(this.#sink, plan.account) : null,
      texts: Array.from({ length: textOf.length }, () => ''),
      textOf,
      refusesId: refused.id,
      refusesPerson: refused.person,
      refusesAccount: refused.account,
      daySlot: spec.fields.some((f) => f.type === 'instant' && f.main) ? slot('day') : -1,
      instants,
      teamSlot: spec.name === 'touch' ? slot('team') : -1,
      ownerSlot: slot('owner'),
      ownerSlots: [slot('owner'), slot('assigned_to')].filter((at) => at >= 0),
      currencySlot,
      nameSlot: spec.name === 'party' || spec.name === 'lead' ? slot('name') : -1,
      givenSlot,
      familySlot,
      scoreSlot: slot('score'),
      amountSlot: slot('amount'),
      kindSlot: slot('kind'),
      money: bound.columns.flatMap((column) => {
        const field = spec.fields.find((f) => f.name === column.mapping.field && f.type === 'money');
        return field
          ? [{ at: column.at, slot: slot(field.column ?? field.name), header: column.header, bound: column }]
          : [];
      }),
      scale,
      rows: 0,
    };
  }

  #stampReader(spec: EntitySpec, bound: BoundEntity): EntityPlan['stamp'] {
    const { modified } = bound;
    if (modified === null) return null;
    const values: (string | number | null)[] = [null, null];
    const slots = new Map([
      ['modified_day', 0],
      ['modified_at', 1],
    ]);
    const set = this.#instant(spec, { name: 'modified', type: 'instant' }, modified, slots, {
      ...bound,
      columns: [modified],
    });
    return (row) => {
      values[0] = values[1] = null;
      set(row, values);
      const [day, at] = values as (number | null)[];
      return at ?? (day === null || day === undefined ? null : day * 86_400);
    };
  }

  /** A lead's or person's own field under a customer name: `party.email` on a lead fills its `email`. */
  #sharedField(spec: EntitySpec, field: string): FieldSpec | null {
    if (spec.name === 'lead' && field.startsWith('party.') && field !== 'party.external_id')
      return spec.fields.find((f) => f.name === field.slice(6)) ?? null;
    if (spec.name === 'party' && field === 'account.name') return spec.fields.find((f) => f.name === 'company') ?? null;
    if (spec.name === 'party' && field === 'account.external_id')
      return spec.fields.find((f) => f.name === 'account_external_id') ?? null;
    return null;
  }

  #defaults(
    spec: EntitySpec,
    bound: BoundEntity,
    slots: ReadonlyMap<string, number>,
    setters: { order: number; set: Setter }[],
  ): void {
    const has = (name: string): boolean =>
      bound.constants[name] !== undefined || bound.columns.some((c) => c.mapping.field === name);
    const put = (name: string, value: string, why: string): void => {
      if (has(name)) return;
      const at = slots.get(name)!;
      setters.push({ order: -1, set: (_row, values) => void (values[at] = value) });
      this.#decide(null, name, value, why);
    };
    if (spec.name === 'touch') {
      put('direction', 'out', 'no column tells the direction');
      put('channel', 'other', 'no column tells the channel');
    }
    if (spec.name === 'transaction') {
      const invoice = has('number') || has('due_at') || has('open_balance') || !has('status');
      put('kind', invoice ? 'invoice' : 'payment', 'no column tells the kind of the document');
    }
  }

  #constant(
    spec: EntitySpec,
    field: FieldSpec,
    value: string | number | boolean,
    slots: ReadonlyMap<string, number>,
  ): Setter {
    const name = field.column ?? field.name;
    const at = slots.get(name) ?? -1;
    if (field.type === 'instant') {
      const out: WrittenDate = { day: 0, seconds: -1, offset: Number.NaN };
      if (!parseDate(String(value), null, out)) {
        throw new LadderlineError(
          'bad-constant',
          `The constant ${field.name} = "${String(value)}" is not a date; write it as YYYY-MM-DD.`,
        );
      }
      const day = slots.get(field.main ? 'day' : `${name.replace(/_at$/, '')}_day`)!;
      return (_row, values) => void (values[day] = out.day);
    }
    if (at < 0) return () => {};
    let fixed: string | number | null = typeof value === 'boolean' ? (value ? 1 : 0) : value;
    if (field.type === 'term') {
      fixed = field.set ? closedWord(spec.name, field.name, field.set, String(value)) : String(value);
      if (fixed === null)
        throw new LadderlineError(
          'bad-constant',
          `The constant ${field.name} = "${String(value)}" is none of ${field.set!.join(', ')}.`,
        );
    } else if (field.type === 'boolean') {
      fixed = typeof fixed === 'number' ? (fixed ? 1 : 0) : yesNo(String(value));
    } else if (field.type === 'money') {
      fixed = minorOf(String(value), this.#options.settings.currency);
    } else if (field.type === 'integer' || field.type === 'real' || field.type === 'score') {
      fixed = Number(value);
    } else {
      fixed = String(value);
    }
    return (_row, values) => void (values[at] = fixed);
  }

  #setter(
    spec: EntitySpec,
    field: FieldSpec,
    column: BoundColumn,
    slots: ReadonlyMap<string, number>,
    scale: EntityPlan['scale'],
    currencySlot: number,
    bound: BoundEntity,
  ): Setter {
    const name = field.column ?? field.name;
    const at = slots.get(name) ?? -1;
    const text = textReader(column);
    const { header, mapping } = column;
    switch (field.type) {
      case 'id':
      case 'reference':
        return () => {};
      case 'text':
      case 'email':
      case 'phone':
        return (row, values) => {
          const value = text(row.cells);
          if (value !== '') values[at] = value;
        };
      case 'term':
        return this.#term(
          spec,
          field,
          text,
          at,
          slots.get(`${name}_raw`) ?? -1,
          mapping.values,
          at === currencySlot,
          header,
          mapping.sensitive === true,
        );
      case 'instant':
        return this.#instant(spec, field, column, slots, bound);
      case 'money': {
        const mark = this.#markOf(column);
        const explicit = mapping.currency ?? null;
        const needed = spec.name === 'transaction' && field.name === 'amount';
        let last = '';
        let lastMinor: number | null = null;
        let lastCurrency = '';
        return (row, values) => {
          const value = text(row.cells);
          if (value === '') return;
          const currency =
            explicit ??
            ((currencySlot >= 0 ? values[currencySlot] : null) as string | null) ??
            this.#options.settings.currency;
          if (value === last && currency === lastCurrency) {
            values[at] = lastMinor;
            return;
          }
          const plain = plainNumber(value, mark);
          const minor = plain === null || plain.endsWith('%') ? null : minorOf(plain, currency);
          if (minor === null) {
            if (needed) this.#fail(header, value, `"${value}" is not an amount with decimal mark "${mark}".`);
            else this.#keepAsText(header, value, 'not an amount');
            return;
          }
          values[at] = minor;
          [last, lastMinor, lastCurrency] = [value, minor, currency];
        };
      }
      case 'integer':
        return (row, values) => {
          const value = text(row.cells);
          if (value === '') return;
          const n =
            field.name === 'duration_s'
              ? seconds(value, mapping.unit)
              : Number(plainNumber(value, this.#markOf(column)) ?? Number.NaN);
          if (n === null || !Number.isFinite(n)) this.#keepAsText(header, value, 'not a number');
          else values[at] = Math.round(n);
        };
      case 'real': {
        const mark = this.#markOf(column);
        return (row, values) => {
          const value = text(row.cells);
          if (value === '') return;
          const plain = plainNumber(value, mark);
          if (plain === null) this.#keepAsText(header, value, 'not a number');
          else values[at] = plain.endsWith('%') ? Number(plain.slice(0, -1)) / 100 : Number(plain);
        };
      }
      case 'boolean':
        return this.#boolean(text, at, column);
      case 'score':
        scale.column = header;
        return (row, values) => {
          const value = text(row.cells);
          if (value === '') return;
          const score = parseScore(value);
          if (typeof score !== 'number') {
            this.#keepAsText(header, value, score);
            return;
          }
          values[at] = score;
          scale.n += 1;
          if (score > scale.max) scale.max = score;
          if (score < scale.min) scale.min = score;
        };
    }
  }

  #markOf(column: BoundColumn): DecimalMark {
    if (column.mapping.decimal) return column.mapping.decimal;
    const mark = this.#columns.marks[column.at];
    if (mark?.ambiguous) {
      const { header, samples } = this.#columns.findings[column.at]!;
      throw new LadderlineError(
        'decimal-mark',
        `Column "${header}" cannot be read: ${mark.why} (${samples.map((s) => `"${s}"`).join(', ')}). Name the decimal mark in a mapping file: "decimal": "." or ",".`,
        { column: header, samples },
      );
    }
    return mark?.decimal ?? this.#plan.profile?.decimal ?? '.';
  }

  #term(
    spec: EntitySpec,
    field: FieldSpec,
    text: ColumnText,
    at: number,
    rawAt: number,
    map: Readonly<Record<string, string>> | undefined,
    currency: boolean,
    header: string,
    sensitive: boolean,
  ): Setter {
    const words = new Map<string, string>();
    for (const [from, to] of Object.entries(map ?? {})) words.set(from.toLowerCase(), to);
    type Term = { value: string | null; raw: string | null };
    const cache = new Map<string, Term>();
    if (!sensitive) this.#shape.words(header, cache);
    const compute = (value: string): Term => {
      const raw = own(value);
      const told = words.get(raw.toLowerCase());
      if (currency)
        return isCurrency(told ?? raw) || /^[a-z]{3}$/i.test(told ?? raw)
          ? { value: (told ?? raw).toUpperCase(), raw: null }
          : { value: null, raw: null };
      if (!field.set) return { value: told ?? raw, raw: null };
      const mapped = closedWord(spec.name, field.name, field.set, told ?? raw);
      return { value: mapped, raw: mapped === raw ? null : raw };
    };
    return (row, values) => {
      const value = text(row.cells);
      if (value === '') return;
      let term = cache.get(value);
      if (term === undefined) {
        term = compute(value);
        if (cache.size < 10_000 && value.length <= 200) cache.set(own(value), term);
      }
      values[at] = term.value;
      if (rawAt >= 0) values[rawAt] = term.raw;
    };
  }

  #boolean(text: ColumnText, at: number, column: BoundColumn): Setter {
    const { mapping, header } = column;
    if (mapping.contains) {
      const words = mapping.contains.map((w) => w.toLowerCase());
      return (row, values) => {
        const value = text(row.cells).toLowerCase();
        values[at] = words.some((word) => value.includes(word)) ? 1 : values[at] === 1 ? 1 : 0;
      };
    }
    if (mapping.filled) {
      const not = new Set(mapping.filled.map((w) => w.toLowerCase()));
      return (row, values) => {
        const value = text(row.cells).toLowerCase();
        values[at] = value !== '' && !not.has(value) ? 1 : 0;
      };
    }
    const words = new Map(Object.entries(mapping.values ?? {}).map(([from, to]) => [from.toLowerCase(), to] as const));
    return (row, values) => {
      const value = text(row.cells);
      if (value === '') return;
      const word = words.get(value.toLowerCase()) ?? value;
      if (word === '') return;
      const answer = yesNo(word);
      if (answer === null) this.#keepAsText(header, value, 'neither yes nor no');
      else values[at] = answer;
    };
  }

  #instant(
    spec: EntitySpec,
    field: FieldSpec,
    column: BoundColumn,
    slots: ReadonlyMap<string, number>,
    bound: BoundEntity,
  ): Setter {
    const stem = (field.column ?? field.name).replace(/_at$/, '');
    const daySlot = slots.get(field.main ? 'day' : `${stem}_day`)!;
    const atSlot = slots.get(field.main ? 'at' : `${stem}_at`)!;
    const { mapping, header } = column;
    const decision = this.#columns.orders[column.at] ?? null;
    if (
      !mapping.dateOrder &&
      decision?.ambiguous &&
      (this.#columns.findings[column.at]?.type ?? '').startsWith('date')
    ) {
      const samples = this.#columns.findings[column.at]?.samples ?? [];
      throw new LadderlineError(
        'date-order',
        `The order of day and month in column "${header}" of ${this.#plan.file} cannot be decided: ${decision.why} (${samples.map((s) => `"${s}"`).join(', ')}). Say it with --date-order dmy, mdy or ymd.`,
        { file: this.#plan.file, column: header, samples, option: '--date-order' },
      );
    }
    const told = mapping.dateOrder ?? this.#plan.dateOrder;
    const order: DateOrder | null = mapping.dateOrder ?? decision?.order ?? null;
    if (decision && decision.why !== 'the year comes first or the month is a word')
      this.#decide(header, 'date order', order ?? 'none', mapping.dateOrder ? 'the mapping says so' : decision.why);
    const text = textReader(column);
    const timeAt = column.time;
    const zoneAt = column.zone;
    const zoneName =
      mapping.zone ??
      (/\butc\b|\bgmt\b/i.test(header)
        ? 'UTC'
        : (this.#plan.inspection.layout.zone ?? this.#plan.profile?.zone ?? null));
    const zone = zoneName ? Zone.of(zoneName) : this.#zone;
    const home = this.#zone;
    const out: WrittenDate = { day: 0, seconds: -1, offset: Number.NaN };
    const same = bound.columns.filter((c) => c.mapping.field === mapping.field);
    const isLast = same.at(-1) === column;
    const isFirst = same[0] === column;
    let last = '';
    let lastDay = 0;
    let lastAt: number | null = null;
    return (row, values) => {
      const value = text(row.cells);
      if (value === '' || (!isFirst && values[daySlot] !== null)) return;
      if (timeAt < 0 && zoneAt < 0 && value === last) {
        values[daySlot] = lastDay;
        values[atSlot] = lastAt;
        return;
      }
      if (!parseDate(value, order, out, true)) {
        if (
          !told &&
          (order === 'dmy' || order === 'mdy') &&
          datePartsOf(value) &&
          parseDate(value, order === 'dmy' ? 'mdy' : 'dmy', out)
        ) {
          throw new LadderlineError(
            'date-order',
            `Column "${header}" of ${this.#plan.file} mixes orders of day and month: "${value}" on line ${row.line} does not fit ${order}, which ${decision?.why ?? 'was decided'}. Say it with --date-order dmy, mdy or ymd; rows that do not fit it become rejects.`,
            {
              file: this.#plan.file,
              column: header,
              samples: [value, ...(this.#columns.findings[column.at]?.samples.slice(0, 2) ?? [])],
              option: '--date-order',
            },
          );
        }
        if (field.main && isLast)
          this.#fail(
            header,
            value,
            `"${value}" is not a date${order && datePartsOf(value) ? ` in the order ${order}` : ''}.`,
          );
        else this.#keepAsText(header, value, 'not a date');
        return;
      }
      if (timeAt >= 0 && out.seconds < 0) {
        const time = row.cells[timeAt]!;
        if (time !== '' && !parseTime(time, out))
          this.#keepAsText(this.#plan.index.headers[timeAt]!, time, 'not a time of day');
      }
      let day = out.day;
      let at: number | null = null;
      if (out.seconds >= 0) {
        const wall = out.day * 86_400 + out.seconds;
        let from = zone;
        let { offset } = out;
        if (zoneAt >= 0 && Number.isNaN(offset)) {
          const written = row.cells[zoneAt]!;
          offset = written === '' ? Number.NaN : offsetOf(written);
          if (Number.isNaN(offset) && written !== '') {
            const zoneNamed = zoneInWords(written);
            if (zoneNamed) from = safeZone(zoneNamed) ?? zone;
            else
              this.#keepAsText(
                this.#plan.index.headers[zoneAt]!,
                written,
                'not a zone that is known; the zone of the source was taken',
              );
          }
        }
        if (Number.isNaN(offset)) {
          at = from.toUtc(wall);
          if (from !== home) day = localDay(at, home);
        } else {
          at = wall - offset;
          day = localDay(at, home);
        }
      }
      values[daySlot] = day;
      values[atSlot] = at;
      if (timeAt < 0 && zoneAt < 0) [last, lastDay, lastAt] = [value, day, at];
    };
  }

  #checkScale(entity: EntityPlan): void {
    const { scale } = entity;
    if (scale.told || scale.max !== 5 || scale.n < 3 || scale.min < 1) return;
    throw new LadderlineError(
      'score-scale',
      `Column "${scale.column}" of ${this.#plan.file} goes up to 5: that is a 1-5 rating, not an answer from 0 to 10. Map another column to "score", or state the scale with the constant "scale_max" in a mapping file.`,
      { column: scale.column, max: scale.max },
    );
  }
}

/** The number of records that a footer states, or null. */
function statedRecords(text: string): number | null {
  const told = /\b(\d[\d,.]*)\s+(?:records?|rows?|total)\b/i.exec(text)?.[1] ?? /^total\D*\s(\d+)$/i.exec(text)?.[1];
  return told === undefined ? null : Number(told.replace(/[,.]/g, ''));
}

function safeZone(name: string): Zone | null {
  try {
    return Zone.of(name);
  } catch {
    return null;
  }
}

function holds(when: NonNullable<BoundEntity['when']>, cells: readonly string[]): boolean {
  for (const at of when.columns) {
    const cell = cells[at]!;
    if (cell === '') continue;
    if (!when.is || when.is.includes(cell.toLowerCase())) return true;
  }
  return false;
}

function isScientificLong(text: string): boolean {
  return text.length < 16 && isScientific(text);
}

function currencyInAmount(text: string): string | null {
  return /[^\d.,\s()+-]/.test(text) ? currencyInValue(text) : null;
}

/** The text a column contributes: prefix dropped, first of several values, or what the pattern finds. */
function textReader(column: BoundColumn): ColumnText {
  const { at, mapping } = column;
  const { strip, split } = mapping;
  const pattern = mapping.pattern === undefined ? null : new RegExp(mapping.pattern, 'iu');
  if (strip === undefined && split === undefined && !pattern) return (cells) => cells[at]!;
  return (cells) => {
    let text = cells[at]!;
    if (text === '') return '';
    if (split !== undefined) {
      const cut = text.indexOf(split);
      if (cut >= 0) text = text.slice(0, cut).trim();
    }
    if (strip !== undefined && text.startsWith(strip)) text = text.slice(strip.length);
    if (!pattern) return text;
    const match = pattern.exec(text);
    return match ? (match[1] ?? match[0]) : '';
  };
}

const NEEDS_ESCAPE = /["\\\p{Cc}\p{Cs}]/u;

/** JSON string of a text; the common case needs no escaping. */
function quote(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

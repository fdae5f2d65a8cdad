import { entityOf } from '#engine/base/entities.ts';
import { ColumnCollector, decideColumns, type ColumnDecisions } from '../detect/columns.ts';
import type { DateOrder } from '../detect/dates.ts';
import { RowSorter } from '../detect/layout.ts';
import { RecordReader } from '../read/reader.ts';
import { isScientificLong } from './cells.ts';
import { newRecipe, type Pass } from './pass.ts';

/** The head of a file decided a column otherwise than all its rows do: the file must be read again without `trustHead`. */
export class HeadMisled extends Error {
  constructor() {
    super('the head of the file decides columns otherwise than all its rows');
    this.name = 'HeadMisled';
  }
}

/** Types of fields that are read by the decisions on their column. */
const DECIDED: ReadonlySet<string> = new Set(['instant', 'money', 'integer', 'real']);

/** What mapFile throws about columns as they were decided. */
export const ABOUT_COLUMNS = new Set(['date-order', 'decimal-mark', 'score-scale']);

/** The decisions on columns that a pass maps by, and the check of those that were made on the head of the file. */
export class ColumnSettling {
  readonly #pass: Pass;
  #collectors: readonly ColumnCollector[] = [];
  /** Columns whose values are still collected while rows are mapped, when the head was trusted. */
  watched: { readonly at: number; readonly collector: ColumnCollector }[] = [];

  constructor(pass: Pass) {
    this.#pass = pass;
  }

  /** Column decisions on all rows when the head is not the whole file, else those of the head; told orders rule. */
  settle(): ColumnDecisions {
    const { inspection } = this.#pass.plan;
    const { layout } = inspection;
    // A recipe changes what the columns say: what it makes of all rows decides them.
    const recipe = newRecipe(this.#pass.plan);
    const cooked = new Set(recipe?.columns);
    const open = inspection.provisional || cooked.size > 0 ? this.#pass.options.reopen : undefined;
    const workspaceOrder = this.#workspaceOrder;
    const ofHead = (): ColumnDecisions =>
      this.#pass.plan.workspaceOrder === workspaceOrder
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
    if (this.#pass.options.trustHead && cooked.size === 0) {
      const decisive = this.#decisive();
      this.#collectors = collectors;
      this.watched = needed.filter((at) => decisive.has(at)).map((at) => ({ at, collector: collectors[at]! }));
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
      this.#pass.options.checkCancel?.();
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

  /** Columns whose decisions rows are made by: dates and numbers, but not durations. Keys are refused on their first values. */
  #decisive(): Set<number> {
    const decisive = new Set<number>();
    for (const entity of this.#pass.plan.entities) {
      const { fields } = entityOf(entity.name)!;
      for (const { at, mapping } of [...entity.columns, ...(entity.modified ? [entity.modified] : [])]) {
        const field = fields.find((f) => f.name === mapping.field);
        if (
          field === undefined
            ? mapping === entity.modified?.mapping
            : DECIDED.has(field.type) && field.name !== 'duration_s'
        )
          decisive.add(at);
      }
    }
    return decisive;
  }

  get #workspaceOrder(): DateOrder | null {
    return this.#pass.plan.workspaceOrder ?? this.#pass.options.settings.dateOrder;
  }

  /** Decisions on all rows for the columns that were collected, those of the head for the others. */
  #decideOnAll(collectors: readonly ColumnCollector[], collected: ReadonlySet<number>): ColumnDecisions {
    const { inspection, profile } = this.#pass.plan;
    const decided = decideColumns(collectors, {
      toldOrder: this.#pass.plan.dateOrder,
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
  confirm(): void {
    if (this.watched.length === 0) return;
    const before = this.#pass.columns;
    const now = this.#decideOnAll(this.#collectors, new Set(this.watched.map(({ at }) => at)));
    const cut = (samples: readonly string[]): string | undefined => samples.find(isScientificLong);
    for (const { at } of this.watched) {
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
    this.#pass.columns = now;
  }
}

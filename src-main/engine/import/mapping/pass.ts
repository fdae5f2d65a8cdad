import type { RowSink } from '#engine/base/entities.ts';
import type { ColumnDecisions } from '../detect/columns.ts';
import { quote, type Row } from './cells.ts';
import type { Decision, MapOptions } from './facts.ts';
import { Zone } from './instants.ts';
import type { ImportPlan } from './plan.ts';
import { Recipe } from './recipe.ts';
import { ShapeGatherer } from './shape.ts';

/** One reading of a file: what its parts share, and what they report. */
export class Pass {
  readonly plan: ImportPlan;
  readonly sink: RowSink;
  readonly options: MapOptions;
  readonly zone: Zone;
  readonly row: Row = { cells: [], line: 0, failed: false };
  readonly shape: ShapeGatherer;
  readonly recipe: Recipe | null;
  readonly decisions: Decision[] = [];
  readonly unparsed = new Map<string, { header: string; reason: string; count: number; sample: string }>();
  /** Sums of mapped amounts by entity and currency, minor units. */
  readonly amounts = new Map<string, number>();
  /** Sums of money columns by the column's place and currency, minor units. */
  readonly sums = new Map<number, Map<string, number>>();
  columns: ColumnDecisions;
  /** JSON members that the current row keeps beside the columns nobody reads. */
  extra: string | null = null;

  constructor(plan: ImportPlan, sink: RowSink, options: MapOptions) {
    this.plan = plan;
    this.sink = sink;
    this.options = options;
    this.zone = Zone.of(options.settings.timezone);
    this.shape = new ShapeGatherer(plan.inspection.layout.headers.length);
    this.recipe = newRecipe(plan);
    this.columns = plan.inspection.columns;
  }

  decide(column: string | null, what: string, value: string, why: string): void {
    this.decisions.push({ column, what, value, why });
  }

  /** Keeps a value that its field cannot hold with the row's attributes, and counts it. */
  keepAsText(header: string, text: string, reason: string): void {
    if (saysNothing(text)) return;
    const key = `${header}\u001f${reason}`;
    const known = this.unparsed.get(key);
    if (known) known.count += 1;
    else this.unparsed.set(key, { header, reason, count: 1, sample: text.slice(0, 80) });
    this.extra = `${this.extra === null ? '' : `${this.extra},`}${JSON.stringify(header)}:${quote(text)}`;
  }

  /** Makes the current row a reject; the first reason stands. */
  fail(header: string | null, value: string | null, reason: string): void {
    if (this.row.failed) return;
    this.row.failed = true;
    this.sink.reject(this.row.line, header, value === null ? null : value.slice(0, 500), reason);
  }
}

const NOTHING = /^(?:none|\(none\)|nil|nan|na|n\.a\.|k\.a\.|undefined|not set|\?)$/i;

/** True for a word that means empty where a date, a number or a yes is asked for, and is a word elsewhere. */
export function saysNothing(text: string): boolean {
  return text.length <= 9 && NOTHING.test(text);
}

/** The recipe of a plan, to be applied once over the rows; null when there is none. */
export function newRecipe(plan: ImportPlan): Recipe | null {
  const { recipe } = plan.mapping;
  return recipe && recipe.length > 0 ? new Recipe(recipe, plan.index) : null;
}

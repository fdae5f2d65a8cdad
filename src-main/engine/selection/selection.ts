import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import { language } from '#engine/language/index.ts';
import type { Brush, FactColumn } from '#engine/language/types.ts';
import { vectorsOf } from '#engine/vectors/load.ts';
import { UNKNOWN_INT, type Vectors } from '#engine/vectors/types.ts';
import { barsOfFact, mainCurrency, type Bar } from './bars.ts';
import { CrossFilter, SortedColumn, type Bars, type View, type ViewSpec } from './cross-filter.ts';
import { orderedRows } from './sort.ts';

/** One clause of a selection; the same id with another text is a brush that moved. */
export type SelectionClause = { readonly id: string; readonly text: string };

export type SelectionView = {
  readonly id: string;
  readonly fact: string;
  /** A fact of numbers or money that is summed. */
  readonly measure: string | null;
  /** A set whose members divide each bar. */
  readonly split: string | null;
  /** Ids of clauses that do not bear on the view: those it made itself. */
  readonly own: readonly string[];
  readonly most: number;
  readonly edges: readonly number[] | null;
};

/** A view's bars and figures; with a split, the figures of part p of bar b are at b * parts.length + p. */
export type ViewFigures = {
  readonly bars: readonly Bar[];
  readonly parts: readonly string[] | null;
  readonly figures: Bars;
  /** Currency of the sums, null when the measure is no money. */
  readonly currency: string | null;
};

type Divided = { readonly spec: ViewSpec; readonly bars: readonly Bar[]; readonly parts: readonly string[] | null };
type HeldView = { readonly key: string; readonly own: string; readonly view: View };
type HeldClause = { readonly slot: number; text: string; fact: string | null };
type Measure = { readonly values: Float64Array | null; readonly currency: string | null };
type Meaning = { readonly brush: Brush | null; readonly outcome: Uint8Array | null };

/** Outcomes kept for clauses that come back, by text. */
const OUTCOMES_KEPT = 12;
const DIVISIONS_KEPT = 24;

/** The customers of one day under a changing list of clauses, with the views over them. */
export class Selection {
  readonly asOf: Day;
  private readonly vectors: Vectors;
  private readonly present: Uint8Array;
  private readonly cross: CrossFilter;
  private readonly clauses = new Map<string, HeldClause>();
  private readonly views = new Map<string, HeldView>();
  private readonly columns = new Map<string, SortedColumn>();
  private readonly outcomes = new Map<string, Uint8Array>();
  private readonly divisions = new Map<string, Divided>();
  private readonly measures = new Map<string, Measure>();
  /** By fact and currency: every amount is in the currency. */
  private readonly single = new Map<string, boolean>();

  constructor(ctx: ReadContext, asOf: Day) {
    this.asOf = asOf;
    this.vectors = vectorsOf(ctx);
    const { count, created } = this.vectors.customers;
    this.present = new Uint8Array(count);
    let all = true;
    for (let i = 0; i < count; i++) {
      const there = created[i] === UNKNOWN_INT || created[i]! <= asOf;
      this.present[i] = there ? 1 : 0;
      all &&= there;
    }
    this.cross = new CrossFilter(count, all ? null : this.present);
  }

  /** Makes the clauses these ones; what has not changed is not evaluated again. Throws before anything has changed. */
  setClauses(ctx: ReadContext, clauses: readonly SelectionClause[]): void {
    const wanted = new Map(clauses.map((clause) => [clause.id, clause]));
    if (wanted.size !== clauses.length) throw usage('crossFilter: clauses: two clauses have one id.');
    const changed = clauses.filter(({ id, text }) => this.clauses.get(id)?.text !== text);
    const meanings = changed.map((clause) => this.meaningOf(ctx, clause));
    for (const [id, { slot }] of this.clauses) {
      if (wanted.has(id)) continue;
      this.cross.removeClause(slot);
      this.clauses.delete(id);
    }
    changed.forEach(({ id, text }, c) => {
      const { brush, outcome } = meanings[c]!;
      const held = this.clauses.get(id) ?? { slot: this.cross.addClause(), text, fact: null };
      held.text = text;
      held.fact = brush?.fact ?? null;
      this.clauses.set(id, held);
      if (outcome !== null) this.cross.setOutcome(held.slot, outcome);
      else this.setBrush(ctx, held.slot, brush!);
    });
  }

  /** Evaluates a clause, unless it is a brush over a column that is sorted or that the clause brushed before. */
  private meaningOf(ctx: ReadContext, { id, text }: SelectionClause): Meaning {
    ctx.cancel.check();
    try {
      const brush = language.brush(ctx, text, this.asOf);
      if (brush !== null && (this.columns.has(brush.fact) || this.clauses.get(id)?.fact === brush.fact)) {
        if (this.runOf(ctx, brush) !== null) return { brush, outcome: null };
      }
      let outcome = this.outcomes.get(text);
      outcome ??= language.filter(ctx, text, this.asOf).outcome;
      keep(this.outcomes, text, outcome, OUTCOMES_KEPT);
      return { brush, outcome };
    } catch (error) {
      if (!(error instanceof LadderlineError) || error.code !== 'language') throw error;
      const detail = typeof error.detail === 'object' ? error.detail : {};
      throw new LadderlineError(error.code, error.message, { ...detail, clause: id }, error.exit);
    }
  }

  private setBrush(ctx: ReadContext, slot: number, brush: Brush): void {
    const { from, to } = this.runOf(ctx, brush)!;
    this.cross.setRange(slot, this.sorted(ctx, brush.fact), from, to, brush.negated);
  }

  /** The run of the sorted column that a brush is; null when it is none. */
  private runOf(ctx: ReadContext, brush: Brush): { from: number; to: number } | null {
    const column = language.fact(ctx, brush.fact, this.asOf);
    if (column.type === 'text' || column.type === 'yesno') return null;
    if (column.type === 'money' && !this.comparable(column, brush)) return null;
    const { values } = column;
    const { order, known } = this.sorted(ctx, brush.fact);
    const before = (value: number, inclusive: boolean): number => {
      let [low, high] = [0, known];
      while (low < high) {
        const mid = (low + high) >> 1;
        const at = values[order[mid]!]!;
        if (at < value || (inclusive && at === value)) low = mid + 1;
        else high = mid;
      }
      return low;
    };
    if (brush.kind === 'range') {
      const { low, high } = brush;
      const from = low === null ? 0 : before(low.value, !low.inclusive);
      const to = high === null ? known : before(high.value, high.inclusive);
      return { from, to: Math.max(from, to) };
    }
    const members = [...new Set(brush.members)].sort((a, b) => a - b);
    if (members.some((member, k) => k > 0 && member !== members[k - 1]! + 1)) return null;
    return { from: before(members[0]!, false), to: before(members.at(-1)!, true) };
  }

  /** True when every amount stands beside the bounds: one currency, or nothing. */
  private comparable(column: Extract<FactColumn, { type: 'money' }>, brush: Brush): boolean {
    if (brush.kind !== 'range' || brush.currency === null) return false;
    const key = `${brush.fact} ${brush.currency}`;
    let single = this.single.get(key);
    if (single === undefined) {
      single = inOneCurrency(column, this.vectors.term(brush.currency));
      this.single.set(key, single);
    }
    return single;
  }

  private sorted(ctx: ReadContext, fact: string): SortedColumn {
    let sorted = this.columns.get(fact);
    if (!sorted) {
      const column = language.fact(ctx, fact, this.asOf);
      if (column.type === 'text') throw new Error(`${fact} has no order of values`);
      sorted = new SortedColumn(orderedRows(column.values, false, this.present), this.present.length);
      this.columns.set(fact, sorted);
    }
    return sorted;
  }

  /** Makes the views these ones and answers their figures, copied, in the order of `views`. */
  setViews(ctx: ReadContext, views: readonly SelectionView[]): ViewFigures[] {
    const wanted = new Set(views.map(({ id }) => id));
    if (wanted.size !== views.length) throw usage('crossFilter: views: two views have one id.');
    for (const [id, { view }] of this.views) {
      if (wanted.has(id)) continue;
      this.cross.removeView(view);
      this.views.delete(id);
    }
    const divisions = views.map((asked) => {
      ctx.cancel.check();
      const key = JSON.stringify([asked.fact, asked.measure, asked.split, asked.most, asked.edges]);
      const divided = this.divisions.get(key) ?? this.divide(ctx, asked);
      keep(this.divisions, key, divided, DIVISIONS_KEPT);
      const slots = asked.own.flatMap((id) => this.clauses.get(id)?.slot ?? []).sort((a, b) => a - b);
      const held = this.views.get(asked.id);
      if (held?.key !== key || held.own !== slots.join(' ')) {
        if (held) this.cross.removeView(held.view);
        this.views.set(asked.id, { key, own: slots.join(' '), view: this.cross.addView(divided.spec, slots) });
      }
      return divided;
    });
    return views.map((asked, v) => {
      const { bars, parts } = divisions[v]!;
      const { count, sum, unmeasured, undecided } = this.cross.barsOf(this.views.get(asked.id)!.view);
      const figures = {
        count: count.slice(),
        sum: sum.slice(),
        unmeasured: unmeasured.slice(),
        undecided: undecided.slice(),
      };
      return { bars, parts, figures, currency: this.measured(ctx, asked.measure).currency };
    });
  }

  private divide(ctx: ReadContext, asked: SelectionView): Divided {
    const { vectors, present } = this;
    const barsOf = (fact: string): ReturnType<typeof barsOfFact> =>
      barsOfFact({
        vectors,
        fact,
        column: language.fact(ctx, fact, this.asOf),
        present,
        sorted: () => this.sorted(ctx, fact),
        fiscalYearStart: ctx.settings.fiscalYearStart,
        most: asked.most,
        edges: fact === asked.fact ? asked.edges : null,
      });
    const { codes, bars } = barsOf(asked.fact);
    const { values: measure } = this.measured(ctx, asked.measure);
    if (asked.split === null) return { spec: { codes, bars: bars.length, measure }, bars, parts: null };
    const parts = barsOf(asked.split);
    const width = parts.bars.length;
    const both = new Int32Array(codes.length);
    for (let i = 0; i < both.length; i++) both[i] = codes[i]! * width + parts.codes[i]!;
    return {
      spec: { codes: both, bars: bars.length * width, measure },
      bars,
      parts: parts.bars.map(({ label }) => label),
    };
  }

  private measured(ctx: ReadContext, fact: string | null): Measure {
    if (fact === null) return { values: null, currency: null };
    let measure = this.measures.get(fact);
    if (!measure) {
      measure = measureOf(language.fact(ctx, fact, this.asOf), fact, this.vectors);
      this.measures.set(fact, measure);
    }
    return measure;
  }

  /** Customers that every clause keeps, and those left out because a clause is unknown and none is false. */
  total(): { kept: number; undecided: number } {
    return this.cross.total();
  }

  clauseCount(id: string): { holds: number; unknown: number } {
    return this.cross.clauseCount(this.clauses.get(id)!.slot);
  }

  /** Customer indexes that every clause keeps, in an order of all customers. */
  rowsIn(order: Int32Array): Int32Array {
    return this.cross.rowsIn(order);
  }
}

/** Amounts of money are those in one currency; customers with others are unmeasured. */
function measureOf(column: FactColumn, fact: string, vectors: Vectors): Measure {
  if (column.type === 'number' || column.type === 'days') return { values: column.values, currency: null };
  if (column.type !== 'money') throw usage(`crossFilter: "${fact}" cannot be summed; name a number or an amount.`);
  const term = mainCurrency(column);
  const { values, currency } = column;
  const own = inOneCurrency(column, term)
    ? values
    : values.map((v, i) => (currency[i] === term || v === 0 ? v : Number.NaN));
  return { values: own, currency: term === null ? null : vectors.text(term) };
}

/** True when every amount but nothing is in one currency. */
function inOneCurrency({ values, currency }: Extract<FactColumn, { type: 'money' }>, term: number | null): boolean {
  for (let i = 0; i < values.length; i++) {
    const other = currency[i] !== term && currency[i] !== UNKNOWN_INT;
    if (other && values[i] !== 0 && values[i] === values[i]) return false;
  }
  return true;
}

function keep<T>(kept: Map<string, T>, key: string, value: T, most: number): void {
  kept.delete(key);
  kept.set(key, value);
  if (kept.size > most) kept.delete(kept.keys().next().value!);
}

const SELECTIONS: Kept<Map<string, Selection>> = { name: 'selections', make: () => new Map() };
const SELECTIONS_KEPT = 2;

/**
 * The selection of a day as the last question left it. It is a cache: a question brings its whole list of clauses, and
 * its answer is the same whether anything was kept.
 */
export function selectionOf(ctx: ReadContext, asOf: Day): Selection {
  const kept = ctx.kept(SELECTIONS);
  const key = String(asOf);
  const selection = kept.get(key) ?? new Selection(ctx, asOf);
  keep(kept, key, selection, SELECTIONS_KEPT);
  return selection;
}

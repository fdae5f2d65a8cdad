import type { Ordered } from './sort.ts';

/** The rows that are present in the order of a column, those without a value after the first `known`. */
export class SortedColumn {
  readonly order: Int32Array;
  readonly known: number;
  private readonly n: number;
  private positions: Int32Array | null = null;

  /** `n`: number of all rows, present or not. */
  constructor({ order, known }: Ordered, n: number) {
    this.order = order;
    this.known = known;
    this.n = n;
  }

  /** Position of each row in the order; -1 for rows without a value or not present. */
  get position(): Int32Array {
    if (this.positions === null) {
      this.positions = new Int32Array(this.n).fill(-1);
      for (let k = 0; k < this.known; k++) this.positions[this.order[k]!] = k;
    }
    return this.positions;
  }
}

/** What one bar of a view holds, by the position of the bar. */
export type Bars = {
  /** Rows that every clause but the view's own ones keeps. */
  readonly count: Float64Array;
  /** Sum of the measure over them; rows without a measure add nothing. */
  readonly sum: Float64Array;
  /** Rows of `count` without a measure. */
  readonly unmeasured: Float64Array;
  /** Rows left out because a clause is unknown and none is false. */
  readonly undecided: Float64Array;
};

export type ViewSpec = {
  /** Bar of each row, below `bars`. */
  readonly codes: Uint8Array | Uint16Array | Int32Array;
  readonly bars: number;
  /** Measure of each row, NaN when unknown; null: the view only counts. */
  readonly measure: Float64Array | null;
};

type Word = {
  /** One bit per clause that does not hold. */
  readonly fail: Int32Array;
  /** One bit per clause that is unknown; its fail bit is set as well. */
  readonly unknown: Int32Array;
  /** Bits of clauses that are unknown for some row. */
  unknownBits: number;
};

type Held =
  | { readonly kind: 'everything' }
  | { readonly kind: 'outcome' }
  | {
      readonly kind: 'range';
      readonly column: SortedColumn;
      readonly from: number;
      readonly to: number;
      readonly negated: boolean;
    };

type Clause = { readonly word: number; readonly bit: number; held: Held; holds: number; unknown: number };

type View = {
  readonly spec: ViewSpec;
  readonly bars: Bars;
  /** The view over all rows that are present. */
  readonly whole: Bars;
  /** Sums of whole numbers below 2^53 can be added to and taken from without a rounding. */
  readonly exact: boolean;
  group: Group;
  stale: boolean;
};

/** Views with the same clauses of their own; they see the same rows. */
type Group = {
  readonly own: Int32Array;
  readonly views: Set<View>;
  kept: number;
  undecided: number;
  stale: boolean;
};

const BITS = 32;
const MAX_WORDS = 8;
/** A change of more than one row in this many is counted anew instead of row by row. */
const ROW_BY_ROW = 64;
/** The clause of rows that are there at all; nobody's own. */
const PRESENCE = 0;

/**
 * Rows under a set of clauses. Every row has one fail word with a bit per clause and a parallel word for unknown, more
 * words when there are more clauses. A change of a clause touches its bit in the rows that enter or leave; each view
 * counts the rows whose words are zero without its own bits. Every figure equals that of an evaluation from scratch.
 */
export class CrossFilter {
  readonly n: number;
  private readonly words: Word[] = [];
  private readonly clauses: (Clause | null)[] = [];
  private readonly groups = new Map<string, Group>();
  private readonly present: Uint8Array | null;
  /** Rows that are there at all. */
  private presentCount: number;
  private readonly list: Int32Array;
  private readonly other: Int32Array;
  private readonly candidates: Int32Array;
  private changes = 0;
  private filtered: { order: Int32Array; changes: number; rows: Int32Array } | null = null;

  /** `present`: 1 for rows that are there at all; null: all are. */
  constructor(n: number, present: Uint8Array | null) {
    this.n = n;
    this.present = present;
    this.presentCount = n;
    this.list = new Int32Array(n);
    this.other = new Int32Array(n);
    this.candidates = new Int32Array(n);
    this.addClause();
    if (present !== null) this.setOutcome(PRESENCE, present);
    this.presentCount = this.clauses[PRESENCE]!.holds;
  }

  /** Adds a clause that every row passes; answers its slot. Throws RangeError above 255 clauses. */
  addClause(): number {
    let slot = this.clauses.indexOf(null);
    if (slot < 0) slot = this.clauses.push(null) - 1;
    const word = Math.floor(slot / BITS);
    if (word >= MAX_WORDS) throw new RangeError(`a selection has at most ${MAX_WORDS * BITS - 1} clauses`);
    if (word === this.words.length) {
      this.words.push({ fail: new Int32Array(this.n), unknown: new Int32Array(this.n), unknownBits: 0 });
      // Groups are compared word by word.
      const views = [...this.groups.values()].flatMap((group) => [...group.views].map((view) => ({ group, view })));
      this.groups.clear();
      for (const { group, view } of views) {
        view.group = this.groupOf(Int32Array.from(this.words, (_, w) => group.own[w] ?? 0));
        view.group.views.add(view);
        view.stale = true;
      }
    }
    const bit = 1 << (slot % BITS);
    this.clauses[slot] = { word, bit, held: { kind: 'everything' }, holds: this.presentCount, unknown: 0 };
    return slot;
  }

  removeClause(slot: number): void {
    this.setEverything(slot);
    this.clauses[slot] = null;
  }

  /** Rows for which a clause holds, and for which it is unknown. */
  clauseCount(slot: number): { holds: number; unknown: number } {
    const { holds, unknown } = this.clauses[slot]!;
    return { holds, unknown };
  }

  /** Sets a clause by its outcome per row: 0 false, 1 true, 2 unknown. */
  setOutcome(slot: number, outcome: Uint8Array): void {
    const clause = this.clauses[slot]!;
    const { bit } = clause;
    const { fail, unknown } = this.words[clause.word]!;
    const failBits = Int32Array.of(bit, 0, bit, bit);
    const unknownBits = Int32Array.of(0, 0, bit, 0);
    const { list, n, present } = this;
    let k = 0;
    let holds = 0;
    let unknowns = 0;
    for (let i = 0; i < n; i++) {
      const o = outcome[i]!;
      const changed = ((fail[i]! ^ failBits[o]!) | (unknown[i]! ^ unknownBits[o]!)) & bit;
      list[k] = i;
      k += (changed | -changed) >>> 31;
      holds += o & 1;
      unknowns += o >>> 1;
    }
    if (present !== null && slot !== PRESENCE) {
      holds = 0;
      unknowns = 0;
      for (let i = 0; i < n; i++) {
        holds += outcome[i]! & present[i]!;
        unknowns += (outcome[i]! >>> 1) & present[i]!;
      }
    }
    clause.held = { kind: 'outcome' };
    clause.holds = holds;
    clause.unknown = unknowns;
    const rows = list.subarray(0, k);
    this.change(clause, rows, () => {
      for (let j = 0; j < k; j++) {
        const row = rows[j]!;
        const o = outcome[row]!;
        fail[row] = (fail[row]! & ~bit) | failBits[o]!;
        unknown[row] = (unknown[row]! & ~bit) | unknownBits[o]!;
      }
      this.setUnknownBits(clause);
    });
  }

  /**
   * Sets a clause to the rows at positions from..to-1 of a sorted column (negated: to its other known rows). When the
   * clause was a range of the same column before, only the rows that enter or leave are touched.
   */
  setRange(slot: number, column: SortedColumn, from: number, to: number, negated: boolean): void {
    const clause = this.clauses[slot]!;
    const { held } = clause;
    const [first, end] = [Math.min(from, to), to];
    const former = held.kind === 'range' && held.column === column && held.negated === negated ? held : null;
    const runs = former === null ? null : differences(former.from, former.to, first, end);
    clause.unknown = column.order.length - column.known;
    if (runs !== null && runs.reduce((rows, [a, b]) => rows + b - a, 0) * ROW_BY_ROW <= this.n) {
      for (const [a, b] of runs) this.toggle(clause, column.order.subarray(a, b));
    } else this.assignRange(clause, column.position, first, end - first, negated);
    clause.held = { kind: 'range', column, from: first, to: end, negated };
    clause.holds = negated ? column.known - (end - first) : end - first;
  }

  private assignRange(clause: Clause, position: Int32Array, from: number, length: number, negated: boolean): void {
    const { bit } = clause;
    const { fail, unknown } = this.words[clause.word]!;
    const flip = negated ? -1 : 0;
    const last = from + length - 1;
    // All ones where a row is outside, or without a value: no branch to mispredict. The presence clause has the absent.
    for (let i = 0; i < position.length; i++) {
      const at = position[i]!;
      const outside = ((at - from) | (last - at)) >> 31;
      const without = at >> 31;
      fail[i] = (fail[i]! & ~bit) | (bit & ((outside ^ flip) | without));
      unknown[i] = (unknown[i]! & ~bit) | (bit & without);
    }
    this.setUnknownBits(clause);
    this.changes++;
    for (const group of this.groupsSeeing(clause)) markStale(group);
  }

  private groupsSeeing({ word, bit }: Clause): Group[] {
    return [...this.groups.values()].filter((group) => (group.own[word]! & bit) === 0);
  }

  private setEverything(slot: number): void {
    const clause = this.clauses[slot]!;
    if (clause.held.kind === 'everything') return;
    this.setOutcome(slot, new Uint8Array(this.n).fill(1));
    clause.held = { kind: 'everything' };
    clause.holds = this.presentCount;
  }

  private setUnknownBits(clause: Clause): void {
    const word = this.words[clause.word]!;
    word.unknownBits = clause.unknown > 0 ? word.unknownBits | clause.bit : word.unknownBits & ~clause.bit;
  }

  private toggle(clause: Clause, rows: Int32Array): void {
    const { fail } = this.words[clause.word]!;
    const { bit } = clause;
    this.change(clause, rows, () => {
      for (let k = 0; k < rows.length; k++) fail[rows[k]!]! ^= bit;
    });
  }

  /** Applies a change of one clause in some rows, and keeps the views right or marks them stale. */
  private change(clause: Clause, rows: Int32Array, apply: () => void): void {
    this.changes++;
    if (rows.length === 0) return apply();
    const touched = this.groupsSeeing(clause);
    if (rows.length * ROW_BY_ROW > this.n) {
      apply();
      for (const group of touched) markStale(group);
      return;
    }
    for (const group of touched) {
      if (!group.stale) this.count(group, rows, -1);
      for (const view of group.views) view.stale ||= !view.exact;
    }
    apply();
    for (const group of touched) if (!group.stale) this.count(group, rows, 1);
  }

  /** Adds rows to a group's figures, or takes them out. */
  private count(group: Group, rows: Int32Array, sign: 1 | -1): void {
    const { words } = this;
    const { own } = group;
    const views = [...group.views].filter((view) => view.exact && !view.stale);
    const single = words.length === 1;
    const [{ fail, unknown }] = words as [Word];
    const mask = ~own[0]!;
    for (let k = 0; k < rows.length; k++) {
      const row = rows[k]!;
      let failing = fail[row]! & mask;
      let certain = failing & ~unknown[row]!;
      if (!single) {
        for (let w = 1; w < words.length; w++) {
          const word = words[w]!;
          const more = word.fail[row]! & ~own[w]!;
          failing |= more;
          certain |= more & ~word.unknown[row]!;
        }
      }
      if (certain !== 0) continue;
      if (failing === 0) {
        group.kept += sign;
        for (let v = 0; v < views.length; v++) {
          const { spec, bars } = views[v]!;
          const bar = spec.codes[row]!;
          bars.count[bar]! += sign;
          if (spec.measure === null) continue;
          const value = spec.measure[row]!;
          if (value === value) bars.sum[bar]! += sign * value;
          else bars.unmeasured[bar]! += sign;
        }
      } else {
        group.undecided += sign;
        for (let v = 0; v < views.length; v++) views[v]!.bars.undecided[views[v]!.spec.codes[row]!]! += sign;
      }
    }
  }

  /** Rows that every clause keeps, and rows left out because a clause is unknown and none is false. */
  total(): { kept: number; undecided: number } {
    const group = this.groupOf(new Int32Array(this.words.length));
    this.refresh();
    return { kept: group.kept, undecided: group.undecided };
  }

  /** Adds a view whose own clauses (slots) do not bear on it. */
  addView(spec: ViewSpec, own: readonly number[]): View {
    const group = this.groupOf(this.maskOf(own));
    const whole = emptyBars(spec.bars);
    const view: View = { spec, bars: emptyBars(spec.bars), whole, exact: isExact(spec.measure), group, stale: true };
    const all = this.list;
    let k = 0;
    for (let i = 0; i < this.n; i++) {
      all[k] = i;
      k += this.present === null ? 1 : this.present[i]!;
    }
    countRows(spec, all, k, whole);
    group.views.add(view);
    return view;
  }

  removeView(view: View): void {
    view.group.views.delete(view);
    if (view.group.views.size === 0) this.groups.delete(keyOf(view.group.own));
  }

  /** The figures of a view under the clauses as they are now; read them before the next change. */
  barsOf(view: View): Bars {
    this.refresh();
    return view.bars;
  }

  /** Rows that every clause keeps in a given order of rows; kept until a clause changes. */
  rowsIn(order: Int32Array): Int32Array {
    if (this.filtered?.order === order && this.filtered.changes === this.changes) return this.filtered.rows;
    const rows = new Int32Array(order.length);
    let k = 0;
    const [{ fail }] = this.words as [Word];
    for (let j = 0; j < order.length; j++) {
      const row = order[j]!;
      const failing = fail[row]!;
      rows[k] = row;
      k += ((failing | -failing) >>> 31) ^ 1;
    }
    for (let w = 1; w < this.words.length; w++) k = keepClear(rows, k, this.words[w]!.fail, -1);
    this.filtered = { order, changes: this.changes, rows: rows.subarray(0, k) };
    return this.filtered.rows;
  }

  private maskOf(own: readonly number[]): Int32Array {
    const mask = new Int32Array(this.words.length);
    for (const slot of own) {
      const { word, bit } = this.clauses[slot]!;
      mask[word]! |= bit;
    }
    return mask;
  }

  private groupOf(own: Int32Array): Group {
    const key = keyOf(own);
    let group = this.groups.get(key);
    if (!group) {
      group = { own, views: new Set(), kept: 0, undecided: 0, stale: true };
      this.groups.set(key, group);
    }
    return group;
  }

  /** Counts what is stale anew, in all groups: they share one pass over the rows. */
  private refresh(): void {
    const groups = [...this.groups.values()].filter((group) => group.stale || anyStale(group));
    if (groups.length === 0) return;
    const { n, list, other } = this;
    const candidates = groups.length > 1 ? this.listCandidates(groups) : n;
    const rows = candidates < n ? this.candidates : null;
    for (const group of groups) {
      const masks = group.own.map((own) => ~own);
      const { kept, undecided } = this.classify(rows, candidates, masks);
      group.kept = kept;
      group.undecided = undecided;
      const stale = [...group.views].filter((view) => view.stale);
      for (const { spec, bars } of stale) {
        bars.undecided.fill(0);
        for (let k = 0; k < undecided; k++) bars.undecided[spec.codes[other[k]!]!]!++;
      }
      const mostKept = kept * 2 > n;
      for (const { spec, bars, exact } of stale) if (!mostKept || !exact) countRows(spec, list, kept, bars);
      const exact = stale.filter((view) => view.exact);
      if (mostKept && exact.length > 0) {
        // More than half are kept: what is left out is counted and taken off the whole.
        const out = this.leftOut(masks);
        for (const { spec, bars, whole } of exact) {
          countRows(spec, list, out, bars);
          for (let b = 0; b < spec.bars; b++) {
            bars.count[b] = whole.count[b]! - bars.count[b]!;
            bars.sum[b] = whole.sum[b]! - bars.sum[b]!;
            bars.unmeasured[b] = whole.unmeasured[b]! - bars.unmeasured[b]!;
          }
        }
      }
      group.stale = false;
      for (const view of stale) view.stale = false;
    }
  }

  /** Lists the rows that some of the groups may keep or leave undecided. */
  private listCandidates(groups: readonly Group[]): number {
    const { n, candidates, words } = this;
    const [{ fail, unknown }] = words as [Word];
    const mask = groups.reduce((bits, { own }) => bits & ~own[0]!, -1);
    // With at most one clause of its own per group, a row with two false clauses is in none of them.
    const single = groups.every(({ own }) => bitCount(own) <= 1) ? -1 : 0;
    let k = 0;
    for (let i = 0; i < n; i++) {
      const certain = fail[i]! & ~unknown[i]!;
      const out = (certain & mask) | (certain & (certain - 1) & single);
      candidates[k] = i;
      k += ((out | -out) >>> 31) ^ 1;
    }
    return k;
  }

  /** Splits rows (null: all) under the masks of a group into those kept, in `list`, and those undecided, in `other`. */
  private classify(rows: Int32Array | null, length: number, masks: Int32Array): { kept: number; undecided: number } {
    const { list, other, words } = this;
    const [{ fail, unknown, unknownBits }] = words as [Word];
    const mask = masks[0]!;
    let kept = 0;
    let undecided = 0;
    if (words.length > 1) {
      for (let j = 0; j < length; j++) {
        const row = rows === null ? j : rows[j]!;
        let failing = 0;
        let certain = 0;
        for (let w = 0; w < words.length; w++) {
          const word = words[w]!;
          const bits = word.fail[row]! & masks[w]!;
          failing |= bits;
          certain |= bits & ~word.unknown[row]!;
        }
        if (failing === 0) list[kept++] = row;
        else if (certain === 0) other[undecided++] = row;
      }
    } else if ((unknownBits & mask) === 0) {
      if (rows === null) kept = listClear(list, length, fail, mask);
      else {
        for (let j = 0; j < length; j++) {
          const row = rows[j]!;
          const failing = fail[row]! & mask;
          list[kept] = row;
          kept += ((failing | -failing) >>> 31) ^ 1;
        }
      }
    } else {
      for (let j = 0; j < length; j++) {
        const row = rows === null ? j : rows[j]!;
        const failing = fail[row]! & mask;
        const certain = failing & ~unknown[row]!;
        const fails = (failing | -failing) >>> 31;
        list[kept] = row;
        kept += fails ^ 1;
        other[undecided] = row;
        undecided += fails & (((certain | -certain) >>> 31) ^ 1);
      }
    }
    return { kept, undecided };
  }

  /** Lists in `list` the rows that are present and that some clause of the masks leaves out. */
  private leftOut(masks: Int32Array): number {
    const { n, list, words, present } = this;
    let k = 0;
    if (words.length === 1) {
      const [{ fail }] = words as [Word];
      const mask = masks[0]!;
      for (let i = 0; i < n; i++) {
        const failing = fail[i]! & mask;
        list[k] = i;
        k += (failing | -failing) >>> 31;
      }
    } else {
      for (let i = 0; i < n; i++) {
        let failing = 0;
        for (let w = 0; w < words.length; w++) failing |= words[w]!.fail[i]! & masks[w]!;
        list[k] = i;
        k += (failing | -failing) >>> 31;
      }
    }
    if (present === null) return k;
    let kept = 0;
    for (let j = 0; j < k; j++) {
      list[kept] = list[j]!;
      kept += present[list[j]!]!;
    }
    return kept;
  }
}

export type { View };

function markStale(group: Group): void {
  group.stale = true;
  for (const view of group.views) view.stale = true;
}

function keyOf(own: Int32Array): string {
  return own.join(' ');
}

function emptyBars(bars: number): Bars {
  return {
    count: new Float64Array(bars),
    sum: new Float64Array(bars),
    unmeasured: new Float64Array(bars),
    undecided: new Float64Array(bars),
  };
}

/** True when every order of adding gives the same sum: whole numbers whose absolute values add up to less than 2^53. */
function isExact(measure: Float64Array | null): boolean {
  if (measure === null) return true;
  let sum = 0;
  for (let i = 0; i < measure.length; i++) {
    const value = measure[i]!;
    if (value !== value) continue;
    if (value !== Math.floor(value)) return false;
    sum += Math.abs(value);
  }
  return sum <= Number.MAX_SAFE_INTEGER;
}

/** Lists rows below n whose word is zero under a mask, without a branch. */
function listClear(list: Int32Array, n: number, words: Int32Array, mask: number): number {
  let k = 0;
  for (let i = 0; i < n; i++) {
    const failing = words[i]! & mask;
    list[k] = i;
    k += ((failing | -failing) >>> 31) ^ 1;
  }
  return k;
}

function anyStale(group: Group): boolean {
  for (const view of group.views) if (view.stale) return true;
  return false;
}

function bitCount(words: Int32Array): number {
  let count = 0;
  for (let word of words) for (; word !== 0; word &= word - 1) count++;
  return count;
}

/** Keeps of a list the rows whose word is zero under a mask. */
function keepClear(list: Int32Array, length: number, words: Int32Array, mask: number): number {
  let k = 0;
  for (let j = 0; j < length; j++) {
    const row = list[j]!;
    const failing = words[row]! & mask;
    list[k] = row;
    k += ((failing | -failing) >>> 31) ^ 1;
  }
  return k;
}

/** Counts and sums listed rows in their order; `undecided` is left as it is. */
function countRows({ codes, measure }: ViewSpec, rows: Int32Array, length: number, bars: Bars): void {
  const { count, sum, unmeasured } = bars;
  count.fill(0);
  sum.fill(0);
  unmeasured.fill(0);
  if (measure === null) {
    for (let k = 0; k < length; k++) count[codes[rows[k]!]!]!++;
    return;
  }
  for (let k = 0; k < length; k++) {
    const row = rows[k]!;
    const bar = codes[row]!;
    const value = measure[row]!;
    count[bar]!++;
    if (value === value) sum[bar]! += value;
    else unmeasured[bar]!++;
  }
}

/** What lies in one of two ranges and not in the other. */
function differences(a: number, b: number, c: number, d: number): [number, number][] {
  const pairs: [number, number][] =
    b <= c || d <= a
      ? [
          [a, b],
          [c, d],
        ]
      : [
          [Math.min(a, c), Math.max(a, c)],
          [Math.min(b, d), Math.max(b, d)],
        ];
  return pairs.filter(([from, to]) => from < to);
}

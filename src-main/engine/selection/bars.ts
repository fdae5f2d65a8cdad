import {
  addMonths,
  civilOf,
  dayOf,
  fiscalQuarterOf,
  fiscalQuarterRange,
  isoDay,
  quarterLabel,
} from '#engine/base/days.ts';
import type { Day } from '#engine/base/days.ts';
import { decimalOf } from '#engine/base/money.ts';
import { fold } from '#engine/language/fold.ts';
import type { FactColumn } from '#engine/language/types.ts';
import { UNKNOWN_INT, type Vectors } from '#engine/vectors/types.ts';
import { SortedColumn } from './cross-filter.ts';
import { orderedRows } from './sort.ts';

/** A bar: what it says, and the text of the language that is true for its customers; null when there is none. */
export type Bar = { readonly label: string; readonly text: string | null };

/** Customers by bar: the last bar holds those without a value. */
export type Barred = { readonly codes: Uint8Array | Uint16Array; readonly bars: readonly Bar[] };

export type BarQuestion = {
  readonly vectors: Vectors;
  readonly fact: string;
  readonly column: FactColumn;
  /** 1 for customers that are present. */
  readonly present: Uint8Array;
  /** Present customers in the order of the fact; asked for when the fact has one. */
  readonly sorted: () => SortedColumn;
  readonly fiscalYearStart: number;
  /** Most bars that are wanted beside those for other texts and unknown values. */
  readonly most: number;
  /** Lower bounds of all bars but the first, ascending; null: chosen by the values. Minor units for money. */
  readonly edges: readonly number[] | null;
};

/** Puts every customer into a bar of a fact. Bars do not depend on any clause, so that they keep their place. */
export function barsOfFact(question: BarQuestion): Barred {
  const { column, fact } = question;
  switch (column.type) {
    case 'set': {
      const members = column.members.map((member) => ({ label: member, text: `${fact} = ${word(member)}` }));
      return coded(question, members, (i) => (column.values[i] === UNKNOWN_INT ? -1 : column.values[i]!));
    }
    case 'yesno': {
      const bars = [
        { label: 'no', text: `not ${fact}` },
        { label: 'yes', text: fact },
      ];
      return coded(question, bars, (i) => (Number.isNaN(column.values[i]) ? -1 : column.values[i]!));
    }
    case 'text':
      return textBars(question, column);
    case 'day':
      return dayBars(question, column.values);
    case 'money':
      return moneyBars(question, column);
    default:
      return numberBars(question, column.values, String, '');
  }
}

/** A word of a set as the language reads it. */
function word(member: string): string {
  return /^[a-z_]+$/.test(member) ? member : quoted(member);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** -1 is unknown. */
function coded({ vectors, fact }: BarQuestion, bars: readonly Bar[], codeOf: (index: number) => number): Barred {
  const n = vectors.customers.count;
  const unknown = bars.length;
  const codes = unknown < 256 ? new Uint8Array(n) : new Uint16Array(n);
  for (let i = 0; i < n; i++) {
    const code = codeOf(i);
    codes[i] = code < 0 ? unknown : code;
  }
  return { codes, bars: [...bars, { label: 'unknown', text: `${fact} is unknown` }] };
}

/** The most frequent texts, as the language tells them apart; the others are in one bar. */
function textBars(question: BarQuestion, column: Extract<FactColumn, { type: 'text' }>): Barred {
  const { vectors, present, fact, most } = question;
  const n = vectors.customers.count;
  const groups = new Map<string, { label: string; count: number; at: number }>();
  const groupOfTerm = new Map<number, { label: string; count: number; at: number } | null>();
  const groupAt = (i: number): { label: string; count: number; at: number } | null => {
    const term = column.terms?.[i];
    const held = term === undefined ? undefined : groupOfTerm.get(term);
    if (held !== undefined) return held;
    const text = column.at(i);
    let group: { label: string; count: number; at: number } | null = null;
    if (text !== null) {
      const folded = fold(text);
      group = groups.get(folded) ?? { label: text, count: 0, at: -1 };
      if (text < group.label) group.label = text;
      groups.set(folded, group);
    }
    if (term !== undefined) groupOfTerm.set(term, group);
    return group;
  };
  for (let i = 0; i < n; i++) {
    const group = groupAt(i);
    if (group !== null) group.count += present[i]!;
  }
  const ranked = [...groups.values()].sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
  ranked.forEach((group, at) => (group.at = Math.min(at, most)));
  const bars: Bar[] = ranked.slice(0, most).map(({ label }) => ({ label, text: `${fact} = ${quoted(label)}` }));
  if (ranked.length > most) bars.push({ label: 'others', text: null });
  return coded(question, bars, (i) => groupAt(i)?.at ?? -1);
}

function dayBars(question: BarQuestion, values: Int32Array): Barred {
  const { fact, most, fiscalYearStart, sorted } = question;
  const { order, known } = sorted();
  if (known === 0) return coded(question, [], () => -1);
  const [first, last] = [values[order[0]!]!, values[order[known - 1]!]!];
  const { year, month } = civilOf(first);
  const months = (last - first) / 30;
  const step = months <= most ? 1 : months <= 3 * most ? 3 : 12;
  const quarter = fiscalQuarterOf(first, fiscalYearStart);
  let from: Day =
    step === 1
      ? dayOf(year, month, 1)
      : fiscalQuarterRange(step === 3 ? quarter : { year: quarter.year, quarter: 1 }, fiscalYearStart).first;
  const starts: Day[] = [];
  // A day typed a century wrong is a bar of its own at the end, not a thousand empty ones.
  for (; from <= last && starts.length < most; from = addMonths(from, step)) starts.push(from);
  const bars = starts.map((start, b): Bar => {
    const end = b === starts.length - 1 ? last : addMonths(start, step) - 1;
    const label =
      step === 1
        ? isoDay(start).slice(0, 7)
        : step === 3
          ? quarterLabel(fiscalQuarterOf(start, fiscalYearStart))
          : String(fiscalQuarterOf(start, fiscalYearStart).year);
    const more = b === starts.length - 1 && from <= last ? ' and later' : '';
    return { label: `${label}${more}`, text: `${fact} between ${isoDay(start)} and ${isoDay(end)}` };
  });
  return coded(question, bars, (i) => (values[i] === UNKNOWN_INT ? -1 : Math.max(0, above(starts, values[i]!) - 1)));
}

/** Bars of the amounts in one currency: the only one, or that with the most customers; other currencies in one bar. */
function moneyBars(question: BarQuestion, column: Extract<FactColumn, { type: 'money' }>): Barred {
  const { vectors } = question;
  const term = mainCurrency(column);
  const currency = term === null ? null : vectors.text(term);
  if (currency === null) return numberBars(question, column.values, null, '');
  let foreign = false;
  const values = column.values.map((minor, i) => {
    const same = minor === 0 || column.currency[i] === term || column.currency[i] === UNKNOWN_INT;
    if (!same && !Number.isNaN(minor)) foreign = true;
    return same ? minor : Number.NaN;
  });
  const sorted = foreign
    ? (): SortedColumn => new SortedColumn(orderedRows(values, false, question.present), values.length)
    : question.sorted;
  const barred = numberBars({ ...question, sorted }, values, (minor) => decimalOf(minor, currency), ` ${currency}`);
  if (!foreign && column.split.size === 0) return barred;
  const unknown = barred.bars.length - 1;
  const codes = barred.codes.map((code, i) => {
    const other = code === unknown && (column.split.has(i) || !Number.isNaN(column.values[i]!));
    return other ? unknown : code === unknown ? unknown + 1 : code;
  });
  return {
    codes,
    bars: [...barred.bars.slice(0, -1), { label: 'other currencies', text: null }, { label: 'unknown', text: null }],
  };
}

/** The currency term that most customers have an amount in; null without amounts. */
export function mainCurrency({ values, currency }: Extract<FactColumn, { type: 'money' }>): number | null {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) {
    if (currency[i] === UNKNOWN_INT || !(values[i] !== 0)) continue;
    counts.set(currency[i]!, (counts.get(currency[i]!) ?? 0) + 1);
  }
  let main: number | null = null;
  for (const [term, count] of [...counts].sort((a, b) => a[0] - b[0]))
    if (main === null || count > counts.get(main)!) main = term;
  return main;
}

/** `write` makes a bound a literal of the language; null when bounds cannot be written. */
function numberBars(
  question: BarQuestion,
  values: Float64Array,
  write: ((value: number) => string) | null,
  unit: string,
): Barred {
  const { fact, most, sorted } = question;
  const edges = question.edges ?? chosenEdges(values, sorted(), most);
  const written = edges.map((edge) => (write === null ? String(edge) : write(edge)));
  const literal = (b: number): string | null =>
    write !== null && /^-?\d+(\.\d+)?$/.test(written[b]!) ? `${written[b]!}${unit}` : null;
  const bars: Bar[] = Array.from({ length: edges.length + 1 }, (_, b) => {
    const bounds = [...(b === 0 ? [] : [['>=', literal(b - 1)]]), ...(b === edges.length ? [] : [['<', literal(b)]])];
    const text = bounds.some(([, value]) => value === null)
      ? null
      : bounds.map(([op, value]) => `${fact} ${op} ${value}`).join(' and ') || `${fact} is known`;
    const from = b === 0 ? null : `${written[b - 1]!}${unit}`;
    const to = b === edges.length ? null : `${written[b]!}${unit}`;
    const label =
      from === null
        ? to === null
          ? 'any'
          : `below ${to}`
        : to === null
          ? `${from} or more`
          : `${from} to below ${to}`;
    return { label, text };
  });
  return coded(question, bars, (i) => (Number.isNaN(values[i]) ? -1 : above(edges, values[i]!)));
}

/** How many of ascending numbers are not above a value. */
function above(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (edges[mid]! <= value) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** Round bounds (1, 2, 5 times a power of ten) between the 1st and the 99th percentile. */
function chosenEdges(values: Float64Array, { order, known }: SortedColumn, most: number): number[] {
  const at = (share: number): number => values[order[Math.round(share * (known - 1))]!]!;
  if (known === 0) return [];
  let [low, high] = [at(0.01), at(0.99)];
  if (!(low < high)) [low, high] = [at(0), at(1)];
  if (!(low < high) || !Number.isFinite(high - low)) return [];
  let power = Math.floor(Math.log10((high - low) / most)) - 1;
  let factor = 1;
  const edge = (k: number): number => (power < 0 ? (k * factor) / 10 ** -power : k * factor * 10 ** power);
  const steps: readonly number[] = [1, 2, 5];
  const count = (): number => Math.ceil(high / edge(1)) - Math.floor(low / edge(1));
  for (let s = 0; count() > most; s++) {
    factor = steps[s % 3]!;
    if (s % 3 === 0 && s > 0) power++;
  }
  const edges: number[] = [];
  for (let k = Math.floor(low / edge(1)) + 1; edge(k) <= high && edges.length < most; k++) edges.push(edge(k));
  return edges;
}

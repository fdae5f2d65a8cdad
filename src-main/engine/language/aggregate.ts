import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Field } from './catalogue.ts';
import { andInto, floats, foldedAt, unknownAt, type Col, type Outcome } from './columns.ts';
import { MoneyColumn } from './facts/purchase.ts';
import type { RelationRows } from './frame.ts';
import type { AggregateFn } from './tree.ts';

/** Rows that count: those of which `where` holds (unknown does not), of orders those that count; null: every row. */
function kept(rows: RelationRows, where: Outcome | null): Outcome | null {
  const counting = rows.counting();
  if (where === null) return counting;
  if (counting !== null) andInto(where, counting);
  return where;
}

/** 1 for groups with a row up to the day. Two-valued. */
export function existing(rows: RelationRows, where: Outcome | null): Outcome {
  const { start, day } = rows.relation;
  const keep = kept(rows, where);
  const out = new Uint8Array(rows.groups);
  for (let c = 0; c < out.length; c++) {
    for (let r = start[c]!; r < start[c + 1]! && day[r]! <= rows.asOf; r++) {
      if (keep !== null && keep[r] !== 1) continue;
      out[c] = 1;
      break;
    }
  }
  return out;
}

/** An aggregate per customer over the rows up to the day of which `where` holds and whose field is known. */
export function aggregate(fn: AggregateFn, rows: RelationRows, field: Field | null, where: Outcome | null): Col {
  const keep = kept(rows, where);
  switch (fn) {
    case 'count':
      return { k: 'float', v: count(rows, keep, field === null ? null : unknownAt(rows.field(field, false), rows.n)) };
    case 'distinct':
      return { k: 'float', v: distinct(rows, keep, rows.field(field!, false)) };
    case 'days_since_last':
    case 'days_since_first': {
      const values = field === null ? rows.relation.day : floats(rows.field(field, false), rows.n);
      const out = extreme(rows, keep, values, fn === 'days_since_last' ? 1 : -1);
      for (let c = 0; c < out.length; c++) out[c] = rows.asOf - out[c]!;
      return { k: 'float', v: out };
    }
    case 'sum':
    case 'avg':
    case 'min':
    case 'max': {
      const column = rows.field(field!, false);
      if (column.k === 'money') return money(fn, rows, keep, column);
      const values = floats(column, rows.n);
      if (fn === 'min' || fn === 'max') return { k: 'float', v: extreme(rows, keep, values, fn === 'max' ? 1 : -1) };
      return { k: 'float', v: total(rows, keep, values, fn === 'avg') };
    }
  }
}

function count(
  { relation, asOf, groups }: RelationRows,
  keep: Outcome | null,
  unknown: Uint8Array | null,
): Float64Array {
  const { start, day } = relation;
  const out = new Float64Array(groups);
  for (let c = 0; c < out.length; c++) {
    let n = 0;
    const end = start[c + 1]!;
    if (keep === null) for (let r = start[c]!; r < end && day[r]! <= asOf; r++) n++;
    else for (let r = start[c]!; r < end && day[r]! <= asOf; r++) n += keep[r]! & 1;
    if (unknown !== null) {
      for (let r = start[c]!; r < end && day[r]! <= asOf; r++)
        if (unknown[r] === 1 && (keep === null || keep[r] === 1)) n--;
    }
    out[c] = n;
  }
  return out;
}

function total(
  { relation, asOf, groups }: RelationRows,
  keep: Outcome | null,
  values: Float64Array,
  mean: boolean,
): Float64Array {
  const { start, day } = relation;
  const out = new Float64Array(groups);
  for (let c = 0; c < out.length; c++) {
    let sum = 0;
    let n = 0;
    for (let r = start[c]!; r < start[c + 1]! && day[r]! <= asOf; r++) {
      if ((keep !== null && keep[r] !== 1) || values[r] !== values[r]) continue;
      sum += values[r]!;
      n++;
    }
    out[c] = mean ? (n === 0 ? Number.NaN : sum / n) : sum;
  }
  return out;
}

/** Largest (`sign` 1) or smallest (-1) value per customer; NaN without one. */
function extreme(
  { relation, asOf, groups }: RelationRows,
  keep: Outcome | null,
  values: Float64Array | Int32Array,
  sign: 1 | -1,
): Float64Array {
  const { start, day } = relation;
  const out = new Float64Array(groups).fill(Number.NaN);
  for (let c = 0; c < out.length; c++) {
    let best = Number.NaN;
    for (let r = start[c]!; r < start[c + 1]! && day[r]! <= asOf; r++) {
      const value = values[r]!;
      if ((keep !== null && keep[r] !== 1) || value !== value || value === UNKNOWN_INT) continue;
      if (best !== best || sign * value > sign * best) best = value;
    }
    out[c] = best;
  }
  return out;
}

function distinct(rows: RelationRows, keep: Outcome | null, column: Col): Float64Array {
  const { relation, asOf, evaluation, groups } = rows;
  const { start, day } = relation;
  const out = new Float64Array(groups);
  const isText = column.k === 'terms' || column.k === 'texts' || column.k === 'text';
  const text = isText ? foldedAt(column, evaluation.vectors) : null;
  const values = isText ? null : floats(column, rows.n);
  const seen = new Set<string | number>();
  for (let c = 0; c < out.length; c++) {
    seen.clear();
    for (let r = start[c]!; r < start[c + 1]! && day[r]! <= asOf; r++) {
      if (keep !== null && keep[r] !== 1) continue;
      const value = text === null ? values![r]! : text(r);
      if (value !== null && value === value) seen.add(value);
    }
    out[c] = seen.size;
  }
  return out;
}

/** Sums, means and extremes of money; rows of several currencies make the customer's value unknown. */
function money(
  fn: 'sum' | 'avg' | 'min' | 'max',
  rows: RelationRows,
  keep: Outcome | null,
  { v, currency }: Extract<Col, { k: 'money' }>,
): Col {
  const { relation, asOf, evaluation } = rows;
  const { vectors } = evaluation;
  const { start, day } = relation;
  const customers = rows.groups;
  const sums = new MoneyColumn(vectors, customers);
  const counts = new Int32Array(customers);
  const best = new Float64Array(customers).fill(Number.NaN);
  for (let c = 0; c < customers; c++) {
    for (let r = start[c]!; r < start[c + 1]! && day[r]! <= asOf; r++) {
      if ((keep !== null && keep[r] !== 1) || v[r] !== v[r]) continue;
      sums.add(c, v[r]!, currency[r]!);
      counts[c]!++;
      if (best[c] !== best[c] || (fn === 'max' ? v[r]! > best[c]! : v[r]! < best[c]!)) best[c] = v[r]!;
    }
  }
  const column = sums.column();
  if (column.type !== 'money') throw new Error('sums of money are money');
  if (fn === 'sum') return { k: 'money', v: column.values, currency: column.currency };
  const out = column.values.map((sum, c) =>
    counts[c] === 0 || sum !== sum ? Number.NaN : fn === 'avg' ? sum / counts[c]! : best[c]!,
  );
  return { k: 'money', v: out, currency: column.currency };
}

import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import { fold } from './fold.ts';
import type { CompareOp } from './tree.ts';

/**
 * Columns of a frame (customers, or rows of a relation) and the loops over them. Outcomes are bytes: 0 false, 1 true,
 * 2 unknown, combined by Kleene's three-valued logic.
 */
export type Col =
  | { readonly k: 'const'; readonly c: number }
  | { readonly k: 'float'; readonly v: Float64Array }
  | { readonly k: 'int'; readonly v: Int32Array }
  /** `currency` is UNKNOWN_INT where the amount is 0 of no currency. */
  | { readonly k: 'money'; readonly v: Float64Array; readonly currency: Int32Array }
  | { readonly k: 'amount'; readonly minor: number; readonly currency: number }
  /** `rank` maps codes to positions in the set; a code without one is a word outside the set. */
  | { readonly k: 'set'; readonly v: Int32Array; readonly rank: Int32Array }
  | { readonly k: 'member'; readonly index: number }
  | { readonly k: 'terms'; readonly v: Int32Array }
  /** `written`: as a reader sees it. */
  | {
      readonly k: 'texts';
      readonly folded: (index: number) => string | null;
      readonly written: (index: number) => string | null;
    }
  | { readonly k: 'text'; readonly folded: string };

export type Outcome = Uint8Array;

const AND = Uint8Array.of(0, 0, 0, 0, 1, 2, 0, 2, 2);
const OR = Uint8Array.of(0, 1, 2, 1, 1, 1, 2, 1, 2);
const NOT = Uint8Array.of(1, 0, 2);

export function andInto(into: Outcome, other: Outcome): void {
  for (let i = 0; i < into.length; i++) into[i] = AND[into[i]! * 3 + other[i]!]!;
}

export function orInto(into: Outcome, other: Outcome): void {
  for (let i = 0; i < into.length; i++) into[i] = OR[into[i]! * 3 + other[i]!]!;
}

export function notInPlace(into: Outcome): Outcome {
  for (let i = 0; i < into.length; i++) into[i] = NOT[into[i]!]!;
  return into;
}

/** The column with row i taken from row `from[i]`; -1 takes nothing: unknown. Constants stay. */
export function gathered(col: Col, from: Int32Array): Col {
  const n = from.length;
  const ints = (v: Int32Array): Int32Array => {
    const out = new Int32Array(n);
    for (let i = 0; i < n; i++) out[i] = from[i]! < 0 ? UNKNOWN_INT : v[from[i]!]!;
    return out;
  };
  const reals = (v: Float64Array): Float64Array => {
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) out[i] = from[i]! < 0 ? Number.NaN : v[from[i]!]!;
    return out;
  };
  switch (col.k) {
    case 'float':
      return { k: 'float', v: reals(col.v) };
    case 'int':
    case 'terms':
      return { k: col.k, v: ints(col.v) };
    case 'set':
      return { ...col, v: ints(col.v) };
    case 'money':
      return { k: 'money', v: reals(col.v), currency: ints(col.currency) };
    case 'texts':
      return {
        k: 'texts',
        folded: (i) => (from[i]! < 0 ? null : col.folded(from[i]!)),
        written: (i) => (from[i]! < 0 ? null : col.written(from[i]!)),
      };
    case 'const':
    case 'amount':
    case 'member':
    case 'text':
      return col;
  }
}

/** The outcome with unit i taken from `from[i]`; `none` where that is -1. */
export function gatheredOutcome(outcome: Outcome, from: Int32Array, none: 0 | 2): Outcome {
  const out = new Uint8Array(from.length);
  for (let i = 0; i < out.length; i++) out[i] = from[i]! < 0 ? none : outcome[from[i]!]!;
  return out;
}

export function floats(col: Col, n: number): Float64Array {
  switch (col.k) {
    case 'const':
      return new Float64Array(n).fill(col.c);
    case 'float':
      return col.v;
    case 'int': {
      const out = new Float64Array(n);
      for (let i = 0; i < n; i++) out[i] = col.v[i] === UNKNOWN_INT ? Number.NaN : col.v[i]!;
      return out;
    }
    case 'set': {
      const out = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        const rank = rankOf(col, col.v[i]!);
        out[i] = rank < 0 ? Number.NaN : rank;
      }
      return out;
    }
    case 'member':
      return new Float64Array(n).fill(col.index);
    case 'money':
      return col.v;
    case 'amount':
      return new Float64Array(n).fill(col.minor);
    case 'terms':
    case 'texts':
    case 'text':
      throw new Error('a text is not a number');
  }
}

function rankOf({ rank }: Extract<Col, { k: 'set' }>, code: number): number {
  return code >= 0 && code < rank.length ? rank[code]! : -1;
}

export function asMoney(col: Col, n: number): { v: Float64Array; currency: Int32Array } {
  if (col.k === 'money') return col;
  if (col.k === 'amount')
    return { v: new Float64Array(n).fill(col.minor), currency: new Int32Array(n).fill(col.currency) };
  throw new Error('not a column of money');
}

/** True where two amounts can stand beside each other: one currency, or one of them nothing. */
export function sameCurrency(a: number, aCurrency: number, b: number, bCurrency: number): boolean {
  return aCurrency === bCurrency || a === 0 || b === 0 || aCurrency === UNKNOWN_INT || bCurrency === UNKNOWN_INT;
}

export function compare(op: CompareOp, left: Col, right: Col, n: number, vectors: Vectors): Outcome {
  if (isConstant(left) && !isConstant(right)) return compare(MIRROR[op], right, left, n, vectors);
  if (left.k === 'set' && right.k === 'member') return byVerdict(left, (rank) => holds(op, rank, right.index), n);
  if (left.k === 'money' || left.k === 'amount') return compareMoney(op, asMoney(left, n), asMoney(right, n), n);
  if (left.k === 'terms' || left.k === 'texts' || left.k === 'text') return compareText(op, left, right, n, vectors);
  if (right.k === 'const' && left.k === 'int') return compareInts(op, left.v, right.c, n);
  if (right.k === 'const' && left.k === 'float') return compareFloats(op, left.v, right.c, n);
  const a = floats(left, n);
  const b = floats(right, n);
  const out = new Uint8Array(n);
  for (let i = 0; i < n; i++) out[i] = a[i] !== a[i] || b[i] !== b[i] ? 2 : holds(op, a[i]!, b[i]!) ? 1 : 0;
  return out;
}

const MIRROR: Readonly<Record<CompareOp, CompareOp>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function isConstant(col: Col): boolean {
  return col.k === 'const' || col.k === 'amount' || col.k === 'member' || col.k === 'text';
}

function holds(op: CompareOp, a: number, b: number): boolean {
  switch (op) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

function compareFloats(op: CompareOp, v: Float64Array, c: number, n: number): Outcome {
  const out = new Uint8Array(n);
  if (c !== c) return out.fill(2);
  switch (op) {
    case '=':
      for (let i = 0; i < n; i++) out[i] = v[i] === c ? 1 : v[i] === v[i] ? 0 : 2;
      return out;
    case '!=':
      for (let i = 0; i < n; i++) out[i] = v[i] === c ? 0 : v[i] === v[i] ? 1 : 2;
      return out;
    case '<':
      for (let i = 0; i < n; i++) out[i] = v[i]! < c ? 1 : v[i]! >= c ? 0 : 2;
      return out;
    case '<=':
      for (let i = 0; i < n; i++) out[i] = v[i]! <= c ? 1 : v[i]! > c ? 0 : 2;
      return out;
    case '>':
      for (let i = 0; i < n; i++) out[i] = v[i]! > c ? 1 : v[i]! <= c ? 0 : 2;
      return out;
    case '>=':
      for (let i = 0; i < n; i++) out[i] = v[i]! >= c ? 1 : v[i]! < c ? 0 : 2;
      return out;
  }
}

function compareInts(op: CompareOp, v: Int32Array, c: number, n: number): Outcome {
  const out = new Uint8Array(n);
  if (c !== c) return out.fill(2);
  switch (op) {
    case '=':
      for (let i = 0; i < n; i++) out[i] = v[i] === UNKNOWN_INT ? 2 : v[i] === c ? 1 : 0;
      return out;
    case '!=':
      for (let i = 0; i < n; i++) out[i] = v[i] === UNKNOWN_INT ? 2 : v[i] === c ? 0 : 1;
      return out;
    case '<':
      for (let i = 0; i < n; i++) out[i] = v[i] === UNKNOWN_INT ? 2 : v[i]! < c ? 1 : 0;
      return out;
    case '<=':
      for (let i = 0; i < n; i++) out[i] = v[i] === UNKNOWN_INT ? 2 : v[i]! <= c ? 1 : 0;
      return out;
    case '>':
      for (let i = 0; i < n; i++) out[i] = v[i] === UNKNOWN_INT ? 2 : v[i]! > c ? 1 : 0;
      return out;
    case '>=':
      for (let i = 0; i < n; i++) out[i] = v[i] === UNKNOWN_INT ? 2 : v[i]! >= c ? 1 : 0;
      return out;
  }
}

function compareMoney(
  op: CompareOp,
  a: { v: Float64Array; currency: Int32Array },
  b: { v: Float64Array; currency: Int32Array },
  n: number,
): Outcome {
  const out = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const [x, y] = [a.v[i]!, b.v[i]!];
    const comparable = x === x && y === y && sameCurrency(x, a.currency[i]!, y, b.currency[i]!);
    out[i] = !comparable ? 2 : holds(op, x, y) ? 1 : 0;
  }
  return out;
}

/** Outcome of a test of positions in a set, looked up by code. */
export function byVerdict(col: Extract<Col, { k: 'set' }>, test: (rank: number) => boolean, n: number): Outcome {
  const verdict = Uint8Array.from(col.rank, (rank) => (test(rank) ? 1 : 0));
  const { v } = col;
  const codes = verdict.length;
  const outside = test(-1) ? 1 : 0;
  const out = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const code = v[i]!;
    out[i] = code === UNKNOWN_INT ? 2 : code >= 0 && code < codes ? verdict[code]! : outside;
  }
  return out;
}

/** Folded text per row; a folded term is made once. */
export function foldedAt(col: Col, vectors: Vectors): (index: number) => string | null {
  if (col.k === 'text') return () => col.folded;
  if (col.k === 'texts') return col.folded;
  if (col.k !== 'terms') throw new Error('not a column of texts');
  const folded = new Map<number, string | null>();
  return (i) => {
    const term = col.v[i]!;
    if (term === UNKNOWN_INT) return null;
    let text = folded.get(term);
    if (text === undefined) {
      const word = vectors.text(term);
      text = word === null ? null : fold(word);
      folded.set(term, text);
    }
    return text;
  };
}

/** Outcome of a test of folded texts; over terms the test runs once per term. */
export function testText(col: Col, test: (folded: string) => boolean, n: number, vectors: Vectors): Outcome {
  const out = new Uint8Array(n);
  const at = foldedAt(col, vectors);
  if (col.k === 'terms') {
    const { v } = col;
    let last = -1;
    for (let i = 0; i < n; i++) if (v[i]! > last) last = v[i]!;
    const verdict = new Uint8Array(last + 1).fill(255);
    for (let i = 0; i < n; i++) {
      const term = v[i]!;
      if (term < 0) {
        out[i] = 2;
        continue;
      }
      if (verdict[term] === 255) {
        const text = at(i);
        verdict[term] = text === null ? 2 : test(text) ? 1 : 0;
      }
      out[i] = verdict[term]!;
    }
    return out;
  }
  for (let i = 0; i < n; i++) {
    const text = at(i);
    out[i] = text === null ? 2 : test(text) ? 1 : 0;
  }
  return out;
}

function compareText(op: CompareOp, left: Col, right: Col, n: number, vectors: Vectors): Outcome {
  const wanted = op === '=';
  if (right.k === 'text') return testText(left, (text) => (text === right.folded) === wanted, n, vectors);
  const a = foldedAt(left, vectors);
  const b = foldedAt(right, vectors);
  const out = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const [x, y] = [a(i), b(i)];
    out[i] = x === null || y === null ? 2 : (x === y) === wanted ? 1 : 0;
  }
  return out;
}

/** 1 where a column has no value. */
export function unknownAt(col: Col, n: number): Uint8Array {
  const out = new Uint8Array(n);
  switch (col.k) {
    case 'const':
      return col.c !== col.c ? out.fill(1) : out;
    case 'amount':
    case 'member':
    case 'text':
      return out;
    case 'float':
    case 'money':
      for (let i = 0; i < n; i++) if (col.v[i] !== col.v[i]) out[i] = 1;
      return out;
    case 'int':
    case 'set':
    case 'terms':
      for (let i = 0; i < n; i++) if (col.v[i] === UNKNOWN_INT) out[i] = 1;
      return out;
    case 'texts':
      for (let i = 0; i < n; i++) if (col.folded(i) === null) out[i] = 1;
      return out;
  }
}

import { isCivil, dayOf, type Day } from '#engine/base/days.ts';
import { Misread } from './errors.ts';

export type TokenKind = 'word' | 'number' | 'string' | 'bracket' | 'date' | 'quarter' | 'month' | 'sign' | 'end';

export type Token = {
  readonly kind: TokenKind;
  /** The token as written; of a string or bracket its content; of a number its canonical decimal text. */
  readonly text: string;
  /** Lower case of a word, else the text: what keywords are compared with. */
  readonly word: string;
  readonly at: number;
  /** Days of a date; `year * 16 + quarter or month` of the others; 0 elsewhere. */
  readonly value: Day;
};

export type Note = { readonly text: string; readonly tokensBefore: number };

export const MAX_LENGTH = 64 * 1024;
const MAX_DIGITS = 15;

const BLANK = /[\s\uFEFF]+/y;
const WORD = /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy;
const DATE = /(\d{4})-(\d{2})-(\d{2})(?![\p{L}\p{N}_])/uy;
const QUARTER = /(\d{4})-[Qq](\d+)(?![\p{L}_])/uy;
const MONTH = /(\d{4})-(\d{2})(?![\p{L}\p{N}_-])/uy;
const NUMBER = /(\d+)(?:\.(\d+))?/y;
const SIGNS = ['!=', '<=', '>=', '..', '=', '<', '>', '+', '-', '*', '/', '(', ')', ',', '.', '%'];

/** Splits a text into tokens and notes in one pass. */
export function tokensOf(text: string): { tokens: Token[]; notes: Note[] } {
  if (text.length > MAX_LENGTH) {
    throw new Misread(MAX_LENGTH, `the text is longer than ${MAX_LENGTH} characters; put long lists into a named list`);
  }
  const tokens: Token[] = [];
  const notes: Note[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const push = (kind: TokenKind, end: number, content: string, value = 0): void => {
    tokens.push({ kind, text: content, word: kind === 'word' ? content.toLowerCase() : content, at, value });
    at = end;
  };
  while (at < text.length) {
    const blank = take(BLANK);
    if (blank) {
      at += blank[0].length;
      continue;
    }
    if (text.startsWith('--', at)) {
      const newline = text.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      notes.push({ text: text.slice(at + 2, end).trim(), tokensBefore: tokens.length });
      at = end;
      continue;
    }
    const first = text.charCodeAt(at);
    if (first >= 48 && first <= 57) {
      readNumber(text, at, take, push);
      continue;
    }
    if (text[at] === "'") {
      readString(text, at, push);
      continue;
    }
    if (text[at] === '[') {
      const end = text.indexOf(']', at);
      if (end < 0) throw new Misread(at, 'this "[" is never closed', { expected: ']' });
      const name = text.slice(at + 1, end).trim();
      if (name === '') throw new Misread(at, 'a name in brackets is empty', { expected: 'a name' });
      push('bracket', end + 1, name);
      continue;
    }
    const word = take(WORD);
    if (word) {
      push('word', at + word[0].length, word[0]);
      continue;
    }
    const sign = SIGNS.find((s) => text.startsWith(s, at));
    if (sign === undefined) throw unexpected(text, at);
    push('sign', at + sign.length, sign);
  }
  push('end', at, '');
  return { tokens, notes };
}

type Push = (kind: TokenKind, end: number, content: string, value?: number) => void;

function readNumber(text: string, at: number, take: (pattern: RegExp) => RegExpExecArray | null, push: Push): void {
  const date = take(DATE);
  if (date) {
    const [year, month, day] = [Number(date[1]), Number(date[2]), Number(date[3])];
    if (!isCivil(year, month, day))
      throw new Misread(at, `"${date[0]}" is not a calendar day`, { expected: 'YYYY-MM-DD' });
    push('date', at + date[0].length, date[0], dayOf(year, month, day));
    return;
  }
  const quarter = take(QUARTER);
  if (quarter) {
    const number = Number(quarter[2]);
    if (!(number >= 1 && number <= 4) || Number(quarter[1]) < 1) {
      throw new Misread(at, `"${quarter[0]}" is not a quarter; write 2026-Q1 to 2026-Q4`, { expected: 'a quarter' });
    }
    push('quarter', at + quarter[0].length, `${quarter[1]}-Q${number}`, Number(quarter[1]) * 16 + number);
    return;
  }
  const month = take(MONTH);
  if (month) {
    const number = Number(month[2]);
    if (!(number >= 1 && number <= 12) || Number(month[1]) < 1) {
      throw new Misread(at, `"${month[0]}" is not a month; write 2026-01 to 2026-12`, { expected: 'a month' });
    }
    push('month', at + month[0].length, month[0], Number(month[1]) * 16 + number);
    return;
  }
  const number = take(NUMBER)!;
  const whole = number[1]!.replace(/^0+(?=\d)/, '');
  const fraction = trimZeros(number[2] ?? '');
  if (whole.length + fraction.length > MAX_DIGITS) {
    throw new Misread(at, `a number has at most ${MAX_DIGITS} digits`, { expected: 'a shorter number' });
  }
  push('number', at + number[0].length, fraction === '' ? whole : `${whole}.${fraction}`);
}

function trimZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}

function readString(text: string, at: number, push: Push): void {
  const parts: string[] = [];
  let from = at + 1;
  for (;;) {
    const quote = text.indexOf("'", from);
    if (quote < 0) throw new Misread(at, "this text is never closed; end it with '", { expected: "'" });
    parts.push(text.slice(from, quote));
    if (text[quote + 1] !== "'") {
      push('string', quote + 1, parts.join("'"));
      return;
    }
    from = quote + 2;
  }
}

function unexpected(text: string, at: number): Misread {
  const character = String.fromCodePoint(text.codePointAt(at)!);
  if (character === '"' || character === '’' || character === '‘' || character === '“' || character === '”') {
    return new Misread(at, `unexpected ${character}; write text between straight single quotes, as in 'Key accounts'`, {
      expected: "'",
    });
  }
  if (character === '!') return new Misread(at, 'unexpected "!"; write != or not', { expected: '!=' });
  return new Misread(at, `unexpected character "${character}"`, { expected: 'a name, a value or a sign' });
}

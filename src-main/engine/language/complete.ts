import { fieldsOf, RELATIONS, UNITS, type Field } from './catalogue.ts';
import { fold } from './fold.ts';
import type { Named } from './named.ts';
import { printString } from './print.ts';
import { AGGREGATES } from './tree.ts';
import type { Completion, Completions, FactType, UnitName } from './types.ts';

const MOST = 60;
const TOKEN = /--[^\n]*|'(?:[^']|'')*'?|\[[^\]\n]*\]?|\d[\w.-]*|[\p{L}_][\p{L}\p{N}_]*|<=|>=|!=|\.\.|[^\s]/gu;
const FUNCTIONS = new Set<string>([...AGGREGATES, 'exists']);
const COMPARISON = new Set(['=', '!=', '<', '<=', '>', '>=']);
const DURATIONS = ['days', 'weeks', 'months', 'quarters', 'years'];
const PERIODS = ['last', 'previous', 'this'];

type Word = { readonly text: string; readonly low: string; readonly at: number };

/**
 * What may stand at an offset of a text about a unit, best first. The text need not be whole: it is read as words up to
 * the offset, never parsed, in time linear in its length.
 */
export function completionsAt(text: string, offset: number, unit: UnitName, named: Named | null): Completions {
  const place = Math.min(Math.max(0, offset), text.length);
  const words: Word[] = [];
  let partial: Word | null = null;
  for (const match of text.slice(0, place).matchAll(TOKEN)) {
    const token = { text: match[0], low: match[0].toLowerCase(), at: match.index };
    if (token.text.startsWith('--')) continue;
    words.push(token);
  }
  const last = words.at(-1);
  if (last !== undefined && last.at + last.text.length === place && isOpen(last.text)) {
    partial = last;
    words.pop();
  }
  const inComment = /--[^\n]*$/.test(text.slice(0, place).replaceAll(/'(?:[^']|'')*'/g, ''));
  const from = partial?.at ?? place;
  if (inComment) return { from: place, to: place, items: [] };
  const typed = fold((partial?.text ?? '').replace(/^['[]/, ''));
  const items = offered(words, partial, scopeOf(words, UNITS[unit].scope), named)
    .map((item) => ({ item, rank: rankOf(fold(item.text.replace(/^['[]/, '')), typed) }))
    .filter(({ rank }) => rank < 3)
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map(({ item }) => item);
  return { from, to: place, items };
}

/** True for a word that may go on: not a sign, and not a text or attribute that is closed. */
function isOpen(text: string): boolean {
  if (text.startsWith("'")) return text.length === 1 || !text.endsWith("'");
  if (text.startsWith('[')) return !text.endsWith(']');
  return /^[\p{L}_]/u.test(text);
}

function rankOf(candidate: string, typed: string): number {
  if (candidate.startsWith(typed)) return 0;
  if (candidate.split(/[_ ]/).some((part) => part.startsWith(typed))) return 1;
  return candidate.includes(typed) ? 2 : 3;
}

/** The scope at the end of the words: the relation whose `where` is open, else the unit's. */
function scopeOf(words: readonly Word[], unit: string): string {
  const open: string[] = [];
  words.forEach(({ low }, i) => {
    if (low === '(') {
      const relation = words[i + 1]?.low ?? '';
      const opens = FUNCTIONS.has(words[i - 1]?.low ?? '') && RELATIONS.has(relation);
      open.push(opens ? relation : (open.at(-1) ?? unit));
    } else if (low === ')') open.pop();
  });
  return open.at(-1) ?? unit;
}

function offered(words: readonly Word[], partial: Word | null, scope: string, named: Named | null): Completion[] {
  const back = (n: number): string => words.at(-n)?.low ?? '';
  const [one, two] = [back(1), back(2)];
  if (one === 'segment') return names(named?.segmentNames() ?? [], 'segment');
  if (one === 'list') return names(named?.listNames() ?? [], 'list');
  if (partial?.text.startsWith("'")) return [];
  if (partial?.text.startsWith('[')) return attributes(scope, named);
  if (one === '.' && two === 'customer') return fields('customer');
  if (one === '.' && RELATIONS.has(two)) return fields(two);
  if (one === '(' && FUNCTIONS.has(two))
    return [...RELATIONS].map(([text, { label }]) => ({ text, kind: 'relation', detail: label }));
  if (RELATIONS.has(one) && two === '(') return [word('where', 'only the rows of which this holds')];
  if (/^\d+$/.test(one)) return DURATIONS.map((text) => word(text, 'a length of time'));
  if (one === 'current') return fields(scope).filter(({ text }) => fieldsOf(scope).get(text)?.history === false);

  const subject = subjectOf(words, scope);
  if (subject !== null) {
    const { field, position } = subject;
    if (position === 'operator') return operators(field.type);
    const set = (field.set ?? []).map((text): Completion => ({ text, kind: 'value', detail: field.label }));
    if (position === 'set') return set;
    const value = valuesOf(field.type, position === 'is');
    if (position === 'in') {
      return field.type === 'day'
        ? PERIODS.map((text) => word(text, 'a period'))
        : [word('(', 'a list of values'), ...(field.type === 'text' ? [word('list', 'a named list')] : [])];
    }
    return [
      ...set,
      ...value,
      ...(field.set ? [] : fields(scope).filter(({ text }) => fieldsOf(scope).get(text)?.type === field.type)),
    ];
  }
  return [
    ...fields(scope),
    ...(scope === 'customer' ? [] : [word('customer.', "the customer's fields")]),
    ...[...FUNCTIONS].map((text): Completion => ({
      text: `${text}(`,
      kind: 'function',
      detail: 'of the rows of a relation',
    })),
    word('not', 'the opposite'),
    word('in segment', 'members of a segment'),
    word('in list', 'members of a list'),
    word('recorded in segment', 'members as they were recorded'),
    word('top', 'the first by a value'),
    word('current', 'a field without history, as it is now'),
    ...attributes(scope, named),
  ];
}

type Subject = { readonly field: Field; readonly position: 'operator' | 'value' | 'is' | 'in' | 'set' };

/** The field that the end of the words compares, and what is missing of the comparison. */
function subjectOf(words: readonly Word[], scope: string): Subject | null {
  const back = (n: number): string => words.at(-n)?.low ?? '';
  const fieldAt = (n: number): Field | null => {
    const name = back(n);
    const outer = back(n + 1) === '.' && back(n + 2) === 'customer';
    return fieldsOf(outer ? 'customer' : scope).get(name) ?? null;
  };
  const at = (n: number, position: Subject['position']): Subject | null => {
    const field = fieldAt(n);
    return field === null ? null : { field, position };
  };
  const one = back(1);
  if (COMPARISON.has(one)) return at(2, 'value');
  if (one === 'is') return at(2, 'is');
  if (one === 'not' && back(2) === 'is') return at(3, 'is');
  if (one === 'in') return back(2) === 'not' ? at(3, 'in') : at(2, 'in');
  if (one === 'between') return at(2, 'value');
  if (one === '(' || one === ',') {
    for (let n = 2; n <= words.length && n < 500; n++) {
      if (back(n) === ')' || back(n) === 'and' || back(n) === 'or') break;
      if (back(n) === 'in') return back(n + 1) === 'not' ? at(n + 2, 'set') : at(n + 1, 'set');
    }
    return null;
  }
  const field = fieldAt(1);
  if (field === null) return null;
  // A field behind a comparison ends it.
  return COMPARISON.has(back(2)) || back(2) === 'is' || back(2) === 'by' ? null : { field, position: 'operator' };
}

function operators(type: FactType): Completion[] {
  const words =
    type === 'text'
      ? ['=', '!=', 'contains', 'starts with', 'ends with', 'matches', 'in']
      : type === 'yesno'
        ? ['and', 'or', '=']
        : type === 'set'
          ? ['=', '!=', 'in', 'not in', '>=', '<=']
          : type === 'day'
            ? ['>=', '<', 'in', 'between', '=']
            : ['>', '>=', '<', '<=', '=', 'between'];
  return [...words, 'is known', 'is unknown', 'is', 'is not'].map((text) => word(text, 'compares'));
}

function valuesOf(type: FactType, afterIs: boolean): Completion[] {
  const known = afterIs ? [word('known', 'there is a value'), word('unknown', 'there is none'), word('not', '')] : [];
  if (type === 'yesno') return [word('yes', ''), word('no', ''), ...known];
  if (type === 'day') return [word('today', 'the as-of day'), ...known];
  return known;
}

function fields(scope: string): Completion[] {
  return [...fieldsOf(scope).values()].map(({ name, type, unit, meaning }) => ({
    text: name,
    kind: 'field',
    detail: `${unit ?? type}: ${meaning}`,
  }));
}

function attributes(scope: string, named: Named | null): Completion[] {
  return (named?.attributeNames(scope) ?? []).map((name) => ({
    text: `[${name}]`,
    kind: 'attribute',
    detail: 'an attribute as the source names it',
  }));
}

function names(known: readonly string[], kind: 'segment' | 'list'): Completion[] {
  return known.map((name) => ({ text: printString(name), kind, detail: `a ${kind}` }));
}

function word(text: string, detail: string): Completion {
  return { text, kind: 'word', detail };
}

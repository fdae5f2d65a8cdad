import type { EntitySpec, FieldSpec } from '#engine/base/entities.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { minorOf } from '#engine/base/money.ts';
import { parseDate, type WrittenDate } from '../detect/dates.ts';
import { isCurrency, plainNumber, type DecimalMark } from '../detect/numbers.ts';
import { textReader, withBytes, type ColumnText, type Setter, type Values } from './cells.ts';
import { ByteWords } from './byte-words.ts';
import { instantSetter } from './instant-setter.ts';
import { own } from './parties.ts';
import { saysNothing, type Pass } from './pass.ts';
import type { BoundColumn, BoundEntity } from './plan.ts';
import { closedWord, parseScore, seconds, SECONDS_OF, wholeOf, yesNo } from './values.ts';

/** Setter of a constant of the mapping; throws `bad-constant`. */
export function constantSetter(
  pass: Pass,
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
    fixed = minorOf(String(value), pass.options.settings.currency);
  } else if (field.type === 'integer' || field.type === 'real' || field.type === 'score') {
    fixed = Number(value);
  } else {
    fixed = String(value);
  }
  return (_row, values) => void (values[at] = fixed);
}

/** What the setters of one entity share. */
export type EntityScope = {
  readonly spec: EntitySpec;
  readonly bound: BoundEntity;
  /** Place of each table column among the values. */
  readonly slots: ReadonlyMap<string, number>;
  readonly currencySlot: number;
  /** What was seen of the scores, to tell a 1-5 rating from a 0-10 answer. */
  readonly scale: { max: number; min: number; n: number; told: boolean; column: string | null };
};

/** Setter of one field from one column. */
export function setterOf(pass: Pass, scope: EntityScope, field: FieldSpec, column: BoundColumn): Setter {
  const { spec, bound, slots, currencySlot, scale } = scope;
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
      return withBytes(
        (row, values) => {
          const value = text(row.cells);
          if (value !== '') values[at] = value;
        },
        column,
        (_bytes, from, to, _values, texts) => {
          texts.from[at] = from;
          texts.to[at] = to;
          return true;
        },
      );
    case 'term':
      return termSetter(pass, scope, field, column, at);
    case 'instant':
      return instantSetter(pass, field, column, slots, bound);
    case 'money': {
      const mark = markOf(pass, column);
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
          pass.options.settings.currency;
        if (value === last && currency === lastCurrency) {
          values[at] = lastMinor;
          return;
        }
        const plain = plainNumber(value, mark);
        const minor = plain === null || plain.endsWith('%') ? null : minorOf(plain, currency);
        if (minor === null) {
          if (needed && !saysNothing(value))
            pass.fail(header, value, `"${value}" is not an amount with decimal mark "${mark}".`);
          else pass.keepAsText(header, value, 'not an amount');
          return;
        }
        values[at] = minor;
        [last, lastMinor, lastCurrency] = [value, minor, currency];
      };
    }
    case 'integer': {
      const duration = field.name === 'duration_s';
      const set: Setter = (row, values) => {
        const value = text(row.cells);
        if (value === '') return;
        const n = duration
          ? seconds(value, mapping.unit)
          : Number(plainNumber(value, markOf(pass, column)) ?? Number.NaN);
        if (n === null || !Number.isFinite(n)) pass.keepAsText(header, value, 'not a number');
        else values[at] = Math.round(n);
      };
      if (!duration) return set;
      const times = SECONDS_OF[mapping.unit ?? 'seconds'];
      return withBytes(set, column, (bytes, from, to, values) => {
        const whole = wholeOf(bytes, from, to);
        if (whole < 0) return false;
        values[at] = whole * times;
        return true;
      });
    }
    case 'real': {
      const mark = markOf(pass, column);
      return (row, values) => {
        const value = text(row.cells);
        if (value === '') return;
        const plain = plainNumber(value, mark);
        if (plain === null) pass.keepAsText(header, value, 'not a number');
        else values[at] = plain.endsWith('%') ? Number(plain.slice(0, -1)) / 100 : Number(plain);
      };
    }
    case 'boolean':
      return booleanSetter(pass, text, at, column);
    case 'score':
      scale.column = header;
      return scoreSetter(pass, column, at, scale);
  }
}

function scoreSetter(pass: Pass, column: BoundColumn, at: number, scale: EntityScope['scale']): Setter {
  const text = textReader(column);
  const put = (score: number, values: Values): void => {
    values[at] = score;
    scale.n += 1;
    if (score > scale.max) scale.max = score;
    if (score < scale.min) scale.min = score;
  };
  return withBytes(
    (row, values) => {
      const value = text(row.cells);
      if (value === '') return;
      const score = parseScore(value);
      if (typeof score === 'number') put(score, values);
      else pass.keepAsText(column.header, value, score);
    },
    column,
    (bytes, from, to, values) => {
      const whole = wholeOf(bytes, from, to);
      if (whole < 0 || whole > 10) return false;
      put(whole, values);
      return true;
    },
  );
}

/** Decimal mark of a column; throws `decimal-mark` when it cannot be decided. */
export function markOf(pass: Pass, column: BoundColumn): DecimalMark {
  if (column.mapping.decimal) return column.mapping.decimal;
  const mark = pass.columns.marks[column.at];
  if (mark?.ambiguous) {
    const { header, samples } = pass.columns.findings[column.at]!;
    throw new LadderlineError(
      'decimal-mark',
      `Column "${header}" cannot be read: ${mark.why} (${samples.map((s) => `"${s}"`).join(', ')}). Name the decimal mark in a mapping file: "decimal": "." or ",".`,
      { column: header, samples },
    );
  }
  return mark?.decimal ?? pass.plan.profile?.decimal ?? '.';
}

function termSetter(pass: Pass, scope: EntityScope, field: FieldSpec, column: BoundColumn, at: number): Setter {
  const { spec, slots } = scope;
  const { header } = column;
  const { values: map, sensitive = false } = column.mapping;
  const text = textReader(column);
  const rawAt = slots.get(`${field.column ?? field.name}_raw`) ?? -1;
  const currency = at === scope.currencySlot;
  const words = new Map<string, string>();
  for (const [from, to] of Object.entries(map ?? {})) words.set(from.toLowerCase(), to);
  type Term = { value: string | null; raw: string | null };
  const cache = new Map<string, Term>();
  if (!sensitive) pass.shape.words(header, cache);
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
  const termOf = (value: string): Term => {
    let term = cache.get(value);
    if (term === undefined) {
      term = compute(value);
      if (cache.size < 10_000 && value.length <= 200) cache.set(own(value), term);
    }
    return term;
  };
  const met = new ByteWords(termOf);
  return withBytes(
    (row, values) => {
      const value = text(row.cells);
      if (value === '') return;
      const term = termOf(value);
      values[at] = term.value;
      if (rawAt >= 0) values[rawAt] = term.raw;
    },
    column,
    (bytes, from, to, values) => {
      const term = met.of(bytes, from, to);
      if (term === null) return false;
      values[at] = term.value;
      if (rawAt >= 0) values[rawAt] = term.raw;
      return true;
    },
  );
}

function booleanSetter(pass: Pass, text: ColumnText, at: number, column: BoundColumn): Setter {
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
    if (answer === null) pass.keepAsText(header, value, 'neither yes nor no');
    else values[at] = answer;
  };
}

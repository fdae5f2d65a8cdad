import {
  addEvidence,
  decideOrder,
  newEvidence,
  orderFromRows,
  type DateEvidence,
  type OrderContext,
  type OrderDecision,
} from './date-order.ts';
import { dateShape, parseTime, type DateOrder } from './dates.ts';
import {
  currencyInHeader,
  currencyInValue,
  decideDecimal,
  decimalEvidence,
  isCurrency,
  isScientific,
  type DecimalDecision,
  type DecimalMark,
} from './numbers.ts';

export type ColumnTypeName =
  | 'empty' | 'text' | 'id' | 'email' | 'phone' | 'url' | 'boolean' | 'integer' | 'decimal' | 'percent' | 'date' | 'datetime' | 'time'; // prettier-ignore

export type ColumnFinding = {
  readonly header: string;
  readonly type: ColumnTypeName;
  readonly dateOrder: DateOrder | null;
  readonly decimal: DecimalMark | null;
  readonly currency: string | null;
  readonly ambiguous: boolean;
  readonly why: string;
  readonly samples: readonly string[];
};

const EMPTY_WORDS = new Set([
  '-', '--', '\u2013', '\u2014', '-none-', 'n/a', 'n.a.', 'na', 'nan', 'nil', 'null', 'none', '(blank)', '(null)', '(none)', '(empty)', 'undefined',
  '#n/a', '#value!', '#ref!', '#name?', '#num!', '#div/0!',
]); // prettier-ignore
const BOOLEAN = /^(true|false|yes|no|y|n|ja|nein|oui|non|sí|si|wahr|falsch|verdadero|falso|vrai|faux|0|1)$/i;
const EMAIL = /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/;
const ID_HEADER =
  /(^|[\s_(.#-])(id|ids|no|nr|number|num|key|code|ref|zip|postcode|postal ?code|postalcode|sic|badge|account|order #|attendee #)$|id$|^#$|^num$/i;
const PHONE_HEADER = /phone|mobile|fax|\btel\b|telefon|téléphone|customer number|aircall number|^from$|^to$/i;

/** Collects what the values of one column are; types are guessed only toward the general. */
export class ColumnCollector {
  readonly header: string;
  readonly evidence: DateEvidence = newEvidence();
  readonly samples: string[] = [];
  /** Values of the first rows, for comparing columns with each other. */
  readonly rows: string[] = [];
  filled = 0;
  placeholders = 0;
  dates = 0;
  withTime = 0;
  times = 0;
  numbers = 0;
  percents = 0;
  booleans = 0;
  emails = 0;
  urls = 0;
  plusPhones = 0;
  leadingZeros = 0;
  longNumbers = 0;
  scientific = 0;
  readonly decimals = { dot: 0, comma: 0, open: 0 };
  readonly #currencies = new Set<string>();
  #lastCode = '';

  constructor(header: string) {
    this.header = header;
  }

  add(raw: string): void {
    const text = raw.trim();
    if (this.rows.length < 500) this.rows.push(text);
    if (text === '') return;
    if (text.length <= 9 && EMPTY_WORDS.has(text.toLowerCase())) {
      this.placeholders += 1;
      return;
    }
    this.filled += 1;
    if (this.samples.length < 3 && !this.samples.includes(text))
      this.samples.push(text.length > 120 ? `${text.slice(0, 119)}…` : text);
    this.#classify(text);
  }

  /** Looks at the characters once, so that costly patterns run only on texts that can match them. */
  #classify(text: string): void {
    let digits = 0;
    let at = false;
    const n = text.length;
    const scan = n < 400 ? n : 400;
    for (let i = 0; i < scan; i += 1) {
      const c = text.charCodeAt(i);
      if (c > 47 && c < 58) digits += 1;
      else if (c === 64) at = true;
    }
    if (n <= 9 && BOOLEAN.test(text)) this.booleans += 1;
    if (at) {
      if (EMAIL.test(text)) this.emails += 1;
      return;
    }
    if (digits === 0) {
      if (/^https?:\/\/|^www\./i.test(text)) this.urls += 1;
      return;
    }
    if (digits === n && n !== 8) {
      this.numbers += 1;
      if (n > 1 && text.charCodeAt(0) === 48) this.leadingZeros += 1;
      if (n >= 11) this.longNumbers += 1;
      return;
    }
    if (n > 60) {
      if (/^https?:\/\/|^www\./i.test(text)) this.urls += 1;
      return;
    }
    if (this.#wordLike(text)) return;
    const shape = dateShape(text);
    if (shape) {
      this.dates += 1;
      if (n > 10 && /[:T]/.test(text)) this.withTime += 1;
      if (shape === 'parts') addEvidence(this.evidence, text);
      if (shape !== 'iso' || digits === n) this.#number(text);
    } else {
      if (n <= 14 && text.includes(':') && parseTime(text, { day: 0, seconds: -1, offset: 0 })) this.times += 1;
      this.#number(text);
      if (/^https?:\/\/|^www\./i.test(text)) this.urls += 1;
    }
  }

  /**
   * Letters and digits without a separator, as keys are: such a text is a date only when it starts with one or two digits
   * and a letter, and a number only with three letters (a currency) before or behind its digits. False for other texts.
   */
  #wordLike(text: string): boolean {
    const n = text.length;
    let p = 0;
    while (p < n && isLetter(text.charCodeAt(p))) p += 1;
    const before = p;
    while (p < n && isDigit(text.charCodeAt(p))) p += 1;
    const digits = p - before;
    const behind = n - p;
    if (digits === n || (before === 0 && digits < 3)) return false;
    let numeric = digits > 0 && (before === 0 || before === 3);
    for (let i = p; i < n; i += 1) {
      const c = text.charCodeAt(i);
      if (isLetter(c)) continue;
      if (!isDigit(c)) return false;
      numeric = false;
    }
    if (!numeric || (behind !== 0 && behind !== 3 && !/^(?:kr|Fr)$/.test(text.slice(p)))) return true;
    this.numbers += 1;
    const code = before === 3 ? text.slice(0, 3) : text.slice(p);
    if (code.length === 3 && code !== this.#lastCode) {
      this.#lastCode = code;
      if (isCurrency(code)) this.#currencies.add(code.toUpperCase());
    }
    return true;
  }

  #number(text: string): void {
    if (/^'?\+[\d\s().-]{7,}$/.test(text)) {
      this.plusPhones += 1;
      return;
    }
    if (isScientific(text)) this.scientific += 1;
    const mark = decimalEvidence(text);
    if (mark === undefined) return;
    this.numbers += 1;
    if (text.endsWith('%')) this.percents += 1;
    if (/^0\d+$/.test(text)) this.leadingZeros += 1;
    if (/^\d{11,}$/.test(text)) this.longNumbers += 1;
    if (mark === '.') this.decimals.dot += 1;
    else if (mark === ',') this.decimals.comma += 1;
    else if (mark === '?') this.decimals.open += 1;
    if (c3(text)) {
      const currency = currencyInValue(text);
      if (currency) this.#currencies.add(currency);
    }
  }

  get currency(): string | null {
    return currencyInHeader(this.header) ?? (this.#currencies.size === 1 ? [...this.#currencies][0]! : null);
  }

  /** The type and a sentence why. */
  type(): readonly [ColumnTypeName, string] {
    const n = this.filled;
    if (n === 0) return ['empty', 'no value'];
    if (this.scientific > 0)
      return [
        'id',
        `"${this.samples.find(isScientific) ?? this.samples[0]}" was cut by a spreadsheet: digits are lost, so it cannot be a key`,
      ];
    if (this.dates === n)
      return this.withTime > 0 ? ['datetime', 'every value is a date with a time'] : ['date', 'every value is a date'];
    if (this.emails === n) return ['email', 'every value is an e-mail address'];
    if (this.plusPhones > 0 && PHONE_HEADER.test(this.header)) return ['phone', 'telephone numbers stay text'];
    if (this.plusPhones === n) return ['phone', 'every value starts with + and digits'];
    if (this.numbers === n && PHONE_HEADER.test(this.header) && this.longNumbers > 0)
      return ['phone', 'telephone numbers stay text'];
    if (this.urls === n) return ['url', 'every value is a web address'];
    if (this.times === n) return ['time', 'every value is a time of day'];
    if (this.numbers === n && this.leadingZeros > 0) return ['id', 'leading zeros are kept: the value is text'];
    if (this.numbers === n && this.longNumbers > 0 && this.decimals.dot + this.decimals.comma === 0)
      return ['id', 'numbers of 11 digits and more stay text'];
    if (this.numbers === n && ID_HEADER.test(this.header) && this.decimals.dot + this.decimals.comma === 0)
      return ['id', 'named as a number or key: the value is text'];
    if (this.booleans === n && (n > this.numbers || (n > 1 && this.samples.length <= 2)))
      return ['boolean', 'every value is yes or no'];
    if (this.numbers === n && this.percents > 0) return ['percent', 'values carry a percent sign'];
    if (this.numbers === n)
      return this.decimals.dot + this.decimals.comma + this.decimals.open > 0
        ? ['decimal', 'every value is a number']
        : ['integer', 'every value is a whole number'];
    if (ID_HEADER.test(this.header)) return ['id', 'named as a number or key: the value is text'];
    return ['text', 'values are of several kinds'];
  }
}

function isDigit(c: number): boolean {
  return c > 47 && c < 58;
}

function isLetter(c: number): boolean {
  return (c > 96 && c < 123) || (c > 64 && c < 91);
}

function c3(text: string): boolean {
  return /[^\d.,\s'()+-]/.test(text);
}

export type ColumnContext = {
  readonly toldOrder: DateOrder | null;
  readonly profile: {
    readonly id: string;
    readonly dateOrder: DateOrder | null;
    readonly decimal: DecimalMark | null;
  } | null;
  readonly workspaceOrder: DateOrder | null;
  readonly delimiter: string;
  /** Per column, what a mapping file says. */
  readonly told?: ReadonlyMap<number, { dateOrder?: DateOrder | undefined; decimal?: DecimalMark | undefined }>;
};

export type ColumnDecisions = {
  readonly findings: ColumnFinding[];
  readonly orders: (OrderDecision | null)[];
  /** Decimal mark of every column that holds numbers, also where other values make it text. */
  readonly marks: (DecimalDecision | null)[];
};

/** Decides type, date order and decimal mark of every column, each from all its values and the columns beside it. */
export function decideColumns(collectors: readonly ColumnCollector[], context: ColumnContext): ColumnDecisions {
  const undecided = collectors.filter((c) => c.evidence.parts > 0 && c.dates === c.filled);
  const decided = undecided.find(
    (c) =>
      c.evidence.firstAbove12 > 0 !== c.evidence.secondAbove12 > 0 && !(c.evidence.padded > 0 && c.evidence.bare > 0),
  );
  const others: OrderContext['others'] = decided
    ? {
        order: decided.evidence.firstAbove12 > 0 ? 'dmy' : 'mdy',
        why: `column "${decided.header}" of the same file is ${decided.evidence.firstAbove12 > 0 ? 'dmy' : 'mdy'}`,
      }
    : orderFromRows(undecided.map((c) => ({ header: c.header, values: c.rows })));
  const marks = { dot: 0, comma: 0 };
  for (const c of collectors) {
    if (c.numbers !== c.filled || c.dates === c.filled) continue;
    marks.dot += c.decimals.dot;
    marks.comma += c.decimals.comma;
  }
  const fileMark: { mark: DecimalMark; why: string } | null =
    marks.dot > 0 && marks.comma === 0
      ? { mark: '.', why: 'other columns use a decimal point' }
      : marks.comma > 0 && marks.dot === 0
        ? { mark: ',', why: 'other columns use a decimal comma' }
        : null;
  const orders: (OrderDecision | null)[] = [];
  const decisions: (DecimalDecision | null)[] = [];
  const findings = collectors.map((c, i): ColumnFinding => {
    const [type, why] = c.type();
    const told = context.told?.get(i);
    let order: OrderDecision | null = null;
    if (c.evidence.parts > 0 || type === 'date' || type === 'datetime') {
      order = decideOrder(c.evidence, {
        told: told?.dateOrder ?? context.toldOrder,
        profile: context.profile?.dateOrder ? { id: context.profile.id, order: context.profile.dateOrder } : null,
        others,
        workspace: context.workspaceOrder,
      });
    }
    orders.push(order);
    const isDate = type === 'date' || type === 'datetime';
    const numeric = type === 'decimal' || type === 'integer' || type === 'percent';
    const mark =
      c.numbers > 0 && c.dates < c.filled
        ? told?.decimal
          ? { decimal: told.decimal, ambiguous: false, why: `"${told.decimal}" was given` }
          : decideDecimal(
              c.decimals,
              context.profile?.decimal
                ? { mark: context.profile.decimal, why: `profile ${context.profile.id}` }
                : fileMark,
            )
        : null;
    decisions.push(mark);
    const decimal = numeric ? mark : null;
    return {
      header: c.header,
      type,
      dateOrder: isDate && order ? order.order : null,
      decimal: decimal?.decimal ?? null,
      currency: numeric ? c.currency : null,
      ambiguous: (isDate && (order?.ambiguous ?? false)) || (decimal?.ambiguous ?? false) || c.scientific > 0,
      why: isDate && order ? order.why : type === 'decimal' ? decimal!.why : why,
      samples: c.samples,
    };
  });
  return { findings, orders, marks: decisions };
}

import { isoDay, type Day } from '#engine/base/days.ts';

/** What a file looked like, kept with its batch: the next file of the same kind is compared with it. */
export type FileShape = {
  readonly rows: number;
  /** Every column with the number of rows in which it is filled. */
  readonly columns: readonly (readonly [header: string, filled: number])[];
  /** The words of columns of few words. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
  /** First and last day of the rows, and the spans between without any row. */
  readonly days: {
    readonly first: string;
    readonly last: string;
    readonly holes: readonly (readonly [string, string])[];
  } | null;
};

/** Days that are marked by a byte of their own. */
const DAYS = 1 << 16;
/** A column with more words than this is no list of categories. */
const CATEGORIES = 200;
/** A span without rows is a hole when it is at least this long, and several times the usual distance of days with rows. */
const HOLE_DAYS = 14;
const HOLE_TIMES = 5;

/** Gathers the shape of a file while its rows are mapped. */
export class ShapeGatherer {
  readonly filled: Uint32Array;
  #rows = 0;
  readonly #words = new Map<string, ReadonlyMap<string, unknown>>();
  /** One byte for each day from 1880 to 2149; days outside are in the set. */
  readonly #marks = new Uint8Array(DAYS);
  readonly #outside = new Set<Day>();
  #last: Day = Number.NaN;

  constructor(width: number) {
    this.filled = new Uint32Array(width);
  }

  row(): void {
    this.#rows += 1;
  }

  day(day: Day): void {
    if (day === this.#last) return;
    this.#last = day;
    const at = day + DAYS / 2;
    if (at >= 0 && at < DAYS) this.#marks[at] = 1;
    else this.#outside.add(day);
  }

  /** The words that were met in a column, as keys; the map may still grow. */
  words(header: string, words: ReadonlyMap<string, unknown>): void {
    this.#words.set(header, words);
  }

  shape(headers: readonly string[]): FileShape {
    const categories: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
    for (const [header, words] of this.#words)
      if (words.size > 0 && words.size <= CATEGORIES) categories[header] = [...words.keys()].sort();
    const days = [...this.#outside];
    this.#marks.forEach((mark, at) => mark === 1 && days.push(at - DAYS / 2));
    days.sort((a, b) => a - b);
    return {
      rows: this.#rows,
      columns: headers.map((header, i) => [header, this.filled[i]!]),
      categories: { ...categories },
      days: days.length === 0 ? null : { first: isoDay(days[0]!), last: isoDay(days.at(-1)!), holes: holesOf(days) },
    };
  }
}

function holesOf(days: readonly Day[]): [string, string][] {
  const gaps = days.slice(1).map((day, i) => day - days[i]!);
  if (gaps.length < 3) return [];
  const usual = [...gaps].sort((a, b) => a - b)[gaps.length >> 1]!;
  return gaps.flatMap((gap, i): [string, string][] =>
    gap > Math.max(HOLE_DAYS, usual * HOLE_TIMES) ? [[isoDay(days[i]! + 1), isoDay(days[i + 1]! - 1)]] : [],
  );
}

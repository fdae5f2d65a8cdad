import { isoDay, type Day } from '#engine/base/days.ts';

/** A value of a statement; `day` shows it as a date where SQL is read. */
export type Bound = { readonly bind: string | number | null; readonly day: boolean };

/** A piece of SQL with its values. The text is ours alone: what a user wrote is only ever a bound value. */
export class Sql {
  readonly parts: readonly (string | Bound)[];

  constructor(parts: readonly (string | Bound)[]) {
    this.parts = parts;
  }

  /** Tells pieces apart. */
  get key(): string {
    return JSON.stringify(this.parts);
  }

  get length(): number {
    return this.parts.reduce((n, part) => n + (typeof part === 'string' ? part.length : 4), 0);
  }

  /** With a `?` for every value. */
  get text(): string {
    return this.parts.map((part) => (typeof part === 'string' ? part : '?')).join('');
  }

  get parameters(): (string | number | null)[] {
    return this.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.bind]));
  }

  /** With every value quoted, to be run as it is. */
  get runnable(): string {
    return this.parts.map((part) => (typeof part === 'string' ? part : quoted(part))).join('');
  }
}

/** SQL from a template: what stands between is a piece of SQL, never a text. */
export function sql(strings: TemplateStringsArray, ...pieces: readonly Sql[]): Sql {
  const parts: (string | Bound)[] = [];
  strings.forEach((string, i) => {
    if (string !== '') parts.push(string);
    if (i < pieces.length) parts.push(...pieces[i]!.parts);
  });
  return new Sql(parts);
}

/** A value that SQLite binds. */
export function bind(value: string | number | null): Sql {
  return new Sql([{ bind: value, day: false }]);
}

/** A day as its number. */
export function bindDay(day: Day): Sql {
  return new Sql([{ bind: day, day: true }]);
}

/** A name of ours: letters, digits, underscores, dots. */
export function name(text: string): Sql {
  if (!/^[a-z_][\w.]*$/.test(text)) throw new Error(`"${text}" is no name`);
  return new Sql([text]);
}

/** A word of a closed set as a literal. */
export function word(text: string): Sql {
  if (!/^[a-z_]+$/.test(text)) throw new Error(`"${text}" is no word of a closed set`);
  return new Sql([`'${text}'`]);
}

/** A whole number of ours as a literal. */
export function number(value: number): Sql {
  return new Sql([String(Math.trunc(value))]);
}

export function list(pieces: readonly Sql[], between = ', '): Sql {
  const parts: (string | Bound)[] = [];
  pieces.forEach((piece, i) => {
    if (i > 0) parts.push(between);
    parts.push(...piece.parts);
  });
  return new Sql(parts);
}

/** Pieces joined by AND or OR as a balanced tree: SQLite takes at most 1000 levels. */
export function joined(word: 'AND' | 'OR', pieces: readonly Sql[]): Sql {
  if (pieces.length <= 16) return pieces.length === 1 ? pieces[0]! : sql`(${list(pieces, ` ${word} `)})`;
  const half = pieces.length >> 1;
  return sql`(${list([joined(word, pieces.slice(0, half)), joined(word, pieces.slice(half))], ` ${word} `)})`;
}

/** A value as a literal that SQLite reads back as the same value. */
export function quoted({ bind: value, day }: Bound): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('only finite numbers have a literal');
    // Beyond these years SQLite reads no dates.
    if (day && Number.isInteger(value) && value > -719_000 && value < 2_900_000)
      return `(unixepoch('${isoDay(value)}') / 86400)`;
    // Whole numbers beyond 2^53 would be read as other integers.
    const written = Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
    return value < 0 ? `(${written})` : written;
  }
  // SQL text ends at a NUL character.
  const pieces = value.split('\0').map((piece) => `'${piece.replaceAll("'", "''")}'`);
  return pieces.length === 1 ? pieces[0]! : `(${pieces.join(' || char(0) || ')})`;
}

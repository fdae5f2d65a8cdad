import { EXIT, toWireError } from '#engine/base/errors.ts';

/** Where a command writes: exactly one JSON document on stdout with `--json`, words otherwise; messages go to stderr. */
export type Output = {
  readonly json: boolean;
  /** The command's answer; `words` is what a person reads. */
  answer(value: unknown, words: () => string): void;
  note(text: string): void;
};

export function makeOutput(json: boolean): Output {
  return {
    json,
    answer(value, words) {
      process.stdout.write(`${json ? JSON.stringify(value) : words()}\n`);
    },
    note(text) {
      process.stderr.write(`${text}\n`);
    },
  };
}

/** Prints an error in the agreed form and returns the exit code. */
export function printError(error: unknown, json: boolean): number {
  const { exit, ...wire } = toWireError(error);
  if (json) process.stdout.write(`${JSON.stringify({ error: wire })}\n`);
  process.stderr.write(`${wire.message}\n`);
  if (wire.code === 'internal' && error instanceof Error && process.env['LADDERLINE_DEBUG']) {
    process.stderr.write(`${error.stack ?? ''}\n`);
  }
  return exit || EXIT.data;
}

/** A plain text table: columns padded to their widest cell, numbers right-aligned. */
export function textTable(headers: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? '—' : String(cell))));
  const widths = headers.map((header, i) => Math.max(header.length, ...cells.map((row) => (row[i] ?? '').length)));
  const numeric = headers.map(
    (_, i) => rows.length > 0 && rows.every((row) => row[i] === null || typeof row[i] === 'number'),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(headers), ...cells.map(line)].join('\n');
}

/** How a text begins that a spreadsheet could run as a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r\n\0]/;

/** One CSV cell: quoted when needed; a text that a spreadsheet could run gets a guard apostrophe unless it is a number. */
export function csvCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  let text = value;
  if (FORMULA.test(text) && !/^-?\d+(\.\d+)?$/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvText(
  headers: readonly string[],
  rows: readonly (readonly (string | number | boolean | null)[])[],
): string {
  return [headers, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

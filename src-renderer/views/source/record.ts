const DELIMITERS = [',', ';', '\t', '|'] as const;

/** Cells of one delimited record; quotes as in RFC 4180. */
export function cellsOf(record: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < record.length; i++) {
    const letter = record[i]!;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (record[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (letter === '"' && cell.trim() === '') {
      cell = '';
      quoted = true;
    } else if (letter === delimiter) {
      cells.push(cell.trim());
      cell = '';
    } else cell += letter;
  }
  return [...cells, cell.trim()];
}

/** The delimiter that divides a header into most cells. */
function delimiterOf(header: string): string {
  const counts = DELIMITERS.map((d) => cellsOf(header, d).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

const isOpen = (record: string): boolean => (record.split('"').length - 1) % 2 === 1;

/** The record that begins at a line: lines are added while a quote is open; an unclosed quote leaves the line alone. */
export function recordAt(lines: readonly string[], at: number): string {
  let record = lines[at] ?? '';
  for (let next = at + 1; isOpen(record) && next < lines.length; next++) record += `\n${lines[next]!}`;
  return isOpen(record) ? (lines[at] ?? '') : record;
}

/**
 * A record as filled columns: the header is the first of the file's leading lines that has as many cells as the record
 * and at least two. Null when there is none, or the line is the header itself or before it.
 */
export function columnsOf(
  head: readonly string[],
  record: string,
  line: number,
): { header: string; value: string }[] | null {
  for (let at = 0; at < head.length && at + 1 < line; at++) {
    const text = recordAt(head, at);
    const delimiter = delimiterOf(text);
    const header = cellsOf(text, delimiter);
    const cells = cellsOf(record, delimiter);
    if (header.length < 2 || header.length !== cells.length) continue;
    return header.flatMap((name, i) =>
      cells[i] === '' ? [] : [{ header: name === '' ? `column ${i + 1}` : name, value: cells[i]! }],
    );
  }
  return null;
}

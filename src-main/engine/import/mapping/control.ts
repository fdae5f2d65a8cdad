import { decimalOf, minorOf } from '#engine/base/money.ts';
import { plainNumber } from '../detect/numbers.ts';
import type { RecordReader } from '../read/reader.ts';
import type { EntityPlan } from './entity-plan.ts';
import type { ControlCheck } from './facts.ts';
import type { Pass } from './pass.ts';
import { markOf } from './setters.ts';

/** Says what the reader and the mapping could not read as it stands. */
export function report(
  pass: Pass,
  reader: RecordReader,
  tally: { short: number; long: number },
  footers: readonly { line: number; text: string }[],
): void {
  const { facts } = reader;
  if (tally.short > 0) pass.decide(null, 'short rows', String(tally.short), 'missing cells are empty');
  if (tally.long > 0)
    pass.decide(null, 'long rows', String(tally.long), 'cells beyond the header are kept as attributes');
  if (facts.nulBytes > 0) pass.decide(null, 'zero bytes', String(facts.nulBytes), 'left out of the text');
  if (facts.truncatedFields > 0) pass.decide(null, 'long cells', String(facts.truncatedFields), 'cut at 1 MB');
  if (facts.damaged > 0)
    pass.decide(null, 'damaged records', String(facts.damaged), 'the rows are rejects with their reasons');
  if (facts.otherEncodingFields > 0)
    pass.decide(
      null,
      'cells in another encoding',
      String(facts.otherEncodingFields),
      'not valid UTF-8: read as windows-1252',
    );
  if (facts.lostFields > 0)
    pass.decide(
      null,
      'lost characters',
      String(facts.lostFields),
      `cells with a character that cannot be read, shown as \uFFFD, first in line ${facts.lostLines[0] ?? 0}`,
    );
  for (const footer of footers) pass.decide(null, 'left out', footer.text, `after the data, line ${footer.line}`);
  for (const { header, reason, count, sample } of pass.unparsed.values()) {
    pass.decide(header, 'values kept as text', String(count), `"${sample}": ${reason}`);
  }
}

/** Totals that footers state against what was loaded; differences become decisions. */
export function checksOf(
  pass: Pass,
  entities: readonly EntityPlan[],
  footers: readonly { line: number; text: string; cells: readonly string[] }[],
  records: number,
): ControlCheck[] {
  const checks: ControlCheck[] = [];
  for (const { line, text, cells } of footers) {
    const count = statedRecords(text);
    if (count !== null) {
      checks.push({
        what: 'records',
        column: null,
        line,
        stated: String(count),
        loaded: String(records),
        difference: String(records - count),
      });
      continue;
    }
    if (!/^(grand )?(total|summe|gesamt|gesamtsumme)\b/i.test(cells[0] ?? '')) continue;
    for (const column of entities.flatMap((entity) => entity.money)) {
      const sums = pass.sums.get(column.at);
      const cell = cells[column.at] ?? '';
      if (cell === '' || sums?.size !== 1 || checks.some((c) => c.line === line && c.column === column.header))
        continue;
      const [[currency, minor]] = [...sums] as [[string, number]];
      const plain = plainNumber(cell, markOf(pass, column.bound));
      const told = plain === null ? null : minorOf(plain, currency);
      if (told === null) continue;
      checks.push({
        what: 'sum',
        column: column.header,
        line,
        stated: decimalOf(told, currency),
        loaded: decimalOf(minor, currency),
        difference: decimalOf(minor - told, currency),
      });
    }
  }
  for (const { what, column, line, stated, loaded, difference } of checks) {
    if (Number(difference) === 0) continue;
    pass.decide(
      column,
      'control total',
      difference,
      `the file states ${stated}${what === 'records' ? ' records' : ''} on line ${line}, ${loaded} ${what === 'records' ? 'were' : 'was'} loaded`,
    );
  }
  return checks;
}

/** The number of records that a footer states, or null. */
export function statedRecords(text: string): number | null {
  const told = /\b(\d[\d,.]*)\s+(?:records?|rows?|total)\b/i.exec(text)?.[1] ?? /^total\D*\s(\d+)$/i.exec(text)?.[1];
  return told === undefined ? null : Number(told.replace(/[,.]/g, ''));
}

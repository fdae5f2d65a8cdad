import type { ColumnFinding } from '../detect/columns.ts';
import type { ColumnMapping, EntityMapping } from './schema.ts';
import { closedWord, directionWords } from './values.ts';
import { DIRECTIONS } from '#engine/base/vocabulary.ts';
import { phraseOf } from './words.ts';

const FROM = /^(?:from|caller|sender)(?: |$)/;
const TO = /^(?:to|callee|called|recipient|receiver)(?: |$)/;
const PHONE = /^'?\+?\(?\d[\d\s().-]{2,}$/;

/** The part of a person that a column of one end of a call or message holds; null when it is none. */
function partOf(column: ColumnFinding, end: RegExp): string | null {
  const { text } = phraseOf(column.header);
  if (!end.test(text)) return null;
  if (column.type === 'email') return 'email';
  if (column.samples.length > 0 && column.samples.every((sample) => PHONE.test(sample))) return 'phone';
  return text.endsWith(' name') ? 'name' : null;
}

/**
 * Calls and messages with both ends on a row: who is written or called is the customer of what goes out, the other end of what
 * comes in. One mapping per direction; other rows as they are when a word of the direction is not known.
 */
export function bothWays(touch: EntityMapping, columns: readonly ColumnFinding[]): EntityMapping[] {
  const direction = columns.find((c) => [touch.columns[c.header]].flat().some((m) => m?.field === 'direction'));
  if (!direction || direction.samples.some((word) => closedWord('touch', 'direction', DIRECTIONS, word) === null))
    return [touch];
  const ends = [FROM, TO].map((end) =>
    columns.flatMap((column) => {
      const part = partOf(column, end);
      return part === null ? [] : [{ header: column.header, part }];
    }),
  );
  const [from, to] = ends as [{ header: string; part: string }[], { header: string; part: string }[]];
  if (from.length === 0 || to.length === 0) return [touch];
  const theirs = new Set([...from, ...to].map(({ header }) => header));
  const shared = Object.entries(touch.columns).filter(([header]) => !theirs.has(header));
  const way = (side: typeof from, word: 'in' | 'out'): EntityMapping => {
    const parts = new Map<string, ColumnMapping>();
    for (const { header, part } of side)
      if (![...parts.values()].some(({ field }) => field === `party.${part}`))
        parts.set(header, { field: `party.${part}` });
    return {
      ...touch,
      when: { columns: [direction.header], is: directionWords(word) },
      columns: Object.fromEntries([...shared, ...parts]),
    };
  };
  return [way(from, 'in'), way(to, 'out')];
}

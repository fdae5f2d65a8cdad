import type { ReadDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { headerKey } from './detect/headers.ts';
import type { FileShape } from './mapping/shape.ts';

export type DriftKind = 'new column' | 'missing column' | 'rows' | 'empty cells' | 'new category' | 'days without rows';

/** One way in which a file differs from the last one of its kind. */
export type DriftLine = { readonly kind: DriftKind; readonly column: string | null; readonly message: string };

export type Drift = {
  /** The batch it is compared with, or null when it is the first of its kind. */
  readonly against: { readonly batch: string; readonly file: string } | null;
  readonly lines: readonly DriftLine[];
};

/** A share of empty cells drifts when it moves by this much. */
const EMPTY_MOVES = 0.2;
/** Files of fewer rows have no shares worth comparing. */
const ROWS_COMPARED = 20;
/** Without a profile, a file is of the same kind when it has this share of the columns of the earlier one. */
const SAME_KIND = 0.6;
/** Newest imports of the source that are looked at. */
const LOOKED_AT = 500;
/** New words that are named. */
const NAMED = 5;

/** How a file of that kind differs from the last live import before it: of the same profile, the same header, or most of its columns. */
export function driftAgainst(
  db: ReadDb,
  kind: { profile: string | null; fingerprint: string; source: string; before: number },
  now: FileShape,
): Drift {
  const headers = new Set(now.columns.map(([header]) => headerKey(header)));
  let found: { batch: number; file: string; shape: FileShape } | null = null;
  for (const [batch, file, fingerprint, profile, facts] of db.iterate(
    `SELECT b.id, b.file, b.fingerprint, b.profile, b.facts FROM batch b JOIN source s ON s.id = b.source
     WHERE b.state = 'live' AND b.id < ? AND s.name = ? ORDER BY b.id DESC LIMIT ${LOOKED_AT}`,
    [kind.before, kind.source],
  )) {
    const { shape } = JSON.parse(facts as string) as { shape?: FileShape };
    if (shape === undefined) continue;
    const shared = shape.columns.filter(([header]) => headers.has(headerKey(header))).length;
    const same =
      fingerprint === kind.fingerprint ||
      (profile !== null && profile === kind.profile) ||
      (profile === null && kind.profile === null && shared >= SAME_KIND * shape.columns.length);
    if (!same) continue;
    found = { batch: batch as number, file: file as string, shape };
    break;
  }
  if (found === null) return { against: null, lines: [] };
  const { batch, file, shape } = found;
  return { against: { batch: String(batch), file }, lines: compareShapes(shape, now) };
}

/** The drift of a stored batch. Throws `no-batch`. */
export function driftOf(db: ReadDb, batch: number): Drift & { batch: string; file: string } {
  const row = db.get(
    'SELECT b.file, b.profile, b.fingerprint, s.name, b.facts FROM batch b JOIN source s ON s.id = b.source WHERE b.id = ?',
    [batch],
  ) as [string, string | null, string, string, string] | null;
  if (row === null)
    throw new LadderlineError('no-batch', `There is no batch ${batch}. \`ladderline imports\` lists them.`);
  const [file, profile, fingerprint, source, facts] = row;
  const { shape } = JSON.parse(facts) as { shape?: FileShape };
  const drift: Drift = shape
    ? driftAgainst(db, { profile, fingerprint, source, before: batch }, shape)
    : { against: null, lines: [] };
  return { batch: String(batch), file, ...drift };
}

/** The differences of two files of one kind, in words. */
export function compareShapes(before: FileShape, now: FileShape): DriftLine[] {
  const lines: DriftLine[] = [];
  const add = (kind: DriftKind, column: string | null, message: string): void =>
    void lines.push({ kind, column, message });
  const earlier = new Map(before.columns.map(([header, filled]) => [headerKey(header), { header, filled }]));
  const later = new Map(now.columns.map(([header, filled]) => [headerKey(header), { header, filled }]));
  for (const [key, { header }] of later) if (!earlier.has(key)) add('new column', header, `Column "${header}" is new.`);
  for (const [key, { header }] of earlier)
    if (!later.has(key)) add('missing column', header, `Column "${header}" is no longer there.`);
  if (now.rows > 2 * before.rows || now.rows < before.rows / 2)
    add('rows', null, `The file has ${now.rows} rows; the last one had ${before.rows}.`);
  if (before.rows >= ROWS_COMPARED && now.rows >= ROWS_COMPARED) {
    for (const [key, { header, filled }] of later) {
      const then = earlier.get(key);
      if (!then) continue;
      const [was, is] = [1 - then.filled / before.rows, 1 - filled / now.rows];
      if (Math.abs(is - was) >= EMPTY_MOVES)
        add(
          'empty cells',
          header,
          `Column "${header}" is empty in ${percent(is)} of the rows; it was in ${percent(was)}.`,
        );
    }
  }
  for (const [header, words] of Object.entries(now.categories)) {
    const then = before.categories[header];
    if (!then) continue;
    const known = new Set(then.map((word) => word.toLowerCase()));
    const fresh = words.filter((word) => !known.has(word.toLowerCase()));
    if (fresh.length === 0) continue;
    const named = fresh
      .slice(0, NAMED)
      .map((word) => `"${word}"`)
      .join(', ');
    add(
      'new category',
      header,
      `Column "${header}" has ${fresh.length} new ${fresh.length === 1 ? 'word' : 'words'}: ${named}${fresh.length > NAMED ? ', …' : ''}.`,
    );
  }
  for (const [from, to] of now.days?.holes ?? [])
    add('days without rows', null, `No row lies between ${from} and ${to}.`);
  if (
    before.days &&
    now.days &&
    now.days.first > before.days.last &&
    daysBetween(before.days.last, now.days.first) > 31
  )
    add('days without rows', null, `The last file ended on ${before.days.last}, this one begins on ${now.days.first}.`);
  return lines;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
}

import type { ReadDb } from '#engine/base/db.ts';
import { AlikeIndex, HeaderIndex } from './detect/headers.ts';
import type { FileShape } from './mapping/shape.ts';

/** The newest live import that a file can be read like. */
export type Remembered = {
  readonly batch: number;
  readonly file: string;
  readonly source: string;
  readonly day: number;
  readonly profile: string | null;
  /** The headers that the file had. */
  readonly headers: readonly string[];
  /** The mapping as it was kept. */
  readonly stored: unknown;
};

/** A file is of the same kind when it has this share of the columns that the earlier one had. */
const SAME_KIND = 0.6;
/** Newest imports that are looked at. */
const LOOKED_AT = 500;

/**
 * The import whose mapping fits a file with these headers: every column that the mapping names is there, wherever it stands, and so
 * are most of the others; the newest of the best. Columns may have come, the file may have another name. Null when none fits.
 */
export function rememberedFor(db: ReadDb, headers: readonly string[]): Remembered | null {
  const index = new AlikeIndex(new HeaderIndex(headers));
  let best: { share: number; found: Remembered } | null = null;
  for (const [batch, file, source, day, profile, text, facts] of db.all(
    `SELECT b.id, b.file, s.name, b.day, b.profile, b.mapping, b.facts FROM batch b JOIN source s ON s.id = b.source
     WHERE b.state = 'live' ORDER BY b.id DESC LIMIT ${LOOKED_AT}`,
  ) as [number, string, string, number, string | null, string, string][]) {
    const stored = JSON.parse(text) as {
      entities?: { columns?: Record<string, unknown> }[];
      reading?: { given?: boolean };
    } | null;
    const { shape } = JSON.parse(facts) as { shape?: FileShape };
    if (!stored?.reading || !shape || shape.columns.length === 0) continue;
    const named = stored.reading.given ? (stored.entities ?? []).flatMap((e) => Object.keys(e.columns ?? {})) : [];
    if (!named.every((name) => index.find(name) >= 0)) continue;
    const share = shape.columns.filter(([header]) => index.find(header) >= 0).length / shape.columns.length;
    if (share < SAME_KIND || (best !== null && share <= best.share)) continue;
    best = {
      share,
      found: { batch, file, source, day, profile, headers: shape.columns.map(([header]) => header), stored },
    };
  }
  return best?.found ?? null;
}

/** A column as it asks to be: `text` columns may give and take room. */
export type Wish = { readonly id: string; readonly size: number; readonly text: boolean; readonly whole?: boolean };

/** A text column is never made narrower than this share of its size, nor than this many pixels; the first one names the row. */
const LEAST_SHARE = 0.5;
const LEAST_SHARE_OF_NAME = 0.7;
const LEAST = 128;
const MOST = 760;

const least = (w: Wish, names: boolean): number =>
  w.text && !w.whole
    ? Math.min(w.size, Math.max(LEAST, Math.round(w.size * (names ? LEAST_SHARE_OF_NAME : LEAST_SHARE))))
    : w.size;

/**
 * Widths in pixels that fill `room`: text columns grow into what is left over, or shrink when that is enough to avoid
 * sideways scrolling. When it is not enough, columns keep their size and the table scrolls.
 */
export function fitted(wishes: readonly Wish[], room: number): Record<string, number> {
  const sizes = new Map(wishes.map((w) => [w.id, w.size]));
  const over = wishes.reduce((sum, w) => sum + w.size, 0) - room;
  if (room > 0 && over > 0) {
    const name = wishes.find((w) => w.text);
    const spareOf = (w: Wish): number => w.size - least(w, w === name);
    const spare = wishes.reduce((sum, w) => sum + spareOf(w), 0);
    if (spare >= over) for (const w of wishes) sizes.set(w.id, w.size - Math.ceil((spareOf(w) * over) / spare));
  } else if (room > 0 && over < 0) {
    const texts = wishes.filter((w) => w.text);
    const whole = texts.reduce((sum, w) => sum + w.size, 0);
    for (const w of texts) sizes.set(w.id, Math.min(MOST, w.size + Math.floor((w.size * -over) / whole)));
  }
  return Object.fromEntries(sizes);
}

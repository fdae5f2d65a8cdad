const MS_PER_DAY = 86_400_000;

/** Days since 1970-01-01 of `YYYY-MM-DD`. */
export function dayNumber(iso: string): number {
  return Math.round(Date.parse(`${iso}T00:00:00Z`) / MS_PER_DAY);
}

export function isoOf(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

/** The days a timeline shows; both ends included. */
export type Span = { from: number; to: number };

/** Fewest days a zoom shows. */
export const LEAST_DAYS = 14;

/** Zooms around a day by a factor (below 1 comes closer), inside the whole span. */
export function zoomed(span: Span, whole: Span, around: number, factor: number): Span {
  const days = Math.max(LEAST_DAYS, Math.min(whole.to - whole.from, Math.round((span.to - span.from) * factor)));
  const share = (around - span.from) / Math.max(1, span.to - span.from);
  return within({ from: Math.round(around - share * days), to: Math.round(around - share * days) + days }, whole);
}

/** Moves by a share of what is shown, inside the whole span. */
export function moved(span: Span, whole: Span, share: number): Span {
  const step = Math.round((span.to - span.from) * share);
  return within({ from: span.from + step, to: span.to + step }, whole);
}

function within(span: Span, whole: Span): Span {
  const days = Math.min(span.to - span.from, whole.to - whole.from);
  const from = Math.max(whole.from, Math.min(span.from, whole.to - days));
  return { from, to: from + days };
}

/** Pixel of a day. */
export function xOf(day: number, span: Span, left: number, width: number): number {
  return left + ((day - span.from) / Math.max(1, span.to - span.from)) * width;
}

/** First days of months (or of quarters or years when they would crowd), with their label. */
export function monthMarks(span: Span, width: number): { day: number; label: string }[] {
  const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const perMonth = (width / Math.max(1, span.to - span.from)) * 30.4;
  const step = perMonth >= 44 ? 1 : perMonth >= 15 ? 3 : 12;
  const marks: { day: number; label: string }[] = [];
  const start = isoOf(span.from);
  for (let month = Number(start.slice(0, 4)) * 12 + Number(start.slice(5, 7)) - 1; ; month++) {
    const year = Math.floor(month / 12);
    const day = dayNumber(`${year}-${String((month % 12) + 1).padStart(2, '0')}-01`);
    if (day > span.to) return marks;
    if (day < span.from || month % step !== 0) continue;
    marks.push({ day, label: month % 12 === 0 ? String(year) : names[month % 12]! });
  }
}

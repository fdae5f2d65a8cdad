/** A stretch of days in view, as day numbers; both may be fractions. */
export type Range = { readonly from: number; readonly to: number };

/** No stretch is shorter than this many days. */
const SHORTEST = 7;

const DAY_MS = 86_400_000;

/** Number of an ISO day. */
export function dayNumber(iso: string): number {
  return Date.parse(`${iso}T00:00:00Z`) / DAY_MS;
}

export function isoOfNumber(day: number): string {
  return new Date(Math.floor(day) * DAY_MS).toISOString().slice(0, 10);
}

/** A range kept within the whole, as long as it is. */
function within(whole: Range, from: number, length: number): Range {
  const span = Math.min(whole.to - whole.from, Math.max(Math.min(SHORTEST, whole.to - whole.from), length));
  const start = Math.max(whole.from, Math.min(whole.to - span, from));
  return { from: start, to: start + span };
}

/** Zooms by a factor (below 1 is closer) around a place in the view, 0 at its left edge and 1 at its right. */
export function zoomed(whole: Range, range: Range, factor: number, place: number): Range {
  const span = range.to - range.from;
  const length = Math.max(SHORTEST, Math.min(whole.to - whole.from, span * factor));
  return within(whole, range.from + place * (span - length), length);
}

/** Moves by a share of what is in view. */
export function panned(whole: Range, range: Range, share: number): Range {
  const span = range.to - range.from;
  return within(whole, range.from + share * span, span);
}

export type Mark = { readonly day: string; readonly lane: number; readonly inDispute: boolean };
export type Spot = {
  readonly x: number;
  readonly lane: number;
  readonly inDispute: boolean;
  /** Indexes of the first and last mark drawn here, and how many there are. */
  readonly first: number;
  readonly last: number;
  readonly count: number;
};

/**
 * Marks that fall on one pixel of one lane become one spot, so that ten thousand touches draw as fast as a few hundred. Marks
 * come oldest first; those outside the range are left out.
 */
export function spotsOf(marks: readonly Mark[], days: Float64Array, range: Range, width: number): Spot[] {
  const spots: { x: number; lane: number; inDispute: boolean; first: number; last: number; count: number }[] = [];
  const scale = width / (range.to - range.from);
  const latest = new Map<number, (typeof spots)[number]>();
  for (let i = firstAt(days, range.from); i < marks.length && days[i]! <= range.to; i++) {
    const mark = marks[i]!;
    const x = Math.round((days[i]! - range.from) * scale);
    const spot = latest.get(mark.lane);
    if (spot && spot.x === x) {
      spot.last = i;
      spot.count++;
      spot.inDispute ||= mark.inDispute;
      continue;
    }
    const made = { x, lane: mark.lane, inDispute: mark.inDispute, first: i, last: i, count: 1 };
    latest.set(mark.lane, made);
    spots.push(made);
  }
  return spots;
}

function firstAt(days: Float64Array, from: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Labels of a range: months, or days when few are in view; none so close that they touch. */
export function ticksOf(range: Range, width: number): { day: number; label: string }[] {
  const perDay = width / (range.to - range.from);
  const ticks: { day: number; label: string }[] = [];
  const byDay = perDay * 7 > 60;
  const step = byDay ? (perDay > 60 ? 1 : 7) : 1;
  for (let day = Math.ceil(range.from); day <= range.to; day++) {
    const iso = isoOfNumber(day);
    const month = Number(iso.slice(5, 7));
    const starts = byDay ? (day + 3) % step === 0 : iso.endsWith('-01');
    const last = ticks.at(-1);
    if (!starts || (last && (day - last.day) * perDay < 56)) continue;
    const year = month === 1 || ticks.length === 0 ? ` ${iso.slice(0, 4)}` : '';
    ticks.push({
      day,
      label: byDay ? `${Number(iso.slice(8))} ${MONTHS[month - 1]}${year}` : `${MONTHS[month - 1]}${year}`,
    });
  }
  return ticks;
}

/** Where things of the strip lie, in pixels. Names stand at the left, gap and evenness at the right; lanes below share the scale. */
export const NAME_WIDTH = 178;
export const FIGURES_WIDTH = 134;
export const ROW = 20;
/** Kept free for the scroll bar of the strip, so that everything below stays on its scale. */
export const GUTTER = 16;
const GAP = 2;

export type Columns = { readonly left: number; readonly step: number; readonly cell: number; readonly weeks: number };

/** Week columns that fill the width between names and figures. */
export function columnsOf(width: number, weeks: number): Columns {
  const room = Math.max(weeks * 2, width - NAME_WIDTH - FIGURES_WIDTH);
  const step = room / weeks;
  return { left: NAME_WIDTH, step, cell: Math.max(1, step > 5 ? step - GAP : step - 0.5), weeks };
}

/** Left edge of a week's cell. */
export function weekX({ left, step }: Columns, week: number): number {
  return left + week * step;
}

/** The week under a point, null beside the weeks. */
export function weekAt({ left, step, weeks }: Columns, x: number): number | null {
  const week = Math.floor((x - left) / step);
  return week >= 0 && week < weeks ? week : null;
}

/** Rows that are visible in a viewport, both ends included. */
export function visibleRows(scrollTop: number, height: number, total: number): { first: number; last: number } {
  if (total === 0) return { first: 0, last: -1 };
  const first = Math.max(0, Math.floor(scrollTop / ROW));
  return { first, last: Math.min(total - 1, Math.floor((scrollTop + Math.max(0, height - 1)) / ROW)) };
}

/** Scroll position that brings a row into sight; the same when it is in sight already. */
export function scrollTo(row: number, scrollTop: number, height: number): number {
  if (row * ROW < scrollTop) return row * ROW;
  if ((row + 1) * ROW > scrollTop + height) return (row + 1) * ROW - height;
  return scrollTop;
}

/** Strength of a cell's colour, 0 to 1: one touch is visible at once, four or more are full. */
export function strength(touches: number): number {
  return touches <= 0 ? 0 : Math.min(1, 0.34 + 0.22 * (touches - 1));
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Labels over the weeks: the first week of each month, with the year in January and at the start; none so close that they touch. */
export function monthTicks(weeks: readonly string[], step: number): { week: number; label: string }[] {
  const ticks: { week: number; label: string }[] = [];
  weeks.forEach((monday, week) => {
    const month = Number(monday.slice(5, 7));
    const starts = week === 0 || Number(weeks[week - 1]!.slice(5, 7)) !== month;
    const last = ticks.at(-1);
    if (!starts || (last && (week - last.week) * step < 52)) return;
    ticks.push({
      week,
      label: `${MONTHS[month - 1]}${month === 1 || ticks.length === 0 ? ` ${monday.slice(0, 4)}` : ''}`,
    });
  });
  return ticks;
}

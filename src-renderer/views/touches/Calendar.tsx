import { useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { Result } from '#contract/api.ts';
import { formatCount, formatDay, formatNumber } from '../../kit/index.ts';
import { dayNumber, isoOfNumber } from './zoom.ts';

type Day = Result<'touchCalendar'>['days'][number];
type Cell = { readonly iso: string; readonly day: Day | null; readonly planned: number };

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Days as a grid of weeks, stronger blue for more touches; days to come show what is planned. The arrow keys move over the days,
 * Enter opens the customers of one.
 */
export function Calendar({
  days,
  planned,
  selected,
  onOpen,
}: {
  days: readonly Day[];
  planned: ReadonlyMap<string, number>;
  selected: string | null;
  onOpen: (day: Day) => void;
}) {
  const weeks = weeksOf(days, planned);
  const most = Math.max(1, ...days.map((d) => d.outbound));
  const mostPlanned = Math.max(1, ...planned.values());
  const [at, setAt] = useState<string | null>(null);
  const current = at ?? days.at(-1)?.day ?? null;
  const move = (e: KeyboardEvent<HTMLElement>): void => {
    const by = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -7, ArrowRight: 7 }[e.key];
    if (by === undefined || current === null) return;
    const next = e.currentTarget.querySelector<HTMLElement>(`[data-day="${isoOfNumber(dayNumber(current) + by)}"]`);
    e.preventDefault();
    next?.focus();
  };
  return (
    <div className="calendar" role="group" aria-label="Outbound touches by day" onKeyDown={move}>
      <div className="calendar-days" aria-hidden="true">
        <span />
        {WEEKDAYS.map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
      {weeks.map((week, w) => (
        <div key={week[0]!.iso} className="calendar-week">
          <span className="calendar-month" aria-hidden="true">
            {monthOf(week, weeks[w - 1], weeks[w + 1])}
          </span>
          {week.map(({ iso, day, planned: coming }) => {
            if (day === null && iso < days[0]!.day) return <span key={iso} className="calendar-gap" />;
            const words = day
              ? `${formatDay(iso)}: ${formatCount(day.outbound, 'outbound touch', 'outbound touches')} to ${formatCount(day.customers, 'customer')}${day.inDispute > 0 ? `, ${formatNumber(day.inDispute)} during a dispute` : ''}${day.closed ? ', a day without touches by the rules' : ''}`
              : `${formatDay(iso)}: ${coming > 0 ? `${formatCount(coming, 'touch', 'touches')} planned` : 'nothing planned'}`;
            const share = day ? day.outbound / most : coming / mostPlanned;
            return (
              <button
                key={iso}
                type="button"
                data-day={iso}
                className={`calendar-day${day ? '' : ' planned'}${day?.closed ? ' closed' : ''}${day && day.inDispute > 0 ? ' disputed' : ''}`}
                tabIndex={iso === current ? 0 : -1}
                aria-label={words}
                title={words}
                aria-pressed={day !== null && selected === day.where}
                aria-disabled={day === null || day.outbound === 0}
                onFocus={() => setAt(iso)}
                onClick={() => day !== null && day.outbound > 0 && onOpen(day)}
              >
                <span style={{ opacity: share === 0 ? 0 : 0.25 + 0.75 * share }} />
              </button>
            );
          })}
        </div>
      ))}
    </div>
  );
}

/** Weeks from Monday on: the days that were, then those to come as far as anything is planned. */
function weeksOf(days: readonly Day[], planned: ReadonlyMap<string, number>): Cell[][] {
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last) return [];
  const known = new Map(days.map((day) => [day.day, day]));
  const end = Math.max(dayNumber(last.day), ...[...planned.keys()].map(dayNumber));
  const weeks: Cell[][] = [];
  // Day 4 of 1970 was a Monday.
  for (let monday = Math.floor((dayNumber(first.day) - 4) / 7) * 7 + 4; monday <= end; monday += 7) {
    weeks.push(
      Array.from({ length: 7 }, (_, i) => {
        const iso = isoOfNumber(monday + i);
        return { iso, day: known.get(iso) ?? null, planned: planned.get(iso) ?? 0 };
      }),
    );
  }
  return weeks;
}

/** The month a week begins in, at its first week; a month of a single week at the edge would run into the next name. */
function monthOf(
  week: readonly Cell[],
  before: readonly Cell[] | undefined,
  after: readonly Cell[] | undefined,
): string {
  const month = (cells: readonly Cell[]): string => cells[0]!.iso.slice(0, 7);
  if (before && month(before) === month(week)) return '';
  if (!before && after && month(after) !== month(week)) return '';
  const [year, number] = month(week).split('-');
  return `${MONTHS[Number(number) - 1]}${number === '01' || !before ? ` ${year}` : ''}`;
}

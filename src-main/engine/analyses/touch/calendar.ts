import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, parseIsoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { usage } from '#engine/base/errors.ts';
import { TEAMS, termOf, type Team } from '#engine/base/vocabulary.ts';
import { firstRowAfter, OUT, teamIndex, touchColumns } from '#engine/language/facts/touches.ts';
import { language } from '#engine/language/index.ts';
import { asOfDay, populationAt } from '../population/index.ts';
import { rowsInDispute } from './audit.ts';
import { isClosed } from './closed.ts';
import { members } from './rows.ts';

export type CalendarDay = {
  day: string;
  outbound: number;
  inbound: number;
  customers: number;
  byTeam: Partial<Record<Team, number>>;
  inDispute: number;
  /** The rules name it as a day without touches. */
  closed: boolean;
  where: string;
};

export type CalendarReport = { asOf: string; from: string; to: string; days: CalendarDay[]; busiest: string | null };

const MOST_DAYS = 3700;

/** Touches by day and team over all customers that pass the filter (rule T32). */
export const touchCalendar = defineAnalysis({
  name: 'touchCalendar',
  input: z.object({ asOf: z.string().optional(), where: z.string().optional(), from: z.string().optional() }),
  run(ctx, input): CalendarReport {
    const asOf = asOfDay(ctx, input.asOf);
    const from = input.from === undefined ? asOf - 181 : parseIsoDay(input.from, 'from');
    if (from > asOf || asOf - from > MOST_DAYS)
      throw usage(`touchCalendar: from is a day up to ${MOST_DAYS} days before the as-of day.`);
    return calendarOf(ctx, asOf, from, input.where);
  },
});

function calendarOf(ctx: ReadContext, asOf: Day, from: Day, where: string | undefined): CalendarReport {
  const population = populationAt(ctx, asOf, where);
  const { vectors } = population;
  const { relation, direction, team } = touchColumns(vectors);
  const { rules } = language.rules(ctx).touch;
  const disputed = rowsInDispute(ctx);
  const n = asOf - from + 1;
  const teams = TEAMS.length;
  const [outbound, inbound, customers, inDispute] = Array.from({ length: 4 }, () => new Int32Array(n)) as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const byTeam = new Int32Array(n * teams);
  const latest = new Int32Array(n).fill(-1);
  const into = termOf('in');
  for (const c of members(ctx, population)) {
    const end = relation.start[c + 1]!;
    for (let r = firstRowAfter(relation, c, from - 1); r < end && relation.day[r]! <= asOf; r++) {
      const d = relation.day[r]! - from;
      if (direction[r] === into) inbound[d]!++;
      if (direction[r] !== OUT) continue;
      outbound[d]!++;
      const known = teamIndex(team[r]!);
      byTeam[d * teams + (known < 0 ? teams - 1 : known)]!++;
      inDispute[d]! += disputed[r]!;
      if (latest[d] !== c) {
        latest[d] = c;
        customers[d]!++;
      }
    }
  }
  let busiest = -1;
  for (let d = 0; d < n; d++) if (outbound[d]! > 0 && (busiest < 0 || outbound[d]! > outbound[busiest]!)) busiest = d;
  return {
    asOf: isoDay(asOf),
    from: isoDay(from),
    to: isoDay(asOf),
    days: Array.from({ length: n }, (_, d): CalendarDay => {
      const day = isoDay(from + d);
      return {
        day,
        outbound: outbound[d]!,
        inbound: inbound[d]!,
        customers: customers[d]!,
        byTeam: Object.fromEntries(
          TEAMS.flatMap((word, t) => (byTeam[d * teams + t]! > 0 ? [[word, byTeam[d * teams + t]!]] : [])),
        ),
        inDispute: inDispute[d]!,
        closed: isClosed(rules.closed, from + d),
        where: `exists(touches where direction = out and day = ${day})`,
      };
    }),
    busiest: busiest < 0 ? null : isoDay(from + busiest),
  };
}

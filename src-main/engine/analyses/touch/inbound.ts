import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { TEAMS, termOf } from '#engine/base/vocabulary.ts';
import { reals } from '#engine/language/facts/column.ts';
import { touchColumns } from '#engine/language/facts/touches.ts';
import { language } from '#engine/language/index.ts';
import { medianOf } from '#engine/methods/method.ts';
import { BusinessClock } from '#engine/methods/business-clock.ts';
import { slaAttainment, type SlaCount } from '#engine/methods/response.ts';
import { survival } from '#engine/methods/survival.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import { asOfDay, populationAt } from '../population/index.ts';
import { isClosed } from './closed.ts';
import { members, named, refOf, type Named } from './rows.ts';
import type { TouchRef } from './types.ts';

export type InboundFigures = {
  episodes: number;
  answered: number;
  open: number;
  /** Share (0..1) of the episodes that are not answered. */
  unanswered: number | null;
  /** Days to the first reply by Kaplan and Meier, unanswered ones censored; null when never reached. */
  days: { p25: number | null; p50: number | null; p75: number | null; p90: number | null };
  /** Working hours of those whose times are known, in the same way, and the plain median of the answered ones. */
  hours: { timed: number; p50: number | null; p90: number | null; medianAnswered: number | null };
  /** Elapsed hours, median of the answered ones whose times are known. */
  elapsedMedian: number | null;
  /** Against the reply of the rules, of those whose times are known. */
  sla: SlaCount;
};

export type InboundGroup = InboundFigures & { value: string };

export type InboundRow = Named & {
  asked: TouchRef;
  /** Working hours and days that it has waited. */
  hours: number | null;
  days: number;
};

export type InboundReport = {
  asOf: string;
  /** Working hours of the rules within which a reply is due. */
  reply: number;
  total: InboundFigures;
  /** Share (0..1) of the answered ones that another team answered than was asked; of those whose teams are both known. */
  otherTeam: { answered: number; byOther: number; share: number | null };
  byChannel: InboundGroup[];
  byTeam: InboundGroup[];
  /** Who answered: the team asked, by the team that answered. */
  answeredBy: { asked: string; by: string; episodes: number }[];
  /** Unanswered ones, longest waiting first. */
  rows: InboundRow[];
  where: string;
};

/** How fast those who reach out are answered, over any channel and team (rule T27; mission B4). */
export const touchInbound = defineAnalysis({
  name: 'touchInbound',
  input: z.object({
    asOf: z.string().optional(),
    where: z.string().optional(),
    limit: z.int().min(0).max(100_000).default(2000),
  }),
  run: (ctx, input): InboundReport => inboundOf(ctx, asOfDay(ctx, input.asOf), input.where, input.limit),
});

/** An inbound touch that began an episode and the touch that answered it; -1 while nobody has. */
type Episode = { customer: number; asked: number; answer: number };

/** Milliseconds at which a touch is taken to have happened: its time, else an inbound one begins its day and an outbound one ends it. */
function instants(vectors: Vectors): (row: number, isIn: boolean) => number {
  const { relation } = touchColumns(vectors);
  const at = reals(relation, 'at');
  return (row, isIn) =>
    Number.isNaN(at[row]) ? relation.day[row]! * 86_400_000 + (isIn ? 0 : 86_399_999) : at[row]! * 1000;
}

function episodesOf(ctx: ReadContext, asOf: Day, customers: Iterable<number>, vectors: Vectors): Episode[] {
  const { relation, direction } = touchColumns(vectors);
  const instant = instants(vectors);
  const [into, out] = [termOf('in'), termOf('out')];
  const episodes: Episode[] = [];
  const { start, day } = relation;
  for (const c of customers) {
    let asked = -1;
    let r = start[c]!;
    const end = start[c + 1]!;
    while (r < end && day[r]! <= asOf) {
      // Rows of one day are in the order of their ids: those with a time are put in the order of their times.
      let last = r + 1;
      while (last < end && day[last] === day[r]) last++;
      let rows: number[] | null = null;
      if (last - r > 1) {
        rows = Array.from({ length: last - r }, (_, i) => r + i)
          .map((row) => ({ row, at: instant(row, direction[row] === into), isIn: direction[row] === into }))
          .sort((a, b) => a.at - b.at || Number(b.isIn) - Number(a.isIn) || a.row - b.row)
          .map(({ row }) => row);
      }
      for (let i = r; i < last; i++) {
        const row = rows === null ? i : rows[i - r]!;
        if (direction[row] === into) {
          if (asked < 0) asked = row;
        } else if (direction[row] === out && asked >= 0) {
          episodes.push({ customer: c, asked, answer: row });
          asked = -1;
        }
      }
      r = last;
    }
    if (asked >= 0) episodes.push({ customer: c, asked, answer: -1 });
  }
  return episodes;
}

type Wait = { episode: Episode; days: number; answered: boolean; minutes: number | null; elapsed: number | null };

function inboundOf(ctx: ReadContext, asOf: Day, where: string | undefined, limit: number): InboundReport {
  const population = populationAt(ctx, asOf, where);
  const { vectors } = population;
  const { relation, team } = touchColumns(vectors);
  const { rules } = language.rules(ctx).touch;
  const at = reals(relation, 'at');
  // An open episode has waited to the end of the as-of day.
  const end = (asOf + 1) * 86_400_000;
  let measured = 0;
  const episodes = episodesOf(ctx, asOf, members(ctx, population), vectors);
  const first = episodes.reduce((day, { asked }) => Math.min(day, relation.day[asked]!), asOf);
  const isOpen = (day: Day): boolean => !isClosed(rules.closed, day);
  const clock = new BusinessClock({ tz: ctx.settings.timezone, ...rules.hours, isOpen }, first - 2);
  const waits = episodes.map((episode): Wait => {
    if (measured++ % 1024 === 0) ctx.cancel.check();
    const { asked, answer } = episode;
    const answered = answer >= 0;
    const timed = !Number.isNaN(at[asked]) && (!answered || !Number.isNaN(at[answer]));
    const from = at[asked]! * 1000;
    const to = answered ? at[answer]! * 1000 : end;
    return {
      episode,
      days: (answered ? relation.day[answer]! : asOf) - relation.day[asked]!,
      answered,
      minutes: timed ? clock.minutes(from, to) : null,
      elapsed: timed ? Math.max(0, to - from) / 60_000 : null,
    };
  });
  const word = (column: string, row: number): string => vectors.text(relation.column(column).values[row]!) ?? 'unknown';
  const groups = (column: string): InboundGroup[] => {
    const by = new Map<string, Wait[]>();
    for (const wait of waits) {
      const value = word(column, wait.episode.asked);
      const list = by.get(value);
      if (list) list.push(wait);
      else by.set(value, [wait]);
    }
    return [...by]
      .map(([value, list]) => ({ value, ...figuresOf(list, rules.reply) }))
      .sort(
        (a, b) => (b.unanswered ?? 0) - (a.unanswered ?? 0) || b.episodes - a.episodes || (a.value < b.value ? -1 : 1),
      );
  };
  const pairs = new Map<string, { asked: string; by: string; episodes: number }>();
  let [known, other] = [0, 0];
  for (const { episode } of waits) {
    if (episode.answer < 0) continue;
    const [asked, by] = [word('team', episode.asked), word('team', episode.answer)];
    const pair = pairs.get(`${asked} ${by}`) ?? { asked, by, episodes: 0 };
    pair.episodes++;
    pairs.set(`${asked} ${by}`, pair);
    if (asked === 'unknown' || by === 'unknown') continue;
    known++;
    if (team[episode.asked] !== team[episode.answer]) other++;
  }
  const open = waits
    .filter((wait) => !wait.answered)
    .sort((a, b) => b.days - a.days || (b.minutes ?? 0) - (a.minutes ?? 0) || a.episode.asked - b.episode.asked);
  return {
    asOf: isoDay(asOf),
    reply: rules.reply,
    total: figuresOf(waits, rules.reply),
    otherTeam: { answered: known, byOther: other, share: known === 0 ? null : other / known },
    byChannel: groups('channel'),
    byTeam: groups('team'),
    answeredBy: [...pairs.values()].sort(
      (a, b) =>
        TEAMS.findIndex((t) => t === a.asked) - TEAMS.findIndex((t) => t === b.asked) ||
        TEAMS.findIndex((t) => t === a.by) - TEAMS.findIndex((t) => t === b.by),
    ),
    rows: open.slice(0, limit).map(({ episode, days, minutes }) => ({
      ...named(vectors, episode.customer),
      asked: refOf(vectors, episode.asked),
      hours: minutes === null ? null : minutes / 60,
      days,
    })),
    where: 'exists(touches where direction = in)',
  };
}

function figuresOf(waits: readonly Wait[], reply: number): InboundFigures {
  const curve = (value: (wait: Wait) => number | null): ReturnType<typeof survival> => {
    const timed = waits.filter((wait) => value(wait) !== null);
    return survival(
      timed.map((wait) => value(wait)!),
      timed.map((wait) => (wait.answered ? 1 : 0)),
    );
  };
  const answered = waits.filter((wait) => wait.answered);
  const timed = waits.filter((wait) => wait.minutes !== null);
  const days = curve((wait) => wait.days);
  const hours = curve((wait) => (wait.minutes === null ? null : wait.minutes / 60));
  const inHours = (value: (wait: Wait) => number | null): number | null =>
    medianOf(answered.flatMap((wait) => (value(wait) === null ? [] : [value(wait)! / 60])));
  return {
    episodes: waits.length,
    answered: answered.length,
    open: waits.length - answered.length,
    unanswered: waits.length === 0 ? null : (waits.length - answered.length) / waits.length,
    days: { p25: days.quantile(0.25), p50: days.quantile(0.5), p75: days.quantile(0.75), p90: days.quantile(0.9) },
    hours: {
      timed: timed.length,
      p50: hours.quantile(0.5),
      p90: hours.quantile(0.9),
      medianAnswered: inHours((wait) => wait.minutes),
    },
    elapsedMedian: inHours((wait) => wait.elapsed),
    sla: slaAttainment(
      timed.map((wait) => ({ duration: wait.minutes! / 60, answered: wait.answered })),
      reply,
    ),
  };
}

import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import {
  capBreachesOf,
  collisionsOf,
  countCollisions,
  inDisputeRows,
  type CapBreach,
} from '#engine/language/facts/touch-audit.ts';
import { countedTouches, isCommercial, touchColumns } from '#engine/language/facts/touches.ts';
import { language } from '#engine/language/index.ts';
import { inboundEpisodes, type Episode, type Message } from '#engine/methods/response.ts';
import { survival } from '#engine/methods/survival.ts';
import { coveredDays } from '#engine/methods/touch.ts';
import { vectorsOf } from '#engine/vectors/load.ts';
import { UNKNOWN_INT, type Vectors } from '#engine/vectors/types.ts';
import { populationAt, type Population } from '../population/index.ts';
import { members, named, quoted, refOf, rowsUpTo } from './rows.ts';
import type { TouchAuditReport } from './types.ts';

export type AuditQuery = { asOf: Day; where: string | undefined; limit: number };

/** A dispute as of a day, `[opened, closed)`; `closed` is null while it is open. `row` is its row in `tickets`. */
export type Dispute = { row: number; opened: Day; closed: Day | null };

/** Disputes of a customer opened up to a day; one that closes later is still open. */
export function disputesAt(vectors: Vectors, customer: number, asOf: Day): Dispute[] {
  const tickets = vectors.relation('tickets');
  const isDispute = tickets.column('is_dispute').values;
  const closed = tickets.column('closed_day').values;
  const found: Dispute[] = [];
  for (let r = tickets.start[customer]!; r < tickets.start[customer + 1]! && tickets.day[r]! <= asOf; r++) {
    if (isDispute[r] !== 1) continue;
    const end = closed[r]!;
    found.push({ row: r, opened: tickets.day[r]!, closed: end === UNKNOWN_INT || end > asOf ? null : end });
  }
  return found;
}

/** 1 for every row of `touches` that is commercial and lies in an open dispute (rule T11); kept per data version. */
export function rowsInDispute(ctx: ReadContext): Uint8Array {
  return ctx.kept({ name: 'touches in dispute', make: (at) => inDisputeRows(vectorsOf(at)) });
}

/** `touchesAudit` (rules T9-T11, T16, T17), newest first. */
export function audit(ctx: ReadContext, query: AuditQuery): TouchAuditReport {
  const { asOf } = query;
  const population = populationAt(ctx, asOf, query.where);
  const { vectors } = population;
  const touches = vectors.relation('touches');
  const hit = rowsInDispute(ctx);
  const columns = touchColumns(vectors);
  const inDispute: { customer: number; row: number; dispute: Dispute }[] = [];
  const within = language.rules(ctx).touch.rules.collision;
  let collisionPairs = 0;
  const collisionsOn = new Map<Day, number>();
  for (const i of members(ctx, population)) {
    collisionPairs += countCollisions(columns, i, asOf, within, collisionsOn);
    const disputes = disputesAt(vectors, i, asOf);
    if (disputes.length === 0) continue;
    for (const row of rowsUpTo(touches, i, asOf)) {
      if (hit[row] !== 1) continue;
      const day = touches.day[row]!;
      inDispute.push({
        customer: i,
        row,
        dispute: disputes.find((d) => d.opened <= day && (d.closed === null || day < d.closed))!,
      });
    }
  }
  // Pairs grow with the square of the touches: they are counted, and only the newest are made.
  const since = newestDays(collisionsOn, query.limit);
  const pairs: { customer: number; first: number; second: number }[] = [];
  if (since !== null) {
    for (const i of members(ctx, population)) {
      for (const [first, second] of collisionsOf(vectors, i, asOf, within, since))
        pairs.push({ customer: i, first, second });
    }
  }
  const newest = (a: number, b: number): number => touches.day[b]! - touches.day[a]! || touches.id[b]! - touches.id[a]!;
  pairs.sort((a, b) => newest(a.second, b.second) || newest(a.first, b.first));
  inDispute.sort((a, b) => newest(a.row, b.row));
  return {
    asOf: isoDay(asOf),
    collisions: pairs.slice(0, query.limit).map((pair) => ({
      ...named(vectors, pair.customer),
      days: touches.day[pair.second]! - touches.day[pair.first]!,
      first: refOf(vectors, pair.first),
      second: refOf(vectors, pair.second),
    })),
    collisionPairs,
    inDispute: inDispute.slice(0, query.limit).map(({ customer, row, dispute }) => ({
      ...named(vectors, customer),
      touch: refOf(vectors, row),
      ticket: ticketKey(ctx, vectors.relation('tickets').id[dispute.row]!),
      opened: isoDay(dispute.opened),
      closed: dispute.closed === null ? null : isoDay(dispute.closed),
    })),
    inDisputeBy: madeBy(vectors, inDispute),
    disputeRate: disputeRate(ctx, population, hit),
    ...capBreaches(ctx, population, query.limit),
    inbound: inboundOf(ctx, population),
  };
}

/** The earliest of the newest days that together have as many as wanted; null when none is wanted or there are none. */
function newestDays(counts: ReadonlyMap<Day, number>, wanted: number): Day | null {
  let since: Day | null = null;
  let found = 0;
  for (const [day, n] of [...counts].sort(([a], [b]) => b - a)) {
    if (found >= wanted) break;
    since = day;
    found += n;
  }
  return since;
}

/** Which team and whose touches lie in disputes, most first (rule T11). */
function madeBy(vectors: Vectors, found: readonly { row: number }[]): TouchAuditReport['inDisputeBy'] {
  const touches = vectors.relation('touches');
  const count = (column: string): [string | null, number][] => {
    const terms = new Map<number, number>();
    const { values } = touches.column(column);
    for (const { row } of found) terms.set(values[row]!, (terms.get(values[row]!) ?? 0) + 1);
    return [...terms]
      .sort(([a, x], [b, y]) => y - x || a - b)
      .map(([term, n]): [string | null, number] => [vectors.text(term), n]);
  };
  return {
    team: count('team').map(([team, n]) => ({ team: team ?? 'unknown', touches: n })),
    owner: count('owner').map(([owner, n]) => ({
      owner,
      touches: n,
      where: `exists(touches where in_dispute and ${owner === null ? 'owner is unknown' : `owner = ${quoted(owner)}`})`,
    })),
  };
}

/** Stretches over a cap (rule T18), newest first. Whom a cap is for is decided on the as-of day. */
function capBreaches(
  ctx: ReadContext,
  population: Population,
  limit: number,
): Pick<TouchAuditReport, 'capBreaches' | 'capBreachCount'> {
  const { rules } = language.rules(ctx).touch;
  const { caps } = rules;
  if (caps.length === 0) return { capBreaches: [], capBreachCount: 0 };
  const { vectors, asOf } = population;
  const columns = countedTouches(vectors, rules);
  const bound = caps.map((cap) => (cap.whereText === null ? null : language.filter(ctx, cap.whereText, asOf).outcome));
  const found: { customer: number; breach: CapBreach }[] = [];
  for (const i of members(ctx, population)) {
    caps.forEach((cap, k) => {
      if (bound[k] !== null && bound[k]![i] !== 1) return;
      for (const breach of capBreachesOf(columns, i, asOf, cap)) found.push({ customer: i, breach });
    });
  }
  found.sort((a, b) => b.breach.to - a.breach.to || a.customer - b.customer || b.breach.from - a.breach.from);
  const capBreaches = found.slice(0, limit).map(({ customer, breach: { cap, from, to, touches } }) => ({
    ...named(vectors, customer),
    channel: cap.channel,
    from: isoDay(from),
    to: isoDay(to),
    touches,
    cap: cap.text,
  }));
  return { capBreaches, capBreachCount: found.length };
}

/** A ticket as its source names it. */
function ticketKey(ctx: ReadContext, id: number): string {
  return String(ctx.db.get('SELECT ext FROM ticket WHERE id = ?', [id])?.[0] ?? id);
}

/**
 * Rule T16: density of commercial touches inside and outside disputes, over the customers that had a dispute; each counts from
 * the day it is known, but not before the first commercial touch to any of them, to the as-of day.
 */
function disputeRate(ctx: ReadContext, population: Population, hit: Uint8Array): TouchAuditReport['disputeRate'] {
  const { asOf, vectors } = population;
  const columns = touchColumns(vectors);
  const audited: { customer: number; disputes: Dispute[] }[] = [];
  let began = Infinity;
  let [inside, outside] = [0, 0];
  for (const customer of members(ctx, population)) {
    const disputes = disputesAt(vectors, customer, asOf);
    if (disputes.length === 0) continue;
    audited.push({ customer, disputes });
    for (const row of rowsUpTo(columns.relation, customer, asOf)) {
      if (!isCommercial(columns, row)) continue;
      began = Math.min(began, columns.relation.day[row]!);
      if (hit[row] === 1) inside++;
      else outside++;
    }
  }
  let [disputeDays, otherDays] = [0, 0];
  if (began !== Infinity) {
    for (const { customer, disputes } of audited) {
      const from = Math.max(began, vectors.customers.created[customer]!);
      const covered = coveredDays(disputes, from, asOf + 1);
      disputeDays += covered;
      otherDays += Math.max(0, asOf + 1 - from) - covered;
    }
  }
  const per100 = (touches: number, days: number): number | null => (days > 0 ? (100 * touches) / days : null);
  const [a, b] = [per100(inside, disputeDays), per100(outside, otherDays)];
  return {
    inside: a,
    outside: b,
    ratio: a === null || b === null || b === 0 ? null : a / b,
    insideTouches: inside,
    disputeDays,
  };
}

/** Rule T17: inbound episodes and the days they waited for the first outbound of any team, unanswered ones censored. */
function inboundOf(ctx: ReadContext, population: Population): TouchAuditReport['inbound'] {
  const { asOf, vectors } = population;
  const { relation, direction } = touchColumns(vectors);
  const [into, out] = [termOf('in'), termOf('out')];
  const episodes: Episode[] = [];
  for (const i of members(ctx, population)) {
    const messages: Message[] = [];
    for (const r of rowsUpTo(relation, i, asOf)) {
      const isIn = direction[r] === into;
      if (isIn || (direction[r] === out && messages.length > 0)) {
        messages.push({ customer: '', minute: relation.day[r]!, dir: isIn ? 'in' : 'out' });
      }
    }
    if (messages.length > 0) episodes.push(...inboundEpisodes(messages, asOf));
  }
  const answered = episodes.filter((e) => e.answered).length;
  const waits = survival(
    episodes.map((e) => e.duration),
    episodes.map((e) => (e.answered ? 1 : 0)),
  );
  return { episodes: episodes.length, answered, open: episodes.length - answered, medianDays: waits.quantile(0.5) };
}

import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { decimalOf } from '#engine/base/money.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { vectorsOf } from '#engine/vectors/load.ts';
import { customerId, findCustomer } from '../population/index.ts';
import { disputesAt, figuresOf, rhythmAt, rowsInDispute } from '../touch/index.ts';
import { ordersOf } from './purchases.ts';
import { rowsUpTo } from './rows.ts';
import type { TimelineReport } from './types.ts';

const LANES: TimelineReport['lanes'] = ['sales', 'marketing', 'service', 'accounts', 'inbound'];

export type TimelineQuery = { id: string; asOf: Day; from: Day | null; limit: number };

/** `timeline` (rule C10): the newest marks, oldest first, with what lies behind and between them. */
export function timelineOf(ctx: ReadContext, query: TimelineQuery): TimelineReport {
  const { asOf } = query;
  const vectors = vectorsOf(ctx);
  const customer = findCustomer(ctx, vectors, query.id);
  const after = query.from ?? -Infinity;
  const touches = vectors.relation('touches');
  const inDispute = rowsInDispute(ctx);
  const text = (name: string, row: number): string | null => vectors.text(touches.column(name).values[row]!);
  const lanes = [...LANES];
  const laneOf = (row: number): number => {
    if (text('direction', row) === 'in') return lanes.indexOf('inbound');
    const team = (text('team', row) ?? 'unknown') as TimelineReport['lanes'][number];
    if (!lanes.includes(team)) lanes.push(team);
    return lanes.indexOf(team);
  };
  const rows = rowsUpTo(touches, customer, asOf).filter((r) => touches.day[r]! >= after);
  const marks = rows.slice(Math.max(0, rows.length - query.limit)).map((r) => {
    const channel = text('channel', r) ?? 'other';
    const by = text('owner', r);
    return {
      id: String(touches.id[r]),
      day: isoDay(touches.day[r]!),
      lane: laneOf(r),
      channel,
      label: [
        by === null ? channel : `${channel} by ${by}`,
        text('campaign', r),
        text('purpose', r),
        text('outcome', r),
      ]
        .filter(Boolean)
        .join(', '),
      inDispute: inDispute[r] === 1,
    };
  });

  const disputes = disputesAt(vectors, customer, asOf).filter((d) => d.closed === null || d.closed > after);
  const orders = vectors.relation('orders');
  const net = orders.column('net').values;
  const currency = orders.column('currency').values;
  const purchases = [...ordersOf(vectors, customer, asOf).values()]
    .filter((o) => o.day >= after)
    .map(({ row, day, note }) => {
      const code = vectors.text(currency[row]!);
      const amount = code === null || Number.isNaN(net[row]) ? 'order' : `${decimalOf(net[row]!, code)} ${code}`;
      return { day: isoDay(day), label: note === null ? amount : `${amount}, ${note}` };
    });
  const answers = vectors.relation('responses');
  const scores = answers.column('score').values;
  const responses = rowsUpTo(answers, customer, asOf)
    .filter((r) => answers.day[r]! >= after && scores[r] !== UNKNOWN_INT)
    .map((r) => ({ day: isoDay(answers.day[r]!), score: scores[r]! }));
  const { bursts, silences } = figuresOf(rhythmAt(ctx, vectors, asOf).spacing(customer));
  const seen = (to: string): boolean => after === -Infinity || to >= isoDay(after);
  const firsts = [
    ...marks.slice(0, 1).map((m) => m.day),
    ...disputes.slice(0, 1).map((d) => isoDay(d.opened)),
    ...purchases.slice(0, 1).map((p) => p.day),
    ...responses.slice(0, 1).map((r) => r.day),
  ].sort();
  return {
    customer: customerId(vectors, customer),
    from: query.from === null ? (firsts[0] ?? isoDay(asOf)) : isoDay(query.from),
    to: isoDay(asOf),
    lanes,
    marks,
    disputes: disputes.map((d) => ({
      id: String(vectors.relation('tickets').id[d.row]),
      opened: isoDay(d.opened),
      closed: d.closed === null ? null : isoDay(d.closed),
    })),
    bursts: bursts.filter((b) => seen(b.to)),
    silences: silences.filter((s) => seen(s.to)),
    purchases,
    responses,
  };
}

import type { Day } from '#engine/base/days.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Relation, Vectors } from '#engine/vectors/types.ts';
import type { Field } from './catalogue.ts';
import type { Col, Outcome } from './columns.ts';
import { isScore, npsClassOf } from './facts/answers.ts';
import { ints, reals } from './facts/column.ts';
import { orderCounts } from './facts/rung.ts';
import { leadIsOpen, openOn } from './facts/simple.ts';
import { inDisputeRows } from './facts/touch-audit.ts';
import { isCommercial, touchColumns } from './facts/touches.ts';
import type { RelationRows } from './frame.ts';

/** 1 for orders that credits dated so far have not brought to zero. */
export function countingOrders(orders: Relation, n: number, asOf: Day): Outcome {
  const voided = ints(orders, 'voided');
  const out = new Uint8Array(n);
  for (let r = 0; r < n; r++) out[r] = orderCounts(voided, r, asOf) ? 1 : 0;
  return out;
}

/** Fields of a relation that are rules over several columns. */
export function derivedColumn(frame: RelationRows & { readonly relation: Relation }, field: Field): Col {
  const { relation, n, asOf } = frame;
  const { vectors } = frame.evaluation;
  switch (`${frame.name}.${field.name}`) {
    case 'touches.is_commercial': {
      const columns = touchColumns(vectors);
      return flags(n, (r) => isCommercial(columns, r));
    }
    case 'touches.in_dispute': {
      const inDispute = inDisputeRows(vectors);
      return flags(n, (r) => inDispute[r] === 1);
    }
    case 'purchases.net':
      return { k: 'money', v: netAfterCredits(vectors, relation, n, asOf), currency: ints(relation, 'currency') };
    case 'responses.class': {
      const score = ints(relation, 'score');
      const v = Int32Array.from({ length: n }, (_, r) => (isScore(score[r]!) ? npsClassOf(score[r]!) : UNKNOWN_INT));
      return { k: 'set', v, rank: Int32Array.of(0, 1, 2) };
    }
    case 'tickets.open': {
      const closed = ints(relation, 'closed_day');
      return flags(n, (r) => openOn(closed[r]!, asOf));
    }
    case 'leads.open': {
      const status = ints(relation, 'status');
      const converted = ints(relation, 'converted_day');
      return flags(n, (r) => leadIsOpen(status[r]!, converted[r]!, asOf));
    }
    case 'subscriptions.active': {
      const cancelled = ints(relation, 'cancelled_day');
      const ended = ints(relation, 'ended_day');
      return flags(n, (r) => openOn(cancelled[r]!, asOf) && openOn(ended[r]!, asOf));
    }
    default:
      throw new Error(`no rule makes ${frame.name}.${field.name}`);
  }
}

function flags(n: number, test: (row: number) => boolean): Col {
  const v = new Float64Array(n);
  for (let r = 0; r < n; r++) v[r] = test(r) ? 1 : 0;
  return { k: 'float', v };
}

function netAfterCredits({ credits }: Vectors, orders: Relation, n: number, asOf: Day): Float64Array {
  const net = reals(orders, 'net');
  const out = new Float64Array(n);
  for (let r = 0; r < n; r++) {
    let left = net[r]!;
    for (let k = credits.start[r]!; k < credits.start[r + 1]! && credits.day[k]! <= asOf; k++)
      left -= credits.amount[k]!;
    out[r] = left;
  }
  return out;
}

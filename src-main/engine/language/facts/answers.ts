import type { Day } from '#engine/base/days.ts';
import { NPS_CLASSES, termOf } from '#engine/base/vocabulary.ts';
import type { Relation, Vectors } from '#engine/vectors/types.ts';
import { days, ints, members, numbers, unknownInts, unknownNumbers } from './column.ts';
import type { Reducer } from './column.ts';

const TRANSACTIONAL = termOf('transactional');

/** Index into NPS_CLASSES of a valid score: 0-6 detractor, 7-8 passive, 9-10 promoter (Reichheld 2003). */
export function npsClassOf(score: number): number {
  return score <= 6 ? 0 : score <= 8 ? 1 : 2;
}

export function isScore(score: number): boolean {
  return score >= 0 && score <= 10;
}

/** Columns that the choice of an answer reads. */
export type AnswerColumns = { readonly relation: Relation; readonly score: Int32Array; readonly kind: Int32Array };

export function answerColumns(vectors: Vectors): AnswerColumns {
  const relation = vectors.relation('responses');
  return { relation, score: ints(relation, 'score'), kind: ints(relation, 'kind') };
}

/**
 * Row of the answer that counts for a customer on a day, -1 without one: the latest valid relational answer if the
 * customer gave any so far, else the latest transactional one. Of answers on one day the lower score counts.
 */
export function answerAt({ relation, score, kind }: AnswerColumns, customer: number, asOf: Day): number {
  const { start, day } = relation;
  let relational = -1;
  let transactional = -1;
  for (let r = start[customer]!; r < start[customer + 1]! && day[r]! <= asOf; r++) {
    if (!isScore(score[r]!)) continue;
    if (kind[r] === TRANSACTIONAL) {
      if (transactional < 0 || day[r] !== day[transactional] || score[r]! < score[transactional]!) transactional = r;
    } else if (relational < 0 || day[r] !== day[relational] || score[r]! < score[relational]!) relational = r;
  }
  return relational >= 0 ? relational : transactional;
}

/** nps, nps_class, last_answer. */
export const answerFacts: Reducer = ({ vectors, asOf }) => {
  const n = vectors.customers.count;
  const columns = answerColumns(vectors);
  const nps = unknownNumbers(n);
  const classes = unknownInts(n);
  const last = unknownInts(n);
  for (let c = 0; c < n; c++) {
    const row = answerAt(columns, c, asOf);
    if (row < 0) continue;
    nps[c] = columns.score[row]!;
    classes[c] = npsClassOf(columns.score[row]!);
    last[c] = columns.relation.day[row]!;
  }
  return { nps: numbers('number', nps), nps_class: members(classes, NPS_CLASSES), last_answer: days(last) };
};

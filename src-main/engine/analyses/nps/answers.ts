import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { quarterOf, type Population } from '../population/index.ts';

export type AnswerQuery = {
  from: Day | null;
  to: Day | null;
  kind: 'relational' | 'transactional' | undefined;
  wave: string | undefined;
  dedup: 'latest' | 'first' | 'none';
};

/** One answer or unanswered invitation that counts. `customer` is -1 when it names none. */
export type CountedAnswer = { row: number; customer: number; party: number; day: Day; score: number | null };

export type Answers = {
  kind: 'relational' | 'transactional';
  /** Answers left after one per respondent and period, in (customer, day) order. */
  answers: CountedAnswer[];
  /** Invitations (answered or not) of the same selection; null when no row is an unanswered invitation. */
  invited: number | null;
};

/**
 * The answers that count (rules N4-N9): relational or transactional, never pooled; answered by the as-of day and inside
 * from..to (both included); one per respondent and period. Rows of no customer count when no filter is set, each as its
 * own respondent.
 */
export function answersOf(ctx: ReadContext, population: Population, query: AnswerQuery): Answers {
  const { vectors, asOf } = population;
  const relation = vectors.relation('responses');
  const scores = relation.column('score').values;
  const kinds = relation.column('kind').values;
  const waves = relation.column('wave').values;
  const surveys = relation.column('survey').values;
  const transactional = vectors.term('transactional');
  const wave = query.wave === undefined ? null : vectors.term(query.wave);
  const customers = vectors.customers.count;

  const anyRelational = (): boolean => {
    for (let r = 0; r < relation.rows; r++)
      if (kinds[r] !== transactional && scores[r] !== UNKNOWN_INT && relation.day[r]! <= asOf) return true;
    return false;
  };
  const kind = query.kind ?? (anyRelational() ? 'relational' : 'transactional');

  const found: CountedAnswer[] = [];
  let invited = 0;
  let unanswered = 0;
  const take = (r: number, customer: number): void => {
    const day = relation.day[r]!;
    if (day > asOf || (kinds[r] === transactional) !== (kind === 'transactional')) return;
    if (query.wave !== undefined && (wave === null || waves[r] !== wave)) return;
    if (query.from !== null && day < query.from) return;
    if (query.to !== null && day > query.to) return;
    invited++;
    if (scores[r] === UNKNOWN_INT) {
      unanswered++;
      return;
    }
    found.push({ row: r, customer, party: relation.party[r]!, day, score: scores[r]! });
  };
  for (let c = 0; c < customers; c++) {
    if (!population.member[c]) continue;
    for (let r = relation.start[c]!; r < relation.start[c + 1]!; r++) take(r, c);
  }
  if (!population.filtered) {
    for (let r = relation.start[customers]!; r < relation.rows; r++) take(r, -1);
  }
  if (query.dedup === 'none') return { kind, answers: found, invited: unanswered === 0 ? null : invited };

  const periodOf = (answer: CountedAnswer): string => {
    if (waves[answer.row] !== UNKNOWN_INT) return `w${waves[answer.row]}`;
    if (surveys[answer.row] !== UNKNOWN_INT) return `s${surveys[answer.row]}`;
    return `q${quarterOf(ctx, answer.day)}`;
  };
  const kept = new Map<string, CountedAnswer>();
  const anonymous: CountedAnswer[] = [];
  for (const answer of found) {
    if (answer.party === 0) {
      anonymous.push(answer);
      continue;
    }
    const key = `${answer.party}|${periodOf(answer)}`;
    const held = kept.get(key);
    if (!held || prefers(ctx, answer, held, relation.id, query.dedup)) kept.set(key, answer);
  }
  return { kind, answers: [...kept.values(), ...anonymous], invited: unanswered === 0 ? null : invited };
}

/** Rule N8: the latest (or first) answer; on the same instant the later (or earlier) external id; then the lower score. */
function prefers(
  ctx: ReadContext,
  a: CountedAnswer,
  b: CountedAnswer,
  ids: Int32Array,
  dedup: 'latest' | 'first',
): boolean {
  const sign = dedup === 'latest' ? 1 : -1;
  if (a.day !== b.day) return sign * (a.day - b.day) > 0;
  const [left, right] = [a, b].map((x) => ctx.db.get('SELECT at, ext FROM response WHERE id = ?', [ids[x.row]!]));
  const [atA, atB] = [left?.[0] as number | null, right?.[0] as number | null];
  if (atA !== null && atB !== null && atA !== atB) return sign * (atA - atB) > 0;
  const [extA, extB] = [String(left?.[1] ?? ''), String(right?.[1] ?? '')];
  if (extA !== extB) return sign * (extA < extB ? -1 : 1) > 0;
  return a.score! < b.score!;
}

import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { UNKNOWN_INT, type Relation } from '#engine/vectors/types.ts';
import { quarterOf, type Population } from '../population/index.ts';
import type { SurveyKind } from './types.ts';

export type AnswerQuery = {
  from: Day | null;
  to: Day | null;
  kind: SurveyKind | undefined;
  wave: string | undefined;
  dedup: 'latest' | 'first' | 'none';
};

/** The answers that count, as rows of the relation `responses` in its order: by customer, then by day; of no customer last. */
export type Answers = {
  readonly kind: SurveyKind;
  readonly relation: Relation;
  readonly count: number;
  readonly rows: Int32Array;
  /** Customer index of each, -1 for none. */
  readonly customers: Int32Array;
  /** Score 0-10 of each. */
  readonly scores: Int32Array;
  /** Invitations (answered or not) of the same selection; null when no row is an unanswered invitation. */
  readonly invited: number | null;
  /** Invitations of the same selection without a score: rows of the relation, and their customer indexes (-1 for none). */
  readonly open: Int32Array;
  readonly openCustomers: Int32Array;
};

/** Questions of one window ask for the same answers one after the other. */
const HELD: Kept<Map<string, Answers>> = { name: 'nps answers', make: () => new Map() };
const HELD_MOST = 6;
const MEMBERS = new WeakMap<Uint8Array, number>();
let numbered = 0;

/** A number that stands for a population in a key: populations are kept and never changed. */
function numberOf(member: Uint8Array): number {
  const held = MEMBERS.get(member) ?? ++numbered;
  MEMBERS.set(member, held);
  return held;
}

/**
 * The answers that count (rules N4-N9): relational or transactional, never pooled; answered by the as-of day and inside
 * from..to (both included); one per respondent and period. Rows of no customer count when no filter is set, each as its
 * own respondent.
 */
export function answersOf(ctx: ReadContext, population: Population, query: AnswerQuery): Answers {
  const kept = ctx.kept(HELD);
  const key = JSON.stringify([numberOf(population.member), population.asOf, query]);
  const answers = kept.get(key) ?? select(ctx, population, query);
  kept.delete(key);
  kept.set(key, answers);
  if (kept.size > HELD_MOST) kept.delete(kept.keys().next().value!);
  return answers;
}

function select(ctx: ReadContext, population: Population, query: AnswerQuery): Answers {
  const { vectors, asOf, member } = population;
  const relation = vectors.relation('responses');
  const { rows: n, start, day: days } = relation;
  const scores = relation.column('score').values;
  const kinds = relation.column('kind').values;
  const waves = query.wave === undefined ? null : relation.column('wave').values;
  const transactional = vectors.term('transactional');
  const wave = query.wave === undefined ? null : vectors.term(query.wave);
  const customers = vectors.customers.count;

  const kind = query.kind ?? kindInUse(relation, transactional, asOf);
  const wantsTransactional = kind === 'transactional';
  const until = Math.min(asOf, query.to ?? asOf);
  const from = query.from ?? -Infinity;
  const rows = new Int32Array(n);
  const owners = new Int32Array(n);
  let count = 0;
  let invited = 0;
  const open: number[] = [];
  const openOwners: number[] = [];
  const take = (first: number, last: number, owner: number): void => {
    for (let r = first; r < last; r++) {
      const day = days[r]!;
      if (day > until || day < from || (kinds[r] === transactional) !== wantsTransactional) continue;
      if (waves !== null && (wave === null || waves[r] !== wave)) continue;
      invited++;
      if (scores[r] === UNKNOWN_INT) {
        open.push(r);
        openOwners.push(owner);
      } else {
        owners[count] = owner;
        rows[count++] = r;
      }
    }
  };
  for (let c = 0; c < customers; c++) {
    if ((c & 65_535) === 0) ctx.cancel.check();
    if (member[c] === 1) take(start[c]!, start[c + 1]!, c);
  }
  if (!population.filtered) take(start[customers]!, n, -1);
  if (query.dedup !== 'none') count = dedupe(ctx, relation, rows, owners, count, query.dedup);
  const used = rows.slice(0, count);
  return {
    kind,
    relation,
    count,
    rows: used,
    customers: owners.slice(0, count),
    scores: Int32Array.from(used, (r) => scores[r]!),
    invited: open.length === 0 ? null : invited,
    open: Int32Array.from(open),
    openCustomers: Int32Array.from(openOwners),
  };
}

/** Relational when any answer seen by a day is, else transactional (rule N4). */
function kindInUse(relation: Relation, transactional: number | null, asOf: Day): SurveyKind {
  const scores = relation.column('score').values;
  const kinds = relation.column('kind').values;
  for (let r = 0; r < relation.rows; r++)
    if (kinds[r] !== transactional && scores[r] !== UNKNOWN_INT && relation.day[r]! <= asOf) return 'relational';
  return 'transactional';
}

/**
 * Leaves one answer per respondent and period in place (rules N7, N8) and answers how many are left. A respondent's rows
 * nearly always lie under one customer, so that a small table per customer finds them; when one answered for two
 * customers, one table of all does.
 */
function dedupe(
  ctx: ReadContext,
  relation: Relation,
  rows: Int32Array,
  owners: Int32Array,
  count: number,
  dedup: 'latest' | 'first',
): number {
  const { party } = relation;
  const periods = periodsOf(ctx, relation, rows, count);
  const dropped = new Uint8Array(count);
  const whole = spansCustomers(party, rows, owners, count);
  let slots = new Int32Array(1024);
  for (let first = 0; first < count;) {
    let last = count;
    if (!whole) for (last = first + 1; last < count && owners[last] === owners[first];) last++;
    if (last - first > 1) {
      const size = 2 ** Math.ceil(Math.log2(2 * (last - first)));
      if (slots.length < size) slots = new Int32Array(size);
      else slots.fill(0, 0, size);
      for (let i = first; i < last; i++) {
        if ((i & 262_143) === 0) ctx.cancel.check();
        const row = rows[i]!;
        const who = party[row]!;
        if (who === 0) continue;
        const period = periods[i]!;
        for (let at = hash(who, period) & (size - 1); ; at = (at + 1) & (size - 1)) {
          const held = slots[at]! - 1;
          if (held < 0) {
            slots[at] = i + 1;
            break;
          }
          const other = rows[held]!;
          if (party[other] !== who || periods[held] !== period) continue;
          const loser = prefers(ctx, relation, row, other, dedup) ? held : i;
          dropped[loser] = 1;
          if (loser === held) slots[at] = i + 1;
          break;
        }
      }
    }
    first = last;
  }
  let left = 0;
  for (let i = 0; i < count; i++) {
    if (dropped[i]) continue;
    rows[left] = rows[i]!;
    owners[left++] = owners[i]!;
  }
  return left;
}

function hash(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

/** True when a respondent has answers under two customers. */
function spansCustomers(party: Int32Array, rows: Int32Array, owners: Int32Array, count: number): boolean {
  let most = 0;
  for (let i = 0; i < count; i++) most = Math.max(most, party[rows[i]!]!);
  const owner = new Int32Array(most + 1);
  for (let i = 0; i < count; i++) {
    const who = party[rows[i]!]!;
    if (who === 0) continue;
    if (owner[who] !== 0 && owner[who] !== owners[i]! + 2) return true;
    owner[who] = owners[i]! + 2;
  }
  return false;
}

/** The period of each answer as a number: its wave, else its survey, else its fiscal quarter. */
function periodsOf(ctx: ReadContext, relation: Relation, rows: Int32Array, count: number): Int32Array {
  const waves = relation.column('wave').values;
  const surveys = relation.column('survey').values;
  const quarters = new Map<Day, number>();
  const labels = new Map<string, number>();
  const quarter = (day: Day): number => {
    let number = quarters.get(day);
    if (number === undefined) {
      const label = quarterOf(ctx, day);
      number = labels.get(label) ?? labels.size * 4 + 2;
      labels.set(label, number);
      quarters.set(day, number);
    }
    return number;
  };
  const periods = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const row = rows[i]!;
    periods[i] =
      waves[row] !== UNKNOWN_INT
        ? waves[row]! * 4
        : surveys[row] !== UNKNOWN_INT
          ? surveys[row]! * 4 + 1
          : quarter(relation.day[row]!);
  }
  return periods;
}

/** Rule N8: the latest (or first) answer; on the same instant the later (or earlier) external id; then the lower score. */
function prefers(ctx: ReadContext, relation: Relation, a: number, b: number, dedup: 'latest' | 'first'): boolean {
  const sign = dedup === 'latest' ? 1 : -1;
  if (relation.day[a] !== relation.day[b]) return sign * (relation.day[a]! - relation.day[b]!) > 0;
  const at = relation.column('at').values;
  const [atA, atB] = [at[a]!, at[b]!];
  if (!Number.isNaN(atA) && !Number.isNaN(atB) && atA !== atB) return sign * (atA - atB) > 0;
  const [extA, extB] = [a, b].map((row) =>
    String(ctx.db.get('SELECT ext FROM response WHERE id = ?', [relation.id[row]!])?.[0] ?? ''),
  ) as [string, string];
  if (extA !== extB) return sign * (extA < extB ? -1 : 1) > 0;
  const scores = relation.column('score').values;
  return scores[a]! < scores[b]!;
}

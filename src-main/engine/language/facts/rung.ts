import type { Day } from '#engine/base/days.ts';
import { RUNGS, termOf, type Rung } from '#engine/base/vocabulary.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import type { Relation, Vectors } from '#engine/vectors/types.ts';
import { answerAt, answerColumns, isScore, npsClassOf, type AnswerColumns } from './answers.ts';
import { ints, members, numbers } from './column.ts';
import type { Reducer } from './column.ts';

/**
 * The rung of a customer on a day. Rungs: Christopher, Payne & Ballantyne, Relationship Marketing (2002), Fig. 2.6; the
 * operational rules are the product's convention. Windows are half-open `(asOf - 365, asOf]`.
 */
export const WINDOW_DAYS = 365;
export const LAPSE_DAYS = 365;

const TRANSACTIONAL = termOf('transactional');
const [PROSPECT, CUSTOMER, CLIENT, SUPPORTER, ADVOCATE, PARTNER] = [0, 1, 2, 3, 4, 5] as const;

export type RungFlag = 'partner_without_purchase' | 'advocacy_without_purchase' | 'advocacy_below_client';

export type RungStanding = {
  /** The rung that the evidence gives, lapsed or not. */
  readonly rung: Rung;
  readonly lapsed: boolean;
  /** Distinct days with an order that counts. */
  readonly occasions: number;
  readonly lastPurchase: Day | null;
  /** The answer that counts if it lies in the window; `answerRow` is its row in `responses`. */
  readonly lastScore: number | null;
  readonly lastScoreDay: Day | null;
  readonly answerRow: number | null;
  /** The latest recommendation in the window; `advocacyRow` is its row in `advocacy`. */
  readonly lastAdvocacyDay: Day | null;
  readonly advocacyRow: number | null;
  /** A partner agreement covers the day; `partnershipRow` is its row in `partnerships`. */
  readonly partner: boolean;
  readonly partnershipRow: number | null;
  readonly flags: readonly RungFlag[];
};

/** A stretch of days `[from, to)` on one standing; `to` null while it lasts on the last day looked at. */
export type Spell = { readonly rung: Rung; readonly lapsed: boolean; readonly from: Day; readonly to: Day | null };

/** Columns that the rules read; made once for many customers. */
export type RungColumns = {
  readonly orders: Relation;
  readonly voided: Int32Array;
  readonly answers: AnswerColumns;
  readonly advocacy: Relation;
  readonly partnerships: Relation;
  readonly ends: Int32Array;
};

export function rungColumns(vectors: Vectors): RungColumns {
  const orders = vectors.relation('orders');
  const partnerships = vectors.relation('partnerships');
  return {
    orders,
    voided: ints(orders, 'voided'),
    answers: answerColumns(vectors),
    advocacy: vectors.relation('advocacy'),
    partnerships,
    ends: ints(partnerships, 'ends_day'),
  };
}

/** An order counts while the credits dated so far leave something of it. */
export function orderCounts(voided: Int32Array, row: number, asOf: Day): boolean {
  return voided[row] === UNKNOWN_INT || voided[row]! > asOf;
}

type Evidence = {
  occasions: number;
  lastPurchase: Day;
  /** Score and day of the answer in the window; -1 without one. */
  score: number;
  scoreDay: Day;
  /** Day of the latest recommendation in the window; UNKNOWN_INT without one. */
  advocacyDay: Day;
  partner: boolean;
};

function rungOf(e: Evidence, mode: 5 | 6): number {
  if (e.occasions === 0) return PROSPECT;
  if (e.occasions === 1) return CUSTOMER;
  if (e.partner && mode === 6) return PARTNER;
  const detracted = e.score >= 0 && npsClassOf(e.score) === 0 && e.scoreDay > e.advocacyDay;
  if (e.advocacyDay !== UNKNOWN_INT && !detracted) return ADVOCATE;
  return e.score >= 9 ? SUPPORTER : CLIENT;
}

function lapsedOf(e: Evidence, asOf: Day): boolean {
  return e.occasions > 0 && asOf - e.lastPurchase > LAPSE_DAYS && !(e.partner && e.occasions >= 2);
}

/** Fills `into` with the evidence of one customer and answers the rows behind it. */
function gather(
  columns: RungColumns,
  customer: number,
  asOf: Day,
  into: Evidence,
): { answer: number; advocacy: number; partnership: number } {
  const { orders, voided, answers, advocacy, partnerships, ends } = columns;
  into.occasions = 0;
  into.lastPurchase = UNKNOWN_INT;
  for (let r = orders.start[customer]!; r < orders.start[customer + 1]! && orders.day[r]! <= asOf; r++) {
    if (!orderCounts(voided, r, asOf) || orders.day[r] === into.lastPurchase) continue;
    into.lastPurchase = orders.day[r]!;
    into.occasions++;
  }
  let answer = answerAt(answers, customer, asOf);
  if (answer >= 0 && answers.relation.day[answer]! <= asOf - WINDOW_DAYS) answer = -1;
  into.score = answer < 0 ? -1 : answers.score[answer]!;
  into.scoreDay = answer < 0 ? UNKNOWN_INT : answers.relation.day[answer]!;
  let act = -1;
  for (let r = advocacy.start[customer]!; r < advocacy.start[customer + 1]! && advocacy.day[r]! <= asOf; r++) {
    if (advocacy.day[r]! > asOf - WINDOW_DAYS) act = r;
  }
  into.advocacyDay = act < 0 ? UNKNOWN_INT : advocacy.day[act]!;
  let partnership = -1;
  for (
    let r = partnerships.start[customer]!;
    r < partnerships.start[customer + 1]! && partnerships.day[r]! <= asOf;
    r++
  ) {
    if (ends[r] === UNKNOWN_INT || asOf < ends[r]!) partnership = r;
  }
  into.partner = partnership >= 0;
  return { answer, advocacy: act, partnership };
}

const blank = (): Evidence => ({
  occasions: 0,
  lastPurchase: 0,
  score: -1,
  scoreDay: UNKNOWN_INT,
  advocacyDay: UNKNOWN_INT,
  partner: false,
});

/** The rung of one customer on a day, with the evidence. */
export function rungAt(vectors: Vectors, customer: number, asOf: Day, mode: 5 | 6): RungStanding {
  const columns = rungColumns(vectors);
  const e = blank();
  const rows = gather(columns, customer, asOf, e);
  const lapsed = lapsedOf(e, asOf);
  const flags: RungFlag[] = [];
  if (e.occasions === 0) {
    if (e.partner) flags.push('partner_without_purchase');
    if (e.advocacyDay !== UNKNOWN_INT) flags.push('advocacy_without_purchase');
  } else if (e.occasions === 1 && !lapsed && e.advocacyDay !== UNKNOWN_INT) flags.push('advocacy_below_client');
  const row = (r: number): number | null => (r < 0 ? null : r);
  const known = (day: Day): Day | null => (day === UNKNOWN_INT ? null : day);
  return {
    rung: RUNGS[rungOf(e, mode)]!,
    lapsed,
    occasions: e.occasions,
    lastPurchase: known(e.lastPurchase),
    lastScore: e.score < 0 ? null : e.score,
    lastScoreDay: known(e.scoreDay),
    answerRow: row(rows.answer),
    lastAdvocacyDay: known(e.advocacyDay),
    advocacyRow: row(rows.advocacy),
    partner: e.partner,
    partnershipRow: row(rows.partnership),
    flags,
  };
}

/** Rung (index into RUNGS) and lapsed (0/1) of every customer on a day. */
export function rungColumn(vectors: Vectors, asOf: Day, mode: 5 | 6): { rung: Int32Array; lapsed: Float64Array } {
  const columns = rungColumns(vectors);
  const n = vectors.customers.count;
  const rung = new Int32Array(n);
  const lapsed = new Float64Array(n);
  const e = blank();
  for (let c = 0; c < n; c++) {
    gather(columns, c, asOf, e);
    rung[c] = rungOf(e, mode);
    lapsed[c] = lapsedOf(e, asOf) ? 1 : 0;
  }
  return { rung, lapsed };
}

/**
 * Calls `visit(from, rung, lapsed)` for each day up to `until` on which the evidence of a customer changes, ascending.
 * One sweep over the change points: order and void days, the day a window or the patience of 365 days ends, agreement
 * starts and ends.
 */
function sweep(
  columns: RungColumns,
  customer: number,
  mode: 5 | 6,
  until: Day,
  visit: (from: Day, rung: number, lapsed: boolean) => void,
): void {
  const { orders, voided, answers, advocacy, partnerships, ends } = columns;
  const points = new Set<Day>();
  const point = (day: Day): void => {
    if (day <= until) points.add(day);
  };
  /** Order days as (day, +1) and void days as (day, -1) over the index of the order day. */
  const orderDays: Day[] = [];
  const steps: { on: Day; index: number; by: 1 | -1 }[] = [];
  for (let r = orders.start[customer]!; r < orders.start[customer + 1]! && orders.day[r]! <= until; r++) {
    const on = orders.day[r]!;
    if (!orderCounts(voided, r, on)) continue;
    if (orderDays[orderDays.length - 1] !== on) orderDays.push(on);
    const index = orderDays.length - 1;
    steps.push({ on, index, by: 1 });
    point(on);
    point(on + LAPSE_DAYS + 1);
    if (voided[r] !== UNKNOWN_INT) {
      steps.push({ on: voided[r]!, index, by: -1 });
      point(voided[r]!);
    }
  }
  steps.sort((a, b) => a.on - b.on);
  const { relation, score, kind } = answers;
  for (let r = relation.start[customer]!; r < relation.start[customer + 1]! && relation.day[r]! <= until; r++) {
    if (!isScore(score[r]!)) continue;
    point(relation.day[r]!);
    point(relation.day[r]! + WINDOW_DAYS);
  }
  for (let r = advocacy.start[customer]!; r < advocacy.start[customer + 1]! && advocacy.day[r]! <= until; r++) {
    point(advocacy.day[r]!);
    point(advocacy.day[r]! + WINDOW_DAYS);
  }
  const agreements: { on: Day; by: 1 | -1 }[] = [];
  for (
    let r = partnerships.start[customer]!;
    r < partnerships.start[customer + 1]! && partnerships.day[r]! <= until;
    r++
  ) {
    const from = partnerships.day[r]!;
    const to = ends[r]!;
    if (to !== UNKNOWN_INT && to <= from) continue;
    agreements.push({ on: from, by: 1 });
    point(from);
    if (to === UNKNOWN_INT) continue;
    agreements.push({ on: to, by: -1 });
    point(to);
  }
  agreements.sort((a, b) => a.on - b.on);

  const e = blank();
  const counting = new Int32Array(orderDays.length);
  let newest = -1;
  let step = 0;
  let answer = relation.start[customer]!;
  let relational = -1;
  let transactional = -1;
  let act = advocacy.start[customer]!;
  let agreement = 0;
  let covering = 0;
  for (const on of Int32Array.from(points).sort()) {
    for (; step < steps.length && steps[step]!.on <= on; step++) {
      const { index, by } = steps[step]!;
      const before = counting[index]!;
      counting[index] = before + by;
      if (before === 0 && by === 1) e.occasions++;
      if (before === 1 && by === -1) e.occasions--;
      if (index > newest) newest = index;
    }
    while (newest >= 0 && counting[newest] === 0) newest--;
    e.lastPurchase = newest < 0 ? UNKNOWN_INT : orderDays[newest]!;
    for (; answer < relation.start[customer + 1]! && relation.day[answer]! <= on; answer++) {
      if (!isScore(score[answer]!)) continue;
      const held = kind[answer] === TRANSACTIONAL ? transactional : relational;
      if (held >= 0 && relation.day[held] === relation.day[answer] && score[held]! <= score[answer]!) continue;
      if (kind[answer] === TRANSACTIONAL) transactional = answer;
      else relational = answer;
    }
    const counts = relational >= 0 ? relational : transactional;
    const inWindow = counts >= 0 && relation.day[counts]! > on - WINDOW_DAYS;
    e.score = inWindow ? score[counts]! : -1;
    e.scoreDay = inWindow ? relation.day[counts]! : UNKNOWN_INT;
    while (act < advocacy.start[customer + 1]! && advocacy.day[act]! <= on) act++;
    const acted = act > advocacy.start[customer]! ? advocacy.day[act - 1]! : UNKNOWN_INT;
    e.advocacyDay = acted !== UNKNOWN_INT && acted > on - WINDOW_DAYS ? acted : UNKNOWN_INT;
    for (; agreement < agreements.length && agreements[agreement]!.on <= on; agreement++)
      covering += agreements[agreement]!.by;
    e.partner = covering > 0;
    visit(on, rungOf(e, mode), lapsedOf(e, on));
  }
}

/**
 * The standings of one customer from its first day (`created`, or the first change) to `until`, as adjoining spells.
 * On every day d the spell that holds d has the standing of `rungAt(vectors, customer, d, mode)`.
 */
export function rungSpells(vectors: Vectors, customer: number, mode: 5 | 6, until: Day): Spell[] {
  const spells: { rung: Rung; lapsed: boolean; from: Day; to: Day | null }[] = [];
  const created = vectors.customers.created[customer]!;
  if (created !== UNKNOWN_INT && created <= until)
    spells.push({ rung: RUNGS[PROSPECT]!, lapsed: false, from: created, to: null });
  sweep(rungColumns(vectors), customer, mode, until, (from, index, lapsed) => {
    const rung = RUNGS[index]!;
    const held = spells[spells.length - 1];
    if (held && held.rung === rung && held.lapsed === lapsed) return;
    if (held && held.from >= from) {
      spells.pop();
      const before = spells[spells.length - 1];
      if (before && before.rung === rung && before.lapsed === lapsed) {
        before.to = null;
        return;
      }
    } else if (held) held.to = from;
    spells.push({ rung, lapsed, from, to: null });
  });
  return spells;
}

/** Highest rung (index into RUNGS) that each customer held on any day so far. */
export function peakColumn(vectors: Vectors, asOf: Day, mode: 5 | 6): Int32Array {
  const columns = rungColumns(vectors);
  const { orders, voided, answers, advocacy, partnerships } = columns;
  const n = vectors.customers.count;
  const peak = new Int32Array(n);
  for (let c = 0; c < n; c++) {
    let simple = partnerships.start[c] === partnerships.start[c + 1] && advocacy.start[c] === advocacy.start[c + 1];
    for (let r = answers.relation.start[c]!; simple && r < answers.relation.start[c + 1]!; r++)
      simple = answers.score[r]! < 9;
    let last = UNKNOWN_INT;
    let occasions = 0;
    for (let r = orders.start[c]!; simple && r < orders.start[c + 1]! && orders.day[r]! <= asOf; r++) {
      simple = voided[r] === UNKNOWN_INT;
      if (orders.day[r] !== last) occasions++;
      last = orders.day[r]!;
    }
    if (simple) {
      peak[c] = Math.min(occasions, CLIENT);
      continue;
    }
    let highest = PROSPECT as number;
    sweep(columns, c, mode, asOf, (_, rung) => {
      if (rung > highest) highest = rung;
    });
    peak[c] = highest;
  }
  return peak;
}

/** rung, lapsed: one pass for the product's own ladder, else the workspace's rules. */
export const rungFacts: Reducer = (input) => {
  const { vectors, asOf, settings, rules } = input;
  const own = rules.ladder.rules === null ? null : input.evaluation.standings(asOf);
  const { rung, lapsed } = own ?? rungColumn(vectors, asOf, settings.ladderMode);
  return { rung: members(rung, RUNGS), lapsed: numbers('yesno', lapsed) };
};

/** peak_rung. */
export const peakFacts: Reducer = (input) => {
  const { vectors, asOf, settings, rules } = input;
  const own = rules.ladder.rules === null ? null : input.evaluation.peaks(asOf);
  return { peak_rung: members(own ?? peakColumn(vectors, asOf, settings.ladderMode), RUNGS) };
};

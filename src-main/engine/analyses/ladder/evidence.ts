import { isoDay, type Day } from '#engine/base/days.ts';
import { answerAt, answerColumns } from '#engine/language/facts/answers.ts';
import { npsCategory } from '#engine/methods/nps.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';

/** The rows behind a customer's rung as of a day; days are integers, row ids are those of their tables. */
export type RungFacts = {
  /** Distinct days with an order that counts, ascending, with the orders' row ids. */
  orderDays: { day: Day; orders: number[] }[];
  /** Orders whose credits brought them to zero by the day: order day, day it was voided, row id. */
  credited: { day: Day; voided: Day; order: number }[];
  lastScore: { day: Day; score: number; row: number } | null;
  lastAdvocacy: { day: Day; kind: string; row: number } | null;
  partner: { from: Day; to: Day | null; row: number } | null;
  formerPartner: { from: Day; to: Day; row: number } | null;
  openDispute: Day | null;
};

const WINDOW = 365;

/** Collects the facts of rules L1-L9 for one customer; linear in the customer's rows. */
export function factsAt(vectors: Vectors, customer: number, asOf: Day): RungFacts {
  const facts: RungFacts = {
    orderDays: [],
    credited: [],
    lastScore: null,
    lastAdvocacy: null,
    partner: null,
    formerPartner: null,
    openDispute: null,
  };
  const orders = vectors.relation('orders');
  const voided = orders.column('voided').values;
  for (let r = orders.start[customer]!; r < orders.start[customer + 1]!; r++) {
    const day = orders.day[r]!;
    if (day > asOf) break;
    const id = orders.id[r]!;
    if (voided[r] !== UNKNOWN_INT && voided[r]! <= asOf) {
      facts.credited.push({ day, voided: voided[r]!, order: id });
      continue;
    }
    const last = facts.orderDays.at(-1);
    if (last?.day === day) last.orders.push(id);
    else facts.orderDays.push({ day, orders: [id] });
  }
  facts.lastScore = lastScore(vectors, customer, asOf);
  const advocacy = vectors.relation('advocacy');
  const kinds = advocacy.column('kind').values;
  for (let r = advocacy.start[customer]!; r < advocacy.start[customer + 1]!; r++) {
    if (advocacy.day[r]! > asOf) break;
    facts.lastAdvocacy = {
      day: advocacy.day[r]!,
      kind: vectors.text(kinds[r]!) ?? 'recommendation',
      row: advocacy.id[r]!,
    };
  }
  const partnerships = vectors.relation('partnerships');
  const ends = partnerships.column('ends_day').values;
  for (let r = partnerships.start[customer]!; r < partnerships.start[customer + 1]!; r++) {
    const from = partnerships.day[r]!;
    if (from > asOf) break;
    const to = ends[r] === UNKNOWN_INT ? null : ends[r]!;
    if (to === null || asOf < to) facts.partner = { from, to, row: partnerships.id[r]! };
    else facts.formerPartner = { from, to, row: partnerships.id[r]! };
  }
  const tickets = vectors.relation('tickets');
  const dispute = tickets.column('is_dispute').values;
  const closed = tickets.column('closed_day').values;
  for (let r = tickets.start[customer]!; r < tickets.start[customer + 1]!; r++) {
    if (tickets.day[r]! > asOf) break;
    if (dispute[r] === 1 && (closed[r] === UNKNOWN_INT || closed[r]! > asOf)) facts.openDispute ??= tickets.day[r]!;
  }
  return facts;
}

/** The answer that counts, as the rung reads it (rule L6). */
function lastScore(vectors: Vectors, customer: number, asOf: Day): RungFacts['lastScore'] {
  const columns = answerColumns(vectors);
  const row = answerAt(columns, customer, asOf);
  return row < 0
    ? null
    : { day: columns.relation.day[row]!, score: columns.score[row]!, row: columns.relation.id[row]! };
}

const classOf = (score: number): number => npsCategory(score) ?? 0;
const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
const spoken = (kind: string): string => kind.replace('_', ' ');

/** One line that says why a customer stands where it stands. */
export function summaryOf(facts: RungFacts, standing: string, asOf: Day): string {
  const last = facts.orderDays.at(-1);
  switch (standing) {
    case 'prospect':
      if (facts.credited.length > 0)
        return `${plural(facts.credited.length, 'order', 'orders')} fully credited, none left`;
      return 'no order yet';
    case 'lapsed':
      return `no order for ${asOf - last!.day} days (last ${isoDay(last!.day)})`;
    case 'customer':
      return `orders on one day, ${isoDay(last!.day)}`;
    case 'client':
      if (facts.lastScore === null) return `orders on ${facts.orderDays.length} days, no answer yet`;
      if (facts.lastScore.day <= asOf - WINDOW)
        return `orders on ${facts.orderDays.length} days, last answer older than 365 days`;
      return `orders on ${facts.orderDays.length} days, last answer ${facts.lastScore.score}`;
    case 'supporter':
      return `answered ${facts.lastScore!.score} on ${isoDay(facts.lastScore!.day)}`;
    case 'advocate':
      return `${spoken(facts.lastAdvocacy!.kind)} on ${isoDay(facts.lastAdvocacy!.day)}`;
    case 'partner':
      return `partner agreement since ${isoDay(facts.partner!.from)}`;
    default:
      return '';
  }
}

/** Why a customer moved between two days, from the facts that differ in the move's direction; falls back to the later summary. */
export function reasonOf(
  before: RungFacts,
  after: RungFacts,
  from: Day,
  asOf: Day,
  standing: string,
  direction: 'up' | 'down' | 'stay',
): string {
  const reasons: string[] = [];
  const newlyCredited = after.credited.filter((c) => c.voided > from);
  if (newlyCredited.length > 0) {
    reasons.push(
      `${plural(newlyCredited.length, 'order', 'orders')} fully credited ${isoDay(newlyCredited.at(-1)!.voided)}`,
    );
  }
  if (standing === 'lapsed') reasons.push(summaryOf(after, standing, asOf));
  const orderDays = after.orderDays.filter((o) => o.day > from);
  if (orderDays.length > 0 && direction === 'up') {
    reasons.push(
      before.orderDays.length === 0
        ? `first order ${isoDay(orderDays[0]!.day)}`
        : `ordered ${isoDay(orderDays.at(-1)!.day)}`,
    );
  }
  const [old, now] = [before.lastScore, after.lastScore];
  if (
    now !== null &&
    (old === null || now.day !== old.day || now.score !== old.score) &&
    classOf(now.score) !== (old === null ? null : classOf(old.score))
  ) {
    reasons.push(
      old === null
        ? `answered ${now.score} on ${isoDay(now.day)}`
        : `NPS ${old.score} → ${now.score} on ${isoDay(now.day)}`,
    );
  } else if (old !== null && old.day > from - WINDOW && old.day <= asOf - WINDOW) {
    reasons.push('last answer older than 365 days');
  }
  const [oldAct, act] = [before.lastAdvocacy, after.lastAdvocacy];
  if (act !== null && act.day > from) reasons.push(`${spoken(act.kind)} on ${isoDay(act.day)}`);
  else if (oldAct !== null && oldAct.day > from - WINDOW && oldAct.day <= asOf - WINDOW)
    reasons.push(`${spoken(oldAct.kind)} older than 365 days`);
  if (before.partner === null && after.partner !== null)
    reasons.push(`partner agreement from ${isoDay(after.partner.from)}`);
  if (before.partner !== null && after.partner === null)
    reasons.push(`partner agreement ended ${isoDay(after.formerPartner!.to)}`);
  return reasons.length > 0 ? reasons.join('; ') : summaryOf(after, standing, asOf);
}

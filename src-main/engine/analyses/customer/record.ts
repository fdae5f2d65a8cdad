import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { npsClassOf } from '#engine/language/facts/answers.ts';
import { NPS_CLASSES } from '#engine/base/vocabulary.ts';
import { vectorsOf } from '#engine/vectors/load.ts';
import { UNKNOWN_INT, type Vectors } from '#engine/vectors/types.ts';
import { customerId, externalIdsOf, findCustomer } from '../population/index.ts';
import { figuresOf, rhythmAt, rowsInDispute } from '../touch/index.ts';
import { evidenceAt, historyAt } from './evidence.ts';
import { moneyOf } from './purchases.ts';
import { dayText, dayUpTo, readRows, rowsUpTo, textOf, wordOf } from './rows.ts';
import type { CustomerReport } from './types.ts';

/** Touches shown on the record; the timeline has its own call. */
const TOUCHES_SHOWN = 500;

/** `customer`: everything known about one customer as of a day (rules C4-C9). */
export function recordOf(ctx: ReadContext, id: string, asOf: Day): CustomerReport {
  const vectors = vectorsOf(ctx);
  const customer = findCustomer(ctx, vectors, id);
  const evidence = evidenceAt(ctx, vectors, customer, asOf);
  return {
    id: customerId(vectors, customer),
    name: vectors.customers.name(customer),
    asOf: isoDay(asOf),
    externalIds: externalIdsOf(ctx, vectors, [customer]).get(customer) ?? [],
    identity: identityOf(ctx, vectors, customer),
    rung: evidence.lapsed ? 'lapsed' : evidence.rung,
    evidence,
    rungHistory: historyAt(ctx, vectors, customer, asOf),
    money: moneyOf(ctx, vectors, customer, asOf),
    responses: responsesOf(ctx, vectors, customer, asOf),
    tickets: ticketsOf(ctx, vectors, customer, asOf),
    leads: leadsOf(ctx, vectors, customer, asOf),
    touches: touchesOf(ctx, vectors, customer, asOf),
    answers: answersOf(ctx, vectors, customer, asOf),
  };
}

const FULL_NAME = `coalesce(nullif(t.name, ''), nullif(trim(coalesce(t.given_name, '') || ' ' || coalesce(t.family_name, '')), ''))`;

function identityOf(ctx: ReadContext, vectors: Vectors, customer: number): CustomerReport['identity'] {
  const { customers } = vectors;
  const id = customers.id[customer]!;
  const members = ctx.db.all('SELECT party, method FROM membership WHERE customer = ? ORDER BY party', [id]);
  const methods = new Map(members.map(([party, method]) => [party as number, method as string]));
  const parties = readRows(ctx, 'party', [...methods.keys()], ['kind', 'ext', FULL_NAME, 'email', 'phone']);
  const term = (name: 'owner' | 'region' | 'country' | 'industry'): string | null => {
    const value = customers.term(name)[customer]!;
    return value === UNKNOWN_INT ? null : vectors.text(value);
  };
  return {
    parties: parties.map(({ id: party, ref, values: [kind, ext, name, email, phone] }) => ({
      party: String(party),
      source: ref.source,
      kind: wordOf((t) => vectors.text(t), kind) === 'company' ? 'company' : 'person',
      externalId: String(ext),
      name: textOf(name),
      email: textOf(email),
      phone: textOf(phone),
      method: methods.get(party)!,
      ref,
    })),
    owner: term('owner'),
    region: term('region'),
    country: term('country'),
    industry: term('industry'),
    domain: customers.emailDomain(customer),
  };
}

/** Newest first. */
function idsOf(vectors: Vectors, relation: 'responses' | 'tickets' | 'leads', customer: number, asOf: Day): number[] {
  const { id } = vectors.relation(relation);
  return rowsUpTo(vectors.relation(relation), customer, asOf)
    .reverse()
    .map((r) => id[r]!);
}

function responsesOf(ctx: ReadContext, vectors: Vectors, customer: number, asOf: Day): CustomerReport['responses'] {
  const word = (t: number): string | null => vectors.text(t);
  return readRows(ctx, 'response', idsOf(vectors, 'responses', customer, asOf), [
    'day',
    'score',
    'survey',
    'wave',
    'verbatim',
  ]).map(({ ref, values: [day, score, survey, wave, verbatim] }) => ({
    ref,
    day: dayText(day)!,
    score: typeof score === 'number' ? score : null,
    class: typeof score === 'number' ? NPS_CLASSES[npsClassOf(score)]! : null,
    survey: wordOf(word, survey),
    wave: wordOf(word, wave),
    verbatim: textOf(verbatim),
  }));
}

function ticketsOf(ctx: ReadContext, vectors: Vectors, customer: number, asOf: Day): CustomerReport['tickets'] {
  const word = (t: number): string | null => vectors.text(t);
  return readRows(ctx, 'ticket', idsOf(vectors, 'tickets', customer, asOf), [
    'day',
    'closed_day',
    'subject',
    'severity',
    'is_dispute',
    'status',
  ]).map(({ ref, values: [day, closed, subject, severity, dispute, status] }) => ({
    ref,
    opened: dayText(day)!,
    closed: dayUpTo(closed, asOf),
    subject: textOf(subject),
    severity: wordOf(word, severity),
    dispute: dispute === 1,
    status: wordOf(word, status),
  }));
}

function leadsOf(ctx: ReadContext, vectors: Vectors, customer: number, asOf: Day): CustomerReport['leads'] {
  const word = (t: number): string | null => vectors.text(t);
  return readRows(ctx, 'lead', idsOf(vectors, 'leads', customer, asOf), [
    'day',
    'name',
    'company',
    'status',
    'assigned_to',
    'assigned_day',
    'first_followup_day',
  ]).map(({ ref, values: [day, name, company, status, assignedTo, assigned, followUp] }) => ({
    ref,
    created: dayText(day)!,
    name: textOf(name) ?? textOf(company),
    status: wordOf(word, status),
    assignedTo: wordOf(word, assignedTo),
    assigned: dayUpTo(assigned, asOf),
    firstFollowUp: dayUpTo(followUp, asOf),
  }));
}

function touchesOf(ctx: ReadContext, vectors: Vectors, customer: number, asOf: Day): CustomerReport['touches'] {
  const relation = vectors.relation('touches');
  const rows = rowsUpTo(relation, customer, asOf);
  const shown = rows.slice(-TOUCHES_SHOWN).reverse();
  const inDispute = rowsInDispute(ctx);
  const word = (t: number): string | null => vectors.text(t);
  const {
    meanGap,
    maxGap,
    openGap,
    evenness,
    burstiness,
    bursts,
    silences,
    class: rhythm,
  } = figuresOf(rhythmAt(ctx, vectors, asOf).spacing(customer));
  const term = (name: string, row: number): string | null => word(relation.column(name).values[row]!);
  const stored = readRows(
    ctx,
    'touch',
    shown.map((r) => relation.id[r]!),
    ['day'],
  );
  return {
    total: rows.length,
    meanGap,
    maxGap,
    openGap,
    evenness,
    burstiness,
    class: rhythm,
    bursts,
    silences,
    rows: stored.map(({ ref, values: [day] }, k) => {
      const row = shown[k]!;
      return {
        ref,
        day: dayText(day)!,
        channel: term('channel', row) ?? 'other',
        direction: term('direction', row) ?? 'unknown',
        team: term('team', row) ?? 'unknown',
        owner: term('owner', row),
        campaign: term('campaign', row),
        purpose: term('purpose', row),
        outcome: term('outcome', row),
        inDispute: inDispute[row] === 1,
      };
    }),
  };
}

/** Answers lie in no vector; in company workspaces the account of a row comes before its party. */
function answersOf(ctx: ReadContext, vectors: Vectors, customer: number, asOf: Day): CustomerReport['answers'] {
  const word = (t: number): string | null => vectors.text(t);
  const [first, second] = ctx.settings.unit === 'company' ? ['account_party', 'party'] : ['party', 'account_party'];
  const rows = ctx.db.all(
    `SELECT a.question, a.value, a.answered_by, a.day FROM answer a
     JOIN membership m ON m.party = coalesce(a.${first}, a.${second}) WHERE m.customer = ? AND a.day <= ? ORDER BY a.day DESC, a.id DESC`,
    [vectors.customers.id[customer]!, asOf],
  );
  return rows.map(([question, value, by, day]) => ({
    question: wordOf(word, question) ?? '',
    value: textOf(value),
    by: wordOf(word, by),
    day: dayText(day)!,
  }));
}

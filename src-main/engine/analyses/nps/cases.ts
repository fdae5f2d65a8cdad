import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, parseIsoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { language } from '#engine/language/index.ts';
import { BusinessClock, openDays } from '#engine/methods/business-clock.ts';
import { localMillis, startOfDay } from '#engine/methods/calendar.ts';
import { wilson } from '#engine/methods/spacing.ts';
import { survival } from '#engine/methods/survival.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { asOfDay, customerId, moneyAt, populationAt, wordsOf, type Population } from '../population/index.ts';
import { FollowUps, type CaseRecord, type FollowUp } from './follow-up.ts';
import { classOf } from './list.ts';
import { npsRulesOf, type Alert, type NpsRules } from './rules.ts';
import type { CaseStatus, CaseSummary, NpsCaseRow, NpsCasesReport } from './types.ts';

/** A case: an answer that an alert names, what was done about it and how long that took in business hours. */
type Case = {
  readonly row: number;
  readonly customer: number;
  readonly alert: Alert;
  readonly record: CaseRecord | null;
  readonly owner: string | null;
  readonly followUp: FollowUp | null;
  readonly status: CaseStatus;
  /** Business minutes to the follow-up, to the closing, or to the end of the as-of day. */
  readonly minutes: number;
  /** Instant in milliseconds at which the hours of the alert run out; asked for one page only. */
  due(): number;
  readonly overdue: boolean;
};

/**
 * Rules N26-N29: a case per answer that an alert names, with its owner, its business hours to a follow-up and whether they
 * were kept; newest answers first.
 */
export const npsCases = defineAnalysis({
  name: 'npsCases',
  input: z.object({
    asOf: z.string().optional(),
    where: z.string().optional(),
    from: z.string().optional(),
    to: z.string().optional(),
    alert: z.string().max(200).optional(),
    owner: z.string().max(300).optional(),
    status: z.enum(['open', 'working', 'followed', 'closed', 'overdue']).optional(),
    limit: z.int().min(0).max(10_000).default(200),
    offset: z.int().min(0).default(0),
  }),
  run(ctx, input): NpsCasesReport {
    const population = populationAt(ctx, asOfDay(ctx, input.asOf), input.where);
    const rules = npsRulesOf(ctx);
    const range = {
      from: input.from === undefined ? -Infinity : parseIsoDay(input.from, 'from'),
      to: input.to === undefined ? population.asOf : Math.min(population.asOf, parseIsoDay(input.to, 'to')),
    };
    const cases = casesOf(ctx, population, rules, range).filter(
      (one) =>
        (input.alert === undefined || one.alert.name === input.alert.toLowerCase()) &&
        (input.owner === undefined || one.owner === input.owner),
    );
    const listed = cases.filter(
      ({ status, overdue }) =>
        input.status === undefined || (input.status === 'overdue' ? overdue : status === input.status),
    );
    const { day, id } = population.vectors.relation('responses');
    listed.sort((a, b) => day[b.row]! - day[a.row]! || id[b.row]! - id[a.row]!);
    const owners = new Map<string | null, Case[]>();
    for (const one of cases) {
      const own = owners.get(one.owner);
      if (own) own.push(one);
      else owners.set(one.owner, [one]);
    }
    return {
      asOf: isoDay(population.asOf),
      alerts: rules.alerts.map(({ name, low, high, hours, where }) => ({
        name,
        low,
        high,
        hours,
        where,
        cases: cases.filter((one) => one.alert.name === name).length,
      })),
      summary: summaryOf(cases),
      owners: [...owners]
        .map(([owner, own]) => ({ owner, ...summaryOf(own) }))
        .sort((a, b) => b.overdue - a.overdue || b.cases - a.cases || (String(a.owner) < String(b.owner) ? -1 : 1)),
      total: listed.length,
      rows: rowsOf(ctx, population, listed.slice(input.offset, input.offset + input.limit)),
    };
  },
});

/** Every case of a population whose answer lies in a range of days. */
export function casesOf(
  ctx: ReadContext,
  population: Population,
  rules: NpsRules,
  range: { from: Day; to: Day },
): Case[] {
  const { vectors, asOf } = population;
  const relation = vectors.relation('responses');
  const scores = relation.column('score').values;
  const alerts = rules.alerts.map((alert) => ({ alert, holds: holdsFor(ctx, population, alert) }));
  const followUps = new FollowUps(ctx, vectors, asOf);
  const account = wordsOf(ctx, 'owner', asOf);
  const found: Case[] = [];
  const zone = { tz: ctx.settings.timezone, ...rules.hours };
  let clock: BusinessClock | null = null;
  const end = startOfDay(asOf + 1, zone.tz);
  const instant = (seconds: number | null, day: Day): number =>
    seconds === null ? clock!.opening(day) : seconds * 1000;
  const take = (r: number, customer: number): void => {
    const day = relation.day[r]!;
    const score = scores[r]!;
    if (score === UNKNOWN_INT || day < range.from || day > range.to) return;
    const named = alerts.filter(({ alert, holds }) => score >= alert.low && score <= alert.high && holds(r, customer));
    if (named.length === 0) return;
    const { alert } = named.reduce((a, b) => (b.alert.hours < a.alert.hours ? b : a));
    clock ??= new BusinessClock(openDays(zone), firstDay(relation.day) - 2);
    const record = followUps.records.get(relation.id[r]!) ?? null;
    const followUp = followUps.of(relation, r, customer);
    const closed = record?.status === 'closed' && (record.closedDay === null || record.closedDay <= asOf);
    const status: CaseStatus = closed
      ? 'closed'
      : followUp !== null
        ? 'followed'
        : record?.status === 'working'
          ? 'working'
          : 'open';
    const start = instant(followUps.instant(r), day);
    const until =
      followUp !== null
        ? instant(followUp.at, followUp.day)
        : closed && record.closedDay !== null
          ? instant(null, record.closedDay)
          : end;
    const minutes = clock.minutes(start, until);
    found.push({
      row: r,
      customer,
      alert,
      record,
      owner: record?.owner ?? (customer < 0 ? null : account(customer)),
      followUp,
      status,
      minutes,
      due: () => clock!.after(start, alert.hours * 60),
      overdue: followUp === null && !closed && minutes > alert.hours * 60,
    });
  };
  const customers = vectors.customers.count;
  for (let c = 0; c < customers; c++) {
    if ((c & 4095) === 0) ctx.cancel.check();
    if (population.member[c] !== 1) continue;
    for (let r = relation.start[c]!; r < relation.start[c + 1]!; r++) take(r, c);
  }
  if (!population.filtered) for (let r = relation.start[customers]!; r < relation.rows; r++) take(r, -1);
  return found;
}

function firstDay(days: Int32Array): Day {
  let first = days[0] ?? 0;
  for (const day of days) if (day < first) first = day;
  return first;
}

/** Whether an alert's conditions beside the score hold for an answer. An answer of no customer meets no condition on one. */
function holdsFor(ctx: ReadContext, population: Population, alert: Alert): (row: number, customer: number) => boolean {
  const { vectors, asOf } = population;
  const relation = vectors.relation('responses');
  const column = (name: string, word: string | null): ((row: number) => boolean) => {
    if (word === null) return () => true;
    const { values } = relation.column(name);
    const term = vectors.term(word);
    return (row) => term !== null && values[row] === term;
  };
  const transactional = column('kind', 'transactional');
  const tests = [
    column('survey', alert.survey),
    column('channel', alert.channel),
    // An unknown kind counts as relational (rule N4).
    (row: number) => alert.kind === null || transactional(row) === (alert.kind === 'transactional'),
  ];
  const outcome = alert.where === null ? null : language.filter(ctx, alert.where, asOf).outcome;
  return (row, customer) =>
    tests.every((test) => test(row)) && (outcome === null || (customer >= 0 && outcome[customer] === 1));
}

/** Rule N28: kept = followed up within the hours, of the cases that were followed up or ran out of them. */
function summaryOf(cases: readonly Case[]): CaseSummary {
  const count = (status: CaseStatus): number => cases.filter((one) => one.status === status).length;
  const followed = cases.filter((one) => one.followUp !== null);
  const kept = followed.filter((one) => one.minutes <= one.alert.hours * 60).length;
  const decided = cases.filter(
    (one) => one.followUp !== null || one.overdue || one.minutes > one.alert.hours * 60,
  ).length;
  const { low, high } = wilson(kept, decided);
  const curve = survival(
    cases.map((one) => one.minutes / 60),
    cases.map((one) => (one.followUp === null ? 0 : 1)),
  );
  const total = followed.reduce((sum, one) => sum + one.minutes, 0);
  return {
    cases: cases.length,
    open: count('open'),
    working: count('working'),
    followed: count('followed'),
    closed: count('closed'),
    overdue: cases.filter((one) => one.overdue).length,
    kept: { cases: decided, within: kept, share: decided === 0 ? null : kept / decided, low, high },
    meanHours: followed.length === 0 ? null : total / followed.length / 60,
    medianHours: cases.length === 0 ? null : curve.quantile(0.5),
  };
}

const TEXTS = `SELECT r.verbatim, coalesce(p.name, nullif(trim(coalesce(p.given_name, '') || ' ' || coalesce(p.family_name, '')), ''), p.email)
  FROM response r LEFT JOIN party p ON p.id = r.party WHERE r.id = ?`;

function rowsOf(ctx: ReadContext, population: Population, cases: readonly Case[]): NpsCaseRow[] {
  const { vectors } = population;
  const relation = vectors.relation('responses');
  const scores = relation.column('score').values;
  const revenue = language.fact(ctx, 'revenue_12m', population.asOf);
  const hours = (minutes: number): number => Math.round((minutes / 60) * 100) / 100;
  return cases.map((one) => {
    const [verbatim, respondent] = ctx.db.get(TEXTS, [relation.id[one.row]!]) ?? [];
    const known = one.customer >= 0;
    return {
      id: String(relation.id[one.row]),
      customer: known ? customerId(vectors, one.customer) : null,
      name: known ? vectors.customers.name(one.customer) : null,
      respondent: (respondent as string | null | undefined) ?? null,
      score: scores[one.row]!,
      class: classOf(scores[one.row]!),
      answered: isoDay(relation.day[one.row]!),
      verbatim: (verbatim as string | null | undefined) ?? null,
      alert: one.alert.name,
      owner: one.owner,
      status: one.status,
      outcome: one.record?.outcome ?? null,
      note: one.record?.note ?? null,
      followedUp: one.followUp === null ? null : isoDay(one.followUp.day),
      followedBy:
        one.followUp === null
          ? null
          : one.followUp.channel === null && one.followUp.team === null
            ? 'recorded'
            : `${one.followUp.channel ?? 'touch'} by ${one.followUp.team ?? 'unknown'}`,
      hours: hours(one.minutes),
      limit: one.alert.hours,
      due: localText(one.due(), ctx.settings.timezone),
      overdue: one.overdue,
      late: one.followUp !== null && one.minutes > one.alert.hours * 60,
      revenue12m: known ? moneyAt(vectors, revenue, one.customer) : [],
    };
  });
}

/** `2026-05-04 13:30` of an instant in a zone. */
function localText(at: number, tz: string): string {
  const local = localMillis(at, tz);
  const minutes = Math.floor((local % 86_400_000) / 60_000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${isoDay(Math.floor(local / 86_400_000))} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

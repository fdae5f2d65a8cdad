import { isoDay } from '#engine/base/days.ts';
import { volumeChange } from '#engine/methods/change.ts';
import { sum } from '#engine/methods/method.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import {
  counted,
  found,
  grouped,
  logRatio,
  percentChange,
  rounded,
  type Candidate,
  type Found,
  type Question,
} from './candidate.ts';
import { mixChange } from './mix.ts';
import { countedRelations, weeksBefore, type Counted } from './relations.ts';
import { weekly } from './series.ts';
import { LEAST_WEEKS, weekOf } from './span.ts';
import { tally } from './tally.ts';

/** Rows since the day against the weeks before it (W9), per group with `by`, and the mixes of those rows (W11). */
export function volumeChanges(question: Question): Found {
  const result = found();
  const relations = countedRelations(question.population.vectors, question.span);
  for (const relation of relations) {
    compareRelation(question, relation, result);
    compareGroups(question, relation, result);
  }
  newCustomers(question, result);
  return result;
}

type Counts = {
  readonly id: string;
  readonly label: string;
  readonly noun: string;
  readonly group: string | null;
  /** Rows per week of the span. */
  readonly weeks: readonly number[];
  /** First day of anything of the kind; null without rows. */
  readonly first: number | null;
  readonly where: string | null;
  readonly whereSentence: string | null;
};

/** One stream of counts against its own weeks (W9). */
function compare({ span }: Question, of: Counts, into: Found): void {
  const skip = of.first === null ? span.weeks : weeksBefore(span, of.first);
  const baseline = of.weeks.slice(skip, span.weeks);
  const observed = sum(of.weeks.slice(span.weeks));
  if (baseline.length < LEAST_WEEKS) {
    into.notCompared.push({
      label: of.label,
      group: of.group,
      reason: `${counted(baseline.length, 'week')} before the day; a comparison needs ${LEAST_WEEKS}`,
    });
    return;
  }
  const test = volumeChange(baseline, observed, span.exposure);
  if (test.p === null) return;
  const per = (n: number): number => n / span.exposure;
  const { expected } = test;
  into.candidates.push({
    id: of.id,
    kind: 'volume',
    label: of.label,
    group: of.group,
    unit: 'per week',
    before: per(expected),
    after: per(observed),
    currency: null,
    direction: observed > expected ? 'up' : observed < expected ? 'down' : 'mixed',
    size: logRatio(expected, observed),
    p: test.p,
    sentence: `${of.label}: ${grouped(observed)} since, ${rounded(expected)} expected from the ${counted(baseline.length, 'week')} before (${percentChange(expected, observed)})`,
    test: test.method === 'binomial' ? 'conditional test of two Poisson counts' : 'negative binomial prediction',
    where: of.where,
    whereSentence: of.whereSentence,
    details: () => [weekly(span, of.weeks, skip, 'per week')],
  } satisfies Candidate);
}

/** Customers with rows since the day, or where there are fewer, those who had rows before and have none since. */
function door(
  question: Question,
  relation: string,
  condition: string | null,
  label: string,
  up: boolean,
): Pick<Counts, 'where' | 'whereSentence'> {
  const { span } = question;
  const [from, since] = [isoDay(span.before), isoDay(span.since)];
  const rows = (days: string): string =>
    `exists(${relation} where ${condition === null ? '' : `${condition} and `}${days})`;
  return up
    ? { where: rows(`day > ${since}`), whereSentence: `${label} since ${since}` }
    : {
        where: `${rows(`day > ${from} and day <= ${since}`)} and not ${rows(`day > ${since}`)}`,
        whereSentence: `${label} in the weeks before ${since}, none since`,
      };
}

function isUp({ span }: Question, weeks: readonly number[]): boolean {
  return sum(weeks.slice(span.weeks)) / span.exposure >= sum(weeks.slice(0, span.weeks)) / span.weeks;
}

function compareRelation(question: Question, of: Counted, into: Found): void {
  const { ctx, population, span } = question;
  const counts = tally(ctx, population, of.relation, span, {
    cells: of.cells,
    cellOf: (row) => of.cellOf(row),
    mixes: of.mixes.map(({ categories, categoryOf }) => ({ categories: categories.length, categoryOf })),
    anonymous: true,
  });
  for (const stream of of.streams) {
    const cells = Array.from({ length: of.cells }, (_, cell) => cell).filter((cell) => stream.has(cell));
    const weeks = Array.from({ length: span.weeks + span.recent }, (_, week) =>
      sum(cells.map((cell) => counts.at(cell, week))),
    );
    if (sum(weeks) === 0) continue;
    const up = isUp(question, weeks);
    compare(
      question,
      {
        id: `volume:${stream.id}`,
        label: stream.label,
        noun: stream.noun,
        group: null,
        weeks,
        first: counts.first,
        ...door(question, stream.relation, stream.condition, stream.label, up),
      },
      into,
    );
  }
  of.mixes.forEach((mix, k) => mixChange(question, mix, counts.mixes[k]!, into));
}

/** The first stream of a relation per group; touches are outbound ones. */
function compareGroups(question: Question, of: Counted, into: Found): void {
  const { ctx, population, span, groups } = question;
  const stream = of.streams[0]!;
  if (groups === null || groups.values.length === 0) return;
  const counts = tally(ctx, population, of.relation, span, {
    cells: groups.values.length,
    cellOf: (row, customer) => {
      if (customer < 0) return -1;
      const cell = of.cellOf(row);
      return cell >= 0 && stream.has(cell) ? groups.of[customer]! : -1;
    },
    mixes: [{ categories: groups.values.length, categoryOf: (cell) => cell }],
    anonymous: false,
  });
  groups.values.forEach((group, g) => {
    const weeks = Array.from({ length: span.weeks + span.recent }, (_, week) => counts.at(g, week));
    if (sum(weeks) === 0) return;
    const opened = door(question, stream.relation, stream.condition, stream.label, isUp(question, weeks));
    compare(
      question,
      {
        id: `volume:${stream.id}@${group}`,
        label: stream.label,
        noun: stream.noun,
        group,
        weeks,
        first: counts.first,
        where: `${opened.where} and ${groups.clauses[g]}`,
        whereSentence: opened.whereSentence,
      },
      into,
    );
  });
  mixChange(
    question,
    {
      id: `${stream.id}.${groups.by}`,
      label: `${stream.label} by ${groups.by.replaceAll('_', ' ')}`,
      noun: stream.noun,
      relation: stream.relation,
      condition: stream.condition,
      categories: groups.values,
      categoryOf: (cell) => cell,
      clauseOf: (g) => groups.clauses[g]!,
      ofCustomer: true,
    },
    counts.mixes[0]!,
    into,
  );
}

/** Customers by the week of their first sign of life. */
function newCustomers(question: Question, into: Found): void {
  const { population, span } = question;
  const { created } = population.vectors.customers;
  const weeks = Array.from({ length: span.weeks + span.recent }, () => 0);
  let first: number | null = null;
  for (let i = 0; i < created.length; i++) {
    const day = created[i]!;
    if (!population.member[i] || day === UNKNOWN_INT || day > span.asOf) continue;
    if (first === null || day < first) first = day;
    if (day > span.before) weeks[weekOf(span, day)]!++;
  }
  if (sum(weeks) === 0) return;
  const since = isoDay(span.since);
  compare(
    question,
    {
      id: 'volume:customers',
      label: 'New customers',
      noun: 'customer',
      group: null,
      weeks,
      first,
      where: `created > ${since}`,
      whereSentence: `new since ${since}`,
    },
    into,
  );
}

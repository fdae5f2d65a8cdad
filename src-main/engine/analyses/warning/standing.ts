import { isoDay } from '#engine/base/days.ts';
import { cohenH, marginalHomogeneity, mcnemar } from '#engine/methods/change.ts';
import { mixDifference, psi } from '#engine/methods/drift.ts';
import { homogeneity } from '#engine/methods/ladder.ts';
import { language } from '#engine/language/index.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { directionOf, STANDINGS, standingsAt, type Standing } from '../ladder/index.ts';
import { counted, found, grouped, precise, rounded, type Candidate, type Found, type Question } from './candidate.ts';
import type { ChangeCells } from './types.ts';

const NAMES: Record<Standing, string> = {
  prospect: 'Prospects',
  customer: 'Customers who bought once',
  client: 'Clients',
  supporter: 'Supporters',
  advocate: 'Advocates',
  partner: 'Partners',
  lapsed: 'Lapsed customers',
};

const onRung = (rung: Standing): string => (rung === 'lapsed' ? 'lapsed' : `rung = ${rung} and not lapsed`);

/** The filter that keeps those who were known on a day, as the comparison of two days does. */
export function knownOn(day: string): string {
  return `not (created is known and created > ${day})`;
}

/** Who has a property on one day and not on the other, as a filter: those who came where there are more, else who left. */
function changed(property: string, since: string, up: boolean): string {
  const was = `((${property}) as of ${since})`;
  return up ? `${property} and not ${was} and ${knownOn(since)}` : `${was} and not (${property}) and ${knownOn(since)}`;
}

/** Rungs, states of the touches and tickets, and moves, of the customers known on both days (W3-W5). */
export function standingChanges(question: Question): Found {
  const { ctx, population, span } = question;
  const { created } = population.vectors.customers;
  const result = found();
  const known = (i: number, day: number): boolean =>
    population.member[i] === 1 && (created[i] === UNKNOWN_INT || created[i]! <= day);
  const since = isoDay(span.since);
  const before = standingsAt(ctx, span.since).slice();
  const after = standingsAt(ctx, span.asOf);
  const members: number[] = [];
  for (let i = 0; i < before.length; i++) if (known(i, span.since)) members.push(i);
  if (members.length === 0) {
    result.notCompared.push({ label: 'Standing', group: null, reason: `no customer was known on ${since}` });
    return result;
  }

  const rungs = STANDINGS.filter((s) => ctx.settings.ladderMode === 6 || s !== 'partner');
  const mix = mixOfStandings(rungs, before, after, members);
  const mixed = mixCandidate(question, mix, before, after, members);
  if (mixed) result.candidates.push(mixed);
  for (const rung of rungs) {
    const s = STANDINGS.indexOf(rung);
    const candidate = sameCustomers(question, {
      id: `rung:${rung}`,
      kind: 'rung',
      label: NAMES[rung],
      members,
      was: (i) => before[i] === s,
      is: (i) => after[i] === s,
      property: onRung(rung),
    });
    if (candidate) result.candidates.push({ ...candidate, details: () => [...candidate.details(), mix] });
  }
  for (const state of statesOf(question)) {
    const candidate = sameCustomers(question, { ...state, kind: 'state', members });
    if (candidate) result.candidates.push(candidate);
  }

  const earlier = span.since - (span.asOf - span.since);
  const start = standingsAt(ctx, earlier);
  const formerly: number[] = [];
  for (let i = 0; i < start.length; i++) if (known(i, earlier)) formerly.push(i);
  if (formerly.length === 0) {
    result.notCompared.push({
      label: 'Moves between rungs',
      group: null,
      reason: `no customer was known on ${isoDay(earlier)}`,
    });
    return result;
  }
  result.candidates.push(...moves(question, { start, before, after, formerly, members, earlier }));
  return result;
}

type State = { id: string; label: string; was(i: number): boolean; is(i: number): boolean; property: string };

/** States of a customer on a day that warn: due and silent by the rules of touches, over a cap, open tickets and disputes. */
function statesOf({ ctx, span }: Question): State[] {
  const classes = [span.since, span.asOf].map((day) => language.fact(ctx, 'touch_class', day));
  const numbers = (name: string): Float64Array[] =>
    [span.since, span.asOf].map((day) => {
      const column = language.fact(ctx, name, day);
      if (column.type !== 'number') throw new Error(`${name} is a number`);
      return column.values;
    });
  const ofClass = (word: string, label: string): State => {
    const [a, b] = classes.map((column) => {
      if (column.type !== 'set') throw new Error('touch_class is a set');
      return { values: column.values, member: column.members.indexOf(word) };
    });
    return {
      id: `state:${word}`,
      label,
      was: (i) => a!.values[i] === a!.member,
      is: (i) => b!.values[i] === b!.member,
      property: `touch_class = ${word}`,
    };
  };
  const some = (fact: string, label: string): State => {
    const [a, b] = numbers(fact);
    return {
      id: `state:${fact}`,
      label,
      was: (i) => a![i]! > 0,
      is: (i) => b![i]! > 0,
      property: `${fact} > 0`,
    };
  };
  return [
    ofClass('due', 'Customers due for a touch'),
    ofClass('silent', 'Customers left in silence'),
    ofClass('over', 'Customers over a cap'),
    some('open_disputes', 'Customers with an open dispute'),
    some('open_tickets', 'Customers with an open ticket'),
  ];
}

type Same = State & { kind: 'rung' | 'state'; members: readonly number[] };

/** The same customers on two days (W3): null when nobody came and nobody left. */
function sameCustomers({ span }: Question, of: Same): Candidate | null {
  let [a, b, joined, left] = [0, 0, 0, 0];
  for (const i of of.members) {
    const was = of.was(i);
    const is = of.is(i);
    if (was) a++;
    if (is) b++;
    if (is && !was) joined++;
    if (was && !is) left++;
  }
  const n = of.members.length;
  const p = mcnemar(left, joined);
  if (p === null) return null;
  const up = joined > left;
  const since = isoDay(span.since);
  return {
    id: of.id,
    kind: of.kind,
    label: of.label,
    group: null,
    unit: 'customers',
    before: a,
    after: b,
    currency: null,
    direction: up ? 'up' : joined < left ? 'down' : 'mixed',
    size: Math.abs(cohenH(a / n, b / n)),
    p,
    sentence: `${of.label}: ${grouped(a)} to ${grouped(b)} of ${counted(n, 'customer')} known on both days; ${grouped(joined)} came, ${grouped(left)} left`,
    test: 'exact McNemar test',
    where: changed(of.property, since, up),
    whereSentence: `${of.label}, ${up ? 'not so' : 'so'} on ${since}${up ? '' : ' and no longer'}`,
    details: () => [{ kind: 'flow', known: n, before: a, after: b, joined, left }],
  };
}

function mixOfStandings(
  rungs: readonly Standing[],
  before: Int8Array,
  after: Int8Array,
  members: readonly number[],
): ChangeCells {
  const count = (at: Int8Array): number[] => {
    const counts = STANDINGS.map(() => 0);
    for (const i of members) counts[at[i]!]!++;
    return rungs.map((rung) => counts[STANDINGS.indexOf(rung)]!);
  };
  const [a, b] = [count(before), count(after)];
  const index = psi(a, b);
  return {
    kind: 'cells',
    cells: rungs.map((rung, k) => ({ label: rung, before: a[k]!, after: b[k]!, term: index.terms[k] ?? null })),
    psi: index.psi,
    critical95: index.critical_95,
    band: index.band,
    chi2: null,
    df: null,
    effect: null,
    sameCustomers: true,
  };
}

/** Who stands elsewhere than on a day, as a filter. */
function elsewhere(since: string): string {
  return `not (${STANDINGS.map((s) => `((${onRung(s)}) as of ${since} and ${onRung(s)})`).join(' or ')}) and ${knownOn(since)}`;
}

/** The whole mix of rungs (W3): PSI describes it, Stuart and Maxwell's test of the same customers decides. */
function mixCandidate(
  { span }: Question,
  mix: ChangeCells,
  before: Int8Array,
  after: Int8Array,
  members: readonly number[],
): Candidate | null {
  const table = STANDINGS.map(() => STANDINGS.map(() => 0));
  for (const i of members) table[before[i]!]![after[i]!]!++;
  const test = marginalHomogeneity(table);
  if (test === null) return null;
  const since = isoDay(span.since);
  return {
    id: 'mix:rungs',
    kind: 'mix',
    label: 'Mix of rungs',
    group: null,
    unit: 'cells',
    before: null,
    after: null,
    currency: null,
    direction: 'mixed',
    size: Math.sqrt(Math.max(0, mix.psi ?? 0)),
    p: test.p,
    sentence: `Mix of rungs of ${counted(members.length, 'customer')} known on both days: PSI ${precise(mix.psi ?? 0)} (independent samples stay below ${precise(mix.critical95 ?? 0)})`,
    test: 'Stuart and Maxwell’s test of the same customers',
    where: elsewhere(since),
    whereSentence: `on another rung than on ${since}`,
    details: () => [{ ...mix, chi2: test.chi2, df: test.df }],
  };
}

type Moves = {
  start: Int8Array;
  before: Int8Array;
  after: Int8Array;
  formerly: readonly number[];
  members: readonly number[];
  earlier: number;
};

/** Moves of the time since against those of as long a time before it: the whole matrix (W4), and who fell and who rose (W5). */
function moves(question: Question, m: Moves): Candidate[] {
  const { span, groups } = question;
  const table = (a: Int8Array, b: Int8Array, of: readonly number[]): number[][] => {
    const counts = STANDINGS.map(() => STANDINGS.map(() => 0));
    for (const i of of) counts[a[i]!]![b[i]!]!++;
    return counts;
  };
  const then = table(m.start, m.before, m.formerly);
  const now = table(m.before, m.after, m.members);
  const test = homogeneity(then, now);
  const list: Candidate[] = [];
  const [days, n] = [span.asOf - span.since, m.formerly.length + m.members.length];
  if (test.p !== null) {
    list.push({
      id: 'moves:all',
      kind: 'moves',
      label: 'Moves between rungs',
      group: null,
      unit: 'cells',
      before: null,
      after: null,
      currency: null,
      direction: 'mixed',
      size: Math.sqrt(test.chi2! / n),
      p: test.p,
      sentence: `Moves between rungs differ from those of the ${counted(days, 'day')} before: chi-square ${rounded(test.chi2!)} with ${counted(test.df, 'degree')} of freedom`,
      test: 'Anderson and Goodman’s test of two transition matrices',
      where: elsewhere(isoDay(span.since)),
      whereSentence: `on another rung than on ${isoDay(span.since)}`,
      details: () => {
        const cells = STANDINGS.flatMap((from, i) =>
          STANDINGS.flatMap((to, j) =>
            i !== j && then[i]![j]! + now[i]![j]! > 0
              ? [{ label: `${from} → ${to}`, before: then[i]![j]!, after: now[i]![j]!, term: null }]
              : [],
          ),
        );
        return [
          {
            kind: 'cells',
            cells,
            psi: null,
            critical95: null,
            band: null,
            chi2: test.chi2,
            df: test.df,
            effect: null,
            sameCustomers: true,
          },
        ];
      },
    });
  }
  const moved = (a: Int8Array, b: Int8Array, i: number, direction: 'up' | 'down'): boolean =>
    a[i] !== b[i] && directionOf(STANDINGS[a[i]!]!, STANDINGS[b[i]!]!) === direction;
  const subsets: { group: string | null; keep(i: number): boolean; clause: string | null }[] = [
    { group: null, keep: () => true, clause: null },
    ...(groups?.values.map((group, g) => ({
      group,
      keep: (i: number) => groups.of[i] === g,
      clause: groups.clauses[g]!,
    })) ?? []),
  ];
  for (const { group, keep, clause } of subsets) {
    const [formerly, members] = [m.formerly.filter(keep), m.members.filter(keep)];
    for (const direction of ['down', 'up'] as const) {
      const a = formerly.filter((i) => moved(m.start, m.before, i, direction)).length;
      const b = members.filter((i) => moved(m.before, m.after, i, direction)).length;
      const { p } = mixDifference([a, formerly.length - a], [b, members.length - b]);
      if (p === null || formerly.length === 0 || members.length === 0) continue;
      const [x, y] = [a / formerly.length, b / members.length];
      const label = direction === 'down' ? 'Customers who fell' : 'Customers who rose';
      list.push({
        id: `moves:${direction}${group === null ? '' : `@${group}`}`,
        kind: 'moves',
        label,
        group,
        unit: 'share',
        before: x,
        after: y,
        currency: null,
        direction: y > x ? 'up' : y < x ? 'down' : 'mixed',
        size: Math.abs(cohenH(x, y)),
        p,
        sentence: `${label}: ${rounded(100 * y)} % (${grouped(b)} of ${grouped(members.length)}), ${rounded(100 * x)} % (${grouped(a)} of ${grouped(formerly.length)}) in the ${counted(days, 'day')} before`,
        test: 'Pearson’s chi-square of two shares',
        where: [moveFilter(direction, isoDay(span.since)), clause].filter((c) => c !== null).join(' and '),
        whereSentence: `${direction === 'down' ? 'fell' : 'rose'} since ${isoDay(span.since)}`,
        details: () => [
          {
            kind: 'cells',
            cells: [
              { label: direction === 'down' ? 'fell' : 'rose', before: a, after: b, term: null },
              { label: 'other', before: formerly.length - a, after: members.length - b, term: null },
            ],
            psi: null,
            critical95: null,
            band: null,
            chi2: null,
            df: 1,
            effect: null,
            sameCustomers: true,
          },
        ],
      });
    }
  }
  return list;
}

/** Who fell or rose since a day, as a filter: lapsed lies below every rung. */
function moveFilter(direction: 'up' | 'down', since: string): string {
  const order = ['lapsed', ...STANDINGS.filter((s) => s !== 'lapsed')] as Standing[];
  const pairs = order.flatMap((from, i) => {
    const to = direction === 'down' ? order.slice(0, i) : order.slice(i + 1);
    return to.length === 0
      ? []
      : [`((${onRung(from)}) as of ${since} and (${to.map((s) => `(${onRung(s)})`).join(' or ')}))`];
  });
  return `${knownOn(since)} and (${pairs.join(' or ')})`;
}

import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { RUNGS } from '#engine/base/vocabulary.ts';
import { language } from '#engine/language/index.ts';
import type { Explanation } from '#engine/language/types.ts';
import { wilson } from '#engine/methods/spacing.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { MoneySums, populationAt, wordsOf, type Population } from '../population/index.ts';
import type { LadderReport, RungCount, Standing } from './types.ts';

export const STANDINGS: readonly Standing[] = [...RUNGS, 'lapsed'];

/** Index of `lapsed` in STANDINGS; every other index is the rung's own. */
export const LAPSED = RUNGS.length;

/** The context with another ladder mode (Payne 1991 five rungs, 1994 six). */
export function withMode(ctx: ReadContext, mode: 5 | 6 | undefined): ReadContext {
  return mode === undefined || mode === ctx.settings.ladderMode
    ? ctx
    : { ...ctx, settings: { ...ctx.settings, ladderMode: mode } };
}

/** Where every customer stands on a day, as indexes into STANDINGS (rule L9: lapsed overlays the rung). */
export function standingsAt(ctx: ReadContext, asOf: Day): Int8Array {
  const rung = language.fact(ctx, 'rung', asOf);
  const lapsed = language.fact(ctx, 'lapsed', asOf);
  if (rung.type !== 'set' || lapsed.type !== 'yesno') throw new Error('rung is a set and lapsed a yes/no');
  const order = rung.members.map((m) => STANDINGS.indexOf(m as Standing));
  const at = new Int8Array(rung.values.length);
  for (let i = 0; i < at.length; i++) {
    const value = rung.values[i]!;
    at[i] = lapsed.values[i] === 1 ? LAPSED : value === UNKNOWN_INT ? 0 : order[value]!;
  }
  return at;
}

/** `ladder` (rules L1-L12 of SPEC.md). */
export function countRungs(
  base: ReadContext,
  asOf: Day,
  where: string | undefined,
  by: string | undefined,
  mode: 5 | 6 | undefined,
): LadderReport {
  const ctx = withMode(base, mode);
  const population = populationAt(ctx, asOf, where);
  const standing = standingsAt(ctx, asOf);
  const all = rungCounts(ctx, population, standing, () => true);
  const groups: LadderReport['groups'] = [];
  if (by !== undefined) {
    const value = wordsOf(ctx, by, asOf);
    const sizes = new Map<string | null, number>();
    for (let i = 0; i < standing.length; i++) {
      if (population.member[i]) sizes.set(value(i), (sizes.get(value(i)) ?? 0) + 1);
    }
    const order = [...sizes].sort((a, b) => b[1] - a[1] || String(a[0]).localeCompare(String(b[0]), 'en'));
    for (const [group, customers] of order) {
      groups.push({ value: group, customers, rungs: rungCounts(ctx, population, standing, (i) => value(i) === group) });
    }
  }
  return {
    asOf: isoDay(asOf),
    mode: ctx.settings.ladderMode,
    rules: rulesInUse(ctx),
    rulesVersion: language.rules(ctx).ladder.version,
    customers: population.count,
    rungs: all,
    groups,
    unknown: population.unknown,
    clauses: population.clauses,
  };
}

function rungCounts(
  ctx: ReadContext,
  population: Population,
  standing: Int8Array,
  keep: (i: number) => boolean,
): RungCount[] {
  const revenue = language.fact(ctx, 'revenue_12m', population.asOf);
  const counts = STANDINGS.map(() => 0);
  const sums = STANDINGS.map(() => new MoneySums());
  let total = 0;
  for (let i = 0; i < standing.length; i++) {
    if (!population.member[i] || !keep(i)) continue;
    total++;
    counts[standing[i]!]!++;
    sums[standing[i]!]!.add(population.vectors, revenue, i);
  }
  return STANDINGS.map((rung, s) => ({
    rung,
    customers: counts[s]!,
    share: total === 0 ? null : counts[s]! / total,
    ...wilson(counts[s]!, total),
    revenue12m: sums[s]!.list(),
  })).filter((count) => ctx.settings.ladderMode === 6 || count.rung !== 'partner');
}

/** The rules in use in words, one per rung (rule L19): the workspace's own, or the product's. */
export function rulesInUse(ctx: ReadContext): { rung: Standing; sentence: string }[] {
  const mode = ctx.settings.ladderMode;
  const own = language.rules(ctx).ladder.rules;
  if (own === null) return rules(mode);
  return [
    { rung: 'prospect' as Standing, sentence: 'No rule of a rung holds.' },
    ...own.rungs.map(({ rung, sentence }) => ({ rung: rung as Standing, sentence: `${capitalised(sentence)}.` })),
    ...(own.lapsed === null ? [] : [{ rung: 'lapsed' as Standing, sentence: `${capitalised(own.lapsed.sentence)}.` }]),
  ].filter(({ rung }) => mode === 6 || rung !== 'partner');
}

/** Why a customer stands where it does, by a ladder of the workspace's own; null for the product's, which tells more. */
export function ruleOf(ctx: ReadContext, standing: Standing): string | null {
  if (language.rules(ctx).ladder.rules === null) return null;
  return rulesInUse(ctx).find(({ rung }) => rung === standing)?.sentence ?? null;
}

/**
 * Why a customer moved between two days, by a ladder of the workspace's own; null for the product's. Who fell: what the
 * rung that was left asks for and is no longer there; who rose: what the new rung asks for and was not there before.
 */
export function ownReasons(
  ctx: ReadContext,
  from: Day,
  to: Day,
): ((index: number, before: Standing, after: Standing, direction: 'up' | 'down') => string) | null {
  const own = language.rules(ctx).ladder.rules;
  if (own === null) return null;
  const explainers = new Map<string, (index: number) => Explanation>();
  const explained = (text: string, day: Day, index: number): Explanation => {
    const key = `${day} ${text}`;
    const held = explainers.get(key) ?? language.explain(ctx, text, day);
    explainers.set(key, held);
    return held(index);
  };
  return (index, before, after, direction) => {
    const asked = after === 'lapsed' ? 'lapsed' : direction === 'down' ? before : after;
    const rule = asked === 'lapsed' ? own.lapsed : own.rungs.find(({ rung }) => rung === asked);
    if (!rule) return ruleOf(ctx, after) ?? '';
    const fell = direction === 'down' && asked !== 'lapsed';
    const { clauses } = explained(rule.text, fell ? to : from, index);
    const now = explained(rule.text, to, index).clauses;
    const turned = clauses.flatMap((clause, k) => (clause.holds === 'true' ? [] : [now[k]!]));
    return turned
      .map(({ sentence, values }) => {
        const read = values.map(({ text, value }) => `${text} ${value ?? 'unknown'}`).join(', ');
        return `${fell ? 'no longer ' : ''}${sentence}${read === '' ? '' : ` (${read})`}`;
      })
      .join('; ');
  };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The default rules in words; Payne's definitions are paraphrased, the thresholds are the product's convention. */
function rules(mode: 5 | 6): { rung: Standing; sentence: string }[] {
  const list: { rung: Standing; sentence: string }[] = [
    { rung: 'prospect', sentence: 'No order that counts: one whose net is above zero after the credits dated so far.' },
    { rung: 'customer', sentence: 'Orders on exactly one day.' },
    { rung: 'client', sentence: 'Orders on at least two days.' },
    { rung: 'supporter', sentence: 'A client whose latest answer within 365 days is 9 or 10.' },
    {
      rung: 'advocate',
      sentence:
        'A client who recommended within 365 days (referral, reference, case study, testimonial, review), unless a later answer is 6 or below.',
    },
    { rung: 'partner', sentence: 'A client with a partner agreement that covers the day.' },
    {
      rung: 'lapsed',
      sentence: 'No order for more than 365 days; partners with at least two order days do not lapse.',
    },
  ];
  return mode === 6 ? list : list.filter((rule) => rule.rung !== 'partner');
}

import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import type { Money } from '#engine/base/money.ts';
import { language } from '#engine/language/index.ts';
import { byExposure } from '#engine/methods/nps-estimates.ts';
import { npsTotal, type NpsCounts as Counts } from '#engine/methods/nps.ts';
import { zOfLevel } from '#engine/methods/numeric/special.ts';
import { wilson } from '#engine/methods/spacing.ts';
import { moneyAt, type Population } from '../population/index.ts';
import type { Answers } from './answers.ts';
import { customerWords, groupBy } from './grouping.ts';
import { npsRulesOf, type JourneyPoint } from './rules.ts';
import { countsOf, respondentScore } from './score.ts';
import { Range, scoreOptions, select, Selection, type RangeOf, type Selected } from './selection.ts';
import type { NpsSpotsReport, SurveyKind } from './types.ts';

/** A point with the answers given there and the customers that stand or stood there. */
type Found = { point: string | null; kind: SurveyKind; counts: Counts; customers: Uint8Array };

const OF_ANSWERS = ['survey', 'channel', 'wave', 'quarter'];

/**
 * Rule N34: points of the journey by detractor share x revenue of 12 months of the customers there, with lapsed customers
 * and open tickets beside it. Points are those of the rules, else surveys; with `by` the values of a field.
 */
export const npsSpots = defineAnalysis({
  name: 'npsSpots',
  input: z.object({ ...Selection, ...Range, by: z.string().max(200).optional() }),
  run(ctx, input): NpsSpotsReport {
    const { population } = select(ctx, input, input);
    const { points } = npsRulesOf(ctx);
    const own = input.by === undefined && points.length > 0;
    const by = input.by ?? 'survey';
    const found = own ? ofRules(ctx, input, points) : ofField(ctx, input, by);
    const options = { ...scoreOptions(ctx, population, input), unit: 'respondent' as const };
    const z = zOfLevel(input.level);
    const revenue = language.fact(ctx, 'revenue_12m', population.asOf);
    const lapsed = language.fact(ctx, 'lapsed', population.asOf);
    const tickets = language.fact(ctx, 'open_tickets', population.asOf);
    if (lapsed.type !== 'yesno' || tickets.type !== 'number') throw new Error('lapsed and open_tickets changed type');
    const sumsOf = ({ customers }: Found): Map<string, number> => {
      const sums = new Map<string, number>();
      for (let c = 0; c < customers.length; c++)
        if (customers[c] === 1)
          for (const { currency, minor } of moneyAt(population.vectors, revenue, c))
            sums.set(currency, (sums.get(currency) ?? 0) + minor);
      return sums;
    };
    const revenues = found.map(sumsOf);
    const currencies = new Set(revenues.flatMap((sums) => [...sums.keys()]));
    // Amounts are never compared across currencies: the workspace's own ranks where there are several.
    const ranking = currencies.size === 1 ? [...currencies][0]! : ctx.settings.currency;
    const rows = found.map(({ point, kind, counts, customers }, i) => {
      const sums = revenues[i]!;
      let [there, gone, waiting] = [0, 0, 0];
      for (let c = 0; c < customers.length; c++) {
        if (customers[c] !== 1) continue;
        there++;
        if (lapsed.values[c] === 1) gone++;
        if (tickets.values[c]! > 0) waiting++;
      }
      const n = npsTotal(counts);
      const share = n === 0 ? null : counts.detractors / n;
      const { low, high } = wilson(counts.detractors, n, z);
      const money = (factor: number | null): Money[] =>
        factor === null
          ? []
          : [...sums]
              .map(([currency, minor]) => ({ currency, minor: Math.round(minor * factor) }))
              .sort((a, b) => (a.currency < b.currency ? -1 : 1));
      return {
        share,
        revenue: sums.get(ranking) ?? 0,
        row: {
          point,
          kind,
          ...respondentScore(counts, options),
          detractorShare: share,
          low,
          high,
          customers: there,
          lapsed: gone,
          openTickets: waiting,
          revenue12m: money(1),
          exposure12m: money(share),
          exposureLow: money(low),
          exposureHigh: money(high),
        },
      };
    });
    return {
      asOf: isoDay(population.asOf),
      by: own ? 'rules' : by,
      minimum: options.minimum,
      currency: ranking,
      points: byExposure(rows).map(({ row }, i) => ({ rank: i + 1, ...row })),
    };
  },
});

/** Surveys and channels have answers of one kind each; a field of the customer is read by the kind in use (rule N4). */
function kindsOf(input: Selected, ofAnswers: boolean): (SurveyKind | undefined)[] {
  return input.kind !== undefined || !ofAnswers ? [input.kind] : ['relational', 'transactional'];
}

type Asked = Selected & RangeOf;

function ofField(ctx: ReadContext, input: Asked, by: string): Found[] {
  const ofAnswers = OF_ANSWERS.includes(by);
  return kindsOf(input, ofAnswers).flatMap((kind) => {
    const { population, answers } = select(ctx, { ...input, kind }, input);
    const grouping = groupBy(ctx, population, answers, by);
    const counts = countsOf(answers, grouping.of, grouping.values.length);
    const word = ofAnswers ? null : customerWords(ctx, by, population.asOf);
    return grouping.values.map((value, g): Found => ({
      point: value,
      kind: answers.kind,
      counts: counts[g]!,
      customers:
        word === null
          ? answered(population, answers, (i) => grouping.of[i] === g)
          : population.member.map((member, c) => (member === 1 && word(c) === value ? 1 : 0)),
    }));
  });
}

/** Customers with one of some answers. */
function answered(population: Population, answers: Answers, which: (i: number) => boolean): Uint8Array {
  const customers = new Uint8Array(population.member.length);
  for (let i = 0; i < answers.count; i++)
    if (answers.customers[i]! >= 0 && which(i)) customers[answers.customers[i]!] = 1;
  return customers;
}

function ofRules(ctx: ReadContext, input: Asked, points: readonly JourneyPoint[]): Found[] {
  return points.flatMap((point) => {
    // A survey has answers of one kind; the other kind is no second point.
    const both = ofPoint(ctx, input, point);
    const heard = both.filter(({ counts }) => npsTotal(counts) > 0);
    return heard.length > 0 ? heard : both.slice(0, 1);
  });
}

function ofPoint(ctx: ReadContext, input: Asked, point: JourneyPoint): Found[] {
  const ofAnswers = point.survey !== null || point.channel !== null;
  return kindsOf({ ...input, kind: input.kind ?? point.kind ?? undefined }, ofAnswers).flatMap((kind) => {
    const { population, answers } = select(ctx, { ...input, kind }, input);
    const { vectors } = population;
    const outcome = point.where === null ? null : language.filter(ctx, point.where, population.asOf).outcome;
    const column = (name: 'survey' | 'channel', word: string | null): ((i: number) => boolean) => {
      if (word === null) return () => true;
      const { values } = answers.relation.column(name);
      const term = vectors.term(word);
      return (i) => term !== null && values[answers.rows[i]!] === term;
    };
    const tests = [column('survey', point.survey), column('channel', point.channel)];
    const here = (i: number): boolean =>
      tests.every((test) => test(i)) &&
      (outcome === null || (answers.customers[i]! >= 0 && outcome[answers.customers[i]!] === 1));
    const of = Int32Array.from(answers.rows, (_, i) => (here(i) ? 0 : 1));
    const counts = countsOf(answers, of, 2)[0]!;
    return [
      {
        point: point.name,
        kind: answers.kind,
        counts,
        customers: ofAnswers
          ? answered(population, answers, here)
          : population.member.map((member, c) => (member === 1 && (outcome === null || outcome[c] === 1) ? 1 : 0)),
      },
    ];
  });
}

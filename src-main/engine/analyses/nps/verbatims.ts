import { z } from 'zod';
import { isoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { npsCategory, npsTotal, type NpsCounts as Counts } from '#engine/methods/nps.ts';
import { answerRows, classOf } from './list.ts';
import { keyPhrases } from './phrases.ts';
import { countsOf, points, respondentScore, type ScoreOptions } from './score.ts';
import { Range, scoreOptions, select, Selection } from './selection.ts';
import { commentOf, found, parseSearch, soughtWords, textIndexOf } from './text-index.ts';
import { themesAt, themesOf, themesPerAnswer } from './themes.ts';
import type { NpsThemesReport, NpsVerbatimsReport, ThemeRow } from './types.ts';

/** Rule N31: the comments of the answers that count, by full-text search, theme and class; newest first. */
export const npsVerbatims = defineAnalysis({
  name: 'npsVerbatims',
  input: z.object({
    ...Selection,
    ...Range,
    search: z.string().max(500).optional(),
    /** The name of a theme; empty for comments without one. */
    theme: z.string().max(60).optional(),
    class: z.enum(['detractor', 'passive', 'promoter']).optional(),
    limit: z.int().min(0).max(10_000).default(50),
    offset: z.int().min(0).default(0),
  }),
  run(ctx, input): NpsVerbatimsReport {
    const { population, answers } = select(ctx, input, input);
    const index = textIndexOf(ctx);
    const query = input.search === undefined || input.search.trim() === '' ? null : parseSearch(input.search);
    const hits = query === null ? null : found(index, query);
    const sorted = themesOf(ctx);
    const theme = input.theme === undefined ? null : sorted.themes.findIndex((one) => one.name === input.theme);
    const { day, id } = answers.relation;
    const places: number[] = [];
    let comments = 0;
    for (let i = 0; i < answers.count; i++) {
      const answer = id[answers.rows[i]!]!;
      const comment = commentOf(index, answer);
      if (comment < 0) continue;
      comments++;
      if (hits !== null && hits[comment] !== 1) continue;
      if (input.class !== undefined && classOf(answers.scores[i]!) !== input.class) continue;
      if (theme !== null) {
        const own = themesAt(sorted, answer);
        if (input.theme === '' ? own.length > 0 : !own.includes(theme)) continue;
      }
      places.push(i);
    }
    const options = scoreOptions(ctx, population, { ...input, unit: 'respondent' });
    const counts = countsAt(answers.scores, places);
    places.sort(
      (a, b) => day[answers.rows[b]!]! - day[answers.rows[a]!]! || id[answers.rows[b]!]! - id[answers.rows[a]!]!,
    );
    const page = places.slice(input.offset, input.offset + input.limit);
    return {
      asOf: isoDay(population.asOf),
      answers: answers.count,
      comments,
      total: places.length,
      score: respondentScore(counts, options),
      words: query === null ? [] : [...new Set(soughtWords(query))],
      rows: answerRows(ctx, population, answers, page).map((row) => ({
        ...row,
        themes: themesAt(sorted, Number(row.id)).map((t) => sorted.themes[t]!.name),
      })),
    };
  },
});

/** Most comments that phrases are taken from. */
const PHRASE_COMMENTS = 50_000;

/** Rules N32, N33: themes and key phrases of the comments with the score of those who use them and their effect on the whole. */
export const npsThemes = defineAnalysis({
  name: 'npsThemes',
  input: z.object({
    ...Selection,
    ...Range,
    least: z.int().min(1).max(1_000_000).default(3),
    phrases: z.int().min(0).max(500).default(40),
  }),
  run(ctx, input): NpsThemesReport {
    const { population, answers } = select(ctx, input, input);
    const options: ScoreOptions = scoreOptions(ctx, population, { ...input, unit: 'respondent' });
    const index = textIndexOf(ctx);
    const sorted = themesOf(ctx);
    const total = countsOf(answers)[0]!;
    const perAnswer = themesPerAnswer(sorted, answers);
    const places = sorted.themes.map((): number[] => []);
    perAnswer.forEach((themes, i) => themes.forEach((t) => places[t]!.push(i)));
    const { id } = answers.relation;
    const comments: number[] = [];
    const commented: number[] = [];
    for (let i = 0; i < answers.count; i++) {
      const comment = commentOf(index, id[answers.rows[i]!]!);
      if (comment < 0) continue;
      comments.push(comment);
      commented.push(i);
    }
    const step = Math.ceil(comments.length / PHRASE_COMMENTS) || 1;
    const every = (_: number, i: number): boolean => i % step === 0;
    const [read, readPlaces] = [comments.filter(every), commented.filter(every)];
    const detractor = readPlaces.map((i): 0 | 1 => (npsCategory(answers.scores[i]) === -1 ? 1 : 0));
    const phrases = input.phrases === 0 ? [] : keyPhrases(index, read, detractor, input.least, input.phrases);
    return {
      asOf: isoDay(population.asOf),
      score: respondentScore(total, options),
      minimum: options.minimum,
      comments: comments.length,
      unsorted: commented.filter((i) => perAnswer[i]!.length === 0).length,
      phrasesFrom: read.length,
      themes: sorted.themes.map(({ name, search }, t) => ({
        theme: name,
        search,
        byHand: sorted.byHand[t]!.size,
        ...effect(answers.scores, places[t]!, total, options),
      })),
      phrases: phrases.map(({ text, places: used, keyness }) => ({
        phrase: text,
        keyness,
        ...effect(
          answers.scores,
          used.map((place) => readPlaces[place]!),
          total,
          options,
        ),
      })),
    };
  },
});

function countsAt(scores: Int32Array, places: readonly number[]): Counts {
  const counts: Counts = { detractors: 0, passives: 0, promoters: 0 };
  for (const i of places) {
    const category = npsCategory(scores[i]);
    if (category === -1) counts.detractors++;
    else if (category === 0) counts.passives++;
    else if (category === 1) counts.promoters++;
  }
  return counts;
}

/** The score of some answers, the score without them, and what they do to the whole (`themeImpact` of methods/nps.ts). */
function effect(
  scores: Int32Array,
  places: readonly number[],
  total: Counts,
  options: ScoreOptions,
): Omit<ThemeRow, 'theme' | 'search' | 'byHand'> {
  const inside = countsAt(scores, places);
  const outside = {
    detractors: total.detractors - inside.detractors,
    passives: total.passives - inside.passives,
    promoters: total.promoters - inside.promoters,
  };
  const [n, rest] = [npsTotal(total), npsTotal(outside)];
  const net = (counts: Counts): number => counts.promoters - counts.detractors;
  const distribution = Array.from({ length: 11 }, () => 0);
  for (const i of places) if (distribution[scores[i]!] !== undefined) distribution[scores[i]!]!++;
  return {
    ...respondentScore(inside, options),
    share: n === 0 ? null : places.length / n,
    distribution,
    npsWithout: rest === 0 ? null : points(net(outside) / rest),
    impact: n === 0 || rest === 0 ? null : points(net(total) / n - net(outside) / rest),
    contribution: n === 0 ? null : points(net(inside) / n),
  };
}

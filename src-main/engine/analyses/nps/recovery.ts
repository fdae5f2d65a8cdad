import { z } from 'zod';
import { isoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { npsCategory, npsTwoSample, type NpsCounts as Counts } from '#engine/methods/nps.ts';
import { differenceOfShares } from '#engine/methods/share.ts';
import { wilson } from '#engine/methods/spacing.ts';
import { zOfLevel } from '#engine/methods/numeric/special.ts';
import { FollowUps } from './follow-up.ts';
import { points, respondentScore, type ScoreOptions } from './score.ts';
import { Range, scoreOptions, select, Selection } from './selection.ts';
import type { NpsRecoveryReport, RecoveryArm } from './types.ts';

type Arm = { detractors: number; again: number; recovered: number; counts: Counts };
const arm = (): Arm => ({
  detractors: 0,
  again: 0,
  recovered: 0,
  counts: { detractors: 0, passives: 0, promoters: 0 },
});

/**
 * Rule N30: detractors who answered again, with a follow-up before that answer against without: the score they gave next
 * and the share that are detractors no longer. An association: nobody was followed up at random.
 */
export const npsRecovery = defineAnalysis({
  name: 'npsRecovery',
  input: z.object({ ...Selection, ...Range }),
  run(ctx, input): NpsRecoveryReport {
    const { population, answers } = select(ctx, { ...input, dedup: 'latest' }, input);
    const options = { ...scoreOptions(ctx, population, input), unit: 'respondent' as const };
    const followUps = new FollowUps(ctx, population.vectors, population.asOf);
    const { relation } = answers;
    const byRespondent = new Map<number, number[]>();
    for (let i = 0; i < answers.count; i++) {
      const who = relation.party[answers.rows[i]!]!;
      if (who === 0) continue;
      const held = byRespondent.get(who);
      if (held) held.push(i);
      else byRespondent.set(who, [i]);
    }
    const arms = { followed: arm(), not: arm() };
    const dayOf = (i: number): Day => relation.day[answers.rows[i]!]!;
    for (const own of byRespondent.values()) {
      own.sort((a, b) => dayOf(a) - dayOf(b) || a - b);
      own.forEach((i, k) => {
        if (npsCategory(answers.scores[i]) !== -1) return;
        const next = own[k + 1];
        const followUp = followUps.of(relation, answers.rows[i]!, answers.customers[i]!);
        const into =
          followUp !== null && (next === undefined || followUp.day <= dayOf(next)) ? arms.followed : arms.not;
        into.detractors++;
        if (next === undefined) return;
        into.again++;
        const category = npsCategory(answers.scores[next]);
        if (category === 1) into.counts.promoters++;
        else if (category === 0) into.counts.passives++;
        else into.counts.detractors++;
        if (category !== -1) into.recovered++;
      });
    }
    const { followed, not } = arms;
    const both = npsTwoSample(followed.counts, not.counts, input.level);
    const change = both[input.interval === 'wald' ? 'wald' : 'adjusted_wald'];
    const shares = differenceOfShares(
      { k: followed.recovered, n: followed.again },
      { k: not.recovered, n: not.again },
      zOfLevel(input.level),
    );
    const known = followed.again > 0 && not.again > 0;
    return {
      asOf: isoDay(population.asOf),
      minimum: options.minimum,
      followed: report(followed, options),
      notFollowed: report(not, options),
      difference: {
        difference: points(known ? change.diff : null),
        low: points(known ? change.lo : null),
        high: points(known ? change.hi : null),
        z: known ? change.z : null,
        p: known ? change.p : null,
      },
      recovered: shares,
      enough: Math.min(followed.again, not.again) >= options.minimum,
    };
  },
});

function report({ detractors, again, recovered, counts }: Arm, options: ScoreOptions): RecoveryArm {
  const { low, high } = wilson(recovered, again, zOfLevel(options.level));
  return {
    detractors,
    again,
    next: respondentScore(counts, options),
    recovered,
    recoveredShare: again === 0 ? null : recovered / again,
    low,
    high,
  };
}

import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { TEAMS, type Team } from '#engine/base/vocabulary.ts';
import { asOfDay, populationAt } from '../population/index.ts';
import { members, named, type Named } from './rows.ts';
import { numbersOf, rhythmAt } from './survey.ts';

export type BurstRow = Named & {
  from: string;
  to: string;
  touches: number;
  teams: Partial<Record<Team, number>>;
  /** The team with the most of them and its share (0..1); ties by the order of teams. */
  lead: { team: Team; share: number };
  /** Days without an outbound touch after it, to the next one or to the as-of day; null for a burst that nothing was silent after. */
  silence: number | null;
  open: boolean;
};

export type BurstsReport = {
  asOf: string;
  rule: { touches: number; within: number; silence: number };
  bursts: number;
  barrages: number;
  customers: number;
  /** Bursts that a team led, and the touches it made in all of them. */
  byTeam: { team: Team; bursts: number; barrages: number; touches: number }[];
  rows: BurstRow[];
  where: { bursts: string; barrages: string };
};

/** Bursts of touches, and those followed by silence, with the teams that made them (rule T24; mission B3); newest first. */
export const touchBursts = defineAnalysis({
  name: 'touchBursts',
  input: z.object({
    asOf: z.string().optional(),
    where: z.string().optional(),
    only: z.enum(['bursts', 'barrages']).default('barrages'),
    limit: z.int().min(0).max(100_000).default(2000),
  }),
  run: (ctx, input): BurstsReport => burstsOf(ctx, { ...input, asOf: asOfDay(ctx, input.asOf), where: input.where }),
});

type Query = { asOf: Day; where: string | undefined; only: 'bursts' | 'barrages'; limit: number };

function burstsOf(ctx: ReadContext, query: Query): BurstsReport {
  const { asOf } = query;
  const population = populationAt(ctx, asOf, query.where);
  const { vectors } = population;
  const counts = numbersOf(ctx, 'bursts', asOf);
  const rhythm = rhythmAt(ctx, vectors, asOf);
  const byTeam = new Map(TEAMS.map((team) => [team, { team, bursts: 0, barrages: 0, touches: 0 }]));
  const found: { row: BurstRow; end: Day; customer: number }[] = [];
  let bursts = 0;
  let barrages = 0;
  let customers = 0;
  for (const c of members(ctx, population)) {
    if (!(counts[c]! > 0)) continue;
    customers++;
    const spacing = rhythm.spacing(c);
    const silences = new Map(spacing.barrages.map((barrage) => [barrage.from, barrage]));
    for (const burst of spacing.bursts) {
      const barrage = silences.get(burst.from);
      const lead = leadOf(burst.teams, burst.touches);
      bursts++;
      byTeam.get(lead.team)!.bursts++;
      for (const [team, touches] of Object.entries(burst.teams)) byTeam.get(team as Team)!.touches += touches;
      if (barrage) {
        barrages++;
        byTeam.get(lead.team)!.barrages++;
      } else if (query.only === 'barrages') continue;
      found.push({
        customer: c,
        end: burst.to,
        row: {
          ...named(vectors, c),
          from: isoDay(burst.from),
          to: isoDay(burst.to),
          touches: burst.touches,
          teams: burst.teams,
          lead,
          silence: barrage?.silence ?? null,
          open: barrage?.open ?? false,
        },
      });
    }
  }
  found.sort((a, b) => b.end - a.end || a.customer - b.customer);
  return {
    asOf: isoDay(asOf),
    rule: rhythm.burst,
    bursts,
    barrages,
    customers,
    byTeam: [...byTeam.values()].filter((team) => team.touches > 0),
    rows: found.slice(0, query.limit).map(({ row }) => row),
    where: { bursts: 'bursts > 0', barrages: 'barrages > 0' },
  };
}

function leadOf(teams: Partial<Record<Team, number>>, touches: number): BurstRow['lead'] {
  let lead: Team = 'unknown';
  for (const team of TEAMS) if ((teams[team] ?? 0) > (teams[lead] ?? 0)) lead = team;
  return { team: lead, share: (teams[lead] ?? 0) / touches };
}

import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { BudgetedMap, memoryOf } from '#engine/vectors/memory.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import type { FactColumn } from '../types.ts';
import { answerFacts } from './answers.ts';
import type { Reducer } from './column.ts';
import { purchaseFacts, revenueFacts, revenueTotalFacts } from './purchase.ts';
import { peakFacts, rungFacts } from './rung.ts';
import {
  completenessFacts,
  countryFact,
  createdFact,
  domainFact,
  industryFact,
  leadFacts,
  nameFact,
  ownerFact,
  regionFact,
  renewalFacts,
  sourcesFact,
  ticketFacts,
  typeFact,
} from './simple.ts';
import { burstFacts, collisionFacts, disputeTouchFacts, evennessFacts, silenceFacts, spacingFacts } from './spacing.ts';

/** The reducer of each fact; facts of one line are computed in one pass. */
const REDUCERS: readonly (readonly [facts: readonly string[], reducer: Reducer])[] = [
  [['rung', 'lapsed'], rungFacts],
  [['peak_rung'], peakFacts],
  [['nps', 'nps_class', 'last_answer'], answerFacts],
  [['purchases', 'first_purchase', 'last_purchase'], purchaseFacts],
  [['revenue_12m'], revenueFacts],
  [['revenue_total'], revenueTotalFacts],
  [
    [
      'touches_90d',
      'touches_total',
      'first_touch',
      'last_touch',
      'open_gap',
      'mean_gap',
      'sd_gap',
      'max_gap',
      'worst_gap',
      'burstiness',
    ],
    spacingFacts,
  ],
  [['evenness'], evennessFacts],
  [['bursts', 'barrages'], burstFacts],
  [['silences', 'touch_class'], silenceFacts],
  [['collisions'], collisionFacts],
  [['touches_in_dispute'], disputeTouchFacts],
  [['open_tickets', 'open_disputes'], ticketFacts],
  [['open_leads'], leadFacts],
  [['renews_at'], renewalFacts],
  [['completeness'], completenessFacts],
  [['created'], createdFact],
  [['sources'], sourcesFact],
  [['owner'], ownerFact],
  [['region'], regionFact],
  [['country'], countryFact],
  [['industry'], industryFact],
  [['type'], typeFact],
  [['name'], nameFact],
  [['email_domain'], domainFact],
];

const BY_FACT: ReadonlyMap<string, Reducer> = new Map(
  REDUCERS.flatMap(([facts, reducer]) => facts.map((fact) => [fact, reducer] as const)),
);

/** Names of the facts that have a reducer. */
export const REDUCED: readonly string[] = [...BY_FACT.keys()];

/** Facts of any day, within the memory budget of the session; those of an earlier data version are given back. */
const CACHE: Kept<BudgetedMap<FactColumn>> = {
  name: 'language.facts',
  make: (ctx) => new BudgetedMap(memoryOf(ctx), 'fact'),
  refresh: (previous, ctx) => {
    previous.clear();
    return new BudgetedMap(memoryOf(ctx), 'fact');
  },
};

function bytesOf(column: FactColumn): number {
  if (column.type === 'text') return column.terms?.byteLength ?? 0;
  return column.values.byteLength + (column.type === 'money' ? column.currency.byteLength : 0);
}

/** A fact of all customers as of a day, computed once per data version. `name` must have a reducer. */
export function factColumn(ctx: ReadContext, vectors: Vectors, name: string, asOf: Day): FactColumn {
  const cache = ctx.kept(CACHE);
  const keyOf = (fact: string): string => `${fact} ${asOf} ${ctx.settings.ladderMode}`;
  const held = cache.get(keyOf(name));
  if (held) return held;
  const reducer = BY_FACT.get(name);
  if (!reducer) throw new Error(`no reducer makes the fact ${name}`);
  ctx.cancel.check();
  const made = reducer({
    ctx,
    vectors,
    asOf,
    settings: ctx.settings,
    fact: (other) => factColumn(ctx, vectors, other, asOf),
  });
  for (const [fact, column] of Object.entries(made)) cache.set(keyOf(fact), column, bytesOf(column));
  return made[name]!;
}

import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { BudgetedMap, memoryOf } from '#engine/vectors/memory.ts';
import { stillSo, watch } from '#engine/vectors/watch.ts';
import type { Reads } from '#engine/vectors/watch.ts';
import type { Vectors } from '#engine/vectors/types.ts';
import { definitionIn, rulesOf } from '../definitions/current.ts';
import type { Evaluating } from '../frame.ts';
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
import { depthFacts, levelFacts, pressureFacts, rhythmFacts } from './pressure.ts';
import { burstFacts, evennessFacts, silenceFacts, spacingFacts } from './spacing.ts';
import { collisionFacts, disputeTouchFacts } from './touch-audit.ts';

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
      'memory',
      'local_variation',
    ],
    spacingFacts,
  ],
  [['evenness', 'evenness_sales', 'evenness_marketing', 'coordination_gain'], evennessFacts],
  [['bursts', 'barrages'], burstFacts],
  [['silences', 'touch_class'], silenceFacts],
  [['collisions'], collisionFacts],
  [['touches_in_dispute'], disputeTouchFacts],
  [['pressure'], pressureFacts],
  [['touch_level'], levelFacts],
  [['rhythm_p'], rhythmFacts],
  [['people_touched'], depthFacts],
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

type KeptFact = { readonly column: FactColumn; readonly reads: Reads | null; readonly settings: string };

/**
 * Facts of any day, within the memory budget of the session. A fact of the data version before is taken over when it is
 * asked for and what it read has not changed; the rest is given back one version later.
 */
class FactCache {
  private readonly now: BudgetedMap<KeptFact>;
  private readonly before: BudgetedMap<KeptFact> | null;

  constructor(ctx: ReadContext, before: FactCache | null) {
    before?.before?.clear();
    this.before = before?.now ?? null;
    this.now = new BudgetedMap(memoryOf(ctx), 'fact');
  }

  get(key: string, settings: string, vectors: Vectors): KeptFact | undefined {
    const held = this.now.get(key);
    if (held) return held;
    const former = this.before?.get(key);
    if (!former) return undefined;
    this.before?.delete(key);
    if (former.reads === null || former.settings !== settings || !stillSo(former.reads, vectors)) return undefined;
    this.now.set(key, former, bytesOf(former.column));
    return former;
  }

  set(key: string, kept: KeptFact): void {
    this.now.set(key, kept, bytesOf(kept.column));
  }
}

const CACHE: Kept<FactCache> = {
  name: 'language.facts',
  make: (ctx) => new FactCache(ctx, null),
  refresh: (previous, ctx) => new FactCache(ctx, previous),
};

/** What facts may depend on besides the rows they read. */
const SETTINGS: Kept<string> = {
  name: 'language.fact-settings',
  make: (ctx) => JSON.stringify([ctx.settings, definitionIn(ctx.db, 'touch').text]),
};

function bytesOf(column: FactColumn): number {
  if (column.type === 'text') return column.terms?.byteLength ?? 0;
  return column.values.byteLength + (column.type === 'money' ? column.currency.byteLength : 0);
}

/** A fact of all customers as of a day, computed once per data version. `name` must have a reducer. */
export function factColumn(
  ctx: ReadContext,
  vectors: Vectors,
  name: string,
  asOf: Day,
  evaluation: Evaluating,
): FactColumn {
  return keptFact(ctx, vectors, name, asOf, evaluation).column;
}

function keptFact(ctx: ReadContext, vectors: Vectors, name: string, asOf: Day, evaluation: Evaluating): KeptFact {
  const cache = ctx.kept(CACHE);
  const settings = ctx.kept(SETTINGS);
  const keyOf = (fact: string): string => `${fact} ${asOf} ${ctx.settings.ladderMode}`;
  const held = cache.get(keyOf(name), settings, vectors);
  if (held) return held;
  const reducer = BY_FACT.get(name);
  if (!reducer) throw new Error(`no reducer makes the fact ${name}`);
  ctx.cancel.check();
  const watched = watch(ctx, vectors);
  const made = reducer({
    ctx: watched.ctx,
    vectors: watched.vectors,
    asOf,
    settings: ctx.settings,
    // Rules and what is evaluated by them may change with anything.
    get rules() {
      watched.include(null);
      return rulesOf(ctx, vectors);
    },
    // A change of these rules changes the settings.
    get touchRules() {
      return rulesOf(ctx, vectors).touch.rules;
    },
    get evaluation() {
      watched.include(null);
      return evaluation;
    },
    fact(other) {
      const kept = keptFact(ctx, vectors, other, asOf, evaluation);
      watched.include(kept.reads);
      return kept.column;
    },
  });
  // A text may be read from the vectors later on.
  const reads = Object.values(made).some((column) => column.type === 'text') ? null : watched.reads();
  for (const [fact, column] of Object.entries(made)) cache.set(keyOf(fact), { column, reads, settings });
  return { column: made[name]!, reads, settings };
}

import { LadderlineError } from '#engine/base/errors.ts';
import { RUNGS } from '#engine/base/vocabulary.ts';
import { REVENUE_DAYS } from '../facts/purchase.ts';
import { WINDOW_DAYS } from '../facts/rung.ts';
import { npsClass, type FactGroup } from './parts.ts';
import { bindDay, list, name, number, sql, word, type Sql } from './text.ts';
import { TOUCH_GROUPS } from './touch-facts.ts';

/**
 * Where a fact of a customer lies: a column of the view of customers, or a part with a row for each customer that has
 * one; `none` is the value of the others.
 */
export type Fact =
  | { readonly column: string }
  | { readonly group: string; readonly none: Sql | null }
  /** Over the orders that count. */
  | { readonly aggregate: Sql; readonly none: Sql | null };

const ZERO = sql`0`;
const of = (group: string, none: Sql | null = null): Fact => ({ group, none });

const FACTS: Readonly<Record<string, Fact>> = {
  rung: of('rungs'),
  lapsed: of('rungs'),
  peak_rung: of('peak_rungs', word('prospect')),
  nps: of('last_answers'),
  nps_class: of('last_answers'),
  last_answer: of('last_answers'),
  purchases: { aggregate: sql`count(*)`, none: ZERO },
  first_purchase: { aggregate: sql`min(u.day)`, none: null },
  last_purchase: { aggregate: sql`max(u.day)`, none: null },
  revenue_12m: of('revenues', ZERO),
  revenue_total: of('revenues', ZERO),
  touches_90d: of('touch_facts', ZERO),
  touches_total: of('touch_facts', ZERO),
  first_touch: of('touch_facts'),
  last_touch: of('touch_facts'),
  open_gap: of('touch_facts'),
  mean_gap: of('gap_facts'),
  sd_gap: of('gap_facts'),
  max_gap: of('gap_facts'),
  worst_gap: of('gap_facts'),
  burstiness: of('gap_facts'),
  memory: of('succession_facts'),
  local_variation: of('succession_facts'),
  rhythm_p: of('own_rhythms'),
  evenness: of('evenness'),
  evenness_sales: of('team_evenness'),
  evenness_marketing: of('team_evenness'),
  coordination_gain: of('team_evenness'),
  pressure: of('pressures', ZERO),
  touch_level: of('touch_levels'),
  people_touched: of('people_touched', ZERO),
  bursts: of('burst_facts', ZERO),
  barrages: of('burst_facts', ZERO),
  silences: of('silence_facts'),
  touch_class: of('silence_facts'),
  collisions: of('collisions', ZERO),
  touches_in_dispute: of('touches_in_dispute', ZERO),
  open_disputes: of('open_tickets', ZERO),
  open_tickets: of('open_tickets', ZERO),
  open_leads: of('open_leads', ZERO),
  renews_at: of('renewals'),
  completeness: of('completeness'),
  created: of('first_days'),
  sources: of('customer_names'),
  email_domain: of('email_domains'),
  owner: { column: 'owner' },
  region: { column: 'region' },
  country: { column: 'country' },
  industry: { column: 'industry' },
  type: { column: 'type' },
  name: { column: 'name' },
};

/** Every fact of the catalogue that has SQL. */
export const SQL_FACTS: readonly string[] = Object.keys(FACTS);

/** Parts that are the same on every day. */
export const TIMELESS: ReadonlySet<string> = new Set(['customer_names', 'first_days', 'email_domains', 'disputes']);

export function factOf(fact: string): Fact {
  const found = FACTS[fact];
  if (!found) throw new Error(`no SQL makes the fact ${fact}`);
  return found;
}

/** Bodies of the parts by name; each has `unit`, the customer, and a column for each of its facts. */
export const FACT_GROUPS: Readonly<Record<string, FactGroup>> = {
  ...TOUCH_GROUPS,

  purchase_rows: (_, d) => sql`SELECT order_id AS unit,
    max(iif(kind = 'order', customer, NULL)) AS customer, max(iif(kind = 'order', party, NULL)) AS party,
    max(iif(kind = 'order', day_number, NULL)) AS day,
    max(iif(kind = 'order', amount, NULL)) AS gross,
    max(iif(kind = 'order', amount, NULL)) - coalesce(sum(iif(kind <> 'order' AND day_number <= ${bindDay(d)}, amount, NULL)), 0) AS net,
    max(iif(kind = 'order', currency, NULL)) AS currency, max(iif(kind = 'order', product, NULL)) AS product,
    max(iif(kind = 'order', attributes, NULL)) AS attributes
  FROM order_events GROUP BY order_id`,

  // Amounts and their currencies; of several currencies there is none.
  revenues: (_, d) => {
    const facts = (
      [
        ['revenue_12m', d - REVENUE_DAYS],
        ['revenue_total', null],
      ] as const
    ).map(([fact, after]) => {
      const filter = after === null ? sql`` : sql` FILTER (WHERE day_number > ${bindDay(after)})`;
      const several = sql`count(DISTINCT coalesce(currency, ''))${filter} > 1`;
      return sql`iif(${several}, NULL, coalesce(sum(iif(kind = 'order', amount, -amount))${filter}, 0)) AS ${name(fact)},
    iif(${several}, NULL, max(currency)${filter}) AS ${name(`${fact}_currency`)}`;
    });
    return sql`SELECT customer AS unit,
    ${list(facts, ',\n    ')}
  FROM (
    SELECT kind, day_number, amount,
      max(iif(kind = 'order', customer, NULL)) OVER whole AS customer,
      max(iif(kind = 'order', day_number, NULL)) OVER whole AS ordered,
      max(iif(kind = 'order', currency, NULL)) OVER whole AS currency
    FROM order_events
    WINDOW whole AS (PARTITION BY order_id)
  )
  WHERE amount IS NOT NULL AND customer IS NOT NULL AND ordered <= ${bindDay(d)} AND day_number <= ${bindDay(d)}
  GROUP BY customer`;
  },

  last_answers: (_, d) => sql`SELECT unit, score AS nps, ${npsClass(sql`score`)} AS nps_class, day AS last_answer FROM (
    SELECT customer AS unit, score, day_number AS day,
      row_number() OVER (PARTITION BY customer ORDER BY kind = 'transactional', day_number DESC, score) AS n
    FROM responses WHERE customer IS NOT NULL AND score BETWEEN 0 AND 10 AND day_number <= ${bindDay(d)}
  ) WHERE n = 1`,

  rungs: (c, d) => {
    const { ladder, ctx } = c.making;
    const scope = c.customers(d);
    const arms = [...ladder.rungs]
      .reverse()
      .filter(({ rung }) => ctx.settings.ladderMode === 6 || rung !== 'partner')
      .map(({ rung, condition }) => sql`WHEN ${scope.condition(condition)} THEN ${word(rung)}`);
    const lapsed = ladder.lapsed === null ? sql`0` : sql`coalesce(${scope.condition(ladder.lapsed.condition)}, 0)`;
    return sql`SELECT u.id AS unit, CASE
    ${list(arms, '\n    ')}
    ELSE 'prospect' END AS rung,
    ${lapsed} AS lapsed
  FROM ${scope.from()}`;
  },

  // Orders with the days from which and up to which they count.
  order_spans: (_, d) => sql`SELECT customer, day, void_day FROM (
    SELECT max(customer) AS customer, max(ordered) AS day, min(iif(credited >= net, day_number, NULL)) AS void_day
    FROM (
      SELECT order_id, day_number,
        max(iif(kind = 'order', customer, NULL)) OVER whole AS customer,
        max(iif(kind = 'order', day_number, NULL)) OVER whole AS ordered,
        max(iif(kind = 'order', amount, NULL)) OVER whole AS net,
        sum(iif(kind = 'order', 0, amount)) OVER (PARTITION BY order_id ORDER BY day_number RANGE UNBOUNDED PRECEDING) AS credited
      FROM order_events
      WINDOW whole AS (PARTITION BY order_id)
    )
    GROUP BY order_id
  )
  WHERE customer IS NOT NULL AND day <= ${bindDay(d)} AND (void_day IS NULL OR void_day > day)`,

  // Days on which a customer can rise.
  moments: (c, d) => sql`SELECT DISTINCT customer, day FROM (
    SELECT customer, day FROM ${c.group('order_spans', d)}
    UNION ALL SELECT customer, day_number FROM partnerships
    UNION ALL SELECT customer, day_number FROM advocacies
    UNION ALL SELECT customer, day_number + k.later FROM responses CROSS JOIN (SELECT 0 AS later UNION ALL SELECT ${number(WINDOW_DAYS)}) k
      WHERE score BETWEEN 0 AND 10
  )
  WHERE customer IS NOT NULL AND day <= ${bindDay(d)}`,

  // The answer that counts on each of those days.
  moment_answers: (c, d) => sql`SELECT customer, moment, day, score FROM (
    SELECT m.customer, m.day AS moment, r.day_number AS day, r.score,
      row_number() OVER (PARTITION BY m.customer, m.day ORDER BY r.kind = 'transactional', r.day_number DESC, r.score) AS n
    FROM ${c.group('moments', d)} m JOIN responses r ON r.customer = m.customer AND r.day_number <= m.day
    WHERE r.score BETWEEN 0 AND 10
  )
  WHERE n = 1`,

  peak_rungs: (c, d) => {
    if (c.making.rules.ladder.rules !== null)
      throw new LadderlineError(
        'sql-unavailable',
        'The highest rung so far has SQL only under the ladder that a workspace begins with.',
      );
    const window = number(WINDOW_DAYS);
    const partner = c.making.ctx.settings.ladderMode === 6 ? sql`partner` : sql`0`;
    const rungs = RUNGS.map((rung, i) => sql`WHEN ${number(i)} THEN ${word(rung)}`);
    return sql`SELECT customer AS unit, CASE max(place) ${list(rungs, ' ')} END AS peak_rung
  FROM (
    SELECT customer, CASE
      WHEN occasions < 2 THEN occasions
      WHEN ${partner} THEN 5
      WHEN recommended IS NOT NULL AND NOT coalesce(score <= 6 AND answered > recommended, 0) THEN 4
      WHEN score >= 9 THEN 3 ELSE 2 END AS place
    FROM (
      SELECT m.customer,
        (SELECT count(DISTINCT o.day) FROM ${c.group('order_spans', d)} o
          WHERE o.customer = m.customer AND o.day <= m.day AND (o.void_day IS NULL OR o.void_day > m.day)) AS occasions,
        (SELECT max(a.day_number) FROM advocacies a
          WHERE a.customer = m.customer AND a.day_number <= m.day AND a.day_number > m.day - ${window}) AS recommended,
        EXISTS (SELECT 1 FROM partnerships p
          WHERE p.customer = m.customer AND p.day_number <= m.day AND (p.ends_day_number IS NULL OR p.ends_day_number > m.day)) AS partner,
        iif(r.day > m.day - ${window}, r.score, NULL) AS score,
        iif(r.day > m.day - ${window}, r.day, NULL) AS answered
      FROM ${c.group('moments', d)} m
      LEFT JOIN ${c.group('moment_answers', d)} r ON r.customer = m.customer AND r.moment = m.day
    )
  )
  GROUP BY customer`;
  },

  open_tickets: (
    _,
    d,
  ) => sql`SELECT customer AS unit, count(*) AS open_tickets, sum(coalesce(is_dispute, 0) = 1) AS open_disputes
  FROM tickets
  WHERE customer IS NOT NULL AND day_number <= ${bindDay(d)} AND (closed_day_number IS NULL OR closed_day_number > ${bindDay(d)})
  GROUP BY customer`,

  open_leads: (_, d) => sql`SELECT customer AS unit, count(*) AS open_leads
  FROM leads
  WHERE customer IS NOT NULL AND day_number <= ${bindDay(d)} AND (converted_day_number IS NULL OR converted_day_number > ${bindDay(d)})
    AND coalesce(status, '') NOT IN ('bad', 'sale')
  GROUP BY customer`,

  renewals: (_, d) => sql`SELECT customer AS unit, min(renews_day_number) AS renews_at
  FROM subscriptions
  WHERE customer IS NOT NULL AND day_number <= ${bindDay(d)} AND renews_day_number >= ${bindDay(d)}
    AND (cancelled_day_number IS NULL OR cancelled_day_number > ${bindDay(d)}) AND (ended_day_number IS NULL OR ended_day_number > ${bindDay(d)})
  GROUP BY customer`,

  completeness: (_, d) => sql`SELECT u.id AS unit,
    1.0 * count(DISTINCT a.question) / nullif((SELECT count(DISTINCT question) FROM answers WHERE day_number <= ${bindDay(d)}), 0) AS completeness
  FROM customers u
  LEFT JOIN answers a ON a.customer = +u.id AND a.day_number <= ${bindDay(d)} AND trim(coalesce(a.value, '')) <> ''
  GROUP BY u.id`,

  first_days: () => sql`SELECT customer AS unit, min(day) AS created FROM (
    SELECT customer, created_number AS day FROM memberships
    ${list(
      EVENT_VIEWS.map((view) => sql`UNION ALL SELECT customer, day_number FROM ${name(view)}`),
      '\n    ',
    )}
  )
  WHERE customer IS NOT NULL GROUP BY customer`,

  customer_names: () => sql`SELECT id AS unit, name, owner, region, country, industry, type, sources FROM customers`,

  // The domain of a company before that of an e-mail address.
  email_domains: () => sql`SELECT customer AS unit, host AS email_domain FROM (
    SELECT customer, coalesce(own, host_of(email)) AS host,
      row_number() OVER (PARTITION BY customer ORDER BY own IS NULL, kind, batch DESC, party DESC) AS n
    FROM (SELECT *, host_of(coalesce(nullif(domain, ''), website)) AS own FROM memberships)
    WHERE coalesce(own, host_of(email)) IS NOT NULL
  )
  WHERE n = 1`,
};

/** Views whose rows make a customer known (E11: the first day). */
const EVENT_VIEWS = [
  'touches',
  'purchases',
  'responses',
  'tickets',
  'leads',
  'advocacies',
  'partnerships',
  'subscriptions',
  'opportunities',
] as const;

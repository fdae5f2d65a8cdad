import type { Day } from '#engine/base/days.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { CHANNELS, RUNGS } from '#engine/base/vocabulary.ts';
import { DEPTH_DAYS, EVENNESS_WINDOW, RECENT_DAYS, THREADED } from '../facts/touches.ts';
import { isCommercial, type FactGroup, type Parts } from './parts.ts';
import { bind, bindDay, list, name, number, sql, word, type Sql } from './text.ts';

/** Outbound touches of customers up to the day. */
const outbound = (d: Day): Sql =>
  sql`FROM touches WHERE direction = 'out' AND customer IS NOT NULL AND day_number <= ${bindDay(d)}`;

/** Those of them that count: of a thread the first. */
const counted = (c: Parts, d: Day): Sql =>
  c.making.rules.touch.rules.thread === 0 ? outbound(d) : sql`FROM ${c.group('counted_touches', d)} WHERE 1`;

/** Evenness of a list of days in a part with `customer` and `day`; days may stand twice. */
const evennessOf = (days: Sql, d: Day): Sql => {
  const w = number(EVENNESS_WINDOW);
  const even = sql`${w} / (n + 1.0)`;
  return sql`SELECT customer AS unit,
    1 - (sum(abs(gap - ${even})) + abs(${bindDay(d)} - max(day) - ${even})) / (2 * ${w} * (1 - 1 / (n + 1.0))) AS evenness
  FROM (
    SELECT customer, day, count(*) OVER (PARTITION BY customer) AS n,
      day - lag(day, 1, ${bindDay(d - EVENNESS_WINDOW)}) OVER (PARTITION BY customer ORDER BY day) AS gap
    FROM (${days})
  )
  GROUP BY customer`;
};

/** Days of one or both teams within the window of evenness. */
const teamDays = (c: Parts, d: Day, teams: Sql): Sql =>
  sql`SELECT DISTINCT customer, team, day_number AS day
      ${counted(c, d)} AND team IN (${teams}) AND day_number > ${bindDay(d - EVENNESS_WINDOW)}`;

/** Bodies of the parts behind the facts of touches; each has `unit`, the customer, and a column for each of its facts. */
export const TOUCH_GROUPS: Readonly<Record<string, FactGroup>> = {
  touch_facts: (
    _,
    d,
  ) => sql`SELECT customer AS unit, sum(day_number > ${bindDay(d - RECENT_DAYS)}) AS touches_90d, count(*) AS touches_total,
    min(day_number) AS first_touch, max(day_number) AS last_touch, ${bindDay(d)} - max(day_number) AS open_gap
  ${outbound(d)} GROUP BY customer`,

  gap_facts: (
    c,
    d,
  ) => sql`SELECT unit, mean AS mean_gap, sd AS sd_gap, longest AS max_gap, max(coalesce(longest, 0), open) AS worst_gap,
    (sqrt(gaps + 1) * (sd / mean) - sqrt(gaps - 1)) / nullif((sqrt(gaps + 1) - 2) * (sd / mean) + sqrt(gaps - 1), 0) AS burstiness
  FROM (
    SELECT customer AS unit, mean, count(gap) AS gaps, max(gap) AS longest, ${bindDay(d)} - max(day) AS open,
      iif(count(gap) < 2, NULL, sqrt(sum((gap - mean) * (gap - mean)) / count(gap))) AS sd
    FROM (
      SELECT customer, day, gap, avg(gap) OVER (PARTITION BY customer) AS mean FROM (
        SELECT customer, day_number AS day, day_number - lag(day_number) OVER (PARTITION BY customer ORDER BY day_number) AS gap
        FROM (SELECT DISTINCT customer, day_number ${counted(c, d)})
      )
    )
    GROUP BY customer
  )`,

  // Sums of whole numbers: a correlation of equal gaps is undefined, not nearly so.
  succession_facts: (c, d) => sql`SELECT unit,
    iif(pairs >= 2, CASE WHEN pairs * xx > x * x AND pairs * yy > y * y
      THEN (pairs * xy - x * y) / sqrt(1.0 * (pairs * xx - x * x) * (pairs * yy - y * y)) END, NULL) AS memory,
    3 * differences / pairs AS local_variation
  FROM (
    SELECT customer AS unit, count(*) AS pairs, sum(a) AS x, sum(b) AS y, sum(a * a) AS xx, sum(b * b) AS yy, sum(a * b) AS xy,
      sum((1.0 * (a - b) / (a + b)) * (1.0 * (a - b) / (a + b))) AS differences
    FROM (
      SELECT customer, gap AS b, lag(gap) OVER (PARTITION BY customer ORDER BY day) AS a FROM (
        SELECT customer, day_number AS day, day_number - lag(day_number) OVER (PARTITION BY customer ORDER BY day_number) AS gap
        FROM (SELECT DISTINCT customer, day_number ${counted(c, d)})
      )
    )
    WHERE a IS NOT NULL GROUP BY customer
  )`,

  own_rhythms: () => {
    throw new LadderlineError(
      'sql-unavailable',
      "The chance under a customer's own rhythm has no SQL: SQLite has no gamma function.",
    );
  },

  // Messages that go on with a thread are no touches of their own.
  counted_touches: (c, d) => sql`SELECT id, customer, party, channel, team, day_number FROM (
    SELECT id, customer, party, channel, team, day_number,
      day_number - lag(day_number) OVER (PARTITION BY customer, channel, party, owner ORDER BY day_number, id) AS later
    ${outbound(d)}
  )
  WHERE channel IS NULL OR channel NOT IN (${list(
    THREADED.map((channel) => word(channel)),
    ', ',
  )}) OR later IS NULL OR later > ${bind(c.making.rules.touch.rules.thread)}`,

  evenness: (c, d) => evennessOf(teamDays(c, d, sql`'sales', 'marketing'`), d),
  evenness_of_sales: (c, d) => evennessOf(teamDays(c, d, sql`'sales'`), d),
  evenness_of_marketing: (c, d) => evennessOf(teamDays(c, d, sql`'marketing'`), d),

  team_evenness: (c, d) => sql`SELECT b.unit, s.evenness AS evenness_sales, m.evenness AS evenness_marketing,
    b.evenness - max(s.evenness, m.evenness) AS coordination_gain
  FROM ${c.group('evenness', d)} b
  LEFT JOIN ${c.group('evenness_of_sales', d)} s ON s.unit = b.unit
  LEFT JOIN ${c.group('evenness_of_marketing', d)} m ON m.unit = b.unit`,

  pressures: (c, d) => {
    const { weights, halfLife } = c.making.rules.touch.rules;
    const arms = CHANNELS.map((channel) => sql`WHEN ${word(channel)} THEN ${bind(weights[channel])}`);
    return sql`SELECT customer AS unit,
    sum(CASE channel ${list(arms, ' ')} ELSE ${bind(weights.other)} END * pow(2.0, -1.0 * (${bindDay(d)} - day_number) / ${bind(halfLife)})) AS pressure
  ${counted(c, d)} GROUP BY customer`;
  },

  touch_levels: (c, d) => {
    const { pressures } = c.making.rules.touch.rules;
    const fits = pressures.map(({ rung, where, low, high }, n) => {
      const standing =
        rung === 'any' ? sql`1` : rung === 'lapsed' ? sql`r.lapsed` : sql`(NOT r.lapsed AND r.rung = ${word(rung)})`;
      const bound = where === null ? sql`` : sql` AND r.unit IN (SELECT unit FROM ${name(c.holding(where, d))})`;
      return { n, test: sql`${standing}${bound}`, low, high };
    });
    const limit = (of: (one: (typeof fits)[number]) => number): Sql =>
      fits.length === 0
        ? sql`NULL`
        : sql`CASE ${list(
            fits.map((one) => sql`WHEN ${one.test} THEN ${bind(of(one))}`),
            ' ',
          )} END`;
    return sql`SELECT unit, CASE WHEN touch_class = 'over' OR pressure > high THEN 'over'
      WHEN touch_class <> 'on' OR pressure < low THEN 'under' ELSE 'on' END AS touch_level
  FROM (
    SELECT r.unit, t.touch_class, coalesce(p.pressure, 0) AS pressure, ${limit((one) => one.low)} AS low, ${limit((one) => one.high)} AS high
    FROM ${c.group('rungs', d)} r
    JOIN ${c.group('silence_facts', d)} t ON t.unit = r.unit
    LEFT JOIN ${c.group('pressures', d)} p ON p.unit = r.unit
  )`;
  },

  people_touched: (_, d) => sql`SELECT t.customer AS unit, count(DISTINCT t.party) AS people_touched
  FROM touches t JOIN memberships m ON m.party = t.party
  WHERE t.direction = 'out' AND t.customer IS NOT NULL AND m.kind = 'person'
    AND t.day_number <= ${bindDay(d)} AND t.day_number > ${bindDay(d - DEPTH_DAYS)}
  GROUP BY t.customer`,

  burst_facts: (c, d) => {
    const { burst, barrage } = c.making.rules.touch.rules;
    const last = number(burst.touches - 1);
    return sql`SELECT customer AS unit, sum(before IS NULL OR before < n - ${last}) AS bursts,
    sum((after IS NULL OR after > n + ${last}) AND coalesce(then_day, ${bindDay(d)}) - end_day >= ${bind(barrage)}) AS barrages
  FROM (
    SELECT customer, n, end_day, then_day, lag(n) OVER days AS before, lead(n) OVER days AS after
    FROM (
      SELECT customer, day_number AS day, row_number() OVER days AS n,
        lead(day_number, ${last}) OVER days AS end_day, lead(day_number, ${number(burst.touches)}) OVER days AS then_day
      FROM (SELECT DISTINCT customer, day_number ${counted(c, d)})
      WINDOW days AS (PARTITION BY customer ORDER BY day_number)
    )
    WHERE end_day - day < ${bind(burst.within)}
    WINDOW days AS (PARTITION BY customer ORDER BY n)
  )
  GROUP BY customer`;
  },

  over_caps: (c, d) => {
    const caps = c.making.rules.touch.rules.caps.map(({ channel, count, days, where }) => {
      const only = channel === 'any' ? sql`` : sql` AND channel = ${word(channel)}`;
      const bound = where === null ? sql`` : sql` AND customer IN (SELECT unit FROM ${name(c.holding(where, d))})`;
      return sql`SELECT customer AS unit ${counted(c, d)} AND day_number > ${bindDay(d - days)}${only}${bound} GROUP BY customer HAVING count(*) > ${bind(count)}`;
    });
    return caps.length === 0 ? sql`SELECT NULL AS unit WHERE 0` : list(caps, '\n  UNION ');
  },

  silence_facts: (c, d) => {
    const { targets, silence } = c.making.rules.touch.rules;
    const limit = (times: number): Sql =>
      sql`CASE WHEN r.lapsed THEN ${bind(times * targets.lapsed)} ${list(
        RUNGS.map((rung) => sql`WHEN r.rung = ${word(rung)} THEN ${bind(times * targets[rung])}`),
        ' ',
      )} END`;
    return sql`SELECT unit, coalesce(sum(gap > too_long), 0) AS silences,
    CASE WHEN unit IN (SELECT unit FROM ${c.group('over_caps', d)}) THEN 'over'
      WHEN max(open) IS NULL THEN 'never' WHEN max(open) > too_long THEN 'silent' WHEN max(open) > target THEN 'due' ELSE 'on' END AS touch_class
  FROM (
    SELECT r.unit, ${limit(1)} AS target, ${limit(silence)} AS too_long, g.gap, iif(g.later IS NULL, g.gap, NULL) AS open
    FROM ${c.group('rungs', d)} r
    LEFT JOIN (
      SELECT customer, later, coalesce(later, ${bindDay(d)}) - day AS gap FROM (
        SELECT customer, day_number AS day, lead(day_number) OVER (PARTITION BY customer ORDER BY day_number) AS later
        FROM (SELECT DISTINCT customer, day_number ${counted(c, d)})
      )
    ) g ON g.customer = +r.unit
  )
  GROUP BY unit, target, too_long`;
  },

  team_touches: (_, d) => sql`SELECT id, customer, team, day_number AS day ${outbound(d)} AND team <> 'unknown'`,

  collisions: (c, d) => {
    const touches = c.group('team_touches', d);
    return sql`SELECT a.customer AS unit, count(*) AS collisions
  FROM ${touches} a JOIN ${touches} b
    ON b.customer = a.customer AND +b.id > a.id AND b.team <> a.team AND abs(b.day - a.day) <= ${bind(c.making.rules.touch.rules.collision)}
  GROUP BY a.customer`;
  },

  disputes: () =>
    sql`SELECT customer, day_number AS opened, closed_day_number AS closed FROM tickets WHERE is_dispute = 1 AND customer IS NOT NULL`,

  touches_in_dispute: (c, d) => sql`SELECT u.customer AS unit, count(*) AS touches_in_dispute
  FROM touches u
  WHERE u.customer IS NOT NULL AND u.day_number <= ${bindDay(d)} AND ${isCommercial(sql`u`)}
    AND EXISTS (SELECT 1 FROM ${c.group('disputes', c.making.asOf)} d WHERE d.customer = u.customer AND u.day_number >= d.opened AND (d.closed IS NULL OR u.day_number < d.closed))
  GROUP BY u.customer`,
};

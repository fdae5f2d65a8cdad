/**
 * Every spacing metric of a customer as of a day over 10,000,000 touches of 100,000 customers, beside DuckDB answering the
 * same over a native table.
 *
 *   node tests/bench/spacing.ts [--rows N] [--rounds 3] [--keep FOLDER]
 */
import type { ReadContext } from '#engine/base/context.ts';
import { dayOf } from '#engine/base/days.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { language } from '#engine/language/index.ts';
import { ReadSession } from '#engine/session.ts';
import { openReader } from '#engine/store/open.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { div, draw, Duck, makeWorkspace, runPeerBench, Stopwatch, type Figures, type Tables } from './parts/peer.ts';

const FIRST_DAY = dayOf(2020, 1, 1);
const DAYS = 2200;
const AS_OF = [1733, 1420, 2054, 1188].map((n) => FIRST_DAY + n);
const PER_CUSTOMER = 100;

const METRICS = [
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
  'bursts',
] as const;

const tables =
  (rows: number): Tables =>
  (dialect) => ({
    touch: {
      rows,
      columns: {
        party: `1 + ${draw(1)} % ${Math.max(1, Math.floor(rows / PER_CUSTOMER))}`,
        day: `${FIRST_DAY} + ${div(dialect, `i * ${DAYS}`, rows)} + ${draw(3)} % 30`,
        direction: `CASE WHEN ${draw(5)} % 4 = 0 THEN ${termOf('in')} ELSE ${termOf('out')} END`,
        team: `${termOf('sales')} + ${draw(6)} % 4`,
        channel: `${termOf('visit')} + ${draw(4)} % 9`,
      },
    },
  });

function metrics(ctx: ReadContext, asOf: number): Figures {
  return Object.fromEntries(
    METRICS.map((name) => {
      const column = language.fact(ctx, name, asOf);
      if (column.type === 'text') throw new Error(`${name} is a text`);
      let sum = 0;
      for (const v of column.values) if (v !== UNKNOWN_INT && !Number.isNaN(v)) sum += v;
      return [`${asOf} ${name}`, sum];
    }),
  );
}

/** The same metrics; `fourth` is the day three outbound days earlier, for bursts of four within seven days. */
const query = (asOf: number): string => `
WITH t AS (SELECT party, day FROM touch WHERE day <= ${asOf} AND direction = ${termOf('out')}),
d AS (
  SELECT party, day, day - lag(day) OVER w AS gap, lag(day) OVER w - lag(day, 2) OVER w AS before, lag(day, 3) OVER w AS fourth
  FROM (SELECT DISTINCT party, day FROM t) WINDOW w AS (PARTITION BY party ORDER BY day)
), s AS (
  SELECT party, min(day) AS first_touch, max(day) AS last_touch, count(gap) AS gaps, avg(gap) AS mean, stddev_pop(gap) AS sd,
    max(gap) AS max_gap,
    sum(((gap - before) / (gap + before)) ** 2) FILTER (before IS NOT NULL) AS lv,
    count(*) FILTER (before IS NOT NULL) AS pairs,
    corr(before, gap) FILTER (before IS NOT NULL) AS m,
    stddev_pop(gap) FILTER (before IS NOT NULL) AS sd_late, stddev_pop(before) FILTER (before IS NOT NULL) AS sd_early
  FROM d GROUP BY party
), b AS (
  SELECT party, count(*) AS bursts FROM (
    SELECT party, fourth, lag(day) OVER (PARTITION BY party ORDER BY day) AS earlier FROM d WHERE day - fourth < 7
  ) WHERE earlier IS NULL OR fourth > earlier GROUP BY party
)
SELECT (SELECT count(*) FROM t) AS touches_total, sum(first_touch) AS first_touch, sum(last_touch) AS last_touch,
  sum(${asOf} - last_touch) AS open_gap, sum(mean) AS mean_gap, sum(sd) FILTER (gaps >= 2) AS sd_gap, sum(max_gap) AS max_gap,
  sum(greatest(max_gap, ${asOf} - last_touch)) AS worst_gap,
  sum((sqrt(gaps + 1) * sd / mean - sqrt(gaps - 1)) / ((sqrt(gaps + 1) - 2) * sd / mean + sqrt(gaps - 1))) FILTER (gaps >= 2) AS burstiness,
  sum(m) FILTER (gaps >= 3 AND sd_late > 0 AND sd_early > 0) AS memory,
  sum(3 * lv / pairs) FILTER (gaps >= 2) AS local_variation, coalesce(sum(bursts), 0) AS bursts
FROM s LEFT JOIN b USING (party)`;

await runPeerBench(import.meta.filename, {
  name: 'spacing',
  rows: 10_000_000,
  describe: (rows) =>
    `${METRICS.length} metrics, ${rows.toLocaleString('en')} touches of ${Math.floor(rows / PER_CUSTOMER).toLocaleString('en')} customers`,
  make: (path, rows) => makeWorkspace(path, Math.max(1, Math.floor(rows / PER_CUSTOMER)), tables(rows), {}),
  tables,
  ours(path) {
    const watch = new Stopwatch();
    const figures: Figures = {};
    const session = watch.run('closed file to all metrics', () => {
      const opened = new ReadSession(openReader(path));
      Object.assign(figures, metrics(opened.context(), AS_OF[0]!));
      return opened;
    });
    for (const day of AS_OF.slice(1))
      watch.run('all metrics of another day', () => Object.assign(figures, metrics(session.context(), day)));
    session.close();
    return watch.outcome(figures);
  },
  async theirs(path) {
    const watch = new Stopwatch();
    const figures: Figures = {};
    const ask = async (duck: Duck, day: number): Promise<void> => {
      const [row] = await duck.rows(query(day));
      for (const name of METRICS) figures[`${day} ${name}`] = row![name]!;
    };
    const duck = await watch.run('closed file to all metrics', async () => {
      const opened = await Duck.open(path);
      await ask(opened, AS_OF[0]!);
      return opened;
    });
    for (const day of AS_OF.slice(1)) await watch.run('all metrics of another day', () => ask(duck, day));
    return watch.outcome(figures);
  },
});

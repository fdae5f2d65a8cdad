/**
 * The ladder of 1,000,000 customers: where they stand on a day, moves between two days, and the spells of all of them, beside
 * DuckDB standing the same customers by the same rules.
 *
 *   node tests/bench/ladder.ts [--rows CUSTOMERS] [--rounds 3] [--keep FOLDER]
 */
import { dayOf, isoDay } from '#engine/base/days.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { ladder, migration } from '#engine/analyses/ladder/index.ts';
import { language } from '#engine/language/index.ts';
import { ReadSession } from '#engine/session.ts';
import { openReader } from '#engine/store/open.ts';
import { div, draw, Duck, makeWorkspace, runPeerBench, Stopwatch, type Figures, type Tables } from './parts/peer.ts';

const FIRST_DAY = dayOf(2021, 1, 1);
const DAYS = 1800;
const [FROM, TO] = [FIRST_DAY + 1500, FIRST_DAY + 1790];
const ORDERS = 3;

/** A day that rises with the row number. */
const tables =
  (customers: number): Tables =>
  (dialect) => {
    const day = (rows: number): string => `${FIRST_DAY} + ${div(dialect, `i * ${DAYS}`, rows)}`;
    const party = `1 + ${draw(1)} % ${customers}`;
    const rows = {
      purchase: ORDERS * customers,
      response: Math.ceil(customers / 2),
      advocacy: Math.ceil(customers / 20),
    };
    return {
      purchase: {
        rows: rows.purchase,
        columns: { party, day: day(rows.purchase), amount: `1000 + ${draw(3)} % 500000` },
      },
      response: { rows: rows.response, columns: { party, day: day(rows.response), score: `${draw(3)} % 11` } },
      advocacy: { rows: rows.advocacy, columns: { party, day: day(rows.advocacy) } },
    };
  };

const RUNGS = ['prospect', 'customer', 'client', 'supporter', 'advocate', 'partner', 'lapsed'];

/** Rules L2 to L9 over orders without credits, answers and recommendations. */
const standing = (asOf: number): string => `
  WITH o AS (SELECT party, count(DISTINCT day) AS days, max(day) AS last FROM purchase WHERE day <= ${asOf} GROUP BY party),
  r AS (SELECT party, arg_max(score, day * 11 - score) AS score, max(day) AS day FROM response WHERE day <= ${asOf} AND day > ${asOf - 365} GROUP BY party),
  a AS (SELECT party, max(day) AS day FROM advocacy WHERE day <= ${asOf} AND day > ${asOf - 365} GROUP BY party)
  SELECT c.party, CASE WHEN o.days IS NULL THEN 0 WHEN ${asOf} - o.last > 365 THEN 6 WHEN o.days = 1 THEN 1
    WHEN a.day IS NOT NULL AND NOT coalesce(r.score <= 6 AND r.day > a.day, false) THEN 4
    WHEN r.score >= 9 THEN 3 ELSE 2 END AS rung
  FROM (SELECT DISTINCT party FROM (SELECT party, day FROM purchase UNION ALL SELECT party, day FROM response UNION ALL SELECT party, day FROM advocacy) WHERE day <= ${asOf}) c
  LEFT JOIN o USING (party) LEFT JOIN r USING (party) LEFT JOIN a USING (party)`;

await runPeerBench(import.meta.filename, {
  name: 'ladder',
  rows: 1_000_000,
  describe: (rows) =>
    `${rows.toLocaleString('en')} customers, ${(ORDERS * rows).toLocaleString('en')} orders, half as many answers as customers`,
  make: (path, rows) =>
    makeWorkspace(
      path,
      rows,
      tables(rows),
      {
        purchase: { kind: String(termOf('invoice')), currency: '2000' },
        response: { kind: String(termOf('relational')) },
        advocacy: { kind: String(termOf('referral')) },
      },
      (db) => db.run("INSERT INTO term(id, text) VALUES (2000, 'EUR')"),
    ),
  tables,
  ours(path) {
    const watch = new Stopwatch();
    const figures: Figures = {};
    // A customer without any dated row is known on every day; both engines count those with one.
    const where = 'created is known';
    let session!: ReadSession;
    const report = watch.run('closed file to the rungs of a day', () => {
      session = new ReadSession(openReader(path));
      return ladder.run(session.context(), ladder.parse({ asOf: isoDay(TO), where }));
    });
    for (const r of report.rungs) figures[`on ${r.rung}`] = r.customers;
    const moves = watch.run('moves between two days', () =>
      migration.run(session.context(), migration.parse({ from: isoDay(FROM), to: isoDay(TO), where })),
    );
    for (const from of RUNGS)
      for (const to of RUNGS)
        figures[`${from} to ${to}`] = moves.matrix.find((m) => m.from === from && m.to === to)?.customers ?? 0;
    watch.run('spells of all customers', () => language.allSpells(session.context(), TO));
    session.close();
    return watch.outcome(figures);
  },
  async theirs(path) {
    const watch = new Stopwatch();
    const figures: Figures = {};
    let duck!: Duck;
    const counts = await watch.run('closed file to the rungs of a day', async () => {
      duck = await Duck.open(path);
      return duck.rows(`SELECT rung, count(*) AS n FROM (${standing(TO)}) GROUP BY rung`);
    });
    RUNGS.forEach((rung, at) => (figures[`on ${rung}`] = counts.find((c) => c['rung'] === at)?.['n'] ?? 0));
    const moves = await watch.run('moves between two days', () =>
      duck.rows(
        `SELECT b.rung AS x, a.rung AS y, count(*) AS n FROM (${standing(FROM)}) b JOIN (${standing(TO)}) a USING (party) GROUP BY b.rung, a.rung`,
      ),
    );
    RUNGS.forEach((from, x) =>
      RUNGS.forEach((to, y) => {
        figures[`${from} to ${to}`] = moves.find((m) => m['x'] === x && m['y'] === y)?.['n'] ?? 0;
      }),
    );
    return watch.outcome(figures);
  },
});

/**
 * NPS over 10,000,000 answers of 1,000,000 respondents in twelve waves, one answer per respondent and wave: the score with its
 * interval, by wave, and the trend, beside DuckDB answering the same counts.
 *
 *   node tests/bench/nps.ts [--rows N] [--rounds 3] [--keep FOLDER]
 */
import { dayOf, isoDay } from '#engine/base/days.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { nps, npsTrend } from '#engine/analyses/nps/index.ts';
import { ReadSession } from '#engine/session.ts';
import { openReader } from '#engine/store/open.ts';
import { div, draw, Duck, makeWorkspace, runPeerBench, Stopwatch, type Figures, type Tables } from './parts/peer.ts';

const FIRST_DAY = dayOf(2020, 1, 1);
const WAVES = 12;
const DAYS_PER_WAVE = 90;
const AS_OF = FIRST_DAY + WAVES * DAYS_PER_WAVE;
const PER_RESPONDENT = 10;
const FIRST_WAVE = 2000;

/** Answers lie in the order of their days, each on a day of its wave; the latest of a respondent is the one of the last row. */
const tables =
  (rows: number): Tables =>
  (dialect) => ({
    response: {
      rows,
      columns: {
        party: `1 + ${draw(1)} % ${Math.max(1, Math.floor(rows / PER_RESPONDENT))}`,
        day: `${FIRST_DAY} + ${div(dialect, `i * ${WAVES * DAYS_PER_WAVE - 1}`, rows)}`,
        wave: `${FIRST_WAVE} + ${div(dialect, div(dialect, `i * ${WAVES * DAYS_PER_WAVE - 1}`, rows), DAYS_PER_WAVE)}`,
        score: `${draw(3)} % 11`,
      },
    },
  });

const figuresOf = (rows: readonly { n: number; promoters: number; detractors: number }[]): Figures =>
  Object.fromEntries(
    rows.flatMap((row, i) => [
      [`${i} n`, row.n],
      [`${i} promoters`, row.promoters],
      [`${i} detractors`, row.detractors],
    ]),
  );

await runPeerBench(import.meta.filename, {
  name: 'nps',
  rows: 10_000_000,
  describe: (rows) => `${rows.toLocaleString('en')} answers in ${WAVES} waves`,
  make: (path, rows) =>
    makeWorkspace(
      path,
      Math.max(1, Math.floor(rows / PER_RESPONDENT)),
      tables(rows),
      { response: { kind: String(termOf('relational')) } },
      (db) => {
        for (let w = 0; w < WAVES; w++)
          db.run('INSERT INTO term(id, text) VALUES (?, ?)', [FIRST_WAVE + w, `wave ${String(w).padStart(2, '0')}`]);
      },
    ),
  tables,
  ours(path) {
    const watch = new Stopwatch();
    const asked = { asOf: isoDay(AS_OF), by: 'wave' };
    let session!: ReadSession;
    const report = watch.run('closed file to NPS by wave', () => {
      session = new ReadSession(openReader(path));
      return nps.run(session.context(), nps.parse(asked));
    });
    watch.run('NPS by wave as of another day', () =>
      nps.run(session.context(), nps.parse({ ...asked, asOf: isoDay(AS_OF - 30) })),
    );
    watch.run('the trend', () => npsTrend.run(session.context(), npsTrend.parse({ asOf: isoDay(AS_OF) })));
    session.close();
    const rows = [report, ...report.groups.toSorted((a, b) => (String(a.value) < String(b.value) ? -1 : 1))];
    return watch.outcome(figuresOf(rows.map((r) => ({ ...r, n: r.responses }))));
  },
  async theirs(path) {
    const watch = new Stopwatch();
    const query = (asOf: number): string => `
      WITH kept AS (
        SELECT wave, arg_max(score, day * 11 - score) AS score FROM response WHERE day <= ${asOf} GROUP BY party, wave
      )
      SELECT grouping(wave) AS total, wave, count(*) AS n, count(*) FILTER (score >= 9) AS promoters, count(*) FILTER (score <= 6) AS detractors
      FROM kept GROUP BY GROUPING SETS ((), (wave)) ORDER BY total DESC, wave`;
    let duck!: Duck;
    const rows = await watch.run('closed file to NPS by wave', async () => {
      duck = await Duck.open(path);
      return duck.rows(query(AS_OF));
    });
    await watch.run('NPS by wave as of another day', () => duck.rows(query(AS_OF - 30)));
    return watch.outcome(figuresOf(rows as { n: number; promoters: number; detractors: number }[]));
  },
});

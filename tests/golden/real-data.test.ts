import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { run } from '../../src-main/cli/run.ts';

/** Published data sets through the command line, against truths that were computed without this program. */
const checkout = join(import.meta.dirname, '..', '..');
const data = join(process.env['LADDERLINE_SHARED'] ?? join(checkout, '..', 'shared'), 'data');
const absent = !existsSync(data);
if (absent) console.log('skipped: no shared folder');

type Json = Record<string, unknown>;
type Mapping = { entity: string; columns: Record<string, Json>; constants?: Record<string, string> };

let folder: string;
let made = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-real-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (set: string, name: string): string => join(data, set, name);
const truths = (set: string): Json => JSON.parse(readFileSync(file(set, 'truths.json'), 'utf8')) as Json;

/** One command of the command line, in this process: what it prints on stdout. */
async function cli(args: readonly string[]): Promise<Json> {
  let text = '';
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const errors = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const code = await run([...args, '--json']).finally(() => {
    out.mockRestore();
    errors.mockRestore();
  });
  if (code !== 0) throw new Error(`${args.join(' ')}: ${text}`);
  return JSON.parse(text) as Json;
}

/** A workspace of persons with files imported as they are, each by its mapping. */
class Workspace {
  readonly path = join(folder, `w${++made}.ladderline`);

  static async make(): Promise<Workspace> {
    const made = new Workspace();
    await cli(['new', made.path, '--unit', 'person']);
    return made;
  }

  async import(
    path: string,
    map: Mapping,
    ...options: string[]
  ): Promise<{ read: number; rejected: number; created: number }> {
    const mapping = join(folder, `map${++made}.json`);
    writeFileSync(mapping, JSON.stringify(map));
    const [batch] = (await cli(['import', this.path, path, '--map', mapping, ...options]))['batches'] as {
      read: number;
      rejected: number;
      entities: { created: number }[];
    }[];
    return { read: batch!.read, rejected: batch!.rejected, created: batch!.entities[0]!.created };
  }

  /** The only row of a statement, or all of them. */
  async row(sql: string): Promise<Json> {
    return (await this.rows(sql))[0]!;
  }
  async rows(sql: string): Promise<Json[]> {
    const { columns, rows } = (await cli(['sql', this.path, sql])) as { columns: string[]; rows: unknown[][] };
    return rows.map((row) =>
      Array.isArray(row) ? Object.fromEntries(columns.map((name, i) => [name, row[i]])) : (row as Json),
    );
  }
  async nps(...options: string[]): Promise<Nps> {
    return (await cli(['nps', this.path, '--interval', 'wald', '--as-of', '2030-12-31', ...options])) as Nps;
  }
}

type Nps = Json & {
  responses: number;
  promoters: number;
  passives: number;
  detractors: number;
  nps: number;
  interval: { low: number; high: number };
  groups: { value: string; responses: number; nps: number }[];
};
type NpsTruth = {
  n: number;
  promoters: number;
  passives: number;
  detractors: number;
  nps: number;
  ci95: [number, number];
};

function expectNps(found: Nps, truth: NpsTruth): void {
  expect([found.responses, found.promoters, found.passives, found.detractors]).toEqual([
    truth.n,
    truth.promoters,
    truth.passives,
    truth.detractors,
  ]);
  expect(found.nps).toBeCloseTo(truth.nps, 3);
  expect(found.interval.low).toBeCloseTo(truth.ci95[0], 2);
  expect(found.interval.high).toBeCloseTo(truth.ci95[1], 2);
}

describe.skipIf(absent)('published data through import and command line', () => {
  test('the test data of the R package NPS: score, Wald interval, business units and regions', async () => {
    const truth = truths('nps_testdata') as NpsTruth & Record<'by_BU' | 'by_region', Record<string, number>>;
    const w = await Workspace.make();
    const columns = { REC: { field: 'score' }, date: { field: 'answered_at' } };
    const imported = await w.import(file('nps_testdata', 'testdata.csv'), { entity: 'survey_response', columns });
    expect(imported).toEqual({ read: 1000, rejected: 0, created: 1000 });
    expectNps(await w.nps(), truth);
    for (const [by, expected] of [
      ['BU', truth.by_BU],
      ['Region', truth.by_region],
    ] as const) {
      const groups = Object.fromEntries(
        (await w.nps('--by', by)).groups.map((g) => [g.value, Number(g.nps.toFixed(4))]),
      );
      expect(groups).toEqual(expected);
    }
  });

  test.each(['input_01.csv', 'input_02.csv'])(
    'a conference survey with verbatims, days in two spellings: %s',
    async (name) => {
      const truth = truths('sudzilla_nps') as NpsTruth & { rows: number; published: string };
      const w = await Workspace.make();
      const imported = await w.import(
        file('sudzilla_nps', name),
        {
          entity: 'survey_response',
          columns: {
            Timestamp: { field: 'answered_at' },
            'On a scale of 0-10, how would you rate Sudzilla?': { field: 'score' },
            '...why?': { field: 'verbatim' },
          },
        },
        '--date-order',
        'mdy',
      );
      expect(imported).toEqual({ read: truth.rows, rejected: 0, created: truth.rows });
      const found = await w.nps();
      expectNps(found, truth);
      expect(truth.published).toBe(`${found.nps.toFixed(1)},${found.responses},${found.promoters},${found.detractors}`);
      expect(await w.row('SELECT min(day) AS first, count(verbatim) AS texts FROM responses')).toMatchObject({
        first: '2019-11-01',
      });
    },
  );

  test('the first and the latest answer per customer and store', async () => {
    const truth = truths('cbs_first_latest_nps') as unknown as {
      expected_rows: number;
      nps_first: NpsTruth;
      nps_latest: NpsTruth;
    };
    const w = await Workspace.make();
    const result = 'Result (First / Latest)';
    const imported = await w.import(file('cbs_first_latest_nps', 'expected_output_01.csv'), {
      entity: 'survey_response',
      columns: {
        'Completion Date (Date Time stamp)': { field: 'answered_at', dateOrder: 'dmy' },
        'Would you recommend C&BS Co to your friends and family?': { field: 'score' },
        Store: { field: 'survey' },
        Name: { field: 'respondent_external_id' },
      },
    });
    expect(imported.created).toBe(truth.expected_rows);
    expectNps(await w.nps('--dedup', 'first'), truth.nps_first);
    const groups = (await w.nps('--dedup', 'none', '--by', result)).groups;
    expect(groups.map((g) => [g.value, g.responses, Number(g.nps.toFixed(4))])).toEqual([
      ['First', truth.nps_first.n, truth.nps_first.nps],
      ['Latest', truth.nps_latest.n, truth.nps_latest.nps],
    ]);
  });

  test('campaigns of The Complete Journey as touches: per household, gaps, overlaps', async () => {
    const truth = truths('completejourney') as {
      campaign_sends: number;
      households_targeted: number;
      sends_per_household_max: number;
      sends_per_household_mean: number;
      type_counts: Record<string, number>;
      gap_days_between_campaign_starts: { n: number; median: number; zero_gap: number; max: number };
      sends_overlapping_an_earlier_running_campaign: number;
    };
    const csv = (name: string): string[][] =>
      readFileSync(file('completejourney', name), 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.replaceAll('"', '').split(','));
    const campaigns = new Map(csv('campaign_descriptions.csv').map(([id, ...rest]) => [id!, rest]));
    const sends = csv('campaigns.csv').map(([id, household]) => [id!, household!, ...campaigns.get(id!)!].join(','));
    const joined = join(folder, 'sends.csv');
    writeFileSync(joined, ['campaign_id,household_id,campaign_type,start_date,end_date', ...sends, ''].join('\n'));
    const w = await Workspace.make();
    const imported = await w.import(joined, {
      entity: 'touch',
      columns: {
        campaign_id: { field: 'campaign' },
        household_id: { field: 'customer_external_id' },
        start_date: { field: 'at' },
      },
      constants: { channel: 'mail', direction: 'out', team: 'marketing' },
    });
    expect(imported).toEqual({ read: truth.campaign_sends, rejected: 0, created: truth.campaign_sends });

    type Row = { touches: number; firstDay: string; lastDay: string; meanGap: number | null; maxGap: number | null };
    const { customers } = (await cli(['touches', w.path, '--as-of', '2018-12-31', '--limit', '100000'])) as {
      customers: Row[];
    };
    const touches = customers.map((c) => c.touches);
    const total = touches.reduce((a, b) => a + b, 0);
    expect(customers).toHaveLength(truth.households_targeted);
    expect(Math.max(...touches)).toBe(truth.sends_per_household_max);
    expect(total / customers.length).toBeCloseTo(truth.sends_per_household_mean, 4);
    const gaps = truth.gap_days_between_campaign_starts;
    expect(Math.max(...customers.map((c) => c.maxGap ?? 0))).toBe(gaps.max);
    // No gap is zero: every send of a household is on a day of its own, and its gaps are its sends less one.
    expect(total - customers.length).toBe(gaps.n);
    const span = (c: Row): number => (Date.parse(c.lastDay) - Date.parse(c.firstDay)) / 86_400_000;
    for (const c of customers) expect((c.meanGap ?? 0) * (c.touches - 1)).toBeCloseTo(span(c), 6);

    expect(
      await w.row(`SELECT count(*) AS n, median(gap) AS median, sum(gap = 0) AS zero_gap, max(gap) AS max FROM (
        SELECT day_number - lag(day_number) OVER (PARTITION BY customer ORDER BY day_number) AS gap FROM touches
      ) WHERE gap IS NOT NULL`),
    ).toEqual(gaps);
    expect(
      await w.row(`SELECT sum(running >= day) AS overlaps FROM (
        SELECT day, max(attributes ->> 'end_date') OVER (
          PARTITION BY customer ORDER BY day_number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS running FROM touches)`),
    ).toEqual({ overlaps: truth.sends_overlapping_an_earlier_running_campaign });
    expect(
      await w.rows(
        `SELECT attributes ->> 'campaign_type' AS type, count(DISTINCT campaign) AS n FROM touches GROUP BY 1`,
      ),
    ).toEqual(expect.arrayContaining(Object.entries(truth.type_counts).map(([type, n]) => ({ type, n }))));
  });

  test('45,211 clients of a bank as persons with attributes: sums, rates, and the language over them', async () => {
    const truth = truths('bank_marketing') as {
      rows: number;
      yes: number;
      rate: number;
      total_contacts_this_campaign: number;
      max_contacts: number;
      never_contacted_before: number;
      previous_total: number;
      poutcome: Record<string, number>;
      contact: Record<string, number>;
      yes_rate_by_contacts: Record<string, number>;
    };
    const w = await Workspace.make();
    const imported = await w.import(file('bank_marketing', 'bank_market.csv'), {
      entity: 'party',
      columns: { Cust_num: { field: 'external_id' } },
    });
    expect(imported).toEqual({ read: truth.rows, rejected: 0, created: truth.rows });
    const found =
      await w.row(`SELECT count(*) AS rows, sum(attributes ->> 'y' = 'yes') AS yes, avg(attributes ->> 'y' = 'yes') AS rate,
      sum(attributes ->> 'campaign') AS contacts, max(CAST(attributes ->> 'campaign' AS INTEGER)) AS most,
      sum(attributes ->> 'pdays' = '-1') AS never, sum(attributes ->> 'previous') AS previous FROM persons`);
    expect(found['rate']).toBeCloseTo(truth.rate, 5);
    expect(found).toMatchObject({
      rows: truth.rows,
      yes: truth.yes,
      contacts: truth.total_contacts_this_campaign,
      most: truth.max_contacts,
      never: truth.never_contacted_before,
      previous: truth.previous_total,
    });
    for (const field of ['poutcome', 'contact'] as const) {
      const rows = await w.rows(`SELECT attributes ->> '${field}' AS word, count(*) AS n FROM persons GROUP BY 1`);
      expect(Object.fromEntries(rows.map((r) => [r['word'], r['n']]))).toEqual(truth[field]);
    }
    const rates = await w.rows(`SELECT min(CAST(attributes ->> 'campaign' AS INTEGER), 6) AS calls,
      round(avg(attributes ->> 'y' = 'yes'), 4) AS rate FROM persons GROUP BY 1`);
    expect(Object.fromEntries(rates.map((r) => [r['calls'], r['rate']]))).toEqual(truth.yes_rate_by_contacts);
    expect(
      (await cli(['customers', w.path, '--where', "[y] = 'yes' and [campaign] >= 1", '--limit', '1']))['total'],
    ).toBe(truth.yes);
    const byOutcome = (await cli(['ladder', w.path, '--by', '[poutcome]', '--as-of', '2026-01-01']))['groups'] as {
      value: string;
      customers: number;
    }[];
    expect(Object.fromEntries(byOutcome.map((g) => [g.value, g.customers]))).toEqual(truth.poutcome);
  });

  test('23,000 months of visits to physicians as attributes', async () => {
    const truth = truths('physician_detailing') as Record<string, number>;
    const w = await Workspace.make();
    const imported = await w.import(file('physician_detailing', 'detailing_counts.csv'), {
      entity: 'attribute',
      columns: { id: { field: 'customer_external_id' }, detailing: { field: 'value' } },
      constants: { name: 'detailing' },
    });
    expect(imported).toEqual({ read: truth['rows'], rejected: 0, created: truth['rows'] });
    expect(
      await w.row(`SELECT count(*) AS rows, count(DISTINCT customer) AS physicians, count(*) / count(DISTINCT customer) AS months,
        sum(value) AS visits, sum(attributes ->> 'scripts') AS scripts, sum(value = '0') AS zero_visit_months,
        max(CAST(value AS INTEGER)) AS max_visits_in_month FROM attributes`),
    ).toEqual(
      Object.fromEntries(
        ['rows', 'physicians', 'months', 'visits', 'scripts', 'zero_visit_months', 'max_visits_in_month'].map((key) => [
          key,
          truth[key],
        ]),
      ),
    );
    expect(
      await w.row(`SELECT sum(longest >= 3) AS silent, sum(visits = 0) AS never FROM (
        SELECT customer, max(months) AS longest, sum(visits) AS visits FROM (
          SELECT customer, sum(value = '0') AS months, sum(value) AS visits FROM (
            SELECT customer, value, line, sum(value <> '0') OVER (PARTITION BY customer ORDER BY line) AS run FROM attributes
          ) GROUP BY customer, run
        ) GROUP BY customer)`),
    ).toEqual({ silent: truth['physicians_with_3plus_silent_months'], never: truth['never_visited'] });
  });

  test('4,365 orders of 690 customers: half of them make 80 % of the sales', async () => {
    const truth = truths('pareto_customers') as { rows: number; customers: number; customers_to_80pct: number };
    const w = await Workspace.make();
    const imported = await w.import(file('pareto_customers', 'input_01.csv'), {
      entity: 'attribute',
      columns: { 'Customer ID': { field: 'customer_external_id' }, Sales: { field: 'value' } },
      constants: { name: 'sales' },
    });
    expect(imported).toEqual({ read: truth.rows, rejected: 0, created: truth.rows });
    const lines = readFileSync(file('pareto_customers', 'expected_output_01.csv'), 'utf8').trim().split('\n').slice(1);
    const largest = lines[0]!.split(',');
    const found = await w.row(`WITH per AS (SELECT customer, sum(value) AS sales FROM attributes GROUP BY customer),
      running AS (SELECT sales, sum(sales) OVER (ORDER BY sales DESC, customer) / sum(sales) OVER () AS share FROM per)
      SELECT (SELECT count(*) FROM per) AS customers, sum(share <= 0.8) AS customers_to_80pct, max(sales) AS largest FROM running`);
    expect(found).toMatchObject({ customers: truth.customers, customers_to_80pct: truth.customers_to_80pct });
    expect(found['largest']).toBeCloseTo(Number(largest[3]), 3);
  });

  test('a mailing list, who left it, and who came back', async () => {
    const truth = truths('mailing_list_unsub') as {
      mailing_rows: number;
      unsub_rows: number;
      our_status: Record<string, number>;
      mailing_duplicate_emails: number;
    };
    const w = await Workspace.make();
    const list = await w.import(file('mailing_list_unsub', 'input_01.csv'), {
      entity: 'party',
      columns: { email: { field: 'email' }, 'Sign-up Date': { field: 'created_at' } },
    });
    const left = await w.import(file('mailing_list_unsub', 'input_02.csv'), {
      entity: 'attribute',
      columns: { Date: { field: 'at', dateOrder: 'dmy' }, last_name: { field: 'value' } },
      constants: { name: 'unsubscribed' },
    });
    const sales = await w.import(file('mailing_list_unsub', 'input_03.csv'), {
      entity: 'attribute',
      columns: { email: { field: 'customer_email' }, 'Liquid Sales to Date': { field: 'value' } },
      constants: { name: 'liquid' },
    });
    expect([list.created, left.created, sales.created]).toEqual([200, truth.unsub_rows, 200]);
    expect(
      await w.row("SELECT count(*) - count(DISTINCT email) AS repeated FROM persons WHERE source = 'input_01'"),
    ).toEqual({ repeated: truth.mailing_duplicate_emails });
    const status = await w.rows(`WITH gone AS (
        SELECT day, lower(substr(attributes ->> 'first_name', 1, 1) || replace(replace(replace(value, ' ', ''), '''', ''), '-', '')) AS key
        FROM attributes WHERE name = 'unsubscribed')
      SELECT CASE WHEN g.day IS NULL THEN 'Subscribed' WHEN p.created > g.day THEN 'Resubscribed' ELSE 'Unsubscribed' END AS status,
        count(*) AS n FROM persons p LEFT JOIN gone g ON substr(p.email, 1, length(g.key)) = g.key
      WHERE p.source = 'input_01' GROUP BY 1`);
    expect(Object.fromEntries(status.map((r) => [r['status'], r['n']]))).toEqual(truth.our_status);
    const rows = readFileSync(file('mailing_list_unsub', 'input_03.csv'), 'utf8').trim().split('\n').slice(1);
    const total = (k: number): number => rows.reduce((sum, line) => sum + Number(line.split(',')[k]), 0);
    expect(
      await w.row(
        "SELECT sum(value) AS liquid, sum(attributes ->> 'Bar Sales to Date') AS bar FROM attributes WHERE name = 'liquid'",
      ),
    ).toEqual({ liquid: total(1), bar: total(2) });
  });

  test('notes of a contact centre', async () => {
    const truth = truths('contact_centre_notes') as Record<string, number>;
    const w = await Workspace.make();
    const map = {
      entity: 'attribute',
      columns: { 'Customer ID': { field: 'customer_external_id' }, Notes: { field: 'value' } },
      constants: { name: 'note' },
    };
    const read: number[] = [];
    for (const name of ['input_01.csv', 'input_02.csv'])
      read.push((await w.import(file('contact_centre_notes', name), map)).created);
    expect(read[0]! + read[1]!).toBe(truth['input_rows']);
    expect(
      await w.row(`SELECT count(*) AS expected_rows, sum(value LIKE '%statement%') AS statements,
        sum(value LIKE '%balance%') AS balances, sum(value LIKE '%complain%') AS complaints
        FROM attributes WHERE value GLOB '*#[0-9][0-9][0-9][0-9]*'`),
    ).toEqual({
      expected_rows: truth['expected_rows'],
      statements: truth['statements'],
      balances: truth['balances'],
      complaints: truth['complaints'],
    });
  });
});

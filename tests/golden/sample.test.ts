import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Analysis } from '#engine/base/define.ts';
import { RUNGS } from '#engine/base/vocabulary.ts';
import { customer, customers } from '#engine/analyses/customer/index.ts';
import { ladder, ladderList, migration } from '#engine/analyses/ladder/index.ts';
import { nps } from '#engine/analyses/nps/index.ts';
import { touches, touchesAudit } from '#engine/analyses/touch/index.ts';
import { importSample } from '#engine/commands/index.ts';
import { imports, rejects } from '#engine/import/questions.ts';
import { reportHtml } from '#engine/report/index.ts';
import { ReadSession, writeContext } from '#engine/session.ts';
import { createWorkspace, openReader, openWriter } from '#engine/store/open.ts';

/** The sample exports through the real import, against the figures that their generator computed on its own. */
const checkout = join(import.meta.dirname, '..', '..');
const sample = join(checkout, 'resources', 'sample');

type Expected = {
  asOf: string;
  customers: number;
  rungs: Record<string, Record<string, number>>;
  migration: { from: string; to: string; moves: { from: string; to: string; customers: number }[] };
  clientsWhoFell: Record<string, string[]>;
  nps: { wave: string; answers: number; promoters: number; passives: number; detractors: number; nps: number }[];
  openDisputes: { customer: string; opened: string }[];
  disputes: { customer: string; opened: string; closed: string | null; commercialTouches: number }[];
  touches: {
    barrages: { company: string; from: string; to: string; touches: number }[];
    silent: Record<string, number>;
    never: number;
  };
  files: {
    file: string;
    planted: { line: number; column: string | null; value: string; outcome: string; why: string }[];
  }[];
  stories: { id: string; customer: string; domain: string; facts: Record<string, unknown> }[];
};
const expected = JSON.parse(
  readFileSync(join(checkout, 'scripts', 'sample', 'expected', 'expected.json'), 'utf8'),
) as Expected;
const story = (id: string): Expected['stories'][number] => expected.stories.find((s) => s.id === id)!;

let folder: string;
let session: ReadSession;

function ask<Input, Asked, Report>(analysis: Analysis<string, Input, Asked, Report>, input: Asked): Report {
  return analysis.run(session.context(), analysis.parse({ asOf: expected.asOf, ...input }));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-golden-'));
  const file = join(folder, 'sample.ladderline');
  createWorkspace(file, {
    unit: 'company',
    currency: 'EUR',
    timezone: 'Europe/Berlin',
    fiscalYearStart: 1,
    dateOrder: 'dmy',
  });
  const db = openWriter(file);
  await importSample.run(writeContext(db, 1_790_000_000), importSample.parse({ folder: sample }));
  db.close();
  session = new ReadSession(openReader(file));
}, 180_000);

afterAll(() => {
  session?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('rungs on three days', () => {
  for (const [asOf, counts] of Object.entries(expected.rungs)) {
    const { rungs } = ask(ladder, { asOf });
    expect([asOf, Object.fromEntries(rungs.map((r) => [r.rung, r.customers]))]).toEqual([asOf, counts]);
  }
  expect(ask(ladder, {}).customers).toBe(expected.customers);
});

test('migration of the last quarter, and which clients fell and why', () => {
  const { from, to, moves } = expected.migration;
  const { matrix } = ask(migration, { from, to });
  const key = (m: { from: string; to: string; customers: number }): string => `${m.from} > ${m.to}: ${m.customers}`;
  expect(
    matrix
      .filter((m) => m.customers > 0)
      .map(key)
      .sort(),
  ).toEqual(moves.map(key).sort());
  const fell = ask(ladderList, { from, movedFrom: 'client', direction: 'down', limit: 100 }).rows;
  // Several sources spell a firm differently; the told name is one of its parties'.
  const told = (row: (typeof fell)[number], names: readonly string[]): string | undefined => {
    const spellings = new Set(ask(customer, { id: row.customer }).identity.parties.map((p) => p.name));
    return names.find((name) => spellings.has(name));
  };
  const lapsed = fell.filter((r) => r.to === 'lapsed');
  const credited = fell.filter((r) => r.to !== 'lapsed');
  const { lapsed: lapsedNames, 'fully credited': creditedNames } = expected.clientsWhoFell;
  expect(lapsed.map((r) => told(r, lapsedNames!)).sort()).toEqual([...lapsedNames!].sort());
  expect(credited.map((r) => told(r, creditedNames!)).sort()).toEqual([...creditedNames!].sort());
  for (const row of credited) expect(row.evidence).toContain('fully credited');
});

test('NPS per wave', () => {
  for (const wave of expected.nps) {
    const report = ask(nps, { wave: wave.wave });
    expect({
      wave: wave.wave,
      answers: report.responses,
      promoters: report.promoters,
      passives: report.passives,
      detractors: report.detractors,
      nps: Math.round(report.nps! * 10) / 10,
    }).toEqual({
      wave: wave.wave,
      answers: wave.answers,
      promoters: wave.promoters,
      passives: wave.passives,
      detractors: wave.detractors,
      nps: wave.nps,
    });
  }
});

test('silent customers per rung, never touched, barrages', () => {
  const count = (where: string): number => ask(customers, { where, limit: 0 }).total;
  const silent = Object.fromEntries(
    RUNGS.map((rung) => [rung, count(`rung = ${rung} and not lapsed and touch_class = silent`)]),
  );
  expect({ ...silent, lapsed: count('lapsed and touch_class = silent') }).toEqual(expected.touches.silent);
  const { summary } = ask(touches, { limit: 0 });
  expect([summary.never, summary.barrages, summary.silent]).toEqual([
    expected.touches.never,
    expected.touches.barrages.length,
    Object.values(expected.touches.silent).reduce((a, b) => a + b, 0),
  ]);
  const barrages = ask(touches, { where: 'barrages > 0' }).customers;
  expect(
    barrages.map((c) => ({
      company: c.name,
      ...c.bursts.map(({ from, to, touches: n }) => ({ from, to, touches: n }))[0],
    })),
  ).toEqual(expected.touches.barrages.map(({ company, from, to, touches: n }) => ({ company, from, to, touches: n })));
});

test('open disputes, and commercial touches inside each dispute', () => {
  const open = ask(customers, { where: 'open_disputes > 0', columns: ['name', 'open_disputes'] }).rows;
  expect(open.map((r) => r['name']).sort()).toEqual(expected.openDisputes.map((d) => d.customer).sort());
  const { inDispute } = ask(touchesAudit, {});
  const found = new Map<string, number>();
  for (const { name, opened } of inDispute) found.set(`${name} ${opened}`, (found.get(`${name} ${opened}`) ?? 0) + 1);
  const told = expected.disputes
    .filter((d) => d.commercialTouches > 0)
    .map((d) => [`${d.customer} ${d.opened}`, d.commercialTouches] as const);
  expect([...found].sort()).toEqual([...told].sort());
});

test('the stories: sold to in a dispute, a fallen supporter, two teams on one doorstep, no advocacy act', () => {
  const idOf = (name: string): string =>
    ask(customers, { where: `name = '${name}'`, columns: ['name'] }).rows[0]!['customer'] as string;
  const sold = ask(customer, { id: idOf(story('dispute').customer) });
  const facts = story('dispute').facts as { opened: string; salesCalls: string[]; marketingEmails: string[] };
  expect(
    sold.touches.rows
      .filter((t) => t.inDispute)
      .map((t) => t.day)
      .sort(),
  ).toEqual([...facts.salesCalls, ...facts.marketingEmails].sort());
  expect(sold.evidence.facts.map((f) => f.sentence)).toContain(`A dispute is open since ${facts.opened}.`);

  const fallen = ask(customer, { id: idOf(story('fallen-supporter').customer) });
  expect(fallen.rungHistory.slice(-2).map((s) => s.rung)).toEqual(['supporter', 'client']);
  expect(fallen.rungHistory.at(-1)!.evidence).toContain('NPS 9 → 3');

  const most = ask(customers, { sort: 'collisions:desc', columns: ['name', 'collisions'], limit: 1 }).rows[0]!;
  expect([most['name'], most['collisions']]).toEqual([
    story('collisions').customer,
    story('collisions').facts['pairsWithin3Days'],
  ]);

  expect(ask(customer, { id: idOf(story('say-do').customer) })).toMatchObject({
    rung: 'supporter',
    evidence: { next: expect.stringContaining('referral') },
  });
});

test('every planted row is rejected or kept as the sample says', () => {
  const batches = ask(imports, {}).batches;
  const found = batches.flatMap(({ batch, file }) =>
    ask(rejects, { batch }).rejects.map(({ line, column, value }) => ({ file, line, column, value })),
  );
  const planted = expected.files.flatMap(({ file, planted: rows }) => rows.map((row) => ({ file, ...row })));
  expect(found.map(({ file, line }) => `${file}:${line}`).sort()).toEqual(
    planted
      .filter((row) => row.outcome === 'reject')
      .map(({ file, line }) => `${file}:${line}`)
      .sort(),
  );
  for (const row of planted.filter(({ outcome }) => outcome === 'kept without a score')) {
    expect(
      session.db.all('SELECT r.score FROM response r JOIN batch b ON b.id = r.batch WHERE b.file = ? AND r.line = ?', [
        row.file,
        row.line,
      ]),
    ).toEqual([[null]]);
  }
  expect(new Set(planted.map(({ outcome }) => outcome))).toEqual(
    new Set(['reject', 'kept without a customer', 'kept without a score']),
  );
});

test('the report of the sample is six pages and the same bytes twice', () => {
  const first = ask(reportHtml, {});
  expect(first.pages.length).toBe(6);
  expect(first.html).toContain(`${expected.customers} customers; most stand on prospect`);
  expect(ask(reportHtml, {}).html).toBe(first.html);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { checkout, Workbench } from './workbench.ts';

/** The stories of resources/sample/README.md, each found where an analyst would meet it. */
const figures = JSON.parse(readFileSync(join(checkout, 'scripts', 'sample', 'expected', 'expected.json'), 'utf8')) as {
  rungs: Record<string, Record<string, number>>;
  nps: { wave: string; answers: number; nps: number }[];
  clientsWhoFell: { lapsed: string[]; 'fully credited': string[] };
};

let bench: Workbench;

test.beforeAll(async () => {
  bench = await Workbench.startOnSample();
});
test.afterAll(() => bench.close());

const clear = async (): Promise<void> => {
  await bench.page.keyboard.press('Escape');
  await expect(bench.status.locator('.status-selection')).toHaveText('423 customers');
};
const list = async (tab: string | RegExp, table: string): Promise<string[][]> => {
  await bench.front.getByRole('tab', { name: tab }).click();
  return bench.rows(table, bench.front);
};
const select = (figure: string | RegExp) => bench.front.getByRole('button', { name: figure }).first().click();

test('the main figures are those of the files', async () => {
  await bench.view('Ladder');
  const stands = await bench.twin(/^Where 423 customers stand/);
  expect(Object.fromEntries(stands.map(([rung, customers]) => [rung, Number(customers)]))).toEqual(
    figures.rungs['2026-09-30'],
  );
  await bench.view('NPS');
  const waves = await bench.twin(/^Score per wave/);
  expect(waves.map((w) => [w[0], Number(w[3]), Number(w[4]?.replace('−', '-'))])).toEqual(
    figures.nps.map((w) => [w.wave, w.answers, w.nps]),
  );
});

test('story 1: a client in dispute who is sold to', async () => {
  await bench.filter("name = 'Thalgrund Armaturen GmbH'");
  await bench.view('Touches');
  const audit = await list(/^Sold to in a dispute/, 'Commercial touches during an open dispute');
  expect(audit.map((row) => [row[0], row[1]])).toHaveLength(6);
  const days = audit.map((row) => row[1]).join(' ');
  for (const day of ['2026-08-20', '2026-09-03', '2026-09-17', '2026-08-25', '2026-09-08', '2026-09-15'])
    expect(days).toContain(day);
  // The service call about the dispute is no commercial touch.
  expect(days).not.toContain('2026-08-13');
  await clear();
  await bench.view('Touches');
  await select(/during a dispute: 8 customers$/);
  await bench.settled();
  const customers = await bench.view('Customers');
  await expect(customers.getByRole('gridcell', { name: 'Thalgrund Armaturen GmbH' })).toBeVisible();
  await clear();

  const customer = await bench.customer('Thalgrund Armaturen GmbH');
  await expect(customer.getByRole('figure', { name: 'Timeline of both teams' })).toContainText(
    '6 commercial while a dispute was open',
  );
  await expect(bench.side.getByRole('region', { name: 'Disputes' })).toContainText('open since 11 Aug 2026');
});

test('story 2: a barrage, then silence', async () => {
  await bench.view('Touches');
  await select(/barrage.*: 1 customer$/i);
  await bench.settled();
  const customers = await bench.view('Customers');
  await expect(customers.getByRole('grid', { name: 'Customers' })).toHaveAttribute('aria-rowcount', '2');
  expect((await bench.rows('Customers')).map((row) => row[0])).toEqual(['Ulmrode Gießerei GmbH']);
  await clear();
  const customer = await bench.customer('Ulmrode Gießerei GmbH');
  await expect(customer.getByRole('figure', { name: 'Timeline of both teams' })).toContainText(/burst.*silence/);
  await expect(bench.side.getByRole('region', { name: 'Silences' })).toContainText('110 d, open');
});

test('story 3: an advocate in words only', async () => {
  await bench.view('Customers');
  await bench.side.getByRole('button', { name: /promoters who never recommended/i }).click();
  await bench.settled();
  await bench.front.getByRole('columnheader', { name: 'Name', exact: false }).first().click();
  await bench.settled();
  const words = await bench.status.locator('.status-selection').textContent();
  expect(words).toMatch(/promoters who never recommended · \d+ of 423/);
  await clear();
  await bench.filter("nps_class = promoter and rung = supporter and name = 'Selvatal Optik GmbH'");
  expect(await bench.rows('Customers')).toHaveLength(1);
  await clear();
  const customer = await bench.customer('Selvatal Optik GmbH');
  await expect(customer.getByRole('heading', { name: 'Why supporter' })).toBeVisible();
  const answers = await list(/^Answers/, 'Survey answers');
  expect(answers.map((row) => Number(row[1])).sort((a, b) => a - b)).toEqual([9, 9, 10, 10]);
});

test('story 4: a lead in the black hole', async () => {
  // The firm is in no list of accounts: it is known by the person who left an address.
  const customer = await bench.customer('Morvik Laborbedarf GmbH');
  await expect(customer.getByText('morvik-laborbedarf.example').first()).toBeVisible();
  // Both Salesforce and HubSpot name the lead; only one knows when it was assigned, neither a follow-up.
  const leads = (await list(/^Leads/, 'Leads')).map((row) => row.join(' | '));
  expect(leads.filter((lead) => /^2026-05-12.*Ines Ahrendt.*Sonja Kehl.*—$/.test(lead))).toHaveLength(leads.length);
  expect(leads.filter((lead) => lead.includes('2026-05-13'))).toHaveLength(1);
  await expect(customer.getByText('never touched')).toBeVisible();
});

for (const [name, sources, why] of [
  ['Falkenrohde Feinmechanik GmbH & Co. KG', ['salesforce', 'hubspot', 'stripe', 'xero'], /domain/i],
  ['Quellmar Medizintechnik AG', ['salesforce', 'stripe'], /tax/i],
  ['Wendelmoor Papier GmbH', ['salesforce', 'xero'], /company name/i],
] as const) {
  test(`story 5: one firm with several names, ${name}`, async () => {
    await bench.customer(name);
    const parties = await list(/^Identity/, 'Identity and sources');
    const found = new Set(parties.map((row) => row[0]));
    expect(sources.filter((source) => !found.has(source))).toEqual([]);
    expect(parties.map((row) => row[6]).join('; ')).toMatch(why);
    const [part] = name.split(' ');
    await bench.page.keyboard.press('Control+p');
    const quick = bench.page.getByRole('dialog', { name: 'Go to customer or view' });
    await quick.getByRole('combobox').fill(part!);
    await bench.settled();
    // One customer; the rest of what is found is the tab that is already open.
    await expect(quick.getByRole('option').filter({ hasText: part!, hasNotText: 'open tab' })).toHaveCount(1);
    await bench.page.keyboard.press('Escape');
  });
}

test('story 6: the quarter in which clients slid back', async () => {
  await bench.view('Ladder');
  const moves = bench.front.getByRole('figure', { name: /^Who moved, 30 Jun.* → 30 Sep 2026/ });
  await moves.getByText('Matrix', { exact: true }).click();
  const fell: string[] = [];
  for (const [cell, expected] of [
    [/^Client to lapsed: 12 customers/, figures.clientsWhoFell.lapsed],
    [/^Client to customer: 8 customers/, figures.clientsWhoFell['fully credited']],
  ] as const) {
    await moves.getByRole('button', { name: cell }).click();
    await bench.settled();
    await expect(bench.status.locator('.status-selection')).toContainText(`${expected.length} of 423 customers`);
    const names = (await bench.rows(/^Selected: /, bench.front)).map((row) => row[0]!);
    fell.push(...names);
    expect(names.filter((name) => !expected.includes(name))).toEqual([]);
  }
  expect(fell.length).toBeGreaterThan(8);
  await clear();
  await moves.getByText('Flow', { exact: true }).click();
});

test('story 7: a supporter who fell', async () => {
  await bench.view('Ladder');
  const moves = bench.front.getByRole('figure', { name: /^Who moved/ });
  await moves.getByText('Matrix', { exact: true }).click();
  await select(/^Supporter to client: 9 customers/);
  await bench.settled();
  const fell = await bench.rows(/^Selected: /, bench.front);
  const zellwick = fell.find((row) => row[0] === 'Zellwick Kunststofftechnik GmbH');
  expect(zellwick?.[1]).toMatch(/supporter → client/);
  await clear();
  const customer = await bench.customer('Zellwick Kunststofftechnik GmbH');
  await expect(customer.getByRole('heading', { name: 'Why client' })).toBeVisible();
  const answers = await list(/^Answers/, 'Survey answers');
  expect(Object.fromEntries(answers.map((row) => [row[0], Number(row[1])]))).toEqual({
    '2025-03-20': 8,
    '2025-09-15': 9,
    '2026-03-17': 9,
    '2026-09-12': 3,
  });
  const tickets = await list(/^Tickets/, 'Tickets');
  expect(tickets.filter((row) => row[0]!.startsWith('2026-07'))).toHaveLength(2);
});

test('story 8: two teams on one doorstep', async () => {
  await bench.filter("name = 'Brennlohe Druckguss AG'");
  await bench.view('Touches');
  const collisions = await list(/^Two teams within 3 days/, 'Touches by two teams within 3 days');
  const since = collisions.filter((row) => row[2]! >= '2026-03-10');
  expect(since).toHaveLength(10);
  expect(new Set(since.map((row) => row[0]))).toEqual(new Set(['Brennlohe Druckguss AG']));
  await clear();
});

test('rows found wanting stand in Problems and open their line of the file', async () => {
  const problems = await bench.panelTab('Problems');
  for (const [file, line, value] of [
    ['xero--sales-invoices.csv', 1186, '31/06/2025'],
    ['zendesk--tickets.csv', 103, '2025-13-04'],
    ['mailings--sends.csv', 2503, 'pending'],
    ['hubspot--contacts-2026-09-21.csv', 407, ''],
  ] as const) {
    await problems
      .getByRole('button')
      .filter({ hasText: file })
      .filter({ hasText: new RegExp(`line ${line}\\b`) })
      .first()
      .click();
    await expect(bench.title).toHaveText(`${file}:${line}`);
    await bench.settled();
    const focus = bench.front.locator('li[aria-current=true]');
    await expect(focus).toContainText(String(line));
    await expect(focus).toContainText(value);
  }
  await bench.command('Panel');
});

test('any figure leads to the line of the file it came from', async () => {
  const customer = await bench.customer('Thalgrund Armaturen GmbH');
  await list(/^Money/, 'Money');
  await customer.getByRole('grid', { name: 'Money' }).locator('.grid-body').getByRole('gridcell').first().click();
  await expect(bench.title).toHaveText(/^(xero--sales-invoices|stripe--payments)\.csv:\d+$/);
  await expect(bench.front.locator('li[aria-current=true]')).toContainText(/thalgrund/i);
});

test('story 9: undoing the first of two weekly exports changes nothing visible; redo works', async () => {
  const seen = async (): Promise<unknown> => {
    await bench.view('Ladder');
    const stands = await bench.twin(/^Where .* stand/);
    await bench.view('NPS');
    const waves = await bench.twin(/^Score per wave/);
    const customers = await bench.view('Customers');
    await expect(customers.getByRole('grid', { name: 'Customers' })).toHaveAttribute('aria-rowcount', '424');
    return {
      stands,
      waves,
      first: (await bench.rows('Customers')).slice(0, 15),
      status: await bench.status.locator('.status-selection').textContent(),
    };
  };
  const before = await seen();
  await bench.view('Imports');
  const row = () =>
    bench.front
      .getByRole('grid', { name: /Ledger/ })
      .getByRole('row')
      .filter({ hasText: 'hubspot--contacts-2026-09-21.csv' });
  await row().scrollIntoViewIfNeeded();
  await row().getByText('Undo', { exact: true }).click();
  await expect(row().getByText('Redo', { exact: true })).toBeVisible({ timeout: 30_000 });
  expect(await seen()).toEqual(before);
  const customer = await bench.customer('Falkenrohde Feinmechanik GmbH & Co. KG');
  await expect(customer.getByRole('tab', { name: /^Identity/ })).toBeVisible();
  expect(new Set((await list(/^Identity/, 'Identity and sources')).map((r) => r[0]))).toContain('hubspot');

  await bench.view('Imports');
  await row().getByText('Redo', { exact: true }).click();
  await expect(row().getByText('Undo', { exact: true })).toBeVisible({ timeout: 30_000 });
  expect(await seen()).toEqual(before);
  const history = await bench.panelTab('History');
  await expect(history).toContainText(/hubspot--contacts-2026-09-21/);
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Workbench } from './workbench.ts';

let bench: Workbench;
let folder: string;

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-saved-'));
  bench = await Workbench.startOnSample();
});
test.afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the table says how many customers it has and sorts by a header', async () => {
  const view = await bench.view('Customers');
  await expect(view).toContainText('423 customers as of 30 Sep 2026.');
  const revenue = view.getByRole('columnheader', { name: 'Revenue in 12 months' });
  await revenue.click();
  await revenue.click();
  await expect(revenue).toHaveAttribute('aria-sort', 'descending');
  await bench.settled();
  const amounts = (await bench.rows('Customers')).slice(0, 10).map((row) => Number(row[2]!.replace(/[^\d.]/g, '')));
  expect(amounts[0]).toBeGreaterThan(10_000);
  expect(amounts).toEqual([...amounts].sort((a, b) => b - a));
});

test('names and values are completed while a filter is typed', async () => {
  const filter = bench.front.getByRole('combobox', { name: 'Filter' });
  await filter.fill('');
  await filter.pressSequentially('touch_cl');
  await expect(bench.front.getByRole('option', { name: /^touch_class/ })).toBeVisible();
  await filter.press('Tab');
  await filter.pressSequentially(' = sil');
  await filter.press('Tab');
  await expect(filter).toHaveValue('touch_class = silent');
  await filter.press('Enter');
  await expect(bench.front).toContainText(/\d+ of 423 customers as of 30 Sep 2026/);
  await bench.settled();
  expect(new Set((await bench.rows('Customers')).map((row) => row[6]))).toEqual(new Set(['silent']));
});

test('a misspelt field is marked in its place and the right one is offered', async () => {
  const filter = bench.front.getByRole('combobox', { name: 'Filter' });
  await filter.fill('rung = client and opn_gap > 60');
  await expect(bench.front.getByRole('alert')).toContainText('Character 19');
  await bench.front.getByRole('button', { name: 'Write open_gap' }).click();
  await expect(filter).toHaveValue('rung = client and open_gap > 60');
  await filter.press('Enter');
  await expect(bench.status).toContainText(/rung is client and open gap above 60/i);
});

test('columns are chosen from the catalogue, and every row is saved as CSV without formulas', async () => {
  await bench.page.getByRole('button', { name: 'Columns', exact: true }).click();
  const dialog = bench.page.getByRole('dialog', { name: 'Columns of the customer table' });
  await dialog.getByLabel('Find a fact').fill('longest gap');
  await dialog.getByRole('checkbox').first().check();
  const chosen = (await dialog.getByRole('checkbox').first().locator('..').textContent())!.trim();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await bench.settled();
  await bench.front.getByRole('grid', { name: 'Customers' }).evaluate((grid) => (grid.scrollLeft = 5000));
  await expect(bench.front.getByRole('columnheader', { name: new RegExp(chosen, 'i') })).toBeAttached();
  const [, selected] = /(\d+) of 423/.exec((await bench.status.textContent()) ?? '') ?? [];
  const saved = join(folder, 'customers.csv');
  await bench.answerSaveDialog(saved);
  await bench.command('Save the Customer Table as CSV');
  await expect.poll(() => linesOf(saved).length).toBe(Number(selected) + 1);
  expect(linesOf(saved)[0]).toMatch(/^customer,name,rung,revenue12m,revenue12mCurrency,/);
  expect(readFileSync(saved, 'utf8')).not.toMatch(/(^|,)[=+@]/m);
  await bench.page.keyboard.press('Escape');
});

test('a customer opens with Enter; each fact leads to its source line', async () => {
  await bench.filter("name = 'Thalgrund Armaturen GmbH'");
  await bench.front
    .getByRole('grid', { name: 'Customers' })
    .locator('.grid-body')
    .getByRole('gridcell')
    .first()
    .focus();
  await bench.page.keyboard.press('Enter');
  await expect(bench.front.getByRole('heading', { level: 1 })).toHaveText('Thalgrund Armaturen GmbH');
  await bench.settled();
  await bench.front.getByRole('button', { name: /^Orders on/ }).click();
  await expect(bench.panel.getByRole('listitem').first()).toContainText(/^(xero|stripe)--.*\.csv:\d+/);
  await bench.panel.getByRole('listitem').first().getByRole('button').click();
  await expect(bench.front.getByRole('heading', { level: 1 })).toHaveText(/\.csv:\d+$/);
  await expect(bench.front.locator('li[aria-current=true]')).toContainText(/thalgrund/i);
  await bench.command('Panel');
});

test('the timeline is walked and zoomed by keys, and its table has the same marks', async () => {
  await bench.customer('Thalgrund Armaturen GmbH');
  const timeline = bench.front.getByRole('figure', { name: 'Timeline of both teams' });
  const marks = timeline.getByRole('application');
  await marks.focus();
  await bench.page.keyboard.press('0');
  await bench.page.keyboard.press('ArrowLeft');
  const newest = await timeline.locator('[aria-live=polite]').textContent();
  expect(newest).toMatch(/^\d+ \w+ 2026: /);
  await bench.page.keyboard.press('ArrowLeft');
  await expect(timeline.locator('[aria-live=polite]')).not.toHaveText(newest ?? '');
  await bench.page.keyboard.press('+');
  await bench.page.keyboard.press('-');
  const rows = await bench.twin('Timeline of both teams');
  const [, total] = /^(\d+) touches/.exec((await timeline.locator('.finding').textContent()) ?? '') ?? [];
  expect(rows).toHaveLength(Number(total));
  expect(rows.filter((row) => row[3] === 'yes')).toHaveLength(6);
  await marks.focus();
  await bench.page.keyboard.press('ArrowLeft');
  await bench.page.keyboard.press('Enter');
  await expect(bench.front.getByRole('heading', { level: 1 })).toHaveText(/\.csv:\d+$/);
});

test('customer table, record and source lines are within reach of assistive tools in both themes', async () => {
  for (const theme of ['Dark', 'Light']) {
    await bench.command(`Theme: ${theme}`);
    await bench.expectAccessible(`Source, ${theme}`);
    await bench.view('Customers');
    await bench.expectAccessible(`Customers, ${theme}`);
    await bench.customer('Thalgrund Armaturen GmbH');
    await bench.expectAccessible(`Customer, ${theme}`);
    await bench.front
      .getByRole('grid', { name: /Money|Touches/ })
      .first()
      .locator('.grid-body')
      .getByRole('gridcell')
      .first()
      .click();
    await bench.settled();
  }
});

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\r\n').slice(0, -1);
  } catch {
    return [];
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { checkout, Workbench } from './workbench.ts';

const exported = (name: string): string => join(checkout, 'resources', 'sample', name);

let bench: Workbench;
let folder: string;

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-first-'));
  bench = await Workbench.start();
});
test.afterAll(async () => {
  await bench.close();
  rmSync(bench.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  rmSync(folder, { recursive: true, force: true });
});

const imported = async (file: string): Promise<void> =>
  expect(
    bench.front.getByRole('grid', { name: 'Ledger of imports' }).getByRole('row').filter({ hasText: file }),
  ).toBeVisible({ timeout: 60_000 });

test('the first start shows where to begin', async () => {
  await expect(bench.title).toHaveText('Welcome');
  for (const name of [/^Open the sample workspace/, /^New workspace/, /^Open workspace/, /^Import files/])
    await expect(bench.front.getByRole('button', { name })).toBeEnabled();
  await expect(bench.status).toContainText('No workspace is open');
  await expect(
    bench.page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Ladder' }),
  ).toBeDisabled();
});

test('one click opens the sample workspace and shows its ladder', async () => {
  await bench.front.getByRole('button', { name: /^Open the sample workspace/ }).click();
  await expect(bench.status).toContainText('423 customers', { timeout: 90_000 });
  await expect(bench.status).toContainText('as of 30 Sep 2026');
  await expect(bench.front.getByRole('figure', { name: /^Where 423 customers stand/ })).toBeVisible();
});

test('a new workspace is made where the person says', async () => {
  await bench.answerSaveDialog(join(folder, 'planning'));
  await bench.page.keyboard.press('Control+n');
  const dialog = bench.page.getByRole('dialog', { name: 'New workspace' });
  await dialog.getByRole('textbox', { name: 'Currency' }).fill('eu');
  await expect(dialog.getByRole('button', { name: /^Choose where/ })).toBeDisabled();
  await dialog.getByRole('textbox', { name: 'Currency' }).fill('chf');
  await dialog.getByRole('button', { name: /^Choose where/ }).click();
  await expect(dialog).toHaveCount(0);
  await expect(bench.status).toContainText('planning');
  await expect(bench.status).toContainText('CHF');
  await expect(bench.status).toContainText('0 customers');
});

test('three exports are dropped, checked, imported; a fourth comes by the dialog', async () => {
  await bench.drop(
    ['hubspot--contacts-2026-09-21.csv', 'zendesk--tickets.csv', 'xero--sales-invoices.csv'].map(exported),
  );
  await expect(bench.front.getByRole('region', { name: 'Files to import' }).getByRole('listitem')).toHaveCount(3);
  await bench.front.getByRole('button', { name: /^Import all 3/ }).click();
  await imported('xero--sales-invoices.csv');
  await bench.answerOpenDialog([exported('surveymonkey--responses-2026-09.csv')]);
  await bench.page.keyboard.press('Control+i');
  const detail = bench.front.getByRole('region', { name: 'surveymonkey--responses-2026-09.csv', exact: true });
  const button = detail.getByRole('button', { name: 'Import', exact: true });
  await expect(button).toBeEnabled({ timeout: 30_000 });
  await button.click();
  await imported('surveymonkey--responses-2026-09.csv');
  await bench.settled();
  await expect(bench.status).not.toContainText('0 customers');
});

test('ladder, NPS and touches have figures of the imported files', async () => {
  await bench.view('NPS');
  await expect(bench.front.getByRole('figure', { name: /^NPS of \d+ answers/ })).toBeVisible();
  await bench.view('Ladder');
  const stands = await bench.twin(/^Where \d+ customers stand/);
  expect(stands.reduce((sum, row) => sum + Number(row[1]), 0)).toBeGreaterThan(300);
  await bench.view('Touches');
});

test('a binary file, an empty file and a folder are refused in words and stop nothing', async () => {
  const binary = join(folder, 'picture.csv');
  writeFileSync(
    binary,
    Uint8Array.from({ length: 4096 }, (_, i) => (i * 197) % 256),
  );
  const empty = join(folder, 'empty.csv');
  writeFileSync(empty, '');
  await bench.drop([binary, empty]);
  for (const name of ['picture.csv', 'empty.csv']) {
    await bench.front
      .getByRole('region', { name: 'Files to import' })
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .click();
    const told = bench.front.getByRole('region', { name, exact: true }).getByRole('alert');
    await expect(told).toContainText(name);
    await expect(told).not.toContainText(/undefined|Error:|at .*:\d+/);
  }
  await bench.view('Ladder');
});

test('a second start goes on where the first ended', async () => {
  await bench.view('Ladder');
  await bench.front
    .getByRole('group', { name: 'Customers per rung' })
    .getByRole('button', { name: /^Prospect/ })
    .click();
  await bench.command('Theme: Light');
  await bench.command('Show History');
  await bench.settled();
  const state = async () => ({
    tabs: (await bench.page.getByRole('tablist', { name: 'Open tabs' }).getByRole('tab').allTextContents()).map(
      (text) => text.trim(),
    ),
    front: await bench.title.textContent(),
    selection: await bench.status.locator('.status-selection').textContent(),
    panel: await bench.panel.getByRole('tab', { selected: true }).textContent(),
    theme: await bench.page.evaluate(() => getComputedStyle(document.body).backgroundColor),
  });
  const before = await state();
  expect(before.selection).toContain('rung is prospect');
  await bench.page.waitForTimeout(600);
  await bench.close({ keepProfile: true });
  bench = await Workbench.start({ profile: bench.profile });
  await expect(bench.status).toContainText('rung is prospect', { timeout: 30_000 });
  await bench.settled();
  expect(await state()).toEqual(before);
});

test('recent workspaces are listed and open with a click', async () => {
  await bench.command('Close Workspace');
  await expect(bench.status).toContainText('No workspace is open');
  await bench.command('Welcome');
  await bench.front.getByRole('region', { name: 'Recent' }).getByRole('button', { name: 'planning' }).click();
  await expect(bench.status).toContainText('planning');
  await expect(bench.status).toContainText('rung is prospect');
});

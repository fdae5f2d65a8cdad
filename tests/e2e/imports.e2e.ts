import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Locator } from '@playwright/test';
import { Workbench } from './workbench.ts';

const sample = join(import.meta.dirname, '..', '..', 'resources', 'sample');
const exported = (name: string): string => join(sample, name);

let bench: Workbench;
let folder: string;

/** A file written for this test, in the manner of somebody's own export. */
const written = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const detail = (file: string): Locator => bench.front.getByRole('region', { name: file, exact: true });
const choose = (file: string): Promise<void> =>
  bench.front
    .getByRole('region', { name: 'Files to import' })
    .getByRole('button', { name: new RegExp(`^${file}`) })
    .click();
const ledgerRow = (file: string): Locator =>
  bench.front.getByRole('grid', { name: 'Ledger of imports' }).getByRole('row').filter({ hasText: file });
const counts = (file: string): Promise<string[][]> =>
  detail(file)
    .getByRole('table', { name: 'What the import would do' })
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => (cell.textContent ?? '').trim())));

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-exports-'));
  bench = await Workbench.start();
  await bench.settled();
});
test.afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

test('dropped files open a workspace, are recognised, and are counted before anything is written', async () => {
  await bench.drop([
    exported('salesforce--accounts.csv'),
    exported('zendesk--tickets.csv'),
    exported('surveymonkey--responses-2026-09.csv'),
  ]);
  await expect(bench.front.getByRole('region', { name: 'Files to import' }).getByRole('listitem')).toHaveCount(3);
  await choose('zendesk--tickets.csv');
  await expect(detail('zendesk--tickets.csv')).toContainText('Recognised as zendesk.tickets');
  await expect(detail('zendesk--tickets.csv').getByRole('table', { name: 'What the import would do' })).toBeVisible({
    timeout: 30_000,
  });
  expect(await counts('zendesk--tickets.csv')).toEqual([['tickets', '352', '0', '0']]);
  await detail('zendesk--tickets.csv')
    .getByRole('tab', { name: /^Rejects/ })
    .click();
  await expect(detail('zendesk--tickets.csv').getByRole('grid', { name: /^Rejected rows/ })).toContainText(
    '2025-13-04',
  );
  await expect(bench.front).toContainText('Nothing imported yet');
});

test('the mapping of a survey shows the question it takes as the score, and a column can be sent elsewhere', async () => {
  const file = 'surveymonkey--responses-2026-09.csv';
  await choose(file);
  await detail(file)
    .getByRole('tab', { name: /^Mapping/ })
    .click();
  const score = detail(file)
    .getByRole('row')
    .filter({ hasText: /How likely/ });
  await expect(score.getByRole('combobox')).toHaveValue('survey_response.score');
  await expect(score).toContainText('the question asks for it');
  const collector = detail(file).getByRole('combobox', { name: 'Field of Collector ID' });
  await collector.selectOption('survey_response.survey');
  await expect(detail(file).getByRole('row').filter({ hasText: 'Collector ID' })).toContainText('chosen by hand');
  await detail(file).getByRole('button', { name: 'Check', exact: true }).click();
  await expect.poll(() => counts(file), { timeout: 30_000 }).toEqual([['survey answers', '228', '0', '0']]);
  await collector.selectOption('');
  await expect(detail(file).getByRole('button', { name: 'Import', exact: true })).toBeDisabled();
});

test('all files of the list are imported one after the other, and the ledger has their counts', async () => {
  await bench.front
    .page()
    .getByRole('button', { name: /^Import all 3/ })
    .click();
  await expect(ledgerRow('surveymonkey--responses-2026-09.csv')).toBeVisible({ timeout: 60_000 });
  await expect(ledgerRow('zendesk--tickets.csv')).toContainText('352 new tickets');
  await expect(ledgerRow('salesforce--accounts.csv')).toContainText('live');
  await expect(bench.status).toContainText('customers');
});

test('the rejected rows of an import open their source line and can be saved', async () => {
  await bench.settled();
  await ledgerRow('zendesk--tickets.csv').getByRole('gridcell').nth(6).click();
  const rejects = bench.panel.getByRole('grid', { name: 'Rejected rows of zendesk--tickets.csv' });
  await expect(rejects).toContainText('2025-13-04');
  const saved = join(folder, 'rejects.csv');
  await bench.answerSaveDialog(saved);
  await bench.panel.getByRole('button', { name: 'Save as CSV' }).click();
  await expect.poll(() => readSafely(saved)).toContain('line,column,value,reason\r\n103,');
  await rejects.locator('.grid-body').getByRole('gridcell').first().click();
  await expect(bench.front.getByRole('heading', { level: 1 })).toHaveText('zendesk--tickets.csv:103');
  await expect(bench.front.locator('li[aria-current=true]')).toContainText('2025-13-04');
  await expect(bench.front.getByRole('region', { name: 'Columns of line 103' })).toContainText('Created at');
  await bench.page.keyboard.press('Alt+ArrowDown');
  await expect(bench.front.locator('li[aria-current=true]')).toContainText('104');
  await bench.command('Panel');
});

test('a file chosen by the dialog that is known already is told and is not imported twice', async () => {
  await bench.view('Imports');
  await bench.answerOpenDialog([exported('zendesk--tickets.csv')]);
  await bench.page.getByRole('button', { name: 'Choose files' }).first().click();
  const again = bench.front.getByRole('region', { name: 'zendesk--tickets.csv', exact: true });
  await expect(again).toContainText(/already/i, { timeout: 30_000 });
  await expect(again.getByRole('button', { name: 'Import', exact: true })).toBeDisabled();
});

test('dates that can be read in two ways are decided in place', async () => {
  await bench.drop([
    written(
      'orders.csv',
      'order number,order date,customer name,amount,currency\nA1,03/04/2026,Musterbau,100.00,EUR\nA2,05/06/2026,Musterbau,120.00,EUR\n',
    ),
  ]);
  const choice = detail('orders.csv').getByRole('group', { name: /^How to read/ });
  await choice.getByRole('button', { name: '4 Mar 2026' }).click();
  await expect(detail('orders.csv').getByRole('combobox', { name: 'dates' })).toHaveValue('mdy');
  await expect.poll(() => counts('orders.csv'), { timeout: 30_000 }).toEqual([['documents', '2', '0', '0']]);
  await bench.page.keyboard.press('Control+Enter');
  await expect(detail('orders.csv')).toContainText(/Imported as batch \d+: 2 new documents/, { timeout: 30_000 });
});

test('a file of unknown columns is asked what its rows are', async () => {
  await bench.drop([written('list.csv', 'foo,bar\n1,2\n3,4\n')]);
  const choice = detail('list.csv').getByRole('group', { name: 'What a row of this file is' });
  await choice.getByRole('button', { name: 'person', exact: true }).click();
  await detail('list.csv')
    .getByRole('tab', { name: /^Mapping/ })
    .click();
  await detail('list.csv').getByRole('combobox', { name: 'Field of foo' }).selectOption('party.external_id');
  await detail('list.csv').getByRole('combobox', { name: 'Field of bar' }).selectOption('party.name');
  await detail('list.csv')
    .getByRole('button', { name: /^Check/ })
    .click();
  await expect.poll(() => counts('list.csv'), { timeout: 30_000 }).toEqual([['people', '2', '0', '0']]);
});

test('files that are no exports are told with a remedy and stop nothing', async () => {
  await bench.drop([
    written(
      'picture.csv',
      Uint8Array.from({ length: 4000 }, (_, i) => (i * 37) % 256),
    ),
    written('empty.csv', ''),
  ]);
  await choose('picture.csv');
  await expect(detail('picture.csv').getByRole('alert')).toContainText(/binary|not a table/i);
  await choose('empty.csv');
  await expect(detail('empty.csv').getByRole('alert')).toContainText('empty');
});

test('any import can be undone and redone in any order', async () => {
  await expect(ledgerRow('zendesk--tickets.csv')).toContainText('live');
  await ledgerRow('zendesk--tickets.csv').getByText('Undo', { exact: true }).click();
  await expect(ledgerRow('zendesk--tickets.csv')).toContainText('undone', { timeout: 30_000 });
  await expect(bench.side.getByRole('region', { name: 'The workspace holds' })).not.toContainText('Tickets');
  await ledgerRow('zendesk--tickets.csv').getByText('Redo', { exact: true }).click();
  await expect(ledgerRow('zendesk--tickets.csv')).toContainText('live', { timeout: 30_000 });
  await expect(bench.side.getByRole('region', { name: 'The workspace holds' })).toContainText('Tickets352');
});

test('the queue works from the keyboard, and nothing in it is out of reach of assistive tools', async () => {
  const files = bench.front.getByRole('region', { name: 'Files to import' });
  const before = await files.getByRole('listitem').count();
  await files.getByRole('button', { name: /^picture\.csv/ }).focus();
  await bench.page.keyboard.press('ArrowDown');
  await expect(detail('empty.csv')).toBeVisible();
  await bench.page.keyboard.press('Delete');
  await expect(files.getByRole('listitem')).toHaveCount(before - 1);
  for (const theme of ['Light', 'Dark']) {
    await bench.command(`Theme: ${theme}`);
    for (const area of theme === 'Light' ? ['Mapping', 'Rejects'] : ['First records', 'Mapping']) {
      await choose('list.csv');
      await detail('list.csv')
        .getByRole('tab', { name: new RegExp(`^${area}`) })
        .click();
      await bench.settled();
      await bench.expectAccessible(`Imports, ${area}, ${theme}`);
    }
  }
});

function readSafely(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

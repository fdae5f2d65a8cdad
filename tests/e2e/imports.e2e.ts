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
  bench.front
    .getByRole('grid', { name: 'Ledger of imports' })
    .getByRole('row')
    .filter({ has: bench.page.getByRole('gridcell', { name: file, exact: true }) });
const tab = (title: string): Promise<void> =>
  bench.page.getByRole('tablist', { name: 'Open tabs' }).getByRole('tab', { name: title, exact: true }).click();
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
    timeout: 90_000,
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
    .getByRole('tab', { name: /^Columns/ })
    .click();
  const score = detail(file)
    .getByRole('row')
    .filter({ hasText: /How likely/ });
  await expect(score.getByRole('combobox')).toHaveValue('survey_response.score');
  await expect(score).toContainText('the question asks for it');
  const collector = detail(file).getByRole('combobox', { name: 'Field of Collector ID' });
  await collector.selectOption('survey_response.survey');
  await expect(detail(file).getByRole('row').filter({ hasText: 'Collector ID' })).toContainText('chosen by hand');
  // The counts are made anew by themselves.
  await expect(detail(file).getByRole('button', { name: 'Import', exact: true })).toBeDisabled();
  await expect.poll(() => counts(file), { timeout: 90_000 }).toEqual([['survey answers', '228', '0', '0']]);
  await collector.selectOption('');
  await expect(detail(file).getByRole('row').filter({ hasText: 'Collector ID' })).not.toContainText('chosen by hand');
});

test('all files of the list are imported one after the other, and the ledger has their counts', async () => {
  await bench.front
    .page()
    .getByRole('button', { name: /^Import all 3/ })
    .click();
  await expect(ledgerRow('surveymonkey--responses-2026-09.csv')).toBeVisible({ timeout: 120_000 });
  await expect(ledgerRow('zendesk--tickets.csv')).toContainText('352 new tickets');
  await expect(ledgerRow('salesforce--accounts.csv')).toContainText('live');
  await expect(bench.status).toContainText('customers');
});

test('the rejected rows of an import open their source line, are saved in the columns of their file, and are corrected in the grid', async () => {
  await bench.settled();
  await ledgerRow('zendesk--tickets.csv').getByRole('gridcell').nth(6).click();
  await expect(bench.title).toContainText('zendesk--tickets.csv');
  const rejects = bench.front.getByRole('table', { name: 'Rejected rows of zendesk--tickets.csv' });
  const opened = rejects.getByRole('textbox', { name: 'Created at of line 103' });
  await expect(opened).toHaveValue(/2025-13-04/);
  await expect(opened).toHaveAttribute('aria-invalid', 'true');
  const saved = join(folder, 'rejects.csv');
  await bench.answerSaveDialog(saved);
  await bench.front.getByRole('button', { name: 'Save as CSV' }).click();
  await expect.poll(() => readSafely(saved)).toContain('reject_reason,reject_line');
  await opened.fill('2025-14-04 10:00:00');
  await bench.front.getByRole('button', { name: 'Import 1 corrected row' }).click();
  await expect(bench.front.getByRole('alert')).toContainText('Nothing was imported', { timeout: 90_000 });
  await opened.fill('2025-12-04 10:00:00');
  await opened.press('Enter');
  await expect(rejects).toContainText('Imported since as batch 4', { timeout: 90_000 });
  await expect(bench.side.getByRole('region', { name: 'The workspace holds' })).toContainText('Tickets353');
  await rejects.getByRole('button', { name: 'Line 103 in the file' }).click();
  await expect(bench.front.getByRole('heading', { level: 1 })).toHaveText('zendesk--tickets.csv:103');
  await expect(bench.front.locator('li[aria-current=true]')).toContainText('2025-13-04');
  await expect(bench.front.getByRole('region', { name: 'Columns of line 103' })).toContainText('Created at');
  await bench.page.keyboard.press('Alt+ArrowDown');
  await expect(bench.front.locator('li[aria-current=true]')).toContainText('104');
});

test('a file chosen by the dialog that is known already is told and is not imported twice', async () => {
  await bench.view('Imports');
  await bench.answerOpenDialog([exported('zendesk--tickets.csv')]);
  await bench.page.getByRole('button', { name: 'Choose files' }).first().click();
  const again = bench.front.getByRole('region', { name: 'zendesk--tickets.csv', exact: true });
  await expect(again).toContainText(/already/i, { timeout: 90_000 });
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
  await expect.poll(() => counts('orders.csv'), { timeout: 90_000 }).toEqual([['documents', '2', '0', '0']]);
  await bench.page.keyboard.press('Control+Enter');
  await expect(detail('orders.csv')).toContainText(/Imported as batch \d+: 2 new documents/, { timeout: 90_000 });
});

test('a file of unknown columns is asked what its rows are', async () => {
  await bench.drop([written('list.csv', 'foo,bar\n1,2\n3,4\n')]);
  const choice = detail('list.csv').getByRole('group', { name: 'What a row of this file is' });
  await choice.getByRole('button', { name: 'person', exact: true }).click();
  await detail('list.csv')
    .getByRole('tab', { name: /^Columns/ })
    .click();
  await detail('list.csv').getByRole('combobox', { name: 'Field of foo' }).selectOption('party.external_id');
  await detail('list.csv').getByRole('combobox', { name: 'Field of bar' }).selectOption('party.name');
  await expect.poll(() => counts('list.csv'), { timeout: 90_000 }).toEqual([['people', '2', '0', '0']]);
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
  await bench.view('Imports');
  const corrected = ledgerRow('zendesk--tickets.csv corrected.csv');
  await corrected.getByText('Undo', { exact: true }).click();
  await expect(corrected).toContainText('undone', { timeout: 90_000 });
  await expect(ledgerRow('zendesk--tickets.csv')).toContainText('live');
  await ledgerRow('zendesk--tickets.csv').getByText('Undo', { exact: true }).click();
  await expect(ledgerRow('zendesk--tickets.csv')).toContainText('undone', { timeout: 90_000 });
  await expect(bench.side.getByRole('region', { name: 'The workspace holds' })).not.toContainText('Tickets');
  await ledgerRow('zendesk--tickets.csv').getByText('Redo', { exact: true }).click();
  await expect(ledgerRow('zendesk--tickets.csv')).toContainText('live', { timeout: 90_000 });
  await expect(bench.side.getByRole('region', { name: 'The workspace holds' })).toContainText('Tickets352');
});

test('the list works from the keyboard, and nothing in it is out of reach of assistive tools', async () => {
  await tab('2 files');
  const files = bench.front.getByRole('region', { name: 'Files to import' });
  await files.getByRole('button', { name: /^picture\.csv/ }).focus();
  await bench.page.keyboard.press('ArrowDown');
  await expect(detail('empty.csv')).toBeVisible();
  await bench.page.keyboard.press('Delete');
  await expect(files.getByRole('listitem')).toHaveCount(1);
  await bench.expectAccessible('Imports, a file that cannot be imported');
  await tab('list.csv');
  for (const [theme, areas] of [
    ['Light', ['Columns', 'Rejects', 'Changes']],
    ['Dark', ['First rows', 'Columns', 'Checks', 'Owners']],
  ] as const) {
    await bench.command(`Theme: ${theme}`);
    for (const area of areas) {
      await detail('list.csv')
        .getByRole('tab', { name: new RegExp(`^${area}`) })
        .click();
      if (area === 'Columns') {
        const adjust = detail('list.csv').getByRole('button', { name: 'How bar is read' });
        if ((await adjust.getAttribute('aria-expanded')) === 'false') await adjust.click();
      }
      await bench.settled();
      await bench.expectAccessible(`Imports, ${area}, ${theme}`);
    }
  }
  await bench.view('Imports');
  await ledgerRow('zendesk--tickets.csv').getByRole('gridcell').first().click();
  for (const area of ['Rejects', 'Columns', 'How it was read', 'Totals and changes']) {
    await bench.front.getByRole('tab', { name: new RegExp(`^${area}`) }).click();
    await bench.settled();
    await bench.expectAccessible(`An import, ${area}`);
  }
});

function readSafely(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

import { expect, test } from '@playwright/test';
import { Workbench } from './workbench.ts';

let bench: Workbench;

test.beforeAll(async () => {
  bench = await Workbench.startOnSample();
});
test.afterAll(() => bench.close());

const selectionWords = () => bench.status.locator('.status-selection');

test('a rung selected on the ladder filters the other views, and the status bar says so in words', async () => {
  const ladder = await bench.view('Ladder');
  await ladder
    .getByRole('group', { name: 'Customers per rung' })
    .getByRole('button', { name: /^Supporter:? 45\b/ })
    .click();
  await bench.settled();
  await expect(selectionWords()).toHaveText(/^rung is supporter · 45 of 423 customers/);
  const section = bench.side.getByRole('region', { name: 'Selection' });
  await expect(section.getByRole('listitem')).toContainText('rung is supporter');
  await expect(section).toContainText('45 of 423 customers');
  // The view that selects keeps its whole picture and marks what is selected.
  await expect(ladder.getByRole('figure', { name: /^Where 423 customers stand/ })).toBeVisible();
  await expect(ladder.getByRole('button', { name: /^Supporter:? 45\b/, pressed: true })).toBeVisible();

  const customers = await bench.view('Customers');
  await expect(customers.getByRole('grid', { name: 'Customers' })).toHaveAttribute('aria-rowcount', '46');
  const rungs = (await bench.rows('Customers')).map((cells) => cells[1]);
  expect(new Set(rungs)).toEqual(new Set(['Supporter']));

  const nps = await bench.view('NPS');
  await expect(nps.getByRole('figure', { name: /^NPS of \d+ answers/ })).not.toHaveAccessibleName(/763/);
  const touches = await bench.view('Touches');
  await expect(touches.getByRole('figure', { name: /^Touch rhythm of 45 customers/ })).toBeVisible();
});

test('Escape clears the selection; back and forward walk through selections', async () => {
  await bench.page.keyboard.press('Escape');
  await expect(selectionWords()).toHaveText('423 customers');
  await bench.page.keyboard.press('Alt+ArrowLeft');
  await expect(selectionWords()).toHaveText(/^rung is supporter · 45 of 423/);
  await bench.page.keyboard.press('Alt+ArrowRight');
  await expect(selectionWords()).toHaveText('423 customers');
});

test('what a condition cannot decide is counted, not hidden', async () => {
  await bench.filter('nps >= 9');
  await expect(selectionWords()).toHaveText(/\d+ of 423 customers, \d+ unknown/);
  const [, selected, unknown] =
    /(\d+) of 423 customers, (\d+) unknown/.exec((await selectionWords().textContent()) ?? '') ?? [];
  await expect(bench.front.getByText(`${unknown} left out because a value is unknown`, { exact: false })).toBeVisible();
  await expect(bench.front.getByText(`${selected} of 423 customers`)).toBeVisible();
  await bench.filter('nps is unknown');
  await expect(selectionWords()).toHaveText(new RegExp(`${unknown} of 423 customers$`));
});

test('a mistake in the filter is told in its place and changes nothing', async () => {
  await bench.view('Customers');
  const before = await selectionWords().textContent();
  const filter = bench.front.getByRole('combobox', { name: 'Filter' });
  await filter.fill('rung = clinet');
  const told = bench.front.getByRole('alert');
  await expect(told).toContainText('clinet');
  await expect(filter).toHaveAttribute('aria-invalid', 'true');
  await filter.press('Enter');
  await expect(selectionWords()).toHaveText(before ?? '');
  // The sample has euros and francs: an amount without its currency could mean either.
  await filter.fill('revenue_12m > 5000');
  await expect(told).toContainText('several currencies');
  await filter.fill('open_gap >');
  await expect(told).toContainText(/\S/);
  await filter.press('Escape');
  await expect(told).toHaveCount(0);
});

test('selections of two views add up, and one clause can be negated or removed', async () => {
  await bench.filter('purchases > 1');
  const ladder = await bench.view('Ladder');
  await ladder
    .getByRole('group', { name: 'Customers per rung' })
    .getByRole('button', { name: /^Client/ })
    .click();
  await bench.settled();
  const count = async (): Promise<number> => {
    await bench.settled();
    return Number(/(\d+) of 423/.exec((await selectionWords().textContent()) ?? '')?.[1]);
  };
  const both = await count();
  const section = bench.side.getByRole('region', { name: 'Selection' });
  await section.getByRole('button', { name: 'Negate: rung is client' }).click();
  const others = await count();
  await section.getByRole('button', { name: /^Remove: .*client/ }).click();
  const all = await count();
  expect({ both: both > 0, others: others > 0, sum: both + others }).toEqual({ both: true, others: true, sum: all });
  await bench.page.keyboard.press('Escape');
  await expect(selectionWords()).toHaveText('423 customers');
});

test('the palette lists every command of the menus with its key', async () => {
  const { page } = bench;
  const fromMenus = new Map<string, string>();
  for (const menu of ['File', 'Edit', 'Selection', 'View', 'Go', 'Help']) {
    await page.getByRole('menubar').getByRole('menuitem', { name: menu, exact: true }).click();
    const items = page.getByRole('menu', { name: menu }).locator('[role^=menuitem]:not([aria-disabled=true])');
    await expect(page.getByRole('menu', { name: menu })).toBeVisible();
    for (const item of await items.all()) {
      const key = await item.locator('kbd').allTextContents();
      const label = (await item.textContent()) ?? '';
      fromMenus.set(label.slice(0, label.length - (key[0]?.length ?? 0)).trim(), key[0] ?? '');
    }
    await page.keyboard.press('Escape');
  }
  expect(fromMenus.size).toBeGreaterThan(30);
  await page.keyboard.press('Control+Shift+P');
  const palette = page.getByRole('dialog', { name: 'All commands' });
  const input = palette.getByRole('combobox');
  const missing: string[] = [];
  for (const [label, key] of fromMenus) {
    await input.fill(`>${label}`);
    const option = palette.getByRole('option').filter({ has: page.getByText(label, { exact: true }) });
    const found = await option
      .first()
      .waitFor({ timeout: 3000 })
      .then(
        () => true,
        () => false,
      );
    const keys = found ? await option.first().locator('kbd').allTextContents() : [];
    if (!found || (keys[0] ?? '') !== key)
      missing.push(`${label} (${key}) -> ${found ? (keys[0] ?? 'no key') : 'not listed'}`);
  }
  expect(missing).toEqual([]);
  await input.fill('>no such command');
  await expect(palette.getByRole('status')).toContainText('no such command');
  await page.keyboard.press('Escape');
  await expect(palette).toHaveCount(0);
});

test('quick open finds a customer by a part of its name, by a domain, and opens it with Enter', async () => {
  const { page } = bench;
  await page.keyboard.press('Control+p');
  const quick = page.getByRole('dialog', { name: 'Go to customer or view' });
  await quick.getByRole('combobox').fill('zellwick');
  await expect(quick.getByRole('option').first()).toContainText('Zellwick Kunststofftechnik GmbH');
  await page.keyboard.press('Enter');
  await expect(bench.title).toHaveText('Zellwick Kunststofftechnik GmbH');
});

test('all of it works from the keyboard: parts, tabs, table, customer and back', async () => {
  const { page } = bench;
  const part = (): Promise<string | undefined> =>
    page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-part]')?.dataset['part']);
  await bench.command('Focus View');
  await expect.poll(part).toBe('editor');
  const walked: (string | undefined)[] = [];
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('F6');
    walked.push(await part());
  }
  // The panel is closed at first and left out.
  expect(new Set(walked)).toEqual(new Set(['status', 'title', 'activity', 'side', 'editor']));

  await page.keyboard.press('Control+2');
  await expect(bench.title).toHaveText(/^(Imports|Customers)$/);
  await bench.command('Open Customers');
  await bench.settled();
  const grid = bench.front.getByRole('grid', { name: 'Customers' });
  await grid.getByRole('columnheader').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(grid.locator(':focus')).toHaveAttribute('role', 'gridcell');
  const name = await grid.getByRole('row').nth(2).getByRole('gridcell').first().textContent();
  await page.keyboard.press('Enter');
  await expect(bench.title).toHaveText(name ?? '');
  await page.keyboard.press('Control+w');
  await expect(bench.title).not.toHaveText(name ?? '');
  await page.keyboard.press('Control+Shift+T');
  await expect(bench.title).toHaveText(name ?? '');
  await page.keyboard.press('Control+PageUp');
  await expect(bench.title).not.toHaveText(name ?? '');
});

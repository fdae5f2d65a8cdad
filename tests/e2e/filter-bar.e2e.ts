import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { checkout, Workbench } from './workbench.ts';

let bench: Workbench;

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  bench = await Workbench.startOnSample();
});
test.afterAll(() => bench.close());

const chips = () => bench.front.getByRole('list', { name: 'Clauses of the selection' }).getByRole('listitem');
const selected = async (): Promise<number> => {
  await bench.settled();
  const [, count] = /^(\d+) of 423 customers/.exec((await bench.front.locator('p.finding').textContent()) ?? '') ?? [];
  return Number(count);
};

test('every clause stands as a sentence, with the customers it cannot decide', async () => {
  await bench.filter('nps >= 9');
  await expect(chips()).toHaveCount(1);
  await expect(chips().first()).toContainText(/at least 9/i);
  const [, unknown] = /(\d+) unknown/.exec((await chips().first().textContent()) ?? '') ?? [];
  await expect(bench.front.locator('p.finding')).toContainText(`${unknown} left out because a value is unknown`);
  expect(await selected()).toBeGreaterThan(0);
});

test('a pinned clause stays when the selection is cleared, a negated one keeps the others', async () => {
  const high = await selected();
  await chips()
    .first()
    .getByRole('button', { name: /^Pin: / })
    .click();
  await expect(
    chips()
      .first()
      .getByRole('button', { name: /^Pin: / }),
  ).toHaveAttribute('aria-pressed', 'true');
  await bench.filter('purchases > 1');
  await expect(chips()).toHaveCount(2);
  const both = await selected();
  await chips()
    .nth(1)
    .getByRole('button', { name: /^Negate: / })
    .click();
  await expect(chips().nth(1)).toContainText('not: ');
  expect(both + (await selected())).toBe(high);
  await bench.page.keyboard.press('Escape');
  await expect(chips()).toHaveCount(1);
  expect(await selected()).toBe(high);
});

test('buttons and keys walk back and forward through the selections', async () => {
  const back = bench.front.getByRole('button', { name: /^Back to the former selection/ });
  const forward = bench.front.getByRole('button', { name: /^Forward to the next selection/ });
  await expect(forward).toBeDisabled();
  await back.click();
  await expect(chips()).toHaveCount(2);
  await expect(chips().nth(1)).toContainText('not: ');
  await bench.front.getByRole('grid', { name: 'Customers' }).getByRole('columnheader').first().focus();
  await bench.page.keyboard.press('Alt+ArrowLeft');
  await expect(chips().nth(1)).not.toContainText('not: ');
  await bench.page.keyboard.press('Alt+ArrowRight');
  await expect(chips().nth(1)).toContainText('not: ');
  await forward.click();
  await expect(chips()).toHaveCount(1);
  await expect(forward).toBeDisabled();
});

test('the selection is shown as SQL that can be read and not written', async () => {
  await bench.front.getByRole('button', { name: 'Show SQL' }).click();
  const dialog = bench.page.getByRole('dialog', { name: 'SQL of the selection' });
  const sql = dialog.getByRole('textbox', { name: 'SQL' });
  await expect(sql).toHaveValue(/SELECT[\s\S]*9/i);
  await expect(sql).toHaveAttribute('readonly', '');
  expect(await bench.violations()).toEqual([]);
  await bench.page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('the bar is within reach of assistive tools, and stays in the window, in every theme and size', async () => {
  await bench.filter('open_gap > 30 and revenue_12m > 0 EUR');
  const folder = join(checkout, 'test-results', 'filter-bar');
  mkdirSync(folder, { recursive: true });
  for (const theme of ['Light', 'Dark', 'High Contrast Dark']) {
    await bench.command(`Theme: ${theme}`);
    await bench.settled();
    expect(await bench.violations()).toEqual([]);
    await bench.page.screenshot({ path: join(folder, `${theme}.png`) });
  }
  await bench.command('Theme: Light');
  await bench.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(900, 640));
  await bench.settled();
  await bench.page.screenshot({ path: join(folder, 'small.png') });
  const width = await bench.page.evaluate(() => window.innerWidth);
  for (const button of await bench.front.locator('.clause-bar button').all()) {
    const box = await button.boundingBox();
    expect(box!.x + box!.width).toBeLessThanOrEqual(width);
  }
  await chips()
    .first()
    .getByRole('button', { name: /^Remove: / })
    .click();
  await expect(chips()).toHaveCount(1);
});

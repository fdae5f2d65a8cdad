import { expect, test } from '@playwright/test';
import { Workbench } from './workbench.ts';

let bench: Workbench;

test.beforeAll(async () => {
  bench = await Workbench.startOnSample();
});
test.afterAll(() => bench.close());

const PAGES = ['Balance', 'Replies', 'Kinds', 'Plan', 'Rules', 'Rhythm'] as const;
const page = async (name: (typeof PAGES)[number]): Promise<void> => {
  await bench.page.getByRole('radio', { name, exact: true }).check({ force: true });
  await bench.settled();
};
const selectionWords = () => bench.status.locator('.status-selection');

for (const theme of ['Light', 'Dark'] as const) {
  test(`every page of touches is within reach of assistive tools, ${theme.toLowerCase()}`, async () => {
    test.setTimeout(180_000);
    await bench.command(`Theme: ${theme}`);
    await bench.view('Touches');
    const found: string[] = [];
    for (const name of PAGES) {
      await page(name);
      found.push(...(await bench.violations()).map((violation) => `${name}: ${violation}`));
    }
    expect(found).toEqual([]);
  });
}

test('a rung, a bar of gains and a day of the calendar open the customers they count', async () => {
  const touches = await bench.view('Touches');
  await page('Balance');
  const bar = touches.getByRole('button', { name: /^gain from .*: [1-9]\d* customers?$/ }).first();
  const count = /: (\d+) customers?$/.exec((await bar.getAttribute('aria-label')) ?? '')![1]!;
  await bar.click();
  await bench.settled();
  await expect(selectionWords()).toHaveText(new RegExp(`^coordination gain from .* · ${count} of 423 customers`));
  await bench.page.keyboard.press('Escape');
  await page('Plan');
  await touches.getByRole('button', { name: /^8 Sep 2026: \d+ outbound touches/ }).click();
  await bench.settled();
  await expect(selectionWords()).toHaveText(/^touched on 8 Sep 2026 · \d+ of 423 customers/);
  await bench.page.keyboard.press('Escape');
});

test('the lanes are walked and zoomed by keyboard, and say what stands under the cursor', async () => {
  const touches = await bench.view('Touches');
  await page('Rhythm');
  const lanes = touches.getByRole('application', { name: /^Touches of .* by team/ });
  await lanes.focus();
  await bench.page.keyboard.press('End');
  await expect(touches.locator('.lanes [aria-live]')).toHaveText(/^(sales|marketing|service|accounts|inbound), /);
  await bench.page.keyboard.press('+');
  await expect(touches.getByText(/In view: /)).toBeVisible();
  await bench.page.keyboard.press('0');
  await expect(touches.getByText(/In view: /)).toHaveCount(0);
});

test('a changed rule says what it would change before it is saved, and a wrong one where it is wrong', async () => {
  const touches = await bench.view('Touches');
  await page('Rules');
  const text = touches.getByRole('textbox', { name: 'Rules of touches as text' });
  const own = await text.inputValue();
  await text.fill(`${own}cap email: 1 in 30 days\n`);
  await expect(touches.getByRole('region', { name: 'What would change' })).toContainText(
    /[1-9]\d* of 423 customers would be of another class/,
  );
  await text.fill(`${own}cap emal: 1 in 30 days\n`);
  await expect(touches.getByRole('alert')).toContainText('unknown channel "emal"; did you mean "email"?');
  await touches.getByRole('button', { name: 'Discard the changes' }).click();
  await expect(text).toHaveValue(own);
});

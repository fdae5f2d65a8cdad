import { expect, test } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { Workbench } from './workbench.ts';

let bench: Workbench;
let ladder: Locator;

test.beforeAll(async () => {
  bench = await Workbench.startOnSample();
  ladder = await bench.view('Ladder');
});
test.afterAll(() => bench.close());

const tab = async (name: string): Promise<void> => {
  await ladder.getByRole('tab', { name, exact: true }).click();
  await bench.settled();
};

test('every page has a finding and a table behind its chart', async () => {
  for (const [name, title] of [
    ['Outlook', /^If the moves of/],
    ['Time on rungs', /^How long customers stay/],
    ['Referrals', /^Customers and revenue that referrals brought/],
    ['Say and do', /^What customers say/],
    ['Next time', /^The next time/],
  ] as const) {
    await tab(name);
    const figure = ladder.getByRole('figure', { name: title });
    await expect(figure.locator('.finding')).toContainText(/\d/);
    const rows = await bench.twin(title);
    expect(rows.length).toBeGreaterThan(2);
  }
});

for (const theme of ['Light', 'Dark'] as const) {
  test(`every page is within reach of assistive tools, ${theme.toLowerCase()}`, async () => {
    test.setTimeout(240_000);
    await bench.command(`Theme: ${theme}`);
    const found: string[] = [];
    for (const name of ['Moves', 'Outlook', 'Time on rungs', 'Referrals', 'Say and do', 'Next time', 'Rules']) {
      await tab(name);
      found.push(...(await bench.violations()).map((violation) => `${name}: ${violation}`));
    }
    expect(found).toEqual([]);
  });
}

test('a rate opens the customers behind it', async () => {
  await tab('Moves');
  const rates = ladder.getByRole('figure', { name: /^Who rose, by where they stood/ });
  const row = rates.getByRole('button', { name: /^Client/ });
  const rose = Number(/(\d+) of \d+$/.exec((await row.textContent()) ?? '')?.[1]);
  await row.click();
  await bench.settled();
  const list = bench.page.getByRole('grid', { name: /^Client on .* who rose$/ });
  await expect(list).toHaveAttribute('aria-rowcount', String(rose + 1));
});

test('the ask list is the promoters who have not recommended', async () => {
  await tab('Say and do');
  const finding = ladder.getByRole('figure', { name: /^What customers say/ }).locator('.finding');
  const told = /^(\d+) of (\d+) promoters/.exec((await finding.textContent()) ?? '');
  expect(told).not.toBeNull();
  const ask = Number(told![2]) - Number(told![1]);
  await expect(ladder.getByRole('region', { name: 'Promoters to ask' })).toContainText(`${ask} customers`);
  await finding.getByRole('button').click();
  await expect(bench.page.getByText(`${ask} customers`).first()).toBeVisible();
});

test('a mistake in a rule is told in its place; a changed rule shows who would move, and is saved and taken back', async () => {
  await tab('Rules');
  const text = ladder.getByRole('textbox', { name: 'Rules of the ladder as text' });
  const own = await text.inputValue();
  const save = ladder.getByRole('button', { name: 'Save as version 1' });
  await text.fill(own.replace('nps >= 9', 'npss >= 9'));
  await expect(ladder.getByRole('alert')).toContainText('Line 4, column 45: unknown field "npss"; did you mean "nps"?');
  await expect(text).toHaveAttribute('aria-invalid', 'true');
  await expect(save).toBeDisabled();
  await text.fill(own.replace('>= 2\n', '>= 3\n'));
  const preview = ladder.getByRole('figure', { name: /^Who would move on/ });
  await expect(preview.locator('.finding')).toContainText(/of 423 customers .* would stand elsewhere: 0 higher/);
  const moved = Number(/^(\d+)/.exec((await preview.locator('.finding').textContent()) ?? '')?.[1]);
  expect(moved).toBeGreaterThan(0);
  await save.click();
  await expect(ladder.getByText('Version 1', { exact: true })).toBeVisible();
  await bench.settled();
  const past = ladder.getByRole('figure', { name: 'The past by the rules' });
  await expect(past.locator('.finding')).toContainText(`${moved} of 423 customers stand elsewhere`);
  await ladder.getByRole('button', { name: "Return to the product's own" }).click();
  await expect(ladder.getByText('Version 2', { exact: true })).toBeVisible();
  await expect(text).toHaveValue(own);
});

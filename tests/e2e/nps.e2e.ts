import { expect, test } from '@playwright/test';
import type { Locator } from '@playwright/test';
import { Workbench } from './workbench.ts';

let bench: Workbench;
let nps: Locator;

test.beforeAll(async () => {
  bench = await Workbench.startOnSample();
  nps = await bench.view('NPS');
});
test.afterAll(() => bench.close());

const PAGES = ['Score', 'Change', 'Who is heard', 'Closed loop', 'Comments', 'Vulnerable spots', 'Bulletin', 'Rules'];
const tab = async (name: string): Promise<void> => {
  await nps.getByRole('tab', { name, exact: true }).click();
  await bench.settled();
};

test('every page has a finding and a table behind its chart', async () => {
  for (const [name, titles] of [
    ['Change', [/^2026-03 to 2026-09/, /^Who answered/, /^NPS by rung move/]],
    ['Who is heard', [/^Customers heard/, /^Revenue of 12 months/, /^Are the heard/]],
    ['Closed loop', [/^147 cases/, /^Detractors who answered again/]],
    ['Comments', [/^Key phrases/]],
    ['Vulnerable spots', [/^Vulnerable spots/]],
  ] as const) {
    await tab(name);
    for (const title of titles) {
      const figure = nps.getByRole('figure', { name: title });
      await expect(figure.locator('.finding')).toContainText(/\d/);
      expect((await bench.twin(title)).length).toBeGreaterThan(0);
    }
  }
});

for (const theme of ['Light', 'Dark', 'High contrast']) {
  test(`every page is accessible, ${theme}`, async () => {
    await bench.command(`Theme: ${theme}`);
    const found: string[] = [];
    for (const name of PAGES) {
      await tab(name);
      found.push(...(await bench.violations()).map((violation) => `${name}: ${violation}`));
    }
    expect(found).toEqual([]);
  });
}

test('a case is given to somebody, and taken back', async () => {
  await tab('Closed loop');
  const cases = nps.getByRole('region', { name: 'Cases', exact: true });
  await expect(cases).toContainText('34 cases');
  await cases.getByRole('gridcell').first().focus();
  await bench.page.keyboard.press('Enter');
  const form = nps.getByRole('form', { name: /^Case of / });
  await form.getByRole('textbox', { name: 'Owner' }).fill('Ines Probe');
  await form.getByRole('textbox', { name: 'Followed up on' }).fill('2026-09-28');
  await form.getByRole('button', { name: 'Record' }).click();
  await expect(form).toBeHidden();
  await expect(cases).toContainText('33 cases');
  await bench.command('Undo Last Change');
  await expect(cases).toContainText('34 cases');
});

test('a theme is set, sorts comments, and one is put into it by hand', async () => {
  await tab('Rules');
  await nps.getByText('themes', { exact: true }).click();
  const text = nps.getByRole('textbox', { name: 'Themes of comments as text' });
  await text.fill('Portal: portal (slow');
  await nps.getByRole('button', { name: 'Save as version 1' }).click();
  await expect(nps.getByRole('alert')).toContainText('a parenthesis is not closed');
  await text.fill('Portal: portal\n');
  await nps.getByRole('button', { name: 'Save as version 1' }).click();
  await expect(nps.getByText('version 1', { exact: true })).toBeVisible();
  await tab('Comments');
  const themes = await bench.twin(/^Themes/);
  expect(themes[0]!.slice(0, 2)).toEqual(['Portal', '49']);
  const comments = nps.getByRole('region', { name: 'Comments', exact: true });
  await comments.getByRole('textbox', { name: 'Search comments' }).fill('portal');
  await expect(comments).toContainText('49 of 575 comments');
  await comments.getByRole('textbox', { name: 'Search comments' }).fill('-portal neighbours');
  await expect(comments).toContainText('105 of 575 comments');
  await comments.getByRole('gridcell').first().focus();
  await bench.page.keyboard.press('Enter');
  const form = nps.getByRole('form', { name: /^Comment of / });
  await expect(form.getByRole('textbox', { name: 'Theme' })).toHaveValue('Portal');
  await form.getByRole('button', { name: 'Put in' }).click();
  await expect(form).toBeHidden();
  await bench.settled();
  expect((await bench.twin(/^Themes/))[0]!.slice(0, 2)).toEqual(['Portal', '50']);
});

test('both teams get the bulletin with the same figures', async () => {
  await tab('Bulletin');
  const digest = await nps.locator('code').first().textContent();
  for (const [person, team] of [
    ['Ines Probe', 'sales'],
    ['Tom Probe', 'marketing'],
  ] as const) {
    await nps.getByRole('textbox', { name: 'Person' }).fill(person);
    await nps.getByRole('combobox', { name: 'Team' }).selectOption(team);
    await nps.getByRole('button', { name: 'Record the receipt' }).click();
    await expect(nps.getByRole('table', { name: 'Receipts' })).toContainText(person);
  }
  await expect(nps.getByRole('region', { name: 'Who has it' })).toContainText('2 people with these figures');
  expect(await nps.locator('code').first().textContent()).toBe(digest);
});

test('rules are previewed before they are saved', async () => {
  await tab('Rules');
  await nps.getByText('rules', { exact: true }).click();
  const text = nps.getByRole('textbox', { name: 'NPS rules as text' });
  const own = await text.inputValue();
  await text.fill(own.replace('score 0-6 within', 'score 0-12 within'));
  await expect(nps.getByRole('alert')).toContainText('an alert is scores from 0 to 10');
  await text.fill(own.replace('score 0-6 within', 'score 0-8 within'));
  await expect(nps.getByText(/^By these rules 452 cases instead of 147/)).toBeVisible();
  await nps.getByRole('button', { name: 'Discard the changes' }).click();
  await expect(text).toHaveValue(own);
});

import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { checkout, Workbench } from './workbench.ts';

/** WCAG 2.2 A and AA and best practice by axe-core, on every view in both themes; all that is found is told at once. */
const VIEWS = ['Imports', 'Customers', 'Ladder', 'NPS', 'Touches', 'Changes', 'Present', 'Report'] as const;
const PANELS = ['Problems', 'List', 'Output', 'Progress', 'History'] as const;

let bench: Workbench;

test.beforeAll(async () => {
  bench = await Workbench.startOnSample();
});
test.afterAll(() => bench.close());

test('CONTROL: a button without a name and pale words are found', async () => {
  await bench.page.evaluate(() => {
    const box = document.createElement('div');
    box.id = 'planted';
    box.append(
      document.createElement('button'),
      Object.assign(document.createElement('p'), { textContent: 'pale words', className: 'planted-pale' }),
    );
    document.querySelector('main .view')?.prepend(box);
    const pale = box.querySelector<HTMLElement>('.planted-pale');
    if (pale) Object.assign(pale.style, { color: '#bbbbbb', background: '#ffffff' });
  });
  const found = await bench.violations();
  await bench.page.evaluate(() => document.querySelector('#planted')?.remove());
  expect(found.map((violation) => violation.split(':')[0])).toEqual(
    expect.arrayContaining(['button-name', 'color-contrast']),
  );
});

for (const theme of ['Light', 'Dark'] as const) {
  test(`every view is within reach of assistive tools, ${theme.toLowerCase()}`, async () => {
    test.setTimeout(240_000);
    const found: string[] = [];
    const look = async (what: string): Promise<void> => {
      await bench.settled();
      found.push(...(await bench.violations()).map((violation) => `${what}: ${violation}`));
    };
    await bench.command(`Theme: ${theme}`);
    await bench.command('Welcome');
    await look('welcome');
    for (const view of VIEWS) {
      await bench.view(view);
      await look(view);
    }
    await bench.customer('Thalgrund Armaturen GmbH');
    await look('customer');
    await bench.front.getByRole('tab', { name: /^Money/ }).click();
    await bench.front.getByRole('grid', { name: 'Money' }).locator('.grid-body').getByRole('gridcell').first().click();
    await look('source');
    await bench.page.keyboard.press('Control+w');
    await bench.command('Keyboard Shortcuts');
    await look('keyboard shortcuts');
    await bench.page.keyboard.press('Escape');
    await bench.command('New Workspace…');
    await look('new workspace');
    await bench.page.keyboard.press('Escape');
    await bench.page.keyboard.press('Control+p');
    await look('quick open');
    await bench.page.keyboard.press('Escape');
    expect(found).toEqual([]);
  });
}

test('the panel, a selection and a file that waits are within reach of assistive tools', async () => {
  test.setTimeout(180_000);
  const found: string[] = [];
  const look = async (what: string): Promise<void> => {
    await bench.settled();
    found.push(...(await bench.violations()).map((violation) => `${what}: ${violation}`));
  };
  await bench.filter('nps >= 9');
  for (const panel of PANELS) {
    await bench.panelTab(panel);
    await look(panel);
  }
  await bench.command('Panel');
  await bench.view('Ladder');
  await look('ladder with a selection');
  await bench.drop([join(checkout, 'resources', 'sample', 'zendesk--tickets.csv')]);
  await expect(bench.front.getByRole('region', { name: 'zendesk--tickets.csv', exact: true })).toBeVisible();
  await look('imports with a checked file');
  await bench.page.keyboard.press('Escape');
  expect(found).toEqual([]);
});

import { expect, test } from '@playwright/test';
import { Workbench } from './workbench.ts';

let bench: Workbench;

test.beforeAll(async () => {
  bench = await Workbench.startOnSample();
});
test.afterAll(() => bench.close());

const list = () => bench.front.getByRole('group', { name: 'Changes, largest first' });

test('what changed since the last quarter is named, largest first, each with its chart', async () => {
  const view = await bench.view('Changes');
  const figure = view.getByRole('figure', { name: /^What changed since 30 Jun 2026/ });
  await expect(figure).toContainText(/significant changes since 30 Jun 2026 among \d+ comparisons/);
  const rows = await bench.twin(/^What changed since/);
  const sizes = rows.map((cells) => Number(cells[3]));
  expect(sizes.length).toBeGreaterThan(3);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(rows.every((cells) => cells[6] === 'yes')).toBe(true);

  await list()
    .getByRole('button', { name: /^Tickets opened/ })
    .click();
  await bench.settled();
  const details = view.getByRole('region', { name: 'The chosen change' });
  await expect(details).toContainText(/Tickets opened: \d+ since, .* expected from the 26 weeks before/);
  await expect(details.getByRole('img', { name: /^Tickets opened: .*beyond the limits/ })).toBeVisible();
  const weeks = await bench.twin(/^Each week/);
  // The first ticket was opened within the first of 26 weeks, which is therefore not counted; 14 weeks and a part followed.
  expect(weeks).toHaveLength(25 + 15);
  expect(weeks.at(-1)?.at(-1)).toBe('week not counted');
});

test('a change opens the customers behind it, and the keyboard reaches every one', async () => {
  await bench.view('Changes');
  await list()
    .getByRole('button', { name: /^Lapsed customers/ })
    .click();
  await bench.settled();
  const sentence = bench.front.getByText(/^Lapsed customers: \d+ to \d+ of \d+ customers known on both days; \d+ came/);
  const came = /(\d+) came/.exec((await sentence.textContent()) ?? '')?.[1];
  await bench.front.getByRole('button', { name: 'List the customers behind it' }).click();
  await bench.settled();
  await expect(bench.panel.getByText(`${came} rows`)).toBeVisible();

  const pressed = list().getByRole('button', { pressed: true });
  await pressed.focus();
  const before = await pressed.textContent();
  await bench.page.keyboard.press('ArrowDown');
  await bench.page.keyboard.press('Enter');
  await bench.settled();
  expect(await list().getByRole('button', { pressed: true }).textContent()).not.toBe(before);
});

test('a selection narrows the comparisons, and the answer says when nothing changed', async () => {
  await bench.filter("name starts with 'A'");
  const view = await bench.view('Changes');
  await bench.settled();
  await expect(view.getByRole('figure', { name: /^What changed/ })).toContainText(
    /Nothing changed significantly since 30 Jun 2026: none of \d+ comparisons is beyond chance|significant change/,
  );
  await bench.page.keyboard.press('Escape');
});

test('the view is within reach of assistive tools', async () => {
  await bench.view('Changes');
  for (const row of [/^Mix of rungs/, /^Lapsed customers/, /^Leads/]) {
    await list().getByRole('button', { name: row }).click();
    await bench.settled();
    await bench.expectAccessible(`Changes ${row.source}`);
  }
});

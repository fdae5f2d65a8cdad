import { afterAll, beforeAll, expect, test } from 'vitest';
import { LadderlineError } from '#engine/base/errors.ts';
import { importNow } from '#engine/commands/index.ts';
import type { Output } from '../output.ts';
import { ladderCommand } from './ladder.ts';
import { LADDER_WORDS } from './ladder-words.ts';
import { TestWorkspace } from './workspace.testing.ts';

let w: TestWorkspace;

beforeAll(async () => {
  w = new TestWorkspace();
  const invoices = ['Customer,Invoice,Date,Amount'];
  for (let k = 0; k < 12; k++) {
    invoices.push(`F-${k},A-${k},2026-01-10,100.00`);
    if (k % 3 === 0) invoices.push(`F-${k},B-${k},2026-05-10,100.00`);
  }
  const mapFile = w.file(
    'map.json',
    JSON.stringify({
      entity: 'transaction',
      source: 'books',
      columns: {
        Customer: { field: 'customer_external_id' },
        Invoice: { field: 'external_id' },
        Date: { field: 'at' },
        Amount: { field: 'amount', currency: 'EUR' },
      },
      constants: { kind: 'invoice' },
    }),
  );
  await w.tell(importNow, { file: w.file('invoices.csv', invoices.join('\n')), mapFile });
});
afterAll(() => w.close());

async function told(...argv: string[]): Promise<{ answer: Record<string, unknown>; text: string }> {
  const answers: { answer: Record<string, unknown>; text: string }[] = [];
  const out = {
    answer: (answer: unknown, text: () => string) => answers.push({ answer: answer as never, text: text() }),
  };
  await ladderCommand.run([w.path, ...argv], out as unknown as Output);
  return answers[0]!;
}

const DAYS = ['--from', '2026-03-31', '--to', '2026-06-30'];

test('every word answers, as JSON and as text', async () => {
  for (const [word, more, key] of [
    ['steps', DAYS, 'flows'],
    ['change', DAYS, 'periods'],
    ['outlook', DAYS, 'forecast'],
    ['dwell', ['--as-of', '2026-06-30'], 'curves'],
    ['stuck', ['--as-of', '2026-06-30'], 'rows'],
    ['referrals', [], 'outcomes'],
    ['say-do', ['--window', 'all'], 'classes'],
    ['next-time', ['--as-of', '2026-06-30', '--within', '90', '--by', 'first_purchase by year'], 'rows'],
    ['restated', [...DAYS, '--versions', '0'], 'versions'],
  ] as const) {
    const { answer, text } = await told(word, ...more);
    expect([word, Object.keys(answer).includes(key), text.length > 20]).toEqual([word, true, true]);
  }
  expect(Object.keys(LADDER_WORDS)).toHaveLength(9);
});

test('a migration tells rates, comparisons and slices; a rung can be followed', async () => {
  const { answer, text } = await told(...DAYS, '--by', 'first_purchase by year', '--minimum', '5');
  expect(answer).toMatchObject({ up: 4, down: 0, stay: 8, minimum: 5 });
  expect(text).toContain('4 up, 0 down, 8 stay, 0 entered, 0 left');
  expect(text).toMatch(/customer +12 +33\.3 %/);
  const steps = await told('steps', ...DAYS, '--start', 'customer');
  expect(steps.text).toMatch(/2026-03-31 +2026-06-30 +customer +client +4 +33\.3 %/);
});

test('what is missing or unknown is said', async () => {
  for (const [argv, message] of [
    [['nope'], 'ladder: "nope" is not known; write steps, change'],
    [['outlook'], 'ladder outlook: --from is missing.'],
    [['dwell', '--rung', 'clint'], '--rung "clint" is not one of prospect'],
    [['--rules', '3'], "There is no version 3 of the rules; only 0, the product's own."],
  ] as const)
    await expect(told(...argv)).rejects.toThrow(message);
  await expect(told('nope')).rejects.toBeInstanceOf(LadderlineError);
});

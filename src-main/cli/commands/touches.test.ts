import { afterEach, beforeEach, expect, test } from 'vitest';
import { importNow } from '#engine/commands/index.ts';
import { QUESTIONS } from './touches-questions.ts';
import { touchesCommand } from './touches.ts';
import { TestWorkspace } from './workspace.testing.ts';

let w: TestWorkspace;
beforeEach(async () => {
  w = new TestWorkspace();
  await w.tell(importNow, {
    file: w.file(
      'calls.csv',
      'nr,who,when,kind,way\n1,C1,2026-03-02T09:00:00Z,call,in\n2,C1,2026-03-02T11:30:00Z,call,out\n3,C2,2026-03-20,visit,out\n4,C1,2026-04-01,call,out\n',
    ),
    mapping: {
      entity: 'touch',
      source: 'desk',
      columns: {
        nr: { field: 'external_id' },
        who: { field: 'customer_external_id' },
        when: { field: 'at' },
        kind: { field: 'channel' },
        way: { field: 'direction' },
      },
      constants: { team: 'sales' },
    },
  });
});
afterEach(() => w.close());

async function say(argv: readonly string[]): Promise<{ value: Record<string, unknown>; words: string }> {
  let said: { value: unknown; words: string } | null = null;
  await touchesCommand.run(argv, {
    json: true,
    answer: (value, words) => {
      said = { value: JSON.parse(JSON.stringify(value)), words: words() };
    },
    note: () => {},
  });
  return said! as { value: Record<string, unknown>; words: string };
}

test.each(Object.keys(QUESTIONS))('touches W %s answers in JSON and in words', async (word) => {
  const { value, words } = await say([w.path, word, '--as-of', '2026-04-10']);
  expect(value['asOf']).toBe('2026-04-10');
  expect(words).not.toMatch(/undefined|NaN|null/);
});

test('options stand before or behind the word, and a reply is measured in working hours', async () => {
  const { value } = await say(['--where', 'touches_total > 0', w.path, 'inbound', '--as-of', '2026-04-10']);
  expect(value['total']).toMatchObject({
    episodes: 1,
    answered: 1,
    elapsedMedian: 2.5,
    hours: { medianAnswered: 2.5 },
  });
  const plan = await say([w.path, 'plan', '--as-of', '2026-04-10', '--touches', '1', '--channel', 'visit']);
  expect(plan.value).toMatchObject({ channel: 'visit', planned: 2 });
});

test('an unknown word names those that are known', async () => {
  await expect(say([w.path, 'bursst'])).rejects.toThrow('"bursst" is not known; write one of audit, kinds, evenness');
  await expect(say([w.path, 'plan', '--goal', 'best'])).rejects.toThrow('--goal "best" is not one of even, minimax');
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { importNow } from '#engine/commands/index.ts';
import type { Output } from '../output.ts';
import { npsCommand } from './nps.ts';
import { TestWorkspace } from './workspace.testing.ts';

let w: TestWorkspace;
beforeEach(() => {
  w = new TestWorkspace();
});
afterEach(() => w.close());

const ANSWERS = `id,respondent,wave,answered,score,said
1,ann@acme.example,A,2026-02-01,10,Great people
2,bob@acme.example,A,2026-02-01,3,Too expensive
3,cid@beta.example,A,2026-02-02,8,
4,ann@acme.example,B,2026-05-01,9,Great people again
5,bob@acme.example,B,2026-05-02,2,Expensive and late
`;
const MAPPING = {
  entity: 'survey_response',
  source: 'survey',
  columns: {
    id: { field: 'external_id' },
    respondent: { field: 'respondent_email' },
    wave: { field: 'wave' },
    answered: { field: 'answered_at', dateOrder: 'ymd' },
    score: { field: 'score' },
    said: { field: 'verbatim' },
  },
};

/** Runs `nps W ...` and answers the one JSON document that it prints. */
async function nps(...argv: string[]): Promise<Record<string, unknown>> {
  let said: unknown;
  let text = '';
  const out: Output = {
    json: true,
    answer: (value, words) => {
      said = value;
      text = words();
    },
    note() {},
  };
  const [word, ...rest] = argv;
  await npsCommand.run(word === undefined ? [w.path] : [w.path, word, ...rest], out);
  expect(text.length).toBeGreaterThan(0);
  return JSON.parse(JSON.stringify(said));
}

beforeEach(async () => {
  await w.tell(importNow, { file: w.file('answers.csv', ANSWERS), mapping: MAPPING });
});

test('nps prints the score, and every question of it one document', async () => {
  expect(await nps()).toMatchObject({
    responses: 5,
    promoters: 2,
    passives: 1,
    detractors: 2,
    nps: 0,
    shown: 0,
    enough: false,
  });
  expect(await nps('--by', 'wave')).toMatchObject({ groups: [{ value: 'A' }, { value: 'B' }] });
  expect(await nps('--compare', 'A', 'B')).toMatchObject({ paired: { n: 2, difference: 0 }, report: 'both' });
  expect(await nps('trend')).toMatchObject({ by: 'wave', points: [{ change: null }, { value: 'B' }] });
  expect(await nps('coverage')).toMatchObject({ customers: { known: 2, responding: 2 }, rates: null });
  expect(await nps('revenue')).toMatchObject({
    classes: [{ class: 'promoter' }, {}, {}, { class: 'silent', customers: 0 }],
  });
  expect(await nps('silent', '--wave', 'B')).toMatchObject({ silent: 1 });
  expect(await nps('sample', '--margin', '20')).toMatchObject({ margin: 20, responses: 5 });
  expect(await nps('moves', '--from', '2026-03-01')).toMatchObject({
    from: '2026-03-01',
    directions: [{}, {}, {}, {}],
  });
  expect(await nps('bias', '--fields', 'rung')).toMatchObject({ customers: 2, fields: [{ field: 'rung' }] });
  expect(await nps('recovery')).toMatchObject({ notFollowed: { detractors: 2, again: 1, recovered: 0 } });
  expect(await nps('comments', '--search', 'great')).toMatchObject({ total: 2, comments: 4 });
  expect(await nps('themes', '--least', '2')).toMatchObject({
    phrases: [{ phrase: 'great people' }, { phrase: 'expensive' }],
  });
  expect(await nps('spots', '--by', 'wave')).toMatchObject({ points: [{ point: 'A' }, { point: 'B' }] });
  expect(await nps('ask', '--as-of', '2026-05-10')).toMatchObject({ people: 3, allowed: 1, blocked: 2 });
  expect(await nps('benchmarks')).toMatchObject({ benchmarks: 0, rows: [] });
  expect(await nps('list', '--class', 'detractor')).toMatchObject({ total: 2 });
});

test('nps records a case, a theme and a receipt, and sets its texts', async () => {
  const cases = (await nps('cases')) as { total: number; rows: { id: string }[] };
  expect(cases.total).toBe(2);
  const { id } = cases.rows[0]!;
  await nps('case', id, '--owner', 'Ines', '--status', 'working', '--followed-up', '2026-05-04');
  expect(await nps('cases', '--owner', 'Ines', '--as-of', '2026-05-10')).toMatchObject({
    total: 1,
    rows: [{ status: 'followed', followedUp: '2026-05-04' }],
  });
  await nps('texts', 'set', 'themes', w.file('themes.txt', 'Price: expensive\n'));
  expect(await nps('comments', '--theme', 'Price')).toMatchObject({ total: 2 });
  await nps('theme', 'Price', id, '--put', 'out');
  expect(await nps('comments', '--theme', 'Price')).toMatchObject({ total: 1 });
  const { digest } = (await nps('bulletin')) as { digest: string };
  await nps('receipt', 'B', digest, '--person', 'Tom', '--team', 'marketing');
  expect(await nps('bulletin')).toMatchObject({ digest, receipts: [{ person: 'Tom', same: true }] });
  const rules = w.file(
    'rules.txt',
    'minimum: 2 answers\nbusiness hours: mon-fri 9:00-17:00\nalert all: score 0-8 within 8 hours\n',
  );
  expect(await nps('texts', 'preview', 'rules', rules)).toMatchObject({ cases: { now: 2, would: 3 }, opened: 1 });
  await nps('texts', 'set', 'rules', rules);
  expect(await nps('cases')).toMatchObject({ total: 3 });
  await nps('texts', 'reset', 'rules');
  expect(await nps('texts', 'list')).toMatchObject({
    texts: [{ kind: 'rules', version: 2 }, { version: 1 }, { version: 0 }],
  });
  expect(await nps('texts', 'show', 'themes')).toMatchObject({ text: 'Price: expensive\n' });
});

test('nps says what it does not know, and which of its words only read', async () => {
  await expect(nps('nonsense')).rejects.toThrow(/"nonsense" is not known/);
  await expect(nps('moves')).rejects.toThrow(/--from is missing/);
  await expect(nps('theme', 'Price', '1')).rejects.toThrow(/--put is missing/);
  await expect(nps('texts', 'preview', 'themes', 'x')).rejects.toThrow(/only rules are previewed/);
  const reads = npsCommand.reads as (argv: readonly string[]) => boolean;
  expect([[w.path], [w.path, 'cases'], [w.path, 'texts', 'list']].map(reads)).toEqual([true, true, true]);
  expect(
    [
      [w.path, 'case', '1'],
      [w.path, 'texts', 'set', 'rules', 'f'],
    ].map(reads),
  ).toEqual([false, false]);
});

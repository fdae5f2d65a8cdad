import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Command } from '#engine/base/define.ts';
import { importNow, redoImport, setDefinition, setSettings, undoImport } from '#engine/commands/index.ts';
import { writeContext } from '#engine/session.ts';
import { createWorkspace, openWriter } from '#engine/store/open.ts';
import { bridge, type Bridge } from './bridge.ts';

let folder: string;
let workspace: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-bridge-test-'));
  workspace = join(folder, 'w.ladderline');
  createWorkspace(workspace, { currency: 'EUR', dateOrder: 'ymd' });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function tell<Input, Asked, Report>(
  command: Command<string, Input, Asked, Report>,
  input: Asked,
): Promise<Report> {
  const db = openWriter(workspace);
  try {
    const ctx = writeContext(db, 1_780_000_000);
    const parsed = command.parse(input);
    if (command.transaction === 'own') return await command.run(ctx, parsed);
    return db.transaction(() => command.run(ctx, parsed) as Report);
  } finally {
    db.close();
  }
}

let count = 0;
async function load(
  entity: string,
  source: string,
  fields: string,
  rows: readonly string[],
  constants = {},
): Promise<void> {
  const file = join(folder, `${entity}-${++count}.csv`);
  writeFileSync(file, `${fields}\n${rows.join('\n')}\n`);
  const columns = Object.fromEntries(fields.split(',').map((field) => [field, { field }]));
  await tell(importNow, { file, mapping: { entity, source, columns, constants } });
}
const orders = (rows: readonly string[]): Promise<void> =>
  load('transaction', 'shop', 'external_id,customer_external_id,customer_email,at,amount', rows, {
    kind: 'invoice',
    currency: 'EUR',
  });
const scores = (rows: readonly string[]): Promise<void> =>
  load('survey_response', 'shop', 'external_id,respondent_external_id,respondent_email,answered_at,score', rows, {
    kind: 'relational',
    survey: 'S',
  });

const brief = (b: Bridge): unknown[] => b.steps.map(({ cause, from, to }) => [cause, from, to]);

test('KN6 KN7: late rows, corrections and merges of one import are told apart and named', async () => {
  await load('account', 'crm', 'external_id,name,domain', ['1,Alpha,alpha.example', '2,Beta,beta.example']);
  await orders(['o1,9,ann@alpha.example,2026-01-10,100.00', 'o2,8,bob@else.example,2026-02-01,40.00']);
  await orders([
    'o1,9,ann@alpha.example,2026-01-10,130.00',
    'o3,7,cy@beta.example,2026-02-15,60.00',
    'o4,7,cy@beta.example,2026-09-15,500.00',
  ]);
  const revenue = await bridge(workspace, { figure: 'sum:revenue_total', asOf: '2026-03-31', knownAt: 'B-2' });
  expect({ from: revenue.from, to: revenue.to, steps: brief(revenue) }).toEqual({
    from: 140,
    to: 230,
    steps: [
      ['late', 140, 200],
      ['corrected', 200, 230],
    ],
  });
  const [late, corrected] = revenue.steps;
  expect(late!.rows).toContainEqual({
    table: 'purchase',
    source: 'shop',
    key: 'o3',
    file: expect.stringMatching(/^transaction-\d+\.csv$/) as string,
    line: 3,
    before: null,
    after: '2026-02-15',
  });
  expect(corrected!.rows).toEqual([
    expect.objectContaining({ table: 'purchase', key: 'o1', line: 2, before: 'amount 10000', after: 'amount 13000' }),
  ]);

  // A company whose domain is corrected to that of a person: two customers become one.
  await load('account', 'books', 'external_id,name,domain', ['5,Else KG,other.example']);
  await load('account', 'books', 'external_id,name,domain', ['5,Else KG,else.example']);
  const merged = await bridge(workspace, { figure: 'customers', asOf: '2026-03-31', knownAt: 'B-4' });
  expect(brief(merged)).toEqual([['merged', merged.from, merged.from - 1]]);
  expect(merged.steps[0]!.rows).toEqual([
    expect.objectContaining({ table: 'party', before: expect.stringMatching(/^C-/) as string }),
  ]);
});

test('KN7: corrected values are told in words', async () => {
  const touch = (channel: string): Promise<void> =>
    load('touch', 'shop', 'external_id,customer_external_id,at,channel', [`t1,9,2026-01-10,${channel}`], {
      direction: 'out',
      team: 'sales',
    });
  await touch('call');
  await touch('email');
  const { steps } = await bridge(workspace, { figure: 'sum:sources', asOf: '2026-03-31', knownAt: '0' });
  const named = steps.flatMap(({ rows }) => rows);
  expect(named).toContainEqual(expect.objectContaining({ table: 'touch', key: 't1', before: null }));
  const corrected = await bridge(workspace, {
    figure: 'sum:touches_total',
    where: 'exists(touches where channel = email)',
    asOf: '2026-03-31',
    knownAt: 'B-1',
  });
  expect(corrected.steps).toEqual([
    expect.objectContaining({
      cause: 'corrected',
      rows: [
        expect.objectContaining({
          before: expect.stringContaining('channel call') as string,
          after: expect.stringContaining('channel email') as string,
        }),
      ],
    }),
  ]);
});

test('KN6: rules, undone imports and the NPS are bridged, in the order of the changes', async () => {
  await scores(['r1,1,a@a.example,2026-01-01,10', 'r2,2,b@b.example,2026-01-02,9', 'r3,3,c@c.example,2026-01-03,2']);
  await scores(['r4,4,d@d.example,2026-01-04,1', 'r2,2,b@b.example,2026-01-02,6']);
  await orders(['o1,1,a@a.example,2025-01-10,100.00']);
  await tell(undoImport, { batch: 2 });
  await tell(setSettings, { ladderMode: 5 });
  const figure = await bridge(workspace, { figure: 'nps', asOf: '2026-03-31', knownAt: '1' });
  expect(figure.from).toBeCloseTo(100 / 3, 9);
  expect(figure.to).toBeCloseTo(100 / 3, 9);
  expect(figure.steps.map(({ cause }) => cause)).toEqual(['late', 'corrected', 'undone']);
  expect(figure.steps[2]!.rows[0]).toMatchObject({ key: 'B-2' });
  expect(figure.steps[0]!.from).toBe(figure.from);
  expect(figure.steps.at(-1)!.to).toBe(figure.to);

  await expect(bridge(workspace, { figure: 'sum:name', knownAt: '1' })).rejects.toThrow('no fact that can be added up');
  await expect(bridge(workspace, { figure: 'weather', knownAt: '1' })).rejects.toThrow('is not known');
});

test('KN6: a changed rule and an import merged again are steps of their own', async () => {
  await orders(['o1,1,a@a.example,2026-01-10,100.00', 'o2,2,b@b.example,2026-01-11,40.00']);
  await tell(setDefinition, { kind: 'ladder', text: 'customer: purchases > 0\nclient: revenue_total > 60 EUR' });
  await tell(undoImport, { batch: 1 });
  await tell(redoImport, { batch: 1 });
  const figure = await bridge(workspace, { figure: 'rung:client', asOf: '2026-03-31', knownAt: '1' });
  expect(brief(figure)).toEqual([
    ['rule', 0, 1],
    ['undone', 1, 0],
    ['redone', 0, 1],
  ]);
  expect(figure.steps[0]!.sentence).toContain('rules of the ladder');
});

test('KN6: steps of any history add up to the difference, each beginning where the last one ended', async () => {
  const key = fc.integer({ min: 1, max: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.array(fc.tuple(key, fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 4 }),
          fc.constant('undo' as const),
        ),
        { minLength: 2, maxLength: 5 },
      ),
      async (history) => {
        rmSync(workspace);
        createWorkspace(workspace, { currency: 'EUR', dateOrder: 'ymd' });
        await load('account', 'crm', 'external_id,name,domain', ['1,Alpha,p1.example']);
        let live: number[] = [1];
        let batches = 1;
        for (const step of history) {
          if (step === 'undo') {
            const batch = live.pop();
            if (batch !== undefined && batch > 1) await tell(undoImport, { batch });
          } else {
            const rows = new Map(step.map(([k, n]) => [k, `o${k},${k},x@p${k}.example,2026-01-0${k},${n}00.00`]));
            const before = batches;
            await orders([...rows.values()]);
            batches = before + 1;
            live = [...live, batches];
          }
        }
        for (const figure of ['sum:revenue_total', 'customers', 'rung:customer']) {
          const found = await bridge(workspace, { figure, asOf: '2026-06-30', knownAt: '1' });
          let at = found.from;
          for (const step of found.steps) {
            expect(step.from).toBe(at);
            expect(step.change).not.toBe(0);
            at = step.to;
          }
          expect(at).toBe(found.to);
        }
      },
    ),
    { numRuns: 8 },
  );
}, 120_000);

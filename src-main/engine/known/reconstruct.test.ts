import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { customers } from '#engine/analyses/customer/index.ts';
import { definitions, ladder } from '#engine/analyses/ladder/index.ts';
import { nps } from '#engine/analyses/nps/index.ts';
import { segments } from '#engine/analyses/segment/index.ts';
import { touches } from '#engine/analyses/touch/index.ts';
import { history, status } from '#engine/analyses/workspace/index.ts';
import type { Analysis, Command } from '#engine/base/define.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import {
  freezeSegment,
  importNow,
  redoImport,
  retypeImport,
  removeSegment,
  saveList,
  saveSegment,
  setAsOf,
  setDefinition,
  setOwnerTeams,
  setSettings,
  undoChange,
  undoImport,
} from '#engine/commands/index.ts';
import { INVERSES } from '#engine/commands/undo-change.ts';
import { imports } from '#engine/import/questions.ts';
import { ReadSession, writeContext } from '#engine/session.ts';
import { createWorkspace, openReader, openWriter } from '#engine/store/open.ts';
import { asKnownAt, changesAfter, PastWorkspace, versionNamed } from './reconstruct.ts';

let folder: string;
let workspace: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-known-test-'));
  workspace = join(folder, 'w.ladderline');
  createWorkspace(workspace, { currency: 'EUR', dateOrder: 'ymd' });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let ticks = 0;
async function tell<Input, Asked, Report>(
  command: Command<string, Input, Asked, Report>,
  input: Asked,
): Promise<Report> {
  const db = openWriter(workspace);
  try {
    const ctx = writeContext(db, 1_780_000_000 + ++ticks);
    const parsed = command.parse(input);
    if (command.transaction === 'own') return await command.run(ctx, parsed);
    return db.transaction(() => command.run(ctx, parsed) as Report);
  } finally {
    db.close();
  }
}

type Any = Analysis<string, unknown, unknown, unknown>;
const QUESTIONS = [
  status,
  imports,
  history,
  segments,
  definitions,
  ladder,
  nps,
  touches,
  customers,
] as unknown as Any[];

/** Everything that is asked, as bytes. */
function answers(path: string): string[] {
  const session = new ReadSession(openReader(path));
  try {
    return QUESTIONS.map((question) => `${question.name} ${JSON.stringify(session.run(question, {}))}`);
  } finally {
    session.close();
  }
}

let count = 0;
function csv(header: string, rows: readonly string[]): string {
  const path = join(folder, `file-${++count}.csv`);
  writeFileSync(path, `${header}\n${rows.join('\n')}\n`);
  return path;
}
const plain = (fields: readonly string[]): Record<string, { field: string }> =>
  Object.fromEntries(fields.map((field) => [field, { field }]));

const accounts = (rows: readonly string[], source = 'crm'): Promise<unknown> =>
  tell(importNow, {
    file: csv('external_id,name,domain,owner', rows),
    mapping: { entity: 'account', source, columns: plain(['external_id', 'name', 'domain', 'owner']) },
  });
const orders = (rows: readonly string[]): Promise<unknown> =>
  tell(importNow, {
    file: csv('external_id,customer_external_id,at,amount', rows),
    mapping: {
      entity: 'transaction',
      source: 'crm',
      columns: plain(['external_id', 'customer_external_id', 'at', 'amount']),
      constants: { kind: 'invoice', currency: 'EUR' },
    },
  });
const touchRows = (rows: readonly string[]): Promise<unknown> =>
  tell(importNow, {
    file: csv('external_id,customer_external_id,at,channel', rows),
    mapping: {
      entity: 'touch',
      source: 'crm',
      columns: plain(['external_id', 'customer_external_id', 'at', 'channel']),
      constants: { direction: 'out', team: 'sales' },
    },
  });

/** Orders whose values are taken by a policy; `without` names what is left out. */
const policyOrders = (policy: string, rows: readonly string[], without: readonly string[] = []): Promise<unknown> =>
  tell(importNow, {
    file: csv('external_id,customer_external_id,at,amount,changed', rows),
    mapping: {
      entity: 'transaction',
      source: 'crm',
      columns: plain(['external_id', 'customer_external_id', 'at', 'amount']),
      constants: { kind: 'invoice', currency: 'EUR' },
      policy,
      modified: 'changed',
    },
    exceptions: { fields: [...without] },
  });
function changeOf(command: string): number {
  const db = openReader(workspace);
  try {
    return db.count('SELECT min(id) FROM change WHERE command = ?', [command]);
  } finally {
    db.close();
  }
}
/** The id of the nth of them. */
function policyBatch(nth: number): number {
  const db = openReader(workspace);
  try {
    return db.all("SELECT id FROM batch WHERE mapping LIKE '%policy%' ORDER BY id")[nth]![0] as number;
  } finally {
    db.close();
  }
}

/** A history with late rows, corrections, merges, undone and repeated imports, settings and segments. */
const STEPS: readonly (() => Promise<unknown>)[] = [
  () => accounts(['a,Alpha,alpha.example,Mia', 'b,Beta,beta.example,Noah', 'c,Gamma,gamma.example,Mia']),
  () => orders(['o1,a,2026-01-10,100.00', 'o2,b,2026-02-10,50.00']),
  () => touchRows(['t1,a,2026-02-01,call', 't2,b,2026-03-01,email', 't3,c,2026-03-05,visit']),
  () => tell(setOwnerTeams, { rows: [{ owner: 'Mia', team: 'sales' }] }),
  () => tell(saveSegment, { name: 'Buyers', definition: 'purchases > 0' }),
  () => orders(['o1,a,2026-01-10,175.00', 'o3,a,2026-02-20,25.00']),
  () => tell(freezeSegment, { name: 'Buyers' }),
  () => accounts(['x,Alpha AG,alpha.example,Zoe', 'y,Beta KG,www.beta.example,Noah'], 'books'),
  () => tell(undoChange, { change: changeOf('freezeSegment') }),
  () => tell(undoChange, { change: changeOf('unfreezeSegment') }),
  () => tell(undoImport, { batch: 3 }),
  () => tell(setSettings, { ladderMode: 5, fiscalYearStart: 4 }),
  () => tell(saveSegment, { name: 'buyers', definition: 'purchases > 1' }),
  () => tell(setDefinition, { kind: 'ladder', text: 'customer: purchases > 0\nclient: revenue_total > 60 EUR' }),
  () => tell(undoImport, { batch: 2 }),
  () => tell(redoImport, { batch: 3 }),
  () => tell(setAsOf, { day: '2026-03-31' }),
  () => tell(saveList, { name: 'Keys', keys: ['a'] }),
  () => tell(removeSegment, { name: 'Buyers' }),
  () => tell(redoImport, { batch: 2 }),
  () => touchRows(['t3,c,2026-03-05,call', 't9,x9,2026-03-20,mail']),
  () => policyOrders('newest', ['o1,a,2026-01-10,90.00,2026-04-01', 'o5,b,2026-02-11,10.00,2026-04-01']),
  () => policyOrders('newest', ['o1,a,2026-01-10,80.00,2026-03-01', 'o5,b,2026-02-11,11.00,2026-05-01']),
  () => policyOrders('fill', ['o1,a,2026-01-10,70.00,2026-06-01', 'o6,c,2026-02-12,12.00,2026-06-01']),
  () => tell(undoImport, { batch: policyBatch(0) }),
  () =>
    policyOrders(
      'overwrite',
      ['o5,b,2026-02-11,13.00,2026-06-01', 'o7,c,2026-02-12,14.00,2026-06-01'],
      ['transaction.amount'],
    ),
  () => tell(undoImport, { batch: policyBatch(2) }),
  () => tell(redoImport, { batch: policyBatch(0) }),
  () => tell(undoChange, { change: changeOf('setDefinition') }),
  () => tell(retypeImport, { batch: 1, column: 'owner', as: { field: 'region' } }),
];

describe('the workspace as known at a version', () => {
  test('KN2 KN3: every question answers the bytes it answered then, at every version', async () => {
    const then: string[][] = [answers(workspace)];
    for (const step of STEPS) {
      await step();
      then.push(answers(workspace));
    }
    expect(new Set(then.map(String)).size).toBe(then.length);
    // One copy goes back through every version; some are asked for directly.
    const walked = new PastWorkspace(workspace);
    try {
      for (const change of changesAfter(walked.db, 0)) {
        expect([change.sentence, answers(walked.path)]).toEqual([change.sentence, then[change.after]]);
        await walked.takeBack(change);
      }
    } finally {
      walked.close();
    }
    for (const version of [0, 9, 14, then.length - 1]) {
      const past = await asKnownAt(workspace, version);
      try {
        expect(answers(past.path)).toEqual(then[version]);
      } finally {
        past.close();
      }
    }
    expect(answers(workspace)).toEqual(then.at(-1));
  }, 120_000);

  test('KN3: steps in any order are known again at any version', async () => {
    const steps = STEPS.slice(0, 8);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(
          steps.map((_, i) => i),
          { minLength: 2, maxLength: 5 },
        ),
        fc.nat(4),
        async (order, at) => {
          rmSync(workspace);
          createWorkspace(workspace, { currency: 'EUR', dateOrder: 'ymd' });
          const then: string[][] = [answers(workspace)];
          for (const i of order) {
            try {
              await steps[i]!();
            } catch (error) {
              // A segment that is not there yet cannot be recorded: nothing was changed.
              if (!(error instanceof LadderlineError)) throw error;
              continue;
            }
            then.push(answers(workspace));
          }
          const version = Math.min(at, then.length - 1);
          const past = await asKnownAt(workspace, version);
          try {
            expect(answers(past.path)).toEqual(then[version]);
          } finally {
            past.close();
          }
        },
      ),
      { numRuns: 12 },
    );
  }, 120_000);

  test('KN1: a version is a number, an import or a day', async () => {
    await STEPS[0]!();
    await STEPS[3]!();
    await STEPS[1]!();
    const db = openReader(workspace);
    expect(versionNamed(db, '2')).toBe(2);
    expect(versionNamed(db, 'B-2')).toBe(3);
    expect(versionNamed(db, 'b-1')).toBe(1);
    expect(versionNamed(db, '2020-01-01')).toBe(0);
    expect(versionNamed(db, '2999-01-01')).toBe(3);
    for (const [text, message] of [
      ['9', 'There is no version 9; the workspace is at version 3.'],
      ['B-7', 'There is no import B-7.'],
      ['yesterday', '"yesterday" names no version'],
    ] as const) {
      expect(() => versionNamed(db, text)).toThrow(message);
    }
    db.close();
  });

  test('KN4: before a change that cannot be taken back nothing can be shown', async () => {
    await STEPS[0]!();
    await STEPS[1]!();
    const db = openWriter(workspace);
    db.run('UPDATE change SET inverse = NULL WHERE id = 2');
    db.close();
    await expect(asKnownAt(workspace, 1)).rejects.toMatchObject({
      code: 'not-knowable',
      message: expect.stringContaining('Versions from 2 on can.') as string,
    });
    (await asKnownAt(workspace, 2)).close();
  });

  test('KN4: every change that a command logs has an inverse that can be run', () => {
    const engine = join(import.meta.dirname, '..');
    const files = readdirSync(join(engine, 'commands')).map((name) => join(engine, 'commands', name));
    const texts = [...files, join(engine, 'import', 'import.ts')].map((file) => readFileSync(file, 'utf8'));
    const logged = texts.flatMap((text) => [...text.matchAll(/\{ command: '(\w+)', input/g)].map((match) => match[1]!));
    expect(new Set(logged).size).toBeGreaterThan(7);
    expect(logged.filter((name) => !Object.hasOwn(INVERSES, name))).toEqual([]);
    expect(texts.filter((text) => /inverse: null/.test(text))).toEqual([]);
  });

  test('KN5: the workspace is only read, and nothing is left behind', async () => {
    for (const step of STEPS.slice(0, 6)) await step();
    const before = readFileSync(workspace);
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    const past = await asKnownAt(workspace, 2, {}, temporary);
    expect(readdirSync(temporary)).toHaveLength(1);
    past.close();
    expect(readdirSync(temporary)).toEqual([]);
    let checks = 0;
    const cancel = {
      check() {
        if (++checks > 2) throw new LadderlineError('cancelled', 'Cancelled.');
      },
    };
    await expect(asKnownAt(workspace, 0, { cancel }, temporary)).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(temporary)).toEqual([]);
    expect(readFileSync(workspace).equals(before)).toBe(true);
  });

  test('KN5: what a killed process leaves is removed by the next one', async () => {
    for (const step of STEPS.slice(0, 3)) await step();
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    const program = `
      import { PastWorkspace } from '#engine/known/reconstruct.ts';
      new PastWorkspace(process.argv[1], {}, process.argv[2]);
      process.kill(process.pid, 'SIGKILL');`;
    const { signal, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', program, workspace, temporary],
      { encoding: 'utf8', cwd: join(import.meta.dirname, '../../..') },
    );
    expect([signal, stderr]).toEqual(['SIGKILL', '']);
    expect(readdirSync(temporary)).toHaveLength(1);
    const past = await asKnownAt(workspace, 1, {}, temporary);
    expect(readdirSync(temporary)).toHaveLength(1);
    past.close();
    expect(readdirSync(temporary)).toEqual([]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importCancel, importCommit, importDryRun, importNow, redoImport, undoImport } from '#engine/commands/index.ts';
import { parseExceptions } from '#engine/import/exceptions.ts';
import { TestWorkspace } from './workspace.testing.ts';

let w: TestWorkspace;
beforeEach(() => {
  w = new TestWorkspace();
});
afterEach(async () => {
  await w.tell(importCancel, {});
  w.close();
});

type Column = { field: string; policy?: string };
const mapping = (columns: Record<string, Column>, more: Record<string, unknown> = {}): unknown => ({
  source: 'crm',
  entity: 'party',
  columns: { id: { field: 'external_id' }, ...columns },
  ...more,
});
const people = (columns: Record<string, Column>, more = {}): unknown =>
  mapping({ name: { field: 'name' }, title: { field: 'title' }, phone: { field: 'phone' }, ...columns }, more);

let n = 0;
const load = (text: string, how: unknown, more = {}) =>
  w.tell(importNow, { file: w.file(`people-${++n}.csv`, text), mapping: how, ...more });
const state = (): unknown => w.rows('SELECT ext, name, title, phone FROM party ORDER BY ext');

describe('policies of fields', () => {
  it('overwrite, keep and fill: what each makes of a value that is there, and of one that is not', async () => {
    await load('id,name,title,phone\n1,Ada,Buyer,\n', people({}));
    await load(
      'id,name,title,phone\n1,Bea,Head,123\n2,Cy,Clerk,9\n',
      people({
        name: { field: 'name', policy: 'keep' },
        title: { field: 'title', policy: 'fill' },
        phone: { field: 'phone', policy: 'fill' },
      }),
    );
    expect(state()).toEqual([
      ['1', 'Ada', 'Buyer', '123'],
      ['2', 'Cy', 'Clerk', '9'],
    ]);
    // Without the first file the values that it kept out are there.
    await w.tell(undoImport, { batch: 1 });
    expect(state()).toEqual([
      ['1', 'Bea', 'Head', '123'],
      ['2', 'Cy', 'Clerk', '9'],
    ]);
    await w.tell(redoImport, { batch: 1 });
    expect(state()).toEqual([
      ['1', 'Ada', 'Buyer', '123'],
      ['2', 'Cy', 'Clerk', '9'],
    ]);
  });

  it('newest: the value that the source changed last counts, whatever the order of the imports', async () => {
    const newest = people({}, { policy: 'newest', modified: 'changed' });
    await load('id,name,title,phone,changed\n1,Ada,Buyer,1,2026-03-01\n', newest);
    const older = await load('id,name,title,phone,changed\n1,Ada,Clerk,1,2026-02-01\n', newest);
    expect(older.entities).toEqual([{ entity: 'party', created: 0, updated: 0, unchanged: 1 }]);
    expect(state()).toEqual([['1', 'Ada', 'Buyer', '1']]);
    await load('id,name,title,phone,changed\n1,Ada,Head,1,2026-04-01\n1,Ada,Temp,1,2025-01-01\n', newest);
    expect(state()).toEqual([['1', 'Ada', 'Head', '1']]);
    await w.tell(undoImport, { batch: 3 });
    await w.tell(undoImport, { batch: 1 });
    expect(state()).toEqual([['1', 'Ada', 'Clerk', '1']]);
  });

  it('newest without a column that says when a row changed is refused', async () => {
    await expect(load('id,name\n1,Ada\n', mapping({ name: { field: 'name', policy: 'newest' } }))).rejects.toThrow(
      'needs "modified"',
    );
    await expect(load('id,colour\n1,red\n', mapping({ colour: { field: 'colour', policy: 'fill' } }))).rejects.toThrow(
      'state the policy for the whole entity',
    );
  });

  it('priority: a file of a worse rank does not replace the value of a better one', async () => {
    const ranked = (rank: number): unknown => people({}, { policy: 'priority', rank });
    await load('id,name,title,phone\n1,Ada,Buyer,\n', ranked(1));
    await load('id,name,title,phone\n1,Ada Lovelace,Clerk,5\n', ranked(2));
    expect(state()).toEqual([['1', 'Ada', 'Buyer', '5']]);
    await load('id,name,title,phone\n1,Ada,Head,\n', ranked(1));
    expect(state()).toEqual([['1', 'Ada', 'Head', '5']]);
  });

  it('the same file again changes nothing, and 6,000 rows with a policy keep their claims', async () => {
    const rows = Array.from({ length: 6000 }, (_, i) => `${i},P${i},T${i},`).join('\n');
    const fill = people({ title: { field: 'title', policy: 'fill' } });
    await load(`id,name,title,phone\n${rows}\n`, fill);
    expect(w.rows('SELECT count(*), count(DISTINCT row) FROM claim')).toEqual([[6000, 6000]]);
    const again = await load(`id,name,title,phone\n${rows.replaceAll(',T', ',U')}\n`, fill);
    expect(again.entities).toEqual([{ entity: 'party', created: 0, updated: 0, unchanged: 6000 }]);
    await w.tell(undoImport, { batch: 1 });
    expect(w.rows("SELECT count(*) FROM party WHERE title LIKE 'U%'")).toEqual([[6000]]);
  });
});

describe('exceptions', () => {
  const BASE = 'id,name,title,phone\n1,Ada,Buyer,1\n2,Bea,Clerk,2\n3,Cy,Head,3\n';
  const NEXT = 'id,name,title,phone\n1,Ada,Chief,11\n2,Bea,Lead,2\n3,Cy,Head,33\n4,Di,New,4\n';

  it('the dry run counts what would change by field, and the commit leaves out what a person chose', async () => {
    await load(BASE, people({}));
    const file = w.file('next.csv', NEXT);
    const dry = await w.tell(importDryRun, { file, mapping: people({}) });
    expect(dry.kinds).toEqual([
      { entity: 'party', field: 'phone', rows: 2 },
      { entity: 'party', field: 'title', rows: 2 },
    ]);
    expect(dry.differences.map((d) => [d.line, d.column, d.before, d.after]).toSorted()).toEqual([
      [2, 'phone', '1', '11'],
      [2, 'title', 'Buyer', 'Chief'],
      [3, 'title', 'Clerk', 'Lead'],
      [4, 'phone', '3', '33'],
    ]);
    const chosen = await w.tell(importDryRun, {
      file,
      mapping: people({}),
      exceptions: parseExceptions('3, party.phone, party:new'),
    });
    expect(chosen).toMatchObject({
      read: 4,
      skipped: 2,
      entities: [{ entity: 'party', created: 0, updated: 1, unchanged: 1 }],
      kinds: [{ entity: 'party', field: 'title', rows: 1 }],
    });
    await w.tell(importCommit, { staging: chosen.staging });
    const expected = [
      ['1', 'Ada', 'Chief', '1'],
      ['2', 'Bea', 'Clerk', '2'],
      ['3', 'Cy', 'Head', '3'],
    ];
    expect(state()).toEqual(expected);
    // Redo leaves out the same rows and changes, and undo of the first file shows what was kept out.
    await w.tell(undoImport, { batch: 2 });
    await w.tell(redoImport, { batch: 2 });
    expect(state()).toEqual(expected);
    await w.tell(undoImport, { batch: 1 });
    expect(state()).toEqual([
      ['1', 'Ada', 'Chief', '11'],
      ['3', 'Cy', 'Head', '33'],
    ]);
  });

  it('all changes of an entity can be left out, its new rows stay', async () => {
    await load(BASE, people({}));
    const report = await load(NEXT, people({}), { exceptions: parseExceptions('party:changed') });
    expect(report.entities).toEqual([{ entity: 'party', created: 1, updated: 0, unchanged: 3 }]);
    expect(w.rows('SELECT title FROM party ORDER BY ext')).toEqual([['Buyer'], ['Clerk'], ['Head'], ['New']]);
  });

  it('words that name nothing are refused', () => {
    expect(() => parseExceptions('everything')).toThrow('names nothing to leave out');
    expect(parseExceptions('12, 15-20,touch.text,touch:new').lines).toEqual([
      [12, 12],
      [15, 20],
    ]);
  });
});

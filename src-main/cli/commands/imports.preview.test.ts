import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  importCancel,
  importDryRun,
  importNow,
  redoImport,
  setOwnerTeams,
  setSettings,
  undoImport,
} from '#engine/commands/index.ts';
import { headerChanges } from '#engine/import/preview.ts';
import { importDetail, importPreview, ownerTeams } from '#engine/import/questions.ts';
import { TestWorkspace } from './workspace.testing.ts';

const sample = (name: string): string => join(import.meta.dirname, '..', '..', '..', 'resources', 'sample', name);

let w: TestWorkspace;
beforeEach(() => {
  w = new TestWorkspace();
});
afterEach(async () => {
  await w.tell(importCancel, {});
  w.close();
});

const column = (preview: ReturnType<typeof look>, header: string) => preview.columns.find((c) => c.header === header)!;
const look = (file: string, how: Record<string, unknown> = {}) => w.ask(importPreview, { file, ...how });

describe('preview of a file', () => {
  it('stands each cell beside its value, with the reason of every column, within 300 ms', () => {
    const file = sample('zendesk--tickets.csv');
    const times = [0, 1, 2].map(() => {
      const before = process.cpuUsage();
      look(file, { records: 200 });
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(300);
    const preview = look(file, { records: 200 });
    expect(preview.profile).toMatchObject({ id: 'zendesk.tickets' });
    expect(preview.rows).toHaveLength(200);
    const at = preview.columns.findIndex((c) => c.fields.includes('ticket.opened_at'));
    const opened = preview.columns[at]!;
    expect(opened.typeWhy).not.toBe('');
    const used = preview.rows.find((r) => r.fate === 'used')!;
    expect(used.mapped[at]).toMatch(/^\d{4}-\d\d-\d\d/);
    const rejected = preview.rows.find((r) => r.fate === 'rejected')!;
    expect(rejected).toMatchObject({ line: 103, column: opened.header });
    expect(rejected.cells[at]).toContain('2025-13-04');
    expect(preview.mapping!.entities.map((e) => e.entity)).toEqual(['ticket']);
  });

  it('asks for an order of dates that the values leave open, still shows the rows, and takes the answer', async () => {
    await w.tell(setSettings, { dateOrder: null });
    const file = w.file('orders.csv', 'order number,order date,customer name,amount\nA1,03/04/2026,Kiln,1.50\n');
    const open = look(file);
    expect(open.problem).toMatchObject({ code: 'date-order', detail: { column: 'order date' } });
    expect(open.rows[0]).toMatchObject({ cells: ['A1', '03/04/2026', 'Kiln', '1.50'], fate: 'open' });
    const told = look(file, { dateOrder: 'mdy' });
    expect(told.problem).toBeNull();
    expect(told.rows[0]!.mapped).toEqual(['A1', '2026-03-04', 'Kiln', '1.50 EUR']);
    expect(column(told, 'order date')).toMatchObject({ dateOrder: 'mdy', fields: ['transaction.at'] });
  });

  it('takes delimiter, header and encoding as a person says they are, also when the file is imported', async () => {
    const bytes = 'Bericht\nid;name\n1;M\u00FCller, Ada\n';
    const file = w.file('odd.csv', bytes);
    const how = { as: 'party' as const, layout: { delimiter: ',' as const, preambleRecords: 0, headerRows: 1 } };
    expect(look(file, how).columns.map((c) => c.header)).not.toContain('name');
    const right = { as: 'party' as const, layout: { delimiter: ';' as const, encoding: 'utf-8' as const } };
    expect(look(file, right).rows[0]!.cells).toEqual(['1', 'M\u00FCller, Ada']);
    const wrong = look(file, { ...right, layout: { delimiter: ';', encoding: 'cp1252' } });
    expect(wrong.rows[0]!.cells[1]).toBe('M\u00C3\u00BCller, Ada');
    const report = await w.tell(importDryRun, { file, as: 'party', layout: { delimiter: ';', encoding: 'cp1252' } });
    expect(report.used).toBe(1);
  });

  it('says what a row is, and lets a person map columns of which none is known', () => {
    const file = w.file('list.csv', 'foo,bar\n1,Ada\n');
    expect(look(file)).toMatchObject({ mapping: null, problem: { code: 'no-mapping' } });
    const told = look(file, { as: 'party' });
    expect(told).toMatchObject({
      problem: { code: 'no-columns' },
      mapping: { source: 'list', entities: [{ entity: 'party', columns: {} }] },
    });
    const mapping = { ...told.mapping!, entities: [{ entity: 'party', columns: { foo: { field: 'external_id' } } }] };
    expect(look(file, { mapping }).rows[0]!.mapped).toEqual(['1', null]);
  });

  it('shows what another mapping makes of the rows, and hides the words of a sensitive column', () => {
    const file = w.file('people.csv', 'id,who,team,iban\n1,Ada,N,DE1\n2,Bo,S,DE2\n3,Cy,N,DE3\n');
    const first = look(file, { as: 'party' });
    expect(first.columns.find((c) => c.header === 'team')!.words).toEqual([
      { text: 'N', rows: 2 },
      { text: 'S', rows: 1 },
    ]);
    expect(column(first, 'iban')).toMatchObject({ sensitive: true, words: null });
    const mapping = {
      source: 'crm',
      entity: 'party',
      columns: {
        id: { field: 'external_id' },
        who: { field: 'name' },
        team: { field: 'owner', values: { N: 'North' } },
      },
      recipe: [{ op: 'replace', column: 'who', find: 'a', with: 'A' }],
    };
    expect(look(file, { mapping }).rows.map((r) => r.mapped)).toEqual([
      ['1', 'AdA', 'North', null],
      ['2', 'Bo', 'S', null],
      ['3', 'Cy', 'North', null],
    ]);
  });
});

describe('the next file of a kind', () => {
  const quarter = (name: string, header: string, row: string): string => w.file(name, `${header}\n${row}\n`);

  it('repeats mapping and source under another name, and lists columns that came, went and moved', async () => {
    const mapping = {
      source: 'shop',
      entity: 'party',
      columns: { nr: { field: 'external_id' }, who: { field: 'name' }, mail: { field: 'email' } },
    };
    const q3 = quarter('q3.csv', 'nr,who,mail,town,tel', '1,Ada,a@x.test,Oslo,1');
    await w.tell(importNow, { file: q3, mapping, constants: {} });
    const q4 = quarter('q4.csv', 'who,mail,nr,town,size', 'Bo,b@x.test,2,Bern,L');
    const next = look(q4, { auto: true });
    expect(next.remembered).toMatchObject({
      batch: '1',
      file: 'q3.csv',
      used: true,
      added: ['size'],
      gone: ['tel'],
      moved: ['nr'],
    });
    expect(next.source).toBe('shop');
    expect(next.rows[0]!.mapped.slice(0, 3)).toEqual(['Bo', 'b@x.test', '2']);
    // The same bytes read in the same way are the import that is there.
    const report = await w.tell(importDryRun, { file: q3, again: true });
    expect(report.already?.batch).toBe('1');
    expect(look(q4, { auto: true, as: 'party' }).remembered?.used).toBe(false);
  });

  it('a column that moved is one outside the longest run in order', () => {
    expect(headerChanges(['a', 'b', 'c', 'd'], ['d', 'A', 'b', 'c'])).toEqual({ added: [], gone: [], moved: ['d'] });
    expect(headerChanges(['a', 'b'], ['a', 'x', 'b'])).toEqual({ added: ['x'], gone: [], moved: [] });
  });
});

describe('what a dry run says about gaps', () => {
  const people = (rows: string): string => `id,name\n${rows}`;
  const how = { as: 'party' as const, source: 'crm', snapshot: true };

  it('rows of the last full export that a new one lacks are flagged before anything is written', async () => {
    const first = await w.tell(importDryRun, { file: w.file('a.csv', people('1,Ada\n2,Bo\n3,Cy\n')), ...how });
    expect(first.missing).toEqual({ against: null, rows: 0, samples: [] });
    await w.tell(importNow, { file: w.file('a.csv', people('1,Ada\n2,Bo\n3,Cy\n')), ...how });
    const next = w.file('b.csv', people('3,Cy\n4,Di\n1,Ada\n'));
    expect((await w.tell(importDryRun, { file: next, ...how })).missing).toMatchObject({
      against: { batch: '1', file: 'a.csv' },
      rows: 1,
      samples: [{ table: 'party', key: '2', name: 'Bo' }],
    });
    expect((await w.tell(importDryRun, { file: next, ...how, snapshot: false })).missing).toBeNull();
  });

  it('customers whom nothing describes are counted, until a file or the workspace describes them', async () => {
    const calls = w.file('calls.csv', 'id,at,who\n1,2026-01-02,C1\n2,2026-01-03,C2\n3,2026-01-04,C1\n');
    const mapping = {
      source: 'crm',
      entity: 'touch',
      columns: { id: { field: 'external_id' }, at: { field: 'at' }, who: { field: 'party.external_id' } },
      constants: { channel: 'call', direction: 'out' },
    };
    const dry = () => w.tell(importDryRun, { file: calls, mapping });
    expect((await dry()).unresolved).toEqual([{ entity: 'touch', keys: 2, rows: 3, samples: ['C1', 'C2'] }]);
    await w.tell(importNow, { file: w.file('c.csv', 'id,name\nC1,Ada\n'), as: 'party', source: 'crm' });
    expect((await dry()).unresolved).toEqual([{ entity: 'touch', keys: 1, rows: 1, samples: ['C2'] }]);
  });
});

it('an import is brought back while another file that was checked still waits', async () => {
  await w.tell(importNow, { file: w.file('a.csv', 'id,name\n1,Ada\n'), as: 'party' });
  await w.tell(undoImport, { batch: 1 });
  await w.tell(importDryRun, { file: w.file('b.csv', 'id,name\n2,Bo\n'), as: 'party' });
  expect((await w.tell(redoImport, { batch: 1 })).batch).toBe('1');
});

it('the detail of an import says how it was read', async () => {
  const file = w.file('people.csv', 'id,name,iban\n1,Ada,DE1\n');
  await w.tell(importNow, { file, as: 'party', source: 'crm' });
  expect(w.ask(importDetail, { batch: 1 })).toMatchObject({
    file: 'people.csv',
    source: 'crm',
    encoding: 'utf-8',
    columns: [
      { header: 'id', filled: 1, fields: [{ entity: 'party', field: 'external_id' }] },
      { header: 'name', filled: 1, fields: [{ entity: 'party', field: 'name' }] },
      { header: 'iban', filled: 1, fields: [{ entity: 'party', field: 'iban', sensitive: true }] },
    ],
  });
  expect(() => w.ask(importDetail, { batch: 9 })).toThrow('no batch 9');
});

it('the owners of the workspace are listed with their teams', async () => {
  await w.tell(setOwnerTeams, {
    rows: [
      { owner: 'ada', team: 'sales' },
      { owner: '0051', team: 'service', name: 'Bo' },
    ],
  });
  expect(w.ask(ownerTeams, {}).rows).toEqual([
    { owner: '0051', team: 'service', name: 'Bo' },
    { owner: 'ada', team: 'sales', name: null },
  ]);
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problems, history } from '#engine/analyses/workspace/index.ts';
import {
  importCancel,
  importDryRun,
  importNow,
  redoImport,
  retypeImport,
  undoChange,
  undoImport,
} from '#engine/commands/index.ts';
import { drift, imports, missing, rejects, remembered, unresolved } from '#engine/import/questions.ts';
import { driftCommand, importCommand, missingCommand, retypeCommand, unresolvedCommand } from './imports.ts';
import { TestWorkspace } from './workspace.testing.ts';

let w: TestWorkspace;
beforeEach(() => {
  w = new TestWorkspace();
});
afterEach(async () => {
  await w.tell(importCancel, {});
  w.close();
});

const INVOICES = {
  entity: 'transaction',
  source: 'erp',
  columns: {
    nr: { field: 'external_id' },
    customer: { field: 'customer_external_id' },
    date: { field: 'at' },
    status: { field: 'status' },
    amount: { field: 'amount' },
  },
};
const rows = (n: number, line: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => line(i)).join('\n');
const HEADER = 'nr,customer,date,status,amount\n';

describe('control totals', () => {
  it('records and sums that a footer states are compared with what was loaded; a difference is told and a problem', async () => {
    const text = `${HEADER}1,C1,2026-01-01,paid,10.00\n2,C2,2026-01-02,paid,5.50\n3,C3,soon,paid,7.00\nTOTAL,,,,22.50\n"Grand Totals (3 records)"\n`;
    const report = await w.tell(importNow, { file: w.file('a.csv', text), mapping: INVOICES });
    expect(report).toMatchObject({ read: 3, used: 2, rejected: 1 });
    expect(report.control).toEqual([
      { what: 'sum', column: 'amount', line: 5, stated: '22.50', loaded: '15.50', difference: '-7.00' },
      { what: 'records', column: null, line: 6, stated: '3', loaded: '2', difference: '-1' },
    ]);
    expect(
      w
        .ask(problems, {})
        .problems.filter((p) => p.code === 'control-total')
        .map((p) => p.message),
    ).toEqual([
      'Control total of amount: the file states 22.50 on line 5, 15.50 was loaded (-7.00)',
      'Control total: the file states 3 records on line 6, 2 were loaded (-1)',
    ]);
  });

  it('totals that agree are in the report and no problem; a file that states nothing has none', async () => {
    const ageing = `Ladder Supplies Ltd,,,,,\n,,,,,\nCustomer,Transaction Type,Date,Num,Due Date,Open Balance\nAlpha,Invoice,07/18/2026,1,08/17/2026,"1,250.00"\nBeta,Credit Memo,09/11/2026,2,10/11/2026,-27.50\nTOTAL,,,,,"1,222.50"\n`;
    const report = await w.tell(importNow, { file: w.file('ageing.csv', ageing), dateOrder: 'mdy' });
    expect(report.control).toEqual([
      { what: 'sum', column: 'Open Balance', line: 6, stated: '1222.50', loaded: '1222.50', difference: '0.00' },
    ]);
    expect(w.ask(problems, {}).problems.filter((p) => p.code === 'control-total')).toEqual([]);
    const plain = await w.tell(importNow, {
      file: w.file('b.csv', `${HEADER}1,C1,2026-01-01,paid,10.00\n`),
      mapping: INVOICES,
    });
    expect(plain.control).toBeUndefined();
  });
});

describe('drift', () => {
  it('columns, rows, empty cells, new words and days without rows are told against the last file of the kind', async () => {
    const first = HEADER + rows(40, (i) => `${i},C${i},2026-01-${String(1 + (i % 28)).padStart(2, '0')},paid,10.00`);
    await w.tell(importNow, { file: w.file('january.csv', `${first}\n`), mapping: INVOICES });
    expect(w.ask(drift, { batch: 1 })).toEqual({ batch: '1', file: 'january.csv', against: null, lines: [] });
    const later = `nr,customer,date,status,amount\n${rows(100, (i) => {
      const day =
        i < 50 ? `2026-02-${String(1 + (i % 9)).padStart(2, '0')}` : `2026-03-${String(20 + (i % 9)).padStart(2, '0')}`;
      return `n${i},${i % 2 ? `C${i}` : ''},${day},${i === 7 ? 'stuck' : 'paid'},10.00`;
    })}\n`;
    const file = w.file('february.csv', later);
    const dry = await w.tell(importDryRun, { file, mapping: INVOICES });
    const expected = [
      'The file has 100 rows; the last one had 40.',
      'Column "customer" is empty in 50 % of the rows; it was in 0 %.',
      'Column "status" has 1 new word: "stuck".',
      'No row lies between 2026-02-10 and 2026-03-19.',
    ];
    expect(dry.drift).toMatchObject({ against: { batch: '1', file: 'january.csv' } });
    expect(dry.drift.lines.map((line) => line.message)).toEqual(expected);
    await w.tell(importNow, { file, mapping: INVOICES });
    expect(w.ask(drift, { batch: 2 }).lines.map((line) => line.message)).toEqual(expected);
    expect(() => w.ask(drift, { batch: 9 })).toThrow('There is no batch 9');
  });

  it('a profile is compared with its last file even when columns came and went; the same kind of file drifts in nothing', async () => {
    const contacts = (extra: string, n: number): string =>
      `Record ID,First Name,Last Name,Email,Contact owner,Create Date${extra}\n${rows(n, (i) => `${i},A,B,a${i}@x.example,Dana,2026-01-0${1 + (i % 9)}${extra === '' ? '' : ',x'}`)}\n`;
    await w.tell(importNow, { file: w.file('a.csv', contacts('', 30)) });
    await w.tell(importNow, { file: w.file('b.csv', contacts(',Shoe size', 31)) });
    await w.tell(importNow, { file: w.file('c.csv', contacts(',Shoe size', 32)) });
    expect(w.ask(drift, { batch: 2 }).lines.map((l) => [l.kind, l.column])).toEqual([['new column', 'Shoe size']]);
    expect(w.ask(drift, { batch: 3 }).lines).toEqual([]);
  });
});

describe('full exports', () => {
  it('rows that the newest full export lacks are flagged, never deleted; undone exports do not count', async () => {
    const people = (ids: readonly number[]): string =>
      `id,name,email\n${ids.map((i) => `${i},P${i},p${i}@x.example`).join('\n')}\n`;
    const mapping = {
      entity: 'party',
      source: 'crm',
      columns: { id: { field: 'external_id' }, name: { field: 'name' }, email: { field: 'email' } },
    };
    const load = (name: string, ids: number[]) =>
      w.tell(importNow, { file: w.file(name, people(ids)), mapping, snapshot: true });
    await load('week-1.csv', [1, 2, 3]);
    await load('week-2.csv', [1, 3, 4]);
    await load('week-3.csv', [1, 4]);
    const answer = w.ask(missing, {});
    expect(answer.exports).toMatchObject([{ batch: '3', file: 'week-3.csv', against: ['2', '1'], missing: 2 }]);
    expect(answer.rows.map((r) => [r.table, r.key, r.name, r.file])).toEqual([
      ['party', '3', 'P3', 'week-2.csv'],
      ['party', '2', 'P2', 'week-1.csv'],
    ]);
    expect(w.rows('SELECT count(*) FROM party')).toEqual([[4]]);
    await w.tell(undoImport, { batch: 3 });
    expect(w.ask(missing, {}).rows.map((r) => r.key)).toEqual(['2']);
    expect(missingCommand.run([w.path], silent)).toBeUndefined();
  });
});

describe('the next file of a kind', () => {
  it('is read like the last one under another name, with columns moved and added; a different file is refused', async () => {
    const mapping = {
      ...INVOICES,
      columns: { ...INVOICES.columns, date: { field: 'at', dateOrder: 'dmy' } },
      recipe: [{ column: 'customer', op: 'replace', find: 'K-', with: 'C' }],
    };
    await w.tell(importNow, { file: w.file('Q1.csv', `${HEADER}1,K-1,03/04/2026,paid,10.00\n`), mapping });
    const next = w.file(
      'second quarter.csv',
      'amount,status,date,customer,nr,region\n7.00,paid,05/06/2026,K-2,2,North\n',
    );
    expect(w.ask(remembered, { file: next })).toMatchObject({ batch: '1', file: 'Q1.csv', source: 'erp' });
    const dry = await w.tell(importDryRun, { file: next, again: true });
    expect(dry.drift.lines.map((line) => line.message)).toEqual([
      'Column "region" is new.',
      'The last file ended on 2026-04-03, this one begins on 2026-06-05.',
    ]);
    expect(await importCommand.run([w.path, next, '--again'], silent)).toBe(0);
    expect(
      w.rows(
        "SELECT p.ext, date(p.day * 86400, 'unixepoch'), y.ext, s.name, p.attributes FROM purchase p JOIN party y ON y.id = p.party JOIN source s ON s.id = p.source ORDER BY p.ext",
      ),
    ).toEqual([
      ['1', '2026-04-03', 'C1', 'erp', null],
      ['2', '2026-06-05', 'C2', 'erp', '{"region":"North"}'],
    ]);
    const other = w.file('other.csv', 'a,b,c\n1,2,3\n');
    expect(w.ask(remembered, { file: other })).toBeNull();
    await expect(w.tell(importNow, { file: other, again: true })).rejects.toThrow('like no file that was imported');
  });
});

describe('re-typing a column', () => {
  it('a stored import is read again with another order of dates, at its own place, and back', async () => {
    const text = `${HEADER}1,C1,03/04/2026,paid,"1,250"\n2,C2,05/06/2026,paid,2\n`;
    await w.tell(importNow, {
      file: w.file('a.csv', text),
      mapping: {
        ...INVOICES,
        columns: {
          ...INVOICES.columns,
          date: { field: 'at', dateOrder: 'dmy' },
          amount: { field: 'amount', decimal: '.' },
        },
      },
    });
    await w.tell(importNow, { file: w.file('b.csv', `${HEADER}1,C9,2026-12-24,paid,9.00\n`), mapping: INVOICES });
    const days = (): unknown =>
      w.rows("SELECT p.ext, date(p.day * 86400, 'unixepoch'), p.amount FROM purchase p ORDER BY p.ext");
    const before = days();
    const report = await w.tell(retypeImport, { batch: 1, column: 'date', as: { dateOrder: 'mdy' } });
    expect(report).toMatchObject({ batch: '1', used: 2 });
    expect(days()).toEqual([
      ['1', '2026-12-24', 900],
      ['2', '2026-05-06', 200],
    ]);
    await w.tell(retypeImport, { batch: 1, column: 'amount', as: { decimal: ',' } });
    await w.tell(undoImport, { batch: 2 });
    expect(days()).toEqual([
      ['1', '2026-03-04', 125],
      ['2', '2026-05-06', 200],
    ]);
    await w.tell(undoImport, { batch: 1 });
    await w.tell(redoImport, { batch: 1 });
    await w.tell(redoImport, { batch: 2 });
    const changes = w.ask(history, {}).changes.filter((c) => c.command === 'retype');
    expect(changes.length).toBe(2);
    for (const change of changes) await w.tell(undoChange, { change: change.id });
    expect(days()).toEqual(before);
  });

  it('an attribute can become a field, rejects follow, and what cannot be is refused', async () => {
    const mapping = { ...INVOICES, columns: { ...INVOICES.columns, status: { field: 'colour' } } };
    await w.tell(importNow, {
      file: w.file('a.csv', `${HEADER}1,C1,2026-01-01,paid,10.00\n2,C2,2026-01-02,late,oops\n`),
      mapping,
    });
    expect(w.ask(rejects, { batch: 1 }).total).toBe(1);
    await w.tell(retypeImport, { batch: 1, column: 'status', as: { field: 'memo' } });
    await w.tell(retypeImport, { batch: 1, column: 'amount', as: { field: 'words' } });
    expect(w.rows('SELECT ext, memo, amount FROM purchase ORDER BY ext')).toEqual([
      ['1', 'paid', null],
      ['2', 'late', null],
    ]);
    expect([w.ask(rejects, { batch: 1 }).total, w.ask(imports, {}).batches[0]!.rejected]).toEqual([0, 0]);
    await expect(w.tell(retypeImport, { batch: 1, column: 'nothing', as: {} })).rejects.toThrow(
      'has no column "nothing"',
    );
    await expect(w.tell(retypeImport, { batch: 1 })).rejects.toThrow('name a column');
    await w.tell(undoImport, { batch: 1 });
    await expect(w.tell(retypeImport, { batch: 1, column: 'amount', as: {} })).rejects.toThrow('is undone');
    await expect(retypeCommand.run([w.path, '7', '--column', 'amount'], silent)).rejects.toThrow('no batch 7');
  });
});

describe('keys across files', () => {
  it('keys that no file describes are listed with their first row, and a later import repairs them', async () => {
    const touches = {
      entity: 'touch',
      source: 'crm',
      columns: {
        id: { field: 'external_id' },
        who: { field: 'party.external_id' },
        firm: { field: 'account.external_id' },
        at: { field: 'at' },
      },
    };
    await w.tell(importNow, {
      file: w.file('t.csv', 'id,who,firm,at\n1,p1,f1,2026-01-01\n2,p2,,2026-01-02\n'),
      mapping: touches,
    });
    await w.tell(importNow, {
      file: w.file('p.csv', 'id,name,account_external_id\np1,Ann,f1\n'),
      mapping: {
        entity: 'party',
        source: 'crm',
        columns: {
          id: { field: 'external_id' },
          name: { field: 'name' },
          account_external_id: { field: 'account_external_id' },
        },
      },
    });
    expect(w.ask(unresolved, {}).relations).toEqual([
      {
        relation: 'person -> account',
        source: 'crm',
        keys: 1,
        rows: 1,
        samples: ['f1'],
        batch: '1',
        file: 't.csv',
        line: 2,
      },
      {
        relation: 'touch -> customer',
        source: 'crm',
        keys: 1,
        rows: 1,
        samples: ['p2'],
        batch: '1',
        file: 't.csv',
        line: 3,
      },
      {
        relation: 'touch -> account',
        source: 'crm',
        keys: 1,
        rows: 1,
        samples: ['f1'],
        batch: '1',
        file: 't.csv',
        line: 2,
      },
    ]);
    await w.tell(importNow, {
      file: w.file('f.csv', 'id,name\nf1,Acme\n'),
      mapping: { entity: 'account', source: 'crm', columns: { id: { field: 'external_id' }, name: { field: 'name' } } },
    });
    expect(w.ask(unresolved, {}).relations.map((r) => [r.relation, r.samples])).toEqual([
      ['touch -> customer', ['p2']],
    ]);
    void unresolvedCommand.run([w.path], silent);
    void driftCommand.run([w.path, '1'], silent);
  });

  it('an ageing report updates what is open of the invoices it names and makes no order', async () => {
    const journal =
      'Date,Transaction Type,Num,Name,Memo/Description,Account,Debit,Credit\n01/15/2026,Invoice,1040,Alpha,Seats,A/R,"1,250.00",\n,,,,Seats,Sales,,"1,250.00"\n01/30/2026,Invoice,1041,Alpha,Seats,A/R,80.00,\n,,,,Seats,Sales,,80.00\n';
    const ageing =
      'Customer,Transaction Type,Date,Num,Due Date,Open Balance\nAlpha,Invoice,01/15/2026,1040,02/14/2026,300.00\n';
    await w.tell(importNow, { file: w.file('journal.csv', journal), dateOrder: 'mdy' });
    const report = await w.tell(importNow, { file: w.file('ageing.csv', ageing), dateOrder: 'mdy' });
    expect(report.entities).toContainEqual({ entity: 'transaction', created: 0, updated: 1, unchanged: 0 });
    expect(w.rows('SELECT number, amount, open_balance FROM purchase ORDER BY number')).toEqual([
      ['1040', 125_000, 30_000],
      ['1041', 8000, null],
    ]);
  });
});

const silent = { answer() {}, note() {} } as unknown as Parameters<typeof importCommand.run>[1];

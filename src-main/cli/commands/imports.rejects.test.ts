import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fixReject, importCorrections, importNow, redoImport, undoImport } from '#engine/commands/index.ts';
import { lineage, rejectRows, rejects } from '#engine/import/questions.ts';
import { importCommand, rejectsCommand } from './imports.ts';
import { TestWorkspace } from './workspace.testing.ts';

let w: TestWorkspace;
beforeEach(() => {
  w = new TestWorkspace();
});
afterEach(() => w.close());

const FILE =
  'Exported 2026-02-01\n\nnr;wer;wann;betrag;notiz\n1;C1;03.01.2026;1.250,50;gut\n2;C2;bald;20,00;"zwei\nZeilen"\n3;C3;05.01.2026;viel;\n4;C4;06.01.2026;4,00;\n';
const MAPPING = {
  entity: 'transaction',
  source: 'erp',
  file: { delimiter: ';' },
  columns: {
    nr: { field: 'external_id' },
    wer: { field: 'customer_external_id' },
    wann: { field: 'at', dateOrder: 'dmy' },
    betrag: { field: 'amount', decimal: ',' },
  },
};
const state = (): unknown => w.rows('SELECT ext, amount, batch FROM purchase ORDER BY ext');

test('rejects come out in the columns of their file, and corrected rows alone go in with the same mapping', async () => {
  const report = await w.tell(importNow, { file: w.file('rechnungen.csv', FILE), mapping: MAPPING });
  expect(report).toMatchObject({ batch: '1', read: 4, used: 2, rejected: 2 });
  const rows = w.ask(rejectRows, { batch: 1 });
  expect(rows).toEqual({
    batch: '1',
    file: 'rechnungen.csv',
    headers: ['nr', 'wer', 'wann', 'betrag', 'notiz'],
    total: 2,
    rows: [
      { line: 5, reasons: ['"bald" is not a date.'], cells: ['2', 'C2', 'bald', '20,00', 'zwei\nZeilen'], fixedBy: null },
      { line: 7, reasons: ['"viel" is not an amount with decimal mark ",".'], cells: ['3', 'C3', '05.01.2026', 'viel', ''], fixedBy: null },
    ],
  }); // prettier-ignore
  const csv = join(w.folder, 'rejects.csv');
  await rejectsCommand.run([w.path, '1', '--csv', csv], silent);
  expect(readFileSync(csv, 'utf8')).toBe(
    'nr,wer,wann,betrag,notiz,reject_reason,reject_line\r\n' +
      '2,C2,bald,"20,00","zwei\nZeilen","""bald"" is not a date.",5\r\n' +
      '3,C3,05.01.2026,viel,,"""viel"" is not an amount with decimal mark "","".",7\r\n',
  );
  const corrected = w.file('corrected.csv', readFileSync(csv, 'utf8').replace('bald', '04.01.2026'));
  const again = await w.tell(importCorrections, { batch: 1, file: corrected });
  expect(again).toMatchObject({ batch: '2', source: 'erp', read: 2, used: 1, rejected: 1, fixed: 1 });
  expect(state()).toEqual([
    ['1', 125_050, 1],
    ['2', 2000, 2],
    ['4', 400, 1],
  ]);
  expect(w.rows("SELECT attributes FROM purchase WHERE ext = '2'")).toEqual([['{"notiz":"zwei\\nZeilen"}']]);
  expect(w.ask(rejects, { batch: 1 }).rejects.map((r) => [r.line, r.fixedBy])).toEqual([
    [5, '2'],
    [7, undefined],
  ]);
  // The cell leads to the correction; undone, the reject is open again.
  expect(w.ask(lineage, { table: 'purchase', key: '2', column: 'amount' })).toMatchObject({
    file: 'corrected.csv',
    line: 2,
  });
  await w.tell(undoImport, { batch: 2 });
  expect(w.ask(rejectRows, { batch: 1 }).rows.map((r) => r.fixedBy)).toEqual([null, null]);
  await w.tell(redoImport, { batch: 2 });
  expect(w.ask(rejectRows, { batch: 1 }).rows.map((r) => r.fixedBy)).toEqual(['2', null]);
});

test('a row corrected in the grid is imported alone; one that is still wrong imports nothing and says why', async () => {
  await w.tell(importNow, { file: w.file('rechnungen.csv', FILE), mapping: MAPPING });
  await expect(w.tell(fixReject, { batch: 1, rows: [{ line: 7, values: { betrag: 'nichts' } }] })).rejects.toThrow(
    '"nichts" is not an amount',
  );
  await expect(w.tell(fixReject, { batch: 1, rows: [{ line: 6, values: {} }] })).rejects.toThrow('Line 6');
  await expect(w.tell(fixReject, { batch: 1, rows: [{ line: 7, values: { farbe: 'rot' } }] })).rejects.toThrow(
    'has no column "farbe"',
  );
  const report = await w.tell(fixReject, { batch: 1, rows: [{ line: 7, values: { betrag: '7,25' } }] });
  expect(report).toMatchObject({ batch: '2', file: 'rechnungen.csv corrected.csv', used: 1, fixed: 1 });
  expect(state()).toEqual([
    ['1', 125_050, 1],
    ['3', 725, 2],
    ['4', 400, 1],
  ]);
});

test('the command line takes the file of corrections', async () => {
  await w.tell(importNow, { file: w.file('rechnungen.csv', FILE), mapping: MAPPING });
  const file = w.file('fixed.csv', 'nr,wer,wann,betrag,notiz,reject_reason,reject_line\n2,C2,04.01.2026,"20,00",,,5\n');
  expect(await importCommand.run([w.path, file, '--corrects', '1'], silent)).toBe(0);
  expect(state()).toContainEqual(['2', 2000, 2]);
});

const silent = { answer() {}, note() {} } as unknown as Parameters<typeof importCommand.run>[1];

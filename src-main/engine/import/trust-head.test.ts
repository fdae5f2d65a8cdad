import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WriteDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { createWorkspace, openWriter } from '#engine/store/open.ts';
import { readSettings } from '#engine/store/settings.ts';
import { stageFile } from './import.ts';
import type { FileRequest } from './import.ts';
import { prepareFile } from './request.ts';

let folder: string;
let db: WriteDb;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-head-'));
  createWorkspace(join(folder, 'w.ladderline'), {});
  db = openWriter(join(folder, 'w.ladderline'));
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const mapping = {
  entity: 'transaction',
  source: 'test',
  columns: {
    id: { field: 'external_id' },
    customer: { field: 'customer_external_id' },
    date: { field: 'at' },
    amount: { field: 'amount' },
    due: { field: 'due_at' },
  },
};

const ROWS = 28_000;
/** More than the head holds (2 MiB); row `at` is the first of the odd ones. */
function file(row: (i: number) => string): string {
  const path = join(folder, 'rows.csv');
  const lines = ['id,customer,date,amount,due,remark'];
  for (let i = 0; i < ROWS; i++) lines.push(row(i));
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
const remark = 'an invented remark that only makes the row long enough';
const day = (i: number, order: string): string => {
  const [d, m] = [String(1 + (i % 12)).padStart(2, '0'), String(1 + (i % 11)).padStart(2, '0')];
  return order === 'dmy' ? `${d}/${m}/2025` : order === 'mdy' ? `${m}/${d}/2025` : `2025-${m}-${d}`;
};

type Result =
  | { rows: unknown[]; rejects: unknown[]; outcome: unknown; tries: boolean[] }
  | { code: string; message: string };
async function stage(path: string, trust: boolean, told: object): Promise<Result> {
  const { request } = prepareFile(db, readSettings(db), path, { mapping, ...told });
  const tries: boolean[] = [];
  const mapper: FileRequest['mapper'] = async (source, sink, how) => {
    tries.push(how?.trustHead === true);
    return await request.mapper(source, sink, trust ? how : {});
  };
  try {
    const staged = await stageFile(db, { ...request, mapper });
    try {
      const rows = db.all(
        'SELECT ext, line, day, at, amount, currency, due_day, attributes FROM stage.purchase ORDER BY id',
      );
      return {
        rows,
        rejects: db.all('SELECT * FROM stage.reject'),
        outcome: [staged.outcome, staged.archive.sha256],
        tries,
      };
    } finally {
      staged.close();
    }
  } catch (error) {
    if (error instanceof LadderlineError) return { code: error.code, message: error.message };
    throw error;
  }
}

describe('columns decided on the head of a large file and confirmed while mapping', () => {
  const plain = (i: number): string => `T${i},K${i % 100},${day(i, 'iso')},${i}.50,,${remark}`;
  const late = (i: number, odd: string): string => (i === ROWS - 5 ? odd : '');
  const cases: { name: string; told?: object; again: boolean; row: (i: number) => string }[] = [
    { name: 'nothing new in the tail', again: false, row: plain },
    {
      name: 'the tail tells the order of day and month',
      again: true,
      told: { dateOrder: null },
      row: (i) => `T${i},K${i % 100},${late(i, '25/02/2025') || day(i, 'dmy')},${i}.50,,${remark}`,
    },
    {
      name: 'the tail mixes the order',
      again: true,
      row: (i) =>
        `T${i},K${i % 100},${late(i, '12/25/2025') || (i === 3 ? '25/12/2025' : day(i, 'dmy'))},1.50,,${remark}`,
    },
    {
      name: 'the order was given',
      again: false,
      told: { dateOrder: 'dmy' },
      row: (i) =>
        `T${i},K${i % 100},${late(i, '12/25/2025') || (i === 3 ? '25/12/2025' : day(i, 'dmy'))},1.50,,${remark}`,
    },
    {
      name: 'the tail tells the decimal mark',
      again: true,
      row: (i) => `T${i},K${i % 100},${day(i, 'iso')},${late(i, '"7,25"') || '1.234'},,${remark}`,
    },
    {
      name: 'the tail mixes decimal marks',
      again: true,
      row: (i) => `T${i},K${i % 100},${day(i, 'iso')},${late(i, '"7,25"') || '12.50'},,${remark}`,
    },
    {
      name: 'a currency shows up in the tail',
      again: true,
      row: (i) => `T${i},K${i % 100},${day(i, 'iso')},${late(i, '7.25 CHF') || '12.50'},,${remark}`,
    },
    {
      name: 'a second date column fills up late',
      again: true,
      row: (i) =>
        `T${i},K${i % 100},${i === 3 ? '25/12/2025' : day(i, 'dmy')},12.50,${i < 100 ? '03/04/2025' : late(i, '12/25/2025')},${remark}`,
    },
    {
      name: 'a text among the amounts of the tail',
      again: false,
      row: (i) => `T${i},K${i % 100},${day(i, 'iso')},${late(i, 'unknown') || '12.50'},,${remark}`,
    },
  ];
  test.each(cases)('$name', async ({ row, told = {}, again }) => {
    const path = file(row);
    const all = await stage(path, false, told);
    const trusting = await stage(path, true, told);
    expect({ ...trusting, tries: null }).toEqual({ ...all, tries: null });
    // A refusal has no tries to compare: its message is the one that all rows give.
    expect('code' in trusting ? null : trusting.tries).toEqual('code' in all ? null : again ? [true, false] : [true]);
  });
});

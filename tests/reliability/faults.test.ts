import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkIntegrity } from '../../src-main/engine/store/backup.ts';
import { createWorkspace, openWriter } from '../../src-main/engine/store/open.ts';
import { whyNoTrace } from './trace.ts';

/**
 * Trust rules R30 and R32: real imports through the command line, whose system calls on the workspace, its log, the
 * staging or the export fail from some moment on. The answer is one worded error or the import is done; what was there
 * stays whole, and the same import works once the fault is gone.
 */
const cli = new URL('../../src-main/cli/main.ts', import.meta.url).pathname;
const ROWS = 3000;
const reason = whyNoTrace();
if (reason !== null) process.stdout.write(`skipped: injected faults: ${reason}\n`);

let folder: string;
let base: string;
let workspace: string;
let file: string;
let map: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-faults-'));
  base = join(folder, 'base.db');
  workspace = join(folder, 'w.ladderline');
  file = join(folder, 'touches.csv');
  map = join(folder, 'map.json');
  createWorkspace(base, {});
  const rows = Array.from(
    { length: ROWS },
    (_, i) => `t${i},c${i % 50},2026-0${1 + (i % 9)}-1${i % 9},call,out,sales\n`,
  );
  writeFileSync(file, `id,customer,at,channel,direction,team\n${rows.join('')}`);
  const fields = { id: 'external_id', customer: 'customer_external_id' };
  const same = ['at', 'channel', 'direction', 'team'].map((field) => [field, { field }]);
  const columns = Object.fromEntries([
    ...Object.entries(fields).map(([column, field]) => [column, { field }]),
    ...same,
  ]);
  writeFileSync(map, JSON.stringify({ entity: 'touch', source: 'crm', columns }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Fault = { call: string; errno: string; from: number; paths: readonly string[] };
let faults = 0;
type Answer = { batches?: unknown[]; error?: { code: string; message: string } };

function importOnce(fault: Fault | null): { status: number | null; answer: Answer; told: string } {
  const words = [process.execPath, cli, 'import', workspace, file, '--map', map, '--json'];
  const strace = ({ call, errno, from, paths }: Fault): string[] => [
    'strace',
    '--seccomp-bpf',
    '-f',
    '-o',
    '/dev/null',
    '-e',
    `trace=${call}`,
    '-e',
    `inject=${call}:error=${errno}:when=${from}+`,
    ...paths.flatMap((path) => ['-P', path]),
  ];
  const [program, ...args] = fault === null ? words : [...strace(fault), ...words];
  const run = spawnSync(program!, args, { encoding: 'utf8', timeout: 60_000 });
  const line = run.stdout.trim();
  return { status: run.status, answer: JSON.parse(line === '' ? '{}' : line) as Answer, told: run.stderr };
}

/** Runs an import with a fault, holds the workspace to its promises, and answers the error's code (`done` without one). */
function faulted(fault: Fault): string {
  for (const name of readdirSync(folder)) if (name.startsWith('w.ladderline')) rmSync(join(folder, name));
  copyFileSync(base, workspace);
  const { status, answer, told } = importOnce(fault);
  const db = openWriter(workspace);
  const [integrity, batches, rows] = [
    checkIntegrity(db),
    db.count('SELECT count(*) FROM batch'),
    db.count('SELECT count(*) FROM touch'),
  ];
  db.close();
  const code = status === 0 ? 'done' : (answer.error?.code ?? 'no error');
  // Trying again is tried for every fifth fault: it takes as long as the import itself.
  const again = faults++ % 5 === 0 ? importOnce(null).status : 0;
  const found = { fault, integrity, told, again, rows, batches, answer };
  expect(status).not.toBeNull();
  expect(found).toMatchObject({ integrity: 'ok', again: 0, rows: batches * ROWS });
  expect(told).not.toMatch(/^\s+at /m);
  expect(['internal', 'no error']).not.toContain(code);
  expect(status === 0 ? 'Done.' : answer.error?.message).toMatch(/\.$/);
  // A drive that does not confirm may have saved all the same; any other failure saved nothing.
  const allowed = status === 0 ? [1] : fault.call === 'fsync' ? [0, 1] : [0];
  expect(allowed).toContain(batches);
  return code;
}

const tally = (codes: readonly string[]): string =>
  [...new Set(codes)]
    .toSorted()
    .map((code) => `${code} ${codes.filter((c) => c === code).length}`)
    .join(', ');

describe.skipIf(reason !== null)('injected faults', () => {
  test('R30: a disk that fills at any of 40 moments of an import leaves the workspace whole and is named', () => {
    const moments = [
      ...Array.from({ length: 20 }, (_, i) => 1 + i),
      ...Array.from({ length: 20 }, (_, i) => 24 + i * 17),
    ];
    const codes = moments.map((from) => faulted({ call: 'pwrite64', errno: 'ENOSPC', from, paths: [] }));
    process.stdout.write(`disk full at ${moments.length} moments: ${tally(codes)}\n`);
    expect(codes.filter((code) => code === 'disk-full').length).toBeGreaterThan(moments.length / 2);
  }, 300_000);

  test('R32: every error of the drive, for the workspace and the export, is one worded error', () => {
    const codes: string[] = [];
    const ours = [workspace, `${workspace}-wal`];
    for (const errno of ['EIO', 'EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EMFILE', 'ETXTBSY', 'EBUSY']) {
      codes.push(faulted({ call: 'pwrite64', errno, from: 3, paths: ours }));
      codes.push(faulted({ call: 'pread64', errno, from: 5, paths: ours }));
      codes.push(faulted({ call: 'fsync', errno, from: 2, paths: ours }));
      codes.push(faulted({ call: 'openat', errno, from: 1, paths: ours }));
      codes.push(faulted({ call: 'pread64', errno, from: 2, paths: [file] }));
    }
    codes.push(faulted({ call: 'openat', errno: 'EMFILE', from: 1, paths: [file] }));
    process.stdout.write(`errors of the drive: ${tally(codes)}\n`);
    expect(codes).toContain('disk-error');
    expect(codes).toContain('file-unreadable');
  }, 600_000);

  test('R32: a drive that fails after the commit does not turn a saved import into an error', () => {
    const paths = [workspace, `${workspace}-wal`];
    const codes = [3, 4].map((from) => faulted({ call: 'fsync', errno: 'EIO', from, paths }));
    expect(codes).toContain('done');
  }, 120_000);
});

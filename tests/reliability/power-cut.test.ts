import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LadderlineError } from '../../src-main/engine/base/errors.ts';
import { checkIntegrity } from '../../src-main/engine/store/backup.ts';
import { createWorkspace, openWriter } from '../../src-main/engine/store/open.ts';
import { touchFiles } from './files.ts';
import { whyNoTrace } from './trace.ts';

/**
 * Trust rule R2. The importer runs under strace, which records every write and every sync of the workspace and its log in
 * their order, and the moments at which an import was told to be done. A cut keeps what was synced before it; of the
 * writes after the last sync of a file each is kept, lost or torn at a sector, in any combination.
 */
const CUTS = Number(process.env['LADDERLINE_CUTS'] ?? 300);
const FILES = 6;
const ROWS = 300;
const SECTOR = 512;
const CALLS = 'trace=pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat';
const child = new URL('./import-child.ts', import.meta.url).pathname;

type Op =
  | { kind: 'write'; file: string; offset: number; data: Buffer }
  | { kind: 'truncate'; file: string; size: number }
  | { kind: 'sync'; file: string }
  | { kind: 'unlink'; file: string }
  | { kind: 'told' };

const reason = whyNoTrace();
if (reason !== null) process.stdout.write(`skipped: simulated power cuts: ${reason}\n`);

let folder: string;
let files: string[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-cuts-'));
  files = touchFiles(folder, FILES, ROWS, 50);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const unescape = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex');

/** The recorded calls on the workspace and its log, and the commits told, in their order. */
function readTrace(text: string, workspace: string): Op[] {
  const ops: Op[] = [];
  const unfinished = new Map<string, string>();
  const name = basename(workspace);
  const ours = (path: string): string | null => {
    const file = basename(unescape(path).toString());
    return file === name || file === `${name}-wal` ? file : null;
  };
  for (const line of text.split('\n')) {
    const [, pid, rest] = /^(\d+)\s+(.*)$/s.exec(line) ?? [];
    if (pid === undefined || rest === undefined) continue;
    let call = rest;
    if (call.endsWith('<unfinished ...>')) {
      unfinished.set(pid, call.slice(0, -'<unfinished ...>'.length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/s.exec(call);
    if (resumed) call = (unfinished.get(pid) ?? '') + resumed[1]!;
    const write = /^pwrite64\(\d+<([^>]*)>, "([^"]*)", \d+, (\d+)\)/.exec(call);
    const cut = /^ftruncate\(\d+<([^>]*)>, (\d+)\)/.exec(call);
    const sync = /^f(?:data)?sync\(\d+<([^>]*)>\)/.exec(call);
    const gone = /^unlink(?:at)?\((?:[^,"]*, )?"([^"]*)"/.exec(call);
    const told = /^write\(1<[^>]*>, "([^"]*)"/.exec(call);
    if (write) {
      const file = ours(write[1]!);
      if (file) ops.push({ kind: 'write', file, offset: Number(write[3]), data: unescape(write[2]!) });
    } else if (cut) {
      const file = ours(cut[1]!);
      if (file) ops.push({ kind: 'truncate', file, size: Number(cut[2]) });
    } else if (sync) {
      const file = ours(sync[1]!);
      if (file) ops.push({ kind: 'sync', file });
    } else if (gone) {
      const file = ours(gone[1]!);
      if (file) ops.push({ kind: 'unlink', file });
    } else if (told && unescape(told[1]!).toString().startsWith('committed')) ops.push({ kind: 'told' });
  }
  return ops;
}

/** Runs the importer under strace; the workspace as it was before, and what was done to it. */
function record(synchronous: 'FULL' | 'NORMAL'): { before: Buffer; name: string; ops: Op[] } {
  const workspace = join(folder, `${synchronous}.ladderline`);
  const trace = join(folder, `${synchronous}.trace`);
  createWorkspace(workspace, {});
  const before = readFileSync(workspace);
  execFileSync(
    'strace',
    ['-f', '-y', '-xx', '-s', '200000', '-o', trace, '-e', CALLS, process.execPath, child, workspace, ...files],
    { env: { ...process.env, LADDERLINE_TEST_SYNCHRONOUS: synchronous }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  return { before, name: basename(workspace), ops: readTrace(readFileSync(trace, 'latin1'), workspace) };
}

/** Random numbers in [0, 1), the same in each run. */
function randomFrom(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function apply(content: Buffer, op: Op, length = Infinity): Buffer {
  if (op.kind === 'truncate') {
    if (op.size <= content.length) return content.subarray(0, op.size);
    return Buffer.concat([content, Buffer.alloc(op.size - content.length)]);
  }
  if (op.kind !== 'write') return content;
  const data = op.data.subarray(0, Math.min(length, op.data.length));
  const end = op.offset + data.length;
  const larger = Buffer.alloc(Math.max(content.length, end));
  content.copy(larger);
  data.copy(larger, op.offset);
  return larger;
}

/** What lies on the disk after a cut before call `at`: null for a file that is gone. */
function afterCut(ops: readonly Op[], at: number, file: string, before: Buffer, random: () => number): Buffer | null {
  let synced = -1;
  for (let i = 0; i < at; i++) {
    const op = ops[i]!;
    if (op.kind === 'sync' && op.file === file) synced = i;
  }
  let content: Buffer | null = before;
  for (let i = 0; i < at; i++) {
    const op = ops[i]!;
    if (op.kind === 'told' || op.kind === 'sync' || op.file !== file) continue;
    const fate = i < synced ? 0 : random();
    if (op.kind === 'unlink') {
      if (fate < 0.5) content = null;
      continue;
    }
    content ??= Buffer.alloc(0);
    if (fate < 0.4) content = apply(content, op);
    else if (fate < 0.65 && op.kind === 'write') {
      content = apply(content, op, Math.floor((random() * op.data.length) / SECTOR) * SECTOR);
    }
  }
  return content;
}

type Found = { told: number; batches: number | null; integrity: string };

/** Opens what a cut leaves; `batches` is null when the workspace cannot be opened. */
function reopen(recorded: ReturnType<typeof record>, at: number, random: () => number): Found {
  const { before, name, ops } = recorded;
  const place = join(folder, 'cut');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  const path = join(place, name);
  for (const [file, start] of [
    [name, before],
    [`${name}-wal`, Buffer.alloc(0)],
  ] as const) {
    const content = afterCut(ops, at, file, start, random);
    if (content !== null && (content.length > 0 || file === name)) writeFileSync(join(place, file), content);
  }
  const told = ops.slice(0, at).filter((op) => op.kind === 'told').length;
  try {
    const db = openWriter(path);
    try {
      return { told, batches: db.count('SELECT count(*) FROM batch'), integrity: checkIntegrity(db) };
    } finally {
      db.close();
    }
  } catch (error) {
    if (!(error instanceof LadderlineError)) throw error;
    return { told, batches: null, integrity: error.message };
  }
}

describe.skipIf(reason !== null)('simulated power cuts', () => {
  test(`R2: ${CUTS} power cuts lose no import that was told and damage nothing`, () => {
    const recorded = record('FULL');
    const { ops } = recorded;
    expect(ops.filter((op) => op.kind === 'told')).toHaveLength(FILES);
    expect(ops.filter((op) => op.kind === 'sync').length).toBeGreaterThanOrEqual(FILES);
    // The recording is whole: every recorded call applied gives the workspace as it lies there.
    let replayed = recorded.before;
    for (const op of ops) if (op.kind !== 'told' && op.file === recorded.name) replayed = apply(replayed, op);
    expect(replayed.equals(readFileSync(join(folder, recorded.name)))).toBe(true);
    const random = randomFrom(20);
    let unsynced = 0;
    for (let cut = 0; cut < CUTS; cut++) {
      const at = Math.floor(random() * (ops.length + 1));
      const found = reopen(recorded, at, random);
      if (at > 0 && ops[at - 1]!.kind === 'write') unsynced++;
      expect({ cut, at, ...found }).toMatchObject({ integrity: 'ok' });
      // A commit may be durable before it was told, never the other way round.
      expect([found.told, found.told + 1]).toContain(found.batches);
    }
    process.stdout.write(`${CUTS} cuts, ${unsynced} with writes under way, 0 imports lost, 0 damaged\n`);
    expect(unsynced).toBeGreaterThan(CUTS / 4);
  }, 300_000);

  test('R2 control: with synchronous = NORMAL the same cuts lose imports that were told', () => {
    const recorded = record('NORMAL');
    const random = randomFrom(20);
    let lost = 0;
    for (let cut = 0; cut < CUTS && lost === 0; cut++) {
      const found = reopen(recorded, Math.floor(random() * (recorded.ops.length + 1)), random);
      if (found.batches !== null && found.batches < found.told) lost++;
    }
    expect(lost).toBeGreaterThan(0);
  }, 300_000);
});

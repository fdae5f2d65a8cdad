import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReadDb } from '#engine/base/db.ts';
import { runForeignSql } from './foreign-sql.ts';
import { createWorkspace, openReader } from './open.ts';

let folder: string;
let db: ReadDb;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foreign-'));
  createWorkspace(join(folder, 'w.ladderline'), {});
  db = openReader(join(folder, 'w.ladderline'));
});
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

test('reading statements run, with the names of their columns and a row limit', () => {
  expect(runForeignSql(db, 'SELECT 1 AS one, \'pragma\' AS "attach"', 10)).toEqual({
    columns: ['one', 'attach'],
    rows: [[1, 'pragma']],
    truncated: false,
  });
  const many = runForeignSql(db, 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n', 3);
  expect(many.rows).toEqual([[1], [2], [3]]);
  expect(many.truncated).toBe(true);
  expect(runForeignSql(db, 'EXPLAIN QUERY PLAN SELECT * FROM touches', 100).rows.length).toBeGreaterThan(0);
});

test.each([
  "ATTACH 'x.db' AS x",
  "VACUUM INTO 'leak.db'",
  'PRAGMA journal_mode = DELETE',
  'PRAGMA user_version',
  '/* quiet */ pragma/**/table_info(touch)',
  'DELETE FROM touch',
  'INSERT INTO source(name) VALUES (1) RETURNING id',
  'CREATE TEMP TABLE t(a)',
  'BEGIN',
  'SELECT 1; SELECT 2',
  "SELECT load_extension('x')",
  '',
])('refused, and no file appears: %s', (sql) => {
  const before = readdirSync(folder).sort();
  expect(() => runForeignSql(db, sql, 10)).toThrow(/refused|Only a|cannot be run/);
  expect(readdirSync(folder).sort()).toEqual(before);
});

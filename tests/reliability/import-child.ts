/**
 * Imports files one after another into a workspace and tells each commit; the parent kills it at some moment, or records
 * what it writes. LADDERLINE_TEST_SYNCHRONOUS weakens durability: the control that a test of it must fail.
 */
import { writeSync } from 'node:fs';
import { importFile } from '../../src-main/engine/import/import.ts';
import { testRequest } from '../../src-main/engine/import/json-lines.testing.ts';
import { openWriter } from '../../src-main/engine/store/open.ts';

const [workspace, ...files] = process.argv.slice(2);
const db = openWriter(workspace!);
const weakened = process.env['LADDERLINE_TEST_SYNCHRONOUS'];
if (weakened === 'NORMAL') db.exec('PRAGMA synchronous = NORMAL');
writeSync(1, 'ready\n');
for (const file of files) {
  const report = await importFile(db, testRequest(file, { mapping: { file } }));
  writeSync(1, `committed ${report.batch}\n`);
}
db.close();

import { expect, test } from 'vitest';
import { isLineOut, withKind, withLine } from './leaveOut.ts';

test('kinds and rows are left out and taken in again; nothing left out is no choice at all', () => {
  const fields = withKind(undefined, 'fields', 'touch.text', true);
  expect(fields).toEqual({ lines: [], fields: ['touch.text'], changed: [], created: [] });
  const rows = withLine(fields, 7, true);
  expect([isLineOut(rows, 7), isLineOut(rows, 8)]).toEqual([true, false]);
  expect(withKind(withLine(rows, 7, false), 'fields', 'touch.text', false)).toBeUndefined();
});

test('a row within a range is taken in alone', () => {
  const range = { lines: [[3, 6]] as [number, number][], fields: [], changed: [], created: [] };
  expect(withLine(range, 4, false)!.lines).toEqual([
    [3, 3],
    [5, 6],
  ]);
});

import { expect, test } from 'vitest';
import { cellsOf, columnsOf, recordAt } from './record.ts';

test('cells are parted outside quotes, doubled quotes are one', () => {
  expect(cellsOf('a,"b, ""c""", d ', ',')).toEqual(['a', 'b, "c"', 'd']);
});

test('a record goes on while a quote is open', () => {
  const lines = ['id,note', '1,"first', 'second"', '2,"never closed', '3,x'];
  expect(recordAt(lines, 1)).toBe('1,"first\nsecond"');
  expect(recordAt(lines, 3)).toBe('2,"never closed');
});

test('filled cells stand beside the header, which may follow a preamble', () => {
  const head = ['Sales report', '', 'Id;Name;Town', '1;Ada;', '2;Bo;Oslo'];
  expect(columnsOf(head, '1;Ada;', 4)).toEqual([
    { header: 'Id', value: '1' },
    { header: 'Name', value: 'Ada' },
  ]);
  expect(columnsOf(head, 'Id;Name;Town', 3)).toBeNull();
  expect(columnsOf(head, 'only one cell', 9)).toBeNull();
});

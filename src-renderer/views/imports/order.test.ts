import { expect, test } from 'vitest';
import { ENTITIES } from '#engine/base/entities.ts';
import { inImportOrder, stepOf } from './order.ts';

test('customers are imported before what they did, files of one step in the order in which they were dropped', () => {
  const files: [string, string[]][] = [
    ['calls', ['touch']],
    ['tickets', ['ticket']],
    ['unknown', []],
    ['invoices', ['transaction', 'account']],
    ['contacts', ['party']],
    ['orders', ['transaction']],
  ];
  expect(inImportOrder(files, ([, entities]) => entities).map(([name]) => name)).toEqual([
    'invoices',
    'contacts',
    'orders',
    'calls',
    'tickets',
    'unknown',
  ]);
});

test('every entity has a step', () => {
  const unknown = stepOf([]);
  expect(ENTITIES.filter((e) => stepOf([e.name]) === unknown).map((e) => e.name)).toEqual([]);
});

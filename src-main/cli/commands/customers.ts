import { writeFileSync } from 'node:fs';
import { customer, customers } from '#engine/analyses/customer/index.ts';
import { formatCell } from '#engine/analyses/customer/format.ts';
import { parseOptions } from '../options.ts';
import { csvText, textTable } from '../output.ts';
import { ask, given } from '../session.ts';
import type { CliCommand } from './command.ts';

/** A CSV of a table has every row; a page is read at a time. */
const CSV_PAGE = 10_000;

export const customersCommand: CliCommand = {
  name: 'customers',
  usage: 'customers W [--where E] [--columns a,b] [--sort f[:desc]] [--limit n] [--offset n] [--as-of D] [--csv F]',
  summary: 'the customer table',
  reads: true,
  run(argv, out) {
    const o = parseOptions(
      'customers',
      argv,
      { values: ['where', 'columns', 'sort', 'limit', 'offset', 'csv'] },
      [1, 1],
    );
    const workspace = o.positionals[0]!;
    const input = given({
      where: o.text('where'),
      columns: o
        .text('columns')
        ?.split(',')
        .map((c) => c.trim())
        .filter((c) => c !== ''),
      sort: o.text('sort'),
      limit: o.number('limit'),
      offset: o.number('offset'),
      asOf: o.day('as-of'),
    });
    const file = o.text('csv');
    const answer = ask(workspace, customers, file === undefined ? input : { ...input, limit: CSV_PAGE });
    const headers = ['customer', ...answer.columns.map((c) => c.id)];
    const cells = (rows: typeof answer.rows): (string | number | null)[][] =>
      rows.map((row) => headers.map((h) => formatCell(row[h] as never)));
    if (file !== undefined) {
      const rows = [...answer.rows];
      while (rows.length < answer.total) {
        rows.push(...ask(workspace, customers, { ...input, limit: CSV_PAGE, offset: rows.length }).rows);
      }
      writeFileSync(file, csvText(headers, cells(rows)));
    }
    out.answer(file === undefined ? answer : { ...answer, rows: [] }, () =>
      [
        textTable(headers, cells(answer.rows)),
        `${answer.total} customers as of ${answer.asOf}${answer.unknown > 0 ? `, ${answer.unknown} left out because a value is unknown` : ''}`,
      ].join('\n'),
    );
  },
};

export const customerCommand: CliCommand = {
  name: 'customer',
  usage: 'customer W ID [--as-of D]',
  summary: 'the whole record of one customer (ID: C-12, or source:id)',
  reads: true,
  run(argv, out) {
    const o = parseOptions('customer', argv, {}, [2, 2]);
    const answer = ask(o.positionals[0]!, customer, { id: o.positionals[1]!, ...given({ asOf: o.day('as-of') }) });
    out.answer(answer, () =>
      [
        `${answer.name} (${answer.id}), ${answer.rung} as of ${answer.asOf}`,
        ...answer.evidence.facts.map((f) => `  ${f.sentence}`),
        answer.evidence.next ? `  One rung up: ${answer.evidence.next}` : '',
        `Known as: ${answer.externalIds.map((e) => `${e.source}:${e.id}`).join(', ')}`,
        `Orders ${answer.money.orders}, touches ${answer.touches.total} (${answer.touches.class}), tickets ${answer.tickets.length}, answers ${answer.responses.length}`,
      ]
        .filter((line) => line !== '')
        .join('\n'),
    );
  },
};

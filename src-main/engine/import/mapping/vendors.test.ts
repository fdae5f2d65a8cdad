import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LadderlineError } from '#engine/base/errors.ts';
import { sniff } from '../detect/sniff.ts';
import { bytesSource } from '../read/source.ts';
import { collect } from './collect.testing.ts';

const folder = join(import.meta.dirname, '../../../../tests/corpora/vendors');

type Expected = {
  preamble: number;
  records: number;
  entity?: string;
  constants?: Record<string, string>;
  /** Every column that an entity reads, and the field. */
  columns?: Record<string, string>;
  /** Number of mappings when rows go two ways (calls in and out). */
  ways?: number;
  rows?: number;
  error?: string;
};

const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<string, Expected>;

describe('exports of vendors that have no profile', () => {
  it('each file has an expectation', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.csv'));
    expect(files.toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  it.each(Object.entries(expected))('%s', (name, told) => {
    const bytes = readFileSync(join(folder, name));
    const seen = sniff(bytesSource(bytes), name);
    expect([seen.preambleRecords, seen.logicalRecords]).toEqual([told.preamble, told.records]);
    let found: Partial<Expected>;
    try {
      const { plan, rows } = collect(bytes, name);
      const [first] = plan.entities;
      found = {
        entity: first!.name,
        constants: first!.constants as Record<string, string>,
        columns: Object.fromEntries(
          plan.entities.flatMap((entity) => entity.columns.map((c) => [c.header, c.mapping.field])),
        ),
        ways: plan.entities.length,
        rows: rows.length,
      };
    } catch (error) {
      if (!(error instanceof LadderlineError)) throw error;
      found = { error: error.code };
    }
    const { preamble: _preamble, records: _records, ...rest } = told;
    expect(found).toEqual(told.error ? rest : { constants: {}, ways: 1, ...rest });
  });
});

describe('what a proposal decides by values', () => {
  it('a file that is said to hold answers has its score in the one question or column from 0 to 10', () => {
    const scored = (header: string, row: (i: number) => string): string[] => {
      const lines = Array.from({ length: 40 }, (_, i) => row(i));
      const { plan } = collect([header, ...lines].join('\n'), 'research.csv', { as: 'survey_response' });
      return plan.entities[0]!.columns.filter((c) => c.mapping.field === 'score').map((c) => c.header);
    };
    const question = 'On a scale of 0-10, how would you rate us?';
    expect(scored(`ID,"${question}",Visits`, (i) => `r${i},${i % 11},${i % 4}`)).toEqual([question]);
    expect(scored('ID,REC', (i) => `r${i},${i % 11}`)).toEqual(['REC']);
    expect(scored('ID,REC,Visits', (i) => `r${i},${i % 11},${i % 4}`)).toEqual([]);
  });

  it('a customer column of names is a name, one of keys a key', () => {
    const of = (values: string): string =>
      collect(
        `Invoice No,Invoice Date,Customer,Total\n1,2026-01-05,${values},10.00\n`,
        'x.csv',
      ).plan.entities[0]!.columns.find((c) => c.header === 'Customer')!.mapping.field;
    expect([of('Fern Ltd'), of('C-1001'), of('cus_9a2')]).toEqual([
      'customer_name',
      'customer_external_id',
      'customer_external_id',
    ]);
  });

  it('a company beside a person is the account of that person', () => {
    const { rows } = collect(
      'Ticket ID,Created,Status,Requester Email,Requester Name,Company\nT1,2026-01-05,Open,a@x.example,Ann Lee,Fern Ltd\n',
      'x.csv',
    );
    expect([rows[0]!.party, rows[0]!.account]).toEqual([
      { kind: 'person', externalId: null, email: 'a@x.example', name: 'Ann Lee', company: 'Fern Ltd' },
      { kind: 'company', externalId: null, email: null, name: 'Fern Ltd' },
    ]);
  });

  it('the caller is the customer of a call that comes in, the called one of a call that goes out', () => {
    const { rows } = collect(readFileSync(join(folder, 'zoomphone-calls.csv')), 'calls.csv');
    expect(rows.map((r) => [r.values['direction'], r.party?.name, r.party?.phone])).toEqual([
      ['in', 'Ann Lee', '+441632960001'],
      ['out', 'Bo Li', '+441632960002'],
    ]);
  });

  it('line items of an unlisted export are one document when the total is the document\u2019s', () => {
    const lines = (total: string): string =>
      `Order ID,Order Date,Customer,Total,Item Name,Quantity\nA1,2026-01-05,Fern Ltd,30.00,Seat,1\nA1,2026-01-05,Fern Ltd,${total},Setup,1\nA2,2026-01-06,Oak GmbH,12.00,Seat,1\n`;
    const whole = collect(lines('30.00'), 'x.csv');
    expect([whole.rows.length, whole.facts.records, whole.facts.used]).toEqual([2, 2, 3]);
    const each = collect(lines('20.00'), 'x.csv');
    expect([each.rows.length, each.facts.records]).toEqual([3, 3]);
    expect(sniff(bytesSource(Buffer.from(lines('20.00'))), 'x.csv').logicalRecords).toBe(2);
  });

  it('minutes in the header are minutes, and a zone in the header is the zone', () => {
    const { rows } = collect(
      'Call ID,Call Date Europe/Berlin,Direction,Phone,Call Duration (min)\n1,2026-07-05 10:00:00,Inbound,+4930123456,30\n',
      'x.csv',
    );
    expect([rows[0]!.values['duration_s'], rows[0]!.values['at']]).toEqual([1800, Date.UTC(2026, 6, 5, 8) / 1000]);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

// Each case starts the program anew, several times.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const checkout = join(import.meta.dirname, '..', '..');
const sample = (name: string): string => join(checkout, 'resources', 'sample', name);

type Run = { code: number; out: string; err: string };

function cli(args: readonly string[], input = ''): Run {
  const run = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { code: run.status ?? -1, out: run.stdout, err: run.stderr };
}

function json(args: readonly string[], input = ''): { code: number; value: never } {
  const { code, out } = cli([...args, '--json'], input);
  return { code, value: JSON.parse(out) as never };
}

let folder: string;
let workspace: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-cli-'));
  workspace = join(folder, 'w.ladderline');
  expect(json(['new', workspace, '--timezone', 'Europe/Berlin'])).toEqual({
    code: 0,
    value: { workspace, schema: 10 },
  });
  const files = [
    'salesforce--accounts.csv',
    'salesforce--contacts.csv',
    'xero--sales-invoices.csv',
    'surveymonkey--responses-2026-09.csv',
    'zendesk--tickets.csv',
    'outlook--calendar.csv',
  ];
  const { code, value } = json(['import', workspace, ...files.map(sample), '--date-order', 'dmy']);
  expect(code).toBe(0);
  expect((value as { batches: { profile: string }[] }).batches.map((b) => b.profile)).toEqual([
    'salesforce.accounts',
    'salesforce.contacts',
    'xero.sales-invoices',
    'surveymonkey.responses',
    'zendesk.tickets',
    'outlook.calendar',
  ]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('one JSON document with the agreed keys', () => {
  const keys = (value: object): string[] => Object.keys(value);
  test.each([
    [['ladder'], ['asOf', 'mode', 'rules', 'customers', 'rungs', 'groups', 'unknown', 'clauses']],
    [
      ['ladder', '--from', '2026-06-30', '--to', '2026-09-30'],
      ['from', 'to', 'matrix', 'up', 'down', 'stay', 'entered', 'left'],
    ],
    [
      ['nps'],
      ['responses', 'promoters', 'passives', 'detractors', 'nps', 'interval', 'invited', 'responseRate', 'groups'],
    ],
    [['touches'], ['asOf', 'customers', 'summary']],
    [['changes'], ['asOf', 'since', 'answer', 'changes', 'compared', 'significant', 'all', 'notCompared']],
    [
      ['touches', 'audit'],
      ['collisions', 'inDispute', 'capBreaches', 'inbound'],
    ],
    [
      ['customers', '--limit', '2'],
      ['total', 'unknown', 'clauses', 'rows'],
    ],
    [
      ['customer', 'C-1'],
      [
        'id',
        'externalIds',
        'identity',
        'rung',
        'rungHistory',
        'money',
        'responses',
        'tickets',
        'leads',
        'touches',
        'answers',
        'evidence',
      ],
    ],
    [['status'], ['schema', 'asOf', 'unit', 'currency', 'timezone', 'tables', 'lastImport', 'problems', 'integrity']],
    [['imports'], ['batches']],
    [['rejects', '3'], ['rejects']],
    [['as-of'], ['asOf', 'set']],
    [['versions'], ['versions']],
    [
      ['select', '--unit', 'lead', '--where', 'open and customer.rung is prospect'],
      ['unit', 'asOf', 'total', 'unknown', 'clauses', 'rows'],
    ],
    [
      ['bridge', '--known-at', 'B-1', '--figure', 'rung:client', '--as-of', '2026-09-30'],
      ['figure', 'unit', 'asOf', 'knownAt', 'version', 'from', 'to', 'change', 'steps'],
    ],
    [
      ['segment', 'list'],
      ['asOf', 'segments', 'lists'],
    ],
    [
      ['lineage', 'party', 'salesforce:001Tm000000001AAMA', 'name'],
      ['batch', 'file', 'line', 'text', 'mapping'],
    ],
    [
      ['sql', 'SELECT count(*) AS n FROM purchases'],
      ['columns', 'rows', 'truncated'],
    ],
  ])('%j', (command, expected) => {
    const [name, ...rest] = command;
    const { code, value } = json([name!, workspace, ...rest]);
    expect(code).toBe(0);
    expect(keys(value)).toEqual(expect.arrayContaining(expected));
  });

  test('the same question twice is byte-identical', () => {
    const ask = (): string => cli(['touches', workspace, '--json']).out;
    expect(ask()).toBe(ask());
  });

  test('a figure as known at a version that is the newest is the figure as known now', () => {
    const { versions } = json(['versions', workspace]).value as { versions: { version: number }[] };
    const now = cli(['nps', workspace, '--json']).out;
    expect(cli(['nps', workspace, '--known-at', String(versions[0]!.version), '--json']).out).toBe(now);
    const then = cli(['nps', workspace, '--known-at=B-1', '--json']);
    expect(then.code).toBe(0);
    expect(then.out).not.toBe(now);
  });

  test('ladder lists prospect ... partner, then lapsed, zeros included; the matrix starts at new and ends at gone', () => {
    const { rungs } = json(['ladder', workspace]).value as { rungs: { rung: string }[] };
    expect(rungs.map((r) => r.rung)).toEqual([
      'prospect',
      'customer',
      'client',
      'supporter',
      'advocate',
      'partner',
      'lapsed',
    ]);
    const { matrix } = json(['ladder', workspace, '--from', '2026-06-30', '--to', '2026-09-30']).value as {
      matrix: { from: string; to: string }[];
    };
    expect([matrix[0]!.from, matrix.at(-1)!.to]).toEqual(['new', 'gone']);
  });
});

describe('exit codes and errors', () => {
  test.each([
    [['ladder', 'nowhere.ladderline'], 3, 'workspace-missing'],
    [['nope'], 2, 'usage'],
    [['nps', 'W', '--level', '2'], 2, 'usage'],
    [['customers', 'W', '--known-at', '999'], 2, 'usage'],
    [['as-of', 'W', '--known-at', '1'], 2, 'usage'],
    [['segment', 'W', 'show', 'nobody'], 1, 'no-segment'],
    [['select', 'W', '--unit', 'touch', '--where', 'chanel = call'], 1, 'language'],
    [['bridge', 'W', '--figure', 'nps'], 2, 'usage'],
    [['customers', 'W', '--where', 'rung = client and open_gapp > 1'], 1, 'language'],
    [['customer', 'W', 'C-99999'], 1, 'no-customer'],
    [['import', 'W', 'missing.csv'], 1, 'file-missing'],
    [['sql', 'W', 'DELETE FROM touch'], 1, 'sql-refused'],
    [['undo', 'W', '77'], 1, 'no-batch'],
  ])('%j exits with %i', (args, code, error) => {
    const run = json(args.map((a) => (a === 'W' ? workspace : a)));
    const { message, code: found } = (run.value as { error: { code: string; message: string } }).error;
    expect([run.code, found]).toEqual([code, error]);
    expect(message.length).toBeGreaterThan(20);
  });

  test('sniff says what is in a file whose columns do not tell what a row is; map asks for it', () => {
    const file = join(folder, 'unknown.csv');
    writeFileSync(file, 'age;job;marital\n41;clerk;no\n38;nurse;yes\n');
    expect(json(['sniff', file])).toMatchObject({
      code: 0,
      value: { delimiter: ';', logicalRecords: 2, profile: null, encoding: 'utf-8' },
    });
    expect(json(['map', file])).toMatchObject({ code: 1, value: { error: { code: 'no-mapping' } } });
  });

  test('--on-reject abort writes nothing; keep writes the rest; a dry run writes nothing', () => {
    const file = join(folder, 'touches.csv');
    writeFileSync(file, 'Email,Date,Channel\na@one.example,2026-09-01,call\nb@two.example,never,call\n');
    const map = join(folder, 'map.json');
    writeFileSync(
      map,
      JSON.stringify({
        entity: 'touch',
        source: 'list',
        columns: { Email: { field: 'customer_email' }, Date: { field: 'at' }, Channel: { field: 'channel' } },
      }),
    );
    const count = (): number => (json(['imports', workspace]).value as { batches: unknown[] }).batches.length;
    const before = count();
    expect(json(['import', workspace, file, '--map', map, '--on-reject', 'abort']).code).toBe(1);
    expect(json(['import', workspace, file, '--map', map, '--dry-run']).code).toBe(0);
    expect(count()).toBe(before);
    const { code, value } = json(['import', workspace, file, '--map', map]);
    const [batch] = (
      value as { batches: { batch: string; read: number; used: number; skipped: number; rejected: number }[] }
    ).batches;
    expect([code, batch!.read, batch!.used, batch!.rejected]).toEqual([0, 2, 1, 1]);
    expect((json(['rejects', workspace, batch!.batch]).value as { rejects: unknown }).rejects).toEqual([
      { line: 3, column: 'Date', value: 'never', reason: '"never" is not a date.' },
    ]);
    expect(json(['undo', workspace, batch!.batch]).value).toMatchObject({ batch: batch!.batch, removed: 1 });
    expect(json(['redo', workspace, batch!.batch]).code).toBe(0);
    expect(json(['undo', workspace, batch!.batch]).code).toBe(0);
  });
});

describe('calc', () => {
  test('one value in, one value out', () => {
    const { out, code } = cli(['calc', 'nps.ci'], '{"detractors":5,"passives":12,"promoters":19}');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ adjusted_wald: { n_adj: 39 } });
    expect(cli(['calc', 'nps.cii'], '{}').code).toBe(1);
    expect(cli(['calc', 'nps.ci'], 'not json').code).toBe(1);
  });

  test('every public case in one batch: the same order, errors beside results', () => {
    const { cases } = JSON.parse(readFileSync(join(checkout, 'tests/reference/oracles.json'), 'utf8')) as {
      cases: { id: string; method: string; input: { dataset?: unknown } }[];
    };
    const asked = cases.filter((c) => c.input.dataset === undefined);
    const lines = [
      ...asked.map(({ id, method, input }) => JSON.stringify({ id, method, input })),
      '{"id":"x","method":"no.such","input":{}}',
      'garbage',
    ];
    const { out, code } = cli(['calc', '--batch'], `${lines.join('\n')}\n`);
    const answers = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string | null; result?: unknown; error?: { code: string } });
    expect(code).toBe(0);
    expect(answers.map((a) => a.id)).toEqual([...asked.map((c) => c.id), 'x', null]);
    expect(answers.slice(0, asked.length).filter((a) => a.error !== undefined)).toEqual([]);
    expect(answers.slice(asked.length).map((a) => a.error?.code)).toEqual(['unknown-method', 'bad-json']);
  });
});

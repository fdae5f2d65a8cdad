import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SqlValue, WriteDb } from '#engine/base/db.ts';
import type { PartyRef } from '#engine/base/entities.ts';
import { createWorkspace, openWriter } from '#engine/store/open.ts';
import { shapeOfTable } from '#engine/store/cells.ts';
import { importFile, redo, undo } from './import.ts';
import type { FileRequest } from './import.ts';
import { jsonLines, testRequest, writeTestFile } from './json-lines.testing.ts';
import type { TestRow } from './json-lines.testing.ts';
import { partyKey } from './named-parties.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ladderline-fold-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const NO_RESOLVE = { resolve: () => undefined };

type Cells = Record<string, SqlValue[]>;
type ModelRow = { table: string; key: string; batch: number; line: number; cells: Cells; stamp: number | null };

const TABLE_OF: Record<string, string> = { touch: 'touch', ticket: 'ticket', party: 'party', account: 'party' };

type PolicyName = 'overwrite' | 'keep' | 'fill' | 'newest' | 'priority';
/** A file, the policies it is imported with (`touch.text` -> policy; the entity alone for all its fields), what is left out. */
type TestFile = {
  rows: TestRow[];
  policies: Record<string, PolicyName>;
  rank: number | null;
  leftOut: number[];
  kept: string[];
};

const COLUMN: Record<string, string> = {
  'touch.text': 'text',
  'touch.at': 'day',
  'touch.channel': 'channel',
  'ticket.csat': 'csat',
  'party.title': 'title',
  'account.name': 'row_name',
};

/** The policy of a cell in a file; the party's cells that references tell are always overwritten. */
function policyOf(file: TestFile, table: string, cell: string): PolicyName {
  for (const [name, column] of Object.entries(COLUMN)) {
    if (TABLE_OF[name.split('.')[0]!] !== table || column !== cell) continue;
    if (file.kept.includes(name)) return 'keep';
    if (file.policies[name] !== undefined) return file.policies[name];
  }
  return (table === 'ticket' ? file.policies['ticket'] : undefined) ?? 'overwrite';
}

const age = (stamp: number | null | undefined): number => stamp ?? -1;

/** The rows one file carries: repeated keys folded, parties that rows name included. Written apart from the product's code. */
function fileRows(file: TestFile): ModelRow[] {
  const { rows } = file;
  const found = new Map<string, ModelRow>();
  const occurrences = new Map<string, number>();
  const refs: { ref: PartyRef; line: number; id: string; kind: string }[] = [];
  const refOf = (ref: PartyRef | null | undefined, line: number): string | null => {
    if (!ref) return null;
    const id = ref.externalId ?? partyKey(ref.email, ref.name)!;
    refs.push({ ref, line, id, kind: ref.kind ?? '?' });
    return id;
  };
  rows.forEach((row, i) => {
    if (file.leftOut.includes(i + 1)) return;
    const table = TABLE_OF[row.e]!;
    const cells: Cells = {};
    const line = i + 1;
    const p = refOf(row.p, line);
    const a = refOf(row.a, line);
    if (table !== 'party') {
      if (p !== null) cells['party'] = [p];
      if (a !== null) cells['account_party'] = [a];
    } else cells['kind_told'] = [row.e === 'account' ? 'company' : 'person'];
    for (const cell of shapeOfTable(table).cells) {
      if (['kind_told', 'party', 'account_party', 'attributes'].includes(cell.name) || cell.name.startsWith('ref_'))
        continue;
      const values = cell.columns.map((c) => row.v[c.replace(/^row_/, '')] ?? null);
      if (values.some((v) => v !== null)) cells[cell.name] = values;
    }
    let key = row.ext;
    if (key === null) {
      const content = JSON.stringify([row.e, p, a, row.v]);
      const n = (occurrences.get(content) ?? 0) + 1;
      occurrences.set(content, n);
      key = `#${content}#${n}`;
    }
    const held = found.get(`${table}|${key}`);
    if (!held) found.set(`${table}|${key}`, { table, key, batch: 0, line, cells, stamp: row.s ?? null });
    else {
      const older = age(row.s) < age(held.stamp);
      for (const name of Object.keys(cells))
        if (older && held.cells[name] && policyOf(file, table, name) === 'newest') delete cells[name];
      if (!older && row.s != null) held.stamp = row.s;
      const differs = Object.entries(cells).some(
        ([name, values]) => JSON.stringify(held.cells[name] ?? values.map(() => null)) !== JSON.stringify(values),
      );
      if (differs) {
        Object.assign(held.cells, cells);
        held.line = line;
      }
    }
  });
  // The first value that rows of the file give for a party counts.
  for (const { ref, line, id, kind } of refs) {
    const told: Cells = {};
    if (kind !== '?') told['kind_told'] = [kind];
    const values = {
      ref_name: ref.name,
      ref_email: ref.email,
      ref_phone: ref.phone,
      ref_company: ref.company,
      ref_account_ext: ref.accountExternalId,
    };
    for (const [name, value] of Object.entries(values)) if (value) told[name] = [value];
    const held = found.get(`party|${id}`);
    if (!held) found.set(`party|${id}`, { table: 'party', key: id, batch: 0, line, cells: told, stamp: null });
    else for (const [name, value] of Object.entries(told)) held.cells[name] ??= value;
  }
  return [...found.values()];
}

type Told = { file: TestFile; values: SqlValue[]; stamp: number | null };

/** Which of the values that files told for a cell shows; `first`: whether the first of them made the row. */
function shown(table: string, cell: string, told: readonly (Told & { first: boolean })[]): SqlValue[] | undefined {
  let winner: (Told & { policy: PolicyName }) | undefined;
  for (const each of told) {
    const policy = policyOf(each.file, table, cell);
    const held = winner;
    const better = (): boolean => {
      if (policy === 'keep') return each.first;
      if (held === undefined || policy === 'overwrite') return true;
      if (policy === 'fill') return false;
      if (policy === 'newest') return age(each.stamp) >= (held.policy === 'newest' ? age(held.stamp) : -1);
      const rank = (t: Told & { policy: PolicyName }): number =>
        t.policy === 'priority' ? (t.file.rank ?? Infinity) : Infinity;
      return rank({ ...each, policy }) <= rank(held);
    };
    if (better()) winner = { ...each, policy };
  }
  return winner?.values;
}

/** The fold of the live files, in batch order, by the policies of each. */
function fold(files: readonly TestFile[], live: ReadonlySet<number>): string[] {
  const state = new Map<string, ModelRow>();
  const told = new Map<string, Map<string, (Told & { first: boolean })[]>>();
  files.forEach((file, i) => {
    if (!live.has(i)) return;
    for (const row of fileRows(file)) {
      const id = `${row.table}|${row.key}`;
      const first = !state.has(id);
      if (first) {
        state.set(id, { ...row, batch: i + 1, cells: {} });
        told.set(id, new Map());
      }
      const cells = told.get(id)!;
      for (const [name, values] of Object.entries(row.cells))
        cells.set(name, [...(cells.get(name) ?? []), { file, values, stamp: row.stamp, first }]);
    }
  });
  for (const [id, row] of state)
    for (const [name, list] of told.get(id)!) {
      const values = shown(row.table, name, list);
      if (values) row.cells[name] = values;
    }
  return [...state.values()]
    .map((row) => {
      const values: Record<string, SqlValue | undefined> = {};
      for (const cell of shapeOfTable(row.table).cells) {
        cell.columns.forEach((column, k) => (values[column] = row.cells[cell.name]?.[k] ?? null));
      }
      if (row.table === 'party') {
        for (const name of ['name', 'email', 'phone', 'company', 'account_ext'])
          values[name] = values[`row_${name}`] ?? values[`ref_${name}`] ?? null;
        values['kind'] = values['kind_told'] ?? (values['email'] !== null ? 'person' : 'company');
        values['account'] =
          values['account_ext'] !== null && state.get(`party|${values['account_ext'] as string}`)
            ? values['account_ext']
            : null;
      }
      return line(row.table, row.key.startsWith('#') ? '#' : row.key, row.batch, row.line, values);
    })
    .sort();
}

function line(
  table: string,
  key: string,
  batch: number,
  at: number,
  values: Record<string, SqlValue | undefined>,
): string {
  const known = Object.entries(values)
    .filter(([, v]) => v !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([table, key, batch, at, known]);
}

/** The workspace as text without row ids: references as keys, terms as words. */
function dump(db: WriteDb): string[] {
  const terms = new Map(db.all('SELECT id, text FROM term').map((r) => [r[0], r[1]] as const));
  const parties = new Map(db.all('SELECT id, ext FROM party').map((r) => [r[0], r[1]] as const));
  const lines: string[] = [];
  for (const table of ['party', 'touch', 'ticket']) {
    const columns = shapeOfTable(table).columns;
    const extra =
      table === 'party' ? ['name', 'email', 'phone', 'company', 'account_ext', 'kind', 'account_party'] : [];
    const names = [...columns.map((c) => c.name), ...extra];
    for (const row of db.all(`SELECT ext, batch, line, ${names.join(', ')} FROM ${table}`)) {
      const values: Record<string, SqlValue> = {};
      names.forEach((name, i) => {
        const value = row[3 + i]!;
        const column = columns.find((c) => c.name === name);
        if (value !== null && (column?.term || name === 'kind' || name === 'kind_told'))
          values[name] = terms.get(value)!;
        else if (value !== null && (name === 'party' || name === 'account_party')) {
          if (!parties.has(value)) throw new Error(`${table} names party ${String(value)}, which does not exist`);
          values[table === 'party' ? 'account' : name] = parties.get(value)!;
        } else values[name] = value;
      });
      const ext = row[0] as string;
      lines.push(line(table, ext.startsWith('#') ? '#' : ext, row[1] as number, row[2] as number, values));
    }
  }
  return lines.sort();
}

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null, freq: 2 });
const word = fc.constantFrom('anna', 'ben', 'çelik');
const ref = fc.oneof(
  fc.record({
    kind: fc.constant('person' as const),
    externalId: fc.constantFrom('p1', 'p2', 'p3'),
    email: maybe(fc.constantFrom('a@x.example', 'b@x.example')),
    name: maybe(word),
    accountExternalId: maybe(fc.constantFrom('c1', 'c2')),
  }),
  fc.record({
    kind: fc.constant('company' as const),
    externalId: fc.constantFrom('c1', 'c2'),
    email: fc.constant(null),
    name: maybe(word),
  }),
  fc.record({
    kind: fc.constant(null),
    externalId: fc.constantFrom('n1', 'n2'),
    email: maybe(fc.constant('n@x.example')),
    name: maybe(word),
  }),
  fc.record({
    kind: fc.constant('person' as const),
    externalId: fc.constant(null),
    email: fc.constantFrom('m@x.example', 'k@x.example'),
    name: maybe(word),
  }),
);
const company = fc.record({
  kind: fc.constant('company' as const),
  externalId: fc.constantFrom('c1', 'c2', 'c3'),
  email: fc.constant(null),
  name: maybe(word),
});
const day = fc.integer({ min: 19_000, max: 19_002 });
const touch: fc.Arbitrary<TestRow> = fc.record({
  e: fc.constant('touch'),
  ext: fc.option(fc.constantFrom('t1', 't2', 't3', 't4'), { nil: null, freq: 6 }),
  p: maybe(ref),
  a: maybe(company),
  v: fc.record({
    day,
    at: maybe(fc.integer({ min: 1, max: 3 })),
    channel: maybe(fc.constantFrom('call', 'email')),
    channel_raw: maybe(fc.constantFrom('Anruf')),
    text: maybe(word),
    cost: maybe(fc.constantFrom(0, 1, 5_000_000_000)),
  }),
});
const ticket: fc.Arbitrary<TestRow> = fc.record({
  e: fc.constant('ticket'),
  ext: fc.constantFrom('k1', 'k2'),
  p: maybe(ref),
  v: fc.record({
    day,
    csat: maybe(fc.constantFrom(1, 2.5)),
    status: maybe(fc.constantFrom('open', 'closed')),
    subject: maybe(word),
  }),
});
const contact: fc.Arbitrary<TestRow> = fc.record({
  e: fc.constant('party'),
  ext: fc.constantFrom('p1', 'p2', 'n1'),
  v: fc.record({
    name: maybe(word),
    email: maybe(fc.constantFrom('a@x.example', 'c@x.example')),
    title: maybe(word),
    account_ext: maybe(fc.constantFrom('c1', 'c2')),
    owner: maybe(word),
  }),
});
const account: fc.Arbitrary<TestRow> = fc.record({
  e: fc.constant('account'),
  ext: fc.constantFrom('c1', 'c2'),
  v: fc.record({ name: maybe(word), postcode: maybe(fc.constantFrom('1000', '2000')), industry: maybe(word) }),
});
const policy = fc.constantFrom<PolicyName>('overwrite', 'keep', 'fill', 'newest', 'priority');
const stamped = fc
  .tuple(fc.oneof({ arbitrary: touch, weight: 4 }, ticket, contact, account), maybe(fc.integer({ min: 100, max: 103 })))
  .map(([row, s]): TestRow => ({ ...row, s }));
const file: fc.Arbitrary<TestFile> = fc.record({
  rows: fc.array(stamped, { minLength: 1, maxLength: 12 }),
  policies: fc.oneof(
    fc.constant<TestFile['policies']>({}),
    fc.dictionary(fc.constantFrom('ticket', ...Object.keys(COLUMN)), policy, { maxKeys: 7 }),
  ),
  rank: maybe(fc.integer({ min: 1, max: 3 })),
  leftOut: fc.oneof(fc.constant<number[]>([]), fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 2 })),
  kept: fc.constantFrom<string[]>([], ['touch.text'], ['touch.channel', 'party.title']),
});

/** The file as a mapping and its exceptions say it. */
function requestOf(name: string, { policies, rank, leftOut, kept }: TestFile, n: number): FileRequest {
  const entities = ['touch', 'ticket', 'party', 'account'].map((entity) => ({
    entity,
    ...(policies[entity] ? { policy: policies[entity] } : {}),
    columns: Object.fromEntries(
      Object.entries(policies)
        .filter(([field]) => field.startsWith(`${entity}.`))
        .map(([field, p]) => [field, { field: field.split('.')[1]!, policy: p }]),
    ),
  }));
  return testRequest(name, {
    mapping: { n, entities, ...(rank === null ? {} : { rank }) },
    exceptions: {
      lines: leftOut.map((line): [number, number] => [line, line]),
      fields: kept,
      changed: [],
      created: [],
    },
  });
}

test('whatever is imported, undone and redone in whatever order, the workspace is the fold of its live batches', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(file, { minLength: 2, maxLength: 4 }),
      fc.array(fc.nat(), { minLength: 3, maxLength: 12 }),
      async (files, steps) => {
        const path = join(folder, `w${run++}.ladderline`);
        createWorkspace(path, {});
        const db = openWriter(path);
        try {
          const live = new Set<number>();
          let imported = 0;
          const check = (what: string): void => {
            expect({ what, rows: dump(db) }).toEqual({ what, rows: fold(files, live) });
          };
          for (const step of steps) {
            const choice = step % (imported + 1);
            if (choice === imported && imported < files.length) {
              const name = join(folder, `f${run}-${imported}.jsonl`);
              writeTestFile(name, files[imported]!.rows);
              const report = await importFile(db, requestOf(name, files[imported]!, imported), NO_RESOLVE);
              if (report.batch !== String(imported + 1)) throw new Error(`batch ${String(report.batch)} was made`);
              live.add(imported);
              imported++;
              check(`import ${imported}`);
            } else if (choice < imported) {
              if (live.has(choice)) {
                undo(db, choice + 1, NO_RESOLVE);
                live.delete(choice);
                check(`undo ${choice + 1}`);
              } else {
                await redo(db, choice + 1, () => jsonLines, NO_RESOLVE);
                live.add(choice);
                check(`redo ${choice + 1}`);
              }
            }
          }
          for (const i of live) undo(db, i + 1, NO_RESOLVE);
          expect(dump(db)).toEqual([]);
          expect(
            db.all('SELECT (SELECT count(*) FROM version), (SELECT count(*) FROM seen), (SELECT count(*) FROM claim)'),
          ).toEqual([[0, 0, 0]]);
        } finally {
          db.close();
          rmSync(path);
        }
      },
    ),
    { numRuns: Number(process.env['LADDERLINE_PROPERTY_RUNS'] ?? 60) },
  );
}, 120_000);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LadderlineError } from '#engine/base/errors.ts';
import { JSON_COLUMNS, jsonColumns, jsonRows, jsonShape, JsonText, type JsonShape } from './json-text.ts';
import { JsonError, readObject } from './json-value.ts';
import { RecordReader } from './reader.ts';
import { bytesSource, type ByteSource } from './source.ts';

const pieces = (text: string, piece: number): ByteSource => {
  const inner = bytesSource(Buffer.from(text));
  return { size: null, read: (buffer) => inner.read(buffer.subarray(0, Math.min(piece, buffer.length))) };
};

type Found = { headers: string[]; rows: string[][]; lines: number[]; faults: [line: number, why: string][] };

function read(text: string, piece = 1 << 20, given?: JsonShape): Found {
  const shape = given ?? jsonShape(Buffer.from(text), true);
  if (!shape) throw new Error('no JSON');
  const names = jsonColumns(pieces(text, piece), shape, 'f.json', () => {});
  const reader = new RecordReader(new JsonText(pieces(text, piece), shape, names, 'f.json'), {
    encoding: 'utf-8',
    delimiter: ',',
  });
  const found: Found = { headers: [], rows: [], lines: [], faults: [] };
  for (let n = reader.next(); n > 0; n = reader.next()) {
    for (let r = 0; r < n; r += 1) {
      const cells: string[] = [];
      reader.cells(r, cells);
      const fault = reader.damage.get(r);
      if (fault !== undefined) found.faults.push([reader.lines[r]!, fault]);
      else if (reader.lines[r] === 0) found.headers = cells;
      else {
        found.rows.push(cells);
        found.lines.push(reader.lines[r]!);
      }
    }
  }
  return found;
}

/** What a record should become, written separately from the reader: over what JSON.parse makes of it. */
function flat(value: Record<string, unknown>): Map<string, string> {
  const out = new Map<string, string>();
  const put = (path: string, v: unknown): void => {
    if (v === null) out.set(path, '');
    else if (Array.isArray(v))
      out.set(
        path,
        v.some((x) => typeof x === 'object' && x !== null)
          ? JSON.stringify(v)
          : v
              .filter((x) => x !== null && x !== '')
              .map(String)
              .join(';'),
      );
    else if (typeof v === 'object')
      for (const key of Object.keys(v)) put(`${path}.${key}`, (v as Record<string, unknown>)[key]);
    else out.set(path, String(v as string | number | boolean));
  };
  for (const key of Object.keys(value)) put(key, value[key]);
  return out;
}

describe('jsonShape', () => {
  it.each<[string, JsonShape | null]>([
    ['[{"a":1}]', { kind: 'list', under: null }],
    ['[]', { kind: 'list', under: null }],
    ['{"a":1}\n{"a":2}', { kind: 'lines' }],
    ['{"a":1}', { kind: 'lines' }],
    ['{"a":1\n{"a":2}', { kind: 'lines' }],
    ['{\n "a": 1\n}\n{\n "a": 2\n}', { kind: 'stream' }],
    ['{"a":1} {"a":2}\n{"a":3}', { kind: 'lines' }],
    ['{"next":null,"results":[{"a":1}]}', { kind: 'list', under: 'results' }],
    ['{"a":1,"items":[{"q":1}]}\n{"a":2,"items":[]}', { kind: 'lines' }],
    ['{"meta":{"x":[{"y":1}]},"n":[1,2],\n"data":[\n{"a":1}]}', { kind: 'list', under: 'data' }],
    ['a,b\n1,2', null],
    ['{id},b\n1,2', null],
    ['[id],b\n1,2', null],
  ])('%j', (text, shape) => {
    expect(jsonShape(Buffer.from(text), true)).toEqual(shape);
  });
});

describe('JSON as records', () => {
  const name = fc.oneof(
    fc.constantFrom('id', 'a', 'b', '__proto__', 'constructor', 'x.y', 'é', ''),
    fc.string({ maxLength: 4 }),
  );
  const plain = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('a,b', '"q"', 'two\nlines', '\\'),
  );
  const value = fc.oneof(
    plain,
    fc.array(plain, { maxLength: 3 }),
    fc.dictionary(name, plain, { maxKeys: 3, noNullPrototype: true }),
    fc.array(fc.record({ q: plain }), { minLength: 1, maxLength: 2 }),
  );
  const record = fc.dictionary(name, value, { minKeys: 1, maxKeys: 4, noNullPrototype: true });

  it('gives every value of every record, in every shape and in pieces (property)', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('lines', 'list', 'pretty', 'wrapped', 'stream'),
        fc.constantFrom(1, 3, 1000),
        (input, form, piece) => {
          const records = input.map((r) => JSON.parse(JSON.stringify(r)) as Record<string, unknown>);
          // Names that collide once nesting is flattened get a second column; the oracle does not know that.
          fc.pre(
            records.every((r) => {
              const seen = new Set<string>();
              const walk = (p: string, v: unknown): boolean =>
                v !== null && typeof v === 'object' && !Array.isArray(v)
                  ? Object.keys(v).every((k) => walk(`${p}.${k}`, (v as Record<string, unknown>)[k]))
                  : !seen.has(p) && seen.add(p) !== null;
              return Object.keys(r).every((k) => walk(k, r[k]));
            }),
          );
          const text = {
            lines: () => records.map((r) => JSON.stringify(r)).join('\r\n'),
            list: () => JSON.stringify(records),
            pretty: () => JSON.stringify(records, null, 2),
            wrapped: () => JSON.stringify({ ok: true, 'the data': records, next: [{}] }),
            stream: () => records.map((r) => JSON.stringify(r, null, 1)).join('\n'),
          }[form]!();
          const shape: JsonShape =
            form === 'lines'
              ? { kind: 'lines' }
              : form === 'stream'
                ? { kind: 'stream' }
                : { kind: 'list', under: form === 'wrapped' ? 'the data' : null };
          const found = read(text, piece, shape);
          expect(found.faults).toEqual([]);
          const expected = records.map(flat);
          const filled = (m: Map<string, string>): [string, string][] =>
            [...m].filter(([, v]) => v !== '').sort((x, y) => (x[0] < y[0] ? -1 : 1));
          const wanted = expected.map(filled).filter((entries) => entries.length > 0);
          const rows = found.rows.map((cells) => filled(new Map(cells.map((cell, i) => [found.headers[i]!, cell]))));
          const comparable = (list: [string, string][][]): unknown =>
            list.map((entries) =>
              entries.map(([k, v]) => [k, /^\s*\[\s*\{/.test(v) ? (JSON.parse(v) as unknown) : v.toWellFormed()]),
            );
          expect(comparable(rows.filter((entries) => entries.length > 0))).toEqual(comparable(wanted));
        },
      ),
      { numRuns: 300 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('keeps every digit of a number and the names that pollute objects elsewhere (R57, R60, X26)', () => {
    const found = read('{"id":9007199254740993,"n":1.10,"e":1.5e3,"__proto__":{"polluted":"yes"},"constructor":1}\n');
    expect(found.headers).toEqual(['id', 'n', 'e', '__proto__.polluted', 'constructor']);
    expect(found.rows).toEqual([['9007199254740993', '1.10', '1500', 'yes', '1']]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('rejects a bad line by its number and reads on', () => {
    const found = read('{"id":1}\nnot json\n\n{"id":2,}\n{"id":3}\n[1]\n{"id":4} x\n{"id":5}');
    expect(found.rows).toEqual([['1'], ['3'], ['5']]);
    expect(found.lines).toEqual([1, 5, 8]);
    expect(found.faults.map(([line]) => line)).toEqual([2, 4, 6, 7]);
    expect(found.faults[1]![1]).toBe(
      'The line is no JSON object: a name in quotes is missing at character 9. Correct it and import the row again.',
    );
  });

  it('rejects bad items of a list by their place, and says when the file is cut off', () => {
    const found = read('[{"id":1},7,{"id":2},{"id":}, {"id":3');
    expect([found.rows, found.lines]).toEqual([
      [['1'], ['2']],
      [1, 3],
    ]);
    expect(found.faults.map(([line]) => line)).toEqual([2, 4, 5]);
    expect(found.faults[2]![1]).toContain('cut off');
    expect(read('[{"id":1},{"id":2}').faults[0]![1]).toContain('cut off');
  });

  it('gives a name that a record has twice a column of its own', () => {
    expect(read('{"a":1,"a":2,"b":{"c":3},"b.c":4}')).toMatchObject({
      headers: ['a', 'a (2)', 'b.c', 'b.c (2)'],
      rows: [['1', '2', '3', '4']],
    });
  });

  it('gives the JSON of a record back by its row number', () => {
    const text = '{"page":1,"rows":[{"id":1,"t":"x"}, {"id":2}]}';
    expect([...jsonRows(pieces(text, 5), jsonShape(Buffer.from(text), true)!, 'f')]).toEqual([
      { line: 1, text: '{"id":1,"t":"x"}' },
      { line: 2, text: '{"id":2}' },
    ]);
  });

  it('refuses records whose names are values', () => {
    const text = `{${Array.from({ length: JSON_COLUMNS + 1 }, (_, i) => `"u${i}":1`).join(',')}}`;
    expect(() => read(text)).toThrow(LadderlineError);
  });

  it('refuses nesting deeper than any export has, without overflowing', () => {
    expect(() => readObject(`{"a":${'['.repeat(100_000)}`, () => {})).toThrow(JsonError);
    expect(() => readObject(`{"a":${'{"a":'.repeat(100_000)}`, () => {})).toThrow(JsonError);
  });

  it('never throws anything untyped (fuzz)', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'{}[]",:\\ \n1aeE.-tfn'), maxLength: 60 }),
        fc.constantFrom<JsonShape>(
          { kind: 'lines' },
          { kind: 'stream' },
          { kind: 'list', under: null },
          { kind: 'list', under: 'a' },
        ),
        (text, shape) => {
          let thrown: unknown = null;
          try {
            read(text, 7, shape);
          } catch (error) {
            thrown = error;
          }
          expect(thrown === null || thrown instanceof LadderlineError).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('takes time in line with the length (doubling)', () => {
    const make = (n: number): string =>
      `[${Array.from({ length: n }, (_, i) => `{"id":${i},"text":"${'x'.repeat(50)}","deep":{"a":[1,2,3]}}`).join(',')}]`;
    const time = (text: string): number => {
      const start = performance.now();
      read(text, 64 * 1024);
      return performance.now() - start;
    };
    const [small, large] = [make(10_000), make(40_000)];
    time(small);
    const ratios = [0, 1, 2].map(() => time(large) / time(small));
    expect(Math.min(...ratios)).toBeLessThan(8);
  });
});

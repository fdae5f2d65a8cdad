import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasSamples, expectedFiles, sample } from '../read/shared-samples.testing.ts';
import { isoOf, parseDate, type WrittenDate } from '../detect/dates.ts';
import { ByteKeys } from './byte-keys.ts';
import { ByteWords } from './byte-words.ts';
import { collect, SETTINGS, type Collected } from './collect.testing.ts';
import { parseMapping } from './schema.ts';

type Result = Omit<Collected, 'plan' | 'facts' | 'fromBytes'> & { facts: unknown };
let fromBytes = 0;

/** What a file becomes with and without rows from bytes; parties are compared by what they say, not by who comes first. */
function bothWays(bytes: Uint8Array, name: string, options: Parameters<typeof collect>[2] = {}): [Result, Result] {
  const once = (takesBytes: boolean): Result => {
    try {
      const { fromBytes: n, plan: _, ...result } = collect(bytes, name, { ...options, takesBytes });
      fromBytes += n;
      return result;
    } catch (error) {
      return { rows: [], rejects: [], skips: [], facts: `${(error as Error).name}: ${(error as Error).message}` };
    }
  };
  return [once(false), once(true)];
}

const folder = join(import.meta.dirname, '../../../..');
const own = [join(folder, 'resources/sample'), join(folder, 'tests/corpora')].flatMap((directory) =>
  readdirSync(directory)
    .filter((name) => /\.(csv|txt)$/.test(name))
    .map((name) => join(directory, name)),
);

test('rows from bytes are the rows from texts, in every file of the sample and the corpus', () => {
  let rows = 0;
  for (const path of own) {
    const [texts, direct] = bothWays(readFileSync(path), path.split('/').at(-1)!, { settings: SETTINGS });
    expect({ path, ...direct }).toEqual({ path, ...texts });
    rows += direct.rows.length;
  }
  expect(rows).toBeGreaterThan(15_000);
  expect(fromBytes).toBeGreaterThan(2_500);
});

test.skipIf(!hasSamples)('rows from bytes are the rows from texts, in every shared sample', () => {
  for (const [name] of expectedFiles()) {
    if (/\.(xlsx|json|ndjson|zip|gz)$/.test(name)) continue;
    const [texts, direct] = bothWays(sample(name), name);
    expect({ name, ...direct }).toEqual({ name, ...texts });
  }
});

const mapping = parseMapping({
  entity: 'touch',
  constants: { team: 'sales' },
  columns: {
    id: { field: 'external_id' },
    customer: { field: 'customer_external_id' },
    at: { field: 'at' },
    channel: { field: 'channel' },
    owner: { field: 'owner', strip: 'owner ' },
    campaign: { field: 'campaign' },
    duration: { field: 'duration_s', unit: 'minutes' },
    text: { field: 'text' },
  },
});
const cell = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '-',
    'N/A',
    "'=1+1",
    "'quoted'",
    'Total',
    'id',
    '1.5E+10',
    '12e3',
    ' padded ',
    '"a, ""b"""',
    '"two\nlines"',
  ),
  fc.constantFrom(
    'Jürgen',
    'Élodie',
    '\u00a0x',
    'owner 1',
    'call',
    'Anruf',
    'email',
    '90',
    '1:30',
    '007',
    '1234567890123',
  ),
  fc.constantFrom(
    '2026-03-29T02:30:00',
    '2026-03-29 01:59',
    '2026-02-30',
    '2026-01-31T10:00:00Z',
    '31/12/2025',
    '2026-01-05',
  ),
  fc.string({ unit: fc.constantFrom('a', 'B', '1', '-', 'e', '.'), maxLength: 20 }),
);
const day = fc.constantFrom('2026-01-05', '2026-03-29T02:30:00', '2026-01-31T10:00:00Z', '2026-06-01 12:00');

test('rows from bytes are the rows from texts, whatever the cells are', () => {
  const before = fromBytes;
  const row = fc.tuple(cell, cell, fc.oneof({ weight: 4, arbitrary: day }, cell), cell, cell, cell, cell, cell, cell);
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 30 }),
      fc.constantFrom('UTC', 'Europe/Berlin'),
      (rows, zone) => {
        const text = ['id,customer,at,channel,owner,campaign,duration,text,more', ...rows.map((r) => r.join(','))].join(
          '\n',
        );
        const options = { mapping, settings: { ...SETTINGS, timezone: zone } };
        const [texts, direct] = bothWays(Buffer.from(text), 'touches.csv', options);
        expect(direct).toEqual(texts);
      },
    ),
    { numRuns: 150 },
  );
  expect(fromBytes - before).toBeGreaterThan(200);
});

test('a date of bytes is the date of its text', () => {
  const part = (n: number, max: number): fc.Arbitrary<string> =>
    fc.integer({ min: 0, max }).map((v) => String(v).padStart(n, '0'));
  const text = fc
    .tuple(
      part(4, 9999),
      part(2, 13),
      part(2, 32),
      fc.constantFrom('T', ' ', 'x'),
      part(2, 24),
      part(2, 60),
      part(2, 60),
      fc.constantFrom('', 'Z', '+', '.'),
    )
    .chain(([y, m, d, t, h, min, s, z]) =>
      fc.constantFrom(`${y}-${m}-${d}`, `${y}-${m}-${d}${t}${h}:${min}`, `${y}-${m}-${d}${t}${h}:${min}:${s}${z}`),
    );
  const blank = (): WrittenDate => ({ day: 0, seconds: -1, offset: Number.NaN });
  let read = 0;
  fc.assert(
    fc.property(text, (written) => {
      const [fromBytes, fromText] = [blank(), blank()];
      if (!isoOf(Buffer.from(`..${written}`), 2, written.length + 2, fromBytes)) return;
      read += 1;
      expect(parseDate(written, null, fromText)).toBe(true);
      expect(fromBytes).toEqual(fromText);
    }),
    { numRuns: 5000 },
  );
  expect(read).toBeGreaterThan(200);
});

test('keys and words are found by their bytes', () => {
  const keys = new ByteKeys();
  const words = new ByteWords((text) => ({ text }));
  const numbers = new Map<string, number>();
  for (let i = 0; i < 30_000; i += 1) {
    const text = `key ${(i * 7919) % 9000}`;
    const bytes = Buffer.from(`<${text}>`);
    const known = keys.get(bytes, 1, bytes.length - 1);
    expect(known).toBe(numbers.get(text) ?? 0);
    if (known === 0) {
      keys.set(numbers.size + 1);
      numbers.set(text, numbers.size + 1);
    }
    const word = words.of(bytes, 1, bytes.length - 1);
    expect(word?.text ?? text).toBe(text);
  }
  expect(numbers.size).toBe(9000);
  expect(words.of(Buffer.from('key 0'), 0, 5)).toBe(words.of(Buffer.from('key 0'), 0, 5));
});

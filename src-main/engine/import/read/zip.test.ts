import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LadderlineError } from '#engine/base/errors.ts';
import { memoryFile } from './byte-file.ts';
import { inflate } from './inflate.ts';
import { bytesSource, type ByteSource } from './source.ts';
import { makeZip, type Part } from './zip.testing.ts';
import { ENTRY_BYTES, ENTRY_LIMIT, openEntry, openZip, readEntry, shownName } from './zip.ts';

const open = (bytes: Buffer) => openZip(memoryFile(bytes), 'a.zip');

function drain(source: ByteSource): Buffer {
  const parts: Buffer[] = [];
  for (;;) {
    const part = Buffer.alloc(70_000);
    const n = source.read(part);
    if (n === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, n));
  }
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof LadderlineError) return error.code;
    throw error;
  }
  return 'fine';
}

/** Reads everything an archive holds. */
const readAll = (bytes: Buffer): string =>
  codeOf(() => {
    const zip = open(bytes);
    for (const entry of zip.entries) drain(openEntry(zip, entry));
  });

describe('openZip', () => {
  it.each<[string, Parameters<typeof makeZip>]>([
    [
      'deflated and stored',
      [
        [
          { name: 'a.csv', data: 'x' },
          { name: 'b.csv', data: 'yy', method: 0 },
        ],
      ],
    ],
    [
      'zip64',
      [
        [
          { name: 'a.csv', data: 'x', wide: true },
          { name: 'b.csv', data: 'yy', wide: true },
        ],
      ],
    ],
    [
      'behind a program',
      [
        [
          { name: 'a.csv', data: 'x' },
          { name: 'b.csv', data: 'yy' },
        ],
        { prefix: Buffer.from('MZ stub') },
      ],
    ],
    [
      'with a comment',
      [
        [
          { name: 'a.csv', data: 'x' },
          { name: 'b.csv', data: 'yy' },
        ],
        { comment: 'made today' },
      ],
    ],
  ])('reads archives %s', (_, how) => {
    const zip = open(makeZip(...how));
    expect(
      zip.entries.map((e) => [e.name, drain(openEntry(zip, e)).toString(), readEntry(zip, e, 100).toString()]),
    ).toEqual([
      ['a.csv', 'x', 'x'],
      ['b.csv', 'yy', 'yy'],
    ]);
  });

  it('keeps the limits of the directory before anything is unpacked (X27)', () => {
    const small = { name: 'a.csv', data: 'a\n' };
    const zeros = deflateRawSync(Buffer.alloc(20_000_000));
    const directory = (parts: Part[], how = {}): string => codeOf(() => open(makeZip(parts, how)));
    expect(directory([small], { count: ENTRY_LIMIT + 1 })).toBe('unsafe-archive');
    expect(directory([{ name: 'b', packed: Buffer.alloc(3_000_000), declared: ENTRY_BYTES + 1 }])).toBe(
      'unsafe-archive',
    );
    expect(directory([{ name: 'b', packed: zeros, declared: 20_000_000 }])).toBe('unsafe-archive');
    expect(directory([small, { name: 'b.csv', data: 'b\n' }], { sameOffset: true })).toBe('unsafe-archive');
    expect(directory([{ ...small, wide: true, declared: 2 ** 40 }])).toBe('unsafe-archive');
    expect(directory([small])).toBe('fine');
  });

  it('keeps the limits while unpacking, whatever the directory states (X27)', () => {
    const zeros = deflateRawSync(Buffer.alloc(30_000_000));
    expect(readAll(makeZip([{ name: 'b', packed: zeros, declared: 900_000 }]))).toBe('unsafe-archive');
    expect(readAll(makeZip([{ name: 'b', data: 'abc', declared: 2 }]))).toBe('unsafe-archive');
    expect(readAll(makeZip([{ name: 'b', data: 'abc', declared: 4 }]))).toBe('damaged-archive');
  });

  it('keeps them in the thread that unpacks large files', { timeout: 60_000 }, () => {
    const line = Buffer.from(Array.from({ length: 4000 }, (_, i) => `${(i * 7919) % 100_003},row ${i}\n`).join(''));
    const large = Buffer.concat(
      Array.from({ length: Math.ceil(3_000_000 / line.length) }, (_, i) =>
        Buffer.concat([line, Buffer.from(`${i}\n`)]),
      ),
    );
    const packed = deflateRawSync(large, { level: 1 });
    const entry = (declared: number) =>
      inflate(bytesSource(packed), { name: 'large.csv', packing: 'deflate-raw', declared, atOnce: 0 });
    expect(drain(entry(large.length)).equals(large)).toBe(true);
    expect(codeOf(() => drain(entry(large.length - 1)))).toBe('unsafe-archive');
    expect(codeOf(() => drain(entry(large.length + 1)))).toBe('damaged-archive');
    const cut = inflate(bytesSource(packed.subarray(0, packed.length >> 1)), {
      name: 'c',
      packing: 'deflate-raw',
      declared: large.length,
      atOnce: 0,
    });
    expect(codeOf(() => drain(cut))).toBe('damaged-archive');
    const closed = entry(large.length);
    closed.read(Buffer.alloc(10));
    closed.close();
    closed.close();
  });

  it('refuses a gzip bomb by its ratio, however large, and reads joined members', { timeout: 60_000 }, () => {
    const gz = (bytes: Buffer, atOnce = 1 << 20) =>
      inflate(bytesSource(bytes), { name: 'a.csv.gz', packing: 'gzip', declared: null, atOnce });
    expect(codeOf(() => drain(gz(gzipSync(Buffer.alloc(40_000_000)))))).toBe('unsafe-archive');
    expect(codeOf(() => drain(gz(gzipSync(Buffer.alloc(40_000_000)), 0)))).toBe('unsafe-archive');
    expect(drain(gz(Buffer.concat([gzipSync('a,b\n'), gzipSync('1,2\n')]))).toString()).toBe('a,b\n1,2\n');
    expect(codeOf(() => drain(gz(gzipSync('a,b\n1,2\n').subarray(0, 15))))).toBe('damaged-archive');
    const numbers = Buffer.from(Array.from({ length: 300_000 }, (_, i) => `${i},${(i * 7919) % 1009}\n`).join(''));
    expect(drain(gz(gzipSync(numbers))).equals(numbers)).toBe(true);
  });

  it('says what is wrong with damaged, locked and strangely packed archives', () => {
    const whole = makeZip([{ name: 'a.csv', data: 'a,b\n1,2\n' }]);
    expect(codeOf(() => open(whole.subarray(0, whole.length - 10)))).toBe('damaged-archive');
    expect(codeOf(() => open(Buffer.from('PK\u0003\u0004 nothing')))).toBe('damaged-archive');
    expect(readAll(makeZip([{ name: 'a.csv', data: 'abc', crc: 1 }]))).toBe('damaged-archive');
    expect(readAll(makeZip([{ name: 'a.csv', data: 'abc', flags: 1 }]))).toBe('password');
    expect(readAll(makeZip([{ name: 'a.csv', data: 'abc', method: 12 }]))).toBe('packing');
    expect(readAll(makeZip([{ name: 'a.csv', packed: Buffer.from('nonsense'), declared: 9 }]))).toBe('damaged-archive');
  });

  it('never throws anything untyped, whatever bytes are changed or cut (fuzz)', () => {
    const whole = makeZip([
      { name: 'a.csv', data: 'a,b\n1,2\n' },
      { name: 'b.csv', data: 'c\n'.repeat(500), wide: true },
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.nat(whole.length),
        (changes, cut) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          expect(readAll(bytes)).toMatch(/^(fine|unsafe-archive|damaged-archive|password|packing)$/);
          expect(readAll(bytes.subarray(0, cut))).toMatch(/^(fine|damaged-archive|unsafe-archive|password|packing)$/);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('shows names without control and direction characters', () => {
    expect(shownName('..\\x/\u202Egpj.csv\u0000')).toBe('../x/\uFFFDgpj.csv\uFFFD');
  });
});

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { TextHash } from '#engine/base/text-hash.ts';
import { HashSet64, RepeatedHashes } from './key-set.ts';

const folder = mkdtempSync(join(tmpdir(), 'ladderline-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an ASCII text has the same hash as text and as bytes', () => {
  const hash = new TextHash();
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), fc.nat(20), (text, before) => {
      hash.reset();
      hash.text(text);
      hash.finish();
      const asText = hash.hex();
      const bytes = Buffer.from(' '.repeat(before) + text, 'latin1');
      hash.reset();
      hash.bytes(bytes, before, bytes.length);
      hash.finish();
      expect(hash.hex()).toBe(asText);
    }),
  );
});

test('repeated hashes are those a set knows already, whether they fit in memory or not', () => {
  const small = fc.array(fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -600, max: 600 })), {
    maxLength: 400,
  });
  fc.assert(
    fc.property(small, (pairs) => {
      const [set, repeated] = [new HashSet64(), new RepeatedHashes(join(folder, 'small'))];
      const expected = pairs.flatMap(([high, low], i) => (set.add(high, low) ? [i + 1] : []));
      pairs.forEach(([high, low], i) => repeated.add(high, low, i + 1));
      expect(repeated.repeated()).toEqual(expected);
    }),
  );
  const path = join(folder, 'large');
  const [set, repeated, hash] = [new HashSet64(), new RepeatedHashes(path), new TextHash()];
  const expected: number[] = [];
  for (let id = 1; id <= 600_000; id++) {
    hash.reset();
    hash.text(id % 1000 === 0 ? `key ${id / 2}` : `key ${id}`);
    hash.finish();
    if (set.add(hash.high, hash.low)) expected.push(id);
    repeated.add(hash.high, hash.low, id);
  }
  expect(existsSync(path)).toBe(true);
  expect(expected).toHaveLength(300);
  expect(repeated.repeated()).toEqual(expected);
  expect(existsSync(path)).toBe(false);
});

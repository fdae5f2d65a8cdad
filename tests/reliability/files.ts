import { join } from 'node:path';
import { person, writeTestFile } from '../../src-main/engine/import/json-lines.testing.ts';

/** Files of touches in a folder; a third of the rows of a file are rows of the file before with another text: versions are written too. */
export function touchFiles(folder: string, files: number, rows: number, people: number): string[] {
  return Array.from({ length: files }, (_, f) => {
    const path = join(folder, `file-${f}.jsonl`);
    writeTestFile(
      path,
      Array.from({ length: rows }, (__, i) => {
        const key = f > 0 && i % 3 === 0 ? (f - 1) * rows + i + 1 : f * rows + i;
        return {
          e: 'touch',
          ext: `t${key}`,
          p: person(`p${key % people}`),
          v: { day: 19_000 + (key % 900), channel: 'call', text: `file ${f}` },
        };
      }),
    );
    return path;
  });
}

/** Random numbers in [0, 1), the same in each run of a test. */
export function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

import { writeFileSync } from 'node:fs';
import type { PartyRef } from '#engine/base/entities.ts';
import { columnsOf, entityOf } from '#engine/base/entities.ts';
import { LEFT_OUT } from './mapping/map-file.ts';
import type { FileRequest, Mapper } from './import.ts';

/** One source row of a test file: what a mapper would hand over. */
export type TestRow = {
  e: string;
  ext: string | null;
  p?: PartyRef | null;
  a?: PartyRef | null;
  v: Record<string, string | number | null>;
  attributes?: string | null;
  /** Seconds at which the source last changed the row. */
  s?: number | null;
};

/** Reads a file of one JSON row a line; `null` lines are rejects, `"skip"` lines are skipped. */
export const jsonLines: Mapper = (source, sink) => {
  const parts: Buffer[] = [];
  for (;;) {
    const buffer = Buffer.alloc(1 << 16);
    const n = source.read(buffer);
    if (n === 0) break;
    parts.push(buffer.subarray(0, n));
  }
  const lines = Buffer.concat(parts).toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  lines.forEach((text, i) => {
    if (sink.wants?.(i + 1) === false) return sink.skip(i + 1, LEFT_OUT);
    const parsed = JSON.parse(text) as TestRow | null | 'skip';
    if (parsed === null) return sink.reject(i + 1, 'column', text, 'cannot be read');
    if (parsed === 'skip') return sink.skip(i + 1, 'left out on purpose');
    const entity = entityOf(parsed.e)!;
    sink.row(
      entity,
      i + 1,
      parsed.ext,
      parsed.p ? sink.party(parsed.p) : 0,
      parsed.a ? sink.party(parsed.a) : 0,
      columnsOf(entity).map((c) => parsed.v[c.name] ?? null),
      parsed.attributes ?? null,
      parsed.s ?? null,
    );
  });
  return { read: lines.length };
};

export function writeTestFile(path: string, rows: readonly (TestRow | null | 'skip')[]): void {
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n') + (rows.length > 0 ? '\n' : ''));
}

export function testRequest(path: string, extra: Partial<FileRequest> = {}): FileRequest {
  return {
    path,
    source: 'crm',
    profile: null,
    mapping: { entity: 'touch', columns: {} },
    fingerprint: 'f',
    mapper: jsonLines,
    ...extra,
  };
}

export function person(externalId: string, more: Partial<PartyRef> = {}): PartyRef {
  return { kind: 'person', externalId, email: null, name: null, ...more };
}

import { columnsOf, entityOf } from '../../src-main/engine/base/entities.ts';
import { dayOf } from '../../src-main/engine/base/days.ts';
import type { Mapper } from '../../src-main/engine/import/import.ts';

/** The plainest mapper that yields the product's rows: what it costs to read is part of the bench. */
export const mapper: Mapper = (source, sink) => {
  const touch = entityOf('touch')!;
  const columns = columnsOf(touch).map((c) => c.name);
  const values: (string | number | null)[] = columns.map(() => null);
  const at = Object.fromEntries(columns.map((name, i) => [name, i]));
  const buffer = Buffer.alloc(1 << 20);
  let rest = '';
  let line = 0;
  for (;;) {
    const n = source.read(buffer);
    const text = rest + (n === 0 ? '' : buffer.latin1Slice(0, n));
    let from = 0;
    for (;;) {
      const end = text.indexOf('\n', from);
      if (end < 0) break;
      line++;
      if (line > 1) {
        const f = text.slice(from, end).split(',');
        const iso = f[2]!;
        const number = (a: number, b: number): number => {
          let value = 0;
          for (let i = a; i < b; i++) value = value * 10 + iso.charCodeAt(i) - 48;
          return value;
        };
        const day = dayOf(number(0, 4), number(5, 7), number(8, 10));
        values[at['day']!] = day;
        values[at['at']!] = day * 86_400 + number(11, 13) * 3600 + number(14, 16) * 60 + number(17, 19);
        values[at['channel']!] = f[3]!;
        values[at['direction']!] = f[4]!;
        values[at['team']!] = f[5]!;
        values[at['owner']!] = f[6]!;
        values[at['campaign']!] = f[7]!;
        values[at['purpose']!] = f[8]! || null;
        values[at['outcome']!] = f[9]! || null;
        values[at['duration_s']!] = Number(f[10]);
        values[at['text']!] = f[11]! || null;
        sink.row(touch, line, f[0]!, sink.party({ kind: 'company', externalId: f[1]!, email: null, name: null }), 0, values, null);
      }
      from = end + 1;
    }
    rest = text.slice(from);
    if (n === 0) break;
  }
  return { read: line - 1 };
};

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordReader, type Delimiter } from './reader.ts';
import type { Encoding } from './encoding.ts';
import { recordTextAt } from './record-text.ts';
import { refusal } from './refuse.ts';
import { bytesSource, type ByteSource } from './source.ts';

type Read = { rows: string[][]; lines: number[]; damage: [line: number, why: string][]; facts: RecordReader['facts'] };

/** Gives bytes in small pieces, so that records straddle reads. */
function dribble(bytes: Uint8Array, piece: number): ByteSource {
  const inner = bytesSource(bytes);
  return { size: bytes.length, read: (buffer) => inner.read(buffer.subarray(0, Math.min(piece, buffer.length))) };
}

function read(
  bytes: Uint8Array | string,
  delimiter: Delimiter = ',',
  encoding: Encoding = 'utf-8',
  width = 0,
  piece = Infinity,
): Read {
  const data = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
  const reader = new RecordReader(dribble(data, piece), { encoding, delimiter, width });
  const result: Read = { rows: [], lines: [], damage: [], facts: reader.facts };
  let n = 0;
  while ((n = reader.next()) > 0) {
    for (let r = 0; r < n; r += 1) {
      const cells: string[] = [];
      reader.cells(r, cells);
      result.rows.push(cells);
      result.lines.push(reader.lines[r]!);
      const damage = reader.damage.get(r);
      if (damage) result.damage.push([reader.lines[r]!, damage]);
    }
  }
  return result;
}

const CP1252_SAFE = 'aAzZ09 ,;|\t"\'\n\r.-éäöüßñÉ€–“”Šžÿ';

function encode(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text, 'utf8');
    case 'utf-16-le':
      return Buffer.from(`\uFEFF${text}`, 'utf16le');
    case 'utf-16-be':
      return Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
    case 'latin1':
      return Buffer.from(text, 'latin1');
    case 'cp1252': {
      const high: Record<string, number> = { '€': 0x80, '–': 0x96, '“': 0x93, '”': 0x94, Š: 0x8a, ž: 0x9e };
      return Buffer.from([...text].map((c) => high[c] ?? c.charCodeAt(0)));
    }
    default:
      throw new Error(`no encoder for ${encoding}`);
  }
}

describe('RecordReader', () => {
  it('parse(print(rows)) = rows for every delimiter, encoding, line end and way of quoting', () => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom(...CP1252_SAFE), maxLength: 12 }),
      fc.string({ maxLength: 8 }).map((s) => s.replaceAll('\u0000', '')),
      fc.string({ unit: 'grapheme', maxLength: 6 }).map((s) => s.replaceAll('\u0000', '')),
    );
    const table = fc
      .integer({ min: 2, max: 6 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }),
      );
    fc.assert(
      fc.property(
        table,
        fc.constantFrom<Delimiter>(',', ';', '\t', '|'),
        fc.constantFrom<Encoding>('utf-8', 'utf-16-le', 'utf-16-be', 'cp1252', 'latin1'),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(1, 3, 7, 4096),
        (rows, delimiter, encoding, eol, quoteAll, lastEol, piece) => {
          const single = encoding === 'cp1252' || encoding === 'latin1';
          const fitting = rows.map((row) =>
            row.map((text) =>
              single
                ? [...text]
                    .filter((c) =>
                      encoding === 'cp1252' ? CP1252_SAFE.includes(c) : c.charCodeAt(0) < 256 && c.length === 1,
                    )
                    .join('')
                : text.toWellFormed().replaceAll('\uFEFF', ''),
            ),
          );
          const print = (text: string): string =>
            quoteAll || /[",;|\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
          const text = fitting.map((row) => row.map(print).join(delimiter)).join(eol) + (lastEol ? eol : '');
          const result = read(encode(text, encoding), delimiter, encoding, fitting[0]!.length, piece);
          expect(result.rows).toEqual(fitting);
          expect(result.damage).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('counts physical lines: CRLF, LF and a lone CR once each, in quotes too', () => {
    const result = read('a,b\r\n"x\ny\r\nz\rw",1\r2,3\n\n4,5');
    expect(result.rows).toEqual([
      ['a', 'b'],
      ['x\ny\r\nz\rw', '1'],
      ['2', '3'],
      ['4', '5'],
    ]);
    expect(result.lines).toEqual([1, 2, 6, 8]);
    expect(result.facts.blankLines).toBe(1);
  });

  it('keeps short and long rows as they are', () => {
    expect(read('a,b,c\n1\n1,2,3,4,5\n,,\n').rows).toEqual([
      ['a', 'b', 'c'],
      ['1'],
      ['1', '2', '3', '4', '5'],
      ['', '', ''],
    ]);
  });

  it('keeps text after a closing quote, and quotes inside a bare field', () => {
    expect(read('"a"b,c"d\n"a""b"c,"x" \n').rows).toEqual([
      ['ab', 'c"d'],
      ['a"bc', 'x '],
    ]);
  });

  it('strips and counts zero bytes', () => {
    const result = read('a\u0000b,c\n"\u0000x",\u0000\n');
    expect(result.rows).toEqual([
      ['ab', 'c'],
      ['x', ''],
    ]);
    expect(result.facts.nulBytes).toBe(3);
  });

  it('reads cells that are not valid UTF-8 as windows-1252 and counts them', () => {
    const result = read(
      Buffer.concat([
        Buffer.from('Zoë,'),
        Buffer.from([0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72, 0x20, 0x80]),
        Buffer.from(',\uFFFD\n'),
      ]),
    );
    expect(result.rows).toEqual([['Zoë', 'Müller €', '\uFFFD']]);
    expect(result.facts.otherEncodingFields).toBe(1);
  });

  // One stray quote used to cost everything after it: papaparse makes 4 rows of such a file of 200,000.
  it('ends an unclosed quote at its own line when the lines after it have the right width', () => {
    const rows = Array.from({ length: 2000 }, (_, i) => `${i},name ${i},"note, ${i}",x`);
    rows[700] = '700,name 700,"note 700,x';
    const result = read(`a,b,c,d\n${rows.join('\n')}\n`, ',', 'utf-8', 4);
    expect(result.rows).toHaveLength(2001);
    expect(result.damage).toEqual([
      [702, 'A quote opens in cell 3 and is not closed on its line. Add or remove the quote and import the row again.'],
    ]);
    expect(result.rows[701]).toEqual(['700', 'name 700', 'note 700', 'x']);
    expect(result.rows[702]).toEqual(['701', 'name 701', 'note, 701', 'x']);
    expect(result.facts.rescued).toBe(1);
  });

  it('ends an unclosed quote at its own line when nothing closes it to the end of the file', () => {
    const result = read('a,b\n1,2\n3,"4\n5,6\n7,8\n', ',', 'utf-8', 2);
    expect(result.rows).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
      ['5', '6'],
      ['7', '8'],
    ]);
    expect(result.damage.map(([line]) => line)).toEqual([3]);
    expect(result.facts.rescued).toBe(2);
  });

  it('ends a quote that is open for more than 1 MB', () => {
    const filler = Array.from({ length: 60_000 }, (_, i) => `${i},some text that fills ${i}`).join('\n');
    const result = read(`a,b\n1,"2\n${filler}\n`, ',', 'utf-8', 2);
    expect(result.rows).toHaveLength(60_002);
    expect(result.damage.map(([line]) => line)).toEqual([2]);
  });

  it('CONTROL: a long quoted text with many lines is no damage', () => {
    const text = Array.from({ length: 5000 }, (_, i) => `line ${i}, with comma`).join('\n');
    const result = read(`a,b\n1,"${text}"\n2,x\n`, ',', 'utf-8', 2);
    expect(result.rows).toEqual([
      ['a', 'b'],
      ['1', text],
      ['2', 'x'],
    ]);
    expect(result.damage).toEqual([]);
  });

  it('CONTROL: a ragged row with a text of several lines is no damage', () => {
    const result = read('a,b,c\n1,"x\ny"\n2,3,4\n', ',', 'utf-8', 3);
    expect(result.rows).toEqual([
      ['a', 'b', 'c'],
      ['1', 'x\ny'],
      ['2', '3', '4'],
    ]);
    expect(result.damage).toEqual([]);
  });

  it('cuts a field at 1 MB and a record at 16 MB, and goes on', () => {
    const field = read(`a,b\n1,${'x'.repeat(3 << 20)}\n2,y\n`);
    expect(field.rows[1]![1]).toHaveLength(1 << 20);
    expect(field.rows[2]).toEqual(['2', 'y']);
    expect(field.facts.truncatedFields).toBe(1);
    const record = read(`a,b\n1,${'x,'.repeat(9 << 20)}\n2,y\n`, ',', 'utf-8', 2);
    expect(record.damage.map(([line]) => line)).toEqual([2]);
    expect(record.rows.at(-1)).toEqual(['2', 'y']);
    expect(record.lines.at(-1)).toBe(3);
  });

  it('takes time linear in the size of hostile input', () => {
    const patterns = ['"', '"\n', 'a"\n', '""\n"', '"a\n', ',"\n', '"""\n', '"x\n""\n'];
    for (const pattern of patterns) {
      const cost = (size: number): number => {
        const data = Buffer.from(pattern.repeat(Math.ceil(size / pattern.length)));
        const start = process.cpuUsage();
        read(data, ',', 'utf-8', 3);
        const { user, system } = process.cpuUsage(start);
        return (user + system) / 1000;
      };
      cost(200_000);
      const small = Math.max(cost(400_000), 20);
      expect({ pattern, linear: cost(3_200_000) < small * 60 }).toEqual({ pattern, linear: true });
    }
  });

  it('never throws on arbitrary bytes, and loses none', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom<Encoding>('utf-8', 'utf-16-le', 'utf-16-be', 'cp1252', 'latin1'),
        fc.integer({ min: 0, max: 4 }),
        (bytes, encoding, width) => {
          const whole = read(bytes, ',', encoding, width);
          expect(read(bytes, ',', encoding, width, 1).rows).toEqual(whole.rows);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('recordTextAt', () => {
  it('prints one record of a raw block as it was written', () => {
    const block = Buffer.from('a,b\r\n1,"x\r\ny, ""z"""\r\n2,3\r\n');
    expect(recordTextAt(block, 'utf-8', ',', 1)).toBe('1,"x\r\ny, ""z"""');
    expect(recordTextAt(block, 'utf-8', ',', 3)).toBe('2,3');
    expect(recordTextAt(Buffer.from('1,"open\n2,3\n'), 'utf-8', ',')).toBe('1,"open');
    expect(recordTextAt(Buffer.from('ä;1\n', 'latin1'), 'cp1252', ';')).toBe('ä;1');
  });
});

describe('refusal', () => {
  const text = (s: string): Buffer => Buffer.from(s, 'latin1');
  it.each([
    ['an ELF program', Buffer.concat([text('\u007FELF\u0002\u0001\u0001'), Buffer.alloc(200, 7)])],
    ['a PNG picture', text('\u0089PNG\r\n\u001a\n....')],
    ['a PDF', text('%PDF-1.7\n...')],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0])],
    ['ZIP or XLSX', text('PK\u0003\u0004....')],
    ['SQLite', text('SQLite format 3\u0000....')],
    ['old Excel', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1])],
    ['nothing', Buffer.alloc(0)],
    ['one zero byte', Buffer.alloc(1)],
    ['only zero bytes', Buffer.alloc(5000)],
    ['only line ends', text('\n'.repeat(100))],
    ['noise', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919 + (i >> 3) * 31) & 255))],
    ['a web page', text('<!DOCTYPE html><html><body>Sign in</body></html>')],
  ])('refuses %s with a sentence', (_what, bytes) => {
    expect(refusal(bytes)).toMatch(/^It .+\. .+\.$/);
  });
  it.each([
    ['ASCII', text('a,b\n1,2\n')],
    ['windows-1252', Buffer.from([0x4d, 0xfc, 0x6c, 0x2c, 0x80, 0x0a])],
    ['UTF-16 LE without a mark', Buffer.from('name,amount\nMüller,2\n', 'utf16le')],
    ['UTF-16 BE without a mark', Buffer.from('name,amount\nMüller,2\n', 'utf16le').swap16()],
    ['text with a stray zero byte', text(`a,b\n${'1,2\n'.repeat(50)}\u0000\n`)],
  ])('CONTROL: reads %s', (_what, bytes) => {
    expect(refusal(bytes)).toBeNull();
  });
});

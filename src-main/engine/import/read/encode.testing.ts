import { cp1252Text, TRANSCODED_ENCODINGS, transcoder, type Encoding, type TranscodedEncoding } from './encoding.ts';

const tables = new Map<TranscodedEncoding, Map<string, number[]>>();

/** Bytes of every character of an encoding: its decoder turned round. */
function tableOf(encoding: TranscodedEncoding): Map<string, number[]> {
  const known = tables.get(encoding);
  if (known) return known;
  const table = new Map<string, number[]>();
  const add = (bytes: number[]): void => {
    const text = transcoder(encoding).decode(Uint8Array.from(bytes));
    if ([...text].length === 1 && text !== '\uFFFD' && !table.has(text)) table.set(text, bytes);
  };
  for (let first = 0; first < 256; first += 1) add([first]);
  const single = /^(cp|iso|koi)/.test(encoding);
  for (let first = 0x81; !single && first < 0xff; first += 1)
    for (let second = 0x40; second < 0xff; second += 1) add([first, second]);
  tables.set(encoding, table);
  return table;
}

/** A text as bytes of any encoding the reader knows, without a mark. Throws for a character the encoding does not have. */
export function encode(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text, 'utf8');
    case 'utf-16-le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16-be':
      return Buffer.from(text, 'utf16le').swap16();
    case 'latin1':
      return Buffer.from(text, 'latin1');
    case 'cp1252':
      return Buffer.from(
        [...text].flatMap((c) => {
          for (let byte = 0; byte < 256; byte += 1) if (cp1252Text(String.fromCharCode(byte)) === c) return [byte];
          throw new Error(`${c} is not in ${encoding}`);
        }),
      );
    default: {
      const table = tableOf(TRANSCODED_ENCODINGS.find((e) => e === encoding)!);
      return Buffer.from(
        [...text].flatMap((c) => {
          const bytes = table.get(c);
          if (!bytes) throw new Error(`${c} is not in ${encoding}`);
          return bytes;
        }),
      );
    }
  }
}

/** How a vendor writes its CSV. `all`: every value in quotes; `needed`: only where RFC 4180 asks for it. */
export type Dialect = {
  readonly quote: 'all' | 'needed';
  readonly eol: '\n' | '\r\n';
  readonly delimiter: ',' | ';';
  readonly encoding: 'utf-8' | 'cp1252';
};

export type CsvBuilder = {
  /** Appends a record; answers the physical line (1-based) on which it starts. */
  add(values: readonly string[]): number;
  bytes(): Buffer;
  readonly records: number;
};

const CP1252: Record<string, number> = {
  '€': 0x80,
  '…': 0x85,
  '–': 0x96,
  '—': 0x97,
  '‘': 0x91,
  '’': 0x92,
  '“': 0x93,
  '”': 0x94,
  '„': 0x84,
};

function encodeCp1252(text: string): Buffer {
  const out = Buffer.alloc(text.length);
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const byte = code < 0x80 || (code >= 0xa0 && code <= 0xff) ? code : CP1252[text.charAt(i)];
    if (byte === undefined) throw new Error(`"${text.charAt(i)}" has no place in cp1252`);
    out[i] = byte;
  }
  return out;
}

export function csv(dialect: Dialect, headers: readonly string[]): CsvBuilder {
  const parts: string[] = [];
  let line = 1;
  let records = 0;
  const special = dialect.delimiter === ';' ? /[;"\r\n]/ : /[,"\r\n]/;
  const cell = (value: string): string =>
    dialect.quote === 'all' || special.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  const write = (values: readonly string[]): number => {
    if (values.length !== headers.length)
      throw new Error(`${values.length} values for ${headers.length} columns: ${values.join('|')}`);
    const start = line;
    const text = values.map(cell).join(dialect.delimiter);
    line += text.split('\n').length;
    parts.push(text, dialect.eol);
    return start;
  };
  write(headers);
  return {
    add(values) {
      records += 1;
      return write(values);
    },
    bytes: () => (dialect.encoding === 'cp1252' ? encodeCp1252(parts.join('')) : Buffer.from(parts.join(''), 'utf8')),
    get records() {
      return records;
    },
  };
}

/** Builds a record from named cells in the order of the headers; columns not named are empty. */
export function record(headers: readonly string[], cells: Readonly<Record<string, string>>): string[] {
  for (const name of Object.keys(cells)) if (!headers.includes(name)) throw new Error(`no column "${name}"`);
  return headers.map((header) => cells[header] ?? '');
}

/** Minor units as `1234.50`; four decimals for Xero. */
export function decimal(minor: number, decimals: 2 | 4 = 2): string {
  const text = `${Math.floor(Math.abs(minor) / 100)}.${String(Math.abs(minor) % 100).padStart(2, '0')}${decimals === 4 ? '00' : ''}`;
  return minor < 0 ? `-${text}` : text;
}

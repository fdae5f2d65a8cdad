import { crc32, deflateRawSync } from 'node:zlib';

export type Part = {
  name: string;
  data?: Uint8Array | string;
  /** 8 deflate (default), 0 stored. */
  method?: number;
  /** What the directory states, when it lies. */
  declared?: number;
  packedDeclared?: number;
  crc?: number;
  flags?: number;
  /** External attributes: a Unix mode. */
  mode?: number;
  /** Bytes already packed. */
  packed?: Uint8Array;
  /** Written with zip64 fields. */
  wide?: boolean;
};

/** A ZIP archive written from scratch (APPNOTE 6.3), with whatever lies a test wants in its directory. */
export function makeZip(
  parts: readonly Part[],
  how: { count?: number; prefix?: Uint8Array; comment?: string; sameOffset?: boolean } = {},
): Buffer {
  const chunks: Buffer[] = [Buffer.from(how.prefix ?? [])];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const data = Buffer.from(part.data ?? '');
    const method = part.method ?? 8;
    const packed = Buffer.from(part.packed ?? (method === 8 ? deflateRawSync(data) : data));
    const name = Buffer.from(part.name, 'utf8');
    const crc = part.crc ?? crc32(data);
    const bytes = part.declared ?? data.length;
    const packedBytes = part.packedDeclared ?? packed.length;
    const flags = (part.flags ?? 0) | 0x800;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(crc, 14);
    local.writeUInt32LE(Math.min(packedBytes, 0xffffffff), 18);
    local.writeUInt32LE(Math.min(bytes, 0xffffffff), 22);
    local.writeUInt16LE(name.length, 26);
    const extra = Buffer.alloc(part.wide ? 28 : 0);
    const at = how.sameOffset ? 0 : offset;
    if (part.wide) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      extra.writeBigUInt64LE(BigInt(bytes), 4);
      extra.writeBigUInt64LE(BigInt(packedBytes), 12);
      extra.writeBigUInt64LE(BigInt(at), 20);
    }
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(part.mode === undefined ? 20 : (3 << 8) | 20, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(part.wide ? 0xffffffff : packedBytes, 20);
    central.writeUInt32LE(part.wide ? 0xffffffff : bytes, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt16LE(extra.length, 30);
    central.writeUInt32LE(((part.mode ?? 0) << 16) >>> 0, 38);
    central.writeUInt32LE(part.wide ? 0xffffffff : at, 42);
    chunks.push(local, name, packed);
    directory.push(central, name, extra);
    offset += 30 + name.length + packed.length;
  }
  const size = directory.reduce((sum, piece) => sum + piece.length, 0);
  const wide = parts.some((part) => part.wide);
  const count = how.count ?? parts.length;
  const tail: Buffer[] = [];
  if (wide) {
    const record = Buffer.alloc(56);
    record.writeUInt32LE(0x06064b50, 0);
    record.writeBigUInt64LE(44n, 4);
    record.writeBigUInt64LE(BigInt(count), 24);
    record.writeBigUInt64LE(BigInt(count), 32);
    record.writeBigUInt64LE(BigInt(size), 40);
    record.writeBigUInt64LE(BigInt(offset), 48);
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50, 0);
    locator.writeBigUInt64LE(BigInt(offset + size), 8);
    locator.writeUInt32LE(1, 16);
    tail.push(record, locator);
  }
  const comment = Buffer.from(how.comment ?? '');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(wide ? 0xffff : Math.min(count, 0xffff), 8);
  end.writeUInt16LE(wide ? 0xffff : Math.min(count, 0xffff), 10);
  end.writeUInt32LE(wide ? 0xffffffff : size, 12);
  end.writeUInt32LE(wide ? 0xffffffff : offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...chunks, ...directory, ...tail, end, comment]);
}

export type SheetPart = { name: string; xml: string; state?: string };

/** A workbook from the XML of its sheets (what stands within `worksheet`), written part by part. */
export function makeWorkbook(
  sheets: readonly SheetPart[],
  more: { shared?: string; styles?: string; date1904?: boolean; prefix?: string; parts?: readonly Part[] } = {},
): Buffer {
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packages = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const p = more.prefix ? `${more.prefix}:` : '';
  const ns = more.prefix ? `xmlns:${more.prefix}="${main}"` : `xmlns="${main}"`;
  return makeZip([
    {
      name: '[Content_Types].xml',
      data: `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    },
    {
      name: '_rels/.rels',
      data: `${head}<Relationships xmlns="${packages}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      data: `${head}<${p}workbook ${ns} xmlns:r="${office}"><${p}workbookPr${more.date1904 ? ' date1904="1"' : ''}/><${p}sheets>${sheets
        .map(
          (s, i) =>
            `<${p}sheet name="${s.name}" sheetId="${i + 1}"${s.state ? ` state="${s.state}"` : ''} r:id="rId${i + 1}"/>`,
        )
        .join('')}</${p}sheets></${p}workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: `${head}<Relationships xmlns="${packages}">${sheets
        .map(
          (_, i) => `<Relationship Id="rId${i + 1}" Type="${office}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`,
        )
        .join(
          '',
        )}<Relationship Id="rIdS" Type="${office}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rIdT" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    },
    ...(more.shared === undefined
      ? []
      : [{ name: 'xl/sharedStrings.xml', data: `${head}<${p}sst ${ns}>${more.shared}</${p}sst>` }]),
    ...(more.styles === undefined
      ? []
      : [{ name: 'xl/styles.xml', data: `${head}<${p}styleSheet ${ns}>${more.styles}</${p}styleSheet>` }]),
    ...sheets.map((s, i) => ({
      name: `xl/worksheets/sheet${i + 1}.xml`,
      data: s.xml.startsWith('<?xml') ? s.xml : `${head}<${p}worksheet ${ns}>${s.xml}</${p}worksheet>`,
    })),
    ...(more.parts ?? []),
  ]);
}

/** Rows of plain texts and numbers as a sheet's XML: texts inline. */
export function plainSheet(rows: readonly (readonly (string | number | null)[])[]): string {
  const escape = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const cell = (value: string | number | null, column: number, row: number): string => {
    const r = `${letters(column)}${row}`;
    if (value === null) return '';
    return typeof value === 'number'
      ? `<c r="${r}"><v>${value}</v></c>`
      : `<c r="${r}" t="inlineStr"><is><t xml:space="preserve">${escape(value)}</t></is></c>`;
  };
  return `<sheetData>${rows
    .map((row, i) => `<row r="${i + 1}">${row.map((value, c) => cell(value, c, i + 1)).join('')}</row>`)
    .join('')}</sheetData>`;
}

export function letters(column: number): string {
  let text = '';
  for (let n = column + 1; n > 0; n = Math.floor((n - 1) / 26)) text = String.fromCharCode(65 + ((n - 1) % 26)) + text;
  return text;
}

/**
 * A workbook of 100,000 rows x 12 columns read as records, against exceljs' streaming reader on the same file: each in a
 * process of its own, in turns, values compared by count and check sum. Then how long bombs take to be refused.
 * Usage: node tests/bench/xlsx.ts [--rows N] [--rounds N]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { openExport } from '../../src-main/engine/import/detect/export-file.ts';
import { diskFile } from '../../src-main/engine/import/read/byte-file.ts';
import { RecordReader } from '../../src-main/engine/import/read/reader.ts';
import { letters, makeWorkbook, makeZip } from '../../src-main/engine/import/read/zip.testing.ts';
import { openZip, readEntry } from '../../src-main/engine/import/read/zip.ts';
import { median } from './parts/median.ts';

const argument = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : process.argv[at + 1]!;
};
const rows = Number(argument('--rows', '100000'));
const rounds = Number(argument('--rounds', '3'));

type Reading = { cells: number; sum: number; wall: number; cpu: number; rss: number };

/** Adds the length of a text, or a number itself: the same for whoever reads the same values. */
const weight = (text: string): number => (text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text.length);

function own(path: string): { cells: number; sum: number } {
  const source = openExport(path).text();
  const reader = new RecordReader(source, { encoding: 'utf-8', delimiter: ',' });
  const texts: string[] = [];
  let cells = 0;
  let sum = 0;
  for (let n = reader.next(); n > 0; n = reader.next()) {
    for (let r = 0; r < n; r += 1) {
      const width = reader.cells(r, texts);
      for (let i = 0; i < width; i += 1) {
        if (texts[i] === '') continue;
        cells += 1;
        sum += weight(texts[i]!);
      }
    }
  }
  source.close?.();
  return { cells, sum };
}

async function peer(path: string): Promise<{ cells: number; sum: number }> {
  const { default: excel } = await import('exceljs');
  let cells = 0;
  let sum = 0;
  for await (const sheet of new excel.stream.xlsx.WorkbookReader(path, { sharedStrings: 'cache', styles: 'cache' })) {
    for await (const row of sheet) {
      for (const value of row.values as unknown[]) {
        if (value === undefined || value === null || value === '') continue;
        cells += 1;
        // Dates are objects: written as the ISO text that the other reader gives.
        sum += value instanceof Date ? 10 : weight(`${value as string | number | boolean}`);
      }
    }
  }
  return { cells, sum };
}

async function measured(reader: string, path: string): Promise<Reading> {
  const before = process.cpuUsage();
  const start = performance.now();
  const { cells, sum } = reader === 'own' ? own(path) : await peer(path);
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return {
    cells,
    sum: Math.round(sum),
    wall,
    cpu: (user + system) / 1e6,
    rss: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

function writeBook(path: string): void {
  const shared: string[] = [];
  const places = new Map<string, number>();
  const text = (value: string): number => {
    let at = places.get(value);
    if (at === undefined) {
      places.set(value, (at = shared.length));
      shared.push(`<si><t>${value}</t></si>`);
    }
    return at;
  };
  const names = [
    'id',
    'customer',
    'date',
    'channel',
    'direction',
    'owner',
    'campaign',
    'outcome',
    'minutes',
    'amount',
    'note',
    'open',
  ];
  const column = names.map((_, i) => letters(i));
  const out = [
    `<dimension ref="A1:L${rows + 1}"/><sheetData><row r="1">${names.map((n, i) => `<c r="${column[i]}1" t="s"><v>${text(n)}</v></c>`).join('')}</row>`,
  ];
  let state = 12345;
  const next = (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % n;
  };
  for (let i = 0; i < rows; i += 1) {
    const r = i + 2;
    const cells = [
      `t="s"><v>${text(`T-${100_000 + i}`)}`,
      `t="s"><v>${text(`Customer ${next(20_000)}`)}`,
      `s="1"><v>${45_000 + next(1000)}`,
      `t="s"><v>${text(['call', 'email', 'visit', 'event'][next(4)]!)}`,
      `t="s"><v>${text(['in', 'out'][next(2)]!)}`,
      `t="s"><v>${text(`owner ${next(40)}`)}`,
      `t="s"><v>${text(`campaign ${next(300)}`)}`,
      `t="s"><v>${text(['reached', 'missed', 'bounced'][next(3)]!)}`,
      `><v>${next(90)}`,
      `><v>${next(1_000_000) / 100}`,
      `t="s"><v>${text(`spoke about renewal ${next(50_000)}`)}`,
      `t="b"><v>${next(2)}`,
    ];
    out.push(
      `<row r="${r}" spans="1:12">${cells.map((c, k) => `<c r="${column[k]}${r}" ${c}</v></c>`).join('')}</row>`,
    );
  }
  out.push('</sheetData>');
  writeFileSync(
    path,
    makeWorkbook([{ name: 'Touches', xml: out.join('') }], {
      shared: shared.join(''),
      styles: '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
    }),
  );
}

/** Milliseconds until a file is refused, and what is said. */
function refusal(path: string): { milliseconds: number; code: string; mebibytes: number } {
  const before = process.memoryUsage().rss;
  const start = performance.now();
  try {
    const source = openExport(path).text();
    const buffer = new Uint8Array(1 << 20);
    while (source.read(buffer) > 0);
    throw new Error(`${path} was read to its end`);
  } catch (error) {
    return {
      milliseconds: Math.round((performance.now() - start) * 10) / 10,
      code: (error as { code?: string }).code ?? String(error),
      mebibytes: Math.max(0, Math.round((process.memoryUsage().rss - before) / 2 ** 20)),
    };
  }
}

function bombs(folder: string): Record<string, { milliseconds: number; code: string; mebibytes: number }> {
  const zeros = deflateRawSync(Buffer.alloc(50_000_000));
  const sheet = (packed: Buffer, declared: number): Buffer =>
    makeZip([
      { name: '[Content_Types].xml', data: '<Types/>' },
      { name: 'xl/workbook.xml', data: '<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>' },
      {
        name: 'xl/_rels/workbook.xml.rels',
        data: '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
      },
      { name: 'xl/worksheets/sheet1.xml', packed, declared, crc: 0 },
    ]);
  const files: Record<string, Buffer> = {
    'ratio of 1,000 stated': sheet(zeros, 50_000_000),
    'ratio of 1,000 hidden by a lying size': sheet(zeros, 1_000_000),
    'more than 200 MB stated': sheet(Buffer.alloc(4_000_000, 1), 300_000_000),
    '100,000 files': makeZip([{ name: 'a.csv', data: 'a\n' }], { count: 100_000 }),
    'files that share bytes': makeZip(
      [
        { name: 'a.csv', data: 'a,b\n1,2\n' },
        { name: 'b.csv', data: 'a,b\n1,2\n' },
      ],
      { sameOffset: true },
    ),
  };
  const result: Record<string, { milliseconds: number; code: string; mebibytes: number }> = {};
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, `${Object.keys(result).length}.xlsx`);
    writeFileSync(path, bytes);
    result[name] = refusal(path);
  }
  return result;
}

if (process.argv.includes('--reader')) {
  process.stdout.write(JSON.stringify(await measured(argument('--reader', 'own'), argument('--file', ''))));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'ladderline-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'touches.xlsx');
  writeBook(path);
  const child = (reader: string): Reading => {
    const run = spawnSync(process.execPath, [import.meta.filename, '--reader', reader, '--file', path], {
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(run.stderr);
    return JSON.parse(run.stdout) as Reading;
  };
  const readings: Record<'own' | 'exceljs', Reading[]> = { own: [], exceljs: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const reader of ['own', 'exceljs'] as const) readings[reader].push(child(reader));
  const [ours, theirs] = [readings.own, readings.exceljs];
  if (ours[0]!.cells !== theirs[0]!.cells || Math.abs(ours[0]!.sum - theirs[0]!.sum) > 1)
    throw new Error(`the readers disagree: ${JSON.stringify([ours[0], theirs[0]])}`);
  const of = (list: readonly Reading[], key: keyof Reading): number =>
    Number(median(list.map((r) => r[key])).toFixed(2));
  const file = diskFile(path);
  const zip = openZip(file, 'touches.xlsx');
  const entry = zip.entries.find((e) => e.name.endsWith('sheet1.xml'))!;
  const start = performance.now();
  readEntry(zip, entry, 200_000_000);
  const inflating = (performance.now() - start) / 1000;
  file.close();
  process.stdout.write(
    `${JSON.stringify(
      {
        rows,
        columns: 12,
        megabytes: Number((statSync(path).size / 1e6).toFixed(1)),
        sheetMegabytes: Number((entry.bytes / 1e6).toFixed(1)),
        own: { wall: of(ours, 'wall'), cpu: of(ours, 'cpu'), peakMebibytes: of(ours, 'rss') },
        exceljs: { wall: of(theirs, 'wall'), cpu: of(theirs, 'cpu'), peakMebibytes: of(theirs, 'rss') },
        'ratio of wall time (target 0.3)': Number(median(ours.map((r, i) => r.wall / theirs[i]!.wall)).toFixed(2)),
        'times unpacking alone': Number((of(ours, 'wall') / inflating).toFixed(1)),
        'ratio of CPU time': Number(median(ours.map((r, i) => r.cpu / theirs[i]!.cpu)).toFixed(2)),
        'ratio of peak memory': Number(median(ours.map((r, i) => r.rss / theirs[i]!.rss)).toFixed(2)),
        refused: bombs(folder),
      },
      null,
      2,
    )}\n`,
  );
}

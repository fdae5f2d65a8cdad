import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const shared = process.env['LADDERLINE_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');
const folder = join(shared, 'exports/samples');
export const dataFolder = join(shared, 'data');

/** True when the real data sets are there. */
export const hasData = existsSync(dataFolder);

/** Names of the tables of text among the real data sets, below their folder. */
export function dataTables(): string[] {
  return readdirSync(dataFolder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:csv|txt|tsv|csv\.gz)$/.test(name))
    .toSorted();
}

/** True when the shared samples are there; a suite without them prints why it is skipped. */
export const hasSamples = existsSync(join(folder, 'expected.json'));
if (!hasSamples) console.log('skipped: no shared folder');

export function sample(name: string): Buffer {
  return readFileSync(join(folder, name));
}

export type ExpectedFile = {
  encoding: string;
  bom: boolean;
  delimiter: string;
  eol: string;
  preamble_records: number;
  header_rows: number;
  footer_records: number;
  raw_records: number;
  logical_records: number;
  columns: number;
  asserts: { header: string; value: string; raw_row: number }[];
};

export function expectedFiles(): [string, ExpectedFile][] {
  const json = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
    files: Record<string, ExpectedFile>;
  };
  return Object.entries(json.files);
}

export type CatalogEntry = {
  vendor: string;
  export: string;
  confidence: 'verified' | 'likely';
  sample?: string | null;
  headers: string[];
  signature: string[];
  maps_to: Record<string, string>;
};

/** The entries of `exports/catalog.json`. */
export function catalog(): CatalogEntry[] {
  return JSON.parse(readFileSync(join(folder, '../catalog.json'), 'utf8')) as CatalogEntry[];
}

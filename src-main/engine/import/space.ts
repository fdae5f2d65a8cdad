import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { WriteDb } from '#engine/base/db.ts';
import { requireSpace, workspaceFile } from '#engine/store/space.ts';
import type { Plan } from './dry-run.ts';
import type { Archive } from './raw-blocks.ts';
import type { Staging } from './staging.ts';

/** Bytes of an entry of a secondary index: a key, the row's number, the cell's frame; pages filled at random are two thirds full. */
const INDEX_ENTRY = 22;
/** A party beyond its row: membership, customer, log, their indexes. */
const PARTY_EXTRA = 110;
/** The before-image of a changed row and its place in the history, beyond its values. */
const VERSION_EXTRA = 60;
/** Pages of the tables that every import writes to. */
const FEW_PAGES = 36;
/** Bytes that no row falls below. */
const LEAST_ROW = 60;
/** Pages of a staging without rows. */
const EMPTY_PAGES = 24;

/**
 * Bytes that merging a staged file takes on the drive of the workspace at its peak: what the file grows by, and the log, which holds
 * that and every page that is changed until it is written back. Between the truth and half as much again, see the test of R31.
 */
export function mergeBytes(db: WriteDb, staging: Staging, plan: Plan, archive: Archive): number {
  const pageSize = db.count('PRAGMA page_size');
  const packed = archive.blocks.reduce((sum, block) => sum + block.length, 0);
  const stagedPages = Math.max(0, db.count('PRAGMA stage.page_count') - EMPTY_PAGES);
  const staged = stagedPages * db.count('PRAGMA stage.page_size');
  const filled = [...staging.filled()];
  const all = filled.reduce((sum, table) => sum + table.live, 0);
  if (all === 0) return packed * 2 + FEW_PAGES * pageSize;
  const perRow = Math.max(LEAST_ROW, staged / all);
  let grown = packed;
  let touched = FEW_PAGES * pageSize;
  for (const { table } of filled) {
    const counts = plan.tables.get(table);
    if (counts === undefined) continue;
    const { created, updated } = counts;
    const held = db.count(`SELECT max(id) FROM main.${table}`);
    const indexes = db.count("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?", [table]);
    grown += created * (perRow + indexes * INDEX_ENTRY + (table === 'party' ? PARTY_EXTRA : 0));
    grown += updated * (perRow + VERSION_EXTRA);
    const indexPages = (held * INDEX_ENTRY) / pageSize;
    touched += pageSize * indexes * pagesHit(indexPages, created);
    touched += pageSize * pagesHit((held * perRow) / pageSize, updated);
  }
  return Math.ceil(grown * 2 + touched);
}

/** Pages of `pages` that `rows` rows at random places are on, in the mean (Cardenas 1975). */
function pagesHit(pages: number, rows: number): number {
  if (pages < 1) return rows > 0 ? 1 : 0;
  return pages * (1 - (1 - 1 / pages) ** rows);
}

/** Refuses a merge for which the drive of the workspace has too little room; nothing has been written to it yet. */
export function requireMergeSpace(db: WriteDb, staging: Staging, plan: Plan, archive: Archive, name: string): void {
  requireSpace(workspaceFile(db), mergeBytes(db, staging, plan, archive), `Importing ${name}`);
}

/** Bytes of a file read before its need of temporary space is told from what it has taken so far. */
const FIRST_LOOK = 4 * 1024 * 1024;
/** A file takes at least this share of its bytes: texts pack to a fifth, and the rows come on top. */
const LEAST_SHARE = 5;
/** Bytes of a file between two looks. */
const NEXT_LOOK = 64 * 1024 * 1024;

/**
 * Watches the private folder while a file is read into it: what has been taken so far is carried on to the whole file. Refuses as
 * soon as the drive has too little room for the rest; nothing of the workspace has been touched then.
 */
export class StagingSpace {
  private readonly folder: string;
  private readonly size: number | null;
  private readonly name: string;
  private next = FIRST_LOOK;

  /** `size`: bytes of the file, if known. Refuses at once what could not be kept even if nothing but the packed text were. */
  constructor(folder: string, size: number | null, name: string) {
    this.folder = folder;
    this.size = size;
    this.name = name;
    requireSpace(join(folder, 'raw'), (size ?? 0) / LEAST_SHARE, this.what);
  }

  private get what(): string {
    return `Reading ${this.name} into the temporary folder`;
  }

  passed(bytes: number): void {
    if (bytes < this.next) return;
    this.next = bytes + NEXT_LOOK;
    const taken = readdirSync(this.folder).reduce((sum, entry) => sum + statSync(join(this.folder, entry)).size, 0);
    const rest = this.size === null ? 0 : taken * Math.max(0, this.size / bytes - 1);
    requireSpace(join(this.folder, 'raw'), rest, this.what);
  }
}

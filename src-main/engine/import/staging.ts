import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlValue, WriteDb } from '#engine/base/db.ts';
import type { EntityName, EntitySpec, PartyRef, RowSink, RowTexts } from '#engine/base/entities.ts';
import { columnsOf } from '#engine/base/entities.ts';
import { FIRST_OPEN_TERM } from '#engine/base/vocabulary.ts';
import type { TableShape } from '#engine/store/cells.ts';
import { shapeOfTable, storedColumn, TABLES } from '#engine/store/cells.ts';
import type { TablePolicies } from '#engine/store/policy.ts';
import { PageFile } from '#engine/store/page-writer.ts';
import type { PageTable } from '#engine/store/page-writer.ts';
import { readDataVersion } from '#engine/store/settings.ts';
import { TextHash } from '#engine/base/text-hash.ts';
import { COMPANY, NamedParties, owned, partyKey, PERSON } from './named-parties.ts';
import { NamedRows } from './named-rows.ts';
import { StagedTable } from './staged-table.ts';
import { insertJson } from './insert-json.ts';

const PAGE_SIZE = 8192;
/** A rejected value is kept up to this many characters. */
const REJECT_VALUE = 1000;

type Row = (string | number | null)[];

/** How the rows of one entity lie in their staged table. */
type Layout = {
  readonly staged: StagedTable;
  readonly kind: number;
  /** Staged column of each value. */
  readonly place: Int32Array;
  /** Mask bit of each value. */
  readonly bit: Int32Array;
  readonly isTerm: readonly boolean[];
  readonly row: Row;
  /** Texts of the row that come as bytes. */
  readonly raw: { bytes: Uint8Array; from: Int32Array; to: Int32Array };
  readonly emailAt: number;
  readonly nameAt: number;
};

export type StagingOptions = {
  /** Folder for the staging file; it must exist and be private. */
  readonly folder: string;
  /** Policies by table. */
  readonly policies?: ReadonlyMap<string, TablePolicies>;
  /** Source lines that a person leaves out, as ascending ranges (both ends included). */
  readonly leftOut?: readonly LineRange[];
};

export type LineRange = readonly [from: number, to: number];

/**
 * Where the mapped rows of one file wait for the merge: pages of a private database that is attached as `stage` while
 * dry run and merge read it. Worthless after a crash; `close` deletes it. One staging at a time per connection.
 */
export class Staging implements RowSink {
  readonly tables = new Map<string, StagedTable>();
  /** Data version at which new terms were given their ids. */
  termVersion: number;
  readonly newTerms: string[] = [];
  firstNewTerm: number;
  readonly skips = new Map<string, number>();
  readonly takesBytes = true;
  readonly keepsOwnRows = true;
  skipped = 0;
  rejected = 0;
  /** Rows whose key came again with other values: the later values count. */
  repeatedChanged = 0;
  /** Staged party row of each handle; entry 0 is unused. */
  handles: Int32Array = new Int32Array(0);

  private readonly db: WriteDb;
  private readonly path: string;
  private readonly pages: PageFile;
  private readonly rejects: PageTable;
  private readonly layouts = new Map<EntityName, Layout>();
  private readonly terms = new Map<string, number>();
  private named = new NamedParties();
  private readonly hash = new TextHash();
  private lastUsedLine = 0;
  private handed = 0;
  private lastRejectLine = -1;
  private severalPerLine = false;
  private attached = false;
  private readonly leftOut: readonly LineRange[];

  constructor(db: WriteDb, options: StagingOptions) {
    this.db = db;
    this.leftOut = options.leftOut ?? [];
    this.path = join(options.folder, 'staging.db');
    this.termVersion = readDataVersion(db);
    for (const [id, text] of db.iterate('SELECT id, text FROM term')) this.terms.set(text as string, id as number);
    this.firstNewTerm = Math.max(FIRST_OPEN_TERM, db.count('SELECT max(id) FROM term') + 1);
    writeFileSync(this.path, '', { flag: 'wx', mode: 0o600 });
    this.attach();
    try {
      db.exec(`PRAGMA stage.page_size = ${PAGE_SIZE}; PRAGMA stage.journal_mode = OFF; PRAGMA stage.synchronous = OFF`);
      for (const shape of TABLES) db.exec(`CREATE TABLE stage.${shape.table}(${stagedColumns(shape)})`);
      db.exec('CREATE TABLE stage.reject(id INTEGER PRIMARY KEY, line, col, value, reason)');
      const roots = new Map(
        db
          .all("SELECT name, rootpage FROM stage.sqlite_schema WHERE type = 'table'")
          .map((r) => [r[0] as string, r[1] as number]),
      );
      this.detach();
      this.pages = new PageFile(this.path, PAGE_SIZE);
      for (const shape of TABLES) {
        const staged = new StagedTable(shape, options.policies?.get(shape.table) ?? null, options.folder);
        staged.writer = this.pages.table(roots.get(shape.table)!, staged.first + shape.columns.length);
        this.tables.set(shape.table, staged);
      }
      this.rejects = this.pages.table(roots.get('reject')!, 4);
    } catch (error) {
      if (this.attached) this.detach();
      throw error;
    }
  }

  /** Staged tables that hold rows, parties first. */
  *filled(): IterableIterator<StagedTable> {
    for (const staged of this.tables.values()) if (staged.count > 0) yield staged;
  }

  wants(line: number): boolean {
    return this.leftOut.length === 0 || !inRanges(this.leftOut, line);
  }

  party(ref: PartyRef): number {
    return this.named.handleOf(ref);
  }

  row(
    entity: EntitySpec,
    line: number,
    externalId: string | null,
    party: number,
    account: number,
    values: readonly (string | number | null)[],
    attributes: string | null,
    stamp: number | null = null,
    texts: RowTexts | null = null,
  ): void {
    let layout = this.layouts.get(entity.name);
    if (layout === undefined) layout = this.layout(entity);
    const { staged, place, bit, isTerm, row, raw } = layout;
    const first = staged.first;
    if (line === this.lastUsedLine) this.severalPerLine = true;
    this.lastUsedLine = line;
    this.handed++;
    let mask = 0;
    const n = place.length;
    for (let i = 0; i < n; i++) {
      const at = place[i]!;
      if (texts !== null) {
        const from = texts.from[i]!;
        raw.from[at] = from;
        if (from >= 0) {
          raw.to[at] = texts.to[i]!;
          mask |= bit[i]!;
          continue;
        }
      }
      const value = values[i];
      if (value === null || value === undefined || value === '') {
        row[at] = null;
      } else {
        mask |= bit[i]!;
        row[at] = isTerm[i] ? this.term(value as string) : value;
      }
    }
    row[row.length - 1] = attributes;
    if (attributes !== null) mask |= 1 << (staged.shape.cells.length - 1);
    if (layout.kind !== 0) {
      row[2] = layout.kind;
      row[first] = layout.kind;
      mask |= 1;
      this.named.see(account, line);
    } else {
      let holder = party;
      if (holder === 0 && entity.name === 'lead') holder = this.leadParty(externalId, values, layout);
      row[first] = holder === 0 ? null : holder;
      row[first + 1] = account === 0 ? null : account;
      if (holder !== 0) mask |= 1;
      if (account !== 0) mask |= 2;
      this.named.see(holder, line);
      this.named.see(account, line);
    }
    let ext = externalId;
    const rawKey = texts !== null && texts.keyFrom >= 0;
    if (ext === null && !rawKey && layout.kind !== 0) {
      ext = partyKey(
        values[layout.emailAt] as string | null | undefined,
        values[layout.nameAt] as string | null | undefined,
      );
    }
    // A content key is unique by its occurrence number; the others must be looked up.
    const hashed = ext === null && !rawKey;
    if (hashed) ext = this.contentKey(entity, party, account, values, attributes, staged, texts);
    row[0] = ext;
    row[1] = line;
    if (texts !== null) {
      raw.bytes = texts.bytes;
      raw.from[0] = texts.keyFrom;
      raw.to[0] = texts.keyTo;
    }
    const id = staged.writer!.add(row, texts === null ? null : raw);
    if (!hashed) {
      const hash = this.hash;
      hash.reset();
      if (layout.kind !== 0) hash.mark(layout.kind);
      if (rawKey) hash.bytes(texts.bytes, texts.keyFrom, texts.keyTo);
      else hash.text(ext!);
      hash.finish();
      if (layout.kind === 0) staged.repeatedKeys.add(hash.high, hash.low, id);
      else if (staged.keys.add(hash.high, hash.low)) staged.suspects.push(id);
    }
    staged.lines.push(line);
    staged.masks.push(mask);
    if (staged.policies !== null) staged.stamps[id - 1] = stamp;
    if (layout.kind !== 0) staged.entities.push(entity.name === 'account' ? 1 : 0);
    staged.carried |= mask;
  }

  reject(line: number, column: string | null, value: string | null, reason: string): void {
    this.rejects.add([line, column, value === null ? null : value.slice(0, REJECT_VALUE), reason]);
    if (line !== this.lastRejectLine) this.rejected++;
    this.lastRejectLine = line;
  }

  skip(_line: number, reason: string): void {
    this.skips.set(reason, (this.skips.get(reason) ?? 0) + 1);
    this.skipped++;
  }

  /** True when handle h is staged party h and every staged party is live: then ids follow from handles by addition. */
  get handlesAreRows(): boolean {
    const staged = this.tables.get('party')!;
    if (staged.live !== staged.count || staged.count !== this.handles.length - 1) return false;
    for (let h = 1; h < this.handles.length; h++) if (this.handles[h] !== h) return false;
    return true;
  }

  /** Rows handed over so far. */
  get rowsRead(): number {
    return this.handed;
  }

  /** Staged rows that are records of the file; parties that are only named are none. */
  records(): number {
    let sum = 0;
    for (const staged of this.tables.values()) {
      if (staged.table !== 'party') sum += staged.live;
      else for (let n = 1; n <= staged.count; n++) if (staged.line(n) !== 0 && staged.entities.at(n - 1) !== 2) sum++;
    }
    return sum;
  }

  /** Ends the reading: links the pages, attaches the file, folds repeated keys, makes parties of the names rows used. */
  finish(): void {
    const parties = this.tables.get('party')!;
    parties.live = parties.count;
    // Without party rows in the file, the parties that rows name are all there are: they go straight into the pages.
    const namedOnly = parties.count === 0;
    if (namedOnly) this.stageNamed();
    this.pages.finish();
    this.attach();
    this.db.exec('PRAGMA stage.journal_mode = OFF; PRAGMA stage.synchronous = OFF; PRAGMA stage.cache_size = -16384');
    for (const staged of this.tables.values()) {
      staged.writer = null;
      staged.live = staged.count;
      if (staged.table !== 'party') staged.suspects = staged.repeatedKeys.repeated();
      if (staged.suspects.length > 0) this.foldRepeated(staged);
    }
    if (!namedOnly) this.stageNamed();
  }

  /** Detaches and deletes the staging file. */
  close(): void {
    if (this.attached) this.detach();
    else {
      try {
        this.pages.abandon();
      } catch {
        // Closed by `finish` already.
      }
    }
    for (const staged of this.tables.values()) staged.repeatedKeys.close();
    rmSync(this.path, { force: true });
  }

  private attach(): void {
    this.db.run('ATTACH ? AS stage', [this.path]);
    this.attached = true;
  }

  private detach(): void {
    this.db.exec('DETACH stage');
    this.attached = false;
  }

  private term(text: string): number {
    const known = this.terms.get(text);
    if (known !== undefined) return known;
    const id = this.firstNewTerm + this.newTerms.length;
    const word = owned(text);
    this.newTerms.push(word);
    this.terms.set(word, id);
    return id;
  }

  private leadParty(externalId: string | null, values: readonly (string | number | null)[], layout: Layout): number {
    const value = (column: string): string | null => {
      const i = layout.staged.columns.findIndex((c) => c.name === column) + layout.staged.first;
      const at = layout.place.indexOf(i);
      return at < 0 ? null : (values[at] as string | null);
    };
    return this.party({
      kind: 'person',
      externalId,
      email: value('email'),
      name: value('name'),
      phone: value('phone'),
      company: value('company'),
    });
  }

  /** Rows without an external id: hash of what they say + occurrence within the file (choices.md, Identical rows). */
  private contentKey(
    entity: EntitySpec,
    party: number,
    account: number,
    values: readonly (string | number | null)[],
    attributes: string | null,
    staged: StagedTable,
    texts: RowTexts | null,
  ): string {
    const hash = this.hash;
    hash.reset();
    hash.text(entity.name);
    for (const handle of [party, account]) {
      hash.mark(1);
      if (handle !== 0) hash.text(this.named.keyOf(handle));
    }
    values.forEach((value, i) => {
      hash.mark(2);
      if (texts !== null && texts.from[i]! >= 0) hash.bytes(texts.bytes, texts.from[i]!, texts.to[i]!);
      else if (value !== null && value !== undefined) hash.text(typeof value === 'string' ? value : String(value));
    });
    hash.mark(3);
    if (attributes !== null) hash.text(attributes);
    hash.finish();
    const hex = hash.hex();
    if (!staged.contents.add(hash.high, hash.low)) return `#${hex}`;
    const occurrence = (staged.repeats.get(hex) ?? 1) + 1;
    staged.repeats.set(hex, occurrence);
    return `#${hex}-${occurrence}`;
  }

  private layout(entity: EntitySpec): Layout {
    const shape = shapeOfTable(entity.table);
    const staged = this.tables.get(entity.table)!;
    const columns = columnsOf(entity);
    const index = columns.map((c) => shape.columns.findIndex((d) => d.name === storedColumn(entity.table, c.name)));
    const layout: Layout = {
      staged,
      kind: entity.name === 'account' ? COMPANY : entity.name === 'party' ? PERSON : 0,
      place: Int32Array.from(index, (i) => staged.first + i),
      bit: Int32Array.from(index, (i) => 1 << shape.columns[i]!.cell),
      isTerm: columns.map((c) => c.term),
      row: new Array<string | number | null>(staged.first + shape.columns.length).fill(null),
      raw: {
        bytes: new Uint8Array(0),
        from: new Int32Array(staged.first + shape.columns.length).fill(-1),
        to: new Int32Array(staged.first + shape.columns.length),
      },
      emailAt: columns.findIndex((c) => c.name === 'email'),
      nameAt: columns.findIndex((c) => c.name === 'name'),
    };
    this.layouts.set(entity.name, layout);
    return layout;
  }

  /** Rows of one key become one: equal ones are skipped as repeated, different ones let their later values count. */
  private foldRepeated(staged: StagedTable): void {
    const { db } = this;
    const { table, shape } = staged;
    const key = table === 'party' ? 'ext, kind' : 'ext';
    db.exec(
      `DROP TABLE IF EXISTS stage.suspect; CREATE TABLE stage.suspect(${key}, PRIMARY KEY(${key})) WITHOUT ROWID`,
    );
    insertJson(
      db,
      `INSERT OR IGNORE INTO stage.suspect SELECT ${key} FROM stage.${table} WHERE id IN (SELECT value FROM json_each(?))`,
      staged.suspects,
    );
    const names = shape.columns.map((c) => c.name);
    const rows = db.all(
      `SELECT s.id, s.ext, ${table === 'party' ? 's.kind' : '0'}, ${names.map((n) => `s.${n}`).join(', ')}
       FROM stage.${table} s JOIN stage.suspect k ON k.ext = s.ext${table === 'party' ? ' AND k.kind = s.kind' : ''}
       ORDER BY s.ext, 3, s.id`,
    );
    const drop: number[] = [];
    const update = `UPDATE stage.${table} SET line = ?, ${names.map((n) => `${n} = ?`).join(', ')} WHERE id = ?`;
    for (let from = 0; from < rows.length;) {
      const base = rows[from]!;
      const id = base[0] as number;
      let changed = false;
      let to = from + 1;
      for (; to < rows.length && rows[to]![1] === base[1] && rows[to]![2] === base[2]; to++) {
        const later = rows[to]!;
        const laterId = later[0] as number;
        const mask = staged.mask(laterId);
        const [stamp, newer] = [staged.stamp(id), staged.stamp(laterId)];
        const older = (newer ?? Number.NEGATIVE_INFINITY) < (stamp ?? Number.NEGATIVE_INFINITY);
        if (!older && newer !== null) staged.stamps[id - 1] = newer;
        const held = staged.mask(id);
        let differs = false;
        shape.columns.forEach((column, i) => {
          if (((mask >>> column.cell) & 1) === 0 || base[3 + i] === later[3 + i]) return;
          const cell = shape.cells[column.cell]!.name;
          if (older && staged.policies?.[cell]?.policy === 'newest' && ((held >>> column.cell) & 1) === 1) return;
          base[3 + i] = later[3 + i]!;
          differs = true;
        });
        const line = staged.line(laterId);
        if (differs) {
          changed = true;
          this.repeatedChanged++;
          staged.lines.set(id - 1, line);
          staged.masks.set(id - 1, staged.mask(id) | mask);
        } else if (!this.severalPerLine) {
          this.skip(line, 'repeated row');
        }
        staged.lines.set(laterId - 1, 0);
        drop.push(laterId);
      }
      if (changed) db.run(update, [staged.line(id), ...(base.slice(3) as SqlValue[]), id]);
      from = to;
    }
    insertJson(db, `DELETE FROM stage.${table} WHERE id IN (SELECT value FROM json_each(?))`, drop);
    staged.live -= drop.length;
  }

  /** Parties that rows name become staged party rows, or join the party row of the same file that has their key. */
  private stageNamed(): void {
    const staged = this.tables.get('party')!;
    const { db, named } = this;
    this.handles = new Int32Array(named.count + 1);
    if (named.count === 0) return;
    const rows = new NamedRows(db, staged);
    const find = (kind: number, key: string): number => {
      if (rows.only) return 0;
      const hash = this.hash;
      hash.reset();
      hash.mark(kind);
      hash.text(key);
      hash.finish();
      return staged.keys.has(hash.high, hash.low)
        ? db.count('SELECT id FROM stage.party WHERE ext = ? AND kind = ?', [key, kind])
        : 0;
    };
    // A party of unstated kind is the person of the same key, else the company, else one of its own.
    const same = new Map<number, number>();
    for (let handle = 1; handle <= named.count; handle++) {
      if (named.kindOf(handle) !== 0 || named.lineOf(handle) === 0) continue;
      const key = named.keyOf(handle);
      const person = named.used(PERSON, key);
      const other = person !== 0 || find(PERSON, key) !== 0 ? person : named.used(COMPANY, key);
      if (other === 0) continue;
      same.set(handle, other);
      named.tell(other, named.toldOf(handle));
    }
    const place = (handle: number): void => {
      const line = named.lineOf(handle);
      // A party that no row used (its row was rejected) is none.
      if (line === 0 || same.has(handle)) return;
      const [kind, key, told] = [named.kindOf(handle), named.keyOf(handle), named.toldOf(handle)];
      const held = kind === 0 ? find(PERSON, key) || find(COMPANY, key) : find(kind, key);
      this.handles[handle] = held === 0 ? rows.add(kind, key, line, told) : rows.join(held, told);
    };
    for (let handle = 1; handle <= named.count; handle++) if (named.kindOf(handle) !== 0) place(handle);
    for (let handle = 1; handle <= named.count; handle++) if (named.kindOf(handle) === 0) place(handle);
    for (const [handle, other] of same) this.handles[handle] = this.handles[other]!;
    rows.finish();
    this.named = new NamedParties();
  }
}

function inRanges(ranges: readonly LineRange[], line: number): boolean {
  let [lo, hi] = [0, ranges.length - 1];
  while (lo <= hi) {
    const middle = (lo + hi) >> 1;
    const [from, to] = ranges[middle]!;
    if (line < from) hi = middle - 1;
    else if (line > to) lo = middle + 1;
    else return true;
  }
  return false;
}

function stagedColumns(shape: TableShape): string {
  const kind = shape.table === 'party' ? ['kind'] : [];
  return ['id INTEGER PRIMARY KEY', 'ext', 'line', ...kind, ...shape.columns.map((c) => c.name)].join(', ');
}

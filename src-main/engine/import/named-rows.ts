import type { WriteDb } from '#engine/base/db.ts';
import { TWICE_TOLD } from '#engine/store/cells.ts';
import { insertJson } from './insert-json.ts';
import type { Told } from './named-parties.ts';
import type { StagedTable } from './staged-table.ts';

const NAMES = TWICE_TOLD.map((name) => `ref_${name}`);
const WAITING = 2000;

/**
 * Writes the parties that rows of a file only name behind its own party rows: straight into the pages while the file has none, by
 * SQL when its own are attached already.
 */
export class NamedRows {
  /** True when the file has no party rows of its own. */
  readonly only: boolean;
  private readonly db: WriteDb;
  private readonly staged: StagedTable;
  private readonly bits: readonly number[];
  private readonly row: (string | number | null)[];
  private readonly places: readonly number[];
  private added: unknown[][] = [];
  private joined: unknown[][] = [];

  constructor(db: WriteDb, staged: StagedTable) {
    this.db = db;
    this.staged = staged;
    this.only = staged.count === 0;
    this.bits = NAMES.map((name) => 1 << staged.shape.cells.findIndex((c) => c.name === name));
    this.row = new Array<string | number | null>(staged.first + staged.columns.length).fill(null);
    this.places = NAMES.map((name) => staged.first + staged.columns.findIndex((c) => c.name === name));
    if (!this.only) db.exec('CREATE INDEX stage.party_ext ON party(ext, kind)');
  }

  /** Adds a row; its id. `kind` 0 is unstated. */
  add(kind: number, key: string, line: number, told: Readonly<Told>): number {
    const { staged } = this;
    const mask = (kind === 0 ? 0 : 1) | this.maskOf(told);
    staged.lines.push(line);
    staged.masks.push(mask);
    staged.entities.push(2);
    staged.carried |= mask;
    staged.live++;
    const id = staged.count;
    const stated = kind === 0 ? null : kind;
    if (this.only) {
      const { row } = this;
      [row[0], row[1], row[2], row[staged.first]] = [key, line, kind, stated];
      for (let k = 0; k < told.length; k++) row[this.places[k]!] = told[k] || null;
      staged.writer!.add(row);
    } else {
      this.added.push([id, key, line, kind, stated, ...told.map((value) => value || null)]);
      if (this.added.length === WAITING) this.flush();
    }
    return id;
  }

  /** Adds what is told of a party to its row in the file; its id. */
  join(id: number, told: Readonly<Told>): number {
    const mask = this.maskOf(told);
    this.staged.masks.set(id - 1, this.staged.mask(id) | mask);
    this.staged.carried |= mask;
    if (mask !== 0) this.joined.push([id, ...told.map((value) => value || null)]);
    if (this.joined.length === WAITING) this.flush();
    return id;
  }

  finish(): void {
    this.flush();
  }

  private maskOf(told: Readonly<Told>): number {
    let mask = 0;
    for (let k = 0; k < told.length; k++) if (told[k]) mask |= this.bits[k]!;
    return mask;
  }

  private flush(): void {
    insertJson(
      this.db,
      `INSERT INTO stage.party(id, ext, line, kind, kind_told, ${NAMES.join(', ')})
       SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9 FROM json_each(?)`,
      this.added,
    );
    insertJson(
      this.db,
      `UPDATE stage.party SET ${NAMES.map((name, k) => `${name} = coalesce(${name}, j.value->>${k + 1})`).join(', ')}
       FROM json_each(?) j WHERE party.id = j.value->>0`,
      this.joined,
    );
    this.added = [];
    this.joined = [];
  }
}

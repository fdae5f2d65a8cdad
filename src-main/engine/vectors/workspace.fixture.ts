import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { WriteDb } from '#engine/base/db.ts';
import { parseIsoDay } from '#engine/base/days.ts';
import { createWorkspace, openWriter } from '#engine/store/open.ts';
import { raiseVersion, readDataVersion } from '#engine/store/settings.ts';
import { loadVectors } from './load.ts';
import type { Vectors } from './types.ts';

/** Columns of a row by name: days as ISO text (columns named day or ending in _day), words for term columns. */
export type Row = Readonly<Record<string, string | number | null>>;

/** A small workspace on disk, filled by hand; removed when the test ends. */
export class Fixture {
  readonly db: WriteDb;
  readonly path: string;
  private readonly types = new Map<string, Map<string, string>>();

  constructor(unit: 'company' | 'person' = 'company') {
    const folder = mkdtempSync(join(tmpdir(), 'ladderline-vectors-'));
    this.path = join(folder, 'test.ladderline');
    createWorkspace(this.path, { unit });
    this.db = openWriter(this.path);
    // Thousands of small changes: nothing here has to survive a loss of power.
    this.db.exec('PRAGMA synchronous = OFF');
    onTestFinished(() => {
      this.db.close();
      rmSync(folder, { recursive: true, force: true });
    });
    for (const name of ['books', 'crm', 'mail']) this.db.run('INSERT INTO source(name) VALUES (?)', [name]);
  }

  term(word: string): number {
    this.db.run(
      'INSERT INTO term(id, text) SELECT max(1000, max(id) + 1), ? FROM term WHERE true ON CONFLICT DO NOTHING',
      [word],
    );
    return this.db.count('SELECT id FROM term WHERE text = ?', [word]);
  }

  /** Adds a row; `source` is a name (default books), `ext` a running text, terms are words. Answers the row id. */
  add(table: string, row: Row): number {
    const full: Record<string, string | number | null> = { source: 'books', batch: 1, line: 1, ...row };
    full['source'] = this.db.count('SELECT id FROM source WHERE name = ?', [full['source'] as string]);
    full['ext'] ??= `${table}-${this.db.count(`SELECT count(*) + 1 FROM ${table}`)}`;
    const declared = this.columnTypes(table);
    for (const [name, value] of Object.entries(full)) {
      if (typeof value !== 'string' || declared.get(name) !== 'INTEGER') continue;
      full[name] = /^\d{4}-\d\d-\d\d$/.test(value) ? parseIsoDay(value) : this.term(value);
    }
    const names = Object.keys(full);
    return this.db.run(
      `INSERT INTO ${table}(${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      Object.values(full),
    ).lastId;
  }

  /** A company party that is a customer of its own (customer id = party id); answers both. */
  customer(row: Row = {}): number {
    const party = this.add('party', { kind: 'company', name: 'Invented Ltd', ...row });
    this.db.run('INSERT INTO customer(id, founder, name, lead_party) VALUES (?, ?, ?, ?)', [
      party,
      `f${party}`,
      String(row['name'] ?? 'Invented Ltd'),
      party,
    ]);
    this.join(party, party);
    return party;
  }

  join(party: number, customer: number): void {
    this.db.run(
      "INSERT OR REPLACE INTO membership(party, customer, method, decided_by) VALUES (?, ?, 'alone', 'rule')",
      [party, customer],
    );
  }

  /** Ends a change: raises the data version, as every write transaction does. */
  commit(): void {
    this.db.transaction(() => raiseVersion(this.db));
  }

  vectors(previous?: Vectors): Vectors {
    return loadVectors(this.db, readDataVersion(this.db), previous);
  }

  private columnTypes(table: string): Map<string, string> {
    let types = this.types.get(table);
    if (!types) {
      types = new Map(
        this.db
          .all(`SELECT name, type FROM pragma_table_info('${table}')`)
          .map((r) => [r[0] as string, r[1] as string]),
      );
      this.types.set(table, types);
    }
    return types;
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqlValue, WriteDb } from '#engine/base/db.ts';
import type { Analysis, Command } from '#engine/base/define.ts';
import { ReadSession, writeContext } from '#engine/session.ts';
import { createWorkspace, openReader, openWriter } from '#engine/store/open.ts';

/** A real workspace in a folder of its own, asked and told as the command line does. */
export class TestWorkspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'ladderline-import-'));
  readonly path = join(this.folder, 'w.ladderline');

  readonly db: WriteDb;

  constructor() {
    createWorkspace(this.path, { currency: 'EUR', dateOrder: 'ymd' });
    this.db = openWriter(this.path);
  }

  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  async tell<Input, Asked, Report>(command: Command<string, Input, Asked, Report>, input: Asked): Promise<Report> {
    const parsed = command.parse(input);
    const ctx = writeContext(this.db, 1_780_000_000);
    if (command.transaction === 'own') return await command.run(ctx, parsed);
    return this.db.transaction(() => command.run(ctx, parsed) as Report);
  }

  ask<Input, Asked, Report>(analysis: Analysis<string, Input, Asked, Report>, input: Asked): Report {
    const session = new ReadSession(openReader(this.path));
    try {
      return session.run(analysis, input);
    } finally {
      session.close();
    }
  }

  rows(sql: string): SqlValue[][] {
    return this.db.all(sql) as SqlValue[][];
  }

  close(): void {
    this.db.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

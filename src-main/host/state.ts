import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import { nowSeconds } from '#engine/base/clock.ts';

/**
 * Session, layout and recent workspaces in one JSON file of the user's, written whole or not at all.
 * A damaged file is kept beside as `.corrupt-<seconds>` and the state starts empty.
 */
export class UserState {
  private readonly file: string;
  private readonly values: Map<string, unknown>;
  readonly damaged: string | null;

  constructor(file: string) {
    this.file = file;
    const { values, damaged } = load(file);
    this.values = values;
    this.damaged = damaged;
  }

  get(key: string): unknown {
    return this.values.get(key) ?? null;
  }

  set(key: string, value: unknown): void {
    this.values.set(key, value);
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    writeFileAtomicSync(this.file, `${JSON.stringify(Object.fromEntries(this.values), null, 1)}\n`, { mode: 0o600 });
  }
}

function load(file: string): { values: Map<string, unknown>; damaged: string | null } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return { values: new Map(), damaged: null };
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Error('not an object');
    return { values: new Map(Object.entries(parsed)), damaged: null };
  } catch {
    const kept = `${file}.corrupt-${nowSeconds()}`;
    renameSync(file, kept);
    return { values: new Map(), damaged: kept };
  }
}

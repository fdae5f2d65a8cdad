import { totalmem } from 'node:os';
import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Column } from './types.ts';

/** Names the memory budget in MiB; without it a quarter of the machine's memory. */
export const MEMORY_VARIABLE = 'LADDERLINE_MEMORY_MIB';

/** What is kept, in the order in which it is dropped: facts of a day are computed again faster than columns are read. */
const KINDS = ['fact', 'column'] as const;
export type KeptKind = (typeof KINDS)[number];

export type Hold = { readonly kind: KeptKind; readonly bytes: number; readonly drop: () => void };

/** A snapshot of a budget, in bytes. */
export type MemoryUse = {
  readonly limit: number;
  readonly facts: number;
  readonly columns: number;
  readonly dropped: number;
};

/**
 * Bounds the bytes of columns and facts that are kept for the next question. What is dropped is read or computed again
 * when it is next asked for, so the budget changes no figure. An evaluation in progress holds on to the arrays it uses:
 * the budget bounds what stays, not what one question needs.
 */
export class MemoryBudget {
  readonly limit: number;
  private readonly holds = { fact: new Set<Hold>(), column: new Set<Hold>() };
  private readonly bytes = { fact: 0, column: 0 };
  private dropped = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Counts something as kept; the least recently used of the rest goes when the limit is passed. */
  hold(kind: KeptKind, bytes: number, drop: () => void): Hold {
    const hold = { kind, bytes, drop };
    this.holds[kind].add(hold);
    this.bytes[kind] += bytes;
    for (const victims of KINDS) {
      for (const victim of this.holds[victims]) {
        if (this.bytes.fact + this.bytes.column <= this.limit) return hold;
        if (victim === hold) continue;
        this.release(victim);
        this.dropped += victim.bytes;
        victim.drop();
      }
    }
    return hold;
  }

  used(hold: Hold): void {
    if (this.holds[hold.kind].delete(hold)) this.holds[hold.kind].add(hold);
  }

  release(hold: Hold): void {
    if (this.holds[hold.kind].delete(hold)) this.bytes[hold.kind] -= hold.bytes;
  }

  get use(): MemoryUse {
    return { limit: this.limit, facts: this.bytes.fact, columns: this.bytes.column, dropped: this.dropped };
  }
}

/** The budget in bytes: the variable, else a quarter of the memory. A text that is no number counts as absent. */
export function memoryLimit(env: Readonly<Record<string, string | undefined>> = process.env): number {
  const mib = Number(env[MEMORY_VARIABLE] ?? '');
  return mib > 0 && Number.isFinite(mib) ? Math.floor(mib * 2 ** 20) : Math.floor(totalmem() / 4);
}

const BUDGET: Kept<MemoryBudget> = {
  name: 'vectors.memory',
  make: () => new MemoryBudget(memoryLimit()),
  refresh: (previous) => previous,
};

/** The budget of a session; it outlives data versions. */
export function memoryOf(ctx: ReadContext): MemoryBudget {
  return ctx.kept(BUDGET);
}

/** Columns of a relation by name, within a budget. */
export class ColumnCache {
  private readonly columns = new Map<string, { column: Column; hold: Hold }>();
  private readonly budget: MemoryBudget;

  constructor(budget: MemoryBudget) {
    this.budget = budget;
  }

  get(name: string): Column | undefined {
    const kept = this.columns.get(name);
    if (kept) this.budget.used(kept.hold);
    return kept?.column;
  }

  /** `bytes` is 0 for a column that shares the array of another one. */
  set(name: string, column: Column, bytes: number = column.values.byteLength): void {
    this.delete(name);
    const hold = this.budget.hold('column', bytes, () => this.columns.delete(name));
    this.columns.set(name, { column, hold });
  }

  delete(name: string): void {
    const kept = this.columns.get(name);
    if (!kept) return;
    this.budget.release(kept.hold);
    this.columns.delete(name);
  }

  entries(): (readonly [name: string, column: Column])[] {
    return [...this.columns].map(([name, { column }]) => [name, column] as const);
  }

  clear(): void {
    for (const [name] of this.entries()) this.delete(name);
  }
}

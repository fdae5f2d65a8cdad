import { totalmem } from 'node:os';
import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Column } from './types.ts';

/** Names the memory budget in MiB; without it a quarter of the machine's memory, at most 2 GiB. */
export const MEMORY_VARIABLE = 'LADDERLINE_MEMORY_MIB';
const MOST_BY_DEFAULT = 2 ** 31;

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

/** The budget in bytes: the variable, else the default. A text that is not a number above 0 counts as absent. */
export function memoryLimit(env: Readonly<Record<string, string | undefined>> = process.env): number {
  const mib = Number(env[MEMORY_VARIABLE] ?? '');
  return mib > 0 && Number.isFinite(mib)
    ? Math.floor(mib * 2 ** 20)
    : Math.min(MOST_BY_DEFAULT, Math.floor(totalmem() / 4));
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

/** Values by name, within a budget. */
export class BudgetedMap<T> {
  private readonly values = new Map<string, { value: T; hold: Hold }>();
  private readonly budget: MemoryBudget;
  private readonly kind: KeptKind;

  constructor(budget: MemoryBudget, kind: KeptKind) {
    this.budget = budget;
    this.kind = kind;
  }

  get(name: string): T | undefined {
    const kept = this.values.get(name);
    if (kept) this.budget.used(kept.hold);
    return kept?.value;
  }

  /** `bytes` is 0 for a value that shares the arrays of another one. */
  set(name: string, value: T, bytes: number): void {
    this.delete(name);
    const hold = this.budget.hold(this.kind, bytes, () => this.values.delete(name));
    this.values.set(name, { value, hold });
  }

  delete(name: string): void {
    const kept = this.values.get(name);
    if (!kept) return;
    this.budget.release(kept.hold);
    this.values.delete(name);
  }

  entries(): (readonly [name: string, value: T])[] {
    return [...this.values].map(([name, { value }]) => [name, value] as const);
  }

  /** Gives everything back to the budget. */
  clear(): void {
    for (const [name] of this.entries()) this.delete(name);
  }
}

/** Columns of a relation by name. */
export class ColumnCache extends BudgetedMap<Column> {
  constructor(budget: MemoryBudget) {
    super(budget, 'column');
  }
}

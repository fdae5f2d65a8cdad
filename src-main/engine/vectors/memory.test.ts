import { describe, expect, it } from 'vitest';
import { BudgetedMap, MEMORY_VARIABLE, MemoryBudget, memoryLimit } from './memory.ts';

describe('the memory budget', () => {
  it('drops facts before columns, the least recently used first, and never what was just added', () => {
    const budget = new MemoryBudget(100);
    const facts = new BudgetedMap<string>(budget, 'fact');
    const columns = new BudgetedMap<string>(budget, 'column');
    columns.set('old column', 'a', 30);
    facts.set('first', 'b', 20);
    facts.set('second', 'c', 20);
    expect(facts.get('first')).toBe('b');
    columns.set('new column', 'd', 40);
    expect([facts.get('first'), facts.get('second')]).toEqual(['b', undefined]);
    expect(budget.use).toEqual({ limit: 100, facts: 20, columns: 70, dropped: 20 });
    facts.set('huge', 'e', 90);
    expect(facts.entries()).toEqual([['huge', 'e']]);
    expect(columns.entries()).toEqual([]);
    expect(budget.use).toEqual({ limit: 100, facts: 90, columns: 0, dropped: 110 });
  });

  it('keeps what was used lately and forgets what is given back', () => {
    const budget = new MemoryBudget(10);
    const columns = new BudgetedMap<number>(budget, 'column');
    for (const name of ['a', 'b']) columns.set(name, 1, 5);
    columns.get('a');
    columns.set('c', 1, 5);
    expect(columns.entries().map(([name]) => name)).toEqual(['a', 'c']);
    columns.set('c', 2, 5);
    expect(budget.use.columns).toBe(10);
    columns.clear();
    expect(budget.use).toEqual({ limit: 10, facts: 0, columns: 0, dropped: 5 });
  });

  it('is what the variable says, else a quarter of the memory, at most 2 GiB', () => {
    expect(memoryLimit({ [MEMORY_VARIABLE]: '64' })).toBe(64 * 2 ** 20);
    const byDefault = memoryLimit({});
    expect(byDefault).toBeGreaterThan(0);
    expect(byDefault).toBeLessThanOrEqual(2 ** 31);
    for (const text of ['', 'much', '-1', '0', 'Infinity'])
      expect(memoryLimit({ [MEMORY_VARIABLE]: text })).toBe(byDefault);
  });
});

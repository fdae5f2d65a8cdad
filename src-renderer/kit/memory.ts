import { useCallback } from 'react';
import { create } from 'zustand';

/** Small things that outlive a component and a restart: open sections, column widths, chosen twins. JSON values only. */
export const useMemory = create<{ values: Readonly<Record<string, unknown>> }>()(() => ({ values: {} }));

/** State kept under a key across tabs and restarts. */
export function useRemembered<T>(key: string, initial: T): [T, (value: T) => void] {
  const value = useMemory((s) => s.values[key]) as T | undefined;
  const set = useCallback((next: T) => useMemory.setState((s) => ({ values: { ...s.values, [key]: next } })), [key]);
  return [value === undefined ? initial : value, set];
}

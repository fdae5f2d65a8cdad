import { create } from 'zustand';

/** Whether the slides cover the window. */
export const useShow = create<{ on: boolean; start: () => void; end: () => void }>()((set) => ({
  on: false,
  start: () => set({ on: true }),
  end: () => set({ on: false }),
}));

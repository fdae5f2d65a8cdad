import { create } from 'zustand';
import type { WorkspaceInfo } from '#contract/transport.ts';

type OpenWorkspace = {
  info: WorkspaceInfo | null;
  /** False until the host has said whether a workspace is open. */
  known: boolean;
  /** Raised whenever another workspace is opened: answers of the former one are never shown again. */
  epoch: number;
  dataVersion: number;
  opened(info: WorkspaceInfo | null): void;
  changed(dataVersion: number): void;
};

/** Which workspace is open and at which data version: the part of every query key that makes answers go stale. */
export const useOpenWorkspace = create<OpenWorkspace>()((set, get) => ({
  info: null,
  known: false,
  epoch: 0,
  dataVersion: 0,
  opened: (info) => {
    const same = info !== null && info.name === get().info?.name && info.sample === get().info?.sample;
    set({
      info,
      known: true,
      epoch: same ? get().epoch : get().epoch + 1,
      dataVersion: info?.dataVersion ?? 0,
    });
  },
  changed: (dataVersion) => set({ dataVersion }),
}));

/** Key part that changes with every commit and every workspace. */
export function useVersion(): string {
  return useOpenWorkspace((s) => `${s.epoch}:${s.dataVersion}`);
}

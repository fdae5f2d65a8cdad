import { create } from 'zustand';

export type Level = 'info' | 'warning' | 'error';
export type Notice = {
  level: Level;
  text: string;
  /** Copied by "Copy details". */
  detail?: string;
  actions?: { label: string; run: () => void }[];
};
export type LogLine = { id: number; level: Level; text: string; at: string };

const MAX_LOG = 2000;

type Notices = {
  /** At most one notification is on screen; the others are lines of Output. */
  notice: Notice | null;
  log: LogLine[];
  nextId: number;
  show(notice: Notice): void;
  dismiss(): void;
  append(line: Omit<LogLine, 'id'>): void;
  clearLog(): void;
};

export const useNotices = create<Notices>()((set, get) => ({
  notice: null,
  log: [],
  nextId: 1,
  show: (notice) => {
    get().append({ level: notice.level, text: notice.text, at: '' });
    set({ notice });
  },
  dismiss: () => set({ notice: null }),
  append: (line) =>
    set(({ log, nextId }) => ({ log: [...log.slice(1 - MAX_LOG), { ...line, id: nextId }], nextId: nextId + 1 })),
  clearLog: () => set({ log: [] }),
}));

/** Shows one notification, replacing the one on screen; every notification is also a line of Output. */
export function notify(notice: Notice): void {
  useNotices.getState().show(notice);
}

const told = new WeakSet<object>();

/** Shows an error that nobody else shows, with its details to copy; the same error only once. */
export function notifyError(error: unknown, what?: string): void {
  if (typeof error === 'object' && error !== null) {
    if (told.has(error)) return;
    told.add(error);
  }
  const { message, code, detail } = errorParts(error);
  if (code === 'cancelled') return;
  const text = what ? `${what}: ${message}` : message;
  notify({ level: 'error', text, detail: [code, message, detail].filter(Boolean).join('\n') });
}

export function errorParts(error: unknown): { message: string; code: string | null; detail: string | null } {
  const message = error instanceof Error ? error.message : String(error);
  const bag = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown; detail?: unknown };
  return {
    message,
    code: typeof bag.code === 'string' ? bag.code : null,
    detail: bag.detail === undefined || bag.detail === null ? null : JSON.stringify(bag.detail, null, 2),
  };
}

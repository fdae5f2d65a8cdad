import { create } from 'zustand';
import type { Result } from '#contract/api.ts';
import { engine, runCommand, useOpenWorkspace } from '../../data/index.ts';
import type { PendingFile } from '../../data/index.ts';
import { mappingWith } from './mapping.ts';

export type Looked = Result<'sniff'>;
export type Checked = Result<'importDryRun'>;
export type Committed = Result<'importCommit'>;
export type DateOrder = 'dmy' | 'mdy' | 'ymd';

/** How a person wants a file to be read; what is absent is detected. */
export type Overrides = {
  profile?: string;
  as?: string;
  dateOrder?: DateOrder;
  source?: string;
  /** Sheet of a workbook. */
  sheet?: string;
  /** Changed fields (`entity.field`) by column header; an empty one keeps the column as an attribute. */
  fields?: Readonly<Record<string, string>>;
  constants?: Readonly<Record<string, string>>;
};
/** Undefined returns to what is detected. */
type Change = { [K in keyof Overrides]?: Overrides[K] | undefined };

type Failure = { code: string; message: string; detail: Readonly<Record<string, unknown>> };

export type Item = {
  file: PendingFile;
  state: 'waiting' | 'looking' | 'ready' | 'checking' | 'checked' | 'importing' | 'done' | 'failed';
  looked: Looked | null;
  overrides: Overrides;
  checked: Checked | null;
  /** Data version the check was made at. */
  version: number;
  committed: Committed | null;
  error: Failure | null;
  /** Said above the counts: why they are not what they were. */
  note: string | null;
};

type Queue = {
  items: readonly Item[];
  selected: string | null;
  /** The file whose rows are staged: the engine holds one at a time. */
  held: string | null;
  add(files: readonly PendingFile[]): void;
  select(token: string): void;
  remove(token: string): void;
  clearDone(): void;
  override(token: string, change: Change): void;
  check(token: string): Promise<void>;
  commit(token: string): Promise<void>;
  importAll(): Promise<void>;
  /** Another workspace is open: what was counted for the former one is void. */
  reset(): void;
};

/** Larger files are checked when a person asks for it. */
const AUTO_BYTES = 32 << 20;
/** Rejects and differences shown before an import. */
const SHOWN = 1000;

/** The files that wait, and what is known of each. It outlives the view: switching tabs loses nothing. */
export const useQueue = create<Queue>()((set, get) => {
  const find = (token: string): Item | undefined => get().items.find((item) => item.file.token === token);
  const change = (token: string, part: Partial<Item>): void =>
    set({ items: get().items.map((item) => (item.file.token === token ? { ...item, ...part } : item)) });

  // Checks and imports go one after the other: each needs the one place where rows are staged.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };

  const fail = (token: string, error: unknown, before: Item['state']): void => {
    const failure = failureOf(error);
    if (failure.code === 'cancelled') change(token, { state: before, error: null });
    else change(token, { state: 'failed', error: failure });
  };

  const look = async (token: string): Promise<void> => {
    const item = find(token);
    if (!item) return;
    change(token, { state: 'looking', error: null, checked: null, note: null });
    const { profile, as, dateOrder, sheet } = item.overrides;
    try {
      const looked = await engine.sniff({
        file: token,
        records: 100,
        preview: true,
        ...(profile === undefined ? {} : { profile }),
        ...(as === undefined ? {} : { as: as as never }),
        ...(dateOrder === undefined ? {} : { dateOrder }),
        ...(sheet === undefined ? {} : { sheet }),
      });
      change(token, { state: 'ready', looked });
    } catch (error) {
      fail(token, error, 'ready');
    }
  };

  const stage = async (token: string): Promise<boolean> => {
    const item = find(token);
    if (!item || item.state === 'done') return false;
    const version = useOpenWorkspace.getState().dataVersion;
    change(token, { state: 'checking', error: null, note: null });
    set({ held: null });
    try {
      const checked = await runCommand('importDryRun', requestOf(item), {
        label: `Check ${item.file.name}`,
        quiet: true,
      });
      change(token, { state: 'checked', checked, version });
      set({ held: token });
      return true;
    } catch (error) {
      fail(token, error, item.looked ? 'ready' : 'waiting');
      change(token, { checked: null });
      return false;
    }
  };

  /** `whatever`: import even if the counts are no longer those that were shown. */
  const merge = async (token: string, whatever: boolean): Promise<void> => {
    const shown = find(token);
    if (!shown || shown.state === 'done') return;
    const current = get().held === token && shown.version === useOpenWorkspace.getState().dataVersion;
    if (!shown.checked || !current) {
      if (!(await stage(token))) return;
      const again = find(token)!.checked!;
      if (!whatever && shown.checked && countsOf(shown.checked) !== countsOf(again)) {
        change(token, {
          note: 'The workspace has changed since this file was checked; these are the new counts. Import again to accept them.',
        });
        return;
      }
    }
    const { checked, file } = find(token)!;
    if (!checked || checked.already) return;
    change(token, { state: 'importing', error: null, note: null });
    set({ held: null });
    try {
      const committed = await runCommand(
        'importCommit',
        { staging: checked.staging },
        { label: `Import ${file.name}`, quiet: true },
      );
      change(token, { state: 'done', committed });
    } catch (error) {
      fail(token, error, 'ready');
      change(token, { checked: null });
    }
  };

  const lookAndCheck = async (token: string): Promise<void> => {
    await look(token);
    const item = find(token);
    if (item?.state === 'ready' && item.file.bytes <= AUTO_BYTES) await inTurn(() => stage(token));
  };

  return {
    items: [],
    selected: null,
    held: null,
    add(files) {
      const known = new Set(get().items.map((item) => item.file.token));
      const fresh = files.filter((file) => !known.has(file.token));
      if (fresh.length === 0) return;
      set({ items: [...get().items, ...fresh.map(newItem)], selected: fresh[0]!.token });
      void (async () => {
        for (const { token } of fresh) await look(token);
        for (const { token, bytes } of fresh)
          if (bytes <= AUTO_BYTES && find(token)?.state === 'ready') await inTurn(() => stage(token));
      })();
    },
    select: (token) => set({ selected: token }),
    remove(token) {
      const { items, held, selected } = get();
      const at = items.findIndex((item) => item.file.token === token);
      const rest = items.filter((item) => item.file.token !== token);
      if (held === token) void inTurn(() => runCommand('importCancel', {}, { quiet: true })).catch(() => undefined);
      set({
        items: rest,
        held: held === token ? null : held,
        selected: selected === token ? (rest[Math.min(at, rest.length - 1)]?.file.token ?? null) : selected,
      });
    },
    clearDone() {
      const items = get().items.filter((item) => item.state !== 'done');
      set({ items, selected: items[0]?.file.token ?? null });
    },
    override(token, part) {
      const item = find(token);
      if (!item) return;
      const reread = 'profile' in part || 'as' in part || 'sheet' in part;
      // Another reading proposes other fields.
      const merged = { ...item.overrides, ...(reread ? { fields: undefined } : {}), ...part };
      const overrides = Object.fromEntries(Object.entries(merged).filter(([, v]) => v !== undefined)) as Overrides;
      change(token, { overrides, checked: null, note: null, error: null, state: item.looked ? 'ready' : 'waiting' });
      if (reread || 'dateOrder' in part) void lookAndCheck(token);
    },
    check: async (token) => void (await inTurn(() => stage(token))),
    commit: (token) => inTurn(() => merge(token, false)),
    async importAll() {
      for (const { file } of get().items) {
        const state = find(file.token)?.state;
        if (state !== 'ready' && state !== 'checked') continue;
        set({ selected: file.token });
        await inTurn(() => merge(file.token, true));
      }
    },
    reset() {
      set({
        held: null,
        items: get()
          .items.filter((item) => item.state !== 'done')
          .map((item) => ({ ...item, checked: null, note: null, state: item.looked ? 'ready' : item.state })),
      });
    },
  };
});

useOpenWorkspace.subscribe((now, before) => {
  if (now.epoch !== before.epoch) useQueue.getState().reset();
});

function newItem(file: PendingFile): Item {
  return {
    file,
    state: 'waiting',
    looked: null,
    overrides: {},
    checked: null,
    version: -1,
    committed: null,
    error: null,
    note: null,
  };
}

function failureOf(error: unknown): Failure {
  const { code, message, detail } = error as { code?: string; message?: string; detail?: unknown };
  return {
    code: code ?? 'internal',
    message: message ?? 'The file could not be read.',
    detail: typeof detail === 'object' && detail !== null ? (detail as Record<string, unknown>) : {},
  };
}

/** The figures a person agreed to. */
function countsOf({ read, used, skipped, rejected, entities }: Checked): string {
  return JSON.stringify([read, used, skipped, rejected, entities]);
}

/** The input of a dry run: what is detected is left out, changed fields become a mapping. */
export function requestOf(item: Item): Parameters<typeof engine.importDryRun>[0] {
  const { profile, as, dateOrder, source, sheet, fields, constants } = item.overrides;
  const proposal = item.looked?.proposal;
  const changed = fields !== undefined && Object.keys(fields).length > 0;
  return {
    file: item.file.token,
    limit: SHOWN,
    ...(dateOrder === undefined ? {} : { dateOrder }),
    ...(source === undefined ? {} : { source }),
    ...(sheet === undefined ? {} : { sheet }),
    ...(constants === undefined ? {} : { constants: { ...constants } }),
    ...(changed && proposal
      ? { mapping: mappingWith(proposal.mapping, proposal.columns, fields) }
      : {
          ...(profile === undefined ? {} : { profile }),
          ...(as === undefined ? {} : { as: as as never }),
        }),
  };
}

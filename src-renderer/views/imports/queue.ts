import { create } from 'zustand';
import type { Input, Result } from '#contract/api.ts';
import { runCommand, transport, useOpenWorkspace } from '../../data/index.ts';
import type { PendingFile } from '../../data/index.ts';
import { editedMapping, isEdited, NO_EDITS, targetsOf } from './edits.ts';
import type { Edits, Mapping, Preview } from './edits.ts';
import { inImportOrder } from './order.ts';

export type Checked = Result<'importDryRun'>;
export type Committed = Result<'importCommit'>;
type Asked = Input<'importDryRun'>;
export type DateOrder = NonNullable<Asked['dateOrder']>;
export type Layout = NonNullable<Asked['layout']>;
/** What a person leaves out: source lines as ranges, changes of fields, all changes or all new rows of an entity. */
export type Exceptions = { lines: [number, number][]; fields: string[]; changed: string[]; created: string[] };

/** How a person wants a file to be read; what is absent is detected, or repeated from the last import of its kind. */
export type Overrides = {
  profile?: string;
  as?: string;
  dateOrder?: DateOrder;
  source?: string;
  /** Sheet of a workbook. */
  sheet?: string;
  layout?: Layout;
  snapshot?: boolean;
  /** False reads the file anew though one of its kind was imported before. */
  again?: boolean;
  constants?: Readonly<Record<string, string>>;
  edits?: Edits;
  exceptions?: Exceptions;
};
/** Undefined returns to what is detected. */
export type Change = { [K in keyof Overrides]?: Overrides[K] | undefined };

export type Failure = { code: string; message: string; detail: Readonly<Record<string, unknown>> };

export type Item = {
  file: PendingFile;
  state: 'waiting' | 'looking' | 'ready' | 'checking' | 'checked' | 'importing' | 'done' | 'failed';
  /** What is shown; of the reading before while `looking`. */
  preview: Preview | null;
  /** The mapping without a person's changes, which they are made on. */
  proposed: Mapping | null;
  /** Where the proposal sends each column, by header. */
  targets: Readonly<Record<string, string>>;
  overrides: Overrides;
  checked: Checked | null;
  /** The last check without exceptions: what can be left out. */
  whole: Checked | null;
  /** Data version the check was made at. */
  version: number;
  committed: Committed | null;
  error: Failure | null;
  /** Said above the counts: why they are not what they were. */
  note: string | null;
};

type Queue = {
  items: readonly Item[];
  /** The file in front, by set. */
  selected: Readonly<Record<string, string>>;
  /** The file whose rows are staged: the engine holds one at a time. */
  held: string | null;
  add(files: readonly PendingFile[]): void;
  select(token: string): void;
  remove(token: string): void;
  clearDone(set: string): void;
  override(token: string, change: Change): void;
  check(token: string): Promise<void>;
  commit(token: string): Promise<void>;
  cancel(token: string): void;
  importAll(set: string): Promise<void>;
  /** Another workspace is open: what was counted for the former one is void. */
  reset(): void;
};

/** Larger files are checked when a person asks for it. */
const AUTO_BYTES = 32 << 20;
/** Rejects and differences shown before an import. */
const SHOWN = 1000;
const PREVIEW_RECORDS = 200;
/** A check waits this long for the next change. */
const PAUSE_MS = 350;

export const itemsOf = (items: readonly Item[], set: string): Item[] => items.filter((item) => item.file.set === set);
export const currentOf = ({ items, selected }: Pick<Queue, 'items' | 'selected'>, set: string): Item | undefined => {
  const own = itemsOf(items, set);
  return own.find((item) => item.file.token === selected[set]) ?? own[0];
};
export const isWaiting = ({ state }: Item): boolean => state === 'ready' || state === 'checked';
/** Can be imported with the others: a check that is under way comes first. */
export const isImportable = (item: Item): boolean => isWaiting(item) || item.state === 'checking';
export const entitiesOf = (item: Item): string[] =>
  item.preview?.mapping?.entities.map((e) => e.entity as string) ?? [];

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
  /** Raised by every change of how a file is read: answers to an earlier reading are dropped. */
  const revisions = new Map<string, number>();
  const revisionOf = (token: string): number => revisions.get(token) ?? 0;
  const looking = new Map<string, AbortController>();
  const running = new Map<string, AbortController>();
  const pauses = new Map<string, ReturnType<typeof setTimeout>>();

  const fail = (token: string, error: unknown, before: Item['state']): void => {
    const failure = failureOf(error);
    if (failure.code === 'cancelled') change(token, { state: before, error: null });
    else change(token, { state: 'failed', error: failure });
  };

  const ask = (item: Item, edited: boolean, signal: AbortSignal): Promise<Preview> => {
    const { exceptions: _, limit: __, ...reading } = requestOf(edited ? item : { ...item, proposed: null });
    const input = { ...reading, records: PREVIEW_RECORDS, auto: true };
    return transport.ask('importPreview', input, { signal }) as Promise<Preview>;
  };

  const look = async (token: string): Promise<void> => {
    const revision = revisionOf(token);
    const item = find(token);
    if (!item) return;
    looking.get(token)?.abort();
    const aborter = new AbortController();
    looking.set(token, aborter);
    change(token, { state: 'looking', error: null, note: null });
    try {
      let { proposed, targets } = item;
      let preview: Preview | null = null;
      if (proposed === null) {
        preview = await ask(item, false, aborter.signal);
        proposed = preview.mapping;
        targets = targetsOf(preview);
      }
      if (proposed !== null && isEdited(item.overrides.edits ?? NO_EDITS))
        preview = await ask({ ...item, proposed }, true, aborter.signal);
      if (revision !== revisionOf(token)) return;
      const shown = preview ?? item.preview;
      const { problem } = shown!;
      change(token, { state: problem ? 'failed' : 'ready', preview: shown, proposed, targets, error: problem });
    } catch (error) {
      if (revision === revisionOf(token)) fail(token, error, 'ready');
    } finally {
      if (looking.get(token) === aborter) looking.delete(token);
    }
  };

  const stage = async (token: string): Promise<boolean> => {
    const item = find(token);
    if (!item || item.state === 'done' || item.state === 'looking' || item.state === 'waiting') return false;
    const revision = revisionOf(token);
    const version = useOpenWorkspace.getState().dataVersion;
    const aborter = new AbortController();
    running.set(token, aborter);
    change(token, { state: 'checking', error: null, note: null });
    set({ held: null });
    try {
      const checked = await runCommand('importDryRun', requestOf(item), {
        label: `Check ${item.file.name}`,
        quiet: true,
        signal: aborter.signal,
      });
      if (revision !== revisionOf(token)) return false;
      const whole = item.overrides.exceptions === undefined ? { whole: checked } : {};
      change(token, { state: 'checked', checked, version, ...whole });
      set({ held: token });
      return true;
    } catch (error) {
      if (revision !== revisionOf(token)) return false;
      change(token, { checked: null });
      fail(token, error, 'ready');
      return false;
    } finally {
      running.delete(token);
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
    const aborter = new AbortController();
    running.set(token, aborter);
    change(token, { state: 'importing', error: null, note: null });
    set({ held: null });
    try {
      const committed = await runCommand(
        'importCommit',
        { staging: checked.staging },
        { label: `Import ${file.name}`, quiet: true, signal: aborter.signal },
      );
      change(token, { state: 'done', committed });
    } catch (error) {
      const cancelled = failureOf(error).code === 'cancelled';
      fail(token, error, 'ready');
      change(token, {
        checked: null,
        ...(cancelled ? { note: 'The import was cancelled; nothing of the file was written.' } : {}),
      });
    } finally {
      running.delete(token);
    }
  };

  const checkSoon = (token: string): void => {
    clearTimeout(pauses.get(token));
    pauses.set(
      token,
      setTimeout(() => {
        pauses.delete(token);
        const item = find(token);
        if (item?.state === 'ready' && item.file.bytes <= AUTO_BYTES) void inTurn(() => stageIfReady(token));
      }, PAUSE_MS),
    );
  };
  const stageIfReady = async (token: string): Promise<void> => {
    if (find(token)?.state === 'ready') await stage(token);
  };

  return {
    items: [],
    selected: {},
    held: null,
    add(files) {
      const known = new Set(get().items.map((item) => item.file.token));
      const fresh = files.filter((file) => !known.has(file.token));
      if (fresh.length === 0) return;
      const named = Object.fromEntries(fresh.toReversed().map((file) => [file.set, file.token]));
      set({ items: [...get().items, ...fresh.map(newItem)], selected: { ...get().selected, ...named } });
      void (async () => {
        for (const { token } of fresh) await look(token);
        set({ items: inImportOrder(get().items, entitiesOf) });
        for (const { file } of get().items.filter((item) => fresh.some((f) => f.token === item.file.token)))
          if (file.bytes <= AUTO_BYTES) await inTurn(() => stageIfReady(file.token));
      })();
    },
    select(token) {
      const item = find(token);
      if (item) set({ selected: { ...get().selected, [item.file.set]: token } });
    },
    remove(token) {
      const { items, held, selected } = get();
      const item = find(token);
      if (!item) return;
      const own = itemsOf(items, item.file.set);
      const at = own.indexOf(item);
      const rest = own.filter((each) => each !== item);
      revisions.set(token, revisionOf(token) + 1);
      looking.get(token)?.abort();
      running.get(token)?.abort();
      if (held === token) void inTurn(() => runCommand('importCancel', {}, { quiet: true })).catch(() => undefined);
      const next = rest[Math.min(at, rest.length - 1)];
      set({
        items: items.filter((each) => each !== item),
        held: held === token ? null : held,
        selected:
          selected[item.file.set] === token && next ? { ...selected, [item.file.set]: next.file.token } : selected,
      });
    },
    clearDone: (of) => set({ items: get().items.filter((item) => item.file.set !== of || item.state !== 'done') }),
    override(token, part) {
      const item = find(token);
      if (!item || item.state === 'done' || item.state === 'importing') return;
      const reread = ['profile', 'as', 'sheet', 'layout', 'again'].some((key) => key in part);
      const only = Object.keys(part).every((key) => key === 'exceptions');
      // Another reading proposes other fields, and its rows are others.
      const merged = {
        ...item.overrides,
        ...(reread ? { edits: undefined } : {}),
        ...(only ? {} : { exceptions: undefined }),
        ...part,
      };
      const overrides = Object.fromEntries(Object.entries(merged).filter(([, v]) => v !== undefined)) as Overrides;
      revisions.set(token, revisionOf(token) + 1);
      running.get(token)?.abort();
      // A mapping in which orders of dates are written out holds only for the order it was made with.
      const renew = reread || 'dateOrder' in part;
      change(token, {
        overrides,
        checked: only ? item.checked : null,
        note: null,
        error: null,
        state: item.preview ? 'ready' : 'waiting',
        ...(renew ? { proposed: null } : {}),
        ...(only ? {} : { whole: null }),
      });
      if (only) checkSoon(token);
      else void look(token).then(() => checkSoon(token));
    },
    check: (token) => inTurn(async () => void (await stage(token))),
    commit: (token) => inTurn(() => merge(token, false)),
    cancel: (token) => running.get(token)?.abort(),
    async importAll(of) {
      for (const { file } of itemsOf(get().items, of)) {
        await inTurn(async () => {
          const item = find(file.token);
          if (!item || !isWaiting(item)) return;
          get().select(file.token);
          await merge(file.token, true);
        });
      }
    },
    reset() {
      set({
        held: null,
        items: get()
          .items.filter((item) => item.state !== 'done')
          .map((item) => ({
            ...item,
            checked: null,
            whole: null,
            note: null,
            state: item.preview ? 'ready' : item.state,
          })),
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
    preview: null,
    proposed: null,
    targets: {},
    overrides: {},
    checked: null,
    whole: null,
    version: -1,
    committed: null,
    error: null,
    note: null,
  };
}

export function failureOf(error: unknown): Failure {
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

/** The input of a dry run: what is detected is left out, a person's changes become a mapping. */
export function requestOf(item: Item): Asked {
  const { edits = NO_EDITS, as, constants, exceptions, again, ...reading } = item.overrides;
  const told = as !== undefined || reading.profile !== undefined;
  const repeats = again ?? (told ? undefined : item.preview?.remembered?.used);
  const edited = item.proposed !== null && isEdited(edits);
  return {
    file: item.file.token,
    limit: SHOWN,
    ...reading,
    ...(constants === undefined ? {} : { constants: { ...constants } }),
    ...(exceptions === undefined ? {} : { exceptions }),
    ...(repeats === undefined ? {} : { again: repeats }),
    ...(edited ? { mapping: editedMapping(item.proposed!, edits) } : as === undefined ? {} : { as: as as never }),
  };
}

import { create } from 'zustand';
import type { Result } from '#contract/api.ts';
import { engine, runCommand, type PendingFile } from '../../data/index.ts';

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
  /** Changed fields by column header; an empty field keeps the column as an attribute. */
  fields?: Readonly<Record<string, string>>;
  constants?: Readonly<Record<string, string>>;
};

export type Item = {
  file: PendingFile;
  state: 'looking' | 'ready' | 'checking' | 'checked' | 'importing' | 'done' | 'failed';
  looked: Looked | null;
  overrides: Overrides;
  checked: Checked | null;
  committed: Committed | null;
  error: { code: string; message: string } | null;
};

type Queue = {
  items: readonly Item[];
  selected: string | null;
  add(files: readonly PendingFile[]): void;
  select(token: string): void;
  remove(token: string): void;
  clearDone(): void;
  override(token: string, change: Overrides): Promise<void>;
  check(token: string): Promise<boolean>;
  commit(token: string): Promise<boolean>;
  importAll(): Promise<void>;
};

const errorOf = (error: unknown): Item['error'] => {
  const { code, message } = error as { code?: string; message?: string };
  return { code: code ?? 'internal', message: message ?? 'The file could not be read.' };
};

/** The files that wait, and what is known of each. It outlives the view: switching tabs loses nothing. */
export const useQueue = create<Queue>()((set, get) => {
  const change = (token: string, part: Partial<Item>): void =>
    set({ items: get().items.map((item) => (item.file.token === token ? { ...item, ...part } : item)) });
  const find = (token: string): Item | undefined => get().items.find((item) => item.file.token === token);

  const look = async (token: string): Promise<void> => {
    const item = find(token);
    if (!item) return;
    change(token, { state: 'looking', error: null, checked: null });
    const { profile, as, dateOrder } = item.overrides;
    try {
      const looked = await engine.sniff({
        file: token,
        records: 50,
        preview: true,
        ...(profile === undefined ? {} : { profile }),
        ...(as === undefined ? {} : { as: as as never }),
        ...(dateOrder === undefined ? {} : { dateOrder }),
      });
      change(token, { state: 'ready', looked });
    } catch (error) {
      change(token, { state: 'failed', error: errorOf(error) });
    }
  };

  const commit = async (token: string): Promise<boolean> => {
    const item = find(token);
    if (!item?.checked) return false;
    change(token, { state: 'importing', error: null });
    try {
      const committed = await runCommand('importCommit', { staging: item.checked.staging }, { label: `Import ${item.file.name}`, quiet: true });
      change(token, { state: 'done', committed });
      return true;
    } catch (error) {
      change(token, { state: 'failed', error: errorOf(error), checked: null });
      return false;
    }
  };

  return {
    items: [],
    selected: null,
    add(files) {
      const known = new Set(get().items.map((item) => item.file.token));
      const fresh = files.filter((file) => !known.has(file.token));
      const added = fresh.map((file): Item => ({ file, state: 'looking', looked: null, overrides: {}, checked: null, committed: null, error: null }));
      set({ items: [...get().items, ...added], selected: fresh[0]?.token ?? get().selected });
      void (async () => {
        for (const { token } of fresh) await look(token);
      })();
    },
    select: (token) => set({ selected: token }),
    remove(token) {
      const items = get().items.filter((item) => item.file.token !== token);
      if (find(token)?.checked) void runCommand('importCancel', {}, { quiet: true });
      set({ items, selected: get().selected === token ? (items[0]?.file.token ?? null) : get().selected });
    },
    clearDone() {
      const items = get().items.filter((item) => item.state !== 'done');
      set({ items, selected: items[0]?.file.token ?? null });
    },
    async override(token, part) {
      const item = find(token);
      if (!item) return;
      const overrides = Object.fromEntries(Object.entries({ ...item.overrides, ...part }).filter(([, v]) => v !== undefined && v !== '')) as Overrides;
      change(token, { overrides, checked: null, state: item.state === 'checked' ? 'ready' : item.state });
      if ('profile' in part || 'as' in part || 'dateOrder' in part) await look(token);
    },
    async check(token) {
      const item = find(token);
      if (!item) return false;
      // One file is staged at a time: checking another one drops the former.
      set({ items: get().items.map((i) => (i.state === 'checked' ? { ...i, state: 'ready', checked: null } : i)) });
      change(token, { state: 'checking', error: null });
      try {
        const checked = await runCommand('importDryRun', requestOf(item), { label: `Check ${item.file.name}`, quiet: true });
        change(token, { state: 'checked', checked });
        return true;
      } catch (error) {
        change(token, { state: 'failed', error: errorOf(error) });
        return false;
      }
    },
    commit,
    async importAll() {
      for (const { file } of get().items) {
        const now = find(file.token);
        if (!now || now.state === 'done' || now.state === 'looking') continue;
        set({ selected: file.token });
        if (now.state !== 'checked' && !(await get().check(file.token))) continue;
        await commit(file.token);
      }
    },
  };
});

/** The input of a dry run: detected values are left out, changed fields become a mapping. */
export function requestOf(item: Item): Parameters<typeof engine.importDryRun>[0] {
  const { profile, as, dateOrder, source, fields, constants } = item.overrides;
  const changed = fields !== undefined && Object.keys(fields).length > 0;
  return {
    file: item.file.token,
    ...(dateOrder === undefined ? {} : { dateOrder }),
    ...(source === undefined ? {} : { source }),
    ...(constants === undefined ? {} : { constants: { ...constants } }),
    ...(changed && item.looked?.proposal
      ? { mapping: mappingWith(item.looked.proposal.mapping, fields) }
      : { ...(profile === undefined ? {} : { profile }), ...(as === undefined ? {} : { as: as as never }) }),
  };
}

type Mapping = NonNullable<Looked['proposal']>['mapping'];

/** The proposed mapping with some columns sent elsewhere. `entity.field` names the entity; a bare field goes to the first. */
export function mappingWith(mapping: Mapping, fields: Readonly<Record<string, string>>): Mapping {
  const entities = mapping.entities.map((entity, i) => {
    const columns = { ...entity.columns };
    for (const [header, field] of Object.entries(fields)) {
      const dot = field.indexOf('.');
      const named = dot > 0 && mapping.entities.some((e) => e.entity === field.slice(0, dot)) ? field.slice(0, dot) : null;
      const own = named === null ? i === 0 : named === entity.entity;
      const held = Object.keys(columns).find((name) => name.toLowerCase() === header.toLowerCase());
      if (held !== undefined) delete columns[held];
      if (own && field !== '') columns[header] = { field: named === null ? field : field.slice(dot + 1) };
    }
    return { ...entity, columns };
  });
  return JSON.parse(JSON.stringify({ ...mapping, entities })) as Mapping;
}

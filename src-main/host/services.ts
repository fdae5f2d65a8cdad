import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { parseIsoDay } from '#engine/base/days.ts';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import { createWorkspace, openReader } from '#engine/store/open.ts';
import { readDataVersion } from '#engine/store/settings.ts';
import { expandFiles } from '#engine/import/detect/export-file.ts';
import type { Interrupted } from '#engine/import/under-way.ts';
import { SampleManifest } from '#engine/import/sample.ts';
import type { News, WorkspaceInfo } from '#contract/transport.ts';
import { Broker } from './broker.ts';
import { mainFigures } from './figures.ts';
import type { Processes } from './ports.ts';
import type { UserState } from './state.ts';

export type HostFolders = {
  /** The user's own application folder. */
  user: string;
  /** Bundled read-only resources. */
  resources: string;
};

/** What the shell does for a window and only it can do. */
export type ShellRequests = {
  title(text: string): void;
  /** Which workspace a host that is started anew opens at once; null for none. */
  opened(workspace: { path: string; sample: boolean } | null): void;
  capture(name: string): Promise<void>;
  tourEnded(lines: string[]): void;
};

export type TokenKind = 'file' | 'workspace' | 'new-workspace' | 'save';

const RECENTS = 'recents';
const MAX_RECENTS = 12;
/** Longest wait for a token that the shell has made and the host has not heard of yet. */
const TOKEN_WAIT_MS = 2000;

const Schemas = {
  workspaceInfo: z.object({}),
  workspaceNew: z.object({
    token: z.string(),
    unit: z.enum(['company', 'person']).optional(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
    timezone: z.string().max(64).optional(),
    fiscalYearStart: z.int().min(1).max(12).optional(),
  }),
  workspaceOpen: z.union([z.object({ token: z.string() }), z.object({ recent: z.string() })]),
  workspaceScratch: z.object({}),
  workspaceSample: z.object({}),
  workspaceClose: z.object({}),
  recents: z.object({}),
  fileNames: z.object({ tokens: z.array(z.string()).max(500) }),
  stateGet: z.object({ key: z.string().max(100) }),
  stateSet: z.object({ key: z.string().max(100), value: z.unknown() }),
  saveText: z.object({ token: z.string(), text: z.string().max(200_000_000) }),
  interrupted: z.object({}),
  interruptedForget: z.object({ id: z.string() }),
  tourShot: z.object({ name: z.string().regex(/^[a-z0-9-]{1,60}$/) }),
  tourEnd: z.object({}),
};
export type ServiceName = keyof typeof Schemas;

/** Services of one window: which workspace is open, the user's state, files behind tokens. */
export class Services {
  private broker: Broker | null = null;
  private sample = false;
  private readonly tokens = new Map<string, { path: string; kind: TokenKind }>();
  private readonly awaited = new Map<string, () => void>();
  private readonly folders: HostFolders;
  private readonly state: UserState;
  private readonly processes: Processes;
  private readonly threadUrl: URL;
  private readonly shell: ShellRequests;
  private readonly news: (news: News) => void;

  constructor(parts: {
    folders: HostFolders;
    state: UserState;
    processes: Processes;
    threadUrl: URL;
    shell: ShellRequests;
    news: (news: News) => void;
  }) {
    this.folders = parts.folders;
    this.state = parts.state;
    this.processes = parts.processes;
    this.threadUrl = parts.threadUrl;
    this.shell = parts.shell;
    this.news = parts.news;
  }

  static has(name: string): name is ServiceName {
    return Object.hasOwn(Schemas, name);
  }

  /** The shell registers a file that a person picked or dropped. */
  addToken(token: string, path: string, kind: TokenKind): void {
    this.tokens.set(token, { path, kind });
    this.awaited.get(token)?.();
  }

  /** Tokens come from the shell and questions from the window: the question can be first. Waits until every token is here. */
  private async tokensOf(input: unknown): Promise<void> {
    if (typeof input !== 'object' || input === null) return;
    const bag = input as Record<string, unknown>;
    const named = ['token', 'tokens', 'file', 'files', 'mapFile'].flatMap((key) => bag[key] ?? []);
    const missing = named.filter((t): t is string => typeof t === 'string' && !this.tokens.has(t));
    await Promise.all(
      missing.map(
        (token) =>
          new Promise<void>((arrived) => {
            const timer = setTimeout(arrived, TOKEN_WAIT_MS);
            this.awaited.set(token, () => (clearTimeout(timer), arrived()));
          }),
      ),
    );
    for (const token of missing) this.awaited.delete(token);
  }

  async answer(name: ServiceName, raw: unknown): Promise<unknown> {
    const parsed = Schemas[name].safeParse(raw ?? {});
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw usage(`${name}: ${issue?.path.join('.') || 'input'}: ${issue?.message ?? 'not valid'}`);
    }
    const input = parsed.data as never;
    await this.tokensOf(input);
    return this[name](input);
  }

  /** An analysis or command of the open workspace; file tokens in its input become paths. */
  async ask(name: string, input: unknown, signal: AbortSignal, knownAt?: string): Promise<unknown> {
    if (!this.broker) {
      throw new LadderlineError(
        'no-workspace',
        'No workspace is open. Open one, make a new one, or drop files to start.',
      );
    }
    const { broker } = this;
    await this.tokensOf(input);
    return broker.ask(name, this.withPaths(input), signal, knownAt);
  }

  /** The window names files by token only: `file`, `files` and `mapFile` in an input are looked up here. */
  private withPaths(input: unknown): unknown {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
    const copy: Record<string, unknown> = { ...input };
    for (const key of ['file', 'mapFile'] as const) {
      if (typeof copy[key] === 'string') copy[key] = this.path(copy[key], 'file');
    }
    if (Array.isArray(copy['files'])) copy['files'] = copy['files'].map((token) => this.path(String(token), 'file'));
    return copy;
  }

  private path(token: string, kind: TokenKind): string {
    const held = this.tokens.get(token);
    if (!held || held.kind !== kind) {
      throw new LadderlineError('unknown-token', 'The file is no longer known to this window; pick or drop it again.');
    }
    return held.path;
  }

  private workspaceInfo(): WorkspaceInfo | null {
    return this.broker?.info(this.sample) ?? null;
  }

  /** Opens the workspace named on the command line or handed over by a second start. */
  openPath(path: string): Promise<WorkspaceInfo> {
    return this.open(path);
  }

  private async open(path: string, sample = false): Promise<WorkspaceInfo> {
    const reader = openReader(path);
    const dataVersion = readDataVersion(reader);
    reader.close();
    await this.workspaceClose();
    this.sample = sample;
    this.broker = new Broker(path, this.processes, this.threadUrl, this.news);
    if (!sample) this.remember(path);
    this.broker.dataVersion = dataVersion;
    // Nobody waits for it: the compute thread loads and reads the vectors while the window is being drawn.
    void this.broker.ask('status', {}).catch(() => {});
    const info = this.broker.info(sample);
    this.shell.title(info.name);
    this.shell.opened({ path, sample });
    this.news({ topic: 'workspace', value: info });
    return info;
  }

  private async workspaceNew(input: z.output<typeof Schemas.workspaceNew>): Promise<WorkspaceInfo> {
    const path = this.path(input.token, 'new-workspace');
    const { token: _, ...asked } = input;
    const settings = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    createWorkspace(path, settings);
    return this.open(path);
  }

  private async workspaceOpen(input: z.output<typeof Schemas.workspaceOpen>): Promise<WorkspaceInfo> {
    if ('token' in input) return this.open(this.path(input.token, 'workspace'));
    const path = this.recentPaths()[Number(input.recent)];
    if (path === undefined) throw usage('workspaceOpen: recent: unknown entry');
    if (!existsSync(path)) {
      throw new LadderlineError(
        'missing',
        `"${basename(path)}" is no longer where it was. Open it from its new place.`,
      );
    }
    return this.open(path);
  }

  private async workspaceScratch(): Promise<WorkspaceInfo> {
    const folder = join(this.folders.user, 'workspaces');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    let n = 1;
    while (existsSync(join(folder, `Untitled ${n}.ladderline`))) n++;
    const path = join(folder, `Untitled ${n}.ladderline`);
    createWorkspace(path, {});
    return this.open(path);
  }

  /** The sample workspace is built once per version of its exports from the bundled files, by the same import. */
  private async workspaceSample(): Promise<WorkspaceInfo> {
    const folder = join(this.folders.resources, 'sample');
    const version = folderDigest(folder);
    const { settings } = SampleManifest.parse(JSON.parse(readFileSync(join(folder, 'sample.json'), 'utf8')));
    const path = join(this.folders.user, 'sample', 'sample.ladderline');
    const stamp = `${path}.ready`;
    const ready = existsSync(stamp) && existsSync(path) && readFileSync(stamp, 'utf8') === version;
    if (ready) return this.open(path, true);
    await this.workspaceClose();
    mkdirSync(join(this.folders.user, 'sample'), { recursive: true, mode: 0o700 });
    for (const suffix of ['', '-wal', '-shm', '.ready']) rmSync(path + suffix, { force: true });
    createWorkspace(path, { ...settings, asOf: parseIsoDay(settings.asOf, 'as-of day of the sample') });
    const info = await this.open(path, true);
    await this.broker!.ask('importSample', { folder });
    writeFileSync(stamp, version);
    return { ...info, dataVersion: this.broker!.dataVersion };
  }

  async workspaceClose(): Promise<null> {
    const broker = this.broker;
    this.broker = null;
    this.sample = false;
    if (broker) {
      await broker.close();
      this.shell.title('');
      this.shell.opened(null);
      this.news({ topic: 'workspace', value: null });
    }
    return null;
  }

  private recentPaths(): string[] {
    const held = this.state.get(RECENTS);
    return Array.isArray(held) ? held.filter((x): x is string => typeof x === 'string') : [];
  }

  private remember(path: string): void {
    this.state.set(RECENTS, [path, ...this.recentPaths().filter((p) => p !== path)].slice(0, MAX_RECENTS));
  }

  private recents(): { recents: { id: string; name: string; missing: boolean }[] } {
    return {
      recents: this.recentPaths().map((path, i) => ({
        id: String(i),
        name: basename(path).replace(/\.ladderline$/, ''),
        missing: !existsSync(path),
      })),
    };
  }

  private fileNames(input: { tokens: string[] }): { files: { token: string; name: string; bytes: number }[] } {
    return {
      files: input.tokens.flatMap((token) => {
        const path = this.path(token, 'file');
        const { files } = expandFiles([path]);
        return files.map((file, i) => {
          // A ZIP archive stands for the files in it; each gets a token of its own.
          const own = files.length === 1 && file.path === path ? token : `${token}.${i}`;
          this.tokens.set(own, { path: file.path, kind: 'file' });
          return { token: own, name: file.name, bytes: file.bytes };
        });
      }),
    };
  }

  private stateGet(input: { key: string }): { value: unknown } {
    return { value: this.state.get(`ui.${input.key}`) };
  }

  private stateSet(input: { key: string; value?: unknown }): null {
    this.state.set(`ui.${input.key}`, input.value ?? null);
    return null;
  }

  private saveText(input: { token: string; text: string }): { bytes: number } {
    const path = this.path(input.token, 'save');
    writeFileSync(path, input.text, { mode: 0o600 });
    return { bytes: Buffer.byteLength(input.text) };
  }

  private interrupted(): { imports: readonly Interrupted[] } {
    return { imports: this.broker?.interrupted() ?? [] };
  }

  private interruptedForget(input: { id: string }): { imports: readonly Interrupted[] } {
    return { imports: this.broker?.interrupted(input.id) ?? [] };
  }

  private async tourShot(input: { name: string }): Promise<null> {
    await this.shell.capture(input.name);
    return null;
  }

  private async tourEnd(): Promise<null> {
    const broker = this.broker;
    this.shell.tourEnded(
      broker ? await mainFigures((name, input) => broker.ask(name, input)) : ['No workspace is open.'],
    );
    return null;
  }
}

/** Changes whenever a bundled export changes; a sample workspace of another digest is built anew. */
function folderDigest(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}

import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CancelledError, LadderlineError, toWireError, usage } from '#engine/base/errors.ts';
import { forgetInterrupted, interruptedImports, type Interrupted } from '#engine/import/under-way.ts';
import { findAnalysis, findCommand } from '#engine/registry.ts';
import { openReader } from '#engine/store/open.ts';
import { readDataVersion } from '#engine/store/settings.ts';
import type { Answer, News, ToHost, ToWindow, WorkspaceInfo } from '#contract/transport.ts';
import type { Processes, RolePort } from './ports.ts';
import type { ThreadData } from './thread.ts';

type Lane = 'compute' | 'reader' | 'past' | 'writer' | 'console';
type Pending = { lane: Lane; resolve(value: unknown): void; reject(error: unknown): void };

/** A cancelled writer that does not answer within this time is killed; the WAL brings the workspace back. */
const KILL_AFTER_MS = 400;
const CANCEL_CELLS = 1024;

/**
 * Sends each call of one open workspace to where it runs: compute thread, reader thread, the thread of the past, writer process,
 * console process.
 * A lane that dies rejects its calls with a typed error and is started again at the next call.
 */
export class Broker {
  readonly workspace: string;
  private readonly processes: Processes;
  private readonly threadUrl: URL;
  private readonly news: (news: News) => void;
  private readonly lanes = new Map<Lane, Promise<RolePort>>();
  private readonly pending = new Map<number, Pending>();
  private readonly cancelled = new SharedArrayBuffer(CANCEL_CELLS * 4);
  private nextId = 1;
  private closing = false;
  /** Interrupted imports from before the writer that runs now. */
  private former: ReadonlySet<string> = new Set();
  dataVersion = 0;

  constructor(workspace: string, processes: Processes, threadUrl: URL, news: (news: News) => void) {
    this.workspace = workspace;
    this.processes = processes;
    this.threadUrl = threadUrl;
    this.news = news;
  }

  info(sample: boolean): WorkspaceInfo {
    return { name: basename(this.workspace).replace(/\.ladderline$/, ''), dataVersion: this.dataVersion, sample };
  }

  /** Runs an analysis or a command of the registry, or `sql` in the console; an analysis as known at `knownAt` if given. */
  ask(name: string, input: unknown, signal?: AbortSignal, knownAt?: string): Promise<unknown> {
    const analysis = findAnalysis(name);
    if (name === 'bridge' || (analysis && knownAt !== undefined))
      return this.send('past', name, input, signal, knownAt);
    if (knownAt !== undefined)
      return Promise.reject(usage(`${name}: only questions can be asked as known in the past.`));
    if (analysis) return this.send(analysis.lane, name, input, signal);
    if (findCommand(name)) return this.send('writer', name, input, signal);
    if (name === 'sql') return this.send('console', name, input, signal);
    return Promise.reject(usage(`There is nothing named "${name}" to ask for.`));
  }

  private async send(
    lane: Lane,
    name: string,
    input: unknown,
    signal?: AbortSignal,
    knownAt?: string,
  ): Promise<unknown> {
    if (this.closing) throw new LadderlineError('closed', 'The workspace is being closed.');
    const port = await this.lane(lane);
    // A question that is no longer wanted is not asked: it could be answered before its cancelling is read.
    if (signal?.aborted) throw new CancelledError();
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { lane, resolve, reject });
      const onAbort = (): void => this.cancel(id, lane, port);
      signal?.addEventListener('abort', onAbort, { once: true });
      port.post({ id, name, input, ...(knownAt === undefined ? {} : { knownAt }) });
    });
  }

  private cancel(id: number, lane: Lane, port: RolePort): void {
    if (!this.pending.has(id)) return;
    const cells = new Int32Array(this.cancelled);
    Atomics.store(cells, id % CANCEL_CELLS, id);
    port.post({ cancel: id });
    if (lane !== 'writer' && lane !== 'console') return;
    setTimeout(
      () => {
        if (this.pending.has(id)) port.kill();
      },
      lane === 'console' ? 0 : KILL_AFTER_MS,
    ).unref();
  }

  private lane(lane: Lane): Promise<RolePort> {
    const running = this.lanes.get(lane);
    if (running) return running;
    const started = this.start(lane);
    this.lanes.set(lane, started);
    started.catch(() => this.lanes.delete(lane));
    return started;
  }

  private async start(lane: Lane): Promise<RolePort> {
    if (lane === 'writer') this.former = new Set(this.interrupted().map(({ id }) => id));
    const port =
      lane === 'writer' || lane === 'console' ? await this.processes.spawn(lane, this.workspace) : this.thread();
    port.listen((message) => this.receive(message));
    port.onGone(() => {
      this.lanes.delete(lane);
      const known = this.dataVersion;
      if (lane === 'writer' && !this.closing) {
        const cells = new Int32Array(this.cancelled);
        const wanted = [...this.pending].some(([id, call]) => call.lane === lane && !this.wasCancelled(id, cells));
        this.catchUp(!wanted);
      }
      // The writer takes its calls in order: what it saved without saying so is the first one's.
      let saved = this.dataVersion !== known;
      for (const [id, call] of this.pending) {
        if (call.lane !== lane) continue;
        this.pending.delete(id);
        const asked = this.wasCancelled(id, new Int32Array(this.cancelled));
        call.reject(asked ? (saved ? savedAlready() : new CancelledError()) : gone(lane));
        saved = false;
      }
    });
    return port;
  }

  private wasCancelled(id: number, cells: Int32Array): boolean {
    return Atomics.load(cells, id % CANCEL_CELLS) === id;
  }

  /** Imports of the workspace whose process ended before it could answer; without the one named, which is forgotten. */
  interrupted(forget?: string): Interrupted[] {
    const reader = openReader(this.workspace);
    try {
      if (forget !== undefined) forgetInterrupted(reader, forget);
      return interruptedImports(reader);
    } finally {
      reader.close();
    }
  }

  /** A writer may end between a durable commit and its news: what the file holds is what counts. `asked`: it was ended by a cancel. */
  private catchUp(asked: boolean): void {
    try {
      const reader = openReader(this.workspace);
      const dataVersion = readDataVersion(reader);
      let interrupted = interruptedImports(reader);
      if (asked) {
        for (const { id } of interrupted) if (!this.former.has(id)) forgetInterrupted(reader, id);
        interrupted = interrupted.filter(({ id }) => this.former.has(id));
      }
      reader.close();
      this.news({ topic: 'interrupted', value: interrupted });
      if (dataVersion === this.dataVersion) return;
      this.dataVersion = dataVersion;
      this.news({ topic: 'changed', value: { dataVersion } });
    } catch (error) {
      this.news({ topic: 'log', value: { level: 'error', text: toWireError(error).message, at: '' } });
    }
  }

  private thread(): RolePort {
    const workerData: ThreadData = { workspace: this.workspace, cancelled: this.cancelled };
    const worker = new Worker(this.threadUrl, { workerData });
    return {
      post: (message: ToHost) => worker.postMessage(message),
      listen: (receive) => worker.on('message', (message: ToWindow) => receive(message)),
      onGone: (gone) => {
        worker.once('error', (error) => {
          this.news({ topic: 'log', value: { level: 'error', text: toWireError(error).message, at: '' } });
        });
        worker.once('exit', gone);
      },
      kill: () => void worker.terminate(),
    };
  }

  private receive(message: ToWindow): void {
    if ('topic' in message) {
      if (message.topic === 'changed') this.dataVersion = message.value.dataVersion;
      this.news(message);
      return;
    }
    this.settle(message);
  }

  private settle(answer: Answer): void {
    const call = this.pending.get(answer.id);
    if (!call) return;
    this.pending.delete(answer.id);
    if (answer.ok) call.resolve(answer.result);
    else
      call.reject(new LadderlineError(answer.error.code, answer.error.message, answer.error.detail, answer.error.exit));
  }

  /** Lets the writer checkpoint and close the file and the past remove its copies, then ends every lane. */
  async close(): Promise<void> {
    const closing = (['writer', 'past'] as const).filter((lane) => this.lanes.has(lane));
    for (const [id, { lane }] of this.pending) {
      if (lane === 'past') this.cancel(id, lane, await this.lane(lane));
    }
    await Promise.race([
      Promise.allSettled(closing.map((lane) => this.send(lane, 'close', null))),
      new Promise((done) => setTimeout(done, 3000)),
    ]);
    this.closing = true;
    const ports = await Promise.allSettled(this.lanes.values());
    for (const port of ports) if (port.status === 'fulfilled') port.value.kill();
  }
}

function savedAlready(): LadderlineError {
  return new LadderlineError(
    'saved-already',
    'The change had been saved when it was cancelled. Undo it to take it back.',
  );
}

function gone(lane: Lane): LadderlineError {
  return new LadderlineError(
    'process-gone',
    `The ${lane} process ended unexpectedly. Nothing that was confirmed is lost; ask again.`,
  );
}

import { toWireError, usage } from '#engine/base/errors.ts';
import type { Ask, News, ToHost, ToWindow } from '#contract/transport.ts';
import type { Processes, RolePort } from './ports.ts';
import { Services, type TokenKind } from './services.ts';
import { UserState } from './state.ts';

/**
 * Entry of the host, a utilityProcess per window. The shell speaks through `parentPort`: the window's port, tokens of picked
 * files, spawned processes. The window speaks through its own port: asks in, answers and news out.
 */
type ElectronPort = {
  postMessage(message: unknown): void;
  on(event: 'message', receive: (event: { data: unknown; ports: ElectronPort[] }) => void): void;
  on(event: 'close', gone: () => void): void;
  start(): void;
};
type FromShell =
  | {
      type: 'start';
      user: string;
      resources: string;
      sample: boolean;
      workspace: string | null;
      tour: string[] | null;
      restarted: boolean;
    }
  | { type: 'open'; workspace: string }
  | { type: 'window' }
  | { type: 'token'; token: string; path: string; kind: TokenKind }
  | { type: 'spawned'; request: number }
  | { type: 'gone'; request: number }
  | { type: 'captured'; request: number }
  | { type: 'close' };

const parent = (process as unknown as { parentPort: ElectronPort }).parentPort;

process.on('unhandledRejection', (reason) => {
  process.stderr.write(`host: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}\n`);
  process.exit(1);
});

let services: Services | null = null;
let window: ElectronPort | null = null;
let tour: string[] | null = null;
/** Settles when the workspace named on the command line is open; the window's questions wait for it. */
let opening: Promise<void> = Promise.resolve();
let nextRequest = 1;
const spawning = new Map<number, (port: ElectronPort) => void>();
const goneListeners = new Map<number, () => void>();
const capturing = new Map<number, () => void>();
const running = new Map<number, AbortController>();

/** True once the window has asked something: what is posted before is heard by nobody. */
let listening = false;
/** Lines of the log for a window that does not listen yet. */
const untold: News[] = [];

const news = (message: News): void => {
  if (message.topic === 'log' && !listening) untold.push(message);
  else window?.postMessage(message);
};

const RESTARTED =
  'The part of the program that reads and writes ended unexpectedly and was started again. Everything that was confirmed is kept; an import that was under way was not written and can be started again.';

const processes: Processes = {
  spawn(role, workspace) {
    const request = nextRequest++;
    return new Promise<RolePort>((resolve) => {
      spawning.set(request, (port) => {
        let gone = (): void => {};
        goneListeners.set(request, () => gone());
        resolve({
          post: (message: ToHost) => port.postMessage(message),
          listen: (receive) => {
            port.on('message', (event) => receive(event.data as ToWindow));
            port.start();
          },
          onGone: (callback) => {
            gone = callback;
          },
          kill: () => parent.postMessage({ type: 'kill', request }),
        });
      });
      parent.postMessage({ type: 'spawn', request, role, workspace });
    });
  },
};

parent.on('message', (event) => {
  const message = event.data as FromShell;
  switch (message.type) {
    case 'start':
      tour = message.tour;
      services = new Services({
        folders: { user: message.user, resources: message.resources },
        state: new UserState(`${message.user}/state.json`),
        processes,
        threadUrl: new URL('./thread.js', import.meta.url),
        shell: {
          title: (text) => parent.postMessage({ type: 'title', text }),
          opened: (workspace) => parent.postMessage({ type: 'opened', workspace }),
          capture: (name) => {
            const request = nextRequest++;
            return new Promise((resolve) => {
              capturing.set(request, resolve);
              parent.postMessage({ type: 'capture', request, name });
            });
          },
          tourEnded: (lines) => parent.postMessage({ type: 'tour-ended', lines }),
        },
        news,
      });
      if (message.restarted) news({ topic: 'log', value: { level: 'error', text: RESTARTED, at: '' } });
      opening = open(message.sample, message.workspace);
      break;
    case 'open':
      opening = open(false, message.workspace);
      break;
    case 'window':
      if (event.ports[0]) serveWindow(event.ports[0]);
      break;
    case 'token':
      services?.addToken(message.token, message.path, message.kind);
      break;
    case 'spawned':
      if (event.ports[0]) spawning.get(message.request)?.(event.ports[0]);
      spawning.delete(message.request);
      break;
    case 'gone':
      goneListeners.get(message.request)?.();
      goneListeners.delete(message.request);
      break;
    case 'captured':
      capturing.get(message.request)?.();
      capturing.delete(message.request);
      break;
    case 'close':
      void (services?.workspaceClose() ?? Promise.resolve(null)).finally(() => {
        parent.postMessage({ type: 'closed' });
      });
      break;
  }
});

async function open(sample: boolean, workspace: string | null): Promise<void> {
  try {
    if (workspace !== null) await services?.openPath(workspace);
    else if (sample) await services?.answer('workspaceSample', {});
  } catch (error) {
    const { message } = toWireError(error);
    process.stderr.write(`${message}\n`);
    news({ topic: 'log', value: { level: 'error', text: message, at: '' } });
  }
}

function serveWindow(port: ElectronPort): void {
  for (const controller of running.values()) controller.abort();
  running.clear();
  window = port;
  listening = false;
  port.on('message', (event) => {
    const message = event.data as ToHost;
    if (typeof message !== 'object' || message === null) return;
    if ('cancel' in message) running.get(message.cancel)?.abort();
    else if (typeof message.id === 'number' && typeof message.name === 'string') void answer(port, message);
  });
  port.start();
  if (tour) news({ topic: 'tour', value: { views: tour.length > 0 ? tour : null } });
}

async function answer(port: ElectronPort, ask: Ask): Promise<void> {
  const controller = new AbortController();
  running.set(ask.id, controller);
  listening = true;
  for (const message of untold.splice(0)) news(message);
  try {
    if (!services) throw usage('The host has not started yet.');
    // Theme, layout and tabs are the user's own; they do not wait for a workspace.
    if (ask.name !== 'stateGet') await opening;
    const result =
      Services.has(ask.name) && ask.knownAt === undefined
        ? await services.answer(ask.name, ask.input)
        : await services.ask(ask.name, ask.input, controller.signal, ask.knownAt);
    port.postMessage({ id: ask.id, ok: true, result });
  } catch (error) {
    port.postMessage({ id: ask.id, ok: false, error: toWireError(error) });
  } finally {
    if (running.get(ask.id) === controller) running.delete(ask.id);
  }
}

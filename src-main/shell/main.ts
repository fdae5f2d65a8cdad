import { randomUUID } from 'node:crypto';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  protocol,
  session,
  utilityProcess,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  type OpenDialogOptions,
  type UtilityProcess,
} from 'electron';
import { parseArguments } from './arguments.ts';
import { ORIGIN, serveFolder } from './protocol.ts';

const here = dirname(fileURLToPath(import.meta.url));
const args = parseArguments(process.argv.slice(1));
const devServer = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
const resources = app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'resources');

// As root Chromium cannot sandbox its processes; tests on such a machine say so with --no-sandbox.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
app.setName('Ladderline');
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
]);
if (args.theme) nativeTheme.themeSource = args.theme;

type FromHost =
  | { type: 'spawn'; request: number; role: 'writer' | 'console'; workspace: string }
  | { type: 'kill'; request: number }
  | { type: 'title'; text: string }
  | { type: 'opened'; workspace: OpenWorkspace }
  | { type: 'capture'; request: number; name: string }
  | { type: 'tour-ended'; lines: string[] }
  | { type: 'closed' };

type OpenWorkspace = { path: string; sample: boolean } | null;

/** A host that ends within this time has not come up; after so many in a row it is not started again. */
const QUICK_END_MS = 1000;
const MOST_FAILED_STARTS = 4;

/** One window, its host, and the processes the host asked for. */
class Workbench {
  readonly window: BrowserWindow;
  private host: UtilityProcess;
  /** Starts of the host in a row that ended at once. */
  private failedStarts = 0;
  private readonly children = new Map<number, UtilityProcess>();
  private closed = false;
  /** What the next host opens at once: the workspace of the command line, then the one that is open. */
  private opened: OpenWorkspace = args.sample
    ? { path: '', sample: true }
    : args.workspace === null
      ? null
      : { path: resolve(args.workspace), sample: false };

  constructor() {
    // First: the host loads while the window is made.
    this.host = this.startHost();
    this.window = new BrowserWindow({
      width: 1600,
      height: 1000,
      minWidth: 800,
      minHeight: 500,
      show: false,
      title: 'Ladderline',
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#1f1f1f' : '#ffffff',
      ...(process.platform === 'darwin' ? { titleBarStyle: 'hidden' as const } : {}),
      webPreferences: {
        preload: join(here, '../preload/preload.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        // Screenshots of a tour must not wait for a window manager to raise the window.
        backgroundThrottling: args.tour === null,
      },
    });
    const { webContents } = this.window;
    webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
    webContents.on('will-navigate', (event) => event.preventDefault());
    webContents.on('will-attach-webview', (event) => event.preventDefault());
    webContents.on('render-process-gone', (_event, details) => {
      process.stderr.write(`window: renderer ended (${details.reason})\n`);
      if (!this.closed && details.reason !== 'clean-exit') webContents.reload();
    });
    this.window.once('ready-to-show', () => this.window.show());
    this.window.on('close', (event) => {
      if (this.closed) return;
      event.preventDefault();
      this.close();
    });
    void this.window.loadURL(devServer ?? `${ORIGIN}/index.html`);
  }

  private startHost(restarted = false): UtilityProcess {
    const started = performance.now();
    const host = utilityProcess.fork(join(here, 'host.js'), [], { serviceName: 'Ladderline host', stdio: 'inherit' });
    host.on('message', (message: FromHost) => this.receive(message));
    host.on('exit', () => {
      // The next host tells what was interrupted: what is still at work would not count as ended.
      for (const child of this.children.values()) endAtOnce(child);
      this.children.clear();
      if (this.closed) return;
      this.failedStarts = performance.now() - started < QUICK_END_MS ? this.failedStarts + 1 : 0;
      if (this.failedStarts >= MOST_FAILED_STARTS) {
        this.closed = true;
        dialog.showErrorBox(
          'Ladderline cannot start',
          'The part of the program that reads and writes ended each time it was started. Nothing was changed. Start Ladderline again; if that does not help, install it again.',
        );
        app.exit(1);
        return;
      }
      this.host = this.startHost(true);
      this.window.webContents.reload();
    });
    host.postMessage({
      type: 'start',
      user: app.getPath('userData'),
      resources,
      sample: this.opened?.sample === true,
      workspace: this.opened === null || this.opened.sample ? null : this.opened.path,
      tour: args.tour === null ? null : args.tourViews,
      restarted,
    });
    return host;
  }

  private receive(message: FromHost): void {
    switch (message.type) {
      case 'spawn':
        this.spawn(message.request, message.role, message.workspace);
        break;
      case 'kill':
        this.children.get(message.request)?.kill();
        break;
      case 'title':
        this.window.setTitle(message.text === '' ? 'Ladderline' : `${message.text} — Ladderline`);
        break;
      case 'opened':
        this.opened = message.workspace;
        break;
      case 'capture':
        void this.capture(message.name).finally(() =>
          this.host.postMessage({ type: 'captured', request: message.request }),
        );
        break;
      case 'tour-ended':
        process.stdout.write(`${message.lines.join('\n')}\n`);
        this.close();
        break;
      case 'closed':
        this.closed = true;
        this.host.kill();
        this.window.destroy();
        break;
    }
  }

  private spawn(request: number, role: 'writer' | 'console', workspace: string): void {
    const child = utilityProcess.fork(join(here, `${role}.js`), [], {
      serviceName: `Ladderline ${role}`,
      stdio: 'inherit',
    });
    const { port1, port2 } = new MessageChannelMain();
    this.children.set(request, child);
    child.postMessage({ workspace }, [port1]);
    this.host.postMessage({ type: 'spawned', request }, [port2]);
    child.once('exit', () => {
      this.children.delete(request);
      if (!this.closed) this.host.postMessage({ type: 'gone', request });
    });
  }

  private async capture(name: string): Promise<void> {
    if (args.tour === null) return;
    mkdirSync(args.tour, { recursive: true });
    const image = await this.window.webContents.capturePage();
    writeFileSync(join(args.tour, `${name}.png`), image.toPNG());
  }

  /** Hands the window its port to the host. */
  connect(): void {
    const { port1, port2 } = new MessageChannelMain();
    this.host.postMessage({ type: 'window' }, [port1]);
    this.window.webContents.postMessage('port', null, [port2]);
  }

  token(path: string, kind: 'file' | 'workspace' | 'new-workspace' | 'save'): string {
    const token = randomUUID();
    this.host.postMessage({ type: 'token', token, path, kind });
    return token;
  }

  open(workspace: string): void {
    this.host.postMessage({ type: 'open', workspace });
  }

  private close(): void {
    this.host.postMessage({ type: 'close' });
    setTimeout(() => {
      if (!this.closed) this.receive({ type: 'closed' });
    }, 4000).unref();
  }

  focus(): void {
    if (this.window.isMinimized()) this.window.restore();
    this.window.focus();
  }
}

/** Ends a process without waiting for what it is at; what it has written is whole (SQLite's log). */
function endAtOnce(child: UtilityProcess): void {
  try {
    if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

let workbench: Workbench | null = null;

/** Only the main frame of our own window may speak to the shell. */
function fromOwnWindow(event: IpcMainEvent | IpcMainInvokeEvent): Workbench | null {
  const frame = event.senderFrame;
  if (!workbench || !frame || frame.parent !== null || event.sender !== workbench.window.webContents) return null;
  const origin = new URL(frame.url).origin;
  const own = devServer ? new URL(devServer).origin : ORIGIN;
  return frame.url.startsWith(`${ORIGIN}/`) || origin === own ? workbench : null;
}

/** What an export can be packed or written in; files are known by their content, so every other name may be chosen too. */
const EXPORT_FILTER = [
  {
    name: 'Exports',
    extensions: ['csv', 'tsv', 'tab', 'txt', 'xlsx', 'xlsm', 'json', 'ndjson', 'jsonl', 'zip', 'gz'],
  },
  { name: 'All files', extensions: ['*'] },
];
const WORKSPACE_FILTER = [{ name: 'Ladderline workspace', extensions: ['ladderline'] }];

async function pick(bench: Workbench, kind: unknown): Promise<string[]> {
  const open = async (options: OpenDialogOptions, tokenKind: 'file' | 'workspace'): Promise<string[]> => {
    const chosen = await dialog.showOpenDialog(bench.window, options);
    return chosen.canceled ? [] : chosen.filePaths.map((path) => bench.token(path, tokenKind));
  };
  const save = async (name: string, extension: string, tokenKind: 'new-workspace' | 'save'): Promise<string[]> => {
    const chosen = await dialog.showSaveDialog(bench.window, {
      defaultPath: `${name}.${extension}`,
      filters: [{ name: extension, extensions: [extension] }],
    });
    if (chosen.canceled || !chosen.filePath) return [];
    const path = chosen.filePath.endsWith(`.${extension}`) ? chosen.filePath : `${chosen.filePath}.${extension}`;
    return [bench.token(path, tokenKind)];
  };
  switch (kind) {
    case 'files':
      return open(
        { properties: ['openFile', 'multiSelections'], title: 'Import exports', filters: EXPORT_FILTER },
        'file',
      );
    case 'map':
      return open({ properties: ['openFile'], filters: [{ name: 'Mapping', extensions: ['json'] }] }, 'file');
    case 'workspace':
      return open({ properties: ['openFile'], filters: WORKSPACE_FILTER }, 'workspace');
    case 'new-workspace':
      return save('workspace', 'ladderline', 'new-workspace');
    case 'save-csv':
      return save('customers', 'csv', 'save');
    case 'save-html':
      return save('report', 'html', 'save');
    default:
      return [];
  }
}

ipcMain.on('connect', (event) => fromOwnWindow(event)?.connect());
ipcMain.handle('pick', (event, kind: unknown) => {
  const bench = fromOwnWindow(event);
  return bench ? pick(bench, kind) : [];
});
ipcMain.handle('drop', (event, paths: unknown) => {
  const bench = fromOwnWindow(event);
  if (!bench || !Array.isArray(paths)) return [];
  return paths
    .filter((path): path is string => typeof path === 'string' && path !== '')
    .slice(0, 500)
    .map((path) => {
      const isWorkspace = path.endsWith('.ladderline') && statSync(path, { throwIfNoEntry: false })?.isFile();
      return isWorkspace ? `workspace:${bench.token(path, 'workspace')}` : bench.token(path, 'file');
    });
});

function lockDownSession(): void {
  const own = session.defaultSession;
  const granted = new Set<string>(['clipboard-sanitized-write', 'fullscreen']);
  own.setPermissionRequestHandler((_contents, permission, answer) => answer(granted.has(permission)));
  own.setPermissionCheckHandler((_contents, permission) => granted.has(permission));
  own.setDevicePermissionHandler(() => false);
  own.webRequest.onBeforeRequest((details, answer) => {
    const allowed =
      details.url.startsWith(`${ORIGIN}/`) ||
      details.url.startsWith('devtools:') ||
      details.url.startsWith('blob:app://workbench/') ||
      details.url.startsWith('data:') ||
      (devServer !== undefined && new URL(details.url).host === new URL(devServer).host);
    answer({ cancel: !allowed });
  });
  if (!devServer) {
    const serve = serveFolder(join(here, '../renderer'));
    own.protocol.handle('app', (request) => serve(request.url));
  }
}

if (!app.requestSingleInstanceLock()) {
  app.quit();
} else {
  app.on('second-instance', (_event, argv) => {
    workbench?.focus();
    const file = parseArguments(argv.slice(1)).workspace;
    if (file) workbench?.open(resolve(file));
  });
  app.on('window-all-closed', () => app.quit());
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
  });
  void app.whenReady().then(() => {
    Menu.setApplicationMenu(
      process.platform === 'darwin' ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }]) : null,
    );
    lockDownSession();
    workbench = new Workbench();
  });
}

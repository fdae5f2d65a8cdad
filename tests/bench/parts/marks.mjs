/**
 * Electron runs this instead of an application and it runs the application, the same for the empty window and for the
 * workbench: notes when things happen, writes one line of JSON to the file LADDERLINE_BENCH_MARKS names, and quits.
 * Times are milliseconds of the wall clock, so that the program that started the process can subtract its own.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const marks = { main: Date.now() };
const folder = process.env.LADDERLINE_BENCH_APP ?? '';
const wanted = process.env.LADDERLINE_BENCH_WAIT ?? '';

/** Runs in the page: answers the moment after which the wanted element has been painted and nothing is loading. */
const inPage = `new Promise((done) => {
  const wanted = ${JSON.stringify(wanted)};
  const painted = () => requestAnimationFrame(() => setTimeout(() => done(finish()), 0));
  const shown = (selector) => document.querySelector(selector) !== null;
  const finish = () => {
    const now = Date.now();
    const page = performance.getEntriesByType('navigation')[0];
    return {
      interactive: now,
      navigation: performance.timeOrigin,
      scripts: performance.timeOrigin + page.domContentLoadedEventEnd,
    };
  };
  if (wanted === '') {
    if (document.readyState === 'complete') painted();
    else addEventListener('load', painted, { once: true });
    return;
  }
  const ready = () => shown(wanted) && !shown('main [aria-busy="true"]');
  if (ready()) return painted();
  const observer = new MutationObserver(() => {
    if (!ready()) return;
    observer.disconnect();
    painted();
  });
  observer.observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-busy'] });
})`;

/** CPU milliseconds of all processes since they started; null where the system does not tell (Linux counts in 10 ms). */
function cpuMs(processes) {
  if (process.platform !== 'linux') return null;
  let ticks = 0;
  for (const { pid } of processes) {
    const [, after] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const fields = after.split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * 10;
}

app.on('ready', () => (marks.ready = Date.now()));
app.on('browser-window-created', (_event, window) => {
  marks.window = Date.now();
  window.once('show', () => (marks.shown ??= Date.now()));
  window.webContents.once('dom-ready', () => void watch(window));
});

async function watch(window) {
  Object.assign(marks, await window.webContents.executeJavaScript(inPage));
  if (marks.shown === undefined) await new Promise((resolve) => window.once('show', resolve));
  marks.cpu = cpuMs(app.getAppMetrics());
  const quiet = Number(process.env.LADDERLINE_BENCH_QUIET_MS ?? '0');
  await new Promise((resolve) => setTimeout(resolve, quiet));
  const processes = app.getAppMetrics().map(({ pid, type, name, serviceName, memory }) => ({
    pid,
    what: type === 'Utility' ? (name ?? serviceName ?? type) : type,
    peakKb: memory.peakWorkingSetSize,
  }));
  // Linux keeps the exact peak of each process; read it before any of them ends.
  if (process.platform === 'linux') {
    for (const one of processes) {
      try {
        one.peakKb = Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${one.pid}/status`, 'utf8'))?.[1] ?? one.peakKb);
      } catch {
        // It ended in between.
      }
    }
  }
  writeFileSync(process.env.LADDERLINE_BENCH_MARKS, JSON.stringify({ marks, processes }));
  app.quit();
}

const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
app.setAppPath(folder);
// Awaited: Electron holds back "ready" until its first module has finished.
await import(pathToFileURL(join(folder, manifest.main)).href);

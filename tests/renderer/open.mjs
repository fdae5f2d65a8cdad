import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { chromium } from '@playwright/test';

const ROOT = join(import.meta.dirname, '../../out/look');
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
};

/** Serves the renderer built by vite.config.ts on loopback. */
function serve() {
  const server = createServer((request, response) => {
    const path = normalize(join(ROOT, new URL(request.url ?? '/', 'http://x').pathname));
    if (!path.startsWith(ROOT) || !existsSync(path)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
    createReadStream(path).pipe(response);
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

/**
 * Opens the renderer with the fake host in the Chromium named by CHROMIUM (default /usr/bin/chromium).
 * `faults` collects page errors, console errors and violations of the content policy.
 */
export async function openRenderer({ query = '', width = 1600, height = 1000, scheme = 'dark' } = {}) {
  const server = await serve();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`page: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  await page.addInitScript({ path: join(import.meta.dirname, 'fake-host.js') });
  await page.goto(`http://127.0.0.1:${server.address().port}/index.html${query}`);
  const close = async () => {
    await browser.close();
    server.close();
  };
  return { page, faults, close };
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

const source = (path: string): string => join(import.meta.dirname, path);

/** Programs of the main side; every one is its own file in out/main, named as here: others start them by that name. */
const programs = {
  shell: 'src-main/shell/main.ts',
  host: 'src-main/host/host.ts',
  writer: 'src-main/host/writer.ts',
  console: 'src-main/host/console.ts',
  thread: 'src-main/host/thread.ts',
};

function entries(): Record<string, string> {
  const missing = Object.values(programs).filter((path) => !existsSync(source(path)));
  if (missing.length > 0)
    throw new Error(`The build lacks ${missing.join(', ')}: see the list in electron.vite.config.ts.`);
  return Object.fromEntries(Object.entries(programs).map(([name, path]) => [name, source(path)]));
}

/** The dev server injects inline scripts and a web socket, which the shipped policy forbids; only serving relaxes it. */
function policyForServing(): Plugin {
  return {
    name: 'policy-for-serving',
    apply: 'serve',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/i, '<!-- policy left out while serving -->'),
    },
  };
}

// electron-vite would derive the targets from the installed electron package; the fall-back runtime is older.
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node20.18',
      sourcemap: true,
      // Only the addon stays outside: packages of many small files cost each process a quarter of a second to load.
      externalizeDeps: { include: ['better-sqlite3'], exclude: ['zod', 'tldts', 'write-file-atomic'] },
      rollupOptions: {
        input: entries(),
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'parts/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: 'node20.18',
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: source('src-main/shell/preload.ts') },
        // A sandboxed preload must be one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: source('src-renderer'),
    plugins: [react(), policyForServing()],
    server: { host: '127.0.0.1' },
    build: {
      outDir: source('out/renderer'),
      target: 'chrome130',
      minify: true,
      // Small fonts and images as data: URLs would need a wider policy.
      assetsInlineLimit: 0,
      rollupOptions: { input: source('src-renderer/index.html') },
    },
  },
});

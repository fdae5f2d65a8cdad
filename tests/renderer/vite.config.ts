import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The renderer alone in a browser, for looking at it with a fake host (`fake-host.js`). */
export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [react()],
  cacheDir: '../node_modules/.vite-look',
  build: { outDir: '../out/look', emptyOutDir: true, minify: false },
});

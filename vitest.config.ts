import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src-main/**/*.test.ts', 'src-renderer/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['tests/e2e/**', 'tests/bench/**', '**/node_modules/**'],
    // Workspaces on disk: real processes, so that a crash of the addon names its file.
    pool: 'forks',
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // The machine's own language and zone must not matter.
    env: { TZ: 'Pacific/Kiritimati', LC_ALL: 'de_DE.UTF-8' },
  },
});

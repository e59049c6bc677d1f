import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // Without it the CommonJS and the module build of graphql are loaded side by side, and their types do not match.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['src/**/*.test.ts', 'jobs/**/*.test.ts', 'bench/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['tests/services/**', 'node_modules/**'],
    setupFiles: ['tests/support/setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});

import { defineConfig, mergeConfig } from 'vitest/config';
import unit from './vitest.config.js';

/** Tests against real servers: the recipes lie beside the checkout, installing the first time takes minutes. */
export default mergeConfig(
  { ...unit, test: { ...unit.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['tests/services/**/*.test.ts'],
      testTimeout: 120_000,
      hookTimeout: 300_000,
      maxWorkers: 1,
    },
  }),
);

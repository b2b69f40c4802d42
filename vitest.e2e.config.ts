import { defineConfig } from 'vitest/config';
import base, { reporting } from './vitest.config.js';

/** Tests that need more than Node: a browser, namespaces, a full-size run. Never part of `npm test`. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['**/*.e2e.spec.ts'],
    exclude: ['**/dist/**', '**/node_modules/**'],
    testTimeout: 120_000,
    // Processes that watch each other every 20 ms want the machine for themselves; on a shared one they may lose it once.
    fileParallelism: false,
    isolate: true,
    retry: process.env['CI'] ? 2 : 0,
    ...reporting('e2e'),
  },
});

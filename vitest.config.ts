import { defineConfig } from 'vitest/config';

/** One configuration for every project: sources without a build, and no test without an assertion. */
const conditions = ['@pilotwire/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    environment: 'node',
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    exclude: ['**/*.e2e.spec.ts', '**/node_modules/**'],
    setupFiles: [new URL('./tools/vitest-setup.ts', import.meta.url).pathname],
    testTimeout: 20_000,
  },
});

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** One configuration for every project: sources without a build, and no test without an assertion. */
const conditions = ['@pilotwire/source'];

/** With PILOTWIRE_REPORTS each run also leaves its counts there as JSON, in a file named after the project. */
export function reporting(kind: 'test' | 'e2e'): { reporters: string[]; outputFile?: { json: string } } {
  const folder = process.env['PILOTWIRE_REPORTS'];
  if (folder === undefined) return { reporters: ['default'] };
  const project = process.cwd().split(/[\\/]/).at(-1);
  return { reporters: ['default', 'json'], outputFile: { json: join(folder, `${project}.${kind}.json`) } };
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    environment: 'node',
    include: ['**/*.spec.ts'],
    exclude: ['**/*.e2e.spec.ts', '**/dist/**', '**/node_modules/**'],
    setupFiles: [fileURLToPath(new URL('./tools/vitest-setup.ts', import.meta.url))],
    // A process for each project, not for each file: half of all the computing was loading the same modules again.
    isolate: false,
    testTimeout: 20_000,
    ...reporting('test'),
  },
});

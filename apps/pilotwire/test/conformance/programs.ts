import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The programs of processes that the tests start. They lie one folder below that of the app, where its sources and its own program are too. */
export const programs = { life: fileOf('../../dist/conformance-life.mjs'), worker: fileOf('../../dist/conformance-worker.mjs') } as const;

/** What is no source of this project is found where it is installed. */
const elsewhere: Plugin = {
  name: 'elsewhere',
  setup: (building) => building.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => (kind === 'entry-point' || path.startsWith('@pilotwire/') ? undefined : { path, external: true })),
};

/** Makes them from their sources. */
export async function buildPrograms(): Promise<void> {
  for (const [name, outfile] of Object.entries(programs)) {
    await build({ entryPoints: [fileOf(`${name}.ts`)], outfile, bundle: true, platform: 'node', format: 'esm', conditions: ['@pilotwire/source'], plugins: [elsewhere], logLevel: 'error' });
  }
}

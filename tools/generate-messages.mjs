/** Compiles the message declarations to straight-line code: libs/v2g-messages/src/generated/*.ts. Run by Nx before anything that needs them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const library = fileURLToPath(new URL('../libs/v2g-messages/', import.meta.url));

async function generate() {
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-generate-'));
  try {
    const outfile = join(folder, 'sources.mjs');
    const entryPoints = [join(library, 'src/compiled-sources.ts')];
    await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'neutral', conditions: ['@pilotwire/source'], logLevel: 'warning' });
    const { compiledSources } = await import(pathToFileURL(outfile).href);
    mkdirSync(join(library, 'src/generated'), { recursive: true });
    for (const [name, source] of Object.entries(compiledSources)) {
      const text = `// @ts-nocheck: compiled from the declarations by tools/generate-messages.mjs; do not edit.\n${source}`;
      writeFileSync(join(library, 'src/generated', `${name}.ts`), text);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await generate();

import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const require = createRequire(import.meta.url);
const kept = fileURLToPath(new URL('../node_modules/.cache/pilotwire', import.meta.url));

/**
 * Puts an empty embedded database where a history with this folder finds it. Making one takes six seconds of computing,
 * copying one nothing; so one is made for all tests, once for each version of the library.
 */
export async function freshDatabase(folder: string): Promise<void> {
  const library = require.resolve('@electric-sql/pglite');
  const { version } = JSON.parse(readFileSync(join(dirname(library), '..', 'package.json'), 'utf8')) as { version: string };
  const model = join(kept, `pglite-${version}`);
  if (!existsSync(model)) {
    const draft = `${model}.${process.pid}`;
    mkdirSync(kept, { recursive: true });
    const script = `const { PGlite } = require(${JSON.stringify(library)}); PGlite.create(process.argv[1]).then((one) => one.close())`;
    await promisify(execFile)(process.execPath, ['-e', script, draft]);
    try {
      renameSync(draft, model);
    } catch {
      // Another was faster.
      rmSync(draft, { recursive: true });
    }
  }
  cpSync(model, join(folder, 'database', 'pglite'), { recursive: true });
}

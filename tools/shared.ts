import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The folder of captures and vectors that tests read and the project does not contain: `PILOTWIRE_SHARED`, or
 * `shared` beside the checkout. Undefined where there is none; in CI that is an error, elsewhere those tests skip.
 */
export function sharedPath(...parts: string[]): string | undefined {
  const base = process.env['PILOTWIRE_SHARED'] ?? join(root, '..', 'shared');
  if (existsSync(join(base, 'captures'))) return join(base, ...parts);
  if (process.env['CI']) throw new Error(`captures and vectors are missing: ${base} (set PILOTWIRE_SHARED)`);
  console.warn(`skipped: needs the captures and vectors in ${base} (set PILOTWIRE_SHARED to point elsewhere)`);
  return undefined;
}

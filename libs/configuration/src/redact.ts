import type { Keys, ValuesOf } from './key.js';

/** What stands for a secret that is set. */
const hidden = '(hidden)';

/** Values that may be shown: secrets hidden, and passwords within URLs; null where nothing is set. */
export function redacted<K extends Keys>(keys: K, settings: ValuesOf<K>): Record<keyof K & string, string | number | null> {
  const shown = Object.entries(keys).map(([name, { secret }]) => {
    const value = settings[name];
    if (value === undefined) return [name, null];
    if (secret) return [name, hidden];
    return [name, typeof value === 'string' ? value.replace(/\/\/[^/@\s]*@/, `//${hidden}@`) : value];
  });
  return Object.fromEntries(shown) as Record<keyof K & string, string | number | null>;
}

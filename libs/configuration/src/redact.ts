import type { Keys, ValuesOf } from './key.js';
import { hidden, shownUrl } from './shown-url.js';

/** Values that may be shown: secrets hidden, and what is secret within URLs; null where nothing is set. */
export function redacted<K extends Keys>(keys: K, settings: ValuesOf<K>): Record<keyof K & string, string | number | null> {
  const shown = Object.entries(keys).map(([name, { secret }]) => {
    const value = settings[name];
    if (value === undefined) return [name, null];
    if (secret) return [name, hidden];
    return [name, typeof value === 'string' && (name.endsWith('.url') || value.includes('://')) ? shownUrl(value) : value];
  });
  return Object.fromEntries(shown) as Record<keyof K & string, string | number | null>;
}

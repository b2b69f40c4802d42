import { ConfigurationError } from './error.js';
import type { Problem } from './error.js';
import { variableOf } from './given.js';
import type { Given } from './given.js';
import type { Key, Keys, ValuesOf } from './key.js';
import { didYouMean } from './nearest.js';

/** Characters of a text: a thousand names of stations fit. */
const longestText = 65_536;

/** The values that are in force, and where each came from: `default`, or as `Given` says. */
export interface Resolved<K extends Keys> {
  readonly settings: ValuesOf<K>;
  readonly origins: Readonly<Record<keyof K, string>>;
}

/**
 * Lays sources over the defaults, each over those before it. Throws `ConfigurationError` with all that is wrong: keys
 * that do not exist, with what was meant, and values that are none, with what is allowed.
 */
export function resolve<K extends Keys>(keys: K, sources: readonly (readonly Given[])[]): Resolved<K> {
  const problems: Problem[] = [];
  const settings: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  for (const [name, key] of Object.entries(keys)) {
    settings[name] = key.default;
    origins[name] = 'default';
  }
  for (const source of sources) {
    const seen = new Map<string, string>();
    for (const { key: name, value, where } of source) {
      const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
      const before = seen.get(name);
      seen.set(name, where);
      if (key === undefined) problems.push({ where, problem: unknown(name, where, Object.keys(keys)) });
      else if (before !== undefined) problems.push({ where, problem: `${name} is set at ${before} already` });
      else {
        const checked = check(key, value);
        if ('problem' in checked) problems.push({ where, problem: `${name} ${checked.problem}` });
        else {
          settings[name] = checked.value;
          origins[name] = where;
        }
      }
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  // Every key has been put there, with a value that its declaration allows.
  return { settings: settings as ValuesOf<K>, origins: origins as Record<keyof K, string> };
}

function unknown(name: string, where: string, known: readonly string[]): string {
  const group = known.filter((one) => one.startsWith(`${name}.`));
  if (group.length > 0) return `${name} is a group of keys: ${group.join(', ')}`;
  // A variable that names no key comes under its own name.
  if (where === name) return `is no setting${didYouMean(name, known.map(variableOf))}`;
  return `there is no key ${name}${didYouMean(name, known)}`;
}

type Checked = { readonly value: string | number } | { readonly problem: string };

function check(key: Key, given: unknown): Checked {
  switch (key.type) {
    case 'text': {
      const text = typeof given === 'number' ? String(given) : given;
      if (typeof text !== 'string') return { problem: 'is a text' };
      if (text.length > longestText) return { problem: `is longer than ${longestText.toLocaleString('en-US')} characters` };
      if (key.pattern !== undefined && !key.pattern.test(text)) return { problem: `must match ${key.pattern.source}${said(key, given)}` };
      return { value: text };
    }
    case 'number': {
      const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      const right = typeof number === 'number' && number >= key.least && number <= key.most && !(key.whole && !Number.isInteger(number));
      if (right) return { value: number };
      const unit = key.unit === undefined ? '' : ` ${key.unit}`;
      return { problem: `is a ${key.whole ? 'whole ' : ''}number from ${key.least} to ${key.most}${unit}${said(key, given)}` };
    }
    case 'choice':
      if (typeof given === 'string' && key.of.includes(given)) return { value: given };
      return { problem: `is one of ${key.of.join(', ')}${said(key, given)}${typeof given === 'string' ? didYouMean(given, key.of) : ''}` };
  }
}

const said = ({ secret }: Key, given: unknown): string => (secret ? '' : `, not ${JSON.stringify(given)?.slice(0, 64)}`);

import { readFileSync } from 'node:fs';
import { ConfigurationError } from './error.js';
import { fromFile } from './file.js';
import { fromEnvironment } from './given.js';
import type { Given } from './given.js';
import { keys } from './keys.js';
import type { Settings } from './keys.js';
import { outletsOf, splitOutlets } from './outlets.js';
import { resolve } from './resolve.js';
import type { Resolved } from './resolve.js';

/** The file that is read where nobody names one, if it is there. */
export const usualFile = 'pilotwire.yaml';

export interface Sources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the command line. */
  readonly flags?: readonly Given[];
  /** Of the command line; otherwise PILOTWIRE_CONFIG, otherwise the usual one. */
  readonly file?: string | undefined;
}

/** The settings of this process, and of each outlet that it serves. */
export interface Loaded extends Resolved<typeof keys> {
  readonly outlets: readonly Settings[];
  readonly file: string | undefined;
}

/** Throws `ConfigurationError`; also where a file that was named cannot be read. */
export function loadSettings({ env, flags = [], file: named = env['PILOTWIRE_CONFIG'] }: Sources): Loaded {
  const read = readOf(named ?? usualFile, named !== undefined && named !== '');
  const given = read === undefined ? [] : fromFile(read);
  const split = splitOutlets([given, fromEnvironment(env, Object.keys(keys)), flags]);
  return { ...resolve(keys, split.common), outlets: outletsOf(split), file: read?.name };
}

function readOf(name: string, must: boolean): { readonly name: string; readonly text: string } | undefined {
  try {
    return { name, text: readFileSync(name, 'utf8') };
  } catch (error) {
    if (!must && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigurationError([{ where: name, problem: `cannot be read: ${(error as Error).message}` }]);
  }
}

/**
 * The flags of a service's command line: `--mqtt.url X`, `--mqtt.url=X`, `--config FILE`. Throws
 * `ConfigurationError` for anything else.
 */
export function fromArguments(args: readonly string[]): { readonly flags: readonly Given[]; readonly file: string | undefined } {
  const flags: Given[] = [];
  let file: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (!word.startsWith('--')) throw new ConfigurationError([{ where: word, problem: 'is no flag; settings are given as --KEY VALUE' }]);
    const [where, inline] = word.split(/=(.*)/s, 2) as [string, string | undefined];
    const name = where.slice(2);
    const value = inline ?? args[++i];
    if (value === undefined) throw new ConfigurationError([{ where, problem: `needs a value: ${where} VALUE` }]);
    if (name === 'config') file = value;
    else flags.push({ key: name, value, where });
  }
  return { flags, file };
}

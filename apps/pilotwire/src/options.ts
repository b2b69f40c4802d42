import { parseArgs } from 'node:util';
import { didYouMean } from '@pilotwire/configuration/nearest';
import { UsageError } from './errors.js';

/**
 * One flag: `help` is its line in `--help`, undefined where it is told elsewhere; `value` names what follows it; `many`
 * means that it may be repeated.
 */
export type Option =
  | { readonly help: string | undefined }
  | { readonly help: string | undefined; readonly value: string; readonly many?: true };
export type Options = Readonly<Record<string, Option>>;

export type Values<O extends Options> = {
  readonly [K in keyof O]: O[K] extends { many: true }
    ? readonly string[]
    : O[K] extends { value: string }
      ? string | undefined
      : boolean;
};

/** What the help of every command ends with. */
const common = { help: { help: 'show this help' } } as const satisfies Options;

export interface Parsed<O extends Options> {
  readonly values: Values<O> & { readonly help: boolean };
  readonly words: readonly string[];
}

/** Sorts the arguments of a command into flags and words. Throws a UsageError that names the flag it refuses. */
export function parse<O extends Options>(options: O, args: readonly string[]): Parsed<O> {
  const all: Options = { ...options, ...common };
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(all).map(([name, option]) => [name, { type: 'value' in option ? ('string' as const) : ('boolean' as const) }]),
    ),
    allowPositionals: true,
    strict: false, // the messages below are ours
    tokens: true,
  });
  const values: Record<string, string | boolean | string[] | undefined> = {};
  for (const [name, option] of Object.entries(all)) values[name] = 'value' in option ? (option.many ? [] : undefined) : false;
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const name = token.rawName === '-h' ? 'help' : token.name;
    const option = Object.hasOwn(all, name) ? all[name] : undefined;
    if (option === undefined) {
      const known = Object.keys(all).map((one) => `--${one}`);
      throw new UsageError(`unknown option: ${token.rawName}${didYouMean(token.rawName, known)}`);
    }
    if (!('value' in option)) {
      if (token.inlineValue) throw new UsageError(`${token.rawName} takes no value`);
      values[name] = true;
      continue;
    }
    if (token.value === undefined || (!token.inlineValue && /^-./.test(token.value))) {
      throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${option.value}`);
    }
    const before = values[name];
    if (Array.isArray(before)) before.push(token.value);
    else if (before !== undefined) throw new UsageError(`${token.rawName} is given twice`);
    else values[name] = token.value;
  }
  return { values: values as Parsed<O>['values'], words };
}

/** The lines of `--help` about flags, aligned. */
export function optionsHelp(options: Options): string {
  const all: Options = { ...options, ...common };
  const rows = Object.entries(all).flatMap(([name, option]) =>
    option.help === undefined ? [] : [[`--${name}${'value' in option ? ` ${option.value}` : ''}`, option.help] as const],
  );
  return table(rows);
}

/** Two columns, indented, the second aligned. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}

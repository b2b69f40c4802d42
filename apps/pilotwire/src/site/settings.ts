import { ConfigurationError, keys, loadSettings } from '@pilotwire/configuration';
import { type Command, command } from '../command.js';
import { CliError } from '../errors.js';
import type { Io } from '../io.js';
import type { Option, Options, Values } from '../options.js';

/** The settings that are in force, and where each came from. */
export type SiteSettings = ReturnType<typeof loadSettings>;

/** Every setting; a help names those that are given most. */
const flags: Readonly<Record<string, Option>> = {
  ...Object.fromEntries(Object.keys(keys).map((name) => [name, { help: undefined, value: 'VALUE' }])),
  station: { help: 'which station; default: demo, or what the configuration says', value: 'NAME' },
  evse: { help: 'which of its outlets, from 1', value: 'NUMBER' },
  'mqtt.url': { help: 'which broker; default: that of `pilotwire up` on this machine', value: 'URL' },
  config: { help: 'the configuration; default: pilotwire.yaml, if there is one', value: 'FILE' },
};
const settingsNote = 'Every setting is a flag: --mqtt.username NAME, --outlet.speed 100. `pilotwire config` lists them.';

/** What is wrong with the settings, in lines for a person; exit code 2. */
export class SettingsError extends CliError {
  override readonly name = 'SettingsError';

  constructor({ problems }: ConfigurationError) {
    const lines = problems.map(({ where, problem }) => `${where}: ${problem}`);
    super(lines.length === 1 ? lines.join() : ['the configuration is wrong', ...lines].join('\n  '), 2);
  }
}

interface Declaration<O extends Options> {
  readonly summary: string;
  readonly usage: readonly string[];
  readonly options: O;
  readonly notes?: string;
  readonly run: (site: SiteSettings, values: Values<O>, words: readonly string[], io: Io) => Promise<number>;
}

/** A command that has to do with a site: it takes every setting as a flag, over the environment and the file. */
export function siteCommand<const O extends Options>({ options, notes, run, ...rest }: Declaration<O>): Command {
  const all: Options = { ...options, ...flags };
  return command({
    ...rest,
    options: all,
    notes: notes === undefined ? settingsNote : `${settingsNote}\n${notes}`,
    run: async (values, words, io) => {
      try {
        const given = Object.keys(keys).flatMap((key) => (typeof values[key] === 'string' ? [{ key, value: values[key], where: `--${key}` }] : []));
        const file = typeof values['config'] === 'string' ? values['config'] : undefined;
        // All that `options` declares is there; the compiler cannot follow a declaration that it does not know.
        return await run(loadSettings({ env: io.env, flags: given, file }), values as Values<O>, words, io);
      } catch (error) {
        throw error instanceof ConfigurationError ? new SettingsError(error) : error;
      }
    },
  });
}

import type { Io } from './io.js';
import { type Options, optionsHelp, parse, type Values } from './options.js';

export interface Command {
  readonly summary: string;
  readonly help: (name: string) => string;
  /** Runs with what follows its name; resolves to the exit code. Throws a CliError for what ends it with one line. */
  readonly run: (args: readonly string[], io: Io) => Promise<number>;
}

interface Declaration<O extends Options> {
  readonly summary: string;
  /** What may follow the name, one form a line. */
  readonly usage: readonly string[];
  readonly options: O;
  /** Further lines of the help: the meaning of the output, examples. */
  readonly notes?: string;
  readonly run: (values: Values<O>, words: readonly string[], io: Io) => Promise<number>;
}

/** A command from its declaration: one place for its flags, their help and their parsing. */
export function command<const O extends Options>({ summary, usage, options, notes, run }: Declaration<O>): Command {
  const help = (name: string): string => {
    const forms = usage.map((form, i) => `${i === 0 ? 'usage:' : '      '} pilotwire ${name} ${form}\n`).join('');
    return `${forms}\n${summary}\n\n${optionsHelp(options)}${notes === undefined ? '' : `\n${notes}\n`}`;
  };
  return {
    summary,
    help,
    run: (args, io) => {
      const { values, words } = parse(options, args);
      return run(values, words, io);
    },
  };
}

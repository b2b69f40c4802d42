import { didYouMean } from '@pilotwire/configuration/nearest';
import type { Command } from './command.js';
import { CliError, UsageError } from './errors.js';
import type { Io } from './io.js';
import { table } from './options.js';
import { version } from './project.js';

/** A command's line in the help, and how to load the rest of it: start-up pays only for the command that is run. */
export interface Entry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export type Entries = Readonly<Record<string, Entry>>;

/** Runs one command line and resolves to its exit code: 0 done, 1 some input failed, 2 the command line was wrong. */
export async function run(entries: Entries, args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  try {
    const code = await dispatch(entries, name, rest, io);
    await io.out.flush();
    return code;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    await io.out.flush();
    const prefix = name !== undefined && Object.hasOwn(entries, name) ? `pilotwire: ${name}` : 'pilotwire';
    io.err.write(`${prefix}: ${error.message}\n`);
    return error.exitCode;
  }
}

async function dispatch(entries: Entries, name: string | undefined, rest: readonly string[], io: Io): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const [topic] = rest;
    const text = name === 'help' && topic !== undefined ? (await load(entries, topic)).help(topic) : overview(entries);
    await io.out.line(text.trimEnd());
    return 0;
  }
  if (name === '--version' || name === '-V') {
    await io.out.line(`pilotwire ${version()}`);
    return 0;
  }
  const command = await load(entries, name);
  const end = rest.indexOf('--');
  if ((end < 0 ? rest : rest.slice(0, end)).some((word) => word === '--help' || word === '-h')) {
    await io.out.line(command.help(name).trimEnd());
    return 0;
  }
  return command.run(rest, io);
}

async function load(entries: Entries, name: string): Promise<Command> {
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (entry) return entry.load();
  const [kind, known] = name.startsWith('-') ? ['option', ['--help', '--version']] : ['command', Object.keys(entries)];
  throw new UsageError(`unknown ${kind}: ${name}${didYouMean(name, known)}; see pilotwire --help`);
}

function overview(entries: Entries): string {
  return `usage: pilotwire COMMAND [ARGUMENT...]

What a car and a charger say to each other over the Control Pilot wire.

${table(Object.entries(entries).map(([name, { summary }]) => [name, summary]))}
${table([['--help', 'show this help; after a command, that of the command'], ['--version', 'show the version']])}
exit codes: 0 done, 1 some input could not be read, decoded or encoded, 2 the command line was wrong
`;
}

import { BusError } from '@pilotwire/bus';
import { commands, schemaOf, stationCommands } from '@pilotwire/contracts';
import { didYouMean } from '@pilotwire/configuration/nearest';
import { CliError, UsageError } from '../errors.js';
import type { Io } from '../io.js';
import { table } from '../options.js';
import { plain } from '../site/plain.js';
import { siteCommand } from '../site/settings.js';
import { atSite } from '../site/visitor.js';

/** Whoever carries a command out says so at once. */
const patience = 5_000;

/** Of an outlet, and of a station as a whole. */
const all = { ...commands, ...stationCommands };
type Known = (typeof all)[keyof typeof all];
const isOfStation = (command: Known): boolean => Object.values<Known>(stationCommands).includes(command);

export const commandCommand = siteCommand({
  summary: 'Asks something of an outlet or a station, and prints what came of it. Alone: lists what can be asked.',
  usage: ['', 'NAME [--station NAME] [--evse NUMBER] [KEY=VALUE]...'],
  options: {},
  notes: 'The exit code is 0 if it was done or has begun, 1 if it was refused, failed or nobody answered.',
  run: async (site, _, [name, ...words], io) => {
    if (name === undefined) return list(io);
    const known = Object.hasOwn(all, name) ? all[name as keyof typeof all] : undefined;
    if (known === undefined) throw new UsageError(`no such command: ${name}${didYouMean(name, Object.keys(all))}; \`pilotwire command\` lists them`);
    const args = argumentsOf(known, words);
    const { station, evse } = site.settings;
    return atSite(site, 'command', async (bus) => {
      try {
        // Each command takes the arguments that its own schema has just passed.
        const { code, message } = await bus.request(known as (typeof commands)['stop'], { station, evse }, args as Record<string, never>, { timeout: patience, source: 'pilotwire' });
        await io.out.line(message === undefined ? code : `${code}: ${plain(message)}`);
        return code === 'done' || code === 'accepted' ? 0 : 1;
      } catch (error) {
        if (!(error instanceof BusError)) throw error;
        if (error.code !== 'no-answer') throw new CliError(error.message);
        const whom = isOfStation(known) ? `station ${station}` : `EVSE ${evse} of station ${station}`;
        throw new CliError(`nobody answers for ${whom}: \`pilotwire status\` says who is there`);
      }
    });
  },
});

interface Property {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly description?: string;
}
interface ArgumentSchema {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

const schemaFor = ({ args }: Known): ArgumentSchema => schemaOf({ payload: args }) as ArgumentSchema;

/** What an argument may be: `true or false`, `a number from 0 to 100 %`. */
function kind({ type, enum: words, format, minimum, maximum, maxLength, description }: Property): string {
  if (type === 'boolean') return 'true or false';
  if (words !== undefined) return `one of ${words.join(', ')}`;
  if (format === 'uuid') return 'a UUID';
  if (type === 'string') return `a text of ${maxLength} characters at most`;
  return `a number from ${minimum} to ${maximum}${isUnit(description) ? ` ${description}` : ''}`;
}

/** W, A, %. */
const isUnit = (description: string | undefined): boolean => description !== undefined && description.length <= 2;
/** What there is to say of an argument besides. */
const note = ({ description }: Property): readonly string[] => (description === undefined || isUnit(description) ? [] : [description]);

/** `maxW=25000` as its schema wants it. Throws a UsageError that says what would be right. */
export function argumentsOf(command: Known, words: readonly string[]): Readonly<Record<string, unknown>> {
  const { properties = {}, required = [] } = schemaFor(command);
  const args: Record<string, unknown> = {};
  for (const word of words) {
    const [name, value] = word.split(/=(.*)/s, 2) as [string, string | undefined];
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined) {
      const names = Object.keys(properties);
      throw new UsageError(`${command.name} takes no ${name}${didYouMean(name, names)}; ${names.length === 0 ? 'it takes no arguments' : `it takes ${names.join(', ')}`}`);
    }
    if (value === undefined) throw new UsageError(`${name} needs a value: ${name}=VALUE, ${kind(property)}`);
    if (Object.hasOwn(args, name)) throw new UsageError(`${name} is given twice`);
    args[name] = typed(property, value);
  }
  const missing = required.find((name) => !Object.hasOwn(args, name));
  if (missing !== undefined) throw new UsageError(`${command.name} needs ${missing}=VALUE: ${kind(properties[missing] ?? {})}`);
  const checked = command.args.safeParse(args);
  if (checked.success) return args;
  const name = String(checked.error.issues[0]?.path[0]);
  throw new UsageError(`${name} is ${kind(properties[name] ?? {})}, not ${words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1)}`);
}

/** What is no number or no boolean stays a text, which its schema refuses. */
function typed({ type }: Property, value: string): unknown {
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  if (type === 'string') return value;
  return value.trim() === '' || Number.isNaN(Number(value)) ? value : Number(value);
}

async function list(io: Io): Promise<number> {
  for (const command of Object.values<Known>(all)) {
    const { properties = {}, required = [] } = schemaFor(command);
    const only = command.simulated ? ' Simulation only.' : '';
    await io.out.line(`${command.name}\n  ${command.doc}${only}`);
    const rows = Object.entries(properties).map(([name, property]) => [`${name}=`, [kind(property), ...(required.includes(name) ? ['needed'] : []), ...note(property)].join('; ')] as const);
    if (rows.length > 0) await io.out.line(table(rows).replaceAll(/^/gm, '  ').trimEnd());
  }
  return 0;
}

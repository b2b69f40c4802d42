import { randomInt } from 'node:crypto';
import type { PibRole } from '@pilotwire/homeplug';
import { diffPib, isPibError, nmkFromPassword } from '@pilotwire/homeplug';
import type { Change, InstallEnd, InstallInput, InstallOutput, TaskOutput } from '@pilotwire/modem';
import { findModems, install, installInitial, modemStatus, readModem, setModemKey, taskInitial } from '@pilotwire/modem';
import { fromHex, toHex } from '@pilotwire/wire';
import { CliError, UsageError } from '../errors.js';
import { readText } from '../input.js';
import type { Io } from '../io.js';
import { backupName, loadPib, storePib } from './files.js';
import type { ModemHost, Said } from './host.js';
import { Prompt } from './prompt.js';
import { changeJson, changeLines, endText, fieldLines, fieldsJson, modemText, statusLines, troubleText } from './text.js';

/** What the command line says, beside the job and its words. */
export interface Settings {
  readonly interface: string;
  readonly modem: string | undefined;
  readonly from: string | undefined;
  readonly backup: string;
  readonly yes: boolean;
  readonly force: boolean;
  readonly keys: boolean;
  readonly json: boolean;
}

/** What a job at a modem needs. */
export interface AtModem {
  readonly host: ModemHost;
  readonly io: Io;
  readonly settings: Settings;
  readonly now: () => Date;
}

/** The result of a machine that does one thing, or a `CliError`. */
function result<Result extends object>(said: Said<TaskOutput<Result>>): { readonly result: Result } {
  if (said.kind === 'failed') throw new CliError(troubleText(said.trouble));
  return { result: said.result };
}

export async function find({ host, io, settings }: AtModem): Promise<number> {
  const { result: modems } = await host.run(findModems({ mac: host.mac }), taskInitial, { kind: 'start' }, result);
  for (const modem of modems) await io.out.line(settings.json ? JSON.stringify(modem) : modemText(modem));
  if (modems.length === 0) throw new CliError(`${settings.interface}: no modem answers: has it power, and is it at this network interface?`);
  return 0;
}

export async function status({ host, io, settings: { modem, json } }: AtModem): Promise<number> {
  const { result: found } = await host.run(modemStatus({ mac: host.mac }), taskInitial, { kind: 'start', modem }, result);
  const hex = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? toHex(value) : value);
  for (const line of json ? [JSON.stringify(found, hex)] : statusLines(found)) await io.out.line(line);
  return 0;
}

/** The key of a network from what somebody has typed: its 32 hex digits, or the password that it is made of. */
function keyFrom(text: string): Uint8Array {
  const octets = /^[0-9a-f]{32}$/i.test(text) ? fromHex(text.toLowerCase()) : undefined;
  if (octets !== undefined) return octets;
  if (text.length === 0 || text.length > 64) throw new CliError('a network password has 1 to 64 characters, better 12 or more');
  try {
    return nmkFromPassword(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CliError(error.message);
  }
}

export async function setKey({ host, io, settings }: AtModem): Promise<number> {
  const { from, yes, modem } = settings;
  const prompt = new Prompt(io);
  try {
    if (from === undefined && !prompt.person) throw new UsageError('set-key needs --from FILE where nobody is there to be asked');
    const typed = from === undefined
      ? await prompt.ask('network password, or the 32 hex digits of the key (they show): ')
      : readText(from).split(/\r?\n/, 1)[0];
    const nmk = keyFrom(typed ?? '');
    if (!(await prompt.agreed(`give this key to the modem at ${settings.interface}? It leaves the network that it is in.`, yes))) {
      throw new CliError('nothing was written');
    }
    const { result: set } = await host.run(setModemKey({ mac: host.mac }), taskInitial, { kind: 'start', nmk, modem }, result);
    await io.out.line(modemText(set.modem));
    await io.out.line(`the modem has taken the key (Result ${set.result}: Qualcomm's say 1 for success); NID ${toHex(set.nid)}`);
    await io.out.line(linkWords[set.link]);
    return 0;
  } finally {
    await prompt.close();
  }
}

const linkWords = {
  up: 'link up: another modem has the same key',
  down: 'link down: no other modem with this key is heard yet',
  unknown: 'link unknown: the modem does not tell',
} as const;

export async function read({ host, io, settings: { modem } }: AtModem, file: string): Promise<number> {
  const { result: { modem: found, bytes } } = await host.run(readModem({ mac: host.mac }), taskInitial, { kind: 'start', modem }, result);
  storePib(file, bytes);
  await io.out.line(modemText(found));
  await io.out.line(`${file}: ${bytes.length} octets; only you may read it, for it holds keys`);
  return 0;
}

export const write = (at: AtModem, file: string): Promise<number> => change(at, { kind: 'image', bytes: loadPib(file) });

/** The names of roles on the command line. */
const roles: ReadonlyMap<string, PibRole> = new Map([['evse', 'evse'], ['ev', 'pev'], ['ev-auto', 'pev-auto']]);

export function role(at: AtModem, name: string): Promise<number> {
  const found = roles.get(name);
  if (found === undefined) throw new UsageError(`a modem serves as one of ${[...roles.keys()].join(', ')}: ${name}`);
  return change(at, { kind: 'role', role: found });
}

async function change({ host, io, settings, now }: AtModem, wanted: Change): Promise<number> {
  const { force, yes, modem, backup: folder, keys } = settings;
  const prompt = new Prompt(io);
  let backup = '';
  const hear = async (said: Said<InstallOutput>, feed: (input: InstallInput) => void): Promise<{ readonly end: InstallEnd } | undefined> => {
    switch (said.kind) {
      case 'doing':
        return void io.out.update(`${said.doing}${said.octets > 0 ? `: ${said.octets} octets` : ''}`);
      case 'ended':
        return { end: said.end };
      case 'backup':
        await io.out.line(modemText(said.modem));
        await io.out.line('this changes in its flash:');
        for (const line of changeLines(said.plan.changes, keys)) await io.out.line(line);
        if (!(await prompt.agreed('write it, and restart the modem?', yes))) return void feed({ kind: 'cancel' });
        backup = backupName(folder, said.modem.mac, now());
        storePib(backup, said.bytes);
        await io.out.line(`what it holds now is in ${backup}`);
        io.onInterrupt(() => io.err.write('the modem is being written; it takes less than a minute, and must not be broken off\n'));
        return void feed({ kind: 'stored' });
    }
  };
  try {
    const session = randomInt(2 ** 32);
    const { end } = await host.run(install({ mac: host.mac }), installInitial, { kind: 'start', change: wanted, force, session, modem }, hear);
    io.out.update('');
    if (end.outcome === 'same') await io.out.line('nothing to do: the modem holds this already');
    else if (end.outcome === 'written') await io.out.line('done: read back after a restart, and the same');
    else throw new CliError(endText(end, `pilotwire modem write ${backup} --interface ${settings.interface}`));
    return 0;
  } finally {
    await prompt.close();
  }
}

/** A `PibError` as an error of that file. */
function ofFile<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!isPibError(error)) throw error;
    throw new CliError(`${file}: ${error.message}`);
  }
}

export async function show(io: Io, { keys, json }: Pick<Settings, 'keys' | 'json'>, file: string): Promise<number> {
  const bytes = loadPib(file);
  const lines = ofFile(file, () => (json ? [JSON.stringify({ file, ...fieldsJson(bytes, keys) })] : [`${file}: ${fieldLines(bytes, keys).join('\n')}`]));
  for (const line of lines) await io.out.line(line);
  return 0;
}

export async function diff(io: Io, { keys, json }: Pick<Settings, 'keys' | 'json'>, before: string, after: string): Promise<number> {
  const changes = ofFile(`${before} and ${after}`, () => diffPib(loadPib(before), loadPib(after)));
  for (const line of json ? changes.map((one) => JSON.stringify(changeJson(one, keys))) : changeLines(changes, keys)) await io.out.line(line);
  return 0;
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CliError } from '../../errors.js';

const run = promisify(execFile);

/** A machine of its own, as far as its network goes: a namespace with one Ethernet port. */
export interface Machine {
  readonly namespace: string;
  readonly interface: string;
  /** Of the interface. */
  readonly address: string;
}

/** Machines whose Ethernet cables all end at one in the middle, where the modems are. */
export interface Network {
  readonly hosts: readonly Machine[];
  /** What else has a cable to the middle, and never says a word by itself. */
  readonly listener: Machine;
  readonly middle: { readonly namespace: string; readonly ports: readonly string[]; readonly tap: string };
  /** Takes all of it away. May be called twice. */
  remove(): Promise<void>;
}

const cable = (nth: number): string => `plc${nth}`;
const tap = 'tap';
let count = 0;

/** One Ethernet port: of a machine of its own, or of the machine of an earlier port. */
export interface Host {
  readonly beside?: number;
}

/**
 * Makes namespaces that nobody else has, with a machine for each host that is not beside another. Their interfaces are up; IPv6 gives itself an address there as
 * on any machine, once it has seen that nobody else has it. Needs root and `ip` of iproute2. Throws `CliError`.
 */
export async function makeNetwork(hosts: readonly Host[]): Promise<Network> {
  const name = (of: string): string => `pilotwire-${process.pid}-${count}-${of}`;
  count++;
  const middle = name('middle');
  const machines = hosts.map(({ beside }, i) => ({
    namespace: name(`host${beside ?? i}`), interface: cable(hosts.slice(0, i).filter((one, j) => (one.beside ?? j) === (beside ?? i)).length), address: hostAddress(i),
  }));
  const listener = { namespace: name('listener'), interface: cable(0), address: hostAddress(0xff) };
  const remove = async (): Promise<void> => {
    // The cables go with their ends. What is gone already is no error.
    for (const { namespace } of [...machines, listener, { namespace: middle }]) await ip('netns', 'del', namespace).catch(() => undefined);
  };
  try {
    await ip('netns', 'add', middle);
    await mute(middle);
    for (const [i, machine] of machines.entries()) {
      if (hosts[i]?.beside === undefined) await build(machine.namespace);
      await plugIn(machine, middle, `port${i}`);
    }
    await build(listener.namespace);
    await mute(listener.namespace);
    await plugIn(listener, middle, tap);
  } catch (error) {
    await remove();
    throw error;
  }
  return { hosts: machines, listener, middle: { namespace: middle, ports: machines.map((_, i) => `port${i}`), tap }, remove };
}

async function build(namespace: string): Promise<void> {
  await ip('netns', 'add', namespace);
  await ip('-netns', namespace, 'link', 'set', 'lo', 'up');
}

async function plugIn({ namespace, interface: end, address }: Machine, middle: string, port: string): Promise<void> {
  await ip('-netns', middle, 'link', 'add', port, 'type', 'veth', 'peer', 'name', end, 'address', address, 'netns', namespace);
  // A raw socket carries frames, not the long segments that a card would cut into them.
  await ip('-netns', namespace, 'link', 'set', end, 'gso_max_segs', '1');
  await ip('-netns', middle, 'link', 'set', port, 'up');
  await ip('-netns', namespace, 'link', 'set', end, 'up');
}

/** A kernel without IPv6 says nothing by itself. */
async function mute(namespace: string): Promise<void> {
  const settings = ['all', 'default'].map((which) => `echo 1 > /proc/sys/net/ipv6/conf/${which}/disable_ipv6`).join(' && ');
  await ip('netns', 'exec', namespace, 'sh', '-c', settings);
}

async function ip(...words: readonly string[]): Promise<void> {
  await run('ip', words).catch((error: Error) => {
    throw new CliError(`ip ${words.join(' ')}: ${error.message}`);
  });
}

/** Of the host with a number from 0. */
export const hostAddress = (i: number): string => `02:00:00:00:00:${hex(i)}`;
/** Of the modem at it. */
export const modemAddress = (i: number): string => `00:b0:52:00:01:${hex(i)}`;

const hex = (octet: number): string => octet.toString(16).padStart(2, '0');

import type { MmeName } from '@pilotwire/homeplug';
import { putLe32, xorChecksum32 } from '@pilotwire/wire';
import type { Duration, Machine } from '@pilotwire/machine';
import { ms, Random, VirtualTime } from '@pilotwire/machine';
import type { InstallEnd, InstallInput, InstallOutput, InstallState, Received, Send } from '../src/index.js';
import { install, installInitial, mmeFrame, receiveMme } from '../src/index.js';
import { EmulatedModem } from './emulated-modem.js';
import type { EmulatedOptions } from './emulated-modem.js';

export const HOST = '02:00:00:00:00:0e';
export const MODEM = '00:b0:52:00:00:aa';

/** Length of a QCA7005's block, in octets. */
export const BLOCK = 8080;
const HEADER = 0x60;

function block(mac: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0x200; i < length; i++) bytes[i] = (i * 7) & 0xff;
  bytes.set(mac.split(':').map((octet) => Number.parseInt(octet, 16)), 0x0c);
  return bytes;
}

/** A bare block, as older modems have it. */
export function barePib(mac = MODEM): Uint8Array {
  const bytes = block(mac, BLOCK);
  bytes.set([0x05, 0x07, 0, 0, BLOCK & 0xff, BLOCK >> 8]);
  putLe32(bytes, 8, xorChecksum32(bytes));
  return bytes;
}

/** A block in a container: manifest, then parameter block, as they lie in a modem's flash. */
export function containedPib(mac = MODEM, size = BLOCK): Uint8Array {
  const pib = HEADER + 24;
  const bytes = new Uint8Array(pib + HEADER + size);
  bytes.set(block(mac, size), pib + HEADER);
  for (const { at, type, length, next } of [{ at: 0, type: 0x0e, length: 24, next: pib }, { at: pib, type: 0x0f, length: size, next: 0xffff_ffff }]) {
    const image = at + HEADER;
    const words = [0x0001_0001, 0, image, 0x0020_0000, length, xorChecksum32(bytes, image, image + length), 0xffff_ffff, next, 0xffff_ffff, type];
    words.forEach((word, i) => putLe32(bytes, at + 4 * i, word));
    putLe32(bytes, at + 0x5c, xorChecksum32(bytes, at, at + 0x5c));
  }
  return bytes;
}

/** Faster than a matcher, which looks at each octet as an element. */
export const same = (a: Uint8Array | undefined, b: Uint8Array): boolean => a?.length === b.length && a.every((octet, i) => octet === b[i]);

/** What a line does to frames. Chances from 0 to 1. */
export interface Line {
  readonly seed?: number;
  readonly lost?: number;
  readonly doubled?: number;
  readonly late?: number;
  /** Never lets a message of this name through. */
  readonly swallows?: MmeName;
}

interface Ways {
  toModem(frame: Uint8Array): void;
  toHost(frame: Uint8Array): void;
}

/** Both ways of a line, each frame lost, doubled or late by chance. */
export function line(time: VirtualTime, { seed = 1, lost = 0, doubled = 0, late = 0, swallows }: Line, ends: Ways): Ways {
  const random = new Random(`line ${seed}`);
  const pass = (frame: Uint8Array, end: (frame: Uint8Array) => void): void => {
    const delay = (): Duration => ms(random.next() < late ? random.int(1, 4_000) : 0.2);
    if (swallows !== undefined && receiveMme(frame)?.mme.mme === swallows) return;
    if (random.next() >= lost) time.schedule(() => end(frame), delay());
    if (random.next() < doubled) time.schedule(() => end(frame), ms(random.int(1, 500)));
  };
  return { toModem: (frame) => pass(frame, ends.toModem), toHost: (frame) => pass(frame, ends.toHost) };
}

type Ended<Result> = Result extends { readonly kind: 'send' } ? never : Result;

/** Runs a machine against modems on one line, until nothing more happens. Resolves to what it said, but for frames. */
export function run<State, Input, Output extends { readonly kind: string }>(
  machine: Machine<State, Input | Received, Output>,
  initial: State,
  start: Input,
  modems: readonly EmulatedOptions[],
  { given = {}, reply }: { readonly given?: Line; readonly reply?: (output: Ended<Output>) => Input | undefined } = {},
): { readonly state: State; readonly said: readonly Ended<Output>[]; readonly sent: number; readonly seconds: number; readonly modems: readonly EmulatedModem[] } {
  const time = new VirtualTime();
  const said: Ended<Output>[] = [];
  let sent = 0;
  const ways = line(time, given, {
    toModem: (frame) => emulated.forEach((modem) => modem.hear(frame)),
    toHost(frame) {
      const input = receiveMme(frame);
      if (input !== undefined) actor.feed(input);
    },
  });
  const emulated = modems.map((options) => new EmulatedModem(time, options, ways.toHost));
  const actor = time.add<State, Input | Received, Output>(machine, initial, {
    perform(output) {
      if (output.kind === 'send') {
        sent++;
        return ways.toModem(mmeFrame(HOST, output as unknown as Send));
      }
      said.push(output as Ended<Output>);
      const next = reply?.(output as Ended<Output>);
      if (next !== undefined) actor.feed(next);
    },
  });
  actor.feed(start);
  let ended = 0;
  while (machine.deadline(actor.state) !== undefined) {
    time.advance(1_000);
    if (++ended > 3_600) throw new Error('it does not end');
  }
  return { state: actor.state, said, sent, seconds: time.now / 1_000, modems: emulated };
}

export type Installed = ReturnType<typeof run<InstallState, InstallInput, InstallOutput>> & { readonly end: InstallEnd };

/** Changes the block of an emulated modem; the backup is stored at once, unless `stored` says otherwise. */
export function runInstall(
  start: Omit<Extract<InstallInput, { readonly kind: 'start' }>, 'kind' | 'session' | 'force'> & { readonly force?: boolean },
  modem: EmulatedOptions | readonly EmulatedOptions[],
  given: Line = {},
  decide: 'stored' | 'cancel' = 'stored',
): Installed {
  const modems = Array.isArray(modem) ? (modem as readonly EmulatedOptions[]) : [modem as EmulatedOptions];
  const begin: InstallInput = { kind: 'start', force: false, session: 0x1234_5678, ...start };
  const reply = (output: Ended<InstallOutput>): InstallInput | undefined => (output.kind === 'backup' ? { kind: decide } : undefined);
  const result = run(install({ mac: HOST }), installInitial, begin, modems, { given, reply });
  const { state } = result;
  if (state.at !== 'ended') throw new Error(`it stopped at ${state.at}`);
  return { ...result, end: state.end };
}

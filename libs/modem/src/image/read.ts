import type { Mme } from '@pilotwire/homeplug';
import { isPibError, MODULE_BLOCK, MODULE_ID_PIB, MODULE_PIB, openPib } from '@pilotwire/homeplug';
import type { Instant } from '@pilotwire/machine';
import { xorChecksum32 } from '@pilotwire/wire';
import type { FoundModem } from '../chips.js';
import type { Received } from '../frames.js';
import type { Ask, Progress, Task, Trouble } from '../task.js';
import { ask, asked, done, failed, going, retry } from '../task.js';
import type { ModemTiming } from '../timing.js';

/** Octets in one VS_RD_MOD or VS_WR_MOD. */
export const RECORD = 1024;
/** No parameter block of a modem comes near. */
export const MOST_OCTETS = 0x2_0000;

/** A parameter block on its way from a modem, as a file: bare or in its container. */
export interface Reading {
  readonly modem: FoundModem;
  readonly bytes: Uint8Array;
  /** How often it may be read from its beginning yet. */
  readonly rounds: number;
  readonly ask: Ask;
}

function question({ access }: FoundModem, offset: number): Mme {
  if (access === 'module') return { mme: 'VS_RD_MOD.REQ', moduleId: MODULE_PIB, access: 0, length: RECORD, offset };
  const operation = { op: 'read-ram', moduleId: MODULE_ID_PIB, subId: 0, length: MODULE_BLOCK, offset } as const;
  return { mme: 'VS_MODULE_OPERATION.REQ', operations: [operation] };
}

function next(modem: FoundModem, bytes: Uint8Array, rounds: number, timing: ModemTiming, now: Instant): Progress<Reading, Uint8Array> {
  const first = ask(modem.mac, question(modem, bytes.length), timing.read_wait, timing.read_tries, now);
  return going({ modem, bytes, rounds, ask: first }, asked(first));
}

/** Reads the parameter block that a modem works with. It is given only where every length and checksum in it holds. */
export function beginReading(modem: FoundModem, timing: ModemTiming, now: Instant): Progress<Reading, Uint8Array> {
  if (modem.access === 'none') return failed({ why: 'no-access', chip: modem.chip });
  return next(modem, new Uint8Array(0), timing.read_rounds, timing, now);
}

/** What an answer brings: octets, and whether they are the last ones; undefined where it answers something else. */
type Part = { readonly data: Uint8Array; readonly last: boolean } | { readonly trouble: Trouble } | undefined;

function partOf({ bytes, ask: { mme: request } }: Reading, { mme }: Received): Part {
  const offset = bytes.length;
  if (mme.mme === 'VS_MODULE_OPERATION.CNF' && request.mme === 'VS_MODULE_OPERATION.REQ') {
    if (mme.status !== 0) return { trouble: { why: 'refused', asked: request.mme, status: mme.status } };
    const [found] = mme.operations ?? [];
    if (found?.op !== 'read-ram' || found.moduleId !== MODULE_ID_PIB || found.offset !== offset) return undefined;
    return { data: found.data, last: found.length < MODULE_BLOCK };
  }
  if (mme.mme === 'VS_RD_MOD.CNF' && request.mme === 'VS_RD_MOD.REQ') {
    if (mme.status !== 0) return { trouble: { why: 'refused', asked: request.mme, status: mme.status } };
    if (mme.data === undefined || mme.moduleId !== MODULE_PIB || mme.offset !== offset) return undefined;
    if (xorChecksum32(mme.data) !== mme.checksum) return { trouble: { why: 'checksum', offset } };
    // These are always bare: their beginning says how long they are, and the modem sends whole records beyond.
    const start = offset === 0 ? mme.data : bytes;
    const length = (start[4] ?? 0) | ((start[5] ?? 0) << 8);
    const data = mme.data.subarray(0, Math.max(length - offset, 0));
    return { data, last: offset + data.length >= length || data.length === 0 };
  }
  return undefined;
}

export const reading = (timing: ModemTiming): Task<Reading, Uint8Array> => ({
  step(state, input, now) {
    if (input.kind !== 'mme') return retry(state, now);
    const { modem, rounds } = state;
    if (input.from !== modem.mac) return going(state);
    const part = partOf(state, input);
    if (part === undefined) return going(state);
    if ('trouble' in part) {
      // A record that was damaged on its way is asked for again, as a lost one is.
      if (part.trouble.why === 'checksum' && state.ask.left > 0) return retry(state, state.ask.deadline);
      return failed(part.trouble);
    }
    const bytes = new Uint8Array(state.bytes.length + part.data.length);
    bytes.set(state.bytes);
    bytes.set(part.data, state.bytes.length);
    const problem = whole(bytes);
    if (problem === undefined) return done(bytes);
    if (!part.last && bytes.length < MOST_OCTETS) return next(modem, bytes, rounds, timing, now);
    // It may have changed while it was read.
    if (rounds > 1) return next(modem, new Uint8Array(0), rounds - 1, timing, now);
    return failed({ why: 'no-image', message: problem });
  },
  deadline: (state) => state.ask.deadline,
});

/** Undefined where the octets are a whole parameter block; else what is wrong with them. */
export function whole(bytes: Uint8Array): string | undefined {
  try {
    openPib(bytes);
    return undefined;
  } catch (error) {
    if (!isPibError(error)) throw error;
    return error.message;
  }
}

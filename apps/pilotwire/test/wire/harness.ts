import { BROADCAST, decodeMme, encodeMme } from '@pilotwire/homeplug';
import type { Mme, MmeName, MmeOf } from '@pilotwire/homeplug';
import { after, ms } from '@pilotwire/machine';
import { whyNoVeth } from '@pilotwire/pnet-bindings';
import { systemClock } from '@pilotwire/runtime';
import { Inbox } from '../../../../tools/inbox.js';
import type { Place } from '../../src/bench/real/place.js';
import type { SeenFrame, Told } from '../../src/bench/real/words.js';

export const clock = systemClock({ background: true });
export const pause = (by: number): Promise<void> => new Promise((resolve) => void clock.wake(after(clock.now(), ms(by)), resolve));

/** Whether wires can be made here; where not, it says why. On CI that is an error. */
export function canMakeWire(): boolean {
  const why = whyNoVeth();
  if (why === undefined) return true;
  if (process.env['CI']) throw new Error(why);
  console.warn(`skipped: ${why}`);
  return false;
}

export type Happening = Extract<Told, { readonly tell: 'happening' }>['happening'];

/** What an agent tells, from its beginning. */
export function happeningsOf(agent: Place<'agent'>): Inbox<Happening> {
  const inbox = new Inbox<Happening>();
  agent.each((told) => told.tell === 'happening' && inbox.put(told.happening));
  return inbox;
}

/** A management message, and the frame that it came in. */
export interface Heard<Name extends MmeName = MmeName> {
  readonly source: string;
  readonly mme: MmeOf<Name>;
  readonly frame: Uint8Array;
}

export function readFrame(frame: Uint8Array): Heard | undefined {
  const decoded = decodeMme(frame);
  return decoded.kind === 'known' ? { source: decoded.source, mme: decoded.value, frame } : undefined;
}

/** Management messages at one port of the line, with the instants of the line's clock. */
export const atPort = (frames: readonly SeenFrame[], port: number): readonly (SeenFrame & { readonly mme: Mme })[] =>
  frames.flatMap((seen) => {
    const heard = readFrame(seen.frame);
    return seen.port === port && heard !== undefined ? [{ ...seen, mme: heard.mme }] : [];
  });

/** Somebody else's software, played by the test. */
export class Peer {
  readonly heard = new Inbox<Heard>();
  readonly address: string;
  readonly #place: Place<'peer'>;
  #taken = 0;

  constructor(place: Place<'peer'>, address: string) {
    this.#place = place;
    this.address = address;
    place.each((told) => {
      const heard = told.tell === 'frame' ? readFrame(told.frame) : undefined;
      if (heard !== undefined) this.heard.put(heard);
    });
  }

  async say(to: string, mme: Mme): Promise<void> {
    await this.raw(encodeMme(to, this.address, mme));
  }

  async raw(frame: Uint8Array): Promise<void> {
    await this.#place.ask('send', frame);
  }

  /** From here on. */
  forget(): void {
    this.#taken = this.heard.items.length;
  }

  /** The next message of that name; what came before it is passed over. */
  async hears<Name extends MmeName>(name: Name): Promise<Heard<Name>> {
    const from = this.#taken;
    const all = await this.heard.until((items) => items.slice(from).some(({ mme }) => mme.mme === name));
    const at = all.findIndex(({ mme }, i) => i >= from && mme.mme === name);
    this.#taken = at + 1;
    return all[at] as unknown as Heard<Name>;
  }

  async ask(runId: Uint8Array): Promise<Heard<'CM_SLAC_PARM.CNF'>> {
    await this.say(BROADCAST, { mme: 'CM_SLAC_PARM.REQ', runId });
    return this.hears('CM_SLAC_PARM.CNF');
  }

  async announce(runId: Uint8Array): Promise<void> {
    for (let i = 0; i < 3; i++) await this.say(BROADCAST, { mme: 'CM_START_ATTEN_CHAR.IND', numSounds: 10, timeOut: 6, respType: 1, forwardingSta: this.address, runId });
  }

  async sound(runId: Uint8Array, count: number, from = 9): Promise<void> {
    for (let cnt = from; cnt > from - count; cnt--) {
      await this.say(BROADCAST, { mme: 'CM_MNBC_SOUND.IND', cnt, runId, rnd: new Uint8Array(16).fill(cnt) });
      await pause(20);
    }
  }

  async accept(evse: string, runId: Uint8Array): Promise<void> {
    await this.say(evse, { mme: 'CM_ATTEN_CHAR.RSP', sourceAddress: this.address, runId, result: 0 });
  }

  async match(evse: string, runId: Uint8Array, over: Partial<MmeOf<'CM_SLAC_MATCH.REQ'>> = {}): Promise<Heard<'CM_SLAC_MATCH.CNF'>> {
    await this.say(evse, { mme: 'CM_SLAC_MATCH.REQ', pevMac: this.address, evseMac: evse, runId, ...over });
    return this.hears('CM_SLAC_MATCH.CNF');
  }
}

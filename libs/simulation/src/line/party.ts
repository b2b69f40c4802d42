import type { Actor, Instant, Machine, Random, VirtualTime } from '@pilotwire/machine';
import type {
  EvConfig, EvInput, EvOutput, EvseConfig, EvseInput, EvseOutput, EvseState, EvState, Malformed, Received, Send,
} from '@pilotwire/slac';
import { ev, evInitial, evse, evseInitial, frameOf, receive } from '@pilotwire/slac';
import type { ModemOptions } from './modem.js';
import { Modem } from './modem.js';
import type { PowerLine } from './power-line.js';

/** A host with its modem on a line. */
export interface Party<State, Input> {
  readonly actor: Actor<State, Input>;
  readonly modem: Modem;
  /** Sends a frame that is not SLAC, an IPv6 packet for example, by the modem. */
  send(frame: Uint8Array): void;
}

/** What else a party's owner wants to know. */
export interface Watch<Output> {
  /** Every output but frames, after it was carried out. */
  output?(output: Exclude<Output, Send>, now: Instant): void;
  /** Frames that are no SLAC: what the layers above have to say to each other. */
  frame?(frame: Uint8Array, now: Instant): void;
}

interface Place<Output> {
  readonly time: VirtualTime;
  readonly line: PowerLine;
  readonly modem: Omit<ModemOptions, 'host' | 'role'>;
  readonly watch?: Watch<Output>;
}

/**
 * An EVSE on a line. It draws its keys from `random`, the first at once; `plug` and the rest are the owner's to feed.
 */
export function placeEvse(
  place: Place<EvseOutput> & { readonly config: EvseConfig; readonly random: Random },
): Party<EvseState, EvseInput> {
  const random = place.random.fork(place.config.mac);
  const key = (): EvseInput => ({ kind: 'key', nmk: random.bytes(16) });
  const party = join(evse(place.config), evseInitial, place.config.mac, 'evse', place, (output, actor) => {
    if (output.kind === 'key-wanted') actor.feed(key());
  });
  party.actor.feed(key());
  return party;
}

/** An EV on a line. `start` is its owner's to feed. */
export function placeEv(place: Place<EvOutput> & { readonly config: EvConfig }): Party<EvState, EvInput> {
  return join(ev(place.config), evInitial, place.config.mac, 'ev', place, () => {});
}

function join<State, Input, Output extends { readonly kind: string }>(
  machine: Machine<State, Input | Received | Malformed, Output | Send>,
  initial: State,
  host: string,
  role: ModemOptions['role'],
  { time, line, modem: options, watch }: Place<Output>,
  react: (output: Exclude<Output, Send>, actor: Actor<State, Input | Received | Malformed>) => void,
): Party<State, Input | Received | Malformed> {
  const modem = new Modem(time, line, { ...options, host, role }, (frame) => {
    const input = receive(frame);
    if (input === undefined) watch?.frame?.(frame, time.now);
    else actor.feed(input);
  });
  const actor: Actor<State, Input | Received | Malformed> = time.add(machine, initial, {
    perform(output, now) {
      if (isSend(output)) {
        modem.fromHost(frameOf(host, output));
        return;
      }
      const told = output as Exclude<Output, Send>;
      react(told, actor);
      watch?.output?.(told, now);
    },
  });
  return { actor, modem, send: (frame) => modem.fromHost(frame) };
}

const isSend = (output: { readonly kind: string }): output is Send => output.kind === 'send';

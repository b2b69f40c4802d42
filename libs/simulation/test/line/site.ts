import type { Duration, Instant } from '@pilotwire/machine';
import { Random, VirtualTime } from '@pilotwire/machine';
import type {
  EvConfig, EvInput, EvOutput, EvseConfig, EvseInput, EvseOutput, EvseState, EvState, Send,
} from '@pilotwire/slac';
import type { LineFaults, ModemOptions, Party, Watch } from '../../src/index.js';
import { placeEv, placeEvse, PowerLine } from '../../src/index.js';

export interface Told {
  readonly at: Instant;
  readonly who: string;
  readonly output: Exclude<EvseOutput | EvOutput, Send>;
}

/** Chargers and cars on one line: hosts `02:…`, modems `00:b0:52:…`, both ending in the number of the party. */
export class Site {
  readonly time = new VirtualTime();
  readonly random: Random;
  readonly line: PowerLine;
  readonly told: Told[] = [];
  readonly frames: { at: Instant; who: string; frame: Uint8Array }[] = [];

  constructor(seed: number | string, faults: Partial<LineFaults> = {}) {
    this.random = new Random(seed);
    this.line = new PowerLine(this.time, this.random, faults);
  }

  evse(n: number, config: Partial<EvseConfig> = {}, modem: Partial<ModemOptions> = {}): Party<EvseState, EvseInput> {
    const { time, line, random } = this;
    const watch = this.#watch(host(n));
    return placeEvse({ time, line, random, config: { mac: host(n), ...config }, modem: { mac: modemOf(n), ...modem }, watch });
  }

  ev(n: number, config: Partial<EvConfig> = {}, modem: Partial<ModemOptions> = {}): Party<EvState, EvInput> {
    const { time, line } = this;
    const watch = this.#watch(host(n));
    return placeEv({ time, line, config: { mac: host(n), ...config }, modem: { mac: modemOf(n), ...modem }, watch });
  }

  connect(a: number, b: number, attenuation: number): void {
    this.line.connect(modemOf(a), modemOf(b), attenuation);
  }

  start(car: Party<EvState, EvInput>, delay?: Duration): void {
    car.actor.feed({ kind: 'start', runId: this.random.bytes(8), rnd: this.random.bytes(16) }, delay);
  }

  #watch(who: string): Watch<EvseOutput | EvOutput> {
    return {
      output: (output, at) => this.told.push({ at, who, output }),
      frame: (frame, at) => this.frames.push({ at, who, frame }),
    };
  }
}

export const host = (n: number): string => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`;
export const modemOf = (n: number): string => `00:b0:52:00:01:${n.toString(16).padStart(2, '0')}`;

/** The key that a party is in a network by: undefined unless it is matched. */
export function networkOf({ at, ...state }: EvseState | EvState): string | undefined {
  if (at !== 'matched') return undefined;
  const key = 'key' in state ? state.key : (state as unknown as { chosen: { key: { nmk: Uint8Array } } }).chosen.key;
  return key.nmk.join();
}

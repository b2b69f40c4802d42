import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import type { Modem } from '@pilotwire/outlet';
import type { AgentEnd } from '@pilotwire/pair';
import type { Tell } from './happening.js';

/** What an agent needs of the world, at whichever end of the cable. */
export interface AgentOptions<Pilot> {
  readonly time: Timeline;
  readonly modem: Modem;
  readonly pilot: Pilot;
  readonly pair: AgentEnd;
  /** So many random octets from a cryptographic source. */
  readonly entropy: (length: number) => Uint8Array;
  readonly tell: Tell;
}

/** One end of one outlet. */
export interface Agent {
  /** What keeps it from its task now; empty when all is well. */
  readonly problems: readonly string[];
  /** Why its role cannot be left now: a session runs, which is its gateway's to end. */
  readonly held: string | undefined;
  /** Matches, failures, and messages that were not acted on, by reason. */
  readonly counters: Readonly<Record<string, number>>;
  /** Leaves the network and lets go of the ends. It takes `lastWords`. */
  close(): Promise<void>;
}

/** From the end of a session to leaving its network, so that last words are heard. */
export const lastWords = ms(50);

/** How often the pilot is told anew while a plug is in. */
export const pilotRepeat = ms(10_000);

/** Counts by name. */
export class Counters {
  readonly values: Record<string, number> = {};

  add(name: string): void {
    this.values[name] = (this.values[name] ?? 0) + 1;
  }
}

import type { LineMemory } from '../log/kept.js';
import type { Way } from './line.js';

/** A way to the CSMS that SetNetworkProfile gave; undefined: that of the settings of this machine. */
export type NetworkProfile = NonNullable<LineMemory['profiles']>[number] | undefined;

/**
 * The ways to the CSMS in the order of NetworkConfigurationPriority (2.x, B09 and B10). Slot 0 is the settings of this machine until the
 * CSMS puts something else there; a slot that nobody filled is left out. The settings come last where they are not among them: a station
 * that nobody reaches any more needs a person who drives there.
 */
export function profilesOf({ memory: { profiles = {} }, setting }: Way): readonly [NetworkProfile, ...NetworkProfile[]] {
  const slots = setting('OCPPCommCtrlr.NetworkConfigurationPriority').split(',').map((slot) => Number(slot.trim()));
  const found = slots.filter((slot) => slot === 0 || profiles[slot] !== undefined).map((slot): NetworkProfile => profiles[slot]);
  const [first, ...more] = found.includes(undefined) ? found : [...found, undefined];
  return [first, ...more];
}

/** Which of the ways is taken: the next one after so many attempts in a row that came to nothing, and after the last the first again. */
export class Rotation {
  readonly #profiles: readonly [NetworkProfile, ...NetworkProfile[]];
  readonly #attempts: number;
  #at = 0;
  #failures = 0;

  constructor(profiles: readonly [NetworkProfile, ...NetworkProfile[]], attempts: number) {
    this.#profiles = profiles;
    this.#attempts = attempts;
  }

  get profile(): NetworkProfile {
    return this.#profiles[this.#at];
  }

  /** A connection held for a good while. */
  worked(): void {
    this.#failures = 0;
  }

  /** An attempt came to nothing, or a connection broke. `hopeless`: no other attempt will come to more. Whether another way is taken now. */
  failed(hopeless = false): boolean {
    if ((++this.#failures < this.#attempts && !hopeless) || this.#profiles.length === 1) return false;
    this.#failures = 0;
    this.#at = (this.#at + 1) % this.#profiles.length;
    return true;
  }
}

import { members } from '@pilotwire/station';
import type { KeptProfile, LineMemory } from '../log/kept.js';
import type { Way } from './line.js';

/** A way to the CSMS: a slot that SetNetworkProfile has filled; undefined: the settings of this machine. */
export type Slot = number | undefined;

/**
 * The ways to the CSMS in the order of NetworkConfigurationPriority (2.x, B09 and B10). Slot 0 is the settings of this machine until the
 * CSMS puts something else there; a slot that nobody filled is left out. The settings come last where they are not among them: a station
 * that nobody reaches any more needs a person who drives there.
 */
export function slotsOf({ memory: { profiles = {} }, setting }: Way): readonly Slot[] {
  const slots = members(setting('OCPPCommCtrlr.NetworkConfigurationPriority')).map(Number);
  const found = slots.filter((slot) => slot === 0 || profiles[slot] !== undefined).map((slot): Slot => (profiles[slot] === undefined ? undefined : slot));
  return found.includes(undefined) ? found : [...found, undefined];
}

/** Which of the ways is taken: the next one after so many attempts in a row that came to nothing, and after the last the first again. */
export class Rotation {
  readonly #attempts: number;
  #slots: readonly Slot[];
  #at = 0;
  #failures = 0;

  /** At least one. */
  constructor(slots: readonly Slot[], attempts: number) {
    this.#slots = slots;
    this.#attempts = attempts;
  }

  get slot(): Slot {
    return this.#slots[this.#at];
  }

  /** A connection held for a good while. */
  worked(): void {
    this.#failures = 0;
  }

  /** An attempt came to nothing, or a connection broke. `hopeless`: no other attempt will come to more. Whether another way is taken now. */
  failed(hopeless = false): boolean {
    if ((++this.#failures < this.#attempts && !hopeless) || this.#slots.length === 1) return false;
    this.#failures = 0;
    this.#at = (this.#at + 1) % this.#slots.length;
    return true;
  }

  /** Some are ways no more. Where the one that is taken is among those, the first of these is. */
  keep(slots: readonly Slot[]): void {
    const { slot } = this;
    const left = this.#slots.filter((one) => slots.includes(one));
    this.#slots = left.length > 0 ? left : slots;
    this.#at = Math.max(0, this.#slots.indexOf(slot));
  }
}

/**
 * The CSMS that is reached this way has given another password. One that came over a slot is for that slot alone; one that came by the
 * settings is the station's, and slots that have none of their own use it too.
 */
export function withPassword(memory: LineMemory, slot: Slot, password: string): LineMemory {
  const profile = slot === undefined ? undefined : memory.profiles?.[slot];
  if (slot === undefined || profile === undefined) return { ...memory, password };
  return { ...memory, profiles: { ...memory.profiles, [slot]: { ...profile, password } } };
}

/** A slot is filled by the CSMS that is reached by way of `by`: whose password it takes where it brings none of its own. */
export function withProfile(memory: LineMemory, slot: number, profile: KeptProfile, by: Slot): LineMemory {
  const password = profile.password ?? (by === undefined ? undefined : memory.profiles?.[by]?.password);
  return { ...memory, profiles: { ...memory.profiles, [slot]: { ...profile, ...(password !== undefined && { password }) } } };
}

/** No way is less safe from now on, and slots that would be are given up (2.x, A05.FR.06). */
export function raisedTo(memory: LineMemory, securityProfile: number): LineMemory {
  const { profiles } = memory;
  if (profiles === undefined) return { ...memory, securityProfile };
  return { ...memory, securityProfile, profiles: Object.fromEntries(Object.entries(profiles).filter(([, one]) => one.securityProfile >= securityProfile)) };
}

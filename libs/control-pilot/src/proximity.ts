import { machine, ms, stay } from '@pilotwire/machine';
import type { Machine } from '@pilotwire/machine';
import { debounce } from './debounce.js';
import type { Debounced } from './debounce.js';

/** What the proximity contact of a type 2 or CCS2 plug says. */
export type Cable =
  | { readonly kind: 'cable'; readonly amperes: 13 | 20 | 32 | 63 }
  | { readonly kind: 'unplugged' }
  | { readonly kind: 'invalid' };

const unplugged: Cable = { kind: 'unplugged' };
const invalid: Cable = { kind: 'invalid' };

/** Nominal 1.5 kΩ, 680 Ω, 220 Ω, 100 Ω: IEC 61851-1 Annex B. Unsure: how far from nominal a reading may lie. */
const resistors: readonly { readonly least: number; readonly most: number; readonly cable: Cable }[] = [
  { least: 80, most: 140, cable: { kind: 'cable', amperes: 63 } },
  { least: 164, most: 308, cable: { kind: 'cable', amperes: 32 } },
  { least: 400, most: 936, cable: { kind: 'cable', amperes: 20 } },
  { least: 1_100, most: 2_460, cable: { kind: 'cable', amperes: 13 } },
];
const openCircuit = 4_500;

/** The cable of a resistance in ohms. A DC plug has 1.5 kΩ: cars and Superchargers look for it. */
export function cableOf(ohms: number): Cable {
  if (ohms > openCircuit) return unplugged;
  return resistors.find(({ least, most }) => ohms >= least && ohms <= most)?.cable ?? invalid;
}

/** Where the latch of a CCS1 or J3400 connector is. */
export type Latch = 'unplugged' | 'connected' | 'pressed' | 'invalid';

/**
 * The latch by the resistance in ohms: 150 Ω closed, 480 Ω while the button (S3) is pressed, the vehicle's own
 * 2.7 kΩ without a plug (SAE J1772). Unsure: how far from nominal a reading may lie.
 */
export function latchOf(ohms: number): Latch {
  if (ohms >= 105 && ohms <= 195) return 'connected';
  if (ohms >= 336 && ohms <= 624) return 'pressed';
  return ohms >= 1_890 ? 'unplugged' : 'invalid';
}

/** How long the latch must stay before it counts. Unsure. */
const latchDebounce = ms(100);

export interface ProximityReading {
  readonly kind: 'reading';
  readonly ohms: number;
}

/** The latch moved. `pressed` is a request to stop: somebody will pull the plug in a moment. */
export interface LatchChange {
  readonly kind: 'latch';
  readonly latch: Latch;
}

export type LatchLine = Debounced<Latch>;
export const unreadLatch: LatchLine = { value: undefined };

/** From readings to movements of the latch. */
export const latchButton: Machine<LatchLine, ProximityReading, LatchChange> = machine((line, input, now) => {
  if (input.kind === 'tick') return stay(line);
  const next = debounce(line, latchOf(input.ohms), now, latchDebounce);
  if (next.value === undefined || next.value === line.value) return stay(next);
  return stay(next, { kind: 'latch', latch: next.value });
});

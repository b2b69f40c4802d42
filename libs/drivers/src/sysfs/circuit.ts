import { openOhms } from '../limits.js';

/** How the pilot's volts reach the converter: pilot = gain * converter + offset. A stage that turns them over has a negative gain. */
export interface PilotCircuit {
  readonly gain: number;
  readonly offset: number;
}

/** Proximity is read at the lower end of a resistor to a supply: in ohms and volts. */
export interface ProximityCircuit {
  readonly pullUp: number;
  readonly supply: number;
}

export const pilotVolts = (volts: number, { gain, offset }: PilotCircuit): number => volts * gain + offset;

/** Ohms between proximity and earth. A voltage at or above the supply is an open line, one below zero a short. */
export function proximityOhms(volts: number, { pullUp, supply }: ProximityCircuit): number {
  if (volts <= 0) return 0;
  if (volts >= supply) return openOhms;
  return Math.min(openOhms, (pullUp * volts) / (supply - volts));
}

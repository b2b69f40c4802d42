import type { Duration } from '@pilotwire/machine';
import { limits, overVoltage } from './limits.js';

/** What the charger can do. Volts, amperes, watts. */
export interface EvseLimits {
  readonly minVoltage: number;
  readonly maxVoltage: number;
  readonly maxCurrent: number;
  readonly maxPower: number;
  /** Without an isolation monitor the cable check ends with `no-imd`. */
  readonly isolationMonitor: boolean;
}

/** What the car bears, as it said in ChargeParameterDiscovery. Volts, amperes. */
export interface EvLimits {
  readonly maxVoltage: number;
  readonly maxCurrent: number;
}

/** A voltage and a current limit for the source, and which of the charger's own limits cut the car's wish. */
export interface Setpoint {
  readonly voltage: number;
  readonly current: number;
  readonly limited: Limited;
}
export interface Limited {
  readonly voltage: boolean;
  readonly current: boolean;
  readonly power: boolean;
}
export const unlimited: Limited = { voltage: false, current: false, power: false };

/** The voltage of the cable check (IEC 61851-23:2023 CC.4.1.2), in volts. */
export function cableCheckVoltage(evMaxVoltage: number, evseMaxVoltage: number): number {
  return evMaxVoltage <= 500
    ? Math.min(500, evMaxVoltage + 50, evseMaxVoltage)
    : Math.min(evseMaxVoltage, 1.1 * evMaxVoltage);
}

/** The voltage that ends the charge at once, by the negotiated maximum, in volts. */
export function overVoltageLimit(negotiatedMaximum: number): number {
  const row = overVoltage.find(({ above }) => negotiatedMaximum > above) ?? overVoltage.at(-1);
  return (row as { limit: number }).limit;
}

/** Whether a voltage is one to set at all; cars begin with 0 V, and some with worse (Skoda Enyaq). */
export const isPlausibleTarget = (voltage: number, evse: EvseLimits): boolean =>
  Number.isFinite(voltage) && voltage > 0 && voltage >= evse.minVoltage;

/**
 * What the source is set to when a car wants `voltage` and `current`: neither above the car's own maximum nor above
 * what the charger can do. Negative currents count as none.
 */
export function clampTarget(voltage: number, current: number, ev: EvLimits, evse: EvseLimits): Setpoint {
  const volts = Math.min(voltage, ev.maxVoltage, evse.maxVoltage);
  const wish = Math.min(current > 0 ? current : 0, ev.maxCurrent);
  const byPower = volts > 0 ? evse.maxPower / volts : 0;
  return {
    voltage: volts,
    current: Math.min(wish, evse.maxCurrent, byPower),
    limited: {
      voltage: Math.min(voltage, ev.maxVoltage) > evse.maxVoltage,
      current: wish > evse.maxCurrent,
      power: wish > byPower,
    },
  };
}

/** Limits to hold: what is no number, or less than none, is none. */
export const heldLimits = ({ minVoltage, maxVoltage, maxCurrent, maxPower, isolationMonitor }: EvseLimits): EvseLimits => ({
  minVoltage, maxVoltage: atLeastNone(maxVoltage), maxCurrent: atLeastNone(maxCurrent), maxPower: atLeastNone(maxPower), isolationMonitor,
});

const atLeastNone = (value: number): number => (value > 0 ? value : 0);

/** The current limit `elapsed` later on its way to `goal`: upwards by the ramp, downwards at once. Amperes. */
export function ramp(current: number, goal: number, elapsed: Duration): number {
  return goal <= current ? goal : Math.min(goal, current + (limits.ramp * elapsed) / 1_000);
}

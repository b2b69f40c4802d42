import { after, seconds } from '@pilotwire/machine';
import type { Duration, Instant } from '@pilotwire/machine';

/** How a DC source behaves. */
export interface SupplyModel {
  /** How far the voltage shoots beyond its setpoint without a load, as a fraction: 0.02 is good, 0.7 has been seen. */
  readonly overshoot: number;
  /** Natural frequency of the voltage regulator without a load, in radians per second. */
  readonly agility: number;
  /** Time constant of the current with a battery at the output. */
  readonly currentLag: Duration;
  /** Time constant with which the empty output discharges. */
  readonly discharge: Duration;
  readonly maxVoltage: number;
  readonly maxCurrent: number;
  readonly maxPower: number;
}

export const usualSupply: SupplyModel = {
  overshoot: 0.02,
  agility: 6,
  currentLag: seconds(0.03),
  discharge: seconds(0.4),
  maxVoltage: 1_000,
  maxCurrent: 400,
  maxPower: 150_000,
};

/** Sources and contactors that hear nothing for this long let go, and stay so until they are told to be off. */
export const watchdog = seconds(0.08);

/** What the source was told last. */
export interface SupplyOrder {
  readonly voltage: number;
  readonly current: number;
  readonly offAt: Instant;
}

/** What is at its output. */
export interface SupplyOutput {
  readonly voltage: number;
  /** Volts per second. */
  readonly slope: number;
  readonly current: number;
}
export const noOutput: SupplyOutput = { voltage: 0, slope: 0, current: 0 };

export const orderOf = (model: SupplyModel, voltage: number, current: number, now: Instant): SupplyOrder => ({
  voltage: Math.min(voltage, model.maxVoltage),
  current: Math.min(current, model.maxCurrent),
  offAt: after(now, watchdog),
});

/** The output after `elapsed` with nothing but the cable at it: a regulator of second order, or a discharge. */
export function stepUnloaded(
  model: SupplyModel,
  order: SupplyOrder | undefined,
  { voltage, slope }: SupplyOutput,
  elapsed: Duration,
): SupplyOutput {
  if (order === undefined) return { voltage: voltage * Math.exp(-elapsed / model.discharge), slope: 0, current: 0 };
  const log = Math.log(model.overshoot);
  const damping = -log / Math.hypot(Math.PI, log);
  const decay = damping * model.agility;
  const omega = model.agility * Math.sqrt(1 - damping * damping);
  const t = elapsed / 1_000;
  // The exact solution, so that the result does not depend on how often it is asked for.
  const a = voltage - order.voltage;
  const b = (slope + decay * a) / omega;
  const envelope = Math.exp(-decay * t);
  const sin = Math.sin(omega * t);
  const cos = Math.cos(omega * t);
  return {
    voltage: Math.max(0, order.voltage + envelope * (a * cos + b * sin)),
    slope: envelope * ((omega * b - decay * a) * cos - (omega * a + decay * b) * sin),
    current: 0,
  };
}

/** The output after `elapsed` at a battery of `rest` volts behind `resistance` ohms: no current flows back. */
export function stepLoaded(
  model: SupplyModel,
  order: SupplyOrder | undefined,
  before: SupplyOutput,
  battery: { readonly rest: number; readonly resistance: number },
  elapsed: Duration,
): SupplyOutput {
  const { rest, resistance } = battery;
  const byVoltage = order === undefined ? 0 : Math.max(0, (order.voltage - rest) / resistance);
  const goal = order === undefined ? 0 : Math.min(byVoltage, order.current, model.maxPower / rest);
  const current = goal + (before.current - goal) * Math.exp(-elapsed / model.currentLag);
  return { voltage: rest + current * resistance, slope: 0, current };
}

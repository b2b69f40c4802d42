/** A battery pack. Volts, ohms, ampere hours; the state of charge goes from 0 to 1. */
export interface BatteryModel {
  readonly cells: number;
  /** Ampere hours of the pack. */
  readonly capacity: number;
  /** Of the pack, its contactors and the cable, in ohms. */
  readonly resistance: number;
  /** The voltage the pack is charged to; the car's EVMaximumVoltageLimit may lie above. */
  readonly maxVoltage: number;
  /** The current the battery takes, by state of charge: ascending pairs, straight lines between. */
  readonly chargeCurve: Curve;
}

/** Ascending pairs of x and y. */
export type Curve = readonly (readonly [x: number, y: number])[];

/** A usual cell with a nickel cathode: open-circuit voltage by state of charge. */
const cellVoltage: Curve = [
  [0, 3.0], [0.05, 3.35], [0.1, 3.48], [0.2, 3.57], [0.4, 3.65], [0.6, 3.79], [0.8, 3.97], [0.9, 4.06], [1, 4.18],
];

/** 62 kWh at 350 V, 170 A until half full: about forty minutes from 20 to 80 %. */
export const compactBattery: BatteryModel = {
  cells: 96,
  capacity: 177,
  resistance: 0.08,
  maxVoltage: 403,
  chargeCurve: [[0, 60], [0.05, 170], [0.5, 170], [0.8, 110], [0.9, 50], [1, 5]],
};

/** The value of a curve at `x`; beyond its ends the value at the end. */
export function interpolate(curve: Curve, x: number): number {
  let [left, low] = curve[0] as Curve[number];
  if (x <= left) return low;
  for (const [right, high] of curve) {
    if (x < right) return low + ((x - left) / (right - left)) * (high - low);
    [left, low] = [right, high];
  }
  return low;
}

/** The voltage of a battery at rest. */
export const restVoltage = ({ cells }: BatteryModel, soc: number): number => cells * interpolate(cellVoltage, soc);

/** What the battery asks of a charger: constant current along its curve, then constant voltage. */
export function demandOf(battery: BatteryModel, soc: number): { readonly voltage: number; readonly current: number } {
  const headroom = Math.max(0, (battery.maxVoltage - restVoltage(battery, soc)) / battery.resistance);
  return { voltage: battery.maxVoltage, current: Math.min(interpolate(battery.chargeCurve, soc), headroom) };
}

/** The state of charge after `amperes` have flowed for `milliseconds`. */
export const charged = (battery: BatteryModel, soc: number, amperes: number, milliseconds: number): number =>
  Math.min(1, soc + (amperes * milliseconds) / (3_600_000 * battery.capacity));

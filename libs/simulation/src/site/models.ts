import { ms } from '@pilotwire/machine';
import type { Duration } from '@pilotwire/machine';
import type { CarName, ChargerName } from '@pilotwire/v2g-session';
import { compactBattery } from '../hardware/battery.js';
import type { BatteryModel } from '../hardware/battery.js';
import { usualSupply } from '../hardware/supply.js';
import type { SupplyModel } from '../hardware/supply.js';

/** What of a car is not in its V2G profile. Batteries are those of the vehicles' data sheets, rounded; curves are shapes. */
export interface CarModel {
  readonly mac: string;
  readonly battery: BatteryModel;
  readonly slac: {
    /** From 5 % duty cycle to the first CM_SLAC_PARM.REQ. */
    readonly start: Duration;
    /** Hex; undefined: random, another for each matching. */
    readonly runId?: string;
    readonly soundInterval: Duration;
  };
}

const usualSlac = { start: ms(300), soundInterval: ms(30) } as const;
const teslaSlac = { start: ms(80), runId: '5445534C41204556', soundInterval: ms(24) } as const; // "TESLA EV"

export const carModels: Readonly<Record<CarName, CarModel>> = {
  default: { mac: '02:00:00:00:01:02', battery: compactBattery, slac: usualSlac },
  ioniq: {
    mac: '04:65:65:00:64:c3',
    battery: { cells: 96, capacity: 78, resistance: 0.1, maxVoltage: 398, chargeCurve: [[0, 50], [0.05, 180], [0.75, 180], [0.8, 60], [0.94, 10], [1, 2]] },
    slac: { start: ms(300), soundInterval: ms(20) },
  },
  'model-y': {
    mac: '98:ed:5c:da:d9:98',
    battery: { cells: 96, capacity: 225, resistance: 0.05, maxVoltage: 400, chargeCurve: [[0, 80], [0.05, 500], [0.2, 420], [0.5, 250], [0.8, 120], [0.9, 60], [1, 5]] },
    slac: teslaSlac,
  },
  'model-x': {
    mac: '98:ed:5c:da:d9:99',
    battery: { cells: 105, capacity: 240, resistance: 0.05, maxVoltage: 438, chargeCurve: [[0, 80], [0.05, 600], [0.2, 450], [0.5, 260], [0.8, 130], [0.9, 60], [1, 5]] },
    slac: teslaSlac,
  },
  'polestar-2': {
    mac: '48:c5:8d:b1:e4:3e',
    battery: { cells: 108, capacity: 200, resistance: 0.08, maxVoltage: 450, chargeCurve: [[0, 80], [0.05, 375], [0.4, 330], [0.6, 230], [0.8, 140], [0.9, 60], [1, 5]] },
    slac: { start: ms(300), soundInterval: ms(40) },
  },
  'audi-q4': {
    mac: '00:1a:37:00:00:01',
    battery: { cells: 96, capacity: 234, resistance: 0.07, maxVoltage: 402, chargeCurve: [[0, 80], [0.05, 340], [0.3, 330], [0.6, 220], [0.8, 130], [0.9, 70], [1, 5]] },
    slac: { start: ms(300), soundInterval: ms(40) },
  },
  pyplc: {
    mac: '02:00:00:00:01:03',
    battery: { cells: 90, capacity: 60, resistance: 0.1, maxVoltage: 376, chargeCurve: [[0, 30], [0.05, 100], [0.8, 60], [1, 2]] },
    slac: { start: ms(500), soundInterval: ms(31) },
  },
};

/** What of a charger is not in its V2G profile. Volts, amperes, watts. */
export interface ChargerModel {
  readonly mac: string;
  readonly port: number;
  /** The port that it names in SDP, where that is not the one at which it listens. */
  readonly announces?: number;
  readonly limits: { readonly minVoltage: number; readonly maxVoltage: number; readonly maxCurrent: number; readonly maxPower: number };
  /** Nobody tells it how much of these it may give: a car is kept waiting in ChargeParameterDiscovery. */
  readonly limitsUnknown?: true;
  readonly supply: SupplyModel;
  /** Self test of its isolation monitor. */
  readonly selfTest: Duration;
  /** What its modem and its cable take off what it hears of a car, in dB. */
  readonly attenuation: number;
}

const supplyOf = (limits: ChargerModel['limits'], more: Partial<SupplyModel> = {}): SupplyModel => ({
  ...usualSupply,
  maxVoltage: limits.maxVoltage,
  maxCurrent: limits.maxCurrent,
  maxPower: limits.maxPower,
  ...more,
});
const hpc = { minVoltage: 150, maxVoltage: 1_000, maxCurrent: 400, maxPower: 150_000 } as const;
const fast = { minVoltage: 150, maxVoltage: 500, maxCurrent: 125, maxPower: 50_000 } as const;

export const chargerModels: Readonly<Record<ChargerName, ChargerModel>> = {
  default: { mac: '02:00:00:00:00:01', port: 55_000, limits: hpc, supply: supplyOf(hpc), selfTest: ms(2_000), attenuation: 10 },
  alpitronic: { mac: '02:00:00:00:00:11', port: 51_110, limits: hpc, supply: supplyOf(hpc), selfTest: ms(6_000), attenuation: 11 },
  abb: { mac: '02:00:00:00:00:12', port: 53_537, limits: fast, supply: supplyOf(fast), selfTest: ms(4_000), attenuation: 22 },
  // Poor regulation without a load: its voltage shoots over, though less here than was seen (400 V for 230 V).
  compleo: { mac: '02:00:00:00:00:13', port: 51_181, limits: fast, supply: supplyOf(fast, { overshoot: 0.1 }), selfTest: ms(4_000), attenuation: 21 },
};

import type { Instant } from '@pilotwire/machine';
import type { CarProfile, Vehicle } from '@pilotwire/v2g-session';
import { demandOf, restVoltage } from '../hardware/battery.js';
import type { InletReading } from '../hardware/dc-output.js';
import type { CarModel } from './models.js';

/** A car that came to charge. */
export interface Visit {
  readonly profile: CarProfile;
  readonly model: CarModel;
  /** State of charge from 0 to 1: at the beginning, and when it has enough. */
  readonly from: number;
  readonly to: number;
}

/** What the car wants, by what it measures. The car's profile caps the current its battery would take. */
export function vehicleOf({ model, profile, to }: Visit, reading: InletReading): Vehicle {
  const { soc } = reading;
  const { voltage, current } = demandOf(model.battery, soc);
  const targetCurrent = Math.min(Math.round(current), profile.parameters.maxCurrent);
  const secondsTo = (goal: number): number =>
    targetCurrent < 1 ? 0 : Math.max(0, Math.round(((goal - soc) * model.battery.capacity * 3_600) / targetCurrent));
  return {
    soc: 100 * soc,
    batteryVoltage: reading.batteryVoltage,
    inletVoltage: reading.voltage,
    targetVoltage: voltage,
    targetCurrent,
    contactors: reading.closed ? 'closed' : 'open',
    complete: soc >= to,
    bulkComplete: soc >= 0.8,
    remainingToFull: secondsTo(1),
    remainingToBulk: secondsTo(0.8),
  };
}

/** What it knows before it has measured anything. */
export const vehicleAtRest = (visit: Visit): Vehicle =>
  vehicleOf(visit, {
    kind: 'inlet', at: 0 as Instant, voltage: 0, current: 0, closed: false, batteryVoltage: restVoltage(visit.model.battery, visit.from), soc: visit.from,
  });

import { hardware } from '@pilotwire/contracts';
import type { PayloadOf } from '@pilotwire/contracts';
import type { InletCommand, Open, VehicleReading } from '@pilotwire/outlet';
import { timing } from '../limits.js';
import { oneHolder } from '../one-holder.js';
import { MqttGrip } from './mqtt-end.js';
import type { MqttHardware } from './mqtt-end.js';

export interface MqttInletOptions extends MqttHardware {
  /** How the car behaves: the hardware does not say. */
  readonly car: VehicleReading['car'];
}

/** A car's battery and contactors that a process on the bus plays: `hw/vehicle`. */
export const mqttInlet = (options: MqttInletOptions): Open<InletCommand, VehicleReading> => {
  const { clock, bus, station, evse, car } = options;
  return oneHolder(
    clock,
    (listener) =>
      new MqttGrip<InletCommand, VehicleReading, PayloadOf<typeof hardware.vehicle>>(
        options,
        {
          parts: ['vehicle'], silence: timing.powerSilence, atRest: { kind: 'inlet.open' },
          subscribe: (handler) => bus.subscribe(hardware.vehicle, { station, evse }, handler),
          read: ({ clock: _, ageMs: __, inletVoltage, ...known }) => ({ part: 'vehicle', message: { vehicle: { ...known, ...(inletVoltage !== undefined && { inletVoltage }) }, car } }),
          write: (order, at) => bus.publish(hardware.vehicleOrder, { station, evse }, { clock: at, ...order }),
          latch: whileHeard(),
        },
        listener,
      ),
  );
};

/** Nothing is closed in a car that is not heard of; whoever says more, when it is back, is believed. */
function whileHeard(): { admits(order: InletCommand): boolean; fall(): void } {
  let fallen = false;
  return {
    admits({ kind }) {
      const admitted = kind !== 'inlet.close' || !fallen;
      fallen = false;
      return admitted;
    },
    fall: () => void (fallen = true),
  };
}

import { hardware } from '@pilotwire/contracts';
import type { PayloadOf } from '@pilotwire/contracts';
import type { Open } from '@pilotwire/outlet';
import type { PowerCommand, PowerReading } from '@pilotwire/power';
import { timing } from '../limits.js';
import { oneHolder } from '../one-holder.js';
import { PowerLatch } from '../power-latch.js';
import { MqttGrip } from './mqtt-end.js';
import type { MqttHardware } from './mqtt-end.js';

export interface MqttPowerOptions extends MqttHardware {
  /** What it plays. An isolation monitor is not missed: it speaks when it has measured. */
  readonly devices: readonly PowerReading['kind'][];
}

/**
 * Power devices that a process on the bus plays: `hw/power`. Orders that keep something on are passed on only while all of
 * its devices are heard of; it falls to off by itself 80 ms after the last, and stays off until it was told to be off.
 */
export const mqttPower = (options: MqttPowerOptions): Open<PowerCommand, PowerReading> => {
  const { clock, bus, station, evse, devices } = options;
  return oneHolder(
    clock,
    (listener) =>
      new MqttGrip<PowerCommand, PowerReading, PayloadOf<typeof hardware.power>>(
        options,
        {
          parts: devices.filter((kind) => kind !== 'imd'), silence: timing.powerSilence,
          subscribe: (handler) => bus.subscribe(hardware.power, { station, evse }, handler),
          read: ({ clock: _, ageMs: __, ...measured }, at) => ({ part: measured.kind, message: { ...measured, at } }),
          write: (order, at) => bus.publish(hardware.powerOrder, { station, evse }, { clock: at, ...order }),
          latch: new PowerLatch(clock),
        },
        listener,
      ),
  );
};

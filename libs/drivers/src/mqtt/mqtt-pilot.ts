import { hardware } from '@pilotwire/contracts';
import type { PayloadOf } from '@pilotwire/contracts';
import type { InletSample, LoadOrder, Open, PilotOrder, PilotSample } from '@pilotwire/outlet';
import { openOhms, timing } from '../limits.js';
import { oneHolder } from '../one-holder.js';
import { MqttGrip } from './mqtt-end.js';
import type { MqttHardware } from './mqtt-end.js';

/** A charger's pilot that a process on the bus plays: `hw/pilot`. */
export const mqttPilot = (options: MqttHardware): Open<PilotOrder, PilotSample> => {
  const { clock, bus, station, evse } = options;
  return oneHolder(
    clock,
    (listener) =>
      new MqttGrip<PilotOrder, PilotSample, PayloadOf<typeof hardware.pilot>>(
        options,
        {
          parts: ['pilot'], silence: timing.pilotSilence, atRest: { signal: 'x1' },
          subscribe: (handler) => bus.subscribe(hardware.pilot, { station, evse }, handler),
          read: ({ volts, pwm, proximity }) => ({
            part: 'pilot', message: { kind: 'reading', volts, pwm, ...(proximity !== undefined && { proximity: Math.min(proximity, openOhms) }) },
          }),
          write: (order, at) => bus.publish(hardware.pilotOrder, { station, evse }, { clock: at, ...order }),
        },
        listener,
      ),
  );
};

/** A car's: `hw/inlet`. */
export const mqttLoad = (options: MqttHardware): Open<LoadOrder, InletSample> => {
  const { clock, bus, station, evse } = options;
  return oneHolder(
    clock,
    (listener) =>
      new MqttGrip<LoadOrder, InletSample, PayloadOf<typeof hardware.inlet>>(
        options,
        {
          parts: ['inlet'], silence: timing.inletSilence, atRest: { load: 'B' },
          subscribe: (handler) => bus.subscribe(hardware.inlet, { station, evse }, handler),
          read: ({ plugged, dutyPercent }) => ({ part: 'inlet', message: { plugged, duty: dutyPercent } }),
          write: (order, at) => bus.publish(hardware.loadOrder, { station, evse }, { clock: at, ...order }),
        },
        listener,
      ),
  );
};

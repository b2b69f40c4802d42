import { join } from 'node:path';
import { keys, resolve } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import type { Clock } from '@pilotwire/runtime';
import { liveOutlet } from '../../src/up/outlet.js';
import { freeUdpPort } from '../../src/up/ports.js';
import { endOfCable, startServices } from '../../src/up/services.js';
import { withLevers } from './levers.js';
import type { Levers } from './levers.js';

export interface OutletOptions {
  /** Of the broker. */
  readonly url: string;
  readonly clock: Clock;
  readonly station: string;
  readonly evse: number;
  readonly data: string;
  readonly write: (line: string) => void;
}

export const carOf = (station: string): string => `car-${station}`;

/**
 * An outlet and its car, as `pilotwire up` has them: slac-agent, v2g-gateway and simulated hardware of the charger, and a
 * car with an agent and a gateway of its own at the other end of the cable.
 */
export async function openOutlet({ url, clock, station, evse, data, write }: OutletOptions): Promise<{ readonly levers: Levers; close(): Promise<void> }> {
  const charger: Settings = {
    ...resolve(keys, []).settings, station, evse, instance: `${station}-${evse}`, data: join(data, 'site'), 'mqtt.url': url, authorization: 'require', 'log.level': 'error',
    'outlet.seed': `${station}-${evse}`, 'outlet.quick': 'yes', 'v2g.sdpPort': await freeUdpPort(0, '127.0.0.1'),
  };
  const car: Settings = { ...charger, mode: 'ev', station: carOf(station), instance: `${carOf(station)}-${evse}` };
  const { outlet, stop } = liveOutlet(charger, clock, write);
  const levers = withLevers(outlet);
  const services = await startServices([charger, car].flatMap((settings) => endOfCable({ settings, outlet: levers.outlet, clock, write })));
  return {
    levers,
    async close() {
      await services.close();
      stop();
    },
  };
}

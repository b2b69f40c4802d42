import { join } from 'node:path';
import type { Settings } from '@pilotwire/configuration';
import type { AgentEnd } from '@pilotwire/pair';
import { flightFolder } from '@pilotwire/service';
import type { Service } from '@pilotwire/service';
import type { Agent } from './agent.js';
import { CarAgent } from './car/car-agent.js';
import { ChargerAgent } from './charger/charger-agent.js';
import { Hand } from './hand.js';
import type { Hardware } from './hardware.js';
import { serveHand } from './publish/commands.js';
import { Publisher } from './publish/publisher.js';

export interface OutletAgentOptions {
  readonly service: Service;
  readonly settings: Settings;
  readonly hardware: Hardware;
  readonly pair: AgentEnd;
}

/** The agent of one outlet's end on its service: a process may hold any number of them. */
export async function outletAgent({ service, settings, hardware, pair }: OutletAgentOptions): Promise<Agent> {
  const { bus, log, time, wallClock, entropy } = service;
  const { station, evse, instance, data } = settings;
  const where = { station, evse };
  const flights = flightFolder({ folder: join(data, `slac-agent-${instance}`, 'flights'), wallClock, log });
  const { tell } = new Publisher({ bus, log, time, wallClock, outlet: where, frames: settings['frames.publish'] === 'yes', flights });
  const { modem, pilot, hand } = hardware;
  const common = { time, modem, pair, entropy, tell };
  const agent = pilot.mode === 'evse' ? new ChargerAgent({ ...common, pilot: pilot.open }) : new CarAgent({ ...common, pilot: pilot.open });
  await serveHand(bus, where, hand === undefined ? undefined : new Hand(time, hand));
  return {
    get problems() {
      return agent.problems;
    },
    get counters() {
      return agent.counters;
    },
    async close() {
      await agent.close();
      await flights.settled();
    },
  };
}

import { join } from 'node:path';
import type { Settings } from '@pilotwire/configuration';
import type { Modem, Outlet } from '@pilotwire/outlet';
import type { AgentEnd } from '@pilotwire/pair';
import { flightFolder } from '@pilotwire/service';
import type { Service } from '@pilotwire/service';
import type { Agent } from './agent.js';
import { CarAgent } from './car/car-agent.js';
import { ChargerAgent } from './charger/charger-agent.js';
import { Hand } from './hand.js';
import { serveHand } from './publish/commands.js';
import { Publisher } from './publish/publisher.js';

export interface OutletAgentOptions {
  readonly service: Service;
  readonly settings: Settings;
  readonly outlet: Outlet;
  readonly modem: Modem;
  readonly pair: AgentEnd;
}

/** The agent of one outlet's end on its service: a process may hold any number of them. */
export async function outletAgent({ service, settings, outlet, modem, pair }: OutletAgentOptions): Promise<Agent> {
  const { bus, log, time, wallClock, entropy } = service;
  const { station, evse, mode, instance, data } = settings;
  const where = { station, evse };
  const flights = flightFolder({ folder: join(data, `slac-agent-${instance}`, 'flights'), wallClock, log });
  const { tell } = new Publisher({ bus, log, time, wallClock, outlet: where, frames: settings['frames.publish'] === 'yes', flights });
  const common = { time, modem, pair, entropy, tell };
  const agent = mode === 'evse' ? new ChargerAgent({ ...common, pilot: outlet.evse.pilot }) : new CarAgent({ ...common, pilot: outlet.ev.pilot });
  await serveHand(bus, where, new Hand(time, outlet.hand));
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

import { join } from 'node:path';
import type { Settings } from '@pilotwire/configuration';
import type { AgentEnd } from '@pilotwire/pair';
import { flightFolder } from '@pilotwire/service';
import type { Service } from '@pilotwire/service';
import type { Agent, AgentOptions } from './agent.js';
import { CarAgent } from './car/car-agent.js';
import { ChargerAgent } from './charger/charger-agent.js';
import { Hand } from './hand.js';
import type { Tell } from './happening.js';
import type { Hardware } from './hardware.js';
import { ListeningAgent } from './listening-agent.js';
import { serveHand } from './publish/commands.js';
import { Publisher } from './publish/publisher.js';

export interface OutletAgentOptions {
  readonly service: Service;
  readonly settings: Settings;
  readonly hardware: Hardware;
  readonly pair: AgentEnd;
  /** Sees each frame at the modem; undefined where nobody looks. */
  readonly watch: ((frame: Uint8Array) => void) | undefined;
}

/** The agent of one outlet, and what others may have it tell. */
export interface OutletAgent extends Agent {
  readonly tell: Tell;
}

/** The agent of one outlet's end on its service: a process may hold any number of them. */
export async function outletAgent({ service, settings, hardware, pair, watch }: OutletAgentOptions): Promise<OutletAgent> {
  const { bus, log, time, wallClock, entropy } = service;
  const { station, evse, instance, data } = settings;
  const where = { station, evse };
  const flights = flightFolder({ folder: join(data, `slac-agent-${instance}`, 'flights'), wallClock, log });
  const publisher = new Publisher({ bus, log, time, wallClock, outlet: where, frames: settings['frames.publish'] === 'yes', flights });
  const tell: Tell = (happening, session) => {
    publisher.tell(happening, session);
    if (happening.kind === 'frame') watch?.(happening.frame);
  };
  const { hand } = hardware;
  const agent = play(hardware, { time, pair, entropy, tell });
  await serveHand(bus, where, hand === undefined ? undefined : new Hand(time, hand));
  return {
    tell,
    get problems() {
      return agent.problems;
    },
    get held() {
      return agent.held;
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

function play({ modem, pilot }: Hardware, more: Pick<AgentOptions<unknown>, 'time' | 'pair' | 'entropy' | 'tell'>): Agent {
  switch (pilot.mode) {
    case 'evse':
      return new ChargerAgent({ ...more, modem, pilot: pilot.open });
    case 'ev':
      return new CarAgent({ ...more, modem, pilot: pilot.open });
    case 'listen':
      return new ListeningAgent({ ...more, modem });
  }
}

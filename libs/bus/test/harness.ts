import { systemClock } from '@pilotwire/runtime';
import type { Bus, BusOptions, BusReport } from '../src/index.js';
import { connectBus, memoryBroker, memoryBus, startBroker } from '../src/index.js';
import { Inbox } from '../../../tools/inbox.js';
import { startRelay } from './relay.js';
import type { Relay } from './relay.js';

/** A broker, and buses on it. */
export interface Site {
  bus(options?: Partial<BusOptions>): Promise<{ readonly bus: Bus; readonly reports: Inbox<BusReport> }>;
  /** Cuts the connection of a bus without a goodbye; it comes back after `mend`. */
  cut(bus: Bus): void;
  mend(bus: Bus): void;
  close(): Promise<void>;
}

export const usual = { service: 'v2g-gateway', instance: 'main', version: '0.1.0', stations: ['demo'], mode: 'evse', simulated: true } as const;
const clock = systemClock({ background: true });

function siteOf(open: (options: BusOptions) => Promise<Bus>, { cut, mend }: Pick<Site, 'cut' | 'mend'>, closeBroker: () => Promise<void>): Site {
  const buses: Bus[] = [];
  return {
    async bus(options = {}) {
      const reports = new Inbox<BusReport>();
      const bus = await open({ ...usual, clock, report: reports.put, ...options });
      buses.push(bus);
      await bus.whenConnected();
      return { bus, reports };
    },
    cut,
    mend,
    async close() {
      for (const bus of buses) await bus.close();
      await closeBroker();
    },
  };
}

const clientId = ({ service, instance }: Bus): string => `pilotwire-${service}-${instance}`;

export function memorySite(): Promise<Site> {
  const broker = memoryBroker();
  return Promise.resolve(siteOf((options) => memoryBus(broker, options), { cut: (bus) => broker.cut(clientId(bus)), mend: (bus) => broker.mend(clientId(bus)) }, () => Promise.resolve()));
}

/** The embedded broker over loopback; what is cut is cut at a relay between. */
export async function mqttSite(): Promise<Site> {
  const broker = await startBroker();
  const relays = new Map<Bus, Relay>();
  return siteOf(
    async (options) => {
      const relay = await startRelay(broker.port);
      const bus = await connectBus({ ...options, url: relay.url });
      relays.set(bus, relay);
      return bus;
    },
    { cut: (bus) => relays.get(bus)?.cut(), mend: (bus) => relays.get(bus)?.mend() },
    async () => {
      for (const relay of relays.values()) await relay.close();
      await broker.close();
    },
  );
}

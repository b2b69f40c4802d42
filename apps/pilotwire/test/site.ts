import { connectBus, startBroker } from '@pilotwire/bus';
import type { Broker, Bus, BusOptions } from '@pilotwire/bus';
import { systemClock } from '@pilotwire/runtime';
import { fakeIo } from './console.js';
import type { Command } from '../src/command.js';

export const clock = systemClock({ background: true });

/** A broker with the services of one station on it, as far as a command can tell. */
export interface TestSite {
  readonly broker: Broker;
  readonly gateway: Bus;
  readonly agent: Bus;
  service(options: Pick<BusOptions, 'service'> & Partial<BusOptions>): Promise<Bus>;
  /** Runs a command against it. */
  run(command: Command, ...args: string[]): Promise<{ code: number; printed: string[]; errors: string[] }>;
  close(): Promise<void>;
}

export async function testSite(): Promise<TestSite> {
  const broker = await startBroker();
  const buses: Bus[] = [];
  const service: TestSite['service'] = async (options) => {
    const bus = await connectBus({ instance: 'main', version: '0.1.0', stations: ['demo'], mode: 'evse', simulated: true, clock, report: () => undefined, url: broker.url, ...options });
    buses.push(bus);
    await bus.whenConnected();
    return bus;
  };
  return {
    broker, service,
    gateway: await service({ service: 'v2g-gateway' }),
    agent: await service({ service: 'slac-agent' }),
    async run(command, ...args) {
      const { io, printed, errors } = fakeIo();
      return { code: await command.run([...args, '--mqtt.url', broker.url], io), printed, errors };
    },
    async close() {
      for (const bus of buses) await bus.close();
      await broker.close();
    },
  };
}

import { randomBytes } from 'node:crypto';
import { connectBus, startBroker } from '@pilotwire/bus';
import { keys, resolve } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { after, ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import { memoryPair, wordPeriod } from '@pilotwire/pair';
import type { AgentEnd } from '@pilotwire/pair';
import { liveTimeline, patientClock, systemClock } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import { lineLog } from '@pilotwire/service';
import { SimulatedOutlet } from '@pilotwire/simulation';
import { nodeChargerNetwork, openCharger } from '@pilotwire/v2g-gateway';
import type { ChargerNetwork } from '@pilotwire/v2g-gateway';
import { version } from '../../project.js';

export interface Gateways {
  /** Where each of them answers SDP, once they all do. */
  ports(): Promise<number[]>;
  close(): Promise<void>;
}

const { settings: usual } = resolve(keys, []);

const onLoopback = (): ChargerNetwork => nodeChargerNetwork({ host: '127.0.0.1', sdpPort: 0, port: 0 });
const glance = ms(10);

/**
 * So many chargers in this process, each at free ports of loopback unless told otherwise, all of them with hardware, telemetry, frames and
 * events as at a site: what a car waits for is not made easier. Their agents say that a car is plugged in, linked and at C.
 */
export async function openGateways(count: number, networkAt: (clock: Clock) => ChargerNetwork = onLoopback): Promise<Gateways> {
  // Agents and hardware are in this process: a machine that others use as well stops none of these charges.
  const clock = patientClock(systemClock());
  const time = liveTimeline(clock, (mishap) => process.stderr.write(`${JSON.stringify(mishap)}\n`));
  const broker = await startBroker();
  const log = lineLog({ name: 'bench', level: 'error', wallClock: Date.now, write: (line) => void process.stderr.write(line) });
  const bus = await connectBus({
    url: broker.url, service: 'v2g-gateway', instance: 'bench', version: version(), stations: [usual.station], mode: 'evse', simulated: true, clock, report: () => undefined,
  });
  const gateways = await Promise.all(Array.from({ length: count }, (_, i) => {
    const settings: Settings = { ...usual, evse: i + 1 };
    const outlet = new SimulatedOutlet(time, { seed: i, charger: 'default', car: 'default', soc: 20, until: 80, speed: 1, quick: true });
    const { agent, gateway: pair } = memoryPair(clock);
    speak(time, agent, 'C', i);
    const entropy = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
    const records = { keep: () => undefined, settled: () => Promise.resolve() };
    const availability = { ...records, read: () => Promise.resolve(undefined) };
    const flights = { save: () => undefined, settled: () => Promise.resolve() };
    return openCharger(
      { settings, version: version(), simulated: true, time, bus, wallClock: Date.now, entropy, log, outlet, pair, records, availability, flights },
      networkAt(clock),
    );
  }));
  return {
    async ports() {
      for (;;) {
        const bound = gateways.flatMap(({ charger }) => (charger?.server.sdp.state === 'up' ? [charger.server.sdp.port] : []));
        if (bound.length === count) return bound;
        await new Promise<void>((resolve) => void clock.wake(after(clock.now(), glance), resolve));
      }
    },
    async close() {
      for (const gateway of gateways) gateway.halt();
      time.stop();
      await bus.close();
      await broker.close();
    },
  };
}

/** An agent whose car was matched a moment ago. No two of them speak at the same time by design, so `i` of them do not either. */
export function speak(time: Timeline, agent: AgentEnd, level: 'B' | 'C', i: number): void {
  const line = agent({ receive: () => undefined, status: () => undefined });
  let words = 0;
  const again = (): void => {
    // A match that is there from the first word on is of another life.
    const up = ++words > 5;
    line.send({ level, pwm: true, link: { match: up ? 1 : 0, up } });
    time.schedule(again, wordPeriod);
  };
  time.schedule(again, ms(i % wordPeriod));
}

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectBus } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { anyEvent, commands } from '@pilotwire/contracts';
import type { AnyEvent } from '@pilotwire/contracts';
import { Inbox } from '../../../../tools/inbox.js';
import { mosquitto } from '../../../../tools/mosquitto.js';
import type { Mosquitto } from '../../../../tools/mosquitto.js';
import { relayServer } from '../../src/bench/real/relay.js';
import { openWire } from '../../src/bench/real/wire.js';
import type { Wire } from '../../src/bench/real/wire.js';
import { Child } from '../site/child.js';
import { clock, pause } from './harness.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const numbers = [1, 2] as const;
/** Of the power line: the modems of outlets 1 and 2, both at one board, and those of the cars in front of them. */
export const [outlet1, outlet2, car1, car2] = [0, 1, 2, 3] as const;

/** What happened at an outlet. */
export type AtOutlet = AnyEvent & { readonly at: number };

/** A station with two outlets: one agent and one gateway serve both, at two modems. In front of each is a car with a network of its own. */
export class Station {
  readonly events = new Inbox<AtOutlet>();
  readonly #children: readonly Child[];
  readonly #clean: (() => unknown)[];
  readonly wire: Wire;
  readonly #bus: Bus;

  private constructor(wire: Wire, bus: Bus, children: readonly Child[], clean: (() => unknown)[]) {
    this.wire = wire;
    this.#bus = bus;
    this.#children = children;
    this.#clean = clean;
  }

  static async start(): Promise<Station> {
    const clean: (() => unknown)[] = [];
    try {
      const folder = mkdtempSync(join(tmpdir(), 'pilotwire-station-'));
      clean.push(() => rmSync(folder, { recursive: true, force: true }));
      const broker = await mosquitto();
      clean.push(() => broker.remove());
      await broker.start();
      const wire = await openWire({ hosts: [{ role: 'evse' }, { role: 'evse', beside: outlet1 }, { role: 'ev' }, { role: 'ev' }], seed: 'station', delay: [0, 1] });
      clean.push(() => wire.remove());
      await reach(wire, broker, folder, clean);
      const bus = await connectBus({
        url: `mqtt://127.0.0.1:${broker.port}`, service: 'pilotwire', instance: 'station', version: '0', stations: [], mode: 'evse', simulated: true, clock, report: () => undefined,
      });
      clean.push(() => bus.close());
      await bus.whenConnected();
      const children = processes(wire, broker.port, folder);
      const station = new Station(wire, bus, children, clean);
      await bus.subscribe(anyEvent, { station: 'demo' }, (event, { params: { evse } }) => void station.events.put({ ...event, at: evse }));
      for (const child of children) {
        child.start();
        clean.push(() => child.end());
      }
      return station;
    } catch (error) {
      await undo(clean);
      throw error;
    }
  }

  /** Plugs both cars in at once. */
  async plug(): Promise<void> {
    await Promise.all(numbers.map((evse) => this.#order('plug', evse)));
  }

  async unplug(): Promise<void> {
    await Promise.all(numbers.map((evse) => this.#order('unplug', evse)));
  }

  /** The first such event at an outlet, from `from` on. */
  async event(at: number, wanted: (event: AtOutlet) => boolean, from = 0): Promise<AtOutlet> {
    const isIt = (event: AtOutlet): boolean => event.at === at && wanted(event);
    const all = await this.events.until((events) => events.slice(from).some(isIt));
    return all.slice(from).find(isIt) as AtOutlet;
  }

  /** What the processes said, for whoever looks into a failure. */
  get said(): string {
    return this.#children.flatMap(({ lines }, i) => lines.items.filter((line) => !line.startsWith('{')).slice(-30).map((line) => `${i}: ${line}`)).join('\n');
  }

  stop(): Promise<void> {
    return undo(this.#clean);
  }

  /** Asks until it is done: a service that has just begun may not have its ends yet. */
  async #order(name: 'plug' | 'unplug', evse: number): Promise<void> {
    for (;;) {
      const result = await this.#bus.request(commands[name], { station: 'demo', evse }, {}, { timeout: 1_000 }).catch(() => undefined);
      if (result?.status === 'done' || result?.status === 'accepted') return;
      await pause(250);
    }
  }
}

/** The broker at its port of each machine's own loopback. */
async function reach(wire: Wire, broker: Mosquitto, folder: string, clean: (() => unknown)[]): Promise<void> {
  const socket = join(folder, 'broker.sock');
  const server = relayServer({ port: broker.port, host: '127.0.0.1' }).listen(socket);
  clean.push(() => server.close());
  await once(server, 'listening');
  for (const host of [outlet1, car1, car2]) await wire.relay(host, broker.port, socket);
}

function processes(wire: Wire, brokerPort: number, folder: string): readonly Child[] {
  const host = (i: number): Wire['network']['hosts'][number] => wire.network.hosts[i] as Wire['network']['hosts'][number];
  const outletUrl = (evse: number): string => `unix:${folder}/outlet-${evse}.sock`;
  const file = join(folder, 'site.yaml');
  writeFileSync(file, ['evses:', ...[outlet1, outlet2].map((i) => {
    const { interface: name } = host(i);
    return `  ${i + 1}: { outlet.url: "${outletUrl(i + 1)}", modem.url: "eth:${name}", v2g.interface: ${name} }`;
  })].join('\n'));
  const all = ['--data', folder, '--mqtt.url', `mqtt://127.0.0.1:${brokerPort}`, '--outlet.quick', 'yes', '--outlet.speed', '200', '--car.soc', '20', '--car.until', '21'];
  const services = ['slac-agent', 'v2g-gateway'].map((name) => new Child([join(root, `apps/${name}/dist/main.js`), '--config', file, ...all], host(outlet1).namespace));
  const cars = [car1, car2].map((i, n) => {
    const { namespace, interface: name } = host(i);
    return new Child([
      join(root, 'apps/pilotwire/bin/pilotwire.js'), 'car', '--by-command', '--json', ...all, '--evse', `${n + 1}`, '--outlet.url', outletUrl(n + 1), '--modem.url', `eth:${name}`, '--v2g.interface', name,
    ], namespace);
  });
  return [...cars, ...services];
}

/** The last first. */
async function undo(clean: (() => unknown)[]): Promise<void> {
  for (const one of clean.splice(0).toReversed()) await one();
}

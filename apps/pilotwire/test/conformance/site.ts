import { join } from 'node:path';
import { connectBus } from '@pilotwire/bus';
import type { Broker, Bus } from '@pilotwire/bus';
import { keys, resolve } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { anyEvent, commands, session, state, telemetry } from '@pilotwire/contracts';
import type { AnyEvent, PayloadOf } from '@pilotwire/contracts';
import type { Clock } from '@pilotwire/runtime';
import { liveOutlet } from '../../src/up/outlet.js';
import { freeUdpPort } from '../../src/up/ports.js';
import { endOfCable, startServices } from '../../src/up/services.js';

export interface SiteOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly utc: () => number;
  readonly station: string;
  readonly evses: number;
  /** A folder of its own. */
  readonly data: string;
}

/** An outlet as everybody sees it on the bus. */
export interface Seen {
  phase: PayloadOf<typeof state>['phase'] | undefined;
  session: PayloadOf<typeof session> | undefined;
  /** W, as measured last. */
  power: number;
  /** A. */
  current: number;
}

/**
 * The outlets of a station and their cars, as `pilotwire up` has them: slac-agent, v2g-gateway and simulated hardware of
 * the charger, and a car with an agent and a gateway of its own at the other end of each cable.
 */
export class Site {
  readonly events: AnyEvent[] = [];
  /** What the services complained of. */
  readonly complaints: string[] = [];
  readonly #options: SiteOptions;
  readonly #seen: Seen[] = [];
  readonly #closes: (() => unknown)[] = [];
  #hand!: Bus;

  constructor(options: SiteOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { broker, clock, utc, station, evses } = this.#options;
    this.#hand = await connectBus({
      url: broker.url, service: 'pilotwire', instance: `${station}-hand`, version: '0', stations: [], mode: 'evse', simulated: true, visitor: true, clock, time: utc, report: () => undefined,
    });
    this.#closes.push(() => this.#hand.close());
    await this.#hand.whenConnected();
    await this.#hand.subscribe(anyEvent, { station }, (event) => void this.events.push(event));
    for (let evse = 1; evse <= evses; evse++) await this.#open(evse);
  }

  async #open(evse: number): Promise<void> {
    const { broker, clock, station, data } = this.#options;
    const seen: Seen = { phase: undefined, session: undefined, power: 0, current: 0 };
    this.#seen.push(seen);
    const at = { station, evse };
    await this.#hand.subscribe(state, at, ({ phase }) => void (seen.phase = phase));
    await this.#hand.subscribe(session, at, (now) => void (seen.session = now));
    await this.#hand.subscribe(telemetry, at, ({ power, current }) => void Object.assign(seen, { power, current }));
    const charger: Settings = {
      ...resolve(keys, []).settings, station, evse, instance: `${station}-${evse}`, data: join(data, 'site'), 'mqtt.url': broker.url, authorization: 'require', 'log.level': 'error',
      'outlet.seed': `${station}-${evse}`, 'outlet.quick': 'yes', 'v2g.sdpPort': await freeUdpPort(0, '127.0.0.1'),
    };
    const car: Settings = { ...charger, mode: 'ev', station: carOf(station), instance: `${carOf(station)}-${evse}` };
    const write = (line: string): void => void this.complaints.push(line.trim());
    const { outlet, stop } = liveOutlet(charger, clock, write);
    this.#closes.push(stop);
    const services = await startServices([charger, car].flatMap((settings) => endOfCable({ settings, outlet, clock, write })));
    this.#closes.push(() => services.close());
  }

  at(evse: number): Seen {
    return this.#seen[evse - 1] as Seen;
  }

  /** What a hand does at the outlet. Throws where that cannot be done. */
  async hand(name: 'plug' | 'unplug' | 'fault', evse: number, args: object = {}): Promise<void> {
    const { station } = this.#options;
    const { status, message } = await this.#hand.request(commands[name], { station, evse }, args as never, { timeout: 20_000 });
    if (status !== 'done') throw new Error(`${name}: ${status} ${message ?? ''}`);
  }

  /** The car has enough. */
  async carStops(evse: number): Promise<void> {
    await this.#hand.request(commands.stop, { station: carOf(this.#options.station), evse }, {}, { timeout: 20_000 });
  }

  async close(): Promise<void> {
    for (const close of this.#closes.toReversed()) await close();
  }
}

const carOf = (station: string): string => `car-${station}`;

import { connectBus } from '@pilotwire/bus';
import type { Broker, Bus } from '@pilotwire/bus';
import { anyEvent, commands, session, state, telemetry } from '@pilotwire/contracts';
import type { AnyEvent, PayloadOf } from '@pilotwire/contracts';
import type { Clock } from '@pilotwire/runtime';
import type { Levers } from './levers.js';
import { carOf, openOutlet } from './outlet.js';

export interface SiteOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly utc: () => number;
  readonly station: string;
  readonly evses: number;
  /** A folder of its own; undefined where the outlets live in another process. */
  readonly data: string | undefined;
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

/** The outlets of a station and their cars: what they are seen to do on the bus, and what a hand does at them. */
export class Site {
  readonly events: AnyEvent[] = [];
  /** What the services complained of. */
  readonly complaints: string[] = [];
  readonly #options: SiteOptions;
  readonly #seen: Seen[] = [];
  readonly #levers: Levers[] = [];
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
    if (data === undefined) return;
    const outlet = await openOutlet({ url: broker.url, clock, station, evse, data, write: (line) => void this.complaints.push(line.trim()) });
    this.#levers.push(outlet.levers);
    this.#closes.push(() => outlet.close());
  }

  at(evse: number): Seen {
    return this.#seen[evse - 1] as Seen;
  }

  /** The last that was said of it, for whoever looks for what went wrong. */
  said(): string[] {
    return [...this.complaints.slice(-5), ...this.events.slice(-5).map(({ type, data }) => `${type} ${JSON.stringify(data)}`)];
  }

  /** What is beside an outlet. */
  levers(evse: number): Levers {
    return this.#levers[evse - 1] as Levers;
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

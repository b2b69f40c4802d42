import { memoryBroker, memoryBus } from '@pilotwire/bus';
import type { Bus, BusReport } from '@pilotwire/bus';
import { keys, resolve } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { anyEvent, session, state, telemetry, telemetryBatch, v2gFrames } from '@pilotwire/contracts';
import type { AnyEvent, PayloadOf } from '@pilotwire/contracts';
import { Random, VirtualTime } from '@pilotwire/machine';
import type { HandOrder } from '@pilotwire/outlet';
import { memoryPair } from '@pilotwire/pair';
import { SimulatedOutlet } from '@pilotwire/simulation';
import { memoryNetwork, openCar, openCharger } from '../src/index.js';
import type { Availability, Gateway, Ground, SessionRecord } from '../src/index.js';
import { clockOf } from './bench.js';
import type { Order } from './bench.js';
import { StubAgents } from './stub-agents.js';

/** Noon of a day in 2026. */
const noon = Date.UTC(2026, 0, 1, 12);

export const settingsOf = (more: Readonly<Record<string, unknown>>): Settings =>
  resolve(keys, [Object.entries(more).map(([key, value]) => ({ key, value, where: 'test' }))]).settings;

/** Lets what waits for a promise happen. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 4; i++) await new Promise((done) => setImmediate(done));
};

/** What was published of one outlet. */
export interface Heard {
  readonly events: AnyEvent[];
  readonly states: PayloadOf<typeof state>[];
  readonly sessions: PayloadOf<typeof session>[];
  readonly telemetry: PayloadOf<typeof telemetry>[];
  readonly batches: PayloadOf<typeof telemetryBatch>[];
  readonly frames: PayloadOf<typeof v2gFrames>[];
}

/** Both gateways with everything that they publish, on a broker in memory and in virtual time: the charger is outlet 1, the car 2. */
export class BusSite {
  readonly time = new VirtualTime();
  readonly broker = memoryBroker();
  readonly network = memoryNetwork(this.time);
  readonly records: (SessionRecord | undefined)[] = [];
  availability: Availability | undefined;
  readonly flights: string[] = [];
  readonly lines: string[] = [];
  readonly heard = new Map<number, Heard>();
  outlet!: SimulatedOutlet;
  agents!: StubAgents;
  charger!: Gateway;
  car!: Gateway;
  /** Of the charger's gateway. */
  bus!: Bus;
  watcher!: Bus;
  /** The back office. */
  office!: Bus;
  homeAssistant!: Bus;
  #hand!: { send(order: HandOrder): void };
  #orders = 0;

  static async open(more: Readonly<Record<string, unknown>> = {}, outlet: { readonly speed?: number; readonly availability?: Availability } = {}): Promise<BusSite> {
    const site = new BusSite();
    site.availability = outlet.availability;
    await site.#open(more, outlet);
    return site;
  }

  readonly wallClock = (): number => noon + this.time.now;

  async advance(by: number): Promise<void> {
    for (let left = by; left > 0; left -= 100) {
      this.time.advance(Math.min(left, 100));
      await settle();
    }
  }

  async until(done: () => boolean, within = 120_000): Promise<boolean> {
    for (let left = within; left > 0 && !done(); left -= 100) await this.advance(100);
    return done();
  }

  order(order: Order): Promise<void> {
    this.#hand.send({ ...order, id: ++this.#orders } as HandOrder);
    return this.advance(10);
  }

  of(evse: number): Heard {
    return this.heard.get(evse) as Heard;
  }

  types(evse: number): string[] {
    return this.of(evse).events.map(({ type }) => type);
  }

  last(evse: number, type: string): AnyEvent['data'] | undefined {
    return this.of(evse).events.findLast((event) => event.type === type)?.data;
  }

  /** Where the charger's outlet stands, as the broker knows. */
  get phase(): string | undefined {
    return this.of(1).states.at(-1)?.phase;
  }

  async #open(more: Readonly<Record<string, unknown>>, { speed = 200 }: { readonly speed?: number }): Promise<void> {
    const { time } = this;
    const [random, clock] = [new Random(3), clockOf(time)];
    this.outlet = new SimulatedOutlet(time, { seed: 1, charger: 'default', car: 'default', soc: 20, until: 80, speed, quick: true });
    this.#hand = this.outlet.hand({ receive: () => undefined, status: () => undefined });
    const pairs = { evse: memoryPair(clock), ev: memoryPair(clock) };
    this.agents = new StubAgents(time, this.outlet, { evse: pairs.evse.agent, ev: pairs.ev.agent });
    const reports: BusReport[] = [];
    const busOf = async (mode: 'evse' | 'ev', service: 'v2g-gateway' | 'history' | 'ocpp-bridge' | 'home-assistant' = 'v2g-gateway', instance: string = mode): Promise<Bus> => {
      const bus = await memoryBus(this.broker, { service, instance, version: '0', stations: ['demo'], mode, simulated: true, clock, time: this.wallClock, report: (report) => reports.push(report) });
      for (let i = 0; i < 5; i++) await settle();
      return bus;
    };
    this.watcher = await busOf('evse', 'history');
    this.office = await busOf('evse', 'ocpp-bridge');
    this.homeAssistant = await busOf('evse', 'home-assistant');
    for (const evse of [1, 2]) await this.#listen(evse);
    const ground = (mode: 'evse' | 'ev', bus: Bus): Ground => ({
      settings: settingsOf({ mode, evse: mode === 'evse' ? 1 : 2, ...more }), version: '0', simulated: true, time, bus, wallClock: this.wallClock,
      entropy: (length) => random.bytes(length), outlet: this.outlet, pair: pairs[mode].gateway,
      log: { debug: () => undefined, info: () => undefined, warn: (line) => this.lines.push(line), error: (line) => this.lines.push(`error: ${line}`) },
      records: { keep: (record) => void (mode === 'evse' && this.records.push(record)), settled: () => Promise.resolve() },
      availability: {
        read: () => Promise.resolve(this.availability), keep: (now) => void (mode === 'evse' && (this.availability = now)), settled: () => Promise.resolve(),
      },
      flights: { save: (name) => void this.flights.push(name), settled: () => Promise.resolve() },
    });
    this.bus = await busOf('evse');
    this.charger = await openCharger(ground('evse', this.bus), this.network.charger);
    this.car = await openCar(ground('ev', await busOf('ev')), this.network.car);
    await this.advance(1_000);
  }

  async #listen(evse: number): Promise<void> {
    const heard: Heard = { events: [], states: [], sessions: [], telemetry: [], batches: [], frames: [] };
    this.heard.set(evse, heard);
    const outlet = { station: 'demo', evse };
    const { watcher } = this;
    await Promise.all([
      watcher.subscribe(anyEvent, outlet, (event) => void heard.events.push(event)),
      watcher.subscribe(state, outlet, (payload) => void heard.states.push(payload)),
      watcher.subscribe(session, outlet, (payload) => void heard.sessions.push(payload)),
      watcher.subscribe(telemetry, outlet, (payload) => void heard.telemetry.push(payload)),
      watcher.subscribe(telemetryBatch, outlet, (payload) => void heard.batches.push(payload)),
      watcher.subscribe(v2gFrames, outlet, (payload) => void heard.frames.push(payload)),
    ]);
  }
}


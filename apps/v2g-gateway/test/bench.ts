import { after, ms, Random, VirtualTime } from '@pilotwire/machine';
import type { Instant, Timeline } from '@pilotwire/machine';
import type { HandOrder } from '@pilotwire/outlet';
import { memoryPair } from '@pilotwire/pair';
import type { Clock } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';
import type { SimulatedOutletOptions } from '@pilotwire/simulation';
import { chargerProfiles } from '@pilotwire/v2g-session';
import { Car, Charger, memoryNetwork } from '../src/index.js';
import type { CarOptions, ChargerOptions, Happening } from '../src/index.js';
import { StubAgents } from './stub-agents.js';

export const limits = { minVoltage: 150, maxVoltage: 1_000, maxCurrent: 400, maxPower: 150_000 } as const;

/** The clock of a timeline: for what lives by wakes. */
export const clockOf = (time: VirtualTime): Clock => ({
  now: () => time.now,
  wake(at, run) {
    let wanted = true;
    time.schedule(() => wanted && run(), ms(Math.max(0, at - time.now)));
    return () => void (wanted = false);
  },
});

function counting(time: VirtualTime): { readonly time: Timeline; readonly machines: () => number } {
  let count = 0;
  return {
    machines: () => count,
    time: {
      get now() {
        return time.now;
      },
      schedule: (run, delay) => time.schedule(run, delay),
      add(machine, initial, surroundings) {
        const actor = time.add(machine, initial, surroundings);
        count++;
        return {
          get state() {
            return actor.state;
          },
          feed: (input, delay) => actor.feed(input, delay),
          stop() {
            count--;
            actor.stop();
          },
        };
      },
    },
  };
}

export interface BenchOptions {
  readonly outlet?: Partial<SimulatedOutletOptions>;
  /** What is between the charger and its power devices. */
  readonly wrapPower?: (outlet: SimulatedOutlet) => ChargerOptions['power'];
  readonly charger?: Partial<ChargerOptions>;
  readonly car?: Partial<CarOptions>;
}

type Told = Happening & { readonly at: Instant };
export type Order = HandOrder extends infer One ? (One extends HandOrder ? Omit<One, 'id'> : never) : never;

/** A charger's gateway and a car's at one simulated outlet, in virtual time, with agents that always find each other. */
export class Bench {
  readonly time = new VirtualTime();
  readonly outlet: SimulatedOutlet;
  readonly network = memoryNetwork(this.time);
  readonly agents: StubAgents;
  readonly charger: Charger;
  readonly car: Car;
  readonly told: { readonly evse: Told[]; readonly ev: Told[] } = { evse: [], ev: [] };
  readonly #hand;
  readonly #options: Omit<ChargerOptions, 'tell'>;
  #orders = 0;
  readonly #counted = counting(this.time);

  constructor({ outlet, wrapPower, charger, car }: BenchOptions = {}) {
    const { time } = this;
    const random = new Random(7);
    const pairs = { evse: memoryPair(clockOf(time)), ev: memoryPair(clockOf(time)) };
    let sessions = 0;
    const newSession = (): string => `session-${++sessions}`;
    this.outlet = new SimulatedOutlet(time, { seed: 1, charger: 'default', car: 'default', soc: 20, until: 80, speed: 200, quick: true, ...outlet });
    this.#hand = this.outlet.hand({ receive: () => undefined, status: () => undefined });
    this.agents = new StubAgents(time, this.outlet, { evse: pairs.evse.agent, ev: pairs.ev.agent });
    const tell = (side: 'evse' | 'ev') => (happening: Happening): void => void this.told[side].push({ ...happening, at: time.now });
    this.#options = {
      profile: chargerProfiles.default, limits, authorization: 'free', time: this.#counted.time, entropy: (length) => random.bytes(length), newSession,
      power: wrapPower?.(this.outlet) ?? this.outlet.evse.power, pair: pairs.evse.gateway, network: this.network.charger, ...charger,
    };
    this.charger = new Charger({ ...this.#options, tell: tell('evse') });
    this.car = new Car({ time: this.#counted.time, newSession, inlet: this.outlet.ev.inlet, pair: pairs.ev.gateway, network: this.network.car, tell: tell('ev'), ...car });
    this.advance(1_000);
  }

  /** Machines that the gateways have put into this time and not taken out again. */
  get machines(): number {
    return this.#counted.machines();
  }

  /** Another life of the charger's gateway, which was halted. */
  again(): Charger {
    return new Charger({ ...this.#options, tell: () => undefined });
  }

  order(order: Order): void {
    this.#hand.send({ ...order, id: ++this.#orders } as HandOrder);
    this.advance(0);
  }

  plug(more: { readonly car?: string; readonly soc?: number; readonly until?: number } = {}): void {
    this.order({ kind: 'plug', ...more });
  }

  unplug(): void {
    this.order({ kind: 'unplug' });
  }

  advance(by: number): void {
    this.time.advance(by);
  }

  until(done: () => boolean, within = 120_000): boolean {
    return this.time.runUntil(done, after(this.time.now, ms(within)));
  }

  of<Kind extends Happening['kind']>(side: 'evse' | 'ev', kind: Kind): Extract<Told, { readonly kind: Kind }>[] {
    return this.told[side].filter((one): one is Extract<Told, { readonly kind: Kind }> => one.kind === kind);
  }

  /** Where the charger's session stands. */
  get phase(): string {
    const { state } = this.charger.secc;
    return state.at === 'session' ? state.phase : state.at;
  }

  /** A car plugs in and comes to a phase of the charger's session. */
  to(phase: string, more: Parameters<Bench['plug']>[0] = {}): this {
    this.plug(more);
    if (!this.until(() => this.phase === phase)) throw new Error(`no ${phase}: ${this.phase}`);
    return this;
  }

  /** Watts that leave the charger now, whatever it was told. */
  get isLive(): boolean {
    const { order, contactors, output } = this.outlet.hardware;
    return order !== undefined || (contactors.closed && output.current > 0.5);
  }
}

import { BusError } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { availability, commands, cost, limit } from '@pilotwire/contracts';
import { between, ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import type { Log } from '@pilotwire/service';
import { wordsOf } from '@pilotwire/service';
import type { Order } from '@pilotwire/station';

/** What the gateways of a station are told. */
export type SiteOrder = Extract<Order, { readonly do: 'authorize' | 'start' | 'stop' | 'limit' | 'availability' | 'cost' }>;

export interface OrdersOptions {
  readonly bus: Pick<Bus, 'publish' | 'request'>;
  readonly station: string;
  readonly time: Timeline;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly log: Log;
  /** A time of the engine by the clock of this machine. */
  readonly toHost: (utc: number) => number;
  /** Where a transaction runs. */
  readonly evseOf: (transaction: string) => number | undefined;
  /** Which session is at an outlet: what is ordered is for that one. */
  readonly sessionOf: (evse: number) => string | undefined;
}

/** A car waits 60 s for its authorization; a stop that is not heard in 20 s is taken for done by the engine. */
const [authorizeMost, orderMost] = [60_000, 20_000];
const [answerMost, again] = [5_000, ms(1_000)];

/** Tells gateways what the engine wants of them, again and again until they answer or it is too late. */
export class Orders {
  readonly #options: OrdersOptions;
  /** By outlet: a later order makes those before it void. */
  readonly #latest = new Map<number, symbol>();
  #closed = false;

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  close(): void {
    this.#closed = true;
  }

  carryOut(order: SiteOrder): void {
    const { bus, wallClock, toHost } = this.#options;
    switch (order.do) {
      case 'authorize': {
        const { evse, accept, by, until } = order;
        const most = until === undefined ? authorizeMost : Math.min(toHost(until) - wallClock(), authorizeMost);
        return this.#ask(evse, `authorize, ${accept ? 'yes' : 'no'}`, most, (target, session, options) => bus.request(commands.authorize, target, { accept, by, ...session }, options));
      }
      case 'start':
        return this.#ask(order.evse, 'start', orderMost, (target, session, options) => bus.request(commands.start, target, session, options));
      case 'stop':
        return this.#ask(order.evse, 'stop', orderMost, (target, session, options) => bus.request(commands.stop, target, session, options));
      case 'limit': {
        const { evse, watts, amperes, until } = order;
        return this.#say(this.#options.bus.publish(limit, this.#at(evse), { ts: this.#stamp(), maxW: whole(watts, 2_000_000), maxA: whole(amperes, 2_000), validUntil: new Date(toHost(until)).toISOString() }));
      }
      case 'availability':
        return this.availability(order.evse, order.operative);
      case 'cost': {
        const evse = this.#options.evseOf(order.transaction);
        if (evse !== undefined) this.#say(this.#options.bus.publish(cost, this.#at(evse), { ts: this.#stamp(), transaction: order.transaction, total: order.total }));
      }
    }
  }

  availability(evse: number, available: boolean): void {
    this.#say(this.#options.bus.publish(availability, this.#at(evse), { ts: this.#stamp(), available }));
  }

  /** `most`: how long it may be given, in ms; by a clock that nobody sets. */
  #ask(evse: number, what: string, most: number, request: Request): void {
    const turn = Symbol(what);
    this.#latest.set(evse, turn);
    const { log, station, time, sessionOf } = this.#options;
    const id = sessionOf(evse);
    const session = id === undefined ? {} : { session: id };
    const began = time.now;
    const attempt = async (): Promise<void> => {
      const left = most - between(began, time.now);
      const here = sessionOf(evse);
      // A station that began anew knows of no session yet; the gateway refuses what is for one that is over.
      const gone = id !== undefined && here !== undefined && here !== id;
      if (this.#closed || this.#latest.get(evse) !== turn || gone) return;
      // One that is late would meet another car.
      if (left <= 0) return log.warn(`${station}, EVSE ${evse}: ${what}: nobody has heard it in time`);
      try {
        const { code, message } = await request(this.#at(evse), session, { timeout: Math.min(left, answerMost), source: 'ocpp-bridge' });
        // On a machine that is busy one may come too late for itself, and the next one not for the car.
        if (code === 'expired') return time.schedule(() => void attempt(), again);
        if (code !== 'done' && code !== 'accepted') log.info(`${station}, EVSE ${evse}: ${what}: ${message ?? code}`);
      } catch (error) {
        if (this.#closed) return;
        if (!(error instanceof BusError) || error.code === 'closed') return log.error(`${station}, EVSE ${evse}: ${what}: ${wordsOf(error)}`);
        time.schedule(() => void attempt(), again);
      }
    };
    void attempt();
  }

  #at(evse: number): Target {
    return { station: this.#options.station, evse };
  }

  #stamp(): string {
    return new Date(this.#options.wallClock()).toISOString();
  }

  #say(said: Promise<unknown>): void {
    said.catch((error: unknown) => this.#options.log.error(`${this.#options.station}: ${wordsOf(error)}`));
  }
}

type Request = (target: Target, session: { session?: string }, options: { timeout: number; source: string }) => ReturnType<Bus['request']>;
type Target = { readonly station: string; readonly evse: number };
const whole = (value: number, most: number): number => Math.min(Math.max(0, Math.round(value * 10) / 10), most);

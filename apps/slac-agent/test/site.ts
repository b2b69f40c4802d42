import { Random } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import type { HandOrder, Open, Status } from '@pilotwire/outlet';
import { memoryPair, wordPeriod } from '@pilotwire/pair';
import type { AgentWord, GatewayEnd, GatewayWord } from '@pilotwire/pair';
import { liveTimeline, virtualClock } from '@pilotwire/runtime';
import type { LiveTimeline } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';
import { CarAgent } from '../src/car/car-agent.js';
import { ChargerAgent } from '../src/charger/charger-agent.js';
import type { Happening } from '../src/happening.js';

export const session = '019b7967-6d00-7000-8000-000000000001';

/** What a gateway would say, as the test says it; every 20 ms while it speaks. */
export class FakeGateway {
  readonly words: AgentWord[] = [];
  readonly statuses: Status[] = [];
  word: GatewayWord;
  speaks = true;
  readonly #time: Timeline;
  readonly #end: GatewayEnd;
  #channel: ReturnType<GatewayEnd>;

  constructor(time: Timeline, end: GatewayEnd, pilot: GatewayWord['pilot']) {
    this.#time = time;
    this.#end = end;
    this.word = { pilot, dlink: undefined, sessionId: session };
    this.#channel = this.#sit();
    this.#speak();
  }

  get last(): AgentWord {
    return this.words.at(-1) ?? { level: undefined, pwm: false, link: { match: 0, up: false } };
  }

  ask(request: NonNullable<GatewayWord['dlink']>['request']): void {
    this.say({ dlink: { count: (this.word.dlink?.count ?? 0) + 1, request } });
  }

  say(word: Partial<GatewayWord>): void {
    this.word = { ...this.word, ...word };
    this.#channel.send(this.word);
  }

  /** Another process takes its place. */
  restart(word: Partial<GatewayWord> = {}): void {
    this.#channel.close();
    this.#channel = this.#sit();
    this.word = { ...this.word, dlink: undefined, ...word };
  }

  #sit(): ReturnType<GatewayEnd> {
    return this.#end({ receive: (word) => void this.words.push(word), status: (status) => void this.statuses.push(status) });
  }

  #speak(): void {
    if (this.speaks) this.#channel.send(this.word);
    this.#time.schedule(() => this.#speak(), wordPeriod);
  }
}

type Order = HandOrder extends infer One ? (One extends HandOrder ? Omit<One, 'id'> : never) : never;

/** What the agents hold of time: machines that live, and what is pending. */
export interface Held {
  machines: number;
}

/** A port whose cable can be pulled and put back. */
function loose<Out, In>(open: Open<Out, In>) {
  let [there, last]: [boolean, Status | undefined] = [true, undefined];
  let tell: (status: Status) => void = () => undefined;
  const port: Open<Out, In> = (listener) => {
    tell = (status) => listener.status(status);
    const channel = open({
      receive: (frame) => void (there && listener.receive(frame)),
      status: (status) => {
        last = status;
        if (there) listener.status(status);
      },
    });
    return { send: (frame) => void (there && channel.send(frame)), close: () => channel.close() };
  };
  const cut = (gone: boolean): void => {
    there = !gone;
    tell(gone ? { state: 'down', why: 'the cable is out' } : (last as Status));
  };
  return { port, cut };
}

function counted(time: LiveTimeline, held: Held): Timeline {
  return {
    get now() {
      return time.now;
    },
    schedule: (run, delay) => time.schedule(run, delay),
    add(machine, initial, surroundings) {
      const actor = time.add(machine, initial, surroundings);
      held.machines++;
      return {
        get state() {
          return actor.state;
        },
        feed: (input, delay) => actor.feed(input, delay),
        stop() {
          held.machines--;
          actor.stop();
        },
      };
    },
  };
}

export interface Told {
  readonly at: number;
  readonly happening: Happening;
  readonly session: string | undefined;
}

/** Both agents at the ends of one simulated outlet, in virtual time but on the timeline of a real site. */
export function site({ quick = true, charger: withCharger = true, car: withCar = true, seed = 1 } = {}) {
  const clock = virtualClock();
  const time = liveTimeline(clock, (mishap) => {
    throw new Error(`${mishap.kind} at ${mishap.at}`, { cause: mishap });
  });
  const outlet = new SimulatedOutlet(time, { seed, charger: 'default', car: 'default', soc: 20, until: 80, speed: 40, quick });
  const held: Held = { machines: 0 };
  const [chargerPair, carPair] = [memoryPair(clock), memoryPair(clock)];
  const random = new Random(7);
  /** Every key that was drawn: none of them may be told. */
  const drawn: Uint8Array[] = [];
  const entropy = (length: number): Uint8Array => {
    const octets = random.bytes(length);
    drawn.push(octets);
    return octets;
  };
  const told: { readonly charger: Told[]; readonly car: Told[] } = { charger: [], car: [] };
  const tell = (who: 'charger' | 'car') => (happening: Happening, of: string | undefined): void => void told[who].push({ at: clock.now(), happening, session: of });
  const lived = counted(time, held);
  const modems = { charger: loose(outlet.evse.modem), car: loose(outlet.ev.modem) };
  const pilots = { charger: loose(outlet.evse.pilot), car: loose(outlet.ev.pilot) };
  const charger = withCharger ? new ChargerAgent({ time: lived, modem: modems.charger.port, pilot: pilots.charger.port, pair: chargerPair.agent, entropy, tell: tell('charger') }) : undefined;
  const car = withCar ? new CarAgent({ time: lived, modem: modems.car.port, pilot: pilots.car.port, pair: carPair.agent, entropy, tell: tell('car') }) : undefined;
  const gateways = { charger: new FakeGateway(time, chargerPair.gateway, 'auto'), car: new FakeGateway(time, carPair.gateway, 'B') };
  const hand = outlet.hand({ receive: () => undefined, status: () => undefined });
  let id = 0;
  const order = (one: Order): void => hand.send({ ...one, id: ++id } as HandOrder);
  /** Lets time pass until something is so; says after how many milliseconds, or throws. */
  const until = (what: () => boolean, within = 60_000): number => {
    const from = clock.now();
    while (!what()) {
      if (clock.now() - from > within) throw new Error(`not within ${within} ms: ${String(what)}`);
      clock.advance(5);
    }
    return clock.now() - from;
  };
  return {
    clock, time, outlet, modems, pilots, held, drawn, told, charger, car, gateways, order, until, hand,
    matched: () => gateways.charger.last.link.up && gateways.car.last.link.up,
    of: <Kind extends Happening['kind']>(who: 'charger' | 'car', kind: Kind) =>
      told[who].flatMap(({ happening }) => (happening.kind === kind ? [happening as Extract<Happening, { kind: Kind }>] : [])),
  };
}

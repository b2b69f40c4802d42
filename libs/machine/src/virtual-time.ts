import { tick } from './machine.js';
import type { Machine, Tick } from './machine.js';
import { after, origin } from './time.js';
import type { Duration, Instant } from './time.js';

/** A machine that lives in virtual time. */
export interface Actor<State, Input> {
  readonly state: State;
  /** Hands over an input, now or after a delay. Inputs that meet at one instant are taken in the order of feeding. */
  feed(input: Input, delay?: Duration): void;
  /** Takes the machine out of its time: no more ticks, and inputs are ignored. */
  stop(): void;
}

/** What the world around a machine does. */
export interface Surroundings<Input, Output> {
  /** Carries out an output. It may feed any actor: such inputs wait until this step is done. */
  perform(output: Output, now: Instant): void;
  /** Sees each input before the machine does; see `recorder`. */
  observe?(input: Input | Tick, now: Instant): void;
}

/** What machines live in: a clock, and what is to happen later. Virtual in a test, real at a site. */
export interface Timeline {
  readonly now: Instant;
  /** Does something now, or after a delay. */
  schedule(run: () => void, delay?: Duration): void;
  /** Puts a machine into this time. Its outputs go to `surroundings`, its ticks come from here. */
  add<State, Input, Output>(
    machine: Machine<State, Input, Output>,
    initial: State,
    surroundings: Surroundings<Input, Output>,
  ): Actor<State, Input>;
}

/** More than this at one instant is two machines that answer each other for ever. */
const eventsAtOneInstant = 100_000;

interface Event {
  readonly at: Instant;
  readonly order: number;
  readonly run: () => void;
}

interface Wake {
  at: Instant | undefined;
  order: number;
  readonly run: () => void;
}

/**
 * A clock that stands still until told otherwise, and any number of machines that live by it. What happens, happens in
 * the order of time, and at one instant in the order in which it was asked for; so a run is a function of its inputs.
 */
export class VirtualTime implements Timeline {
  #now: Instant;
  #order = 0;
  #running = false;
  /** What is to come, the next last. Few events are pending at any time, so a sorted array is the fastest queue. */
  readonly #events: Event[] = [];
  readonly #wakes: Wake[] = [];
  /** The first of them, where it is known: most steps move a wake that is not the first, and stays behind it. */
  #first: Wake | undefined;

  constructor(start: Instant = origin) {
    this.#now = start;
  }

  get now(): Instant {
    return this.#now;
  }

  /** Puts a machine into this time. Its outputs go to `surroundings`, its ticks come from here. */
  add<State, Input, Output>(
    machine: Machine<State, Input, Output>,
    initial: State,
    surroundings: Surroundings<Input, Output>,
  ): Actor<State, Input> {
    let state = initial;
    let stopped = false;
    const take = (input: Input | Tick): void => {
      if (stopped) return;
      surroundings.observe?.(input, this.#now);
      const next = machine.step(state, input, this.#now);
      state = next.state;
      const at = machine.deadline(state);
      if (at !== wake.at) {
        wake.at = at;
        wake.order = this.#order++;
        this.#moved(wake);
      }
      for (const output of next.outputs) surroundings.perform(output, this.#now);
    };
    const wake: Wake = {
      at: machine.deadline(initial),
      order: this.#order++,
      run: () => {
        const due = wake.at as Instant;
        take(tick);
        if (wake.at !== undefined && wake.at <= due) {
          throw new Error(`a tick at ${this.#now} left the deadline ${due} at ${wake.at}: ${describe(state)}`);
        }
      },
    };
    this.#wakes.push(wake);
    this.#moved(wake);
    return {
      get state() {
        return state;
      },
      feed: (input, delay) => this.schedule(() => take(input), delay),
      stop: () => {
        stopped = true;
        const place = this.#wakes.indexOf(wake);
        if (place >= 0) this.#wakes.splice(place, 1);
        if (this.#first === wake) this.#first = undefined;
      },
    };
  }

  /** Does something now, or after a delay. */
  schedule(run: () => void, delay: Duration = 0 as Duration): void {
    if (!(delay >= 0)) throw new RangeError(`a delay of ${delay} ms`);
    const event = { at: after(this.#now, delay), order: this.#order++, run };
    let i = this.#events.length;
    while (i > 0 && (this.#events[i - 1] as Event).at <= event.at) i--;
    this.#events.splice(i, 0, event);
    if (!this.#running) this.#run(this.#now);
  }

  /** Lets `by` milliseconds pass. */
  advance(by: number): void {
    this.advanceTo((this.#now + by) as Instant);
  }

  /** Lets time pass until `to`, which is included: what is due then has happened. */
  advanceTo(to: Instant): void {
    this.#run(to);
  }

  /** Lets time pass until `done`, which is asked after each event; false where that did not come about by `limit`. */
  runUntil(done: () => boolean, limit: Instant): boolean {
    return done() || this.#run(limit, done);
  }

  #run(to: Instant, done?: () => boolean): boolean {
    if (this.#running) throw new Error('time is passing already: it cannot be advanced by what happens in it');
    if (!(to >= this.#now)) throw new RangeError(`time does not go back from ${this.#now} to ${to}`);
    this.#running = true;
    try {
      for (let crowd = 0; ; ) {
        const wake = this.#nextWake();
        const event = this.#events.at(-1);
        const next = wake !== undefined && (event === undefined || precedes(wake, event)) ? wake : event;
        if (next === undefined || (next.at as Instant) > to) break;
        if ((next.at as Instant) > this.#now) {
          this.#now = next.at as Instant;
          crowd = 0;
        } else if (++crowd > eventsAtOneInstant) {
          throw new Error(`more than ${eventsAtOneInstant} events at ${this.#now}: time stands still`);
        }
        if (next === event) this.#events.pop();
        next.run();
        if (done?.()) return true;
      }
      this.#now = to;
      return false;
    } finally {
      this.#running = false;
    }
  }

  #nextWake(): Wake | undefined {
    if (this.#first !== undefined) return this.#first;
    let first: Wake | undefined;
    for (const wake of this.#wakes) {
      if (wake.at !== undefined && (first === undefined || precedes(wake, first))) first = wake;
    }
    this.#first = first;
    return first;
  }

  #moved(wake: Wake): void {
    const first = this.#first;
    if (wake === first) this.#first = undefined;
    else if (first !== undefined && wake.at !== undefined && precedes(wake, first)) this.#first = wake;
  }
}

const precedes = (a: Wake | Event, b: Wake | Event): boolean => {
  const [first, second] = [a.at as Instant, b.at as Instant];
  return first < second || (first === second && a.order < b.order);
};

/** A state for an error message; not every state is JSON. */
const describe = (state: unknown): string =>
  JSON.stringify(state, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)) ?? String(state);

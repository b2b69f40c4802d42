import type { Instant, Step } from '@pilotwire/machine';
import { stamp } from './time/clock.js';
import type { EvseState } from './model/evse.js';
import { isLasting } from './model/message.js';
import type { Message } from './model/message.js';
import type { News, Order, Output } from './model/outputs.js';
import type { Durable, DurablePart, StationState } from './model/state.js';
import type { Stamp } from './model/values.js';

/** The most messages that wait; of more, which only a CSMS that asks and never answers brings about, the oldest go. */
const outboxMost = 500;

const ranks: Readonly<Partial<Record<Output['kind'], number>>> = { store: 0, persist: 1, drop: 2, compact: 2 };

/**
 * A step in the making: the state as it stands after what has been decided so far, and what was asked for on the way.
 * The rules of all parts work on one, so that a fact may go through several of them. States are replaced, never changed.
 */
export class Turn {
  readonly now: Instant;
  readonly outputs: Output[] = [];
  /** When the fact of this step came about. */
  readonly at: Stamp;
  #state: StationState;
  readonly #before: Durable;

  constructor(state: StationState, now: Instant, utc: number | undefined) {
    this.#state = state;
    this.#before = state.durable;
    this.now = now;
    this.at = utc === undefined ? stamp(state, now) : { utc };
  }

  get state(): StationState {
    return this.#state;
  }

  set(change: Partial<StationState>): void {
    this.#state = { ...this.#state, ...change };
  }

  /** Sets a part of what outlives the process; it is written at the end of the step. */
  keep<Part extends DurablePart>(part: Part, value: Durable[Part]): void {
    this.#state = { ...this.#state, durable: { ...this.#state.durable, [part]: value } };
  }

  /** An outlet that the station has. */
  evse(id: number): EvseState {
    return this.#state.evses[id - 1] as EvseState;
  }

  setEvse(id: number, change: Partial<EvseState>): void {
    this.set({ evses: this.#state.evses.map((one) => (one.id === id ? { ...one, ...change } : one)) });
  }

  /** The next number of a count. */
  count(what: keyof StationState['counters']): number {
    const value = this.#state.counters[what];
    this.set({ counters: { ...this.#state.counters, [what]: value + 1 } });
    return value;
  }

  emit(output: Output): void {
    this.outputs.push(output);
  }
  perform(order: Order): void {
    this.outputs.push({ kind: 'perform', order });
  }
  tell(news: News): void {
    this.outputs.push({ kind: 'tell', news });
  }

  /**
   * Lines up a message; it goes out at the end of the step at the earliest, so behind any reply. While the CSMS cannot
   * be told, only what it will want to know later is kept.
   */
  say(message: Message, triggered = false): void {
    const { link, registration } = this.#state;
    if (!triggered && (link === undefined || registration.at !== 'accepted') && message.kind !== 'boot' && !isLasting(message)) return;
    const item = { key: this.count('key'), message, triggered };
    this.set({ outbox: [...this.#state.outbox.slice(1 - outboxMost), item] });
  }

  /** Writes what has changed of the durable parts. */
  #persist(): void {
    const { durable } = this.#state;
    if (durable === this.#before) return;
    for (const part of Object.keys(durable) as DurablePart[]) {
      if (durable[part] !== this.#before[part]) this.emit({ kind: 'persist', part, value: durable[part] } as Output);
    }
  }

  /**
   * The step as it is done. Records come first, then the parts that say the same and more, then what is needed no longer:
   * wherever the disk stops, nothing is lost.
   */
  done(): Step<StationState, Output> {
    this.#persist();
    const outputs = this.outputs.map((output) => ({ output, rank: ranks[output.kind] ?? 3 })).sort((a, b) => a.rank - b.rank);
    return { state: this.#state, outputs: outputs.map(({ output }) => output) };
  }
}

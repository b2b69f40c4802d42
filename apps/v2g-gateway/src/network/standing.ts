import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import type { Bound, Closable } from './network.js';

const again = ms(1_000);

/** Keeps something listening: where it cannot be had, or is lost, it is tried again every second. */
export class Standing {
  #bound: Bound = { state: 'down', why: 'not listening yet' };
  #held: Closable | undefined;
  #closed = false;
  readonly #time: Timeline;
  readonly #open: (status: (bound: Bound) => void) => Closable;
  readonly #told: (bound: Bound) => void;

  /** `told` hears each change once, and no try that fails like the one before. */
  constructor(time: Timeline, open: (status: (bound: Bound) => void) => Closable, told: (bound: Bound) => void) {
    this.#time = time;
    this.#open = open;
    this.#told = told;
    this.#try();
  }

  get bound(): Bound {
    return this.#bound;
  }

  close(): void {
    this.#closed = true;
    this.#held?.close();
  }

  #try(): void {
    if (this.#closed) return;
    this.#held = this.#open((bound) => {
      if (this.#closed) return;
      const changed = JSON.stringify(bound) !== JSON.stringify(this.#bound);
      this.#bound = bound;
      if (bound.state === 'down') this.#time.schedule(() => this.#try(), again);
      if (changed) this.#told(bound);
    });
  }
}

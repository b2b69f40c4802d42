import { after, ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';

/** Stations that come up at once; the others wait, so that each call has its answer soon, and all of them are not later for it. */
const mostAtOnce = 16;
/** One that has not come so far keeps nobody waiting: its CSMS may be away. */
const patience = ms(5_000);

/** Lets the stations of a process go to their CSMS a few at a time, when all of them begin together. */
export class Turnstile {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(clock: Clock, most = mostAtOnce) {
    this.#clock = clock;
    this.#most = most;
  }

  /** `begin` is called at once, or when it is its turn. What is returned says that it has come up, or will not for now. */
  enter(begin: () => void): () => void {
    let left = false;
    let entered = false;
    let forget = (): void => undefined;
    const leave = (): void => {
      if (left) return;
      left = true;
      forget();
      if (!entered) return;
      this.#inside--;
      this.#next();
    };
    this.#waiting.push(() => {
      if (left) return;
      entered = true;
      this.#inside++;
      forget = this.#clock.wake(after(this.#clock.now(), patience), leave);
      begin();
    });
    this.#next();
    return leave;
  }

  /** Whoever waits is not called any more. */
  close(): void {
    this.#waiting.length = 0;
  }

  #next(): void {
    while (this.#inside < this.#most) {
      const first = this.#waiting.shift();
      if (first === undefined) return;
      first();
    }
  }
}

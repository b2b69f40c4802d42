import { after } from '@pilotwire/machine';
import type { Listener, Open } from '@pilotwire/outlet';
import type { Clock } from '@pilotwire/runtime';
import { timing } from '../limits.js';
import { oneHolder } from '../one-holder.js';
import type { Grip } from '../one-holder.js';
import type { GpioLines, InputAddress, InputLine } from './lines.js';

export interface EmergencyStopOptions {
  readonly clock: Clock;
  readonly lines: GpioLines;
  /** Active: the contact is closed, and nobody has pressed it. A wire that is broken is a stop that is pressed. */
  readonly contact: InputAddress;
}

/**
 * An emergency stop with a normally closed contact. Nothing passes through it: it is `up`, or it is pressed. A stop that is
 * pressed for a moment is a stop; it is up again when it has been closed for a while.
 */
export const emergencyStop = (options: EmergencyStopOptions): Open<never, never> => oneHolder(options.clock, (listener) => new StopGrip(options, listener));

class StopGrip implements Grip<never> {
  readonly #options: EmergencyStopOptions;
  readonly #listener: Listener<never>;
  #line: InputLine | undefined;
  #again: () => void = () => undefined;
  /** Until when it must stay closed to be released. */
  #releasedAt: number;

  constructor(options: EmergencyStopOptions, listener: Listener<never>) {
    this.#options = options;
    this.#listener = listener;
    this.#releasedAt = options.clock.now();
    this.#take();
  }

  send(): void {}

  release(): void {
    this.#again();
    this.#line?.close();
    this.#line = undefined;
  }

  #take(): void {
    const { lines, contact } = this.#options;
    try {
      this.#line = lines.input(contact, () => this.#pressed());
      this.#look();
    } catch (error) {
      this.#missing(error);
    }
  }

  /** An edge is a contact that has moved: it was open, if only for a moment. */
  #pressed(): void {
    if (this.#line === undefined) return;
    this.#releasedAt = after(this.#options.clock.now(), timing.stopReleased);
    this.#listener.status({ state: 'down', why: 'the emergency stop is pressed', pressed: true });
  }

  #look(): void {
    const { clock } = this.#options;
    try {
      if (this.#line?.get() === false) this.#pressed();
      else if (clock.now() >= this.#releasedAt) this.#listener.status({ state: 'up' });
      this.#again = clock.wake(after(clock.now(), timing.stopLook), () => this.#look());
    } catch (error) {
      this.#line?.close();
      this.#line = undefined;
      this.#missing(error);
    }
  }

  #missing(error: unknown): void {
    const { clock } = this.#options;
    this.#releasedAt = after(clock.now(), timing.stopReleased);
    this.#again = clock.wake(after(clock.now(), timing.patience), () => this.#take());
    this.#listener.status({ state: 'down', why: `the emergency stop: ${(error as Error).message}` });
  }
}

import { after } from '@pilotwire/machine';
import type { Duration } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';

export interface HeldOptions {
  readonly clock: Clock;
  /** So many may be held at once; one more is not read before one of them is done with. */
  readonly window: number;
  /** Nothing may go unread for longer. */
  readonly longest: Duration;
  readonly acknowledge: (messageId: number) => void;
  /** It has: the connection is of no use any more. */
  readonly overdue: () => void;
}

interface Message {
  readonly id: number | undefined;
  done: boolean;
}

/**
 * The messages of one connection that somebody is not done with. They are acknowledged in the order in which they came, as
 * MQTT wants it (3.1.1, 4.6).
 */
export class Held {
  readonly #options: HeldOptions;
  readonly #messages: Message[] = [];
  #all: Promise<unknown> = Promise.resolve();
  #stalled: { readonly goOn: () => void; readonly cancel: () => void } | undefined;
  #over = false;

  constructor(options: HeldOptions) {
    this.#options = options;
  }

  get any(): boolean {
    return this.#messages.length > 0;
  }

  /** `id`: undefined at QoS 0. `goOn` lets the next one be read. */
  add(id: number | undefined, taken: Promise<void>, goOn: () => void): void {
    const { clock, window, longest, overdue } = this.#options;
    const message = { id, done: false };
    this.#messages.push(message);
    const done = (): void => {
      message.done = true;
      this.#settle();
    };
    this.#all = Promise.all([this.#all, taken.then(done, done)]);
    if (this.#messages.length < window) return goOn();
    this.#stalled = { goOn, cancel: clock.wake(after(clock.now(), longest), overdue) };
  }

  /** The connection is gone: whatever is done with from now on comes again to the next. Resolves once all is done with. */
  over(): Promise<unknown> {
    this.#over = true;
    this.#stalled?.cancel();
    return this.#all;
  }

  #settle(): void {
    if (this.#over) return;
    while (this.#messages[0]?.done === true) {
      const id = this.#messages.shift()?.id;
      if (id !== undefined) this.#options.acknowledge(id);
    }
    const stalled = this.#stalled;
    if (stalled === undefined || this.#messages.length >= this.#options.window) return;
    this.#stalled = undefined;
    stalled.cancel();
    stalled.goOn();
  }
}

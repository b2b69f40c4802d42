import { after, ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import { isPermanent } from '../database/error.js';

export interface BatcherOptions<Item> {
  readonly clock: Clock;
  /** So many at most are written together. */
  readonly most: number;
  /** Writes them all in one transaction, or throws and has written none. */
  readonly write: (items: readonly Item[]) => Promise<void>;
  /** One that can never be written. */
  readonly reject: (item: Item, error: unknown) => Promise<void>;
  /** The database does not take anything; it is tried again. */
  readonly trouble: (error: unknown) => void;
}

/** How long until the next try: doubled each time, from the first to the last. */
const [firstWait, longestWait] = [100, 5_000];

/**
 * Writes what comes in batches: whatever has gathered while the last one was written. The less the database keeps up, the
 * larger they are; while it is away everything waits.
 */
export class Batcher<Item> {
  readonly #options: BatcherOptions<Item>;
  #waiting: { readonly item: Item; readonly done: () => void }[] = [];
  #writing: Promise<void> | undefined;
  #stopped = false;
  #wakeUp: (() => void) | undefined;

  constructor(options: BatcherOptions<Item>) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves once the item is committed, or known never to be. Never, where the batcher is stopped before. */
  add(item: Item): Promise<void> {
    const done = new Promise<void>((resolve) => this.#waiting.push({ item, done: resolve }));
    this.#writing ??= this.#run();
    return done;
  }

  /** Nothing more is begun. Resolves once what was begun has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wakeUp?.();
    await this.#writing;
  }

  async #run(): Promise<void> {
    // What comes in the same turn goes together.
    await Promise.resolve();
    try {
      while (this.#waiting.length > 0 && !this.#stopped) {
        const batch = this.#waiting.splice(0, this.#options.most);
        if (!(await this.#write(batch.map(({ item }) => item)))) return;
        for (const { done } of batch) done();
      }
    } finally {
      // In the same turn: whoever was told that the last one is done may add the next at once.
      this.#writing = undefined;
    }
  }

  /** Whether it is done with. */
  async #write(items: readonly Item[]): Promise<boolean> {
    const { write, reject, trouble } = this.#options;
    for (let wait = firstWait; !this.#stopped; wait = Math.min(wait * 2, longestWait)) {
      try {
        await write(items);
        return true;
      } catch (error) {
        if (isPermanent(error) && items.length > 1) {
          // One of them spoils the others.
          for (const item of items) if (!(await this.#write([item]))) return false;
          return true;
        }
        try {
          if (!isPermanent(error)) throw error;
          await reject(items[0] as Item, error);
          return true;
        } catch (problem) {
          trouble(problem);
          await this.#pause(wait);
        }
      }
    }
    return false;
  }

  #pause(wait: number): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const cancel = clock.wake(after(clock.now(), ms(wait)), resolve);
      this.#wakeUp = () => {
        cancel();
        resolve();
      };
    });
  }
}

import { after, ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import type { JsonObject } from '@pilotwire/station';
import type { Call } from '../../../ocpp-bridge/test/csms.js';
import type { WsCsms } from '../../../ocpp-bridge/test/ws-csms.js';
import { wordsOf } from './words.js';

/** Listens to what a CSMS is told, by a clock. */
export class Ear {
  readonly #csms: WsCsms;
  readonly #clock: Clock;
  readonly #said: () => readonly string[];
  #from = 0;

  /** `said`: what else there is to say of what did not come about. */
  constructor(csms: WsCsms, clock: Clock, said: () => readonly string[]) {
    this.#csms = csms;
    this.#clock = clock;
    this.#said = said;
  }

  /** From here on counts what is heard. */
  mark(): void {
    this.#from = this.#csms.calls.length;
  }

  get #calls(): readonly Call[] {
    return this.#csms.calls.slice(this.#from);
  }

  /** What the CSMS has heard since the mark, without what comes by the clock. */
  told(): string[] {
    const words = this.#calls.map(wordsOf).filter((one) => one !== undefined);
    return words.filter((one, i) => one !== words[i - 1]);
  }

  /** Seconds of the clock. */
  pass(seconds: number): Promise<void> {
    const clock = this.#clock;
    return new Promise((resolve) => void clock.wake(after(clock.now(), ms(1_000 * seconds)), resolve));
  }

  /** Waits until something is so. Throws where that does not come about in two minutes of the clock. */
  async until(what: string, done: () => boolean, seconds = 120): Promise<void> {
    for (let left = 4 * seconds; left > 0 && !done(); left--) await this.pass(0.25);
    if (done()) return;
    throw new Error(`${what}: not within ${seconds} s. The CSMS has heard ${this.told().join(', ')}. ${this.#said().join('; ')}`);
  }

  /** Waits until the CSMS has heard a call. */
  async hears(action: string, matching: (payload: JsonObject) => boolean = () => true): Promise<JsonObject> {
    const found = (): Call | undefined => this.#calls.find((call) => call.action === action && matching(call.payload));
    await this.until(action, () => found() !== undefined);
    return found()?.payload as JsonObject;
  }
}

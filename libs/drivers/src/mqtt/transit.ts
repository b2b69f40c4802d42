import { between, ms } from '@pilotwire/machine';
import type { Duration, Instant } from '@pilotwire/machine';

/** How far two steady clocks may run apart: milliseconds in each. Cheap quartz stays within a tenth of it. */
const drift = 0.001;

/**
 * How late the messages of one sender come, by its own steady clock: more than the quickest of them. A network, or a broker,
 * that held them for a while and then hands them out in one go, is not taken for a measurement of now.
 */
export class Transit {
  #quickest: number | undefined;
  #sent = -Infinity;
  #heardAt: Instant | undefined;

  /** `sent`: milliseconds on the sender's clock. Messages come in the order of sending; a clock that goes back has begun anew. */
  late(sent: number, now: Instant): Duration {
    const offset = now - sent;
    const crept = this.#heardAt === undefined ? 0 : between(this.#heardAt, now) * drift;
    const anew = this.#quickest === undefined || sent < this.#sent;
    this.#quickest = anew ? offset : Math.min((this.#quickest ?? offset) + crept, offset);
    this.#sent = sent;
    this.#heardAt = now;
    return ms(offset - this.#quickest);
  }
}

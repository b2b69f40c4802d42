import { between } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';

/** A command may be alive for so long: that bounds how long its id must be remembered. */
export const longestLife = 300_000;
/** How many ids are remembered. Beyond it commands are refused, since one that came again could not be told apart. */
const mostIds = 20_000;
/** So many at once, and so many a second, of one command for one target. */
const [burst, perSecond] = [20, 10];
const mostBuckets = 10_000;

/** Lets commands in: each id once, and no more of them than anybody could mean. */
export class Admission {
  /** When each id may be forgotten: milliseconds since 1970. Ids of one process come in about the order of their ends. */
  readonly #ids = new Map<string, number>();
  readonly #buckets = new Map<string, { level: number; at: Instant }>();

  /** Whether an id was seen; where it was not, it now is. `full`: it could not be remembered. */
  first(id: string, expiresAt: number, time: number): 'first' | 'again' | 'full' {
    if (this.#ids.has(id)) return 'again';
    if (this.#ids.size >= mostIds) {
      for (const [old, end] of this.#ids) if (end < time) this.#ids.delete(old);
    }
    if (this.#ids.size >= mostIds) return 'full';
    this.#ids.set(id, expiresAt);
    return 'first';
  }

  /** Whether one more command at a topic is within its rate. */
  allows(topic: string, now: Instant): boolean {
    const bucket = this.#buckets.get(topic) ?? { level: burst, at: now };
    bucket.level = Math.min(burst, bucket.level + (between(bucket.at, now) / 1_000) * perSecond);
    bucket.at = now;
    if (this.#buckets.size >= mostBuckets && !this.#buckets.has(topic)) return false;
    this.#buckets.set(topic, bucket);
    if (bucket.level < 1) return false;
    bucket.level--;
    return true;
  }
}

import { between } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';

/** A command may be alive for so long: that bounds how long its id must be remembered. */
export const longestLife = 300_000;
/**
 * How many ids are remembered. Beyond it commands are refused, since one that came again could not be told apart; but each
 * topic has some room of its own, so that a flood of one command does not keep `stop` out. All that has an end too.
 */
const [mostIds, ownIds, mostOfAll] = [20_000, 100, 40_000];
/** Looking for ids that may be forgotten goes through them all. */
const purgeEvery = 1_000;
/** So many at once, and so many a second, of one command for one target. */
const [burst, perSecond] = [20, 10];
const mostBuckets = 10_000;

/** Lets commands in: each id once, and no more of them than anybody could mean. */
export class Admission {
  /** By topic, when each id may be forgotten: milliseconds since 1970. */
  readonly #ids = new Map<string, Map<string, number>>();
  #count = 0;
  #purged = -Infinity;
  readonly #buckets = new Map<string, { level: number; at: Instant }>();

  /** Whether an id was seen; where it was not, it now is. `full`: it could not be remembered. */
  first(topic: string, id: string, expiresAt: number, time: number): 'first' | 'again' | 'full' {
    if (this.#ids.get(topic)?.has(id) === true) return 'again';
    // A clock that was set back counts as well.
    if (this.#count >= mostIds && Math.abs(time - this.#purged) >= purgeEvery) this.#purge(time);
    const ids = this.#ids.get(topic) ?? new Map<string, number>();
    if (this.#count >= (ids.size < ownIds ? mostOfAll : mostIds)) return 'full';
    this.#ids.set(topic, ids.set(id, expiresAt));
    this.#count++;
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

  #purge(time: number): void {
    this.#purged = time;
    for (const [topic, ids] of this.#ids) {
      for (const [id, end] of ids) {
        if (end >= time) continue;
        ids.delete(id);
        this.#count--;
      }
      if (ids.size === 0) this.#ids.delete(topic);
    }
  }
}

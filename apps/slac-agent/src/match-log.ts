import { between } from '@pilotwire/machine';
import type { Duration, Instant } from '@pilotwire/machine';

interface Asker {
  readonly at: Instant;
  readonly groups?: readonly number[];
}

/** Others in earshot that are remembered; a matching has a few, a flood has any number. */
const most = 16;

/** Who takes part in one matching, since when, and how loudly was heard. */
export class MatchLog {
  readonly #others = new Map<string, Asker>();

  /** Another matching begins. */
  clear(): void {
    this.#others.clear();
  }

  /** True for who is new in this matching. */
  met(mac: string, now: Instant): boolean {
    if (this.#others.has(mac) || this.#others.size === most) return false;
    this.#others.set(mac, { at: now });
    return true;
  }

  /** Attenuation in dB, by carrier group. */
  heard(mac: string, groups: readonly number[], now: Instant): void {
    this.met(mac, now);
    const other = this.#others.get(mac);
    if (other !== undefined) this.#others.set(mac, { ...other, groups });
  }

  /** Since it was met. */
  took(mac: string, now: Instant): Duration {
    return between(this.#others.get(mac)?.at ?? now, now);
  }

  attenuation(mac: string): { readonly attenuationDb?: number; readonly groups?: number[] } {
    const groups = (this.#others.get(mac)?.groups ?? []).slice(0, 64);
    if (groups.length === 0) return {};
    const mean = groups.reduce((sum, level) => sum + level, 0) / groups.length;
    return { attenuationDb: Math.round(10 * mean) / 10, groups };
  }
}

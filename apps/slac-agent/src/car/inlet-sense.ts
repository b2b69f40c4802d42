import { offerOf } from '@pilotwire/control-pilot';
import { between, ms } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { InletSample } from '@pilotwire/outlet';

/** Without a sample for so long nobody knows what is in the inlet; one comes every 20 ms. */
const inletStale = ms(100);

/** What the car believes to see at its inlet. */
export interface Seen {
  readonly plugged: boolean;
  /** 5 %: the charger asks for digital communication. */
  readonly digital: boolean;
  readonly duty: number | undefined;
}

/** The inlet as it is believed to be: a single sample is never believed, and nothing is when samples stay away. */
export class InletSense {
  seen: Seen | undefined;
  #last: { readonly seen: Seen; readonly at: Instant } | undefined;

  /** Takes a sample; true where something changed. */
  take({ plugged, duty }: InletSample, now: Instant): boolean {
    const digital = plugged && duty !== undefined && offerOf(duty).kind === 'digital';
    const before = this.#last?.seen;
    const seen = { plugged, digital, duty };
    this.#last = { seen, at: now };
    if (before?.plugged !== plugged || before.digital !== digital) return false;
    if (this.seen?.plugged === plugged && this.seen.digital === digital) return false;
    this.seen = seen;
    return true;
  }

  /** Whether what was believed is too old to be believed any longer; it is forgotten then. */
  gone(now: Instant): boolean {
    if (this.seen === undefined || this.#last === undefined || between(this.#last.at, now) < inletStale) return false;
    this.seen = undefined;
    return true;
  }

  /** When the last sample came. */
  get at(): Instant | undefined {
    return this.#last?.at;
  }
}

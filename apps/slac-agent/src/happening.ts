import type { DataOf, events, pilot, slac, PayloadOf } from '@pilotwire/contracts';
import type { Instant } from '@pilotwire/machine';
import type { EvInput, EvseInput, EvseState, EvState } from '@pilotwire/slac';
import type { Flight } from '@pilotwire/runtime';

/** The pilot as it is believed to be. `at`: when it was measured. */
export type PilotView = Omit<PayloadOf<typeof pilot>, 'ts' | 'ageMs'> & { readonly at: Instant };
/** Where the matching stands. */
export type SlacView = Omit<PayloadOf<typeof slac>, 'ts'>;

/** Which machine a flight replays on, and with which address: `evse({ mac })` or `ev({ mac })`. */
export type SlacFlight =
  | (Flight<EvseState, EvseInput> & { readonly machine: 'evse'; readonly mac: string })
  | (Flight<EvState, EvInput> & { readonly machine: 'ev'; readonly mac: string });

type Told = 'cp.changed' | 'slac.started' | 'slac.matched' | 'slac.failed' | 'slac.link' | 'slac.crosstalk';

/** What an agent tells of its outlet. No key is in any of it, but in frames and flights. */
export type Happening =
  | { readonly kind: 'pilot'; readonly pilot: PilotView }
  | { readonly kind: 'slac'; readonly slac: SlacView }
  | { readonly [Type in Told]: { readonly kind: Type; readonly data: DataOf<(typeof events)[Type]> } }[Told]
  /** A frame at the modem's port, as it came or went. */
  | { readonly kind: 'frame'; readonly frame: Uint8Array }
  /** Something that a person should know; `level` as of the log. */
  | { readonly kind: 'note'; readonly level: 'debug' | 'info' | 'warn'; readonly text: string }
  /** A session that went wrong, as the machine was fed. */
  | { readonly kind: 'flight'; readonly flight: SlacFlight };

/** Whoever is told, at once. `session`: the one that runs, as the gateway calls it. */
export type Tell = (happening: Happening, session: string | undefined) => void;

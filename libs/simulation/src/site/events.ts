import type { PilotState } from '@pilotwire/control-pilot';
import type { Instant } from '@pilotwire/machine';
import type { DinPhase, End, EvccEndReason, SeccEndReason } from '@pilotwire/v2g-session';

export type Side = 'ev' | 'evse';

/** What happens at a site, as its people and its log would tell it. Volts, amperes, watt hours; `soc` from 0 to 1. */
export type Happening =
  | { readonly kind: 'plugged' }
  | { readonly kind: 'unplugged' }
  /** What the charger reads on the pilot. */
  | { readonly kind: 'pilot'; readonly state: PilotState }
  /** What the charger puts on the pilot. */
  | { readonly kind: 'oscillator'; readonly signal: Signal }
  | { readonly kind: 'slac'; readonly side: Side; readonly what: 'matched' | 'unmatched' | 'repeating' | 'failed' | 'link-up' | 'link-down'; readonly detail?: string }
  | { readonly kind: 'sdp'; readonly side: Side; readonly security: number; readonly detail: string }
  | { readonly kind: 'phase'; readonly side: Side; readonly phase: DinPhase }
  | { readonly kind: 'authorized'; readonly evccId: string; readonly accepted: boolean }
  | { readonly kind: 'contactors'; readonly side: Side; readonly closed: boolean }
  | { readonly kind: 'lock'; readonly locked: boolean }
  | { readonly kind: 'power'; readonly what: string; readonly detail?: string }
  /** At the charger's meter and the car's battery, every 100 ms. */
  | { readonly kind: 'measured'; readonly voltage: number; readonly current: number; readonly soc: number; readonly energy: number }
  | { readonly kind: 'warning'; readonly side: Side; readonly what: string; readonly detail?: string }
  | { readonly kind: 'fault'; readonly what: string }
  | { readonly kind: 'end'; readonly side: 'evse'; readonly end: End<SeccEndReason> }
  | { readonly kind: 'end'; readonly side: 'ev'; readonly end: End<EvccEndReason> };

/** What the charger's oscillator does: 5 % duty cycle, steady, or -12 V. */
export type Signal = 'digital' | 'x1' | 'f';

/** When, in milliseconds since the site was put up. */
export type SiteEvent = Happening & { readonly at: Instant };

import type { Instant } from '@pilotwire/machine';
import type { AgentWord } from '@pilotwire/pair';
import type { DinPhase, End, V2gMessage } from '@pilotwire/v2g-session';
import type { TappedFrame } from '@pilotwire/service';

/** Who let the current be less than it could: a person by a command, the back office, the site's own settings. */
export type LimitedBy = 'person' | 'other' | 'evse';

/** What happens at an outlet, as its compositions tell it. Volts, amperes, watts, watt hours, percent. */
export type Happening =
  /** A session begins: a car was plugged in, found plugged in, or is let in at last. */
  | { readonly kind: 'plugged'; readonly sessionId: string }
  | { readonly kind: 'unplugged' }
  /** Level undefined: nobody can tell. */
  | { readonly kind: 'pilot'; readonly level: AgentWord['level']; readonly pwm: boolean }
  | { readonly kind: 'link'; readonly up: boolean }
  | { readonly kind: 'agent' | 'power-driver' | 'inlet' | 'sdp-port' | 'tcp-port'; readonly up: boolean; readonly why?: string }
  /** Where the charger is to be found, as the car is told it. */
  | { readonly kind: 'sdp'; readonly security: number; readonly ip: string; readonly port: number }
  /** `message` brought it about; `cause`: why one of both wants the session to end, where that is known already. */
  | { readonly kind: 'phase'; readonly phase: DinPhase; readonly message: string | undefined; readonly cause: Cause | undefined }
  /** A question and its answer, once the answer is on its way. */
  | { readonly kind: 'exchange'; readonly request: V2gMessage | undefined; readonly answer: V2gMessage }
  | { readonly kind: 'authorize'; readonly evccid: string }
  | { readonly kind: 'authorized'; readonly accepted: boolean; readonly by: string }
  /** What the charger can give now, and who has made it less than it could be. */
  | { readonly kind: 'limits'; readonly limits: ChargerLimits; readonly by: LimitedBy }
  | { readonly kind: 'available'; readonly available: boolean }
  /** `register`: delivered so far, as a meter counts it; undefined where there is none, and nothing but what is told. */
  | { readonly kind: 'measured'; readonly at: Instant; readonly voltage: number; readonly current: number; readonly register: number | undefined }
  | { readonly kind: 'vehicle'; readonly soc: number }
  | { readonly kind: 'contactors'; readonly side: 'evse' | 'ev'; readonly closed: boolean }
  | { readonly kind: 'supply'; readonly on: boolean }
  | { readonly kind: 'fault'; readonly fault: string; readonly present: boolean; readonly detail?: string }
  | { readonly kind: 'warning'; readonly what: string; readonly detail?: string }
  | { readonly kind: 'end'; readonly end: End<string> };

export type Cause = Pick<End<string>, 'reason' | 'by'>;

export interface ChargerLimits {
  readonly minVoltage: number;
  readonly maxVoltage: number;
  readonly maxCurrent: number;
  readonly maxPower: number;
}

export type Tell = (happening: Happening) => void;
export type Tap = (frame: TappedFrame) => void;

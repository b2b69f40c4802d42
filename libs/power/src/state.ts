import type { Instant } from '@pilotwire/machine';
import type { Contactors, IsolationMonitor, PowerCommand, PowerMeter, PowerReading, PowerSupply } from './ports.js';
import type { EvLimits, EvseLimits, Limited, Setpoint } from './rules.js';

/** The pilot's level, as `control-pilot` names it, to be repeated at least every 60 ms; undefined: nobody can tell, and the power goes off. */
export interface PilotInput {
  readonly kind: 'pilot';
  readonly level: 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | undefined;
}

/** What a session asks of the power path. */
export type PowerRequest =
  /** Check the cable: the first CableCheckReq. */
  | { readonly kind: 'cableCheck'; readonly ev: EvLimits }
  /** PreChargeReq, every one of them: the target may move. */
  | { readonly kind: 'preCharge'; readonly voltage: number }
  /** PowerDeliveryReq that asks for power. */
  | { readonly kind: 'powerDelivery' }
  /** CurrentDemandReq, every one of them. */
  | { readonly kind: 'demand'; readonly voltage: number; readonly current: number }
  /** End the current; the path stays closed for the car's welding detection. */
  | { readonly kind: 'stop' }
  /** The session is over: end the current, open the path, be ready for the next. */
  | { readonly kind: 'release' }
  /** Off, without waiting for anybody. */
  | { readonly kind: 'emergency' };

/** What the charger may give from now on. A charge that runs follows: downwards at once, upwards with the next demand. */
export interface LimitsInput {
  readonly kind: 'limits';
  readonly evse: EvseLimits;
}

export type PowerInput = PowerRequest | PilotInput | PowerReading | LimitsInput;

/** Why the power path gave up. */
export type PowerFault =
  | 'emergency' // it was asked to, or the devices were not told in time and have let go
  | 'pilot-not-ready' // never C or D for the cable check
  | 'pilot-left' // no longer C or D
  | 'pilot-lost' // no word of it
  | 'contactors-not-closed'
  | 'contactors-opened' // by themselves
  | 'contactors-lost' // no word of them
  | 'contactors-welded' // told to open, they did not
  | 'supply-fault' // it says so
  | 'supply-lost' // no word of it
  | 'not-discharged' // 60 V or more, before the cable check or after it
  | 'self-test-failed'
  | 'self-test-timeout'
  | 'test-voltage' // not reached
  | 'isolation-timeout' // no sample
  | 'isolation-fault'
  | 'pre-charge-timeout'
  | 'over-voltage'
  | 'ev-maximum-exceeded'
  | 'voltage-spread' // source and meter disagree
  | 'measurement-lost';

export type PowerOutput =
  | PowerCommand
  | { readonly kind: 'cableCheck.finished'; readonly isolation: 'valid' | 'fault' | 'no-imd' }
  | { readonly kind: 'preCharge.reached'; readonly voltage: number }
  /** What CurrentDemandRes says: measured values, and which of our limits cut the car's wish. */
  | (Omit<PowerMeter['reading'], 'kind'> & { readonly kind: 'measured'; readonly limited: Limited })
  /** The current has gone, and the path is still closed. */
  | { readonly kind: 'stopped' }
  /** The path is open. */
  | { readonly kind: 'released' }
  | { readonly kind: 'fault'; readonly why: PowerFault }
  | { readonly kind: 'warning'; readonly what: 'pilot-late' | 'measurement-stale' }
  /** Asked for out of order, or implausible; nothing changed. */
  | { readonly kind: 'refused'; readonly request: PowerRequest['kind'] };

/** What was last heard of the devices and of the pilot; undefined until something was. */
export interface Line {
  readonly pilot: PilotInput['level'];
  readonly pilotAt: Instant;
  readonly contactors: Contactors['reading'] | undefined;
  readonly supply: PowerSupply['reading'] | undefined;
  readonly meter: PowerMeter['reading'] | undefined;
  readonly imd: IsolationMonitor['reading'] | undefined;
  /** Since when source and meter have disagreed, and the voltage has been above the car's maximum. */
  readonly spreadSince: Instant | undefined;
  readonly aboveSince: Instant | undefined;
}

/** `since`: what counts as seen in this phase was measured later. `until`: its time limit. */
interface Timed {
  readonly since: Instant;
  readonly until: Instant;
}

export interface CableCheck extends Timed {
  readonly at: 'cableCheck';
  readonly step: 'pilot' | 'closing' | 'discharging' | 'selfTest' | 'raising' | 'measuring' | 'lowering';
  readonly ev: EvLimits;
  readonly voltage: number;
  readonly samples: number;
  readonly late: boolean;
}
export interface PreCharge {
  readonly at: 'preCharge';
  readonly ev: EvLimits;
  readonly voltage: number;
  /** By when the voltage must be there; undefined once it is. */
  readonly until: Instant | undefined;
  /** When the first of the readings was measured that have been near enough ever since. */
  readonly nearSince: Instant | undefined;
}
export interface Delivery {
  readonly at: 'delivery';
  readonly ev: EvLimits;
  readonly setpoint: Setpoint;
  /** Where the ramp is, and since when. */
  readonly current: number;
  readonly rampedAt: Instant;
  readonly stale: boolean;
}
export type Phase =
  | { readonly at: 'idle' }
  | CableCheck
  /** The cable has been checked; closed, supply off. */
  | { readonly at: 'insulated'; readonly ev: EvLimits }
  | PreCharge
  | Delivery
  | (Timed & { readonly at: 'stopping'; readonly release: boolean })
  | (Timed & { readonly at: 'stopped' })
  /** Supply off, waiting for the current to fall, but not for long. `why` ends in `failed`; a release forgives it. */
  | (Timed & { readonly at: 'emergency'; readonly why: PowerFault | undefined })
  | (Timed & { readonly at: 'opening'; readonly why: PowerFault | undefined })
  | { readonly at: 'failed'; readonly why: PowerFault };

export interface PowerPathState {
  readonly evse: EvseLimits;
  readonly line: Line;
  readonly phase: Phase;
  /** When the devices are to be told again, while the path is closed. */
  readonly refreshAt: Instant;
}

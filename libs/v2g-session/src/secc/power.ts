import type { Instant } from '@pilotwire/machine';

// What a session says to the power path and hears from it. The power path of `power` takes and gives exactly these; the
// two are put together by whoever has both, so that a session can also be tried without one.

/** Volts, amperes. */
export interface EvLimits {
  readonly maxVoltage: number;
  readonly maxCurrent: number;
}

export type PowerRequest =
  | { readonly kind: 'cableCheck'; readonly ev: EvLimits }
  | { readonly kind: 'preCharge'; readonly voltage: number }
  | { readonly kind: 'powerDelivery' }
  | { readonly kind: 'demand'; readonly voltage: number; readonly current: number }
  | { readonly kind: 'stop' }
  | { readonly kind: 'release' }
  | { readonly kind: 'emergency' };

/** Which of the charger's limits cut the car's wish. */
export interface Limited {
  readonly voltage: boolean;
  readonly current: boolean;
  readonly power: boolean;
}

/** Measured at the output, while the path is closed. Volts, amperes. */
export interface Measured {
  readonly kind: 'measured';
  readonly at: Instant;
  readonly voltage: number;
  readonly current: number;
  readonly limited: Limited;
}

export type PowerEvent =
  | { readonly kind: 'cableCheck.finished'; readonly isolation: 'valid' | 'fault' | 'no-imd' }
  | { readonly kind: 'preCharge.reached'; readonly voltage: number }
  | Measured
  | { readonly kind: 'stopped' }
  | { readonly kind: 'released' }
  /** The power path gave up and has switched off. Its reasons are its own closed list. */
  | { readonly kind: 'fault'; readonly why: string }
  | { readonly kind: 'warning'; readonly what: 'pilot-late' | 'measurement-stale' }
  | { readonly kind: 'refused'; readonly request: PowerRequest['kind'] };

/** Before the first measurement. */
export const nothingMeasured: Measured = {
  kind: 'measured',
  at: 0 as Instant,
  voltage: 0,
  current: 0,
  limited: { voltage: false, current: false, power: false },
};

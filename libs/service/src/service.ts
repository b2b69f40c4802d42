import type { Bus } from '@pilotwire/bus';
import type { Clock, LiveTimeline } from '@pilotwire/runtime';

/** Lines for people and log collectors, on standard error. Nothing secret, no frames. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** What every process of a site has, whatever its task. */
export interface Service {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly time: LiveTimeline;
  readonly log: Log;
  /** `length` random octets from a cryptographic source. */
  readonly entropy: (length: number) => Uint8Array;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Says goodbye on the bus and lets go of everything. */
  close(): Promise<void>;
}

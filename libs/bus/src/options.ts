import type { Mode, Service } from '@pilotwire/contracts';
import type { Folder } from '@pilotwire/journal';
import type { Clock } from '@pilotwire/runtime';
import type { Bus } from './bus.js';
import type { BusReport } from './report.js';
import type { Acknowledge } from './router.js';

export interface BusOptions {
  readonly service: Service;
  /** Which process of that service: its status, its journal and its session at the broker bear the name. */
  readonly instance: string;
  readonly version: string;
  /** Those whose events this process publishes. */
  readonly stations: readonly string[];
  readonly mode: Mode;
  readonly simulated: boolean;
  /** Only looks and asks, as a person at a command line does: it is not announced, and leaves nothing behind at the broker. */
  readonly visitor?: boolean;
  readonly clock: Clock;
  /** Milliseconds since 1970; by default the clock of the machine. */
  readonly time?: () => number;
  readonly report: (report: BusReport) => void;
  /** Where the events of a station are kept; by default in memory, gone with the process. */
  readonly journal?: (station: string) => Promise<Folder>;
  /** Messages at QoS 1 that are kept while there is no connection. Default 1,000. */
  readonly room?: number;
  /** Subscribes and serves before the connection is made: a persistent session delivers at once. */
  readonly setup?: (bus: Bus) => void;
}

export interface Subscription {
  unsubscribe(): Promise<void>;
}

export interface RequestOptions {
  /** Milliseconds until nobody waits any more, and until the command expires. Default 10,000. */
  readonly timeout?: number;
  /** Who asks, for the records. Default the service. */
  readonly source?: string;
}

export interface SubscribeOptions {
  /** Default `on-arrival`. */
  readonly acknowledge?: Acknowledge;
}

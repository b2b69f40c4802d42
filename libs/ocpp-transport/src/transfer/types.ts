import type { Duration } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';

/** The bounds of a transfer. */
export interface TransferOptions {
  readonly clock: Clock;
  /** For all of one attempt. */
  readonly timeout: Duration;
  /** The most bytes that are taken or sent. */
  readonly maxBytes: number;
  /** How often it is tried again, and how long after. */
  readonly retries: number;
  readonly retryInterval: Duration;
  /** Roots for https and ftps, in PEM; without them, Node's. */
  readonly ca?: string;
  /** Of the upload: PUT unless told otherwise; a CSMS's form of its own takes POST. */
  readonly method?: 'PUT' | 'POST';
  readonly signal?: AbortSignal;
  /** Told at each attempt. */
  readonly attempt?: (attempt: number) => void;
}

/** How a transfer ended; the words of LogStatus, where they have one. */
export type TransferOutcome =
  | { readonly status: 'done'; readonly bytes: number }
  | { readonly status: 'failed' | 'denied' | 'bad-address' | 'canceled'; readonly why: string };

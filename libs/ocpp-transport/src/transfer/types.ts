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
  /** How an upload over http is done; PUT unless told otherwise. */
  readonly method?: 'PUT' | 'POST';
  /** Ends it, whatever it is doing. */
  readonly signal?: AbortSignal;
  /** Told when an attempt begins, from 1. */
  readonly attempt?: (attempt: number) => void;
}

/** How a transfer ended. */
export type TransferOutcome =
  | { readonly status: 'done'; readonly bytes: number }
  | {
      readonly status:
        | 'failed'
        /** A name or password was asked for, or is wrong. */
        | 'denied'
        /** The address cannot be read. */
        | 'bad-address'
        /** It is of a kind that is not known here. */
        | 'unsupported'
        | 'canceled';
      /** For people; without secrets. */
      readonly why: string;
    };

/** One attempt at a file that is there, or is to be. Throws what it fails by. */
export interface Attempt {
  readonly address: URL;
  readonly path: string;
  readonly maxBytes: number;
  readonly ca: string | undefined;
  readonly timeout: Duration;
  readonly signal: AbortSignal;
}

/** An attempt that was refused, so that another is of no use. */
export class Denied extends Error {}

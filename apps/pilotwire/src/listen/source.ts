import type { Timestamp } from '@pilotwire/capture';
import { openInterface, PnetError } from '@pilotwire/pnet-bindings';
import { CliError } from '../errors.js';

/** A frame of a link, as it was heard. Nobody writes into its octets afterwards. */
export interface HeardFrame {
  readonly bytes: Uint8Array;
  /** When the kernel had it. */
  readonly time: Timestamp;
  readonly originalLength: number;
}

export interface SourceListener {
  frames(batch: readonly HeardFrame[]): void;
  link(link: { readonly state: 'up' | 'no-carrier' | 'down' | 'removed' }): void;
}

/** One who hears all frames of a link and has no way to send any. */
export interface Source {
  /** `dropped`: lost by the kernel, because we were busy for too long. */
  counters(): { readonly heard: number; readonly dropped: number };
  close(): void;
}

/** Throws a `CliError` where the link cannot be heard. */
export type OpenSource = (name: string, listener: SourceListener) => Source;

/** A network interface of this machine: every EtherType, and frames for others too. */
export const interfaceSource: OpenSource = (name, listener) => {
  try {
    const { counters, close } = openInterface(name, { promiscuous: true }, listener);
    return { counters, close };
  } catch (error) {
    if (!(error instanceof PnetError)) throw error;
    throw new CliError(error.message);
  }
};

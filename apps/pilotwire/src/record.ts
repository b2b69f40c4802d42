import type { Anomaly } from './libraries.js';

/** One message of a capture, as `decode --json` prints it: a line each. */
export interface CaptureRecord {
  /** Frame number, from 1: of the frame that completes the message. */
  readonly n: number;
  /** Epoch seconds. */
  readonly t: number;
  readonly dir: 'ev->evse' | 'evse->ev' | '?';
  readonly kind: 'homeplug' | 'sdp' | 'v2gtp';
  readonly schema?: string | null;
  readonly type?: string | null;
  /** Lower-case hex of the V2GTP or SDP payload, or of the whole Ethernet frame. */
  readonly hex: string;
  readonly decoded: unknown;
  readonly payloadType?: string;
  /** The TCP connection within the capture. */
  readonly conn?: number;
  readonly tls?: true;
  readonly anomalies?: readonly Anomaly[];
  /** Why it could not be decoded; `decoded` and `type` are null then. */
  readonly error?: unknown;
}

export const kinds = ['homeplug', 'sdp', 'v2gtp'] as const;

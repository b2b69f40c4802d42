import type { Anomaly } from '@pilotwire/exi';
import type { V2gMessage } from './din.js';

/** A message that the other side sent, decoded, with what a strict writer would not have written. */
export interface MessageInput {
  readonly kind: 'message';
  readonly message: V2gMessage;
  readonly anomalies?: readonly Anomaly[];
}

/** What came and is no message. `skipped`: bytes that belong to no V2GTP frame; `detail` says what and where. */
export interface GarbageInput {
  readonly kind: 'garbage';
  readonly why: 'undecodable' | 'unknown-payload-type' | 'skipped';
  readonly detail: string;
}

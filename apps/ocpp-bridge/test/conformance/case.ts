import type { JsonObject, Protocol } from '@pilotwire/station';
import type { Rig } from './rig.js';

/** A case of the conformance tests, by name: what is so before, what the CSMS does, and how it is run. */
export interface Case {
  readonly name: string;
  readonly protocol?: Protocol;
  readonly evses?: number;
  readonly variables?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly before: string;
  readonly action: string;
  /** Answers of the CSMS other than yes. */
  readonly answers?: Readonly<Record<string, (payload: JsonObject) => JsonObject>>;
  /** Resolves with what was seen. */
  readonly run: (rig: Rig) => Promise<string>;
}

/** What the CSMS has heard, once all is told. */
export async function seen(rig: Rig, ...replies: readonly string[]): Promise<string> {
  await rig.quiet();
  return [...replies.map((one) => `reply ${one}`), ...rig.told()].join(', ') || 'nothing';
}

import type { JsonObject, Protocol } from '@pilotwire/station';
import type { MortalRig } from './mortal.js';
import type { Rig } from './rig.js';

/** A case of the conformance tests, by name: what is so before, what the CSMS does, and how it is run. */
export interface Case {
  readonly name: string;
  readonly protocol?: Protocol;
  readonly evses?: number;
  readonly variables?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** The operator's program for updates: lines of a shell. */
  readonly program?: readonly string[];
  /** It has a place for certificates. */
  readonly certificates?: boolean;
  readonly before: string;
  readonly action: string;
  /** Answers of the CSMS other than yes; undefined is silence. `asked`: how often it was asked for that before. */
  readonly answers?: Readonly<Record<string, (payload: JsonObject, asked: number) => JsonObject | undefined>>;
  /** Resolves with what was seen. */
  readonly run: Run<Rig>;
  /** It is run at a station in a process of its own, whose power is cut. */
  readonly mortal?: false;
}
/** The same, of a station whose power is cut. */
export interface MortalCase extends Omit<Case, 'run' | 'mortal'> {
  readonly run: Run<MortalRig>;
  readonly mortal: true;
}
type Run<Of> = (rig: Of) => Promise<string>;

/** What the CSMS has heard, once all is told. */
export async function seen(rig: Rig, ...replies: readonly string[]): Promise<string> {
  await rig.quiet();
  return [...replies.map((one) => `reply ${one}`), ...rig.told()].join(', ') || 'nothing';
}

export const idle = 'idle, accepted';
export const charging = 'a car charges with CARD-1';

/** What 1.6 says of a token. */
export const idTagInfo = (status: string, parentIdTag?: string) => (): JsonObject => ({ idTagInfo: { status, ...(parentIdTag !== undefined && { parentIdTag }) } });

/** The CSMS goes away, and the station has seen that. */
export async function away(rig: Rig): Promise<void> {
  await rig.csms.close();
  await rig.until('gone', () => rig.driver.state.link === undefined);
}

/** Somebody holds a card before a car that waits; what the car is answered. */
export async function answerTo(rig: Rig, card: string): Promise<string> {
  await rig.hold(card, 1);
  return rig.verdict();
}

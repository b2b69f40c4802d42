import type { Random, VirtualTime } from '@pilotwire/machine';
import type { V2gMessage } from '@pilotwire/v2g-session';
import type { DcOutputInput } from '../hardware/dc-output.js';
import type { PowerLine } from '../line/power-line.js';
import type { Happening } from './events.js';
import type { PilotWire } from './pilot.js';

/** What both parties of a site live in. */
export interface Surroundings {
  readonly time: VirtualTime;
  readonly line: PowerLine;
  readonly pilot: PilotWire;
  readonly random: Random;
  readonly tell: (happening: Happening) => void;
  /** To the power hardware: source and contactors, and the car's inlet. */
  readonly hardware: (input: DcOutputInput) => void;
}

/** What a fault makes of what one side sends. */
export interface Tampering {
  /** Another message instead; undefined: none at all. */
  readonly message: (message: V2gMessage) => V2gMessage | undefined;
  /** The pieces in which the bytes of a message leave, each in a TCP segment of its own. */
  readonly bytes: (bytes: Uint8Array, message: V2gMessage) => readonly Uint8Array[];
}

export const honest: Tampering = { message: (message) => message, bytes: (bytes) => [bytes] };

import { ms } from '@pilotwire/machine';

/** Every time and size of the drivers. "Ours": nobody prescribes it. */
export const timing = {
  /** How often a pilot is measured. The port says so (`outlet`). */
  pilotSample: ms(10),
  /** How often proximity is: nobody changes a plug faster. Ours. */
  proximitySample: ms(100),
  /** How often a car looks at its inlet. The port says so. */
  inletSample: ms(20),
  /** Without a measurement for so long a pilot is down: a gateway gives up the power after as much without word of it. */
  pilotSilence: ms(60),
  /** Without word of its inlet for so long a car's pilot is down: three of its samples. Ours. */
  inletSilence: ms(60),
  /** A supply, contactors or a meter that say nothing for so long are down: the rules of power find such a value stale. */
  powerSilence: ms(500),
  /** How often contactors tell where they are, changed or not. The port says so. */
  powerReading: ms(100),
  /** Source and contactors fall to off so long after the last order that keeps them on. The port says so. */
  powerHold: ms(80),
  /** From the source's off to the contactors' opening where a device is lost: as the rules of power do in an emergency. */
  contactorsFollow: ms(30),
  /** How often an order is said again to a board or a process: its sign of life. Ours. */
  orderRepeat: ms(100),
  /** Until missing hardware is looked for again. Ours. */
  patience: ms(250),
  /** How long the last order of whoever lets go may take to be written. Ours. */
  farewell: ms(100),
  /** Auxiliary contacts of two poles may differ for so long while they move. Ours. */
  polesDiffer: ms(150),
  /** An emergency stop counts as released once it has been closed for so long: contacts bounce, hands do too. Ours. */
  stopReleased: ms(500),
  /** How often the emergency stop is looked at besides its edges: an edge may be lost. Ours. */
  stopLook: ms(10),
} as const;

/** An open proximity line, in ohms: more than any reading that means a plug, and a number that JSON can carry. */
export const openOhms = 100_000;
/** The longest reason of a status; the longest that a socket carries is 256. */
export const longestWhy = 240;

export { offerOf } from './duty-cycle.js';
export type { Offer } from './duty-cycle.js';
export { controlPilot, pilotLevel, unreadPilot } from './levels.js';
export type { PilotChange, PilotLevel, PilotLine, PilotReading, PilotState } from './levels.js';
export { cableOf, latchButton, latchOf, unreadLatch } from './proximity.js';
export type { Cable, Latch, LatchChange, LatchLine, ProximityReading } from './proximity.js';

export type { Clock } from './clock.js';
export { drive } from './drive.js';
export type { Drive, Driver, Trouble } from './drive.js';
export { dumpFlight, DumpError, readFlight } from './dump.js';
export { flightRecorder } from './flight-recorder.js';
export type { Flight, FlightRecorder, RecorderLimits } from './flight-recorder.js';
export { systemClock } from './system-clock.js';
export { virtualClock } from './virtual-clock.js';
export type { VirtualClock } from './virtual-clock.js';

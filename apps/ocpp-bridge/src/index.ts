export { openBridge } from './bridge.js';
export type { Bridge, Ground } from './bridge.js';
export { StationDriver } from './station/driver.js';
export type { Frame } from './station/driver.js';
export type { LineListener, OpenLine, ReplyOutcome, StationLine } from './station/line.js';

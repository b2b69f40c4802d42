export { openBridge, openLogs } from './bridge.js';
export type { Bridge, Ground } from './bridge.js';
export { OCPP_BRIDGE, OcppBridgeModule, ocppBridgeModule } from './module.js';
export { startOcppBridge } from './start.js';
export type { BridgeOptions, RunningBridge } from './start.js';
export { StationDriver } from './station/driver.js';
export type { Frame } from './station/frames.js';
export type { LineListener, OpenLine, ReplyOutcome, StationLine, Way } from './station/line.js';
export { Unit } from './unit.js';

export { limits, overVoltage, timing } from './limits.js';
export type { Contactors, IsolationMonitor, PowerCommand, PowerMeter, PowerReading, PowerSupply } from './ports.js';
export { idlePowerPath, powerPath } from './power-path.js';
export { cableCheckVoltage, clampTarget, overVoltageLimit, ramp } from './rules.js';
export type { EvLimits, EvseLimits, Limited, Setpoint } from './rules.js';
export type { LimitsInput, PilotInput, PowerFault, PowerInput, PowerOutput, PowerPathState, PowerRequest } from './state.js';

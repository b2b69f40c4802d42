export type { Noise } from './board/host.js';
export { serialLoad, serialPilot } from './board/serial-pilot.js';
export type { SerialPilotOptions } from './board/serial-pilot.js';
export { sysfsPilot } from './sysfs/sysfs-pilot.js';
export type { AdcAddress } from './sysfs/adc-input.js';
export type { PilotCircuit, ProximityCircuit } from './sysfs/circuit.js';
export type { PwmAddress } from './sysfs/pwm-output.js';
export type { SysfsPilotOptions } from './sysfs/sysfs-pilot.js';

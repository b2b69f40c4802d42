export { charged, compactBattery, demandOf, restVoltage } from './hardware/battery.js';
export type { BatteryModel, Curve } from './hardware/battery.js';
export { dcOutput, dcOutputAtRest, usualHardware } from './hardware/dc-output.js';
export type {
  DcHardware, DcOutputInput, DcOutputReading, DcOutputState, HardwareFault, InletCommand, InletReading,
} from './hardware/dc-output.js';
export { usualSupply } from './hardware/supply.js';
export type { SupplyModel } from './hardware/supply.js';
export { Modem } from './line/modem.js';
export type { ModemOptions } from './line/modem.js';
export { placeEv, placeEvse } from './line/party.js';
export type { Party, Watch } from './line/party.js';
export { PowerLine } from './line/power-line.js';
export type { Crossing, LineFaults, Membership, Station } from './line/power-line.js';
export { charge } from './site/charge.js';
export type { ChargeOptions, ChargeSummary } from './site/charge.js';
export type { Happening, Side, Signal, SiteEvent } from './site/events.js';
export { faults } from './site/faults.js';
export type { Deed, ExpectedEnds, Fault, FaultName } from './site/faults.js';
export { carModels, chargerModels } from './site/models.js';
export type { CarModel, ChargerModel } from './site/models.js';
export { Site } from './site/site.js';
export type { Differences, SiteOptions } from './site/site.js';
export { recordedFrame, recordingHeader } from './recording.js';

export { Car } from './car/car.js';
export type { CarOptions } from './car/car.js';
export { Charger } from './charger/charger.js';
export type { ChargerOptions } from './charger/charger.js';
export { openCar, openCharger } from './gateway.js';
export type { Gateway, Ground } from './gateway.js';
export { v2gGatewayModule, V2gGatewayModule, V2G_GATEWAY } from './module.js';
export { interfaceCarNetwork, interfaceChargerNetwork } from './network/interface-network.js';
export type { InterfaceChargerPlace, InterfacePlace } from './network/interface-network.js';
export { memoryNetwork } from './network/memory-network.js';
export type { MemoryNetwork } from './network/memory-network.js';
export type {
  Address, Bound, CarNetwork, ChargerNetwork, ClientListener, Closable, Connection, ConnectionListener, DatagramListener, ServerListener,
} from './network/network.js';
export { nodeCarNetwork, nodeChargerNetwork } from './network/node-network.js';
export type { CarPlace, ChargerPlace } from './network/node-network.js';
export type { Availability } from './session/availability.js';
export type { Cause, ChargerLimits, Happening, LimitedBy, Tap, Tell } from './session/happening.js';
export { Histogram } from './session/histogram.js';
export type { SessionRecord } from './session/record.js';
export { startV2gGateway } from './start.js';
export type { GatewayOptions, RunningGateway } from './start.js';

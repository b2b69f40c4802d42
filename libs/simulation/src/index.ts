export { Modem } from './line/modem.js';
export type { ModemOptions } from './line/modem.js';
export { placeEv, placeEvse } from './line/party.js';
export type { Party, Watch } from './line/party.js';
export { PowerLine } from './line/power-line.js';
export type { Crossing, LineFaults, Membership, Station } from './line/power-line.js';

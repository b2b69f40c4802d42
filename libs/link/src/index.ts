export { captureModem } from './capture-modem.js';
export type { EndName } from './ends.js';
export { LinkError } from './error.js';
export { ethernetModem } from './ethernet-modem.js';
export type { EthernetModemOptions } from './ethernet-modem.js';
export { joinOutlet } from './join.js';
export { serveOutlet } from './serve.js';
export type { ServeOptions, ServeReport } from './serve.js';

export { CsmsError } from './error.js';
export type { CsmsErrorCode } from './error.js';
export type { BootAnswer, Csms, CsmsNews, CsmsOptions, CsmsTransaction } from './options.js';
export type { CsmsOrder } from './orders.js';
export { startCsms } from './start.js';

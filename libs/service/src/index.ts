export { lineLog, wordsOf } from './log.js';
export type { Level, Log, LogOptions } from './log.js';
export { brokerOf, connectionOf, startService } from './service.js';
export type { Service, ServiceOptions } from './service.js';

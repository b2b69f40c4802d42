export { lineLog, wordsOf } from './log.js';
export type { Level, Log, LogOptions } from './log.js';
export { startService } from './service.js';
export type { Service, ServiceOptions } from './service.js';

export { lineLog, wordsOf } from './log.js';
export type { Level, Log, LogOptions } from './log.js';
export { flightFolder } from './flights.js';
export type { FlightFolder, FlightFolderOptions } from './flights.js';
export { FrameTap } from './frame-tap.js';
export type { FrameTapOptions, TappedFrame } from './frame-tap.js';
export { brokerUrl, connectionOf, startService } from './service.js';
export type { Service, ServiceOptions } from './service.js';

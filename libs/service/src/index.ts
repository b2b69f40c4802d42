export type { Log, Service } from './service.js';

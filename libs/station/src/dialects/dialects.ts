import type { Protocol } from '../model/values.js';
import type { Dialect } from './dialect.js';
import { ocpp16 } from './ocpp16/ocpp16.js';
import { ocpp2 } from './ocpp2/ocpp2.js';

/** 2.0.1 and 2.1 are one dialect: what the newer one adds is taken, and what it says differently is written so. */
const dialects: Readonly<Record<Protocol, Dialect>> = { 'ocpp1.6': ocpp16, 'ocpp2.0.1': ocpp2, 'ocpp2.1': ocpp2 };

export const dialectOf = (protocol: Protocol): Dialect => dialects[protocol];

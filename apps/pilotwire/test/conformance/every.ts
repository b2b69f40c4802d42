import type { Case, MortalCase } from './case.js';
import { cases16 } from './cases16.js';
import { charging16 } from './cases16-charging.js';
import { more16 } from './cases16-more.js';
import { offline16 } from './cases16-offline.js';
import { reservations16 } from './cases16-reservation.js';
import { security16 } from './cases16-security.js';
import { cases2 } from './cases2.js';

export const every: readonly (Case | MortalCase)[] = [...cases16, ...offline16, ...more16, ...reservations16, ...charging16, ...security16, ...cases2];

/** What test tools for 1.6 look at: by name, how many different cases there have to be, and how ours of that name begin. */
export const wanted: readonly (readonly [name: string, least: number, ...beginnings: readonly string[]])[] = [
  ['cold boot', 1, 'cold boot'],
  ['cold boot, pending', 1, 'cold boot pending'],
  ['regular session, plug first', 1, 'regular session, plug first'],
  ['regular session, identification first', 1, 'regular session, identification first'],
  ['identification first, timeout', 1, 'identification first, no car comes'],
  ['stop with a matching tag', 1, 'stop with the same card'],
  ['stop with the parent tag', 1, 'stop with a card of the same group'],
  ['stop with the parent tag, told by the start', 1, 'stop with a card of the same group, told by the start'],
  ['disconnect at the side of the car', 1, 'EV side disconnect'],
  ['cached id', 1, 'cached id'],
  ['clear cache', 1, 'clear cache'],
  ['remote start, cable first', 1, 'remote start, cable first'],
  ['remote start, remote first', 1, 'remote start, remote first'],
  ['remote start, timeout', 1, 'remote start, no car comes'],
  ['remote start at connector 0', 1, 'remote start at connector 0'],
  ['remote stop', 1, 'remote stop'],
  ['remote stop, rejected', 1, 'remote stop rejected'],
  ['reset, hard and soft, without and with a transaction', 4, 'hard reset', 'soft reset'],
  ['unlock, four variants, unknown and failure', 6, 'unlock'],
  ['get configuration', 2, 'get configuration'],
  ['set configuration, incorrect', 3, 'set configuration,'],
  ['sampled meter values', 1, 'sampled meter values'],
  ['clock-aligned meter values', 1, 'clock-aligned meter values'],
  ['authorize invalid, blocked, expired', 3, 'authorize'],
  ['power failure', 3, 'power failure'],
  ['idle', 1, 'idle'],
  ['connection loss in a transaction', 1, 'connection loss in a transaction'],
  ['offline start', 1, 'offline start'],
  ['offline, restored', 1, 'connection loss, the charge goes on'],
  ['offline stop', 1, 'offline stop'],
  ['offline, the whole transaction', 1, 'offline transaction'],
  ['fault behaviour', 1, 'fault'],
  ['local list', 7, 'local list'],
  ['firmware', 3, 'firmware'],
  ['diagnostics', 2, 'diagnostics'],
  ['reservation', 14, 'reservation'],
  ['trigger', 2, 'trigger'],
  ['smart charging', 10, 'smart charging'],
  ['data transfer', 2, 'data transfer'],
  ['security', 11, 'security'],
];

export const casesOf = (beginnings: readonly string[]): readonly (Case | MortalCase)[] =>
  every.filter(({ name, protocol = 'ocpp1.6' }) => protocol === 'ocpp1.6' && beginnings.some((one) => name.startsWith(one)));

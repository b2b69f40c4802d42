import type { StopReason } from '../model/values.js';

/** How the end of a session is called in a transaction, by the gateway's name for it. */
const table: Readonly<Record<string, StopReason>> = {
  completed: 'StoppedByEV',
  'stopped-early': 'StoppedByEV',
  'connection-closed': 'StoppedByEV',
  'ev-error': 'StoppedByEV',
  'operator-stop': 'Local',
  'latch-pressed': 'Local',
  'emergency-stop': 'EmergencyStop',
  'authorization-rejected': 'DeAuthorized',
  'authorization-timeout': 'Timeout',
  'cable-check-timeout': 'Timeout',
  'communication-setup-timeout': 'Timeout',
  'parameters-timeout': 'Timeout',
  'sequence-timeout': 'Timeout',
  'isolation-fault': 'GroundFault',
  'over-voltage': 'PowerQuality',
  'over-current': 'OvercurrentFault',
  unplugged: 'EVDisconnected',
};

/** The reason for `session-ended`; what has no word of OCPP is `Other`. */
export const stopReasonOf = (reason: string): StopReason => (Object.hasOwn(table, reason) ? (table[reason] as StopReason) : 'Other');

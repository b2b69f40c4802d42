import { number } from '../device-model/settings.js';
import { enqueue } from '../queue/queue.js';
import type { Turn } from '../turn.js';

/** Something that the station itself did: told where the security profiles are in use. */
export function noteSecurity(turn: Turn, type: string, info?: string): void {
  if (number(turn.state, 'SecurityCtrlr.SecurityProfile') > 0) securityEvent(turn, type, info);
}

/** Something that concerns security: kept on disk until the CSMS has heard of it (2.0.1 A04). */
export function securityEvent(turn: Turn, type: string, info?: string): void {
  turn.tell({ what: 'security-event', type, ...(info !== undefined && { info }) });
  enqueue(turn, { kind: 'security', type, at: turn.at, ...(info !== undefined && { info }) });
}

import { after } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { SeccEndReason } from '../ends.js';
import { seccTiming as timing } from '../timing.js';
import type { Cause, SeccInput, Session } from './state.js';

/** The charger wants to stop, and gives the car time to do it (EVSE_Shutdown, StopCharging). */
export const wish = (reason: SeccEndReason, now: Instant, detail?: string): Cause => ({
  reason,
  ...(detail !== undefined && { detail }),
  status: 'EVSE_Shutdown',
  rampAt: after(now, timing.stopRamp),
  failAt: after(now, timing.stopFailed),
  hardAt: after(now, timing.stopHard),
});

/** Nothing goes on from here: every answer but to the ways out says FAILED. The power is off, or told to be. */
export const fault = (
  reason: SeccEndReason,
  now: Instant,
  status: Cause['status'] = 'EVSE_Malfunction',
  detail?: string,
): Cause => ({
  reason,
  ...(detail !== undefined && { detail }),
  status,
  failAt: now,
  hardAt: after(now, status === 'EVSE_EmergencyShutdown' ? timing.emergencyHard : timing.faultHard),
});

/** What an emergency is called: it is a person's, or the hardware's. */
export const emergencyOf = ({ lost }: Extract<SeccInput, { readonly kind: 'emergency' }>): SeccEndReason => (lost === undefined ? 'emergency-stop' : 'power-lost');

const severity = { EVSE_Shutdown: 0, EVSE_Malfunction: 1, EVSE_EmergencyShutdown: 2 } as const;

/** The first cause stands, unless a graver one comes. Its deadlines are then the graver one's. */
export function caused(session: Session, cause: Cause): Session {
  const { cause: before } = session;
  if (before !== undefined && severity[before.status] >= severity[cause.status]) return session;
  return { ...session, cause, ongoingUntil: undefined, starved: undefined };
}

import type { DinPhase } from './phases.js';

/** Who brought a session to its end. `line`: the power line, the pilot or the TCP connection, nobody's will. */
export type EndedBy = 'ev' | 'evse' | 'person' | 'line';

/** Why a charger's session ended. */
export const seccEndReasons = {
  completed: 'ev', // SessionStop after a charge
  'stopped-early': 'ev', // SessionStop or PowerDelivery(stop), no charge before it
  'connection-closed': 'ev', // without SessionStop
  'ev-error': 'ev', // it said so in its EVErrorCode
  'pilot-left': 'ev', // it left state C while the path was closed, without PowerDelivery(stop)
  'sequence-error': 'ev', // it broke the order, and left or was made to leave
  'request-refused': 'ev', // it asked for what we do not offer, and left
  'no-negotiation': 'ev', // none of its protocols is ours
  undecodable: 'ev', // three times what is no message
  'communication-setup-timeout': 'ev',
  'sequence-timeout': 'ev',
  'operator-stop': 'person',
  'latch-pressed': 'person',
  'emergency-stop': 'person',
  'authorization-rejected': 'evse',
  'authorization-timeout': 'evse',
  'parameters-timeout': 'evse',
  'cable-check-timeout': 'evse',
  'isolation-fault': 'evse',
  'power-fault': 'evse',
  'power-lost': 'evse', // nobody can tell any more what source and contactors do
  'no-current': 'evse', // the end before a car's patience with no current ends
  unplugged: 'line',
  'pilot-fault': 'line',
  'link-lost': 'line',
} as const satisfies Readonly<Record<string, EndedBy>>;
export type SeccEndReason = keyof typeof seccEndReasons;

/** Why a car's session ended. */
export const evccEndReasons = {
  completed: 'ev', // charged, and stopped in order
  'user-stop': 'person',
  'stopped-by-charger': 'evse', // EVSE_Shutdown, StopCharging
  'charger-emergency': 'evse', // EVSE_EmergencyShutdown
  'charger-malfunction': 'evse', // EVSE_Malfunction, or a status code that is reserved
  'failed-response': 'evse',
  'no-sdp-response': 'evse',
  'no-connection': 'evse',
  'no-negotiation': 'evse',
  'no-payment-option': 'evse', // it wants a contract
  'wrong-energy-transfer': 'evse',
  'authorization-timeout': 'evse',
  'parameters-timeout': 'evse',
  'cable-check-timeout': 'evse',
  'cable-check-refused': 'evse', // Finished, but not as this car wants it (Audi Q4)
  'pre-charge-timeout': 'evse',
  'message-timeout': 'evse',
  'communication-setup-timeout': 'evse',
  undecodable: 'evse',
  'connection-closed': 'evse',
  'no-current': 'evse', // Ioniq after ten minutes
  'contactor-fault': 'ev',
  'vehicle-fault': 'ev',
  'link-lost': 'line',
  unplugged: 'line',
} as const satisfies Readonly<Record<string, EndedBy>>;
export type EvccEndReason = keyof typeof evccEndReasons;

/** How a session ended: why, by whom, and how far it had come before somebody began to end it. */
export interface End<Reason extends string> {
  readonly reason: Reason;
  readonly by: EndedBy;
  readonly phase: DinPhase | 'Linked';
  /** What lies behind the reason, where there is more to say: a power fault, a response code, an EVErrorCode. */
  readonly detail?: string;
}

export function seccEnd(reason: SeccEndReason, phase: DinPhase | 'Linked', detail?: string): End<SeccEndReason> {
  return { reason, by: seccEndReasons[reason], phase, ...(detail !== undefined && { detail }) };
}

export function evccEnd(reason: EvccEndReason, phase: DinPhase | 'Linked', detail?: string): End<EvccEndReason> {
  return { reason, by: evccEndReasons[reason], phase, ...(detail !== undefined && { detail }) };
}

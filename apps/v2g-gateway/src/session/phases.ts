import type { PayloadOf, state } from '@pilotwire/contracts';
import type { DinPhase, End } from '@pilotwire/v2g-session';

export type PhaseWord = PayloadOf<typeof state>['phase'];

/** Where a DIN session stands, in the words of the contracts. */
const words: Readonly<Record<DinPhase | 'Linked', PhaseWord>> = {
  Linked: 'linked',
  Connected: 'handshake',
  Negotiated: 'handshake',
  SessionSetup: 'session-setup',
  ServiceDiscovery: 'service-discovery',
  ServicePaymentSelection: 'service-discovery',
  ContractAuthentication: 'authorization',
  Authorized: 'authorization',
  ChargeParameterDiscovery: 'parameters',
  ParametersAgreed: 'parameters',
  CableCheck: 'cable-check',
  CableChecked: 'cable-check',
  PreCharge: 'pre-charge',
  PowerDelivery: 'power-delivery',
  CurrentDemand: 'charging',
  PowerOff: 'stopping',
  WeldingDetection: 'welding-detection',
  SessionStop: 'session-stop',
};

export const wordOf = (phase: DinPhase | 'Linked'): PhaseWord => words[phase];

/** Phases from the cable check to the end of the power: there is something to measure. */
export const isPowered = (phase: PhaseWord): boolean =>
  phase === 'cable-check' || phase === 'pre-charge' || phase === 'power-delivery' || phase === 'charging' || phase === 'stopping' || phase === 'welding-detection';

/** No more power in this V2G session. */
export const isLeaving = (phase: DinPhase): boolean => phase === 'PowerOff' || phase === 'WeldingDetection' || phase === 'SessionStop';

/** What is known of an outlet besides its V2G session. */
export interface Standing {
  readonly session: boolean;
  readonly available: boolean;
  readonly faulted: boolean;
  readonly plugged: boolean;
  readonly oscillator: boolean;
  readonly link: boolean;
  readonly v2g: DinPhase | undefined;
  readonly end: End<string> | undefined;
}

/** Where an outlet stands, by all that is known: V2G before the line, the line before the pilot. */
export function phaseOf({ session, available, faulted, plugged, oscillator, link, v2g, end }: Standing): PhaseWord {
  if (!session) return faulted ? 'faulted' : !available ? 'unavailable' : plugged ? 'plugged' : 'idle';
  if (v2g !== undefined) return wordOf(v2g);
  if (link && end === undefined) return 'linked';
  if (end !== undefined) return 'ended';
  return oscillator ? 'matching' : 'plugged';
}

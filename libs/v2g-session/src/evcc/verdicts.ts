import type { Duration, Instant } from '@pilotwire/machine';
import { after } from '@pilotwire/machine';
import type { DC_EVSEStatus, DinContent } from '@pilotwire/v2g-messages';
import type { EvccEndReason } from '../ends.js';
import { DIN_NAMESPACE } from '../handshake.js';
import { numberOf } from '../physical.js';
import { evccTiming as timing } from '../timing.js';
import type { Dialogue, EvccOutput, EvRequest } from './state.js';

/** What a response makes of the dialogue. */
export type Verdict =
  /** The next request, after the car's think time. */
  | {
      readonly kind: 'ask';
      readonly session: Dialogue;
      readonly request: EvRequest;
      readonly outputs?: readonly EvccOutput[];
    }
  /** The battery is to be connected before the next request. */
  | { readonly kind: 'connect'; readonly session: Dialogue }
  /** The end in order: by PowerDelivery(stop) where there was power, by SessionStop elsewhere. */
  | { readonly kind: 'leave'; readonly session: Dialogue; readonly reason: EvccEndReason; readonly detail?: string }
  /** The same, by PowerDelivery(stop) and after a silence (Audi Q4). */
  | {
      readonly kind: 'sulk';
      readonly session: Dialogue;
      readonly reason: EvccEndReason;
      readonly detail: string;
      readonly silence: Duration;
    }
  /** The safe order, at once. */
  | { readonly kind: 'abort'; readonly session: Dialogue; readonly reason: EvccEndReason; readonly detail?: string }
  /** Nothing more to say. */
  | { readonly kind: 'hangUp'; readonly session: Dialogue; readonly outputs?: readonly EvccOutput[] };

const ask = (session: Dialogue, request: EvRequest, ...outputs: EvccOutput[]): Verdict =>
  ({ kind: 'ask', session, request, outputs });
const abort = (session: Dialogue, reason: EvccEndReason, detail?: string): Verdict =>
  detail === undefined ? { kind: 'abort', session, reason } : { kind: 'abort', session, reason, detail };
const leave = (session: Dialogue, reason: EvccEndReason, detail?: string): Verdict =>
  detail === undefined ? { kind: 'leave', session, reason } : { kind: 'leave', session, reason, detail };

/** The car does not look at the schema's name but at its own list: SchemaID is all a charger sends back. */
export function handshakeAnswered(
  session: Dialogue,
  { ResponseCode, SchemaID }: { readonly ResponseCode: string; readonly SchemaID?: number },
): Verdict {
  const { offers } = session.profile;
  const only = offers.length === 1 ? offers[0] : undefined;
  const chosen = SchemaID === undefined ? only : offers.find((offer) => offer.SchemaID === SchemaID);
  if (!ResponseCode.startsWith('OK') || chosen?.ProtocolNamespace !== DIN_NAMESPACE) {
    return abort(session, 'no-negotiation', `${ResponseCode}, SchemaID ${SchemaID ?? 'absent'}`);
  }
  return ask({ ...session, phase: 'Negotiated' }, 'SessionSetupReq');
}

/** The id is echoed as it came, with its own length: 4 bytes at a Supercharger, and none would do as well. */
export const sessionSetUp = (session: Dialogue, id: string): Verdict =>
  ask({ ...session, phase: 'SessionSetup', id, setupUntil: undefined }, 'ServiceDiscoveryReq');

export function servicesDiscovered(session: Dialogue, response: DinContent<'ServiceDiscoveryRes'>): Verdict {
  const { ServiceTag, EnergyTransferType: offered } = response.ChargeService;
  const heard: Dialogue = { ...session, phase: 'ServiceDiscovery' };
  if (!response.PaymentOptions.PaymentOption.includes('ExternalPayment')) return leave(heard, 'no-payment-option');
  if (offered !== 'DC_core' && offered !== 'DC_extended') return leave(heard, 'wrong-energy-transfer', offered);
  return ask({ ...heard, serviceId: ServiceTag.ServiceID, energyTransfer: offered }, 'ServicePaymentSelectionReq');
}

export const paymentSelected = (session: Dialogue): Verdict =>
  ask({ ...session, phase: 'ServicePaymentSelection' }, 'ContractAuthenticationReq');

export function authorized(session: Dialogue, { EVSEProcessing }: DinContent<'ContractAuthenticationRes'>, now: Instant): Verdict {
  if (EVSEProcessing === 'Finished') {
    return ask({ ...session, phase: 'Authorized', patienceUntil: undefined }, 'ChargeParameterDiscoveryReq');
  }
  const waiting = patient(session, 'ContractAuthentication', timing.authorizationOngoing, now);
  return waiting ? ask(waiting, 'ContractAuthenticationReq') : leave(session, 'authorization-timeout');
}

/** Finished is enough: Compleo says EVSE_NotReady beside it, pyPLC sends an empty schedule. */
export function parametersAnswered(session: Dialogue, response: DinContent<'ChargeParameterDiscoveryRes'>, now: Instant): Verdict {
  const refused = unwell(session, response.DC_EVSEChargeParameter?.DC_EVSEStatus);
  if (refused) return refused;
  if (response.EVSEProcessing === 'Finished') {
    const agreed: Dialogue = { ...session, phase: 'ParametersAgreed', patienceUntil: undefined, ready: true };
    return ask(agreed, 'CableCheckReq', { kind: 'lock', set: 'locked' }, { kind: 'pilot', set: 'C' });
  }
  const waiting = patient(session, 'ChargeParameterDiscovery', timing.parametersOngoing, now);
  return waiting ? ask(waiting, 'ChargeParameterDiscoveryReq') : leave(session, 'parameters-timeout');
}

export function cableChecked(session: Dialogue, response: DinContent<'CableCheckRes'>, now: Instant): Verdict {
  const { DC_EVSEStatus: status, EVSEProcessing } = response;
  const refused = unwell(session, status);
  if (refused) return refused;
  if (EVSEProcessing === 'Ongoing') {
    const waiting = patient(session, 'CableCheck', timing.cableCheckOngoing, now);
    return waiting ? ask(waiting, 'CableCheckReq') : leave(session, 'cable-check-timeout');
  }
  const { wants, sulk } = session.profile.cableCheck;
  const level = status.EVSEIsolationStatus;
  const accepted =
    wants === 'finished' ||
    (wants === 'not-bad' && level !== 'Invalid' && level !== 'Fault') ||
    (status.EVSEStatusCode === 'EVSE_Ready' && level === 'Valid');
  const checked: Dialogue = { ...session, phase: 'CableChecked', patienceUntil: undefined };
  if (accepted) return ask(checked, 'PreChargeReq', { kind: 'imd', set: 'off' });
  const detail = `${status.EVSEStatusCode}, isolation ${level ?? 'absent'}`;
  return { kind: 'sulk', session: checked, reason: 'cable-check-refused', detail, silence: sulk };
}

export function preCharged(session: Dialogue, response: DinContent<'PreChargeRes'>, now: Instant): Verdict {
  const refused = unwell(session, response.DC_EVSEStatus);
  if (refused) return refused;
  const { vehicle, profile } = session;
  const reported = numberOf(response.EVSEPresentVoltage);
  const seen = profile.preCharge.trusts === 'reported' ? reported : (vehicle.inletVoltage ?? reported);
  const heard: Dialogue = { ...session, phase: 'PreCharge' };
  if (Math.abs(seen - vehicle.batteryVoltage) < profile.preCharge.tolerance) {
    return { kind: 'connect', session: { ...heard, patienceUntil: undefined } };
  }
  const waiting = patient(heard, 'PreCharge', profile.preCharge.patience, now);
  if (waiting) return ask(waiting, 'PreChargeReq', { kind: 'present', voltage: reported, current: 0 });
  return leave(heard, 'pre-charge-timeout', `${seen} V for ${vehicle.batteryVoltage} V`);
}

export function powerDelivered(session: Dialogue, response: DinContent<'PowerDeliveryRes'>): Verdict {
  const heard: Dialogue = { ...session, phase: 'PowerDelivery', powered: true };
  return unwell(heard, response.DC_EVSEStatus) ?? ask(heard, 'CurrentDemandReq');
}

/** A car that wants so many amperes, and gets less than this part of them, has no current. Unsure. */
const starving = { wanted: 5, part: 0.2 } as const;

export function demanded(session: Dialogue, response: DinContent<'CurrentDemandRes'>, now: Instant): Verdict {
  const { vehicle, profile } = session;
  const voltage = numberOf(response.EVSEPresentVoltage);
  const current = numberOf(response.EVSEPresentCurrent);
  const starves = vehicle.targetCurrent >= starving.wanted && current < starving.part * vehicle.targetCurrent;
  const starvedSince = starves ? (session.starvedSince ?? now) : undefined;
  const heard: Dialogue = { ...session, phase: 'CurrentDemand', starvedSince };
  const refused = unwell(heard, response.DC_EVSEStatus);
  if (refused) return refused;
  if (starvedSince !== undefined && profile.starves !== undefined && now >= after(starvedSince, profile.starves)) {
    const failed: Dialogue = { ...heard, error: 'FAILED_ChargingCurrentdifferential' };
    return leave(failed, 'no-current', `${current} A for ${vehicle.targetCurrent} A`);
  }
  if (vehicle.complete) return leave(heard, 'completed');
  return ask(heard, 'CurrentDemandReq', { kind: 'present', voltage, current });
}

/** The power is off, or the charger has said what it had to say about it. What was never closed cannot be welded. */
export function poweredOff(session: Dialogue, now: Instant, ...told: EvccOutput[]): Verdict {
  const off: Dialogue = { ...session, phase: 'PowerOff', powered: false, ready: false };
  const outputs: EvccOutput[] = [...told, { kind: 'pilot', set: 'B' }, { kind: 'contactors', set: 'open' }];
  const { welding } = session.profile;
  if (welding === undefined || !session.powered || session.error !== 'NO_ERROR') return ask(off, 'SessionStopReq', ...outputs);
  return ask({ ...off, weldingUntil: after(now, welding.time) }, 'WeldingDetectionReq', ...outputs);
}

/** By voltage, or by time: not every charger discharges its output, nor reports that it has. */
export function weldingDetected(session: Dialogue, response: DinContent<'WeldingDetectionRes'>, now: Instant): Verdict {
  const { profile, weldingUntil, vehicle } = session;
  const seen = vehicle.inletVoltage ?? numberOf(response.EVSEPresentVoltage);
  const over = weldingUntil === undefined || now >= weldingUntil || seen < (profile.welding?.below ?? 0);
  return ask({ ...session, phase: 'WeldingDetection' }, over ? 'SessionStopReq' : 'WeldingDetectionReq');
}

/** FAILED: the session is over at once. An emergency or a malfunction beside it is the reason. */
export function refusedBy(session: Dialogue, status: DC_EVSEStatus | undefined, detail: string): Verdict {
  const verdict = unwell(session, status);
  return abort(session, verdict?.kind === 'abort' ? verdict.reason : 'failed-response', detail);
}

/** The session in a phase that is answered Ongoing, as long as this car is willing to wait for it. */
function patient(session: Dialogue, phase: Dialogue['phase'], patience: Duration, now: Instant): Dialogue | undefined {
  const patienceUntil = session.patienceUntil ?? after(now, patience);
  return now < patienceUntil ? { ...session, phase, patienceUntil } : undefined;
}

/**
 * What a status other than well makes of the dialogue: a wish to stop is followed in order, an emergency or a
 * malfunction at once. NotReady and IsolationMonitoringActive are well: chargers say so beside OK.
 */
function unwell(session: Dialogue, status: DC_EVSEStatus | undefined): Verdict | undefined {
  const { heeds } = session.profile;
  switch (status?.EVSEStatusCode) {
    case 'EVSE_EmergencyShutdown':
      return abort(session, 'charger-emergency');
    case 'EVSE_Malfunction':
    case 'Reserved_8':
    case 'Reserved_9':
    case 'Reserved_A':
    case 'Reserved_B':
    case 'Reserved_C':
      return abort(session, 'charger-malfunction', status.EVSEStatusCode);
    case 'EVSE_Shutdown':
    case 'EVSE_UtilityInterruptEvent':
      return heeds.status ? leave(session, 'stopped-by-charger', status.EVSEStatusCode) : undefined;
    default:
      return heeds.notification && status?.EVSENotification === 'StopCharging'
        ? leave(session, 'stopped-by-charger', 'StopCharging')
        : undefined;
  }
}

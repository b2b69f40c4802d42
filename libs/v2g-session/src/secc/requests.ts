import { after } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { DC_EVStatus, DinContent, ResponseCode } from '@pilotwire/v2g-messages';
import type { DinRequestName } from '../din.js';
import { failed } from '../din.js';
import { numberOf } from '../physical.js';
import { seccTiming as timing } from '../timing.js';
import { caused, fault } from './cause.js';
import {
  chargeParameterDiscoveryRes,
  contractAuthenticationRes,
  refusal,
  reply,
  serviceDiscoveryRes,
  sessionSetupRes,
} from './responses.js';
import type { Reply, SeccOutput, Session } from './state.js';

// The requests up to the charge parameters, each legal where it arrives here: its answer follows from the session and
// the request alone.

export const none: readonly never[] = [];

/** The request is not granted. The session stays where it is: a car may ask again, rightly. */
export function refuse(
  session: Session,
  request: DinRequestName,
  code: ResponseCode,
  outputs: readonly SeccOutput[] = none,
): Reply {
  const next = failed(code) && session.lastFailure !== code ? { ...session, lastFailure: code } : session;
  return { session: next, message: reply(next, refusal(next, request, code)), outputs };
}

export function sessionSetup(before: Session, { EVCCID }: DinContent<'SessionSetupReq'>): Reply {
  const session: Session = { ...before, phase: 'SessionSetup', evccId: EVCCID, setupUntil: undefined };
  return { session, message: reply(session, sessionSetupRes(session, session.config.profile.sessionSetup)), outputs: none };
}

export function serviceDiscovery(before: Session): Reply {
  const session: Session = { ...before, phase: 'ServiceDiscovery' };
  return { session, message: reply(session, serviceDiscoveryRes(session, 'OK')), outputs: none };
}

export function servicePaymentSelection(before: Session, request: DinContent<'ServicePaymentSelectionReq'>): Reply {
  if (request.SelectedPaymentOption !== 'ExternalPayment') {
    return refuse(before, 'ServicePaymentSelectionReq', 'FAILED_PaymentSelectionInvalid');
  }
  const [service, ...others] = request.SelectedServiceList.SelectedService;
  if (service?.ServiceID !== before.config.profile.service.id || others.length > 0) {
    return refuse(before, 'ServicePaymentSelectionReq', 'FAILED_ServiceSelectionInvalid');
  }
  const session: Session = { ...before, phase: 'ServicePaymentSelection' };
  return { session, message: reply(session, { ServicePaymentSelectionRes: { ResponseCode: 'OK' } }), outputs: none };
}

export function contractAuthentication(before: Session, now: Instant): Reply {
  const { authorization, rounds, config, evccId } = before;
  if (authorization === 'rejected') {
    return refuse(
      caused(before, fault('authorization-rejected', now, 'EVSE_Shutdown')),
      'ContractAuthenticationReq',
      'FAILED',
    );
  }
  if (authorization === 'accepted' && rounds >= config.profile.ongoing.authorization) {
    const session: Session = { ...before, phase: 'Authorized', rounds: 0, ongoingUntil: undefined };
    return { session, message: reply(session, contractAuthenticationRes('OK', 'Finished')), outputs: none };
  }
  const session: Session = {
    ...before,
    phase: 'ContractAuthentication',
    authorization: authorization === 'unasked' ? 'asked' : authorization,
    rounds: rounds + 1,
    ongoingUntil: before.ongoingUntil ?? after(now, timing.authorizationOngoing),
  };
  return {
    session,
    message: reply(session, contractAuthenticationRes('OK', 'Ongoing')),
    outputs: authorization === 'unasked' ? [{ kind: 'authorize', evccId }] : none,
  };
}

export function chargeParameterDiscovery(
  before: Session,
  request: DinContent<'ChargeParameterDiscoveryReq'>,
  now: Instant,
): Reply {
  const { rounds, config, limits } = before;
  const parameters = request.DC_EVChargeParameter;
  if (request.EVRequestedEnergyTransferType !== config.profile.service.energyTransfer) {
    return refuse(before, 'ChargeParameterDiscoveryReq', 'FAILED_WrongEnergyTransferType');
  }
  const ev = parameters && {
    maxVoltage: numberOf(parameters.EVMaximumVoltageLimit),
    maxCurrent: numberOf(parameters.EVMaximumCurrentLimit),
  };
  if (ev === undefined || ev.maxVoltage <= 0 || ev.maxCurrent < 0) {
    return refuse(before, 'ChargeParameterDiscoveryReq', 'FAILED_WrongChargeParameter');
  }
  const heard = evStatus({ ...before, ev }, parameters?.DC_EVStatus);
  if (limits !== undefined && rounds >= config.profile.ongoing.parameters) {
    const session: Session = { ...heard.session, phase: 'ParametersAgreed', rounds: 0, ongoingUntil: undefined };
    const message = reply(session, chargeParameterDiscoveryRes(session, 'OK', 'Finished'));
    return { session, message, outputs: heard.outputs };
  }
  const session: Session = {
    ...heard.session,
    phase: 'ChargeParameterDiscovery',
    rounds: rounds + 1,
    ongoingUntil: before.ongoingUntil ?? after(now, timing.parametersOngoing),
  };
  const message = reply(session, chargeParameterDiscoveryRes(session, 'OK', 'Ongoing'));
  return { session, message, outputs: heard.outputs };
}

/** Takes note of what the car says about itself. An error is told once; most cars then end the session themselves. */
export function evStatus(
  session: Session,
  status: DC_EVStatus | undefined,
): { readonly session: Session; readonly outputs: readonly SeccOutput[] } {
  const code = status?.EVErrorCode;
  if (code === undefined || !code.startsWith('FAILED') || code === session.evError) return { session, outputs: none };
  return {
    session: { ...session, evError: code },
    outputs: [{ kind: 'warning', what: 'ev-error', detail: code }],
  };
}

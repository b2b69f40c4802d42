import { after, ms } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { DinBody, ResponseCode } from '@pilotwire/v2g-messages';
import { failed, isRequest, nameOf } from '../din.js';
import type { DinRequestName, V2gMessage } from '../din.js';
import { negotiate } from '../handshake.js';
import { isLegal, orderedRequest } from '../phases.js';
import type { DinPhase } from '../phases.js';
import { sameSession } from '../session-id.js';
import { seccTiming as timing } from '../timing.js';
import { caused, fault } from './cause.js';
import {
  cableCheck,
  currentDemand,
  powerDeliveryStart,
  powerDeliveryStop,
  preCharge,
  sessionStop,
  weldingDetection,
} from './power-requests.js';
import {
  chargeParameterDiscovery,
  contractAuthentication,
  none,
  refuse,
  serviceDiscovery,
  servicePaymentSelection,
  sessionSetup,
} from './requests.js';
import type { Reply, Session } from './state.js';

/** Phases in which the output may carry voltage. */
const powered: ReadonlySet<DinPhase> = new Set(['CableCheck', 'CableChecked', 'PreCharge', 'PowerDelivery', 'CurrentDemand']);

/**
 * The answer to a message, of the request's own type, whatever the request: FAILED_SequenceError comes first, then
 * FAILED_UnknownSession, then what the charger is at. Undefined where the message asks for nothing: a response, or an
 * empty body.
 */
export function answer(session: Session, message: V2gMessage, now: Instant): Reply | undefined {
  if ('V2G_Message' in message) {
    const { Header, Body } = message.V2G_Message;
    return answerDin(session, Header.SessionID, Body, now);
  }
  const request = message.supportedAppProtocolReq;
  return request === undefined ? undefined : handshake(session, request);
}

function handshake(session: Session, request: Parameters<typeof negotiate>[0]): Reply {
  if (!isLegal(session.phase, 'supportedAppProtocolReq')) {
    const message = { supportedAppProtocolRes: { ResponseCode: 'Failed_NoNegotiation' } } as const;
    return { session, message, outputs: [{ kind: 'warning', what: 'sequence-error', detail: 'supportedAppProtocolReq' }] };
  }
  const supportedAppProtocolRes = negotiate(request);
  const message = { supportedAppProtocolRes };
  if (supportedAppProtocolRes.SchemaID === undefined) return { session, message, outputs: none, last: 'no-negotiation' };
  return { session: { ...session, phase: 'Negotiated' }, message, outputs: none };
}

function answerDin(session: Session, sessionId: string, body: DinBody, now: Instant): Reply | undefined {
  const name = nameOf(body);
  const request = orderedRequest(body);
  if (name === undefined || request === undefined || !isRequest(name)) return undefined;
  if (!isLegal(session.phase, request)) return breach(session, name, 'FAILED_SequenceError', now);
  if (name !== 'SessionSetupReq' && !sameSession(sessionId, session.id)) {
    return breach(session, name, 'FAILED_UnknownSession', now);
  }
  const over = session.cause !== undefined && now >= session.cause.failAt;
  const leaving = request === 'SessionStopReq' || request === 'PowerDeliveryReq(stop)' || request === 'WeldingDetectionReq';
  if (over && !leaving) return refuse(session, name, 'FAILED');
  return granted(session, body, now);
}

/** The handler of a request. It may still refuse; an answer that is OK is also the end of an earlier failure. */
function granted(session: Session, body: DinBody, now: Instant): Reply | undefined {
  const before = session.lastFailure === undefined ? session : { ...session, lastFailure: undefined };
  if (body.CurrentDemandReq !== undefined) return currentDemand(before, body.CurrentDemandReq, now);
  if (body.PreChargeReq !== undefined) return preCharge(before, body.PreChargeReq, now);
  if (body.CableCheckReq !== undefined) return cableCheck(before, body.CableCheckReq, now);
  if (body.SessionSetupReq !== undefined) return sessionSetup(before, body.SessionSetupReq);
  if (body.ServiceDiscoveryReq !== undefined) return serviceDiscovery(before);
  if (body.ServicePaymentSelectionReq !== undefined) {
    return servicePaymentSelection(before, body.ServicePaymentSelectionReq);
  }
  if (body.ContractAuthenticationReq !== undefined) return contractAuthentication(before, now);
  if (body.ChargeParameterDiscoveryReq !== undefined) {
    return chargeParameterDiscovery(before, body.ChargeParameterDiscoveryReq, now);
  }
  if (body.PowerDeliveryReq !== undefined) {
    const { PowerDeliveryReq } = body;
    return PowerDeliveryReq.ReadyToChargeState
      ? powerDeliveryStart(before, PowerDeliveryReq)
      : powerDeliveryStop(before, PowerDeliveryReq, now);
  }
  if (body.WeldingDetectionReq !== undefined) return weldingDetection(before, body.WeldingDetectionReq);
  return body.SessionStopReq === undefined ? undefined : sessionStop(before);
}

/** A car that breaks the order keeps its session, but not its power: nobody knows what it believes to be doing. */
function breach(session: Session, name: DinRequestName, code: ResponseCode, now: Instant): Reply {
  const warning = { kind: 'warning', what: 'sequence-error', detail: `${name} in ${session.phase}: ${code}` } as const;
  if (!powered.has(session.phase)) return refuse(session, name, code, [warning]);
  const stopped = caused(session, fault('sequence-error', now, 'EVSE_Shutdown', code));
  return refuse(stopped, name, code, [warning, { kind: 'power', request: { kind: 'stop' } }]);
}

const patience = { 'current-gone': timing.currentGone, 'pre-charged': timing.preChargeSettles } as const;

/** When the answer to a request goes out at the latest: the profile's delay, or the patience with what it waits for. */
export function dueAt({ config }: Session, reply: Reply, request: V2gMessage, asked: Instant): Instant {
  const name = 'V2G_Message' in request ? nameOf(request.V2G_Message.Body) : 'supportedAppProtocolReq';
  const delay = config.profile.delay[name as DinRequestName];
  return after(asked, reply.awaits === undefined ? (delay ?? ms(0)) : patience[reply.awaits]);
}

/** Why a session ends that the car leaves without SessionStop. */
export const reasonOfLeaving = ({ lastFailure, evError }: Session) =>
  lastFailure === 'FAILED_SequenceError' || lastFailure === 'FAILED_UnknownSession'
    ? 'sequence-error'
    : lastFailure !== undefined && failed(lastFailure)
      ? 'request-refused'
      : evError !== undefined
        ? 'ev-error'
        : 'connection-closed';

import type { Instant } from '@pilotwire/machine';
import { cableCheckVoltage } from '@pilotwire/power';
import type { DC_EVStatus, DinBody } from '@pilotwire/v2g-messages';
import { numberOf } from '@pilotwire/v2g-session';
import type { V2gMessage } from '@pilotwire/v2g-session';
import { amperes, soc, took, volts, wattHours, watts } from './visit.js';
import type { Emit, Visit } from './visit.js';

type Exchange = { readonly request: V2gMessage | undefined; readonly answer: V2gMessage };

/**
 * What a question and its answer say about a session, on either side of the cable. It is called while the other side
 * waits for nothing: the answer is on its way.
 */
export function exchanged(visit: Visit, { request, answer }: Exchange, emit: Emit, now: Instant): void {
  if (!('V2G_Message' in answer)) return handshake(visit, request, answer, emit);
  const { Header, Body } = answer.V2G_Message;
  const asked = request !== undefined && 'V2G_Message' in request ? request.V2G_Message.Body : undefined;
  visit.soc = evStatus(asked)?.EVRESSSOC ?? visit.soc;
  if (Body.CurrentDemandRes !== undefined) return demand(visit, asked, Body, emit);
  if (Body.CableCheckRes !== undefined) return cableCheck(visit, Body.CableCheckRes, emit, now);
  if (Body.PreChargeRes !== undefined) return preCharge(visit, asked, emit, now);
  if (Body.SessionSetupRes !== undefined && asked?.SessionSetupReq !== undefined) {
    const { ResponseCode } = Body.SessionSetupRes;
    if (ResponseCode.startsWith('FAILED')) return;
    visit.evccid = asked.SessionSetupReq.EVCCID.toUpperCase();
    emit('v2g.session-setup', { evccid: visit.evccid, v2gSession: Header.SessionID.toUpperCase(), resumed: ResponseCode === 'OK_OldSessionJoined' });
  }
  if (Body.ChargeParameterDiscoveryRes !== undefined) return parameters(visit, asked, Body, emit);
  if (Body.PowerDeliveryRes?.ResponseCode === 'OK' && visit.preChargeSince !== undefined && asked?.PowerDeliveryReq?.ReadyToChargeState === true) {
    emit('precharge.finished', { voltage: volts(visit.voltage), tookMs: took(visit.preChargeSince, now) });
    visit.preChargeSince = undefined;
  }
  if (Body.WeldingDetectionRes !== undefined) {
    const last = numberOf(Body.WeldingDetectionRes.EVSEPresentVoltage);
    if (visit.welding === undefined) visit.welding = { first: last, last };
    else visit.welding.last = last;
  }
  if (Body.SessionStopRes !== undefined) weldingChecked(visit, emit);
}

/** How the car is, which it says with most of its requests; the last percent of a charge only with the one that ends it. Behind that its battery is cut off. */
const evStatus = (asked: DinBody | undefined): DC_EVStatus | undefined =>
  asked?.ChargeParameterDiscoveryReq?.DC_EVChargeParameter?.DC_EVStatus ?? asked?.PowerDeliveryReq?.DC_EVPowerDeliveryParameter?.DC_EVStatus
    ?? (asked?.CableCheckReq ?? asked?.PreChargeReq ?? asked?.CurrentDemandReq)?.DC_EVStatus;

function handshake(visit: Visit, request: V2gMessage | undefined, { supportedAppProtocolRes: answer }: Exclude<V2gMessage, { readonly V2G_Message: unknown }>, emit: Emit): void {
  const offers = request !== undefined && !('V2G_Message' in request) ? request.supportedAppProtocolReq?.AppProtocol : undefined;
  const chosen = answer === undefined ? undefined : offers?.find(({ SchemaID }) => SchemaID === answer.SchemaID);
  if (chosen === undefined || !answer?.ResponseCode.startsWith('OK')) return;
  const { ProtocolNamespace, VersionNumberMajor: major, VersionNumberMinor: minor } = chosen;
  visit.protocol = ProtocolNamespace.slice(0, 64);
  emit('v2g.handshake', { protocol: visit.protocol, major, minor });
}

function parameters(visit: Visit, asked: DinBody | undefined, { ChargeParameterDiscoveryRes: answer }: DinBody, emit: Emit): void {
  const ev = asked?.ChargeParameterDiscoveryReq?.DC_EVChargeParameter;
  const evse = answer?.DC_EVSEChargeParameter;
  if (ev === undefined || evse === undefined || answer?.EVSEProcessing !== 'Finished' || answer.ResponseCode.startsWith('FAILED')) return;
  const { EVMaximumVoltageLimit, EVMaximumCurrentLimit, EVMaximumPowerLimit, EVEnergyCapacity } = ev;
  const maxW = EVMaximumPowerLimit && watts(numberOf(EVMaximumPowerLimit));
  visit.ev = { maxV: volts(numberOf(EVMaximumVoltageLimit)), maxA: amperes(numberOf(EVMaximumCurrentLimit)), maxW };
  const [evseMaxV, evseMaxA] = [volts(numberOf(evse.EVSEMaximumVoltageLimit)), amperes(numberOf(evse.EVSEMaximumCurrentLimit))];
  emit('charge.params', {
    evMaxV: visit.ev.maxV, evMaxA: visit.ev.maxA, ...(maxW !== undefined && { evMaxW: maxW }), ...soc(visit),
    ...(EVEnergyCapacity !== undefined && { energyCapacityWh: wattHours(numberOf(EVEnergyCapacity)) }),
    evseMaxV, evseMaxA, evseMaxW: evse.EVSEMaximumPowerLimit === undefined ? watts(evseMaxV * evseMaxA) : watts(numberOf(evse.EVSEMaximumPowerLimit)),
  });
  visit.testVoltage = volts(cableCheckVoltage(visit.ev.maxV, evseMaxV));
}

const isolations = { Valid: 'valid', Warning: 'warning', Fault: 'fault', Invalid: 'other' } as const;

function cableCheck(visit: Visit, answer: NonNullable<DinBody['CableCheckRes']>, emit: Emit, now: Instant): void {
  if (visit.cableCheckSince === undefined) {
    if (answer.ResponseCode.startsWith('FAILED')) return;
    visit.cableCheckSince = now;
    emit('cablecheck.started', { voltage: visit.testVoltage });
  }
  if (answer.EVSEProcessing !== 'Finished' || visit.isolation !== undefined) return;
  visit.isolation = isolations[answer.DC_EVSEStatus.EVSEIsolationStatus ?? 'Invalid'];
  emit('cablecheck.finished', { isolation: visit.isolation, tookMs: took(visit.cableCheckSince, now) });
}

function preCharge(visit: Visit, asked: DinBody | undefined, emit: Emit, now: Instant): void {
  if (asked?.PreChargeReq === undefined) return;
  visit.targetV = volts(numberOf(asked.PreChargeReq.EVTargetVoltage));
  if (visit.preChargeSince !== undefined) return;
  visit.preChargeSince = now;
  emit('precharge.started', { targetV: visit.targetV });
}

function demand(visit: Visit, asked: DinBody | undefined, { CurrentDemandRes: answer }: DinBody, emit: Emit): void {
  const request = asked?.CurrentDemandReq;
  if (request === undefined || answer === undefined || answer.ResponseCode.startsWith('FAILED')) return;
  visit.targetV = volts(numberOf(request.EVTargetVoltage));
  visit.targetA = amperes(numberOf(request.EVTargetCurrent));
  if (visit.charging !== 'before') return;
  visit.charging = 'on';
  emit('charging.started', { targetV: visit.targetV, targetA: visit.targetA, ...soc(visit) });
}

/** A path that stays at this part of its voltage is held by the battery behind it. Unsure; seen of healthy ones: 0.8 after 0.3 s. */
const weldedPart = 0.9;
const safeVoltage = 60;

/** The car has done with its welding detection, by going on. */
function weldingChecked(visit: Visit, emit: Emit): void {
  if (visit.welding === undefined) return;
  const { first, last } = visit.welding;
  visit.welding = undefined;
  emit('welding.checked', { voltage: volts(last), welded: last >= safeVoltage && last >= weldedPart * first });
}

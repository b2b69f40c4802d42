import { after } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { DinContent } from '@pilotwire/v2g-messages';
import { numberOf } from '../physical.js';
import { seccTiming as timing } from '../timing.js';
import { caused, fault } from './cause.js';
import { evStatus, refuse } from './requests.js';
import {
  cableCheckRes,
  currentDemandRes,
  powerDeliveryRes,
  preChargeRes,
  reply,
  sessionStopRes,
  statusAt,
  weldingDetectionRes,
} from './responses.js';
import type { Reply, SeccOutput, Session } from './state.js';

// The requests from the cable check on, each legal where it arrives here. Voltage and current in the answers are the
// last ones measured, never the ones wished for.

/** Volts: pre-charge has been reached as long as the cable is this close to the target. ISO 15118, IEC 61851-23. */
const preChargeTolerance = 20;
/** Amperes that pre-charge may carry. IEC 61851-23. */
const preChargeCurrent = 2;
/** Amperes below which a contactor may be opened. Unsure. */
const openCurrent = 5;
/** A car is without current that wants at least so many amperes and gets less than this part of what it may have of them. Unsure. */
const starving = { wanted: 5, part: 0.2 } as const;

const power = (request: Extract<SeccOutput, { kind: 'power' }>['request']): SeccOutput => ({ kind: 'power', request });

export function cableCheck(before: Session, { DC_EVStatus }: DinContent<'CableCheckReq'>, now: Instant): Reply {
  const { session: heard, outputs } = evStatus(before, DC_EVStatus);
  if (DC_EVStatus.EVErrorCode.startsWith('FAILED')) {
    const session = caused(heard, fault('ev-error', now, 'EVSE_Shutdown', DC_EVStatus.EVErrorCode));
    return refuse(session, 'CableCheckReq', 'FAILED', [...outputs, power({ kind: 'stop' })]);
  }
  if (heard.cable === 'checked' && heard.rounds >= heard.config.profile.ongoing.cableCheck) {
    const session: Session = { ...heard, phase: 'CableChecked', rounds: 0, ongoingUntil: undefined };
    return { session, message: reply(session, cableCheckRes(session, 'OK', 'Finished')), outputs };
  }
  const begins = heard.cable === 'unchecked' && heard.ev !== undefined;
  const session: Session = {
    ...heard,
    phase: 'CableCheck',
    cable: begins ? 'checking' : heard.cable,
    rounds: heard.rounds + 1,
    ongoingUntil: heard.ongoingUntil ?? after(now, timing.cableCheckOngoing),
  };
  return {
    session,
    message: reply(session, cableCheckRes(session, 'OK', 'Ongoing')),
    outputs: begins && heard.ev !== undefined ? [...outputs, power({ kind: 'cableCheck', ev: heard.ev })] : outputs,
  };
}

export function preCharge(before: Session, request: DinContent<'PreChargeReq'>, now: Instant): Reply {
  const { session: heard, outputs: said } = evStatus(before, request.DC_EVStatus);
  if (request.DC_EVStatus.EVErrorCode.startsWith('FAILED')) {
    const session = caused(heard, fault('ev-error', now, 'EVSE_Shutdown', request.DC_EVStatus.EVErrorCode));
    return refuse(session, 'PreChargeReq', 'FAILED', [...said, power({ kind: 'stop' })]);
  }
  const target = numberOf(request.EVTargetVoltage);
  // A new target that is far from the voltage there is has not been reached yet (BMW i3: the first target is wrong).
  const moved = target !== heard.target && Math.abs(heard.voltage - target) > preChargeTolerance;
  const session: Session = { ...heard, phase: 'PreCharge', target, preCharged: heard.preCharged && !moved };
  const outputs: SeccOutput[] = [...said];
  if (before.phase === 'CableChecked' && numberOf(request.EVTargetCurrent) > preChargeCurrent) {
    outputs.push({ kind: 'warning', what: 'pre-charge-current', detail: `${numberOf(request.EVTargetCurrent)} A` });
  }
  if (!isRampedDown(session)) outputs.push(power({ kind: 'preCharge', voltage: target }));
  return { session, message: reply(session, preChargeRes(session, 'OK')), outputs };
}

export function powerDeliveryStart(before: Session, request: DinContent<'PowerDeliveryReq'>): Reply {
  const { session: heard, outputs } = evStatus(before, request.DC_EVPowerDeliveryParameter?.DC_EVStatus);
  const { tupleId } = heard.config.profile.scheduleFinished;
  if (request.ChargingProfile !== undefined && request.ChargingProfile.SAScheduleTupleID !== tupleId) {
    return refuse(heard, 'PowerDeliveryReq', 'FAILED_TariffSelectionInvalid', outputs);
  }
  // Reached once is not enough: the car is about to close its contactors onto what is there now.
  const there = heard.target !== undefined && Math.abs(heard.voltage - heard.target) <= preChargeTolerance;
  if (heard.cause !== undefined || !heard.preCharged || !there) {
    const refused = refuse(heard, 'PowerDeliveryReq', 'FAILED_PowerDeliveryNotApplied', outputs);
    // A car may read the voltage sooner than the power path is sure that it stays. It gets the moment that takes.
    return heard.cause === undefined && there ? { ...refused, awaits: 'pre-charged' } : refused;
  }
  const session: Session = { ...heard, phase: 'PowerDelivery' };
  return {
    session,
    message: reply(session, powerDeliveryRes('OK', statusAt(session, 'PowerDelivery'))),
    outputs: [...outputs, power({ kind: 'powerDelivery' })],
  };
}

export function currentDemand(before: Session, request: DinContent<'CurrentDemandReq'>, now: Instant): Reply {
  const { session: heard, outputs: said } = evStatus(before, request.DC_EVStatus);
  const voltage = numberOf(request.EVTargetVoltage);
  const current = numberOf(request.EVTargetCurrent);
  const { maxCurrent = Infinity, maxPower = Infinity } = heard.limits ?? {};
  // A limit that it was told of is no want; to be held at none at all is.
  const allowed = Math.max(starving.wanted, Math.min(current, maxCurrent, maxPower / Math.max(voltage, 1)));
  const starves = current >= starving.wanted && heard.current < starving.part * allowed && heard.cause === undefined;
  const session: Session = {
    ...heard,
    phase: 'CurrentDemand',
    charged: true,
    target: voltage,
    starved: starves ? (heard.starved ?? { since: now, told: false }) : undefined,
  };
  const outputs: SeccOutput[] = [...said];
  if (heard.starved?.told && !starves) outputs.push({ kind: 'fed' });
  if (!isRampedDown(session)) outputs.push(power({ kind: 'demand', voltage, current }));
  return { session, message: reply(session, currentDemandRes(session, 'OK')), outputs };
}

/** Right at any time; power ends, whether there was any or not. The answer waits until the current has gone. */
export function powerDeliveryStop(before: Session, request: DinContent<'PowerDeliveryReq'>, now: Instant): Reply {
  const { session: heard, outputs } = evStatus(before, request.DC_EVPowerDeliveryParameter?.DC_EVStatus);
  const flowing = before.phase === 'CurrentDemand' && heard.current >= openCurrent;
  const ready = heard.pilot === 'C' || heard.pilot === 'D';
  const session: Session = {
    ...heard,
    phase: 'PowerOff',
    leftFrom: heard.leftFrom ?? heard.phase,
    preCharged: false,
    rounds: 0,
    ongoingUntil: undefined,
    starved: undefined,
    pilotUntil: ready ? after(now, timing.pilotLeavesC) : undefined,
  };
  return {
    session,
    message: reply(session, powerDeliveryRes('OK', statusAt(session, 'PowerOff'))),
    outputs: heard.cable === 'unchecked' ? outputs : [...outputs, power({ kind: 'stop' })],
    awaits: flowing ? 'current-gone' : undefined,
  };
}

export function weldingDetection(before: Session, { DC_EVStatus }: DinContent<'WeldingDetectionReq'>): Reply {
  const { session: heard, outputs } = evStatus(before, DC_EVStatus);
  const session: Session = { ...heard, phase: 'WeldingDetection' };
  return { session, message: reply(session, weldingDetectionRes(session, 'OK')), outputs };
}

export function sessionStop(before: Session): Reply {
  const leftFrom = before.leftFrom ?? before.phase;
  const session: Session = { ...before, phase: 'SessionStop', leftFrom, pilotUntil: undefined };
  return {
    session,
    message: reply(session, sessionStopRes('OK')),
    outputs: [power({ kind: 'release' })],
    last: before.evError !== undefined ? 'ev-error' : before.charged ? 'completed' : 'stopped-early',
  };
}

/** After a wish to stop that the car did not follow, the power ends and stays off. */
const isRampedDown = ({ cause }: Session): boolean => cause !== undefined && cause.rampAt === undefined;

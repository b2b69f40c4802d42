import { after, between, earliest, go, origin, stay } from '@pilotwire/machine';
import type { Instant, Machine, Tick } from '@pilotwire/machine';
import { beginCableCheck, checkCable, testSetpoint } from './cable-check.js';
import { limits, timing } from './limits.js';
import type { PowerReading } from './ports.js';
import { clampTarget, heldLimits, isPlausibleTarget, ramp, unlimited } from './rules.js';
import type { EvseLimits } from './rules.js';
import type {
  Delivery, Line, PilotInput, PowerInput, PowerOutput, PowerPathState, PowerRequest, PreCharge,
} from './state.js';
import { currentGone, enter, fail, faultOf, gone, hasLetGo, isClosed, isLive, open, stop, withLine } from './steps.js';
import type { PowerStep } from './steps.js';

const never = Number.NEGATIVE_INFINITY as Instant;

/** A power path at rest: supply off, contactors open, nothing heard of any device. */
export const idlePowerPath = (evse: EvseLimits): PowerPathState => ({
  evse,
  line: {
    pilot: undefined,
    pilotAt: never,
    contactors: undefined,
    supply: undefined,
    meter: undefined,
    imd: undefined,
    spreadSince: undefined,
    aboveSince: undefined,
  },
  phase: { at: 'idle' },
  refreshAt: origin,
});

/**
 * The DC power path of one outlet, from the cable check to the open contactors. It is told what the session wants, what
 * the devices measure and where the pilot is; it tells the devices what to do. Whatever it is told, in any order:
 * the supply is on only while its contactors are closed and the pilot is, and is known to be, at C or D; and it is set
 * above 2 A only after PowerDelivery(start).
 */
export const powerPath: Machine<PowerPathState, PowerInput, PowerOutput> = { step, deadline };

function step(state: PowerPathState, input: PowerInput | Tick, now: Instant): PowerStep {
  // What fell to off while nobody was there is not switched on again, whatever is asked now.
  const letGo = hasLetGo(state, now);
  const next = letGo ? then(fail(state, 'emergency', now), (after) => take(after, input, now)) : take(state, input, now);
  return isClosed(next.state.phase) && now >= next.state.refreshAt ? then(next, (after) => refresh(after, now)) : next;
}

function take(state: PowerPathState, input: PowerInput | Tick, now: Instant): PowerStep {
  switch (input.kind) {
    case 'tick':
      return advance(state, now);
    case 'pilot':
      return advance(withLine(state, heard(state.line, input.level, now)), now);
    case 'supply':
    case 'contactors':
    case 'imd':
      return advance(withLine(state, observe(state, input)), now);
    case 'meter': {
      const { state: after, outputs } = advance(withLine(state, observe(state, input)), now);
      const { at, voltage, current, energy } = input;
      const limited = state.phase.at === 'delivery' ? state.phase.setpoint.limited : unlimited;
      const measured: PowerOutput = { kind: 'measured', at, voltage, current, energy, limited };
      return go(after, measured, ...outputs);
    }
    case 'limits':
      return relimited(state, heldLimits(input.evse), now);
    default:
      return request(state, input, now);
  }
}

function deadline({ phase, line, refreshAt }: PowerPathState): Instant | undefined {
  const until = 'until' in phase ? phase.until : undefined;
  const pilotAt = isLive(phase) ? after(line.pilotAt, timing.pilotMaxAge) : undefined;
  return earliest(until, pilotAt, isClosed(phase) ? refreshAt : undefined);
}

/** Tells the devices again what they have been told: they let go of what nobody holds. */
function refresh({ evse, line, phase }: PowerPathState, now: Instant): PowerStep {
  const state: PowerPathState = { evse, line, phase, refreshAt: after(now, timing.refresh) };
  const close: PowerOutput = { kind: 'contactors.close' };
  switch (phase.at) {
    case 'delivery':
      return then(stay(state, close), (next) => deliver(next, phase, now));
    case 'preCharge':
      return stay(state, close, preChargeSetpoint(phase));
    case 'cableCheck':
      if (phase.step === 'raising' || phase.step === 'measuring') return stay(state, close, testSetpoint(phase));
      return stay(state, close);
    default:
      return stay(state, close);
  }
}

/** Who says that nobody can tell is believed at once. */
function heard(line: Line, pilot: PilotInput['level'], now: Instant): Line {
  const pilotAt = pilot === undefined ? never : now;
  const { contactors, supply, meter, imd, spreadSince, aboveSince } = line;
  return { pilot, pilotAt, contactors, supply, meter, imd, spreadSince, aboveSince };
}

function observe({ line, phase }: PowerPathState, reading: PowerReading): Line {
  const { pilot, pilotAt } = line;
  const contactors = reading.kind === 'contactors' ? reading : line.contactors;
  const imd = reading.kind === 'imd' ? reading : line.imd;
  const supply = reading.kind === 'supply' ? reading : line.supply;
  const meter = reading.kind === 'meter' ? reading : line.meter;
  let spreadSince: Instant | undefined;
  let aboveSince: Instant | undefined;
  if (meter !== undefined && (phase.at === 'preCharge' || phase.at === 'delivery')) {
    const { voltage } = meter;
    // Written so that what is not a number is a breach.
    if (!(voltage <= phase.ev.maxVoltage + limits.evMaximumMargin)) aboveSince = line.aboveSince ?? reading.at;
    const spread = supply === undefined ? 0 : Math.abs(supply.voltage - voltage);
    if (!(spread <= limits.voltageSpread)) spreadSince = line.spreadSince ?? reading.at;
  }
  return { pilot, pilotAt, contactors, supply, meter, imd, spreadSince, aboveSince };
}

/** What follows from where things are, whichever input told us. */
function advance(state: PowerPathState, now: Instant): PowerStep {
  const { phase, line } = state;
  const fault = faultOf(state, now);
  if (fault !== undefined) return fail(state, fault, now);
  switch (phase.at) {
    case 'idle':
    case 'insulated':
    case 'delivery':
    case 'failed':
      return stay(state);
    case 'cableCheck':
      return checkCable(state, phase, now);
    case 'preCharge':
      return preCharge(state, phase, now);
    case 'stopping':
      if (!currentGone(line, phase.since) && now < phase.until) return stay(state);
      if (phase.release) return open(state, undefined, now, { kind: 'stopped' });
      return enter(
        state,
        { at: 'stopped', since: now, until: after(now, timing.weldingDetection) },
        { kind: 'stopped' },
      );
    case 'stopped':
      return gone(line) || now >= phase.until ? open(state, undefined, now) : stay(state);
    case 'emergency':
      return currentGone(line, phase.since) || now >= phase.until ? open(state, phase.why, now) : stay(state);
    case 'opening':
      if (line.contactors?.closed === false && line.contactors.at > phase.since) {
        const { why } = phase;
        return enter(state, why === undefined ? { at: 'idle' } : { at: 'failed', why }, { kind: 'released' });
      }
      if (now < phase.until) return stay(state);
      return enter(state, { at: 'failed', why: 'contactors-welded' }, { kind: 'fault', why: 'contactors-welded' });
  }
}

/** Says so when the voltage is there to stay: a source that overshoots passes its target more than once. */
function preCharge(state: PowerPathState, phase: PreCharge, now: Instant): PowerStep {
  const { meter } = state.line;
  if (phase.until === undefined) return stay(state);
  const nearSince = nearTarget(meter, phase.voltage) ? (phase.nearSince ?? meter.at) : undefined;
  if (nearSince !== undefined && meter !== undefined && between(nearSince, meter.at) >= timing.preChargeHold) {
    const reached = { ...phase, until: undefined, nearSince };
    return enter(state, reached, { kind: 'preCharge.reached', voltage: meter.voltage });
  }
  if (now >= phase.until) return fail(state, 'pre-charge-timeout', now);
  return nearSince === phase.nearSince ? stay(state) : enter(state, { ...phase, nearSince });
}

const nearTarget = (meter: Line['meter'], target: number): meter is NonNullable<Line['meter']> =>
  meter !== undefined && Math.abs(meter.voltage - target) <= limits.preChargeAim;

const preChargeSetpoint = ({ voltage }: PreCharge): PowerOutput => ({
  kind: 'supply.set',
  voltage,
  current: limits.preChargeCurrent,
});

/** Tells the source where the ramp is. With stale measurements it is held at 2 A: nobody sees what it does. */
function deliver(state: PowerPathState, phase: Delivery, now: Instant): PowerStep {
  const { setpoint } = phase;
  const measuredAt = state.line.meter?.at ?? phase.rampedAt;
  const stale = between(measuredAt, now) >= timing.measurementMaxAge;
  const goal = stale ? Math.min(setpoint.current, limits.preChargeCurrent) : setpoint.current;
  const current = ramp(phase.current, goal, between(phase.rampedAt, now));
  const next: Delivery = { at: 'delivery', ev: phase.ev, setpoint, current, rampedAt: now, stale };
  const set: PowerOutput = { kind: 'supply.set', voltage: setpoint.voltage, current };
  if (stale && !phase.stale) return enter(state, next, set, { kind: 'warning', what: 'measurement-stale' });
  return enter(state, next, set);
}

/** What is being given is cut to the new limits. What the car wanted beyond the old ones, it will say again. */
function relimited({ line, phase, refreshAt }: PowerPathState, evse: EvseLimits, now: Instant): PowerStep {
  const state: PowerPathState = { evse, line, phase, refreshAt };
  const fault = faultOf(state, now);
  if (fault !== undefined) return fail(state, fault, now);
  if (phase.at !== 'delivery') return stay(state);
  const { voltage, current, limited: before } = phase.setpoint;
  const cut = clampTarget(voltage, current, phase.ev, evse);
  const limited = {
    voltage: before.voltage || cut.limited.voltage, current: before.current || cut.limited.current, power: before.power || cut.limited.power,
  };
  return deliver(state, { ...phase, setpoint: { voltage: cut.voltage, current: cut.current, limited } }, now);
}

function request(state: PowerPathState, input: PowerRequest, now: Instant): PowerStep {
  const { phase, line, evse } = state;
  const refused = (): PowerStep => stay(state, { kind: 'refused', request: input.kind });
  const fault = faultOf(state, now);
  if (fault !== undefined && input.kind !== 'emergency') {
    // A driver may be late with its tick: what is wrong comes before what is wished.
    const failed = fail(state, fault, now);
    return input.kind === 'release' ? then(failed, (after) => request(after, input, now)) : failed;
  }
  switch (input.kind) {
    case 'cableCheck':
      if (phase.at !== 'idle') return refused();
      if (!(input.ev.maxVoltage > 0) || !(input.ev.maxCurrent >= 0)) return refused();
      if (line.contactors?.closed) return fail(state, 'contactors-welded', now);
      return beginCableCheck(state, input.ev, now);
    case 'preCharge': {
      if (phase.at !== 'insulated' && phase.at !== 'preCharge') return refused();
      if (!isPlausibleTarget(input.voltage, evse)) return refused();
      const voltage = Math.min(input.voltage, phase.ev.maxVoltage, evse.maxVoltage);
      if (phase.at === 'preCharge' && voltage === phase.voltage) return stay(state);
      const near = line.meter !== undefined && Math.abs(line.meter.voltage - voltage) <= limits.preChargeTolerance;
      const goesOn = phase.at === 'preCharge' && (phase.until !== undefined || near);
      const until = goesOn ? phase.until : after(now, timing.preCharge);
      // A car that moves its target by a volt with each request is not to wait forever.
      const nearSince = phase.at === 'preCharge' && nearTarget(line.meter, voltage) ? phase.nearSince : undefined;
      const next: PreCharge = { at: 'preCharge', ev: phase.ev, voltage, until, nearSince };
      return enter(state, next, preChargeSetpoint(next));
    }
    case 'powerDelivery': {
      if (phase.at === 'delivery') return stay(state);
      if (phase.at !== 'preCharge' || phase.until !== undefined) return refused();
      // It was there once; it must be there now, when the car closes its contactors onto it.
      if (!(Math.abs((line.meter?.voltage ?? NaN) - phase.voltage) <= limits.preChargeTolerance)) return refused();
      const setpoint = { voltage: phase.voltage, current: limits.preChargeCurrent, limited: unlimited };
      const { current } = setpoint;
      return enter(state, { at: 'delivery', ev: phase.ev, setpoint, current, rampedAt: now, stale: false });
    }
    case 'demand': {
      if (phase.at !== 'delivery') return refused();
      const plausible = isPlausibleTarget(input.voltage, evse);
      // The last plausible voltage is kept, the current is followed: a car that wants none must get none.
      const setpoint = clampTarget(plausible ? input.voltage : phase.setpoint.voltage, input.current, phase.ev, evse);
      const { at, ev, current, rampedAt, stale } = phase;
      const delivered = deliver(state, { at, ev, setpoint, current, rampedAt, stale }, now);
      return plausible ? delivered : go(delivered.state, ...delivered.outputs, { kind: 'refused', request: 'demand' });
    }
    case 'stop':
      if (isLive(phase)) return stop(state, false, now);
      if (phase.at === 'cableCheck') return enter(state, { at: 'idle' }, { kind: 'stopped' });
      return phase.at === 'idle' || phase.at === 'stopped' ? stay(state, { kind: 'stopped' }) : stay(state);
    case 'release':
      return release(state, now);
    case 'emergency':
      if (phase.at === 'emergency' || phase.at === 'failed' || phase.at === 'opening') return stay(state);
      return fail(state, 'emergency', now);
  }
}

function release(state: PowerPathState, now: Instant): PowerStep {
  const { phase, line } = state;
  switch (phase.at) {
    case 'idle':
      return stay(state, { kind: 'released' });
    case 'cableCheck':
      if (!isLive(phase)) return enter(state, { at: 'idle' }, { kind: 'stopped' }, { kind: 'released' });
      return stop(state, true, now);
    case 'insulated':
    case 'preCharge':
    case 'delivery':
      return stop(state, true, now);
    case 'stopping':
      return enter(state, { ...phase, release: true });
    case 'stopped':
      return open(state, undefined, now);
    case 'emergency':
    case 'opening':
      return enter(state, { ...phase, why: undefined });
    case 'failed':
      if (line.contactors?.closed) return open(state, undefined, now);
      return enter(state, { at: 'idle' }, { kind: 'released' });
  }
}

/** One step after another, as one. */
function then({ state, outputs }: PowerStep, next: (state: PowerPathState) => PowerStep): PowerStep {
  const second = next(state);
  return go(second.state, ...outputs, ...second.outputs);
}

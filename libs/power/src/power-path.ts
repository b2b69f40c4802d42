import { after, between, earliest, go, stay } from '@pilotwire/machine';
import type { Instant, Machine, Tick } from '@pilotwire/machine';
import { beginCableCheck, checkCable } from './cable-check.js';
import { limits, timing } from './limits.js';
import type { PowerReading } from './ports.js';
import { clampTarget, isPlausibleTarget, ramp, unlimited } from './rules.js';
import type { EvseLimits } from './rules.js';
import type { Delivery, Line, PilotInput, PowerInput, PowerOutput, PowerPathState, PowerRequest, PreCharge } from './state.js';
import { currentGone, enter, fail, faultOf, gone, isLive, open, stop, withLine } from './steps.js';
import type { PowerStep } from './steps.js';

/** A power path at rest: supply off, contactors open, nothing heard of any device. */
export const idlePowerPath = (evse: EvseLimits): PowerPathState => ({
  evse,
  line: {
    pilot: undefined,
    pilotAt: Number.NEGATIVE_INFINITY as Instant,
    contactors: undefined,
    supply: undefined,
    meter: undefined,
    imd: undefined,
    spreadSince: undefined,
    aboveSince: undefined,
  },
  phase: { at: 'idle' },
});

/**
 * The DC power path of one outlet, from the cable check to the open contactors. It is told what the session wants, what
 * the devices measure and where the pilot is; it tells the devices what to do. Whatever it is told, in any order:
 * the supply is on only while its contactors are closed and the pilot is, and is known to be, at C or D; and it is set
 * above 2 A only after PowerDelivery(start).
 */
export const powerPath: Machine<PowerPathState, PowerInput, PowerOutput> = { step, deadline };

function step(state: PowerPathState, input: PowerInput | Tick, now: Instant): PowerStep {
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
    default:
      return request(state, input, now);
  }
}

function deadline({ phase, line }: PowerPathState): Instant | undefined {
  const until = 'until' in phase ? phase.until : undefined;
  const refreshAt = 'refreshAt' in phase ? phase.refreshAt : undefined;
  return earliest(until, refreshAt, isLive(phase) ? after(line.pilotAt, timing.pilotMaxAge) : undefined);
}

function heard(line: Line, pilot: PilotInput['level'], pilotAt: Instant): Line {
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
    if (voltage > phase.ev.maxVoltage + limits.evMaximumMargin) aboveSince = line.aboveSince ?? reading.at;
    const spread = supply === undefined ? 0 : Math.abs(supply.voltage - voltage);
    if (spread > limits.voltageSpread) spreadSince = line.spreadSince ?? reading.at;
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
    case 'failed':
      return stay(state);
    case 'cableCheck':
      return checkCable(state, phase, now);
    case 'preCharge':
      return preCharge(state, phase, now);
    case 'delivery':
      return now < phase.refreshAt ? stay(state) : deliver(state, phase, now);
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

/** Holds the target, and says so when the voltage is there. */
function preCharge(state: PowerPathState, phase: PreCharge, now: Instant): PowerStep {
  const { meter } = state.line;
  if (!phase.reached && meter !== undefined && Math.abs(meter.voltage - phase.voltage) <= limits.preChargeAim) {
    const { until: _, ...rest } = phase;
    return hold(state, { ...rest, reached: true }, now, { kind: 'preCharge.reached', voltage: meter.voltage });
  }
  if (phase.until !== undefined && now >= phase.until) return fail(state, 'pre-charge-timeout', now);
  if (now < phase.refreshAt) return stay(state);
  return hold(state, phase, now);
}

function hold(state: PowerPathState, phase: PreCharge, now: Instant, ...outputs: PowerOutput[]): PowerStep {
  const set = { kind: 'supply.set', voltage: phase.voltage, current: limits.preChargeCurrent } as const;
  return enter(state, { ...phase, refreshAt: after(now, timing.supplyRefresh) }, set, ...outputs);
}

/** Tells the source where the ramp is. With stale measurements it is held at 2 A: nobody sees what it does. */
function deliver(state: PowerPathState, phase: Delivery, now: Instant): PowerStep {
  const { setpoint } = phase;
  const measuredAt = state.line.meter?.at ?? phase.rampedAt;
  const stale = between(measuredAt, now) >= timing.measurementMaxAge;
  const goal = stale ? Math.min(setpoint.current, limits.preChargeCurrent) : setpoint.current;
  const current = ramp(phase.current, goal, between(phase.rampedAt, now));
  const refreshAt = after(now, timing.supplyRefresh);
  const next: Delivery = { at: 'delivery', ev: phase.ev, setpoint, current, rampedAt: now, stale, refreshAt };
  const set: PowerOutput = { kind: 'supply.set', voltage: setpoint.voltage, current };
  if (stale && !phase.stale) return enter(state, next, set, { kind: 'warning', what: 'measurement-stale' });
  return enter(state, next, set);
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
      if (line.contactors?.closed) return fail(state, 'contactors-welded', now);
      return beginCableCheck(state, input.ev, now);
    case 'preCharge': {
      if (phase.at !== 'insulated' && phase.at !== 'preCharge') return refused();
      if (!isPlausibleTarget(input.voltage, evse)) return refused();
      const voltage = Math.min(input.voltage, phase.ev.maxVoltage, evse.maxVoltage);
      if (phase.at === 'insulated') {
        const until = after(now, timing.preCharge);
        return hold(state, { at: 'preCharge', ev: phase.ev, voltage, reached: false, until, refreshAt: now }, now);
      }
      if (voltage === phase.voltage) return stay(state);
      const far = line.meter === undefined || Math.abs(line.meter.voltage - voltage) > limits.preChargeTolerance;
      return hold(state, { ...phase, voltage, reached: phase.reached && !far }, now);
    }
    case 'powerDelivery': {
      if (phase.at === 'delivery') return stay(state);
      if (phase.at !== 'preCharge' || !phase.reached) return refused();
      const setpoint = { voltage: phase.voltage, current: limits.preChargeCurrent, limited: unlimited };
      const { ev, refreshAt } = phase;
      return enter(state, { at: 'delivery', ev, setpoint, current: setpoint.current, rampedAt: now, stale: false, refreshAt });
    }
    case 'demand': {
      if (phase.at !== 'delivery') return refused();
      const plausible = isPlausibleTarget(input.voltage, evse);
      // The last plausible voltage is kept, the current is followed: a car that wants none must get none.
      const setpoint = clampTarget(plausible ? input.voltage : phase.setpoint.voltage, input.current, phase.ev, evse);
      const { at, ev, current, rampedAt, stale, refreshAt } = phase;
      const delivered = deliver(state, { at, ev, setpoint, current, rampedAt, stale, refreshAt }, now);
      return plausible ? delivered : go(delivered.state, ...delivered.outputs, { kind: 'refused', request: 'demand' });
    }
    case 'stop':
      if (isLive(phase) || phase.at === 'cableCheck') return stop(state, false, now);
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

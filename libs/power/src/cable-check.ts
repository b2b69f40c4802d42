import { after, between, go, stay } from '@pilotwire/machine';
import type { Duration, Instant } from '@pilotwire/machine';
import { limits, timing } from './limits.js';
import { cableCheckVoltage } from './rules.js';
import type { EvLimits } from './rules.js';
import type { CableCheck, PowerFault, PowerOutput, PowerPathState } from './state.js';
import { enter, fail, lostDevice, pilotLost, ready } from './steps.js';
import type { PowerStep } from './steps.js';

/** What it means that a step took too long. */
const overdue: Readonly<Record<CableCheck['step'], PowerFault>> = {
  pilot: 'pilot-not-ready',
  closing: 'contactors-not-closed',
  discharging: 'not-discharged',
  selfTest: 'self-test-timeout',
  raising: 'test-voltage',
  measuring: 'isolation-timeout',
  lowering: 'not-discharged',
};

/**
 * The cable check begins, by telling source and contactors to be off: after that they may be told otherwise, even where they
 * fell to off by themselves before. A car that is not in C or D yet is waited for (ISO 15118-3 lets it be late).
 */
export function beginCableCheck(state: PowerPathState, ev: EvLimits, now: Instant): PowerStep {
  const phase: CableCheck = {
    at: 'cableCheck',
    step: 'pilot',
    since: now,
    until: after(now, timing.pilotExpected),
    ev,
    voltage: cableCheckVoltage(ev.maxVoltage, state.evse.maxVoltage),
    samples: 0,
    late: false,
  };
  const { state: next, outputs } = checkCable({ ...state, phase }, phase, now);
  return go(next, { kind: 'supply.off' }, { kind: 'contactors.open' }, ...outputs);
}

/**
 * One step of the cable check (IEC 61851-23:2023 CC.4.1): close, see the cable discharged, let the isolation monitor
 * test itself, raise the test voltage, take samples, and discharge again.
 */
export function checkCable(state: PowerPathState, phase: CableCheck, now: Instant): PowerStep {
  const { line, evse } = state;
  const meter = line.meter !== undefined && line.meter.at > phase.since ? line.meter : undefined;
  const imd = line.imd !== undefined && line.imd.at > phase.since ? line.imd : undefined;

  switch (phase.step) {
    case 'pilot':
      if (ready(line) && !pilotLost(line, now)) {
        const refreshed = { ...state, refreshAt: after(now, timing.refresh) };
        return next(refreshed, phase, 'closing', timing.contactorsClose, now, { kind: 'contactors.close' });
      }
      if (now < phase.until || phase.late) break;
      return enter(
        state,
        { ...phase, late: true, until: after(now, timing.pilotAwaited) },
        { kind: 'warning', what: 'pilot-late' },
      );
    case 'closing':
      if (!line.contactors?.closed || line.contactors.at <= phase.since) break;
      return next(state, phase, 'discharging', timing.discharge, now);
    case 'discharging':
      if (meter === undefined || !(meter.voltage < limits.safeVoltage)) break;
      if (!evse.isolationMonitor) return finish(state, phase, 'no-imd', now);
      return next(state, phase, 'selfTest', timing.isolationSelfTest, now, { kind: 'imd.start' });
    case 'selfTest':
      if (imd?.selfTest === 'failed') return fail(state, 'self-test-failed', now);
      if (imd?.selfTest !== 'passed') break;
      return next(state, phase, 'raising', timing.testVoltage, now, testSetpoint(phase));
    case 'raising':
      if (meter === undefined || !(Math.abs(meter.voltage - phase.voltage) <= limits.testVoltageTolerance)) break;
      return next(state, phase, 'measuring', timing.isolationSample, now, testSetpoint(phase));
    case 'measuring':
      if (imd === undefined || imd.selfTest === 'running') break;
      if (imd.selfTest === 'failed') return fail(state, 'self-test-failed', now);
      // Isolation that was measured without the test voltage, or nobody knows at which, is not proven.
      if (line.meter === undefined || between(line.meter.at, now) >= timing.measurementMaxAge) break;
      if (!(Math.abs(line.meter.voltage - phase.voltage) <= limits.testVoltageTolerance)) break;
      // Not a number is no proof of isolation.
      if (!(imd.resistance >= limits.isolationFault)) return fail(state, 'isolation-fault', now);
      if (phase.samples + 1 === limits.isolationSamples) {
        return next(state, phase, 'lowering', timing.discharge, now, { kind: 'supply.off' });
      }
      return next(
        state,
        { ...phase, samples: phase.samples + 1 },
        'measuring',
        timing.isolationSample,
        now,
        testSetpoint(phase),
      );
    case 'lowering':
      if (meter === undefined || !(meter.voltage < limits.safeVoltage)) break;
      return finish(state, phase, 'valid', now);
  }
  return now >= phase.until ? fail(state, overdue[phase.step], now) : stay(state);
}

/** What the source is set to while the test voltage stands. */
export const testSetpoint = ({ voltage }: CableCheck): PowerOutput => ({
  kind: 'supply.set',
  voltage,
  current: limits.preChargeCurrent,
});

function next(
  state: PowerPathState,
  phase: CableCheck,
  step: CableCheck['step'],
  limit: Duration,
  now: Instant,
  ...outputs: PowerOutput[]
): PowerStep {
  return enter(state, { ...phase, step, since: now, until: after(now, limit) }, ...outputs);
}

/**
 * The cable has been checked, by what the devices say now: one that has gone silent meanwhile ends the check, and one
 * that has not spoken since the step began is waited for.
 */
function finish(state: PowerPathState, phase: CableCheck, isolation: 'valid' | 'no-imd', now: Instant): PowerStep {
  const silent = lostDevice(state.line, timing.measurementMaxAge, now);
  if (silent !== undefined) return fail(state, silent, now);
  const { contactors, supply } = state.line;
  const heard = [contactors, supply].every((reading) => reading !== undefined && reading.at > phase.since);
  return heard ? enter(state, { at: 'insulated', ev: phase.ev }, { kind: 'cableCheck.finished', isolation }) : stay(state);
}

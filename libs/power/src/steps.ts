import { after, between, go, ms } from '@pilotwire/machine';
import type { Duration, Instant, Step } from '@pilotwire/machine';
import { limits, timing } from './limits.js';
import { overVoltageLimit } from './rules.js';
import type { Line, Phase, PowerFault, PowerOutput, PowerPathState } from './state.js';

export type PowerStep = Step<PowerPathState, PowerOutput>;

// A charge takes a hundred thousand steps. A state is therefore built field by field: V8 copies it with a spread and
// a changed field twenty times as slowly.
export const withLine = ({ evse, phase, refreshAt }: PowerPathState, line: Line): PowerPathState => ({
  evse,
  line,
  phase,
  refreshAt,
});

export const enter = ({ evse, line, refreshAt }: PowerPathState, phase: Phase, ...outputs: PowerOutput[]): PowerStep =>
  go({ evse, line, phase, refreshAt }, ...outputs);

/** The car says that it is ready for energy. */
export const ready = (line: Line): boolean => line.pilot === 'C' || line.pilot === 'D';

/** Nobody may be at the plug with power behind it. */
export const gone = (line: Line): boolean => line.pilot === 'A' || line.pilot === 'E' || line.pilot === 'F';

export const pilotLost = (line: Line, now: Instant): boolean => between(line.pilotAt, now) >= timing.pilotMaxAge;

/** Measured at `since` or later, and below the current at which contactors may open. */
export const currentGone = ({ meter }: Line, since: Instant): boolean =>
  meter !== undefined && meter.at >= since && meter.current < limits.openCurrent;

/** Whether the path is, or is being, closed for power: leaving C or D is then a fault. */
export function isLive(phase: Phase): boolean {
  if (phase.at === 'cableCheck') return phase.step !== 'pilot';
  return phase.at === 'insulated' || phase.at === 'preCharge' || phase.at === 'delivery';
}

/** Whether the contactors have been told to close, and not yet to open. */
export const isClosed = (phase: Phase): boolean =>
  isLive(phase) || phase.at === 'stopping' || phase.at === 'stopped' || phase.at === 'emergency';

/** Whether the devices have not been told again for so long that they have let go: this process was kept from it. */
export const hasLetGo = ({ phase, refreshAt }: PowerPathState, now: Instant): boolean =>
  isClosed(phase) && between(refreshAt, now) >= timing.hold - timing.refresh;

/** Opens the path after the outputs `first`. */
export function open(
  state: PowerPathState,
  why: PowerFault | undefined,
  now: Instant,
  ...first: PowerOutput[]
): PowerStep {
  const phase = { at: 'opening', since: now, until: after(now, timing.contactorsOpen), why } as const;
  return enter(state, phase, ...first, { kind: 'contactors.open' });
}

/** Supply off first, then the contactors: at once where there is no current to speak of. */
export function fail(state: PowerPathState, why: PowerFault, now: Instant): PowerStep {
  const outputs: PowerOutput[] = [{ kind: 'supply.off' }, { kind: 'imd.stop' }];
  if (state.phase.at === 'cableCheck') outputs.push({ kind: 'cableCheck.finished', isolation: 'fault' });
  outputs.push({ kind: 'fault', why });
  const { phase, line } = state;
  // Who has released the path already does not come back to clear a fault.
  const kept = phase.at === 'stopping' && phase.release ? undefined : why;
  const powerless = (phase.at !== 'delivery' && phase.at !== 'stopping') || hasLetGo(state, now);
  const recent = after(now, ms(-timing.measurementMaxAge));
  if (powerless || currentGone(line, recent)) return open(state, kept, now, ...outputs);
  return enter(state, { at: 'emergency', since: now, until: after(now, timing.emergencyOpen), why: kept }, ...outputs);
}

/** What is wrong now, whatever else is going on; the time limits of the phases are not looked at here. */
export function faultOf(state: PowerPathState, now: Instant): PowerFault | undefined {
  const { evse, line, phase } = state;
  if (phase.at === 'stopping') return gone(line) ? 'pilot-left' : undefined;
  if (!isLive(phase)) return undefined;
  if (pilotLost(line, now)) return 'pilot-lost';
  if (!ready(line)) return 'pilot-left';
  if (line.supply?.fault) return 'supply-fault';
  if (phase.at === 'cableCheck') {
    if (phase.step !== 'closing' && !line.contactors?.closed) return 'contactors-opened';
    // The steps before have time limits of their own, which say what is missing.
    if (phase.step === 'closing' || phase.step === 'discharging') return undefined;
    return lostDevice(line, timing.deviceLost, now) ?? overVoltage(state);
  }
  if (!line.contactors?.closed) return 'contactors-opened';
  const silent = lostDevice(line, timing.deviceLost, now);
  if (silent !== undefined) return silent;
  // Comparisons are written so that what is not a number is a fault.
  if (evse.isolationMonitor) {
    const { imd } = line;
    if (imd === undefined || between(imd.at, now) >= timing.isolationMaxAge) return 'isolation-timeout';
    if (imd.selfTest === 'failed' || !(imd.resistance >= limits.isolationFault)) return 'isolation-fault';
  }
  if (phase.at !== 'preCharge' && phase.at !== 'delivery') return undefined;
  if (overVoltage(state) !== undefined) return 'over-voltage';
  if (lasted(line.aboveSince, timing.overEvMaximum, now)) return 'ev-maximum-exceeded';
  if (lasted(line.spreadSince, timing.voltageSpread, now)) return 'voltage-spread';
  return undefined;
}

/** The device whose last word is so old, or that never said one. */
export function lostDevice({ contactors, supply, meter }: Line, age: Duration, now: Instant): PowerFault | undefined {
  const lost = (reading: { readonly at: Instant } | undefined): boolean =>
    reading === undefined || between(reading.at, now) >= age;
  if (lost(contactors)) return 'contactors-lost';
  if (lost(supply)) return 'supply-lost';
  return lost(meter) ? 'measurement-lost' : undefined;
}

function overVoltage({ evse, line, phase }: PowerPathState): PowerFault | undefined {
  if (!('ev' in phase) || line.meter === undefined) return undefined;
  const most = overVoltageLimit(Math.min(phase.ev.maxVoltage, evse.maxVoltage));
  return line.meter.voltage <= most ? undefined : 'over-voltage';
}

const lasted = (since: Instant | undefined, limit: number, now: Instant): boolean =>
  since !== undefined && between(since, now) >= limit;

/** Leaves the path closed or not, but without current. */
export function stop(state: PowerPathState, release: boolean, now: Instant): PowerStep {
  const phase = { at: 'stopping', since: now, until: after(now, timing.currentGone), release } as const;
  return enter(state, phase, { kind: 'supply.off' }, { kind: 'imd.stop' });
}

import { after, earliest } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { SeccEndReason } from '../ends.js';
import { seccTiming as timing } from '../timing.js';
import { caused, fault, wish } from './cause.js';
import type { PowerEvent } from './power.js';
import type { SeccOutput, Session } from './state.js';

/** When a session wants to be woken. */
export function sessionDeadline({ pending, cause, setupUntil, sequenceUntil, ongoingUntil, pilotUntil, starved }: Session) {
  return earliest(
    pending?.at ?? sequenceUntil,
    cause?.rampAt,
    cause?.hardAt,
    setupUntil,
    ongoingUntil,
    pilotUntil,
    starved && after(starved.since, starved.told ? timing.starvedStop : timing.starvedNotice),
  );
}

/** What a timer, a device or a person makes of a session that goes on. */
export interface Change {
  readonly session: Session;
  readonly outputs: readonly SeccOutput[];
}

const change = (session: Session, ...outputs: SeccOutput[]): Change => ({ session, outputs });
const isDue = (at: Instant | undefined, now: Instant): boolean => at !== undefined && at <= now;

/** The reason to end a session now, by its time limits; undefined where none has come. */
export function overdue({ cause, setupUntil, sequenceUntil, pending }: Session, now: Instant): SeccEndReason | undefined {
  if (cause !== undefined && cause.hardAt <= now) return cause.reason;
  if (isDue(setupUntil, now)) return 'communication-setup-timeout';
  return pending === undefined && sequenceUntil <= now ? 'sequence-timeout' : undefined;
}

/** One of the other timers that have come, if any: its deadline is gone or later afterwards. */
export function supervise(session: Session, now: Instant): Change | undefined {
  const { cause, ongoingUntil, pilotUntil, starved, phase } = session;
  if (cause !== undefined && isDue(cause.rampAt, now)) {
    const ramped: Session = { ...session, cause: { ...cause, rampAt: undefined } };
    return session.cable === 'unchecked' ? change(ramped) : change(ramped, { kind: 'power', request: { kind: 'stop' } });
  }
  if (isDue(ongoingUntil, now)) {
    if (phase === 'ContractAuthentication') return change(expired(session, 'authorization-timeout', now));
    if (phase === 'ChargeParameterDiscovery') return change(expired(session, 'parameters-timeout', now));
    return change(expired(session, 'cable-check-timeout', now), { kind: 'power', request: { kind: 'stop' } });
  }
  if (isDue(pilotUntil, now)) {
    return change({ ...session, pilotUntil: undefined }, { kind: 'warning', what: 'state-b-late' });
  }
  if (starved === undefined) return undefined;
  if (!starved.told && isDue(after(starved.since, timing.starvedNotice), now)) {
    const { since } = starved;
    return change(
      { ...session, starved: { since, told: true } },
      { kind: 'starved', since, givesUp: after(since, timing.starvedGivesUp) },
    );
  }
  if (isDue(after(starved.since, timing.starvedStop), now)) return change(caused(session, wish('no-current', now)));
  return undefined;
}

const expired = (session: Session, reason: SeccEndReason, now: Instant): Session => ({
  ...caused(session, fault(reason, now, 'EVSE_Shutdown')),
  ongoingUntil: undefined,
});

/** What the power path tells. */
export function powerTold(session: Session, event: PowerEvent, now: Instant): Change {
  switch (event.kind) {
    case 'measured': {
      const { voltage, current, limited } = event;
      return change({ ...session, voltage, current, limited });
    }
    case 'cableCheck.finished':
      return change(cableChecked(session, event.isolation, now));
    case 'preCharge.reached':
      return change({ ...session, preCharged: true });
    case 'fault': {
      const left = event.why === 'pilot-left';
      const reason = left || event.why === 'isolation-fault' ? event.why : 'power-fault';
      const failed = fault(reason, now, left ? 'EVSE_Shutdown' : 'EVSE_Malfunction', event.why);
      // The cable check's own verdict came first, without its reason.
      const verdict = session.cause?.reason === 'isolation-fault' && session.cause.detail === undefined;
      return change(verdict ? { ...session, cause: failed } : caused(session, failed));
    }
    case 'refused':
      return refused(session, event.request, now);
    case 'warning': {
      const what = event.what === 'pilot-late' ? 'state-c-late' : 'measurement-stale';
      return change(session, { kind: 'warning', what });
    }
    case 'stopped':
    case 'released':
      return change(session);
  }
}

/** Some power paths check the cable on their own as soon as the car is in C: then the result is there before the request. */
function cableChecked(session: Session, isolation: 'valid' | 'fault' | 'no-imd', now: Instant): Session {
  if (session.cable !== 'checking' && session.phase !== 'ParametersAgreed') return session;
  if (isolation === 'valid') return { ...session, cable: 'checked', isolation: 'Valid' };
  if (isolation === 'no-imd' && session.config.withoutIsolationMonitor) {
    return { ...session, cable: 'checked', isolation: 'Warning' };
  }
  const detail = isolation === 'no-imd' ? 'no-imd' : undefined;
  return caused(
    { ...session, cable: 'fault', isolation: isolation === 'fault' ? 'Fault' : 'Invalid' },
    fault('isolation-fault', now, 'EVSE_Malfunction', detail),
  );
}

/** The power path would not. A cable check is asked for again with the next CableCheckReq: it may still be tidying up. */
function refused(session: Session, request: Extract<PowerEvent, { kind: 'refused' }>['request'], now: Instant): Change {
  if (request === 'cableCheck' && session.cable === 'checking') return change({ ...session, cable: 'unchecked' });
  if (request === 'powerDelivery') {
    return change(caused(session, fault('power-fault', now, 'EVSE_Malfunction', 'power-refused')));
  }
  return change(session, { kind: 'warning', what: 'implausible-target', detail: `${session.target} V` });
}

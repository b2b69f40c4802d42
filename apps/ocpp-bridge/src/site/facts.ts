import { blockingFaults } from '@pilotwire/contracts';
import type { AnyEvent, DataOf, events, EventType } from '@pilotwire/contracts';
import { stopReasonOf } from '@pilotwire/station';
import type { EvseFact, EvseState, Fault, Reading, StopReason } from '@pilotwire/station';

/** What of an outlet decides how an event is read. */
export type Outlet = Pick<EvseState, 'plugged' | 'session' | 'reading' | 'unsureUntil'>;

type Data<Type extends EventType> = DataOf<(typeof events)[Type]>;

/**
 * What an event of a gateway means to a charging station (the mapping of events to OCPP). The time of the event is the time
 * of the fact. An event of a session that is over, or has been overtaken, means nothing.
 */
export function factsOf(event: AnyEvent, outlet: Outlet, stamp: { readonly utc?: number }): readonly EvseFact[] {
  const { evse, sessionId } = event;
  const at = { evse, ...stamp };
  const facts = read(event, at, outlet);
  if (facts.length === 0 || event.type === 'session.started' || event.type.startsWith('fault.') || event.type.startsWith('slac.')) return facts;
  if (outlet.plugged) return sessionId !== undefined && outlet.session !== undefined && sessionId !== outlet.session ? [] : facts;
  // Nobody saw the plug come; that it went needs no telling then.
  if (sessionId === undefined || event.type === 'session.ended') return [];
  return [{ ...at, kind: 'plugged', session: sessionId }, ...facts];
}

/** A fault of a gateway, as the station has to know it. */
export const faultOf = (name: string, detail?: string): Fault => ({ name, detail, blocks: blockingFaults.get(name) });

type At = { readonly evse: number; readonly utc?: number };

function read(event: AnyEvent, at: At, outlet: Outlet): readonly EvseFact[] {
  const { sessionId: session } = event;
  const data = event.data as unknown;
  switch (event.type as EventType) {
    case 'session.started':
      // Where nobody has told of the end of the one before, that it is over shows by this.
      if (outlet.plugged && outlet.session !== session) return [{ ...at, kind: 'session', session }];
      return [{ ...at, kind: 'plugged', ...(session !== undefined && { session }) }];
    case 'slac.failed':
      return [{ ...at, kind: 'fault', fault: faultOf('slac-failed', (data as Data<'slac.failed'>).why) }];
    case 'slac.matched':
      return [{ ...at, kind: 'fault-cleared', name: 'slac-failed' }];
    case 'v2g.session-setup':
      return [{ ...at, kind: 'identified', evccid: (data as Data<'v2g.session-setup'>).evccid }];
    case 'auth.requested': {
      const { evccid } = data as Data<'auth.requested'>;
      return [...(evccid === undefined ? [] : [{ ...at, kind: 'identified', evccid } as const]), { ...at, kind: 'authorization-wanted' }];
    }
    case 'charge.params': {
      const { evMaxV, evMaxA, evMaxW, soc, energyCapacityWh } = data as Data<'charge.params'>;
      return [{ ...at, kind: 'needs', needs: { maxVoltage: evMaxV, maxCurrent: evMaxA, maxPower: evMaxW, soc, energyCapacity: energyCapacityWh } }];
    }
    case 'charging.started':
    case 'charging.resumed':
      return [{ ...at, kind: 'charging', charging: 'charging' }];
    case 'charging.paused':
      return [{ ...at, kind: 'charging', charging: (data as Data<'charging.paused'>).by === 'ev' ? 'suspended-ev' : 'suspended-evse' }];
    case 'charging.stopped': {
      const stopped = data as Data<'charging.stopped'>;
      return [lastReading(at, session, stopped, outlet.reading), { ...at, kind: 'session-ended', reason: stopReasonOf(stopped.why) }];
    }
    case 'session.phase': {
      const { to, why } = data as Data<'session.phase'>;
      return to === 'ended' ? [{ ...at, kind: 'session-ended', reason: why === undefined ? 'Other' : stopReasonOf(why) }] : [];
    }
    case 'session.ended': {
      const ended = data as Data<'session.ended'>;
      const over: EvseFact = { ...at, kind: 'session-ended', reason: reasonOf(ended.reason, outlet) };
      return [lastReading(at, session, ended, outlet.reading), over, { ...at, kind: 'unplugged' }, { ...at, kind: 'fault-cleared', name: 'slac-failed' }];
    }
    case 'fault.raised': {
      const { fault: name, detail } = data as Data<'fault.raised'>;
      return [{ ...at, kind: 'fault', fault: faultOf(name, detail) }];
    }
    case 'fault.cleared':
      return [{ ...at, kind: 'fault-cleared', name: (data as Data<'fault.cleared'>).fault }];
    default:
      return [];
  }
}

/** A gateway that began anew fell with the power where this process did too, else by itself. */
function reasonOf(reason: string, { unsureUntil }: Outlet): StopReason {
  if (reason === 'restarted') return unsureUntil === undefined ? 'Reboot' : 'PowerLoss';
  return reason === 'shutdown' ? 'Reboot' : stopReasonOf(reason);
}

/** The register at the end is that of the event; nothing flows any more. */
function lastReading(at: At, session: string | undefined, { energyWh, soc }: { energyWh: number; soc?: number | undefined }, last: Reading | undefined): EvseFact {
  return {
    ...at, kind: 'meter',
    reading: { voltage: last?.voltage ?? 0, current: 0, power: 0, energy: energyWh, counter: session, soc: soc ?? last?.soc, temperature: last?.temperature },
  };
}

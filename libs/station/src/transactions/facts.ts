import { identify, wantAuthorization } from '../authorization/session.js';
import { reviewLimits } from './limits.js';
import { sayFault } from '../connectors/status.js';
import { sampleReading } from '../meter/sampling.js';
import { advance } from '../meter/register.js';
import type { EvseFact } from '../model/inputs.js';
import type { StopReason, Trigger } from '../model/values.js';
import type { Turn } from '../turn.js';
import { change, end } from './change.js';
import { transactionAt } from './record.js';
import type { Stop } from './stop.js';

/** What brought the end about, where the session itself ended. */
function triggerOf(reason: StopReason): Trigger {
  switch (reason) {
    case 'StoppedByEV':
      return 'ChargingStateChanged';
    case 'SOCLimitReached':
    case 'EnergyLimitReached':
      return 'EnergyLimitReached';
    case 'TimeLimitReached':
      return 'TimeLimitReached';
    case 'EVDisconnected':
      return 'EVCommunicationLost';
    case 'Local':
      return 'StopAuthorized';
    case 'Remote':
      return 'RemoteStop';
    case 'DeAuthorized':
      return 'Deauthorized';
    default:
      return 'AbnormalCondition';
  }
}

/** Something happened at an outlet. */
export function happened(turn: Turn, fact: EvseFact): void {
  const { evse: id } = fact;
  if (turn.state.evses[id - 1] === undefined) return;
  settleOld(turn, fact);
  const evse = turn.evse(id);
  switch (fact.kind) {
    case 'plugged': {
      if (evse.plugged) return;
      const authorization = evse.authorization && { ...evse.authorization, until: undefined };
      change(turn, id, { plugged: true, session: fact.session, finishing: false, authorization }, { trigger: 'CablePluggedIn' });
      return wantAuthorization(turn, id);
    }
    case 'session': {
      // What was missed while this process was away: a plug that went, one that came, or one after the other.
      if (evse.plugged && fact.session !== evse.session) happened(turn, { kind: 'unplugged', evse: id });
      if (fact.session !== undefined && !turn.evse(id).plugged) happened(turn, { kind: 'plugged', evse: id, session: fact.session });
      return;
    }
    case 'unplugged': {
      const trigger = evse.charging === 'none' ? 'EVDeparted' : 'EVCommunicationLost';
      const cause: Stop = evse.stopping ?? { reason: 'EVDisconnected', trigger };
      const gone = {
        plugged: false, session: undefined, waiting: false, charging: 'none', stopping: undefined, authorization: evse.plugged ? undefined : evse.authorization,
      } as const;
      change(turn, id, gone, { trigger: cause.trigger, reason: cause.reason, token: cause.token });
      // The last sample knew the car yet.
      return turn.setEvse(id, { finishing: false, evccid: undefined, needs: undefined, reading: undefined });
    }
    case 'authorization-wanted':
      turn.setEvse(id, { waiting: true });
      return wantAuthorization(turn, id);
    case 'identified':
      turn.setEvse(id, { evccid: fact.evccid });
      return identify(turn, id);
    case 'needs':
      turn.setEvse(id, { needs: fact.needs });
      return turn.say({ kind: 'needs', evse: id, needs: fact.needs });
    case 'charging': {
      const { stopping } = evse;
      const ends = fact.charging === 'none' && stopping !== undefined;
      if (fact.charging !== 'none') turn.setEvse(id, { waiting: false });
      if (ends) return change(turn, id, { charging: 'none', authorization: undefined, stopping: undefined }, { ...stopping, tell: true });
      return change(turn, id, { charging: fact.charging }, { trigger: 'ChargingStateChanged', reason: 'Other' });
    }
    case 'session-ended': {
      const cause: Stop = evse.stopping ?? { reason: fact.reason, trigger: triggerOf(fact.reason) };
      const { authorization } = evse;
      const over = { charging: 'none', waiting: false, stopping: undefined, authorization: evse.plugged ? undefined : authorization } as const;
      return change(turn, id, over, { trigger: cause.trigger, reason: cause.reason, token: cause.token });
    }
    case 'fault': {
      const faults = [fact.fault, ...evse.faults.filter(({ name }) => name !== fact.fault.name)].slice(0, 32);
      turn.setEvse(id, { faults });
      return sayFault(turn, id, fact.fault, false);
    }
    case 'fault-cleared': {
      const cleared = evse.faults.find(({ name }) => name === fact.name);
      if (cleared === undefined) return;
      turn.setEvse(id, { faults: evse.faults.filter((one) => one !== cleared) });
      return sayFault(turn, id, cleared, true);
    }
    case 'meter':
      turn.setEvse(id, { reading: fact.reading, lateAt: fact.utc === undefined ? undefined : turn.now, register: advance(evse.register, fact.reading) });
      sampleReading(turn, id);
      return reviewLimits(turn, id);
  }
}

/**
 * A transaction from before the start of this process: its session still runs, or has told how it ended, or it fell with
 * the power. Anything that happens to it shows that it runs, except a car that is plugged in anew.
 */
function settleOld(turn: Turn, fact: EvseFact): void {
  const { unsureUntil } = turn.evse(fact.evse);
  if (unsureUntil === undefined) return;
  const transaction = transactionAt(turn, fact.evse);
  const other = fact.kind === 'plugged' || fact.kind === 'session' ? fact.session !== transaction?.session || fact.session === undefined : false;
  turn.setEvse(fact.evse, { unsureUntil: undefined });
  if (other) lost(turn, fact.evse);
}

/** The session of a transaction is gone, and with it whatever it would have said of its end. */
export function lost(turn: Turn, id: number): void {
  const transaction = transactionAt(turn, id);
  const planned = turn.state.durable.bootReason ?? turn.state.configuration.bootReason ?? 'PowerUp';
  const reason = planned === 'PowerUp' || planned === 'Unknown' ? 'PowerLoss' : 'Reboot';
  turn.setEvse(id, { plugged: false, charging: 'none', session: undefined, authorization: undefined });
  if (transaction !== undefined) end(turn, transaction, { trigger: 'AbnormalCondition', reason });
}

export function lostTick(turn: Turn): void {
  for (const { id, unsureUntil } of turn.state.evses) if (unsureUntil !== undefined && turn.now >= unsureUntil) lost(turn, id);
}

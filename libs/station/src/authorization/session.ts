import { flag } from '../device-model/settings.js';
import { wordOf } from '../connectors/status.js';
import type { Token } from '../model/values.js';
import type { Turn } from '../turn.js';
import { accept, admit } from './accept.js';
import { ask } from './present.js';

/** Who charges where nobody has to be asked. */
const anybody: Token = { id: '', type: 'NoAuthorization' };

/** A car is there, and its session may wait for an authorization; perhaps there is one already, or none is needed. */
export function wantAuthorization(turn: Turn, id: number): void {
  const { authorization, waiting, evccid } = turn.evse(id);
  if (authorization !== undefined) return waiting ? admit(turn, id) : undefined;
  const word = wordOf(turn.state, turn.evse(id));
  if (!flag(turn.state, 'AuthCtrlr.Enabled') && word !== 'Faulted' && word !== 'Unavailable') return accept(turn, id, anybody, undefined, 'free');
  if (waiting && evccid !== undefined) identify(turn, id);
}

/**
 * Autocharge: a car is known by its EVCCID, `VID:` and twelve hex digits, as a MAC address. Anybody can send another's
 * address, and some cars draw theirs by lot: off by default. A refusal changes nothing; a card may still be held.
 */
export function identify(turn: Turn, id: number): void {
  const { evccid, authorization, plugged } = turn.evse(id);
  if (!flag(turn.state, 'PilotwireCtrlr.AutoChargeEnabled') || authorization !== undefined || !plugged) return;
  if (evccid === undefined || !/^[0-9A-Fa-f]{12}$/.test(evccid)) return;
  ask(turn, { id: `VID:${evccid.toUpperCase()}`, type: 'MacAddress' }, { evse: id, to: 'start', by: 'autocharge', remoteStartId: undefined });
}

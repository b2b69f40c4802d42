import { setting } from '../device-model/settings.js';
import { members } from '../device-model/variables.js';
import type { StationState } from '../model/state.js';
import type { Turn } from '../turn.js';

const priority = 'OCPPCommCtrlr.NetworkConfigurationPriority';

/** The CSMS has filled a slot. How its CSMS is reached, the host knows; here, how safe that is. */
export function putNetwork(turn: Turn, slot: number, securityProfile: number): void {
  turn.keep('networks', { ...turn.state.durable.networks, [slot]: securityProfile });
}

/** The slot over which the CSMS speaks: to fill it anew would take its own way back from it (2.1, B09.FR.22). */
export const isInUse = ({ link }: StationState, slot: number): boolean => link?.network?.slot === slot;

/** Whether these slots can be tried in this order (A05.FR.04): each is filled, and so none is less safe than what is in use. 0 is there by itself. */
export const isPriority = ({ durable }: StationState, value: string): boolean =>
  /^\d(\s*,\s*\d)*$/.test(value.trim()) && members(value).every((one) => one === '0' || durable.networks[Number(one)] !== undefined);

/**
 * A connection has been as safe as this, or is to be: less safe ones there are no more (A05.FR.06). Where a slot has shown it, the
 * settings of the machine, which are slot 0 until somebody fills that, are less safe as well.
 */
export function forgetLessSafe(turn: Turn, securityProfile: number): void {
  const { durable, configuration, link } = turn.state;
  const kept = Object.entries(durable.networks).filter(([, profile]) => profile >= securityProfile);
  if (kept.length < Object.keys(durable.networks).length) turn.keep('networks', Object.fromEntries(kept));
  const isThere = (slot: number): boolean => turn.state.durable.networks[slot] !== undefined;
  const own = Number(configuration.variables?.['SecurityCtrlr.SecurityProfile'] ?? 0);
  const shownBy = link?.network !== undefined && isThere(link.network.slot) ? link.network.slot : undefined;
  const stays = (slot: number): boolean => isThere(slot) || (slot === 0 && (shownBy === undefined || own >= securityProfile));
  const before = setting(turn.state, priority);
  const found = members(before).filter((slot) => stays(Number(slot)));
  const after = found.length > 0 ? found.join(',') : String(shownBy ?? 0);
  if (after === before) return;
  turn.keep('variables', { ...turn.state.durable.variables, [priority]: after });
  turn.tell({ what: 'variable', variable: priority, value: after });
}

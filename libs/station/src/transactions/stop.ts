import { after, seconds } from '@pilotwire/machine';
import type { StopReason, Token, Trigger } from '../model/values.js';
import type { Turn } from '../turn.js';
import { change } from './change.js';

/** How long the gateway has to bring a charge down; a DC shutdown takes a few seconds. */
export const stopMost = seconds(20);

export interface Stop {
  readonly reason: StopReason;
  readonly trigger: Trigger;
  readonly token?: Token | undefined;
}

/**
 * Stops whatever goes on at an outlet. Where energy flows, the transaction ends when the gateway says that it no longer
 * does, so that the last reading is in it; a gateway that does not say so is not waited for much longer.
 */
export function stop(turn: Turn, id: number, { reason, trigger, token }: Stop): void {
  const evse = turn.evse(id);
  if (evse.stopping !== undefined) return;
  if (evse.plugged) turn.perform({ do: 'stop', evse: id, reason });
  if (evse.plugged && evse.charging !== 'none') {
    return turn.setEvse(id, { stopping: { reason, trigger, token, until: after(turn.now, stopMost) } });
  }
  deauthorize(turn, id, { reason, trigger, token });
}

/** Takes the authorization back: nothing flows any more, or nobody says so. */
function deauthorize(turn: Turn, id: number, { reason, trigger, token }: Stop): void {
  change(turn, id, { authorization: undefined, stopping: undefined }, { reason, trigger, token, tell: true });
}

export function stopTick(turn: Turn): void {
  for (const { id, stopping } of turn.state.evses) {
    if (stopping !== undefined && turn.now >= stopping.until) deauthorize(turn, id, stopping);
  }
}

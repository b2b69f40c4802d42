import type { Bus } from '@pilotwire/bus';
import { commands } from '@pilotwire/contracts';
import type { Hand } from '../hand.js';

/** What people may ask of a simulated outlet: plug, unplug, fault. */
export async function serveHand(bus: Pick<Bus, 'serve'>, outlet: { readonly station: string; readonly evse: number }, hand: Hand): Promise<void> {
  await bus.serve(commands.plug, outlet, ({ car, soc, until }) =>
    hand.order({ kind: 'plug', ...(car !== undefined && { car }), ...(soc !== undefined && { soc }), ...(until !== undefined && { until }) }));
  await bus.serve(commands.unplug, outlet, () => hand.order({ kind: 'unplug' }));
  await bus.serve(commands.fault, outlet, ({ fault, mend = false }) => hand.order({ kind: 'fault', fault, present: !mend }));
}

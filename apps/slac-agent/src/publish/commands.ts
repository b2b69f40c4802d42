import type { Bus } from '@pilotwire/bus';
import { commands } from '@pilotwire/contracts';
import type { Hand } from '../hand.js';

/** What people may ask of a simulated outlet: plug, unplug, fault. Without one they are told so. */
export async function serveHand(bus: Pick<Bus, 'serve'>, outlet: { readonly station: string; readonly evse: number }, hand: Hand | undefined): Promise<void> {
  const order = (one: Parameters<Hand['order']>[0]) => hand?.order(one) ?? 'not-simulated';
  await bus.serve(commands.plug, outlet, ({ car, soc, until }) =>
    order({ kind: 'plug', ...(car !== undefined && { car }), ...(soc !== undefined && { soc }), ...(until !== undefined && { until }) }));
  await bus.serve(commands.unplug, outlet, () => order({ kind: 'unplug' }));
  await bus.serve(commands.fault, outlet, ({ fault, mend = false }) => order({ kind: 'fault', fault, present: !mend }));
}

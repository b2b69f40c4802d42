import type { Bus } from '@pilotwire/bus';
import { events } from '@pilotwire/contracts';
import type { SessionRecord } from '../session/record.js';
import { percent, wattHours } from '../session/visit.js';

type Outlet = { readonly station: string; readonly evse: number };

/** Says how the session ended that ran when this process' former life did: as far as it was known then. Rejects as `Bus.event` does. */
export async function endFormerLife(bus: Pick<Bus, 'event'>, outlet: Outlet, { id, startedAt, at, phase, energyWh, soc }: SessionRecord): Promise<void> {
  await bus.event(events['session.ended'], outlet, {
    reason: 'restarted', by: 'evse', phase, energyWh: wattHours(energyWh), durationS: Math.max(0, Math.round((at - startedAt) / 1_000)),
    ...(soc !== undefined && { soc: percent(soc) }),
  }, { sessionId: id });
}

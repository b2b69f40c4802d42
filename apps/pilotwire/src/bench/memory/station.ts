import { connectBus } from '@pilotwire/bus';
import { state, stationCommands } from '@pilotwire/contracts';
import { ms } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import { version } from '../../project.js';
import { pause } from '../../site/visitor.js';

/** Of a site that is told nothing else. */
const [station, evse] = ['demo', 1];

/** The outlet of a site, as its bus tells of it. */
export interface Station {
  charging(): boolean;
  close(): Promise<void>;
}

/** Watches the outlet of the site at a broker, which need not be there yet. `holdCard`: and holds a card whenever a charge waits for one. */
export async function watchStation(url: string, clock: Clock, { holdCard }: { readonly holdCard: boolean }): Promise<Station> {
  let phase: string | undefined;
  let left = false;
  const bus = await connectBus({ url, service: 'pilotwire', instance: `memory-${process.pid}`, version: version(), stations: [], mode: 'evse', simulated: true, visitor: true, clock, report: () => undefined });
  const card = async (): Promise<void> => {
    // The bridge may not be there yet, or its CSMS.
    for (; phase === 'authorization' && !left; await pause(clock, ms(2_000))) {
      await bus.request(stationCommands['present-token'], { station }, { token: 'CARD-1', evse }, { timeout: ms(10_000), source: 'person' }).catch(() => undefined);
    }
  };
  await bus.subscribe(state, { station, evse }, (now) => {
    const before = phase;
    ({ phase } = now);
    if (holdCard && phase === 'authorization' && before !== phase) void card();
  });
  return {
    charging: () => phase === 'charging',
    async close() {
      left = true;
      await bus.close();
    },
  };
}

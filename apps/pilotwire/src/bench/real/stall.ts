import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveOutlet } from '@pilotwire/link';
import { liveTimeline } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';

/** A cable with its pilot, and the hand that plugs it in, at a socket that each namespace can reach. */
export interface Stall {
  readonly socket: string;
  plug(): void;
  unplug(): void;
  close(): Promise<void>;
}

export async function openStall(clock: Clock, seed: number): Promise<Stall> {
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-stall-'));
  const socket = join(folder, 'outlet.sock');
  const time = liveTimeline(clock, (mishap) => process.stderr.write(`stall: ${mishap.kind}${'error' in mishap ? `: ${String(mishap.error)}` : ''}\n`));
  const outlet = new SimulatedOutlet(time, { seed, charger: 'default', car: 'default', soc: 20, until: 80, speed: 1, quick: true });
  const served = await serveOutlet(outlet, socket, { clock, report: () => undefined });
  const hand = outlet.hand({ receive: () => undefined, status: () => undefined });
  let id = 0;
  return {
    socket,
    plug: () => hand.send({ id: ++id, kind: 'plug' }),
    unplug: () => hand.send({ id: ++id, kind: 'unplug' }),
    async close() {
      await served.close();
      time.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

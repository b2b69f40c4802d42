import { createInterface } from 'node:readline';
import { keys, resolve } from '@pilotwire/configuration';
import { startOcppBridge } from '@pilotwire/ocpp-bridge';
import type { Io } from '../../io.js';
import { version } from '../../project.js';

/** What the bridge has taken of the machine so far. */
export interface Spent {
  /** The most it ever had, in MB. */
  readonly rss: number;
  /** Seconds of processor time. */
  readonly cpu: number;
}

/** The bridge as a process of its own: says `there`, answers each line of standard input with what it has spent, and ends with it. */
export async function beBridge(given: string, io: Io): Promise<number> {
  const layer = Object.entries(JSON.parse(given) as Record<string, string>).map(([key, value]) => ({ key, value, where: 'bench' }));
  const bridge = await startOcppBridge({ settings: resolve(keys, [layer]).settings, version: version() });
  await io.out.line('there');
  for await (const _ of createInterface({ input: process.stdin })) await io.out.line(JSON.stringify(spent()));
  await bridge.close();
  return 0;
}

function spent(): Spent {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return { rss: (maxRSS * 1_024) / 1e6, cpu: (userCPUTime + systemCPUTime) / 1e6 };
}

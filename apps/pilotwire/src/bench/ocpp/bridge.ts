import { createInterface } from 'node:readline';
import { keys, resolve } from '@pilotwire/configuration';
import { realLines, startOcppBridge } from '@pilotwire/ocpp-bridge';
import { Random } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import type { Io } from '../../io.js';
import { version } from '../../project.js';
import { Calls } from './calls.js';
import type { Counted } from './calls.js';

/** How the bridge stands, and what it has taken of the machine so far. */
export interface Standing extends Counted {
  /** The most it ever had, in MB. */
  readonly rss: number;
  /** Seconds of processor time. */
  readonly cpu: number;
}

/** The bridge as a process of its own: says `there`, answers each line of standard input with how it stands, and ends with it. */
export async function beBridge(given: string, io: Io): Promise<number> {
  const layer = Object.entries(JSON.parse(given) as Record<string, string>).map(([key, value]) => ({ key, value, where: 'bench' }));
  const { settings } = resolve(keys, [layer]);
  const clock = systemClock();
  const chance = new Random('bench');
  const calls = new Calls(() => clock.now());
  const bridge = await startOcppBridge({ settings, version: version(), clock, openLine: calls.over(realLines(settings, { clock, random: () => chance.next() }, () => ({}))) });
  await io.out.line('there');
  for await (const _ of createInterface({ input: process.stdin })) await io.out.line(JSON.stringify({ ...calls.counted, ...spent() }));
  await bridge.close();
  return 0;
}

function spent(): Pick<Standing, 'rss' | 'cpu'> {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return { rss: (maxRSS * 1_024) / 1e6, cpu: (userCPUTime + systemCPUTime) / 1e6 };
}

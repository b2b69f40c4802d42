import { keys, resolve } from '@pilotwire/configuration';
import { startOcppBridge } from '../src/index.js';
import { scaledDay } from './scaled.js';

/** The bridge as a process of its own on a scaled clock: it is there to be killed, and tells how large its heap is where it is asked. */
const given = JSON.parse(process.argv[2] as string) as { readonly day: Parameters<typeof scaledDay>[0]; readonly settings: Record<string, string> };
const day = scaledDay(given.day);
Date.now = day.utc;
const { settings } = resolve(keys, [Object.entries(given.settings).map(([key, value]) => ({ key, value, where: 'test' }))]);
await startOcppBridge({ settings, version: '0', clock: day.clock });
process.on('message', () => {
  // Twice: what has ended in the first may hold what goes in the second.
  (globalThis as { gc?: () => void }).gc?.();
  (globalThis as { gc?: () => void }).gc?.();
  process.send?.(process.memoryUsage().heapUsed);
});
process.stdout.write('ready\n');

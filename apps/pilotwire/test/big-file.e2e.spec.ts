import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { sharedPath } from '../../../tools/shared.js';

const program = fileURLToPath(new URL('../bin/pilotwire.js', import.meta.url));
const capture = sharedPath('captures', '2023-04-16_at_home_Ioniq_in_currentDemandLoop.pcapng');
const GIGABYTE = 1e9;

test.skipIf(capture === undefined || process.platform !== 'linux')('a capture of one gigabyte is decoded in less than 250 MB of memory', async () => {
  const whole = readFileSync(capture as string);
  const times = Math.ceil(GIGABYTE / whole.length);
  function* repeated(): Generator<Buffer> {
    for (let i = 0; i < times; i++) yield whole;
  }
  const child = spawn(process.execPath, [program, 'decode', '--stats', '--json', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  let peak = 0;
  child.stdout.on('data', () => (peak = highWater(child.pid)));
  const watched = async function* (): AsyncGenerator<Buffer> {
    for (const piece of repeated()) {
      peak = Math.max(peak, highWater(child.pid));
      yield piece;
    }
  };
  await pipeline(Readable.from(watched()), child.stdin);
  await once(child, 'close');
  const { messages, errors, types } = JSON.parse(printed) as { messages: number; errors: number; types: { count: number }[] };
  expect(messages % times).toBe(0);
  expect(types.every(({ count }) => count % times === 0)).toBe(true);
  expect(messages / times).toBeGreaterThan(1000);
  expect(errors).toBe(0);
  expect(peak).toBeGreaterThan(0);
  expect(peak).toBeLessThan(250e6);
});

/** The most memory a process has had resident, in bytes. */
function highWater(pid: number | undefined): number {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
}

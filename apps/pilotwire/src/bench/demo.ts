import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CliError } from '../errors.js';
import { appFolder } from '../project.js';
import { figure } from './figure.js';
import type { Figure } from './figure.js';

/** What the view says when the current flows. */
const charging = /current demand/i;

/** From the first line of `pilotwire up` to CurrentDemand, and what the process holds in memory then (where /proc says it). */
export async function demoFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-bench-'));
  const program = fileURLToPath(new URL('bin/pilotwire.js', appFolder));
  const child = spawn(process.execPath, [program, 'up', '--once', '--data', folder, '--mqtt.port', '0', '--history.port', '0'], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NO_COLOR: '1' } });
  try {
    let begin: number | undefined;
    for await (const line of createInterface({ input: child.stdout })) {
      begin ??= performance.now();
      if (!charging.test(line)) continue;
      const took = figure('start.demo', 's', [(performance.now() - begin) / 1_000]);
      const memory = residentOf(child.pid);
      return memory === undefined ? [took] : [took, figure('demo.rss', 'MB', [memory])];
    }
    throw new CliError('pilotwire up ended before there was any current');
  } finally {
    child.kill('SIGKILL');
    await once(child, 'close');
    rmSync(folder, { recursive: true, force: true });
  }
}

function residentOf(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
  } catch {
    return undefined;
  }
}

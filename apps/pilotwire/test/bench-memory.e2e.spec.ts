import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ms } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { pause } from '../src/site/visitor.js';

const clock = systemClock();
const program = fileURLToPath(new URL('../bin/pilotwire.js', import.meta.url));
const services = ['slac-agent', 'v2g-gateway', 'ocpp-bridge', 'history'].map((name) => fileURLToPath(new URL(`../../${name}/dist/main.js`, import.meta.url)));

function possible(): boolean {
  const why = process.platform !== 'linux' ? 'Linux' : services.every((main) => existsSync(main)) ? undefined : 'npm run build';
  if (why !== undefined) console.warn(`skipped: needs ${why}`);
  return why === undefined;
}

/** Processes whose Node lies in the folder: those that are measured. */
const measuredIn = (ground: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/exe`).startsWith(ground);
    } catch {
      return false;
    }
  });

test.runIf(possible())('Ctrl-C ends all that was started to be measured, and leaves nothing behind', async () => {
  const ground = mkdtempSync(join(tmpdir(), 'pilotwire-ground-'));
  const measured = (): string[] => measuredIn(ground);
  const child = spawn(process.execPath, [program, 'bench', '--memory'], { env: { ...process.env, TMPDIR: ground }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const closed = once(child, 'close');
  const runs = (): boolean => child.exitCode === null && child.signalCode === null;
  onTestFinished(async () => {
    // The second ends all at once. Of two that come at the same moment it would hear one.
    for (let asked = 0; asked < 2 && runs(); asked++) {
      child.kill('SIGINT');
      await pause(clock, ms(200));
    }
    await closed;
    rmSync(ground, { recursive: true, force: true });
  }, 60_000);
  // Four services, pilotwire up, npm and what it starts.
  while (runs() && measured().length < 7) await pause(clock, ms(200));
  child.kill('SIGINT');
  expect([await closed, said.join('')]).toEqual([[130, null], 'pilotwire: bench: interrupted\n']);
  expect(measured()).toEqual([]);
  expect(readdirSync(ground)).toEqual([]);
}, 300_000);

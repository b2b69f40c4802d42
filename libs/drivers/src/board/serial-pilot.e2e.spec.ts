import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { after, between, ms } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { startFirmware } from '../../test/firmware.js';
import type { Firmware } from '../../test/firmware.js';
import { take } from '../../test/rig.js';
import { serialPilot } from './serial-pilot.js';

const can = spawnSync('python3', ['-c', 'import pty']).status === 0 && spawnSync('stty', ['--version']).status === 0;
if (!can) console.warn('skipped: needs python3 with pty, and stty');

const clock = systemClock({ background: true });
const folder = mkdtempSync(join(tmpdir(), 'pilotwire-board-'));
afterAll(() => rmSync(folder, { recursive: true }));
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).toReversed()) await one();
});

/** A pseudo-terminal with the real firmware behind it, in real time; `path` is a link to it, as udev makes them. */
async function plugged(path: string): Promise<{ readonly firmware: Firmware; pull(): Promise<void> }> {
  const firmware = startFirmware();
  const pty = spawn('python3', ['-u', fileURLToPath(new URL('../../test/serial_line.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
  const name = await new Promise<string>((resolve) => createInterface(pty.stdout).once('line', resolve));
  pty.stdout.on('data', (octets: Buffer) => firmware.push(octets.toString('latin1')));
  pty.stdout.resume();
  symlinkSync(name, path);
  const begun = clock.now();
  let cancel: () => void;
  const turn = (): void => {
    const said = firmware.once(between(begun, clock.now()));
    if (said !== '') pty.stdin.write(said);
    cancel = clock.wake(after(clock.now(), ms(1)), turn);
  };
  turn();
  let there = true;
  const pull = async (): Promise<void> => {
    if (!there) return;
    there = false;
    cancel();
    unlinkSync(path);
    const gone = new Promise((resolve) => pty.once('exit', resolve));
    pty.stdin.end();
    pty.kill();
    await gone;
  };
  undo.push(pull);
  return { firmware, pull };
}

const until = (done: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): unknown => (done() ? resolve() : clock.wake(after(clock.now(), ms(2)), look));
    look();
  });

describe.skipIf(!can)('over a real line', () => {
  test('the board is found, obeys, measures, is pulled out and plugged in again', async () => {
    const path = join(folder, 'ttyBoard');
    const pilot = take(serialPilot({ clock, path, report: () => undefined }));
    undo.push(() => pilot.close());
    await until(() => pilot.statuses.length > 0);
    expect(pilot.statuses).toEqual([{ state: 'down', why: `${path}: it is missing: is the pilot board plugged in? Those that are there: ls /dev/serial/by-id` }]);

    const { firmware, pull } = await plugged(path);
    await until(() => pilot.heard.length > 10);
    firmware.set('pilot', 9);
    pilot.send({ signal: 'digital' });
    await until(() => firmware.signal() === 'digital' && pilot.heard.at(-1)?.volts === 9);
    expect(pilot.heard.at(-1)).toEqual({ kind: 'reading', volts: 9, pwm: true, proximity: 1_500 });

    await pull();
    await until(() => pilot.statuses.at(-1)?.state === 'down');
    const again = await plugged(path);
    await until(() => again.firmware.signal() === 'digital');

    pilot.close();
    await until(() => again.firmware.signal() === 'x1');
    const next = take(serialPilot({ clock, path, report: () => undefined }));
    await until(() => next.heard.length > 10);
    expect(next.statuses.at(-1)).toEqual({ state: 'up' });
    next.close();
  });

  test('what is no serial line is told', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    const pilot = take(serialPilot({ clock, path, report: () => undefined }));
    undo.push(() => pilot.close());
    await until(() => pilot.statuses.length > 0);
    expect(pilot.statuses).toEqual([{ state: 'down', why: `${path}: it is no serial line` }]);
  });
});

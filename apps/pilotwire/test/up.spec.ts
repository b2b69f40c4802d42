import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tapTopics } from '@pilotwire/bus';
import type { AnyEvent } from '@pilotwire/contracts';
import { systemClock } from '@pilotwire/runtime';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { Inbox } from '../../../tools/inbox.js';
import { clockTime } from '../src/site/units.js';

const program = fileURLToPath(new URL('../bin/pilotwire.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pilotwire-up-'));
const children = new Set<ChildProcess>();
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
// The first use bundles the program.
beforeAll(async () => {
  await once(spawn(process.execPath, [program, '--version'], { stdio: 'ignore' }), 'close');
});

/** A charge of a percent: the real protocol, and a battery that is full in no time. */
const short = ['--car.soc', '79', '--car.until', '80', '--outlet.speed', '200'];
const long = ['--car.soc', '20', '--car.until', '80', '--outlet.speed', '1'];

function up(data: string, ...args: string[]) {
  // Ports of its own: several begin at once.
  const child = spawn(process.execPath, [program, 'up', '--mqtt.port', '0', '--v2g.sdpPort', '0', '--history.enabled', 'no', '--data', join(folder, data), ...args], { cwd: folder });
  children.add(child);
  const lines = new Inbox<string>();
  const errors: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines.put(part);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const closed = once(child, 'close').then(([code]) => code as number | null);
  const saw = (part: string) => lines.until((all) => all.some((line) => line.includes(part)));
  return { child, lines, errors, closed, saw };
}

const brokerOf = (lines: readonly string[]): string => /mqtt:\/\/127\.0\.0\.1:\d+/.exec(lines.join('\n'))?.[0] ?? '';

describe.concurrent('pilotwire up', { timeout: 120_000 }, () => {
  test('--once: a whole charge, each line of which is an event that everybody on the bus hears', async ({ expect: expectHere }) => {
    const began = performance.now();
    const { lines, errors, closed, saw } = up('once', '--once', ...short);
    await saw('  broker ');
    const heard: { ts: string; type: string }[] = [];
    const tap = tapTopics({
      url: brokerOf(lines.items), clientId: 'ear', clock: systemClock({ background: true }), filter: 'pilotwire/v1/demo/#',
      onUp: () => undefined, onDown: () => undefined,
      onMessage: ({ topic, payload }) => {
        const { ts, type } = JSON.parse(payload || '{}') as Partial<AnyEvent>;
        if (ts !== undefined) heard.push({ ts, type: type ?? topic.split('/').slice(5).join('/') });
      },
    });
    await saw('current demand: ');
    const demanded = performance.now() - began;
    const code = await closed;
    await tap.close();
    const told = lines.items.filter((line) => /^\d\d:/.test(line));
    let at = 0;
    for (const part of [
      'found: no car is plugged in', 'the car is plugged in', 'pilot B2, 5 % duty cycle', 'SLAC: who is at the other end?', 'SLAC: matched with', 'SDP: at 127.0.0.1:',
      'handshake: urn:din:70121:2012:MsgDef', 'session setup: EVCCID', 'authorization given (', 'parameters: up to', 'cable check at',
      'cable check: isolation valid', 'pre-charge to', 'current demand: ', ' kW ', 'current ends: completed, by ev', 'welding detection', 'session ended: completed, by ev', 'delivered ',
    ]) {
      const found = told.findIndex((line, i) => i >= at && line.includes(part));
      expectHere(found, `${part} after line ${at} of\n${told.join('\n')}`).toBeGreaterThanOrEqual(0);
      at = found;
    }
    for (const part of ['contactors closed', 'session stop', 'contactors open', 'pilot A: the plug is out']) expectHere(told.some((line) => line.includes(part)), part).toBe(true);
    const stamps = new Set(heard.map(({ ts }) => `${clockTime(ts)}.${ts.slice(20, 23)}`));
    expectHere(told.filter((line) => !stamps.has(line.slice(0, 12)))).toEqual([]);
    expectHere(Math.max(...lines.items.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expectHere([code, errors]).toEqual([0, []]);
    expectHere(demanded).toBeLessThan(45_000); // 13 s where nothing else is to be done
  });

  test('Ctrl-C in the middle of a charge ends it in order, and the program with it', async ({ expect: expectHere }) => {
    const { child, lines, errors, closed, saw } = up('interrupted', ...long);
    await saw(' kW ');
    const began = performance.now();
    child.kill('SIGINT');
    child.kill('SIGINT'); // npm hands on what the terminal has told already
    expectHere([await closed, errors]).toEqual([0, []]);
    expectHere(performance.now() - began).toBeLessThan(12_000);
    const end = lines.items.slice(lines.items.findIndex((line) => line.startsWith('-- ending the charge in order')));
    for (const part of ['current ends: operator-stop, by person', 'session stop', 'session ended: operator-stop, by person']) expectHere(end.join('\n')).toContain(part);
    expectHere(end.at(-1)).toMatch(/^-- ended in order, after \d.* Wh; goodbye$/);
  });

  test('beside one that runs: the port is taken and said so, its data is not touched; a second Ctrl-C ends at once', async ({ expect: expectHere }) => {
    const first = up('beside', ...long);
    await first.saw('found: no car is plugged in');
    const port = brokerOf(first.lines.items).split(':').at(-1) ?? '';
    const second = spawn(process.execPath, [program, 'up', '--mqtt.port', port, '--history.enabled', 'no', '--data', join(folder, 'beside')], { cwd: folder });
    const [out, err]: string[][] = [[], []];
    second.stdout.on('data', (text: Buffer) => out?.push(text.toString()));
    second.stderr.on('data', (text: Buffer) => err?.push(text.toString()));
    const [code] = (await once(second, 'close')) as [number];
    expectHere(out?.join('')).toMatch(new RegExp(`mqtt://127\\.0\\.0\\.1:(?!${port} )\\d+, in this process \\(port ${port} is taken\\)`));
    expectHere(out?.join('')).toMatch(/npx pilotwire watch --mqtt\.url mqtt:\/\/127/);
    expectHere(err?.join('')).toMatch(/^pilotwire: up: data is in use: process \d+ has this journal: .*; is Pilotwire running already\? --data names another folder\n$/);
    expectHere(code).toBe(1);
    await first.saw('cable check at');
    first.child.kill('SIGINT');
    await first.saw('ending the charge');
    const clock = systemClock();
    await new Promise<void>((resolve) => void clock.wake((clock.now() + 550) as ReturnType<typeof clock.now>, resolve));
    first.child.kill('SIGINT');
    expectHere([0, 130]).toContain(await first.closed);
  });
});


import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { protocols } from '@pilotwire/station';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { liveStation } from '../../../../libs/csms/test/station.js';
import { fakeIo } from '../../test/console.js';
import { csms } from './csms.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pilotwire-csms-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A terminal at which lines are typed when the test says so. */
function terminalFor(...args: string[]) {
  const typed: string[] = [];
  let wake: () => void = () => undefined;
  const faked = fakeIo();
  async function* stdin(): AsyncGenerator<Uint8Array> {
    for (;;) {
      for (const line of typed.splice(0)) yield Buffer.from(`${line}\n`);
      if (typed.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const done = csms.run(['--port', '0', ...args], { ...faked.io, stdin });
  return {
    ...faked, done,
    type(line: string): void {
      typed.push(line);
      wake();
    },
    async url(): Promise<string> {
      const [first] = await faked.lines.atLeast(1);
      return /wss?:\/\/[\w.:]+/.exec(first ?? '')?.[0] ?? '';
    },
    until: (text: string | RegExp) => faked.lines.until((lines) => lines.some((line) => (typeof text === 'string' ? line.includes(text) : text.test(line)))),
  };
}

const reading = (energy: number) => ({ voltage: 400, current: 125, power: 50_000, energy, counter: 's', soc: 40 });

describe.each(protocols)('a station of %s', (protocol) => {
  test('is seen to boot and charge, and is told what to do', async () => {
    const terminal = terminalFor();
    await using station = liveStation(await terminal.url(), protocol);
    await terminal.until(/CP-1 {2}boots: Pilotwire One.*; accepted$/);
    await terminal.until('CP-1  outlet 1: Available');
    station.feed({ kind: 'plugged', evse: 1, session: 's' }, { kind: 'authorization-wanted', evse: 1 });
    terminal.type('start 1 CARD-1');
    await terminal.until('CP-1  answers: ');
    station.feed({ kind: 'meter', evse: 1, reading: reading(10) }, { kind: 'charging', evse: 1, charging: 'charging' });
    await terminal.until(/CP-1 {2}outlet 1: transaction …?\w+ began, token CARD-1/);
    terminal.type('stop');
    await terminal.lines.until((lines) => lines.filter((line) => line.includes('answers: Accepted')).length + lines.filter((line) => line.includes('"Accepted"')).length >= 2);
    station.feed({ kind: 'meter', evse: 1, reading: reading(2_510) }, { kind: 'session-ended', evse: 1, reason: 'Remote' });
    station.feed({ kind: 'charging', evse: 1, charging: 'none' }, { kind: 'unplugged', evse: 1 });
    await terminal.until(/transaction …?\w+ ended \(Remote\), 2\.5\d\d kWh/);
    terminal.type('transactions');
    await terminal.until(/CP-1 {2}outlet 1: transaction \S+, since .*, until .* \(Remote\), 2\.5\d\d kWh/);
    terminal.type('quit');
    expect(await terminal.done).toBe(0);
    expect(terminal.errors).toEqual([]);
  });
});

test('for machines each line is JSON, and the transcript has every frame', async () => {
  const file = join(folder, 'frames.jsonl');
  const terminal = terminalFor('--json', '--transcript', file, '--boot', 'pending');
  await using _ = liveStation(await terminal.url(), 'ocpp2.0.1');
  await terminal.until('"kind":"booted"');
  terminal.type('stations');
  await terminal.until('"kind":"stations"');
  terminal.interrupt();
  expect(await terminal.done).toBe(0);
  const kinds = terminal.printed.map((line) => (JSON.parse(line) as { kind: string; at: string }).kind);
  expect(kinds.slice(0, 3)).toEqual(['listening', 'connected', 'booted']);
  expect(JSON.parse(terminal.printed.find((line) => line.includes('"stations"')) ?? '')).toMatchObject({ stations: [{ identity: 'CP-1', accepted: false }] });
  const frames = (await readFile(file, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as { direction: string; text: string });
  expect(frames[0]).toMatchObject({ station: 'CP-1', direction: 'in', text: expect.stringContaining('"BootNotification"') as string });
  expect(frames[1]?.text).toContain('"Pending"');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('what is typed without a station, or wrongly, is put right', async () => {
  const terminal = terminalFor();
  const [first = ''] = await terminal.lines.atLeast(1);
  expect(first).toMatch(/^stations connect to ws:\/\/127\.0\.0\.1:\d+\/IDENTITY; type help/);
  terminal.type('report');
  await terminal.until('no station is connected');
  terminal.type('@CP-9 reset');
  await terminal.until('no station CP-9 is connected');
  terminal.type('rest');
  await terminal.until('unknown: rest (did you mean reset?); type help');
  terminal.type('help');
  await terminal.until(/^ {2}start \[EVSE\] TOKEN {2,}start a charge/);
  terminal.type('quit');
  expect(await terminal.done).toBe(0);
});

test('asks for passwords', async () => {
  const file = join(folder, 'passwords');
  await writeFile(file, 'CP-1 the-right-password\n* another-password\n');
  const terminal = terminalFor('--passwords', file);
  const url = await terminal.url();
  await using _ = liveStation(url, 'ocpp1.6', 'CP-1', { password: 'another-password' });
  await terminal.until('CP-1  may not connect: wrong password, or none');
  await using other = liveStation(url, 'ocpp1.6', 'CP-2', { password: 'another-password' });
  await terminal.until('CP-2  boots');
  expect(other.orders).toEqual([]);
  terminal.type('quit');
  await terminal.done;
});

test.each([
  [['x'], 'csms takes no arguments: x'], [['--port', 'http'], '--port is a number from 0 to 65535: http'], [['--boot', 'maybe'], '--boot is accept, pending, reject: maybe'],
  [['--ocpp', '1.5'], '--ocpp is some of 1.6, 2.0.1, 2.1, with commas between: 1.5'], [['--key', 'x'], '--certificate and --key go together'],
  [['--authority', 'x'], '--authority and --authority-key go together'], [['--client-ca', 'x'], '--client-ca goes with --certificate and --key'],
])('%j is refused', async (args, message) => {
  await expect(csms.run(args, fakeIo().io)).rejects.toThrow(message);
});

test('a port that is taken is told of', async () => {
  const terminal = terminalFor();
  const port = new URL(await terminal.url()).port;
  await expect(csms.run(['--port', port], fakeIo().io)).rejects.toThrow(`port ${port} is taken; --port takes another`);
  terminal.type('quit');
  await terminal.done;
});

import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listInterfaces, makeVeth, openGpioLine, openInterface } from '../src/index.js';
import type { Veth } from '../src/index.js';
import { broadcast, canMakeVeth, frameOf, homeplug, open } from './harness.js';

const project = join(import.meta.dirname, '..');
const silent = { frames: () => undefined, link: () => undefined };
const error = (code: string, message: RegExp) => expect.objectContaining({ name: 'PnetError', code, message: expect.stringMatching(message) });
const runs = promisify(execFile);
/** Runs a program that imports the built package, as its users do. */
const program = (text: string) => runs(process.execPath, ['--input-type=module', '-e', text], { cwd: project });

describe.runIf(canMakeVeth())('an interface', () => {
  let wire: Veth;
  beforeEach(async () => {
    wire = await makeVeth();
  });
  afterEach(() => wire.remove());

  test('tells when it loses its carrier, goes down, comes back, gets another address, and goes for good', async () => {
    const near = open(wire.near, { etherType: 0x88e1 });
    expect(near.links.all).toEqual([]);
    const address = expect.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    expect(await near.links.next()).toEqual({ state: 'up', address });

    await wire.farIp('link', 'set', wire.far, 'down');
    expect(await near.links.next()).toEqual({ state: 'no-carrier', address });
    await wire.farIp('link', 'set', wire.far, 'up');
    expect(await near.links.next()).toEqual({ state: 'up', address });

    await wire.ip('link', 'set', wire.near, 'down');
    expect(await near.links.next()).toMatchObject({ state: 'down' });
    expect(near.send(frameOf(broadcast, '020000000001', homeplug))).toBe(false);
    expect(near.counters().unsent).toBe(1);
    await wire.ip('link', 'set', wire.near, 'up');
    await near.links.next(({ state }) => state === 'up');
    const far = await wire.join();
    far.send(frameOf(broadcast, far.address, homeplug, 'again'));
    expect((await near.frames.next()).bytes).toHaveLength(60);
    expect(near.send(frameOf(broadcast, '020000000001', homeplug))).toBe(true);

    await wire.ip('link', 'set', wire.near, 'address', '02:00:00:00:00:77');
    expect((await near.links.next(({ address: now }) => now === '02:00:00:00:00:77')).state).toBe('up');
    await wire.ip('link', 'del', wire.near);
    await near.links.next(({ state }) => state === 'removed');
    expect(near.send(frameOf(broadcast, '020000000001', homeplug))).toBe(false);
    near.close();
    near.close();
  });

  test('that is not there, is off, or carries no Ethernet is said so', async () => {
    expect(() => openInterface('eth-nowhere', {}, silent)).toThrow(error('no-such-interface', new RegExp(`^eth-nowhere: no such.*there are .*${wire.near}`)));
    expect(() => openInterface('a-name-that-is-too-long', {}, silent)).toThrow(error('no-such-interface', /no such/));
    expect(() => openInterface('lo', {}, silent)).toThrow(error('not-ethernet', /^lo: /));
    await wire.ip('link', 'set', wire.near, 'down');
    expect(() => openInterface(wire.near, {}, silent)).toThrow(error('interface-down', /sudo ip link set/));
    expect(listInterfaces()).toContainEqual({ name: wire.near, address: expect.any(String), up: false, carrier: false });
  });

  test('is closed as often as it is opened: no descriptor and no thread stays', async () => {
    const far = await wire.join();
    const count = () => ['fd', 'task'].map((what) => readdirSync(`/proc/self/${what}`).length);
    const again = async (): Promise<void> => {
      const near = open(wire.near, { promiscuous: true });
      far.send(frameOf(broadcast, far.address, homeplug));
      await near.frames.next();
      near.close();
    };
    await again();
    // Both times out of the callback that closed it.
    await new Promise(setImmediate);
    const before = count();
    for (let i = 0; i < 200; i++) await again();
    await new Promise(setImmediate);
    expect(count()).toEqual(before);
  });

  test('that is closed calls nobody any more, even if it is closed by whom it calls', async () => {
    const far = await wire.join();
    let calls = 0;
    const early = openInterface(wire.near, {}, { frames: () => calls++, link: () => calls++ });
    early.close();
    const witness = open(wire.near);
    const told = new Promise<void>((resolve) => {
      const near = openInterface(wire.near, { etherType: 0x88e1 }, {
        link: () => calls++,
        frames: () => {
          near.close();
          calls++;
          resolve();
        },
      });
    });
    far.send(frameOf(broadcast, far.address, homeplug), 200);
    await told;
    for (let i = 0; i < 200; i++) await witness.frames.next();
    await wire.farIp('link', 'set', wire.far, 'down');
    await witness.links.next(({ state }) => state === 'no-carrier');
    expect(calls).toBe(2);
    witness.close();
  });

  test('goes with its worker', async () => {
    const far = await wire.join();
    const count = (): number => readdirSync('/proc/self/fd').length;
    const once = async (): Promise<void> => {
      const text = `import('@pilotwire/pnet-bindings').then(({ openInterface }) => openInterface(${JSON.stringify(wire.near)}, {}, {
        link: () => undefined, frames: () => require('node:worker_threads').parentPort.postMessage('heard') }))
        .then(() => require('node:worker_threads').parentPort.postMessage('open'))`;
      const worker = new Worker(text, { eval: true, env: process.env, execArgv: [] });
      await new Promise((done, fail) => (worker.once('message', done), worker.once('error', fail)));
      far.send(frameOf(broadcast, far.address, homeplug), 1_000);
      await new Promise((done) => worker.once('message', done));
      await worker.terminate();
    };
    await once();
    const before = count();
    for (let i = 0; i < 10; i++) await once();
    expect(count()).toBeLessThanOrEqual(before);
  });

  test('is for those who may: others are told how to be let in', async () => {
    const { stdout } = await program(`
      import { openInterface } from '@pilotwire/pnet-bindings';
      process.setgroups([]); process.setgid(65534); process.setuid(65534);
      try { openInterface(${JSON.stringify(wire.near)}, {}, { frames() {}, link() {} }); } catch ({ code, message }) { console.log(JSON.stringify({ code, message })); }`);
    const { code, message } = JSON.parse(stdout) as { code: string; message: string };
    expect(code).toBe('no-permission');
    expect(message).toMatch(/CAP_NET_RAW: sudo setcap .*AmbientCapabilities=CAP_NET_RAW.*cap_add: \[NET_RAW\]/);
    expect(message.length).toBeLessThan(256);
  });

  test('an error in a listener is an uncaught exception, as in any other', async () => {
    const far = await wire.join();
    const run = program(`
      import { openInterface } from '@pilotwire/pnet-bindings';
      openInterface(${JSON.stringify(wire.near)}, { etherType: 0x88e1 }, { frames() { throw new Error('a bug'); }, link() { console.log('open'); } });
    `).catch((failed: { code: number; stderr: string }) => failed);
    // It is there when somebody on the wire is: more than one may be needed.
    let done = false;
    void run.then(() => (done = true));
    while (!done) {
      far.send(frameOf(broadcast, far.address, homeplug));
      await far.counters();
    }
    expect(await run).toMatchObject({ code: 1, stderr: expect.stringContaining('Error: a bug') });
  });
});

describe.runIf(canMakeVeth())('a GPIO line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-gpio-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const input = { direction: 'input', bias: 'pull-up', edges: 'both' } as const;

  test('of no chip, or of what is none, is said so', () => {
    expect(() => openGpioLine('/dev/gpiochip99', 17, input)).toThrow(error('no-such-chip', /^line 17 of \/dev\/gpiochip99: .*gpiochip\*/));
    expect(() => openGpioLine('/dev/null', 1, { direction: 'output', value: false })).toThrow(error('not-a-chip', /no GPIO chip/));
    expect(() => openGpioLine(folder, 1, input)).toThrow(error('not-a-chip', /no GPIO chip/));
    expect(() => openGpioLine('/dev/null', 1.5, input)).toThrow(error('no-such-line', /1\.5/));
    expect(() => openGpioLine('/dev/null', 1, { ...input, bias: 'sideways' as 'pull-up' })).toThrow(error('failed', /sideways/));
  });

  test('of a chip of others is for its group', async () => {
    const path = join(folder, 'chip');
    writeFileSync(path, '');
    chmodSync(path, 0o600);
    chmodSync(folder, 0o755);
    const { stdout } = await program(`
      import { openGpioLine } from '@pilotwire/pnet-bindings';
      process.setgroups([]); process.setgid(65534); process.setuid(65534);
      try { openGpioLine(${JSON.stringify(path)}, 1, { direction: 'input' }); } catch ({ code, message }) { console.log(code, message); }`);
    expect(stdout).toMatch(/^no-permission .*group/);
  });
});

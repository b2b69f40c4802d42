import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectBus, startBroker } from '@pilotwire/bus';
import type { Broker } from '@pilotwire/bus';
import { memoryFolder } from '@pilotwire/journal';
import { after, ms, Random } from '@pilotwire/machine';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { validate } from '../../../libs/station/test/schemas.js';
import { authority } from '../../../libs/ocpp-transport/test/authority.js';
import type { Issued } from '../../../libs/ocpp-transport/test/authority.js';
import { badFrame } from './bad-frames.js';
import { ScriptedGateway } from './gateway.js';
import { compare } from './ledger.js';
import { scaledDay } from './scaled.js';
import { WsCsms } from './ws-csms.js';

/** An hour of the day is a minute. What is waited for in it, at the real pace of processes and sockets, has 20 s and more there. */
const speed = 60;
const outfile = fileURLToPath(new URL('../dist/e2e/garbage.mjs', import.meta.url));

beforeAll(async () => {
  const banner = { js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);" };
  await build({ entryPoints: [fileURLToPath(new URL('child.ts', import.meta.url))], outfile, bundle: true, platform: 'node', format: 'esm', conditions: ['@pilotwire/source'], banner, logLevel: 'error' });
  // The schemas are read once, and that takes long: not while a bridge waits for its answer.
  validate('ocpp2.0.1', 'Heartbeat', 'req', {});
}, 120_000);

/** A car that charges, at a bridge in a process of its own, whose CSMS has lost its mind. */
class Rig implements AsyncDisposable {
  readonly day = scaledDay({ began: Date.now(), at: Date.now(), speed });
  readonly csms = new WsCsms({ protocol: 'ocpp2.0.1', clock: this.day.clock, utc: this.day.utc, delay: 500 });
  /** Of this bridge alone: one that is tried again finds nothing of the try before. */
  readonly folder = mkdtempSync(join(tmpdir(), 'pilotwire-garbage-'));
  broker!: Broker;
  gateway!: ScriptedGateway;
  errors = '';
  #child!: ChildProcess;
  #charging: Promise<void> = Promise.resolve();
  #over = false;

  static async open(more: Readonly<Record<string, string>> = {}, tls?: Issued & { readonly root: string }): Promise<Rig> {
    const rig = new Rig();
    rig.broker = await startBroker();
    await rig.csms.open(tls);
    const { clock, utc } = rig.day;
    const common = { url: rig.broker.url, version: '0', mode: 'evse', simulated: true, clock, time: utc, report: () => undefined } as const;
    rig.gateway = await ScriptedGateway.open({ bus: (given) => connectBus({ ...common, ...given }), wallClock: utc, station: 'demo', evse: 1, folder: memoryFolder() });
    const ca = join(rig.folder, 'ca.pem');
    if (tls !== undefined) writeFileSync(ca, tls.root);
    const settings = {
      data: rig.folder, ...(tls !== undefined && { 'ocpp.ca': ca }), 'mqtt.url': rig.broker.url, 'ocpp.url': rig.csms.url, 'ocpp.protocols': 'ocpp2.0.1', 'ocpp.securityProfile': '1', 'ocpp.password': 'sixteen-letters-', authorization: 'free',
      // Seldom: a sample that is taken before the bridge has heard of the current would be told first, and the current with its time.
      'ocpp.variables': 'SampledDataCtrlr.TxUpdatedInterval=900', ...more,
    };
    const day = { began: performance.timeOrigin + performance.now(), at: utc(), speed };
    const child = spawn(process.execPath, ['--expose-gc', outfile, JSON.stringify({ day, settings })], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    rig.#child = child;
    child.stderr?.on('data', (text) => void (rig.errors += String(text)));
    await Promise.race([once(child.stdout as NonNullable<typeof child.stdout>, 'data'), once(child, 'exit').then(() => Promise.reject(new Error(rig.errors)))]);
    expect(await rig.until(() => rig.csms.calls.some(({ action }) => action === 'StatusNotification'))).toBe(true);
    return rig;
  }

  /** Seconds of the day. */
  pass(seconds: number): Promise<void> {
    const { clock } = this.day;
    return new Promise((resolve) => void clock.wake(after(clock.now(), ms(1_000 * seconds)), resolve));
  }

  async until(done: () => boolean, seconds = 1_800): Promise<boolean> {
    const { clock } = this.day;
    for (const end = after(clock.now(), ms(1_000 * seconds)); !done() && clock.now() < end; ) await this.pass(3);
    return done();
  }

  async charge(): Promise<void> {
    const { gateway } = this;
    await gateway.plug();
    await gateway.ask();
    // No gateway charges before it is told that it may.
    expect(await this.until(() => gateway.heard.length > 0)).toBe(true);
    await gateway.charge();
    const go = async (): Promise<void> => {
      for (; !this.#over; await this.pass(30)) await gateway.batch();
    };
    this.#charging = go();
  }

  /** Ends the charge, and holds what the CSMS has heard of it against what happened: what had no answer in time came again, word for word. */
  async end(): Promise<void> {
    const { gateway, csms } = this;
    this.#over = true;
    await this.#charging;
    // Nobody has told the gateway anything but that everybody may charge.
    expect(gateway.heard.filter(({ command, args }) => command !== 'authorize' || !(args as { accept: boolean }).accept)).toEqual([]);
    const energyWh = Math.round(gateway.energyWh);
    await gateway.stop('ev', 'completed');
    await gateway.unplug();
    expect(await this.until(() => csms.of('TransactionEvent').some(({ eventType }) => eventType === 'Ended'), 7_200), this.errors.slice(-2_000)).toBe(true);
    expect(csms.problems).toEqual([]);
    compare([{ charging: gateway.saidAt('charging.started'), stopped: gateway.saidAt('charging.stopped'), energyWh }], csms.calls, Infinity);
  }

  /** Octets of the bridge's heap after a collection. */
  async heap(): Promise<number> {
    this.#child.send('heap');
    const [octets] = (await once(this.#child, 'message')) as [number];
    return octets;
  }

  /** Bad frames, each answered as it has to be before the next hundred. */
  async flood(random: Random, from: number, to: number): Promise<void> {
    const { csms } = this;
    for (let i = from; i < to; i += 100) {
      const frames = Array.from({ length: Math.min(100, to - i) }, (_, n) => badFrame(i + n, random));
      for (const { text } of frames) csms.raw(text);
      const wanted = frames.filter(({ id, code }) => code !== undefined && id !== '-1');
      expect(await this.until(() => wanted.every(({ id }) => csms.replies.has(id))), this.errors.slice(-2_000)).toBe(true);
      const answer = (id: string): unknown => csms.replies.get(id)?.error?.[0];
      const wrong = frames.filter(({ id, code }) => id !== '-1' && answer(id) !== code);
      expect(wrong.map(({ text, id, code }) => `${text.slice(0, 120)} has ${String(answer(id))}, not ${code}`)).toEqual([]);
      csms.replies.clear();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    await this.#charging;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
    await this.gateway.close();
    await this.csms.close();
    await this.broker.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// Side by side: all of them wait for most of the time.
describe.concurrent('no charge is stopped by a CSMS', { timeout: 400_000 }, () => {
  test('that sends garbage, and it takes no memory', async () => {
    const seed = Number(process.env['PILOTWIRE_SEED'] ?? Math.trunc(Date.now() % 1e6));
    console.log(`seed ${seed}`);
    const random = new Random(seed);
    await using rig = await Rig.open();
    await rig.charge();
    await rig.flood(random, 0, 1_000);
    const before = await rig.heap();
    await rig.flood(random, 1_000, 10_000);
    const now = await rig.heap();
    console.log(`heap: ${(before / 1e6).toFixed(1)} MB after 1,000 bad frames, ${(now / 1e6).toFixed(1)} MB after 10,000`);
    expect(now).toBeLessThan(before * 1.1);
    // A list longer than any station keeps, and one that is none.
    rig.csms.raw(JSON.stringify([2, 'long', 'SendLocalList', { versionNumber: 1, updateType: 'Full', localAuthorizationList: Array.from({ length: 9_000 }, (_, i) => ({ idToken: { idToken: `T${i}`, type: 'ISO14443' }, idTokenInfo: { status: 'Accepted' } })) }]));
    rig.csms.raw(`[2,"longer","DataTransfer",{"vendorId":"x","data":"${'x'.repeat(1_100_000)}"}]`);
    expect(await rig.until(() => rig.csms.replies.has('longer'))).toBe(true);
    expect(rig.csms.replies.get('longer')?.error?.[0]).toBe('FormatViolation');
    await rig.end();
  });

  test('that is slow and then refuses for an hour', async () => {
    await using rig = await Rig.open();
    await rig.charge();
    // Answers that come after nobody waits for them any more.
    rig.csms.delay = 90_000;
    await rig.pass(600);
    rig.csms.delay = 500;
    rig.csms.refuse = 401;
    rig.csms.drop();
    await rig.pass(3_600);
    expect(rig.csms.refused).toBeGreaterThan(3);
    expect(rig.errors.match(/FailedToAuthenticateAtCsms/g)).toHaveLength(1);
    rig.csms.refuse = undefined;
    await rig.end();
  });

  test('whose certificate has expired, and it is heard once it has a new one', async () => {
    const roots = await authority();
    const good = await roots.issue('localhost');
    await using rig = await Rig.open({ 'ocpp.securityProfile': '2' }, { ...good, root: roots.root });
    await rig.charge();
    await rig.pass(60);
    await rig.csms.close();
    await rig.csms.open(await roots.issue('localhost', { from: new Date(0), to: new Date(Date.now() - 1_000) }));
    expect(await rig.until(() => rig.errors.includes('InvalidCsmsCertificate'), 3_600)).toBe(true);
    await rig.pass(1_200);
    expect(rig.csms.connected).toBe(false);
    await rig.csms.close();
    await rig.csms.open(good);
    await rig.end();
  });
});

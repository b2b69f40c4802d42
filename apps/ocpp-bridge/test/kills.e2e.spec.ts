import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectBus, startBroker } from '@pilotwire/bus';
import type { Broker, Bus } from '@pilotwire/bus';
import { stationCommands } from '@pilotwire/contracts';
import { memoryFolder } from '@pilotwire/journal';
import { after, ms, Random } from '@pilotwire/machine';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { ScriptedGateway } from './gateway.js';
import { compare } from './ledger.js';
import type { Deed } from './ledger.js';
import { scaledDay } from './scaled.js';
import { WsCsms } from './ws-csms.js';

const speed = 40;
const noon = Date.UTC(2026, 0, 1, 12);
const outfile = fileURLToPath(new URL('../dist/e2e/child.mjs', import.meta.url));

beforeAll(async () => {
  // Packages that are no ES modules ask for `require` in a bundle that is one.
  const banner = { js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);" };
  await build({ entryPoints: [fileURLToPath(new URL('child.ts', import.meta.url))], outfile, bundle: true, platform: 'node', format: 'esm', conditions: ['@pilotwire/source'], banner, logLevel: 'error' });
}, 60_000);

/** A bridge that is killed again and again while the gateway goes on. */
class Rig {
  readonly deeds: Deed[] = [];
  kills = 0;
  readonly day = scaledDay({ began: Date.now(), at: noon, speed });
  readonly csms = new WsCsms({ protocol: 'ocpp2.0.1', clock: this.day.clock, utc: this.day.utc, delay: 500 });
  readonly random: Random;
  /** Of this bridge alone: one that is tried again finds nothing of the try before. */
  readonly folder = mkdtempSync(join(tmpdir(), 'pilotwire-kills-'));
  broker!: Broker;
  gateway!: ScriptedGateway;
  bus!: Bus;
  errors = '';
  #child: ChildProcess | undefined;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  async open(): Promise<void> {
    this.broker = await startBroker();
    await this.csms.open();
    const { clock, utc } = this.day;
    const common = { url: this.broker.url, version: '0', mode: 'evse', simulated: true, clock, time: utc, report: () => undefined } as const;
    this.gateway = await ScriptedGateway.open({ bus: (given) => connectBus({ ...common, ...given }), wallClock: utc, station: 'demo', evse: 1, folder: memoryFolder() });
    this.bus = await connectBus({ ...common, service: 'pilotwire', instance: 'person', stations: [], visitor: true });
    await this.start();
    await this.until(() => this.csms.calls.some(({ action }) => action === 'StatusNotification'));
  }

  async start(): Promise<void> {
    const settings = {
      data: this.folder, 'mqtt.url': this.broker.url, 'ocpp.url': this.csms.url, 'ocpp.protocols': 'ocpp2.0.1', 'ocpp.securityProfile': '1', 'ocpp.password': 'sixteen-letters-', authorization: 'require',
      'ocpp.variables': 'AuthCtrlr.OfflineTxForUnknownIdEnabled=true; OCPPCommCtrlr.RetryBackOffWaitMinimum=1; OCPPCommCtrlr.RetryBackOffRepeatTimes=0; OCPPCommCtrlr.RetryBackOffRandomRange=0',
    };
    const day = { began: performance.timeOrigin + performance.now(), at: this.day.utc(), speed };
    const child = spawn(process.execPath, [outfile, JSON.stringify({ day, settings })], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr.on('data', (text) => void (this.errors += String(text)));
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', (code) => reject(new Error(`the bridge ended with ${code}: ${this.errors.slice(-2_000)}`)));
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    this.kills++;
    child.removeAllListeners('exit');
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  /** Seconds of the day. */
  pass(seconds: number): Promise<void> {
    const { clock } = this.day;
    return new Promise((resolve) => void clock.wake(after(clock.now(), ms(1_000 * seconds)), resolve));
  }

  async until(done: () => boolean, seconds = 1_200): Promise<boolean> {
    for (let left = seconds; left > 0 && !done(); left--) await this.pass(1);
    return done();
  }

  /** Killed at a moment between now and so many seconds from now, and started again. */
  async killWithin(seconds: number): Promise<void> {
    await this.pass(seconds * this.random.next());
    await this.kill();
    await this.start();
  }

  async charge(): Promise<void> {
    const { gateway, random } = this;
    await gateway.plug();
    await this.pass(2);
    await gateway.ask();
    const before = gateway.heard.length;
    const letIn = (): boolean => gateway.heard.length > before;
    for (let n = 0; n < 50 && !letIn(); n++) {
      const held = await this.bus.request(stationCommands['present-token'], { station: 'demo' }, { token: 'CARD-1', evse: 1 }, { timeout: 20_000 }).catch(() => undefined);
      // A card that was taken is not held again at once, even if nobody heard that it was: the second time it ends what the first began.
      await this.until(letIn, held?.status === 'rejected' ? 40 : 400);
    }
    expect(letIn()).toBe(true);
    await gateway.charge();
    for (let n = 0; n < 3; n++) {
      const killed = this.killWithin(40);
      for (let batches = random.int(4, 12); batches > 0; batches--) {
        await this.pass(5);
        await gateway.batch();
      }
      await killed;
    }
    const energyWh = Math.round(gateway.energyWh);
    await gateway.stop('ev', 'completed');
    if (random.next() < 0.5) await this.killWithin(5);
    await gateway.unplug();
    this.deeds.push({ charging: gateway.saidAt('charging.started'), stopped: gateway.saidAt('charging.stopped'), energyWh });
    await this.pass(10);
    // Hours pass in which nothing happens.
    await this.kill();
    this.day.skip(8_000_000);
    await this.start();
  }

  async close(): Promise<void> {
    await this.kill();
    await this.gateway.close();
    await this.bus.close();
    await this.csms.close();
    await this.broker.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

test('a CSMS that was away for a day hears of ten charges from a process that was killed thirty times and more', async () => {
  const seed = Number(process.env['PILOTWIRE_SEED'] ?? Math.trunc(Date.now() % 1e6));
  console.log(`seed ${seed}`);
  const rig = new Rig(seed);
  await rig.open();
  try {
    await rig.csms.close();
    for (let n = 0; n < 10; n++) await rig.charge();
    await rig.csms.open();
    const ended = (): boolean => new Set(rig.csms.of('TransactionEvent').filter(({ eventType }) => eventType === 'Ended').map(({ transactionInfo }) => (transactionInfo as { transactionId: string }).transactionId)).size === rig.deeds.length;
    // While it connects, and while it tells what it has kept.
    for (let n = 0; n < 8 && !ended(); n++) await rig.killWithin(24);
    expect(await rig.until(ended)).toBe(true);
    await rig.pass(20);
    console.log(`seed ${seed}: ${rig.kills} kills, ${rig.csms.calls.length} calls`);
    expect(rig.kills).toBeGreaterThanOrEqual(30);
    expect(rig.csms.problems).toEqual([]);
    compare(rig.deeds, rig.csms.calls, rig.kills);
  } finally {
    await rig.close();
  }
}, 600_000);

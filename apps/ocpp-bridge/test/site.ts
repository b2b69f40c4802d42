import { memoryBroker, memoryBus } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { keys, resolve } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { anyEvent } from '@pilotwire/contracts';
import type { AnyEvent } from '@pilotwire/contracts';
import { ms, Random, VirtualTime } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';
import type { LogStatus, Order, Protocol } from '@pilotwire/station';
import { crashFolder } from '../../../libs/journal/test/crash-folder.js';
import type { CrashFolder } from '../../../libs/journal/test/crash-folder.js';
import { openBridge, openLogs } from '../src/index.js';
import type { Bridge, StationDriver } from '../src/index.js';
import { MemoryCsms } from './csms.js';
import { ScriptedGateway } from './gateway.js';

/** Noon of a day in 2026. */
export const noon = Date.UTC(2026, 0, 1, 12);

export const settingsOf = (more: Readonly<Record<string, unknown>>): Settings =>
  resolve(keys, [Object.entries(more).map(([key, value]) => ({ key, value, where: 'test' }))]).settings;

/** Lets what waits for a promise happen. */
export const settle = async (): Promise<void> => {
  for (let i = 0; i < 6; i++) await new Promise((done) => setImmediate(done));
};

/** The clock of a timeline: for what lives by wakes. */
export const clockOf = (time: Timeline): Clock => ({
  now: () => time.now,
  wake(at, run) {
    let wanted = true;
    time.schedule(() => wanted && run(), ms(Math.max(0, at - time.now)));
    return () => void (wanted = false);
  },
});

/** A time that stands still for whoever lives in it once its life is over. */
interface Life {
  readonly time: Timeline;
  end(): void;
}
function lifeIn(time: VirtualTime): Life {
  let over = false;
  const actors: { stop(): void }[] = [];
  return {
    time: {
      get now() {
        return time.now;
      },
      schedule: (run, delay) => time.schedule(() => over || run(), delay),
      add(machine, initial, surroundings) {
        const actor = time.add(machine, initial, surroundings);
        actors.push(actor);
        return actor;
      },
    },
    end() {
      over = true;
      for (const actor of actors) actor.stop();
    },
  };
}

export interface SiteOptions {
  readonly protocol?: Protocol;
  readonly evses?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What the clock of the machine shows at the beginning. */
  readonly clock?: number;
}

/** A bridge between a CSMS in memory and scripted gateways, in virtual time. Its disk and its life can be cut off. */
export class Site {
  readonly time = new VirtualTime();
  readonly broker = memoryBroker();
  readonly csms: MemoryCsms;
  readonly gateways: ScriptedGateway[] = [];
  readonly lines: string[] = [];
  readonly events: AnyEvent[] = [];
  readonly uploads: { readonly order: Order; readonly bundle: () => Uint8Array; readonly status: (status: LogStatus) => void }[] = [];
  disk: CrashFolder = crashFolder();
  bridge!: Bridge;
  bus!: Bus;
  watcher!: Bus;
  clockOffset: number;
  readonly #options: SiteOptions;
  readonly #random = new Random(7);
  #life: Life | undefined;
  readonly #anew: (() => Promise<ScriptedGateway>)[] = [];

  private constructor(options: SiteOptions) {
    this.#options = options;
    this.clockOffset = options.clock ?? noon;
    this.csms = new MemoryCsms(this.time, options.protocol ?? 'ocpp2.0.1', () => noon + this.time.now);
  }

  static async open(options: SiteOptions = {}): Promise<Site> {
    const site = new Site(options);
    const clock = clockOf(site.time);
    const common = { version: '0', stations: [], mode: 'evse', simulated: true, clock, time: site.wallClock, report: () => undefined } as const;
    site.watcher = await memoryBus(site.broker, { ...common, service: 'pilotwire', instance: 'watch' });
    await site.watcher.subscribe(anyEvent, {}, (event) => void site.events.push(event));
    await settle();
    const agent = await memoryBus(site.broker, { ...common, service: 'slac-agent', instance: 'agent' });
    await settle();
    for (let evse = 1; evse <= (options.evses ?? 1); evse++) {
      const folder = crashFolder();
      const begin = (): Promise<ScriptedGateway> => ScriptedGateway.open({ bus: (given) => memoryBus(site.broker, { ...common, ...given }), agent, wallClock: site.wallClock, station: 'demo', evse, folder });
      site.gateways.push(await begin());
      site.#anew.push(begin);
    }
    await settle();
    await site.start();
    await site.pass(3_000);
    return site;
  }

  readonly wallClock = (): number => this.clockOffset + this.time.now;

  get gateway(): ScriptedGateway {
    return this.gateways[0] as ScriptedGateway;
  }
  /** The gateway of the first outlet ends, and begins anew: of its former life it knows what is on its disk. */
  async renewGateway(): Promise<void> {
    await this.gateway.close();
    this.gateways[0] = await (this.#anew[0] as () => Promise<ScriptedGateway>)();
    await settle();
  }
  get driver(): StationDriver {
    return this.bridge.units.get('demo')?.driver as StationDriver;
  }

  async start(): Promise<void> {
    const life = lifeIn(this.time);
    this.#life = life;
    const clock = clockOf(life.time);
    const { wallClock } = this;
    this.bus = await memoryBus(this.broker, {
      service: 'ocpp-bridge', instance: 'main', version: '0', stations: ['demo'], mode: 'evse', simulated: true, clock, time: wallClock,
      report: (report) => void (report.kind === 'handler' && this.lines.push(`handler: ${String(report.error)}`)),
    });
    const say = (level: string) => (line: string): void => void this.lines.push(`${level}: ${line}`);
    const settings = settingsOf({ 'ocpp.url': 'ws://csms.example', 'ocpp.evses': this.#options.evses ?? 1, authorization: 'require', ...this.#options.settings });
    const logs = await openLogs(settings, () => Promise.resolve(this.disk), say('warn'));
    this.bridge = openBridge({
      settings, version: '0', bus: this.bus, clock, time: life.time, wallClock, entropy: (length) => this.#random.bytes(length),
      log: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
      openLine: this.csms.openLine,
      upload: (order, bundle, status) => {
        this.uploads.push({ order, bundle, status });
        return () => undefined;
      },
    }, logs);
    await this.bridge.opened;
    await settle();
  }

  /** The process dies: its connections break, and its disk keeps what was synced, with a torn end. */
  async kill(): Promise<void> {
    this.disk = this.disk.crash(this.#random);
    this.broker.cut('pilotwire-ocpp-bridge-main');
    this.#life?.end();
    this.csms.cutOff();
    await this.bus.close();
    await settle();
  }

  /** It ends in order. */
  async end(): Promise<void> {
    await this.bridge.close();
    await this.bus.close();
    await settle();
  }

  async pass(by: number, step = 100): Promise<void> {
    await settle();
    for (let left = by; left > 0; left -= step) {
      this.time.advance(Math.min(left, step));
      await settle();
    }
  }

  async until(done: () => boolean, within = 60_000): Promise<boolean> {
    for (let left = within; left > 0 && !done(); left -= 100) await this.pass(100);
    return done();
  }

  retained(topic: string): Record<string, unknown> | undefined {
    const text = this.broker.retained.get(`pilotwire/v1/demo/${topic}`);
    return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
  }
}

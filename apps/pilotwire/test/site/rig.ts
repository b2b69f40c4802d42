import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectBus } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { anyEvent, commands, role, serviceInfo, serviceStatus } from '@pilotwire/contracts';
import type { AnyEvent, CommandResult, Mode } from '@pilotwire/contracts';
import { after, ms } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import { Inbox } from '../../../../tools/inbox.js';
import { mosquitto } from '../../../../tools/mosquitto.js';
import type { Mosquitto } from '../../../../tools/mosquitto.js';
import { freeUdpPort } from '../../../../tools/ports.js';
import type { Deed } from '../../src/up/outlet.js';
import { Child } from './child.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
export const clock = systemClock({ background: true });
export const pause = (by: number): Promise<void> => new Promise((resolve) => void clock.wake(after(clock.now(), ms(by)), resolve));
const outlet = { station: 'demo', evse: 1 } as const;

/** Where processes stand that are not all in this network: the namespaces of charger and car, and what both are told besides. */
export interface Ground {
  readonly charger: string;
  readonly car: string;
  readonly flags: readonly string[];
  /** Lets both reach the broker at its port of loopback. */
  open(brokerPort: number): Promise<void>;
  close(): Promise<void>;
}

/** A site as it stands on a gateway: a real Mosquitto, slac-agent, v2g-gateway, and the car with its cable; each a process of its own. */
export class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'pilotwire-rig-'));
  readonly events = new Inbox<AnyEvent>();
  readonly deeds = new Inbox<Deed>();
  readonly broker: Mosquitto;
  readonly agent: Child;
  readonly gateway: Child;
  readonly car: Child;
  readonly #ground: Ground | undefined;
  #bus: Bus | undefined;

  private constructor(broker: Mosquitto, ports: readonly number[], flags: readonly string[], ground: Ground | undefined) {
    this.broker = broker;
    this.#ground = ground;
    const [agentPort, gatewayPort, sdpPort] = ports;
    const all = [
      '--data', join(this.folder, 'data'), '--mqtt.url', `mqtt://127.0.0.1:${broker.port}`, '--outlet.url', `unix:${this.folder}/outlet.sock`, '--outlet.quick', 'yes',
      '--pair.agentPort', `${agentPort}`, '--pair.gatewayPort', `${gatewayPort}`, ...flags,
      // A network of its own has the standard's port of its own.
      ...(ground?.flags ?? ['--v2g.sdpPort', `${sdpPort}`]),
    ];
    this.agent = new Child([join(root, 'apps/slac-agent/dist/main.js'), ...all], ground?.charger);
    this.gateway = new Child([join(root, 'apps/v2g-gateway/dist/main.js'), ...all], ground?.charger);
    this.car = new Child([join(root, 'apps/pilotwire/bin/pilotwire.js'), 'car', '--by-command', '--json', ...all], ground?.car);
    this.car.lines.each((line) => {
      if (line.startsWith('{')) this.deeds.put(JSON.parse(line) as Deed);
    });
  }

  static async start(flags: readonly string[] = [], ground?: Ground): Promise<Rig> {
    const broker = await mosquitto();
    const rig = new Rig(broker, await Promise.all([0, 1, 2].map(freeUdpPort)), flags, ground);
    try {
      await rig.#begin();
    } catch (error) {
      await rig.stop();
      throw error;
    }
    return rig;
  }

  async #begin(): Promise<void> {
    await this.broker.start();
    await this.#ground?.open(this.broker.port);
    this.#bus = await connectBus({
      url: `mqtt://127.0.0.1:${this.broker.port}`, service: 'pilotwire', instance: 'rig', version: '0', stations: [], mode: 'evse', simulated: true, clock, report: () => undefined,
    });
    await this.#bus.whenConnected();
    const known = new Set<string>();
    await this.#bus.subscribe(anyEvent, { station: outlet.station }, (event) => {
      // Somebody may ask for what he missed, and then it comes again.
      if (!known.has(event.id)) this.events.put(event);
      known.add(event.id);
    });
    for (const one of [this.car, this.agent, this.gateway]) one.start();
    await this.online('slac-agent');
    await this.online('v2g-gateway');
  }

  get bus(): Bus {
    if (this.#bus === undefined) throw new Error('the rig is not up');
    return this.#bus;
  }

  /** Resolves once a service says that it is there. */
  async online(service: 'slac-agent' | 'v2g-gateway'): Promise<void> {
    await new Promise<void>((resolve) => {
      void this.bus.subscribe(serviceStatus, { service, instance: 'main' }, ({ state }) => {
        if (state === 'online') resolve();
      });
    });
  }

  /** Lets the charger's services play another role, one after the other. */
  async play(mode: Mode): Promise<void> {
    for (const service of ['v2g-gateway', 'slac-agent'] as const) {
      const process = { service, instance: 'main' };
      const ask = async (): Promise<string> => (await this.bus.request(role, process, { role: mode })).code;
      let code = await ask();
      // An agent believes for a moment that a gateway which has just fallen silent still has its session.
      for (let tries = 0; code === 'not-now' && tries < 8; tries++) {
        await pause(250);
        code = await ask();
      }
      if (code !== 'accepted') throw new Error(`${service} does not play ${mode}: ${code}`);
      let told = (): void => undefined;
      const done = new Promise<void>((resolve) => (told = resolve));
      const following = await this.bus.subscribe(serviceInfo, process, (info) => void (info.mode === mode && told()));
      await done;
      await following.unsubscribe();
    }
  }

  /** Asks until it is done: a service that has just begun may not have its ends yet. */
  async order(name: 'plug' | 'unplug' | 'stop' | 'availability', args: object = {}, at: { readonly station: string; readonly evse: number } = outlet): Promise<CommandResult> {
    for (let tries = 0; ; tries++) {
      const result = await this.bus.request(commands[name], at, args as never, { timeout: 1_000 }).catch((error: unknown) => error as CommandResult);
      if (result.status === 'done' || result.status === 'accepted' || tries > 60) return result;
      await pause(250);
    }
  }

  /** Pulls the plug that a test which failed may have left in. */
  async unplugged(): Promise<void> {
    await this.bus.request(commands.unplug, outlet, {}, { timeout: 1_000 }).catch(() => undefined);
  }

  /** Resolves with the first event from `from` on that is what is wanted. */
  async event(wanted: (event: AnyEvent) => boolean, from = 0): Promise<AnyEvent> {
    const all = await this.events.until((events) => events.slice(from).some(wanted));
    return all.slice(from).find(wanted) as AnyEvent;
  }

  /** Plugs in, and resolves once the session has come to a phase. */
  async plugUntil(phase: string): Promise<void> {
    const from = this.events.items.length;
    await this.order('plug');
    await this.reach(phase, from);
  }

  reach(phase: string, from = 0): Promise<AnyEvent> {
    return this.event(({ type, data }) => type === 'session.phase' && (data as { to?: string }).to === phase, from);
  }

  /** Whether something of the hardware is on, as it last said by `at`. */
  isOn(what: Deed['what'], at = Infinity): boolean {
    return this.deeds.items.findLast((deed) => deed.what === what && deed.at <= at)?.on ?? false;
  }

  /** What the processes said, for whoever looks into a failure. */
  get said(): string {
    return Object.entries({ agent: this.agent, gateway: this.gateway, car: this.car })
      .flatMap(([name, { lines }]) => lines.items.filter((line) => !line.startsWith('{')).slice(-40).map((line) => `${name}: ${line}`))
      .join('\n');
  }

  async stop(): Promise<void> {
    for (const one of [this.gateway, this.agent, this.car]) await one.end();
    await this.#bus?.close();
    await this.#ground?.close();
    await this.broker.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

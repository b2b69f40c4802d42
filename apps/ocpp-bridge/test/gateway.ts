import type { Bus, BusOptions, Verdict } from '@pilotwire/bus';
import { commands, events, session, state, telemetryBatch } from '@pilotwire/contracts';
import type { DataOf, EventType, PayloadOf, slacFrames, v2gFrames } from '@pilotwire/contracts';
import type { Folder } from '@pilotwire/journal';

export interface GatewayOptions {
  /** Connects it. */
  readonly bus: (options: Pick<BusOptions, 'service' | 'instance' | 'stations' | 'journal'>) => Promise<Bus>;
  /** The agent beside it, where frames of the power line are to be told. */
  readonly agent?: Bus;
  readonly wallClock: () => number;
  readonly station: string;
  readonly evse: number;
  /** Where its events are kept: what a former life has left is there. */
  readonly folder: Folder;
}

type Phase = PayloadOf<typeof state>['phase'];

/** What a v2g-gateway says and does on the bus, by script: no car, no power. */
export class ScriptedGateway {
  readonly heard: { readonly command: string; readonly args: unknown }[] = [];
  verdict: Verdict = 'done';
  sessionId: string | undefined;
  faults: string[] = [];
  energyWh = 0;
  soc = 20;
  readonly #options: GatewayOptions;
  #bus!: Bus;
  readonly #said = new Map<EventType, number>();
  #phase: Phase = 'idle';
  #sessions = 0;
  #samples = 0;
  #seq = 0;

  private constructor(options: GatewayOptions) {
    this.#options = options;
  }

  static async open(options: GatewayOptions): Promise<ScriptedGateway> {
    const gateway = new ScriptedGateway(options);
    const { bus, station, evse, folder } = options;
    gateway.#bus = await bus({ service: 'v2g-gateway', instance: `gw-${evse}`, stations: [station], journal: () => Promise.resolve(folder) });
    const target = { station, evse };
    for (const name of ['authorize', 'start', 'stop'] as const) {
      await gateway.#bus.serve(commands[name] as (typeof commands)['stop'], target, ({ session: wanted, ...args }) => {
        if (wanted !== undefined && wanted !== gateway.sessionId) return { code: 'not-now', message: 'that session is over' };
        gateway.heard.push({ command: name, args });
        return gateway.verdict;
      });
    }
    await gateway.stands('idle');
    return gateway;
  }

  get #target(): { station: string; evse: number } {
    const { station, evse } = this.#options;
    return { station, evse };
  }
  #stamp(): string {
    return new Date(this.#options.wallClock()).toISOString();
  }

  /** When the last event of a type was said, as it says itself. */
  saidAt(type: EventType): number {
    return this.#said.get(type) ?? Number.NaN;
  }

  async say<Type extends EventType>(type: Type, data: DataOf<(typeof events)[Type]>): Promise<void> {
    // Which data goes with which type is what this was called with.
    const { ts } = await this.#bus.event(events[type] as (typeof events)['session.started'], this.#target, data as never, this.sessionId === undefined ? {} : { sessionId: this.sessionId });
    this.#said.set(type, Date.parse(ts));
  }

  async stands(phase: Phase): Promise<void> {
    this.#phase = phase;
    await this.#bus.publish(state, this.#target, {
      ts: this.#stamp(), seq: this.#seq++, mode: 'evse', simulated: true, phase, contactors: 'open', supply: 'off', available: true, faults: this.faults,
      ...(this.sessionId !== undefined && { sessionId: this.sessionId }),
    });
    await this.#bus.publish(session, this.#target, this.sessionId === undefined ? null : {
      ts: this.#stamp(), id: this.sessionId, startedAt: this.#stamp(), phase, evccid: '020000000002', energyWh: this.energyWh,
    });
  }

  async plug(): Promise<void> {
    const { wallClock, evse } = this.#options;
    const n = ++this.#sessions;
    this.sessionId = `${wallClock().toString(16).padStart(12, '0').replace(/^(.{8})(.{4})$/, '$1-$2')}-7000-8000-${String(evse).padStart(4, '0')}${String(n).padStart(8, '0')}`;
    [this.energyWh, this.#samples] = [0, 0];
    await this.say('session.started', { simulated: true });
    await this.stands('plugged');
  }

  /** The car asks to be let in. */
  async ask(): Promise<void> {
    await this.say('v2g.session-setup', { evccid: '020000000002', v2gSession: '4A1B2C3D4E5F6071', resumed: false });
    await this.say('auth.requested', { evccid: '020000000002' });
    await this.stands('authorization');
  }

  async charge(): Promise<void> {
    await this.say('auth.result', { accepted: true, by: 'csms' });
    await this.say('charge.params', { evMaxV: 420, evMaxA: 300, soc: 20, energyCapacityWh: 64_000, evseMaxV: 1_000, evseMaxA: 400, evseMaxW: 150_000 });
    await this.say('charging.started', { targetV: 420, targetA: 125, soc: 20 });
    await this.stands('charging');
  }

  /** Samples of five seconds at 50 kW. */
  async batch(): Promise<void> {
    const at = this.#options.wallClock();
    const samples = [4, 3, 2, 1, 0].map((ago) => ({
      n: this.#samples++, ts: new Date(at - 1_000 * ago).toISOString(), voltage: 400, current: 125, power: 50_000, soc: this.soc, energyWh: Math.round(this.energyWh += 50_000 / 3_600),
    }));
    const id = (this.sessionId as string).replace(/.{12}$/, String(this.#samples).padStart(12, '0'));
    await this.#bus.publish(telemetryBatch, this.#target, { id, sessionId: this.sessionId as string, samples });
  }

  async stop(by: 'ev' | 'person' | 'evse', why: string): Promise<void> {
    await this.say('charging.stopped', { by, why, energyWh: Math.round(this.energyWh), soc: this.soc });
    await this.say('session.phase', { from: 'stopping', to: 'ended', why });
    await this.stands('ended');
  }

  async unplug(reason = 'completed', by: 'ev' | 'person' | 'evse' | 'line' = 'ev'): Promise<void> {
    await this.say('session.ended', { reason, by, phase: this.#phase, energyWh: Math.round(this.energyWh), durationS: 60, soc: this.soc });
    this.sessionId = undefined;
    await this.stands('idle');
  }

  async frames(contract: typeof slacFrames | typeof v2gFrames, frames: PayloadOf<typeof slacFrames>['frames'], sessionId: string): Promise<void> {
    const payload = { ts: this.#stamp(), sessionId, dropped: 0, frames };
    // A power line's frames are its agent's to tell; this one plays both.
    if (contract.writers !== 'each' && contract.writers.includes('slac-agent')) await this.#options.agent?.publish(contract, this.#target, payload);
    else await this.#bus.publish(contract, this.#target, payload);
  }

  async fault(fault: string): Promise<void> {
    await this.say('fault.raised', { fault });
    this.faults = [...this.faults, fault];
    await this.stands(this.#phase);
  }
  async mend(fault: string): Promise<void> {
    await this.say('fault.cleared', { fault });
    this.faults = this.faults.filter((one) => one !== fault);
    await this.stands(this.#phase);
  }

  close(): Promise<void> {
    return this.#bus.close();
  }
}

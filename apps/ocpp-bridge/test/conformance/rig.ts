import { chmodSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus } from '@pilotwire/bus';
import type { Broker, Bus } from '@pilotwire/bus';
import { stationCommands } from '@pilotwire/contracts';
import { memoryFolder } from '@pilotwire/journal';
import type { Folder } from '@pilotwire/journal';
import { after, ms, Random } from '@pilotwire/machine';
import { openCertificates } from '@pilotwire/ocpp-transport';
import { liveTimeline } from '@pilotwire/runtime';
import type { JsonObject, LogStatus, Protocol } from '@pilotwire/station';
import { openBridge, openLogs, realLines } from '../../src/index.js';
import type { Bridge, StationDriver } from '../../src/index.js';
import type { Call } from '../csms.js';
import { ScriptedGateway } from '../gateway.js';
import type { Scaled } from '../scaled.js';
import { settingsOf } from '../site.js';
import { WsCsms } from '../ws-csms.js';

export interface RigOptions {
  readonly broker: Broker;
  readonly day: Scaled;
  readonly station: string;
  readonly protocol: Protocol;
  readonly evses: number;
  /** Variables of the device model. */
  readonly variables: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly program: readonly string[] | undefined;
  readonly certificates: boolean;
}

type Reply = { readonly result?: JsonObject; readonly error?: readonly unknown[] };

/** A station between a scripted CSMS on a bare WebSocket and scripted gateways on a broker, on a fast clock. */
export class Rig {
  readonly csms: WsCsms;
  readonly gateways: ScriptedGateway[] = [];
  readonly uploads: ((status: LogStatus) => void)[] = [];
  readonly lines: string[] = [];
  readonly #options: RigOptions;
  readonly #folder: Folder = memoryFolder();
  #random: Random;
  #bridge!: Bridge;
  #bus!: Bus;
  #person!: Bus;
  #stop: () => void = () => undefined;
  #from = 0;
  /** Where what has to be in real files is. */
  #place = '';

  constructor(options: RigOptions) {
    this.#options = options;
    const { day, protocol, station } = options;
    this.#random = new Random(station);
    this.csms = new WsCsms({ protocol, clock: day.clock, utc: day.utc, delay: 50 });
  }

  get gateway(): ScriptedGateway {
    return this.gateways[0] as ScriptedGateway;
  }
  get driver(): StationDriver {
    return this.#bridge.units.get(this.#options.station)?.driver as StationDriver;
  }

  async open(): Promise<void> {
    const { station, evses } = this.#options;
    this.#place = await mkdtemp(join(tmpdir(), 'pilotwire-case-'));
    await this.csms.open();
    for (let evse = 1; evse <= evses; evse++) {
      this.gateways.push(await ScriptedGateway.open({ bus: (given) => this.#connect({ ...given, instance: `${station}-${evse}` }), wallClock: this.#options.day.utc, station, evse, folder: memoryFolder() }));
    }
    this.#person = await this.#connect({ service: 'pilotwire', instance: `${station}-person`, stations: [] });
    await this.#person.whenConnected();
    await this.start();
  }

  async start(): Promise<void> {
    const { day, station, protocol, evses, variables, settings: more, program, certificates } = this.#options;
    const time = liveTimeline(day.clock, () => undefined);
    this.#bus = await this.#connect({ service: 'ocpp-bridge', instance: station, stations: [station] });
    await this.#bus.whenConnected();
    const quick = 'OCPPCommCtrlr.RetryBackOffWaitMinimum=1; OCPPCommCtrlr.RetryBackOffRepeatTimes=0; OCPPCommCtrlr.RetryBackOffRandomRange=0';
    const profile = protocol === 'ocpp1.6' ? {} : { 'ocpp.securityProfile': '1', 'ocpp.password': 'sixteen-letters-' };
    const settings = settingsOf({
      station, 'ocpp.url': this.csms.url, 'ocpp.protocols': protocol, 'ocpp.evses': evses, authorization: 'require', ...profile, 'ocpp.variables': `${quick}; ${variables}`, ...more,
      ...(program !== undefined && { 'ocpp.firmwareCommand': this.#write(program) }),
    });
    const store = certificates ? await openCertificates(join(this.#place, 'certificates'), { maxLength: 5 }) : undefined;
    const say = (line: string): void => void this.lines.push(line);
    const logs = await openLogs(settings, () => Promise.resolve(this.#folder), say);
    const openLine = realLines(settings, { clock: day.clock, random: () => this.#random.next() }, () => ({}));
    this.#bridge = openBridge({
      settings, version: '0', bus: this.#bus, clock: day.clock, time, wallClock: day.utc, entropy: (length) => this.#random.bytes(length), openLine,
      log: { debug: () => undefined, info: say, warn: say, error: say },
      upload: (_, __, status) => {
        this.uploads.push(status);
        return () => undefined;
      },
      ...(store !== undefined && { certificates: new Map([[station, store]]) }),
    }, logs);
    await this.#bridge.opened;
    this.#stop = () => time.stop();
  }

  async end(): Promise<void> {
    await this.#bridge.close();
    this.#stop();
    await this.#bus.close();
  }

  async close(): Promise<void> {
    await this.end();
    for (const gateway of this.gateways) await gateway.close();
    await this.#person.close();
    await this.csms.close();
    await rm(this.#place, { recursive: true, force: true });
  }

  /** A time so many seconds from now. */
  inSeconds(seconds: number): string {
    return new Date(this.#options.day.utc() + 1_000 * seconds).toISOString();
  }

  /** Seconds of the fast clock. */
  pass(seconds: number): Promise<void> {
    const { clock } = this.#options.day;
    return new Promise((resolve) => void clock.wake(after(clock.now(), ms(1_000 * seconds)), resolve));
  }

  /** Waits until something is so. Throws where that does not come about in two minutes of the fast clock. */
  async until(what: string, done: () => boolean, seconds = 120): Promise<void> {
    for (let left = 4 * seconds; left > 0 && !done(); left--) await this.pass(0.25);
    if (!done()) throw new Error(`${what}: not within ${seconds} s. The CSMS has heard ${this.told().join(', ')}. ${this.lines.slice(-5).join('; ')}`);
  }

  /** Waits until the CSMS has heard a call. */
  async hears(action: string, matching: (payload: JsonObject) => boolean = () => true): Promise<JsonObject> {
    await this.until(action, () => this.#calls.some((call) => call.action === action && matching(call.payload)));
    return this.#calls.find((call) => call.action === action && matching(call.payload))?.payload as JsonObject;
  }

  async accepted(): Promise<void> {
    await this.until('registration', () => this.driver.state.registration.at === 'accepted' && this.driver.state.outbox.length === 0);
    await this.pass(2);
  }

  /** From here on counts what is heard. */
  mark(): void {
    this.#from = this.csms.calls.length;
  }

  get #calls(): readonly Call[] {
    return this.csms.calls.slice(this.#from);
  }

  /** What the CSMS has heard since the mark, without what comes by the clock. */
  told(): string[] {
    const words = this.#calls.map(wordsOf).filter((one) => one !== undefined);
    return words.filter((one, i) => one !== words[i - 1]);
  }

  /** Calls the station, and waits for its reply: its status, or the code of its error. */
  async ask(action: string, payload: JsonObject): Promise<string> {
    const { result, error } = await this.reply(action, payload);
    return error === undefined ? String(result?.['status'] ?? JSON.stringify(result)) : String(error[0]);
  }
  /** What a call that is taken is answered with. Throws where it is refused. */
  async result(action: string, payload: JsonObject): Promise<JsonObject> {
    const { result } = await this.reply(action, payload);
    if (result === undefined) throw new Error(`${action} was refused`);
    return result;
  }
  async reply(action: string, payload: JsonObject): Promise<Reply> {
    const id = this.csms.call(action, payload);
    await this.until(`the reply to ${action}`, () => this.csms.replies.has(id));
    return this.csms.replies.get(id) as Reply;
  }

  async hold(token: string, evse?: number): Promise<void> {
    await this.#person.request(stationCommands['present-token'], { station: this.#options.station }, { token, ...(evse !== undefined && { evse }) }, { timeout: 60_000 });
  }

  /** A car is plugged in and asks to be let in. */
  async plug(evse = 1): Promise<void> {
    const gateway = this.gateways[evse - 1] as ScriptedGateway;
    await gateway.plug();
    await gateway.ask();
    await this.until('the car waits', () => this.driver.state.evses[evse - 1]?.waiting === true);
  }

  async charge(token = 'CARD-1'): Promise<void> {
    await this.plug();
    await this.hold(token, 1);
    await this.until('the car is let in', () => this.gateway.heard.some(({ command }) => command === 'authorize' || command === 'start'));
    await this.gateway.charge();
    await this.until('it charges', () => this.driver.state.evses[0]?.charging === 'charging');
    await this.quiet();
  }

  /** The same, and nobody can be told of it. */
  async chargeAway(): Promise<void> {
    await this.plug();
    await this.hold('CARD-1', 1);
    await this.until('the car is let in', () => this.gateway.heard.length > 0);
    await this.gateway.charge();
    await this.until('it charges', () => this.driver.state.evses[0]?.charging === 'charging');
  }

  async leave(): Promise<void> {
    await this.gateway.stop('ev', 'completed');
    await this.gateway.unplug();
    await this.until('the plug is out', () => this.driver.state.evses[0]?.plugged === false);
  }

  /** Everything that was brought about has been told. */
  async quiet(): Promise<void> {
    await this.until('the queue is empty', () => this.driver.state.entries.length === 0 && this.driver.state.outbox.length === 0 && this.driver.state.outstanding === undefined);
    await this.pass(1);
  }

  /** A program of the operator's. */
  #write(lines: readonly string[]): string {
    const file = join(this.#place, 'program');
    writeFileSync(file, `#!/bin/sh\n${lines.join('\n')}\n`);
    chmodSync(file, 0o700);
    return file;
  }

  #connect(given: Pick<Parameters<typeof connectBus>[0], 'service' | 'instance' | 'stations'>): Promise<Bus> {
    const { broker, day } = this.#options;
    return connectBus({ ...given, url: broker.url, version: '0', mode: 'evse', simulated: true, clock: day.clock, time: day.utc, report: () => undefined });
  }
}

/** A call in a few words; undefined for those that come by the clock. */
function wordsOf({ action, payload }: Call): string | undefined {
  const text = (name: string): string => String(payload[name] ?? '');
  switch (action) {
    case 'Heartbeat':
    case 'MeterValues':
    case 'SecurityEventNotification':
      return undefined;
    case 'StatusNotification':
      return payload['status'] === undefined ? `Status ${text('evseId')} ${text('connectorStatus')}` : `Status ${text('connectorId')} ${text('status')}${text('errorCode') === 'NoError' ? '' : ` ${text('errorCode')}`}`;
    case 'StartTransaction':
      return `StartTransaction ${text('idTag')}`;
    case 'StopTransaction':
      return `StopTransaction ${text('reason')}`;
    case 'Authorize':
      return `Authorize ${String(payload['idTag'] ?? (payload['idToken'] as JsonObject)['idToken'])}`;
    case 'TransactionEvent': {
      if (text('triggerReason').startsWith('MeterValue')) return undefined;
      const { stoppedReason } = payload['transactionInfo'] as { stoppedReason?: string };
      return `TransactionEvent ${text('eventType')} ${text('triggerReason')}${stoppedReason === undefined ? '' : ` ${stoppedReason}`}`;
    }
    case 'DiagnosticsStatusNotification':
    case 'FirmwareStatusNotification':
    case 'LogStatusNotification':
    case 'SignedFirmwareStatusNotification':
      return `${action} ${text('status')}`;
    case 'BootNotification':
      return payload['reason'] === undefined ? action : `${action} ${text('reason')}`;
    default:
      return action;
  }
}

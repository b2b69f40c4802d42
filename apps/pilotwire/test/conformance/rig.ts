import { chmodSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus } from '@pilotwire/bus';
import type { Broker, Bus } from '@pilotwire/bus';
import { stationCommands } from '@pilotwire/contracts';
import { memoryFolder } from '@pilotwire/journal';
import { after, ms } from '@pilotwire/machine';
import type { JsonObject, LogStatus, Protocol } from '@pilotwire/station';
import type { StationDriver } from '@pilotwire/ocpp-bridge';
import type { Call } from '../../../ocpp-bridge/test/csms.js';
import { ScriptedGateway } from '../../../ocpp-bridge/test/gateway.js';
import { WsCsms } from '../../../ocpp-bridge/test/ws-csms.js';
import { LivingBridge } from './bridge.js';
import type { BridgeSetup } from './bridge.js';
import type { Day } from './day.js';
import { Site } from './site.js';
import { wordsOf } from './words.js';

export interface RigOptions extends Omit<BridgeSetup, 'url' | 'place' | 'program'> {
  readonly broker: Broker;
  readonly day: Day;
  readonly station: string;
  readonly protocol: Protocol;
  readonly evses: number;
  readonly program: readonly string[] | undefined;
  /** A gateway by script stands in for the site. */
  readonly scripted: boolean;
}

type Reply = { readonly result?: JsonObject; readonly error?: readonly unknown[] };
const card = 'CARD-1';
/**
 * What the simulated car takes where it may: 170 A at 343 V and more. W. Of a limit it is given a good eight tenths: what
 * the power allows is reckoned at the voltage it aims at, 403 V.
 */
const carTakes = 59_000;

/** A station between a scripted CSMS on a bare WebSocket and a site with simulated cars, all on one fast clock. */
export class Rig {
  readonly csms: WsCsms;
  readonly #options: RigOptions;
  #site: Site | undefined;
  #script: ScriptedGateway | undefined;
  #bridge!: LivingBridge;
  #person!: Bus;
  #from = 0;
  #eventsFrom = 0;
  /** Where what has to be in real files is. */
  #place = '';

  constructor(options: RigOptions) {
    this.#options = options;
    const { day, protocol } = options;
    this.csms = new WsCsms({ protocol, clock: day.clock, utc: day.utc, delay: 50 });
  }

  /** Of the outlets and their cars. Throws where a script stands in for them. */
  get site(): Site {
    if (this.#site === undefined) throw new Error('this case has a scripted gateway');
    return this.#site;
  }
  get gateway(): ScriptedGateway {
    if (this.#script === undefined) throw new Error('this case has real gateways');
    return this.#script;
  }
  get driver(): StationDriver {
    return this.#bridge.driver;
  }
  get uploads(): readonly ((status: LogStatus) => void)[] {
    return this.#bridge.uploads;
  }

  async open(): Promise<void> {
    const { broker, day, station, evses, scripted, program, protocol, variables, settings, certificates } = this.#options;
    const place = await mkdtemp(join(tmpdir(), 'pilotwire-case-'));
    this.#place = place;
    await this.csms.open();
    const connect = (given: Pick<Parameters<typeof connectBus>[0], 'service' | 'instance' | 'stations'>): Promise<Bus> =>
      connectBus({ ...given, url: broker.url, version: '0', mode: 'evse', simulated: true, clock: day.clock, time: day.utc, report: () => undefined });
    if (scripted) this.#script = await ScriptedGateway.open({ bus: (given) => connect({ ...given, instance: `${station}-1` }), wallClock: day.utc, station, evse: 1, folder: memoryFolder() });
    else {
      this.#site = new Site({ broker, clock: day.clock, utc: day.utc, station, evses, data: place });
      await this.#site.open();
    }
    this.#person = await connect({ service: 'pilotwire', instance: `${station}-person`, stations: [] });
    await this.#person.whenConnected();
    this.#bridge = new LivingBridge({
      day, station, protocol, evses, variables, settings, certificates, place, url: this.csms.url, connect, ...(program !== undefined && { program: this.#write(program) }),
    });
    await this.#bridge.start();
  }

  /** The bridge ends in order. */
  end(): Promise<void> {
    return this.#bridge.end();
  }
  start(): Promise<void> {
    return this.#bridge.start();
  }

  async close(): Promise<void> {
    await this.#bridge.end();
    for (let evse = 1; evse <= (this.#site === undefined ? 0 : this.#options.evses); evse++) await this.unplug(evse).catch(() => undefined);
    await this.#site?.close();
    await this.#script?.close();
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
    if (done()) return;
    const said = [...this.#bridge.lines.slice(-5), ...(this.#site?.complaints.slice(-5) ?? []), ...(this.#site?.events.slice(-5).map(({ type, data }) => `${type} ${JSON.stringify(data)}`) ?? [])];
    throw new Error(`${what}: not within ${seconds} s. The CSMS has heard ${this.told().join(', ')}. ${said.join('; ')}`);
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
    this.#eventsFrom = this.#site?.events.length ?? 0;
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

  /** A car is plugged in. */
  come(evse = 1): Promise<void> {
    return this.site.hand('plug', evse);
  }

  /** A car is plugged in, and asks to be let in. */
  async plug(evse = 1): Promise<void> {
    await this.come(evse);
    await this.until('the car waits', () => this.site.at(evse).phase === 'authorization' && this.driver.state.evses[evse - 1]?.waiting === true);
  }

  unplug(evse = 1): Promise<void> {
    return this.site.hand('unplug', evse);
  }

  /** The car is given current. */
  async charges(evse = 1): Promise<void> {
    await this.until('it charges', () => this.site.at(evse).power > 1_000 && this.driver.state.evses[evse - 1]?.charging === 'charging');
  }

  async charge(token = card): Promise<void> {
    await this.chargeAway(token);
    await this.quiet();
  }

  /** The same, and nobody can be told of it. */
  async chargeAway(token = card): Promise<void> {
    await this.plug();
    await this.hold(token, 1);
    await this.charges();
  }

  /** The charge has ended, by whom ever. */
  async stopped(evse = 1): Promise<void> {
    await this.until('the charge ends', () => this.site.at(evse).phase === 'ended');
  }

  /** The car has enough, and goes. */
  async leave(): Promise<void> {
    await this.site.carStops(1);
    await this.stopped();
    await this.unplug();
    await this.until('the plug is out', () => this.driver.state.evses[0]?.plugged === false);
  }

  /** Something of the outlet breaks. */
  breaks(fault: string): Promise<void> {
    return this.site.hand('fault', 1, { fault });
  }
  async mends(fault: string): Promise<void> {
    await this.site.hand('fault', 1, { fault, mend: true });
  }

  /** A charge with CARD-1, where a script stands in for the car; the CSMS has heard of it. */
  async chargeByScript(): Promise<void> {
    await this.gateway.plug();
    await this.gateway.ask();
    await this.hold(card, 1);
    await this.until('the car is let in', () => this.gateway.heard.length > 0);
    await this.gateway.charge();
    await this.until('it charges', () => this.driver.state.evses[0]?.charging === 'charging');
  }

  /** The power of bridge and gateway fails, and comes back when the car has gone. */
  async powerFails(): Promise<void> {
    await this.end();
    this.gateway.sessionId = undefined;
    await this.gateway.stands('idle');
    await this.start();
  }

  /** What the car is answered. */
  async verdict(): Promise<string> {
    const last = () => this.site.events.slice(this.#eventsFrom).findLast(({ type }) => type === 'auth.result')?.data as { readonly accepted: boolean; readonly by: string } | undefined;
    await this.until('the car is answered', () => last() !== undefined);
    return last()?.accepted === true ? `the car is let in (${last()?.by})` : `the car is refused (${last()?.by})`;
  }

  /** Waits until the car is told that it may have so many watts, and takes no more. */
  async limited(watts: number): Promise<void> {
    const seen = this.site.at(1);
    const takes = Math.min(watts, carTakes);
    await this.until(`${watts} W`, () => seen.session?.evseLimits?.maxW === watts && seen.power <= takes * 1.02 && seen.power >= takes * 0.8);
  }

  /** What the car is told that it may have, and what it takes. */
  given(): string {
    const { session, power } = this.site.at(1);
    const watts = session?.evseLimits?.maxW ?? 0;
    return `the car may take ${watts} W, and takes ${power >= 0.8 * watts ? 'them' : 'less'}`;
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
}

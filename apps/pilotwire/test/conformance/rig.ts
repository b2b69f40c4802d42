import { chmodSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus } from '@pilotwire/bus';
import type { Broker, Bus } from '@pilotwire/bus';
import { stationCommands } from '@pilotwire/contracts';
import type { JsonObject, LogStatus, Protocol } from '@pilotwire/station';
import type { StationDriver } from '@pilotwire/ocpp-bridge';
import { WsCsms } from '../../../ocpp-bridge/test/ws-csms.js';
import { LivingBridge } from './bridge.js';
import type { BridgeSetup } from './bridge.js';
import type { Case } from './case.js';
import type { Day } from './day.js';
import { Ear } from './ear.js';
import { Site } from './site.js';

export interface RigOptions extends Omit<BridgeSetup, 'url' | 'place' | 'program'> {
  readonly broker: Broker;
  readonly day: Day;
  readonly station: string;
  readonly protocol: Protocol;
  readonly evses: number;
  readonly program: readonly string[] | undefined;
}

type Reply = { readonly result?: JsonObject; readonly error?: readonly unknown[] };
const card = 'CARD-1';
/**
 * What the simulated car takes where it may: 170 A at 343 V and more. W. Of a limit it is given a good eight tenths: what
 * the power allows is reckoned at the voltage it aims at, 403 V.
 */
const carTakes = 59_000;

/** The CSMS answers otherwise than yes. */
export function answerOtherwise(csms: WsCsms, answers: NonNullable<Case['answers']>): void {
  for (const [action, answer] of Object.entries(answers)) {
    let asked = 0;
    csms.answers[action] = (payload) => answer(payload, asked++);
  }
}

/** A station between a scripted CSMS on a bare WebSocket and a site with simulated cars, all on one fast clock. */
export class Rig {
  readonly csms: WsCsms;
  readonly #options: RigOptions;
  #site!: Site;
  #bridge!: LivingBridge;
  #person!: Bus;
  #eventsFrom = 0;
  readonly #ear: Ear;
  /** Where what has to be in real files is. */
  #place = '';
  /** What has been opened; the last is closed first. */
  readonly #closes: (() => unknown)[] = [];

  constructor(options: RigOptions) {
    this.#options = options;
    const { day, protocol } = options;
    this.csms = new WsCsms({ protocol, clock: day.clock, utc: day.utc, delay: 50 });
    this.#ear = new Ear(this.csms, day.clock, () => [...this.#bridge.lines.slice(-5), ...this.#site.said()]);
  }

  answer(answers: NonNullable<Case['answers']>): void {
    answerOtherwise(this.csms, answers);
  }

  /** Of the outlets and their cars. */
  get site(): Site {
    return this.#site;
  }
  get driver(): StationDriver {
    return this.#bridge.driver;
  }
  get uploads(): readonly ((status: LogStatus) => void)[] {
    return this.#bridge.uploads;
  }

  async open(): Promise<void> {
    const { broker, day, station, evses, program, protocol, variables, settings, certificates } = this.#options;
    const place = await mkdtemp(join(tmpdir(), 'pilotwire-case-'));
    this.#place = place;
    this.#closes.push(() => rm(place, { recursive: true, force: true }), () => this.csms.close());
    await this.csms.open();
    const connect = (given: Pick<Parameters<typeof connectBus>[0], 'service' | 'instance' | 'stations'>): Promise<Bus> =>
      connectBus({ ...given, url: broker.url, version: '0', mode: 'evse', simulated: true, clock: day.clock, time: day.utc, report: () => undefined });
    this.#site = new Site({ broker, clock: day.clock, utc: day.utc, station, evses, data: place });
    this.#closes.push(() => this.#site.close());
    await this.#site.open();
    this.#person = await connect({ service: 'pilotwire', instance: `${station}-person`, stations: [] });
    this.#closes.push(() => this.#person.close());
    await this.#person.whenConnected();
    this.#bridge = new LivingBridge({
      day, station, protocol, evses, variables, settings, certificates, place, url: this.csms.url, connect, ...(program !== undefined && { program: this.#write(program) }),
    });
    this.#closes.push(() => this.#unplugAll(), () => this.#bridge.end());
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
    for (const close of this.#closes.splice(0).toReversed()) await close();
  }

  async #unplugAll(): Promise<void> {
    for (let evse = 1; evse <= this.#options.evses; evse++) await this.unplug(evse).catch(() => undefined);
  }

  /** A time so many seconds from now. */
  inSeconds(seconds: number): string {
    return new Date(this.#options.day.utc() + 1_000 * seconds).toISOString();
  }

  /** Seconds of the fast clock. */
  pass(seconds: number): Promise<void> {
    return this.#ear.pass(seconds);
  }
  /** Waits until something is so. Throws where that does not come about in two minutes of the fast clock. */
  until(what: string, done: () => boolean): Promise<void> {
    return this.#ear.until(what, done);
  }
  /** Waits until the CSMS has heard a call. */
  hears(action: string, matching?: (payload: JsonObject) => boolean): Promise<JsonObject> {
    return this.#ear.hears(action, matching);
  }
  /** What the CSMS has heard since the mark, without what comes by the clock. */
  told(): string[] {
    return this.#ear.told();
  }

  async accepted(): Promise<void> {
    await this.until('registration', () => this.driver.state.registration.at === 'accepted' && this.driver.state.outbox.length === 0);
    await this.pass(2);
  }

  /** From here on counts what is heard. */
  mark(): void {
    this.#ear.mark();
    this.#eventsFrom = this.#site.events.length;
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

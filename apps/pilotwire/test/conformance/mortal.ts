import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus } from '@pilotwire/bus';
import type { Broker, Bus } from '@pilotwire/bus';
import { ocppState, stationCommands } from '@pilotwire/contracts';
import type { PayloadOf } from '@pilotwire/contracts';
import type { JsonObject } from '@pilotwire/station';
import { scaledDay } from '../../../ocpp-bridge/test/scaled.js';
import { WsCsms } from '../../../ocpp-bridge/test/ws-csms.js';
import { quick } from './bridge.js';
import type { Case } from './case.js';
import { Ear } from './ear.js';
import type { Life } from './life.js';
import { programs } from './programs.js';
import { answerOtherwise } from './rig.js';
import { Site } from './site.js';

/** Its process and this one go by one clock, and wait for each other at the real pace of both. */
const speed = 3;
const noon = Date.UTC(2026, 0, 1, 12);
const machineTime = (): number => performance.timeOrigin + performance.now();

/** A station of 1.6 in a process of its own, with its outlet, a simulated car and a bridge. Its power is cut, and comes back. */
export class MortalRig {
  readonly #day = scaledDay({ began: machineTime(), at: noon, speed });
  readonly csms = new WsCsms({ protocol: 'ocpp1.6', clock: this.#day.clock, utc: this.#day.utc, delay: 50 });
  readonly #broker: Broker;
  readonly #station: string;
  readonly #place = mkdtempSync(join(tmpdir(), 'pilotwire-mortal-'));
  readonly #ear: Ear;
  readonly #site: Site;
  /** What has been opened; the last is closed first. */
  readonly #closes: (() => unknown)[] = [() => rm(this.#place, { recursive: true, force: true })];
  #person!: Bus;
  #state: PayloadOf<typeof ocppState> | undefined;
  #child: ChildProcess | undefined;
  #errors = '';

  constructor({ broker, station }: { readonly broker: Broker; readonly station: string }) {
    this.#broker = broker;
    this.#station = station;
    const { clock, utc } = this.#day;
    this.#site = new Site({ broker, clock, utc, station, evses: 1, data: undefined });
    this.#ear = new Ear(this.csms, clock, () => [this.#errors.slice(-2_000), ...this.#site.said()]);
  }

  answer(answers: NonNullable<Case['answers']>): void {
    answerOtherwise(this.csms, answers);
  }

  async open(): Promise<void> {
    const { clock, utc } = this.#day;
    this.#closes.push(() => this.csms.close());
    await this.csms.open();
    this.#closes.push(() => this.#site.close());
    await this.#site.open();
    this.#person = await connectBus({
      url: this.#broker.url, service: 'pilotwire', instance: `${this.#station}-person`, version: '0', stations: [], mode: 'evse', simulated: true, clock, time: utc, report: () => undefined,
    });
    this.#closes.push(() => this.#person.close());
    await this.#person.whenConnected();
    await this.#person.subscribe(ocppState, { station: this.#station }, (state) => void (this.#state = state));
    this.#closes.push(() => this.#die());
    await this.#live();
  }

  async #live(): Promise<void> {
    const life: Life = {
      day: { began: machineTime(), at: this.#day.utc(), speed }, station: this.#station, data: this.#place, url: this.#broker.url,
      settings: { 'ocpp.url': this.csms.url, 'ocpp.protocols': 'ocpp1.6', authorization: 'require', instance: this.#station, 'ocpp.variables': quick },
    };
    const child = spawn(process.execPath, [programs.life, JSON.stringify(life)], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    child.stderr.on('data', (text) => void (this.#errors += String(text)));
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => Promise.reject(new Error(`the station has ended: ${this.#errors.slice(-2_000)}`)))]);
  }

  async #die(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  accepted(): Promise<void> {
    return this.#ear.until('registration', () => this.#state?.registration === 'accepted' && this.#site.at(1).phase === 'idle');
  }

  /** Power of charger, car and bridge fails without a word to anybody, and comes back when the car has gone. */
  async powerFails(): Promise<void> {
    await this.#die();
    await this.#live();
  }

  /** A car charges with CARD-1. */
  async charge(): Promise<void> {
    await this.#site.hand('plug', 1);
    await this.#ear.until('the car waits', () => this.#site.at(1).phase === 'authorization');
    await this.#person.request(stationCommands['present-token'], { station: this.#station }, { token: 'CARD-1', evse: 1 }, { timeout: 60_000 });
    await this.#ear.until('it charges', () => this.#site.at(1).power > 1_000);
  }

  mark(): void {
    this.#ear.mark();
  }
  hears(action: string, matching?: (payload: JsonObject) => boolean): Promise<JsonObject> {
    return this.#ear.hears(action, matching);
  }
  told(): string[] {
    return this.#ear.told();
  }

  /** Everything that was brought about has been told. */
  async quiet(): Promise<void> {
    await this.#ear.until('the queue is empty', () => this.#state?.queue.waiting === 0 && this.#state.queue.messages === 0);
    await this.#ear.pass(3);
  }

  async close(): Promise<void> {
    for (const close of this.#closes.splice(0).toReversed()) await close();
  }
}

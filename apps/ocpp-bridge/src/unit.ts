import type { Bus } from '@pilotwire/bus';
import type { Settings } from '@pilotwire/configuration';
import { shownUrl } from '@pilotwire/configuration';
import { JournalError } from '@pilotwire/journal';
import type { Timeline } from '@pilotwire/machine';
import type { CertificateStore } from '@pilotwire/ocpp-transport';
import { wordsOf } from '@pilotwire/service';
import type { Log } from '@pilotwire/service';
import type { News, Order } from '@pilotwire/station';
import { bundleOf, OcppLines } from './bundle/bundle.js';
import { FrameRing } from './bundle/frame-ring.js';
import type { KeptFrame } from './bundle/frame-ring.js';
import type { Upload, UploadOrder } from './bundle/uploader.js';
import { Host, isForSite } from './host/host.js';
import type { StationLog } from './log/station-log.js';
import { Desk } from './publish/commands.js';
import { Publisher } from './publish/publisher.js';
import { discreet, lineFor } from './publish/words.js';
import { Inlet } from './site/inlet.js';
import { Orders } from './site/orders.js';
import { isSet } from './station/clock.js';
import { configurationOf, identityOf } from './station/configuration.js';
import { StationDriver } from './station/driver.js';
import type { OpenLine } from './station/line.js';
import type { Turnstile } from './station/turnstile.js';

export interface UnitOptions {
  readonly station: string;
  readonly settings: Settings;
  readonly version: string;
  readonly bus: Bus;
  readonly time: Timeline;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly entropy: (length: number) => Uint8Array;
  readonly log: Log;
  readonly kept: StationLog;
  readonly openLine: OpenLine;
  readonly caughtUp: () => boolean;
  readonly upload: Upload;
  readonly certificates: CertificateStore | undefined;
  readonly turnstile: Turnstile;
}

/** One station with all that belongs to it: its engine between its CSMS, the gateways and the people of the site. */
export class Unit {
  readonly driver: StationDriver;
  readonly inlet: Inlet;
  readonly #options: UnitOptions;
  readonly #orders: Orders;
  readonly #host: Host;
  readonly #publisher: Publisher;
  readonly #desk: Desk;
  readonly #lines = new OcppLines();
  readonly #rings = new Map<number, FrameRing>();
  #full = false;
  #leave: () => void = () => undefined;
  #ready = false;

  constructor(given: UnitOptions) {
    const options = { ...given, log: discreet(given.log) };
    this.#options = options;
    const { station, settings, version, bus, time, wallClock, log, kept, openLine, caughtUp } = options;
    const url = settings['ocpp.url'];
    const letters = () => this.driver.letters;
    // What the first step brings about is carried out when all of this is there.
    const early: (() => void)[] = [];
    const whenThere = <Args extends readonly unknown[]>(run: (...args: Args) => void) => (...args: Args): void => void (this.#ready ? run(...args) : early.push(() => run(...args)));
    this.#publisher = new Publisher({
      bus, station, time, wallClock, log, csms: url === undefined ? undefined : shownUrl(url), identity: identityOf(settings, station),
      securityProfile: settings['ocpp.securityProfile'], tokens: settings['ocpp.tokens'] === 'shown', letters, lines: this.#lines,
    });
    this.driver = new StationDriver({
      station, configuration: configurationOf(settings, version), log: kept, time, wallClock, openLine, life: () => uuidOf(options.entropy(16)),
      carryOut: whenThere((order: Order) => (isForSite(order) ? this.#orders.carryOut(order) : this.#host.carryOut(order))),
      tell: whenThere((news: News) => this.#tell(news)),
      frame: (frame) => this.#publisher.frame(frame),
      changed: () => this.#changed(),
      disk: (error) => this.#diskSaid(error),
    });
    this.inlet = new Inlet({ driver: this.driver, time, caughtUp });
    this.#orders = new Orders({
      bus, station, time, wallClock, log, toHost: (utc) => this.driver.toHost(utc),
      evseOf: (transaction) => Object.values(this.driver.state.durable.transactions).find(({ id }) => id === transaction)?.evse,
      sessionOf: (evse) => this.driver.state.evses[evse - 1]?.session,
    });
    this.#host = new Host({
      station, settings, log, driver: this.driver, certificates: options.certificates, utc: () => (isSet(wallClock()) ? wallClock() : undefined),
      upload: (order, status) => options.upload(order, () => this.#bundle(order), status), restarted: () => this.inlet.restarted(),
    });
    this.#desk = new Desk({ bus, station, driver: this.driver, letters, lettersChanged: () => this.#publisher.letters() });
    this.#ready = true;
    for (const run of early) run();
  }

  /** Says how things stand, and begins to connect. Resolves once the broker has been asked, or there is none. */
  async open(): Promise<void> {
    for (const { id, operative } of this.driver.state.evses) this.#orders.availability(id, operative);
    this.#publisher.open(this.driver);
    if (this.#options.settings['ocpp.url'] !== undefined) {
      this.#leave = this.#options.turnstile.enter(() => this.driver.connect());
      // Settings that cannot be used are told while it enters.
      this.#pass();
    }
    await this.#desk.open();
  }

  /** Frames of the last second, for whoever wants to see later what a charge failed of. */
  frames(kind: KeptFrame['kind'], evse: number, batch: Parameters<FrameRing['take']>[1]): void {
    if (this.driver.state.evses[evse - 1] === undefined) return;
    const ring = this.#rings.get(evse) ?? new FrameRing();
    this.#rings.set(evse, ring);
    ring.take(kind, batch);
  }

  /** The certificate of the station is about to end. */
  renewCertificate(): void {
    this.#host.makeCsr();
  }

  #bundle({ log, from, to }: UploadOrder): Uint8Array {
    return bundleOf({ rings: this.#rings, ocpp: this.#lines, state: this.#publisher.shown, span: { from, to }, log });
  }

  async close(): Promise<void> {
    this.#leave();
    this.#orders.close();
    await this.driver.close();
  }

  problems(): readonly string[] {
    const { station } = this.#options;
    const { link, registration, diskFull } = this.driver.state;
    return [
      ...(this.#options.settings['ocpp.url'] !== undefined && link === undefined ? [`${station}: no CSMS${this.driver.why === undefined ? '' : `: ${this.driver.why}`}`] : []),
      ...(link !== undefined && registration.at !== 'accepted' ? [`${station}: the CSMS has not accepted the boot`] : []),
      ...(diskFull ? [`${station}: the disk takes nothing more`] : []),
    ];
  }

  #changed(): void {
    this.#publisher.changed();
    if (this.#ready) this.#pass();
  }

  /** It has come up, or its CSMS is away: the next one may come. */
  #pass(): void {
    if (this.driver.why !== undefined || this.driver.state.registration.at === 'accepted') this.#leave();
  }

  #tell(news: News): void {
    const { log, station } = this.#options;
    const line = lineFor(news);
    if (line !== undefined) log[line.level](`${station}: ${line.text}`);
    this.#publisher.tell(news);
    this.#desk.tell(news);
  }

  #diskSaid(error: unknown): void {
    if (!this.#full) this.#options.log.error(`${this.#options.station}: records cannot be kept: ${error instanceof JournalError ? `${error.code}: ` : ''}${wordsOf(error)}`);
    this.#full = true;
  }
}

/** A UUID of version 4. */
function uuidOf(random: Uint8Array): string {
  const octets = Uint8Array.from(random);
  octets[6] = ((octets[6] as number) & 0x0f) | 0x40;
  octets[8] = ((octets[8] as number) & 0x3f) | 0x80;
  const hex = Buffer.from(octets).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

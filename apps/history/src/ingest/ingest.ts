import { connectBus, followEvents } from '@pilotwire/bus';
import type { Bus, BusReport, ConnectOptions, Position } from '@pilotwire/bus';
import { ocppMessage, ocppState, sendAgain, serviceStatus, slac, slacFrames, telemetryBatch, v2gFrames } from '@pilotwire/contracts';
import type { AnyEvent, PayloadOf } from '@pilotwire/contracts';
import type { Clock } from '@pilotwire/runtime';
import type { Log } from '@pilotwire/service';
import { wordsOf } from '@pilotwire/service';
import type { Database } from '../database/database.js';
import type { Partitions } from '../database/partitions.js';
import { Batcher } from './batcher.js';
import type { BatcherOptions } from './batcher.js';
import { EventStore } from './events.js';
import { storeFrames } from './frames.js';
import type { FrameRow } from './frames.js';
import { storeOcpp } from './ocpp/messages.js';
import type { OcppRow } from './ocpp/messages.js';
import { BridgeStates, storeStates } from './ocpp/states.js';
import type { StateRow } from './ocpp/states.js';
import type { Privacy } from './privacy.js';
import { storeTelemetry } from './telemetry.js';
import type { TelemetryBatch } from './telemetry.js';

export interface IngestOptions {
  readonly db: Database;
  readonly partitions: Partitions;
  readonly privacy: Privacy;
  readonly timeZone: string;
  /** Undefined: all. */
  readonly stations: readonly string[] | undefined;
  readonly connection: Pick<ConnectOptions, 'url' | 'username' | 'password' | 'tls' | 'version'>;
  readonly instance: string;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly log: Log;
  /** What a connection reports, beside what is kept of it here. */
  readonly report: (report: BusReport) => void;
  /** Something was heard about sessions or transactions. */
  readonly heard: () => void;
}

/** What has become of it all, since the start. */
export interface IngestCounters {
  events: number;
  repeated: number;
  lost: number;
  rows: number;
  frames: number;
  framesDropped: number;
  messages: number;
  messagesDropped: number;
  deadLetters: number;
  retries: number;
}

/** Messages that are committed together; as many come meanwhile. Frames and OCPP messages that wait, beyond which they are dropped. */
const [window, mostFrames, mostMessages] = [200, 20_000, 2_000];
const held = 2 * window;
const longestLetter = 4_096;

/**
 * Everything that is heard is stored here. Events come over a connection for each station, or one for all, in order;
 * telemetry and frames over another. Whatever has come while the last commit ran is committed together, and then
 * acknowledged. While the database is away nothing is acknowledged, so the broker keeps what comes.
 */
export class Ingest {
  readonly counters: IngestCounters = { events: 0, repeated: 0, lost: 0, rows: 0, frames: 0, framesDropped: 0, messages: 0, messagesDropped: 0, deadLetters: 0, retries: 0 };
  /** Why the database takes nothing; undefined while it does. */
  trouble: string | undefined;
  readonly #options: IngestOptions;
  readonly #store: EventStore;
  readonly #events: Batcher<AnyEvent>[] = [];
  readonly #telemetry: Batcher<TelemetryBatch>;
  readonly #frames: Batcher<readonly FrameRow[]>;
  readonly #messages: Batcher<OcppRow>;
  readonly #states: Batcher<StateRow>;
  readonly #bridges = new BridgeStates();
  #waitingFrames = 0;
  #buses: Bus[] = [];

  constructor(options: IngestOptions) {
    this.#options = options;
    const { db, partitions, privacy, heard } = options;
    this.#store = new EventStore(options);
    this.#telemetry = this.#batcher({
      most: window,
      write: async (batches) => {
        this.counters.rows += await storeTelemetry(db, partitions, batches);
      },
      reject: (batch, error) => this.#bury('telemetry/batch', wordsOf(error), JSON.stringify(batch)),
    });
    this.#frames = this.#batcher({
      most: 50,
      write: async (batches) => {
        const frames = batches.flat();
        await storeFrames(db, partitions, frames, privacy.keepsOctets);
        this.#waitingFrames -= frames.length;
        this.counters.frames += frames.length;
      },
      reject: (frames, error) => {
        this.#waitingFrames -= frames.length;
        return this.#bury('frame', wordsOf(error), '');
      },
    });
    this.#messages = this.#batcher({
      most: window,
      write: async (rows) => {
        const told = await storeOcpp(db, partitions, privacy, rows);
        this.counters.messages += rows.length;
        if (told) heard();
      },
      reject: ({ message }, error) => this.#bury('ocpp/message', wordsOf(error), JSON.stringify(message)),
    });
    this.#states = this.#batcher({ most: window, write: (rows) => storeStates(db, rows), reject: (row, error) => this.#bury('ocpp/state', wordsOf(error), JSON.stringify(row)) });
  }

  /** Messages that wait for the database. */
  get waiting(): number {
    return this.#batchers.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  get #batchers(): readonly { readonly waiting: number; stop(): Promise<void> }[] {
    return [...this.#events, this.#telemetry, this.#frames, this.#messages, this.#states];
  }

  /** Goes on where the database says that it stopped. Rejects where the database does; nothing is connected then. */
  async start(): Promise<void> {
    const { stations } = this.#options;
    const positions = await this.#store.positions();
    await this.#store.forgetOldBoots();
    for (const station of stations ?? [undefined]) {
      const name = station === undefined ? 'events' : `events.${station}`;
      this.#buses.push(await this.#open(name, (bus) => void this.#follow(bus, station, positions)));
    }
    this.#buses.push(await this.#open('telemetry', (bus) => {
      for (const where of stations?.map((station) => ({ station })) ?? [{}]) {
        this.#measure(bus, where);
        this.#converse(bus, where);
      }
      this.#watchBridges(bus);
      this.#askAgain(bus);
    }));
  }

  /** What is not committed is not acknowledged, and comes again. */
  async close(): Promise<void> {
    const stopped = Promise.all(this.#batchers.map((batcher) => batcher.stop()));
    for (const bus of this.#buses.splice(0)) await bus.close();
    await stopped;
  }

  /** Whatever is written tells that the database takes what comes. */
  #batcher<Item>({ write, ...rest }: Omit<BatcherOptions<Item>, 'clock' | 'trouble'>): Batcher<Item> {
    return new Batcher({
      ...rest, clock: this.#options.clock, trouble: (error) => this.#troubled(error),
      write: async (items) => {
        await write(items);
        this.#well();
      },
    });
  }

  #open(name: string, setup: (bus: Bus) => void): Promise<Bus> {
    const { connection, instance, clock, report } = this.#options;
    return connectBus({
      ...connection, service: 'history', instance: `${instance}.${name}`.slice(0, 48), stations: [], mode: 'evse', simulated: false, visitor: true,
      session: 'persistent', window: held, clock, setup,
      report: (one) => {
        if (one.kind === 'unreadable') void this.#bury(one.topic, one.problem, one.payload).catch((error: unknown) => this.#troubled(error));
        report(one);
      },
    });
  }

  #follow(bus: Bus, station: string | undefined, positions: readonly Position[]): Promise<unknown> {
    const { clock, log, heard } = this.#options;
    const batcher = this.#batcher<AnyEvent>({
      most: window,
      write: async (events) => {
        const fresh = await this.#store.store(events);
        this.counters.events += fresh;
        this.counters.repeated += events.length - fresh;
        heard();
      },
      reject: (event, error) => this.#bury(`event/${event.type}`, wordsOf(error), JSON.stringify(event)),
    });
    this.#events.push(batcher);
    return followEvents(bus, {
      clock, from: 'oldest', ...(station !== undefined && { station }),
      positions: positions.filter((one) => station === undefined || one.station === station),
      onEvent: (event) => batcher.add(event),
      onLost: async (lost) => {
        const { src, station: of, fromSeq, toSeq } = lost;
        this.counters.lost += toSeq - fromSeq + 1;
        log.warn(`events ${fromSeq} to ${toSeq} of ${src} for ${of} are lost: no journal holds them any more`);
        await this.#store.lost(lost).catch((error: unknown) => this.#troubled(error));
      },
    });
  }

  #measure(bus: Bus, where: { readonly station?: string }): void {
    const { db } = this.#options;
    void bus.subscribe(telemetryBatch, where, (batch, { params }) => this.#telemetry.add({ ...params, batch }), { acknowledge: 'when-done' });
    const frames = (kind: FrameRow['kind']) => ({ frames: all, sessionId }: PayloadOf<typeof v2gFrames>, { params }: { readonly params: { readonly station: string; readonly evse: number } }) => {
      if (this.#waitingFrames + all.length > mostFrames) {
        this.counters.framesDropped += all.length;
        return;
      }
      this.#waitingFrames += all.length;
      // At QoS 0 nobody waits for it.
      void this.#frames.add(all.map((one) => ({ ...one, ...params, sessionId, kind })));
    };
    void bus.subscribe(v2gFrames, where, frames('v2g'));
    void bus.subscribe(slacFrames, where, frames('slac'));
    // The attenuation of each group is not in the event.
    void bus.subscribe(slac, where, async ({ ts, groups, state }, { params: { station, evse } }) => {
      if (state !== 'matched' || groups === undefined) return;
      await db.query(
        `UPDATE slac_matches SET atten_groups = $1 WHERE atten_groups IS NULL AND event_id = (
           SELECT event_id FROM slac_matches WHERE station = $2 AND evse = $3 AND result = 'matched' AND ts BETWEEN $4::timestamptz - interval '1 min' AND $4::timestamptz + interval '1 min'
           ORDER BY ts DESC LIMIT 1)`, [groups, station, evse, ts],
      );
    });
  }

  /** What is said to the CSMS, and how the line to it is. */
  #converse(bus: Bus, where: { readonly station?: string }): void {
    void bus.subscribe(ocppMessage, where, (message, { params: { station } }) => {
      if (this.#messages.waiting >= mostMessages) this.counters.messagesDropped++;
      // At QoS 0 nobody waits for it.
      else void this.#messages.add({ station, message });
    });
    void bus.subscribe(ocppState, where, (said, { params: { station } }) => this.#states.add(this.#bridges.say({ station, ...said })), { acknowledge: 'when-done' });
  }

  #watchBridges(bus: Bus): void {
    const { stations, wallClock } = this.#options;
    void bus.subscribe(serviceStatus, { service: 'ocpp-bridge' }, async (status) => {
      const rows = this.#bridges.status(status, new Date(wallClock()).toISOString());
      await Promise.all(rows.filter(({ station }) => stations?.includes(station) ?? true).map((row) => this.#states.add(row)));
    }, { acknowledge: 'when-done' });
  }

  /**
   * A broker that did not know us has kept nothing: whoever was there before us is asked for what it said of late. Who comes
   * after us sends it unasked.
   */
  #askAgain(bus: Bus): void {
    const { stations, log } = this.#options;
    const service = 'v2g-gateway';
    void bus.subscribe(serviceStatus, { service }, async ({ state, stations: its }, { params: { instance }, retained }) => {
      if (bus.known || !retained || state !== 'online' || !its.some((one) => stations?.includes(one) ?? true)) return;
      await bus.whenConnected();
      const refused = await bus.request(sendAgain, { service, instance }, {}).then(({ code, message }) => (code === 'accepted' ? undefined : (message ?? code)), wordsOf);
      if (refused !== undefined) log.warn(`${service}/${instance} does not send its last telemetry again: ${refused}`);
    });
  }

  /** Keeps what nobody can read. */
  async #bury(topic: string, problem: string, payload: string): Promise<void> {
    const { db, privacy } = this.#options;
    await db.query('INSERT INTO dead_letters (topic, problem, payload) VALUES ($1, $2, $3)', [
      topic.slice(0, 512), printable(problem, 1_000), privacy.keepsOctets ? printable(privacy.cleanText(payload), longestLetter) : null,
    ]);
    this.#well();
    this.counters.deadLetters++;
  }

  #troubled(error: unknown): void {
    this.counters.retries++;
    const words = wordsOf(error);
    if (this.trouble === undefined) this.#options.log.warn(`the database takes nothing: ${words}; trying on`);
    this.trouble = words;
  }

  #well(): void {
    if (this.trouble === undefined) return;
    this.trouble = undefined;
    this.#options.log.info('the database takes what comes again');
  }
}

/** Postgres keeps no NUL in text; why something is no JSON quotes it. */
const printable = (text: string, most: number): string => text.slice(0, most).replaceAll('\0', '�');

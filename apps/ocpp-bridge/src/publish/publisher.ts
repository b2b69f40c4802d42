import type { Bus } from '@pilotwire/bus';
import { shownUrl } from '@pilotwire/configuration';
import { deadLetters, events, ocppDataTransfer, ocppMessage, ocppState, stationConfig } from '@pilotwire/contracts';
import type { PayloadOf } from '@pilotwire/contracts';
import { ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import { withoutSecrets } from '@pilotwire/ocpp-transport';
import { wordsOf } from '@pilotwire/service';
import type { Log } from '@pilotwire/service';
import type { News } from '@pilotwire/station';
import type { OcppLines } from '../bundle/bundle.js';
import type { DeadLetter } from '../log/kept.js';
import type { StationDriver } from '../station/driver.js';
import type { Frame } from '../station/frames.js';
import { redact } from './redact.js';

export interface PublisherOptions {
  readonly bus: Pick<Bus, 'publish' | 'event'>;
  readonly station: string;
  readonly time: Timeline;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly log: Log;
  /** That of the settings, without secrets, and its security profile: what is told until a way is tried. Undefined where none is set. */
  readonly csms: string | undefined;
  readonly securityProfile: number;
  readonly identity: string;
  /** Whether tokens may be seen in `ocpp/message`. */
  readonly tokens: boolean;
  readonly letters: () => readonly DeadLetter[];
  /** Where frames are kept for a while. */
  readonly lines: OcppLines;
}

/** The state at most so often. */
const statePeriod = ms(500);
/** Characters of a payload; what is longer goes by its name. */
const longestPayload = 16_384;
const lettersShown = 100;

type State = Omit<PayloadOf<typeof ocppState>, 'ts' | 'lastRx' | 'lastTx'>;
type Json = PayloadOf<typeof ocppMessage>['payload'];

/** What a station tells the site of its CSMS. */
export class Publisher {
  readonly #options: PublisherOptions;
  #driver: StationDriver | undefined;
  #due = false;
  #told = '';
  #config = '';

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** From now on it tells of this one. */
  open(driver: StationDriver): void {
    this.#driver = driver;
    this.changed();
    this.letters();
  }

  /** How the station stood when that was told last. */
  get shown(): unknown {
    return JSON.parse(this.#told === '' ? '{}' : this.#told);
  }

  changed(): void {
    if (this.#due || this.#driver === undefined) return;
    this.#due = true;
    this.#options.time.schedule(() => this.#state(), statePeriod);
  }

  /** Dead letters have come or gone. */
  letters(): void {
    const { bus, station, letters } = this.#options;
    const all = letters();
    this.#say(bus.publish(deadLetters, { station }, { ts: this.#stamp(), total: all.length, letters: all.slice(0, lettersShown).map(shown) }));
    this.changed();
  }

  frame(frame: Frame): void {
    const { bus, station, tokens, lines, wallClock } = this.#options;
    const { dir, kind, action } = frame;
    const payload = kind === 'error' ? undefined : redact(frame.payload, tokens);
    const fits = payload !== undefined && JSON.stringify(payload).length <= longestPayload;
    const message = {
      ts: this.#stamp(), dir, kind, id: cut(frame.id, 64), ...(action !== undefined && { action: cut(action, 64) }),
      ...(kind === 'error' && { code: cut(frame.code, 64) }), ...(fits && { payload }),
    } as const;
    lines.add(wallClock(), JSON.stringify(message));
    this.#say(bus.publish(ocppMessage, { station }, message));
  }

  tell(news: News): void {
    const { bus, station } = this.#options;
    switch (news.what) {
      case 'dead-letter': {
        const { record, key, answers } = news;
        this.letters();
        if (record.kind !== 'transaction') return;
        const data = { letter: key, type: record.type, transaction: record.id, answers: answers.map((one) => cut(one, 256)).slice(-16) };
        return this.#say(bus.event(events['ocpp.dead-letter'], { station, evse: record.evse }, data));
      }
      case 'token-refused':
        // Without an outlet there is no stream to tell it in.
        if (news.evse > 0) this.#say(bus.event(events['token.refused'], { station, evse: news.evse }, { why: news.why.slice(0, 128) }));
        return;
      case 'data-transfer': {
        const { vendorId, messageId, data } = news;
        return this.#say(bus.publish(ocppDataTransfer, { station }, {
          ts: this.#stamp(), vendorId, ...(messageId !== undefined && { messageId }), ...(data !== undefined && { data: data as NonNullable<Json> }),
        }));
      }
      default:
        return;
    }
  }

  #state(): void {
    this.#due = false;
    const driver = this.#driver;
    if (driver === undefined) return;
    const { bus, station, identity, csms: own, securityProfile, letters } = this.#options;
    const { link, registration, entries, outbox, diskFull, durable } = driver.state;
    const { inUse } = driver;
    const csms = inUse === undefined ? own : shownUrl(inUse.url).slice(0, 512);
    const state: State = {
      ...(csms !== undefined && { csms }), identity, connected: link !== undefined, ...(link !== undefined && { protocol: link.protocol }),
      registration: registration.at, securityProfile: inUse?.securityProfile ?? securityProfile, queue: { waiting: entries.length, messages: outbox.length, deadLetters: letters().length }, diskFull,
      ...(link === undefined && driver.why !== undefined && { why: cut(driver.why, 256) }),
    };
    const text = JSON.stringify(state);
    const { lastRx, lastTx } = driver;
    if (text !== this.#told) {
      this.#told = text;
      this.#say(bus.publish(ocppState, { station }, {
        ts: this.#stamp(), ...state, ...(lastRx !== undefined && { lastRx: iso(lastRx) }), ...(lastTx !== undefined && { lastTx: iso(lastTx) }),
      }));
    }
    const variables = Object.fromEntries(Object.entries(durable.variables).filter(([name]) => !/password/i.test(name)).map(([name, value]) => [name, withoutSecrets(value)]));
    const config = JSON.stringify(variables);
    if (config === this.#config) return;
    this.#config = config;
    this.#say(bus.publish(stationConfig, { station }, { ts: this.#stamp(), variables }));
  }

  #stamp(): string {
    return iso(this.#options.wallClock());
  }

  #say(said: Promise<unknown>): void {
    said.catch((error: unknown) => this.#options.log.error(`${this.#options.station}: ${wordsOf(error)}`));
  }
}

const iso = (time: number): string => new Date(time).toISOString();
/** What somebody else wrote, as far as it can be shown. */
const cut = (text: string, most: number): string => withoutSecrets(text).slice(0, most);

/** A dead letter without its tokens. */
function shown({ key, record, answers, at }: DeadLetter): PayloadOf<typeof deadLetters>['letters'][number] {
  const common = { letter: key, givenUpAt: iso(at), answers: answers.map((one) => cut(one, 256)).slice(-16) };
  if (record.kind === 'security') return { ...common, kind: 'security', type: record.type.slice(0, 64) };
  return { ...common, kind: 'transaction', type: record.type, transaction: record.id, evse: record.evse, seqNo: record.seqNo };
}

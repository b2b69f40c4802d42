import { ms, VirtualTime } from '@pilotwire/machine';
import type { Actor, Instant } from '@pilotwire/machine';
import { beginStation, parseUtc, station } from '../src/index.js';
import type { Configuration, Input, JsonObject, News, Order, Output, Protocol, QueueRecord, StationState } from '../src/index.js';
import { answersOf } from './csms.js';
import type { Answers } from './csms.js';
import { validate, validateError } from './schemas.js';

/** A full minute, so that the clock-aligned tests can count. */
export const epoch = parseUtc('2026-03-01T10:00:00Z') as number;
export const life = '0190f3a2-7c44-4c1e-9a51-3f2b6d8e0a01';

export const configuration = (change: Partial<Configuration> = {}): Configuration => ({
  life, vendor: 'Pilotwire', model: 'Bench', serialNumber: 'PW-1', firmwareVersion: '0.1.0', bootReason: 'PowerUp',
  evses: [1, 2].map(() => ({ maxWatts: 150_000, maxAmperes: 400, nominalVoltage: 400, connector: 'cCCS2', tethered: true })), ...change,
});

export interface Call {
  readonly at: number;
  readonly action: string;
  readonly payload: JsonObject;
}
type Reply = { readonly result: JsonObject } | { readonly error: { readonly code: string; readonly description: string } };

/** What a disk would hold: it outlives the process. */
export interface Disk {
  readonly records: Map<number, QueueRecord>;
  durable: Record<string, unknown>;
}
export const emptyDisk = (): Disk => ({ records: new Map(), durable: {} });

export interface Options {
  readonly configuration?: Partial<Configuration>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly disk?: Disk;
  /** What the host's clock says at the start, in ms since `epoch`; `none`: there is no clock. */
  readonly clock?: number | 'none';
  readonly start?: number;
}

/**
 * A station on a virtual clock, among a scripted CSMS, a gateway that obeys and a disk that keeps. Every call and every
 * reply that leaves it is held against the schemas of its version.
 */
export class Bench {
  readonly time: VirtualTime;
  readonly calls: Call[] = [];
  readonly orders: Order[] = [];
  readonly news: News[] = [];
  /** Everything, in order. */
  readonly outputs: Output[] = [];
  readonly replies = new Map<string, Reply>();
  readonly disk: Disk;
  readonly answers: Answers;
  /** The disk keeps what it is given; a full one does not. */
  diskFull = false;
  /** One that stalls says nothing. */
  diskStalls = false;
  /** The gateway stops when it is told to. */
  obeys = true;
  /** Milliseconds; undefined: the CSMS answers nothing. */
  answersAfter: number | undefined = 20;
  protocol: Protocol;
  /** The number of outputs that it lives for. */
  diesAfter = Number.POSITIVE_INFINITY;
  /** Writes under way that the disk finishes then. */
  writesYet = 0;
  /** Records that came onto the disk. */
  readonly written: QueueRecord[] = [];
  readonly #pending: (() => void)[] = [];
  #actor: Actor<StationState, Input>;
  readonly #asked: string[] = [];

  constructor(protocol: Protocol, options: Options = {}) {
    this.protocol = protocol;
    this.disk = options.disk ?? emptyDisk();
    this.time = new VirtualTime((options.start ?? 0) as Instant);
    this.answers = answersOf(protocol, () => epoch + this.time.now);
    const records = [...this.disk.records].map(([key, record]) => ({ key, record }));
    const fixed = configuration({ ...options.configuration, ...(options.variables !== undefined && { variables: options.variables }) });
    const initial = beginStation(fixed, this.time.now, { durable: this.disk.durable, records });
    this.#actor = this.time.add(station, initial, { perform: (output) => this.#perform(output) });
    if (options.clock !== 'none') this.feed({ kind: 'time', utc: epoch + this.time.now + (options.clock ?? 0) });
  }

  get state(): StationState {
    return this.#actor.state;
  }
  feed(...inputs: Input[]): this {
    for (const input of inputs) this.#actor.feed(input);
    return this;
  }
  advance(seconds: number): this {
    this.time.advance(seconds * 1_000);
    return this;
  }

  /** Connects, and lets the CSMS accept the boot. */
  connect(): this {
    return this.feed({ kind: 'connected', protocol: this.protocol }).advance(1);
  }
  disconnect(): this {
    return this.feed({ kind: 'disconnected' });
  }

  /** The CSMS calls; what the station replies, or undefined where it owes that yet. */
  ask(action: string, payload: JsonObject = {}): Reply | undefined {
    const id = `csms-${this.#asked.push(action)}`;
    const before = this.outputs.length;
    this.feed({ kind: 'received', id, action, payload });
    const reply = this.replies.get(id);
    // What follows from a call goes out behind its reply (a CSMS may not know yet what it is about).
    const made = this.outputs.slice(before);
    const at = made.findIndex(({ kind }) => kind === 'reply');
    if (made.findIndex(({ kind }) => kind === 'send') < at && made.some(({ kind }) => kind === 'send')) throw new Error(`${action}: a call before its reply`);
    return reply;
  }
  /** The same where a result is expected. */
  result(action: string, payload: JsonObject = {}): JsonObject {
    const reply = this.ask(action, payload);
    if (reply === undefined || !('result' in reply)) throw new Error(`${action}: ${JSON.stringify(reply)}`);
    return reply.result;
  }
  error(action: string, payload: JsonObject = {}): string | undefined {
    const reply = this.ask(action, payload);
    return reply !== undefined && 'error' in reply ? reply.error.code : undefined;
  }

  /** The disk, once it has written what it was given: for another life. */
  settled(): Disk {
    this.time.advance(2);
    return this.disk;
  }

  sent(action: string): JsonObject[] {
    return this.calls.filter((one) => one.action === action).map(({ payload }) => payload);
  }
  last(action: string): JsonObject {
    const found = this.sent(action).at(-1);
    if (found === undefined) throw new Error(`no ${action} in ${this.calls.map((one) => one.action).join(', ')}`);
    return found;
  }
  actions(): string[] {
    return this.calls.map(({ action }) => action);
  }
  done<Do extends Order['do']>(what: Do): Extract<Order, { do: Do }>[] {
    return this.orders.filter((one): one is Extract<Order, { do: Do }> => one.do === what);
  }
  told<What extends News['what']>(what: What): Extract<News, { what: What }>[] {
    return this.news.filter((one): one is Extract<News, { what: What }> => one.what === what);
  }
  forget(): this {
    this.calls.length = 0;
    this.orders.length = 0;
    this.news.length = 0;
    return this;
  }

  /** Power fails, perhaps between two outputs: of what is not on disk yet a beginning gets there, and nobody hears another word. */
  kill(): void {
    this.diesAfter = Math.min(this.diesAfter, this.outputs.length);
    for (const one of this.#pending.splice(0).slice(0, this.writesYet)) one();
  }

  #perform(output: Output): void {
    if (this.outputs.length >= this.diesAfter) return this.kill();
    this.outputs.push(output);
    switch (output.kind) {
      case 'store':
        return this.#write(
          () => {
            if (this.diskFull) return;
            this.disk.records.set(output.key, output.record);
            this.written.push(output.record);
          },
          () => this.#actor.feed({ kind: 'stored', key: output.key, ok: !this.diskFull }),
        );
      case 'drop':
        return this.#write(() => this.disk.records.delete(output.key), () => this.#actor.feed({ kind: 'dropped', key: output.key }));
      case 'persist':
        return this.#write(() => {
          this.disk.durable = { ...this.disk.durable, [output.part]: JSON.parse(JSON.stringify(output.value ?? null)) ?? undefined };
        });
      case 'compact':
        return this.#write(() => {
          this.disk.records.clear();
          for (const { key, record } of output.keep) this.disk.records.set(key, record);
        });
      case 'send':
        return this.#answer(output.id, output.action, output.payload);
      case 'reply':
        if ('error' in output) validateError(this.protocol, output.error.code, output.error.description);
        else validate(this.protocol, this.#asked[Number(output.id.replace('csms-', '')) - 1] as string, 'conf', output.result);
        this.replies.set(output.id, 'error' in output ? { error: output.error } : { result: output.result });
        return;
      case 'perform':
        this.orders.push(output.order);
        return this.#obey(output.order);
      case 'tell':
        this.news.push(output.news);
    }
  }

  /** The disk keeps a beginning of what it was given: each write takes a millisecond, and those before it are done by then. */
  #write(apply: () => void, confirm?: () => void): void {
    if (this.diskStalls) return;
    this.#pending.push(apply);
    this.time.schedule(() => {
      if (this.outputs.length >= this.diesAfter) return;
      const at = this.#pending.indexOf(apply);
      for (const one of this.#pending.splice(0, at + 1)) one();
      confirm?.();
    }, ms(1));
  }

  #answer(id: string, action: string, payload: JsonObject): void {
    validate(this.protocol, action, 'req', payload);
    this.calls.push({ at: this.time.now, action, payload });
    const answer = this.answers[action];
    if (this.answersAfter === undefined || answer === undefined) return;
    const said = answer(payload);
    if (said === undefined) return;
    const input: Input = typeof said === 'object' && 'error' in said ? { kind: 'answered', id, error: said.error as { code: string } } : { kind: 'answered', id, result: said };
    this.#actor.feed(input, ms(this.answersAfter));
  }

  /** The gateway stops when it is told to, a second later. */
  #obey(order: Order): void {
    if (!this.obeys || order.do !== 'stop' || this.state.evses[order.evse - 1]?.charging === 'none') return;
    this.#actor.feed({ kind: 'session-ended', evse: order.evse, reason: 'Other' }, ms(1_000));
  }
}

import type { Position } from '@pilotwire/bus';
import { ms } from '@pilotwire/machine';
import type { Actor, Machine, Timeline } from '@pilotwire/machine';
import { beginStation, setting, station as engine } from '@pilotwire/station';
import type { Configuration, Input, LinkFact, News, Order, Output, StationState } from '@pilotwire/station';
import { lettersMost } from '../log/kept.js';
import type { DeadLetter, LineMemory, Op } from '../log/kept.js';
import type { StationLog } from '../log/station-log.js';
import { Writer } from '../log/writer.js';
import { isSet } from './clock.js';
import { Frames } from './frames.js';
import type { Frame } from './frames.js';
import type { OpenLine, StationLine, Way, WayInUse } from './line.js';
import { raisedTo } from './network-profiles.js';

export interface DriverOptions {
  readonly station: string;
  readonly configuration: Omit<Configuration, 'life'>;
  readonly log: Pick<StationLog, 'kept' | 'lacking' | 'write' | 'close'>;
  readonly time: Timeline;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** A UUID that nobody had before. */
  readonly life: () => string;
  readonly openLine: OpenLine;
  readonly carryOut: (order: Order) => void;
  readonly tell: (news: News) => void;
  readonly frame: (frame: Frame) => void;
  /** Something is otherwise than before. */
  readonly changed: () => void;
  /** The disk took a batch, or did not. */
  readonly disk: (error: unknown) => void;
}

type Fed = Input | { readonly kind: 'taken'; readonly position: Position };
/** What a disk says of a record. */
type Confirmation = Extract<Input, { readonly kind: 'stored' | 'dropped' }>;
type Told = Output | Extract<Fed, { readonly kind: 'taken' }>;

/** The engine; that an event is taken goes through it, so that it stands in the log behind all that the event caused. */
const machine: Machine<StationState, Fed, Told> = {
  step: (state, input, now) => (input.kind === 'taken' ? { state, outputs: [input] } : engine.step(state, input, now)),
  deadline: engine.deadline,
};

/** How often the engine is told what time it is, and a disk that took nothing is tried again. */
const [clockPeriod, diskPeriod] = [ms(60_000), ms(10_000)];
const pingVariable = 'OCPPCommCtrlr.WebSocketPingInterval';

/** One station: the engine, its log on disk, and its line to the CSMS. */
export class StationDriver {
  readonly station: string;
  why: string | undefined;
  lastRx: number | undefined;
  lastTx: number | undefined;
  readonly #options: DriverOptions;
  #actor!: Actor<StationState, Fed>;
  #line: StationLine | undefined;
  #letters: readonly DeadLetter[];
  #memory: LineMemory;
  #closed = false;
  /** What is fed while one life is over and the next has not begun. */
  #between: Fed[] | undefined;
  #restarting: Promise<void> | undefined;
  readonly #frames: Frames;
  readonly #writer: Writer<{ readonly to: Actor<StationState, Fed>; readonly word: Confirmation }>;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.station = options.station;
    this.#frames = new Frames(options.frame);
    const { log, time } = options;
    this.#writer = new Writer({ log, time, failed: options.disk, wrote: (words, ok, mended) => this.#wrote(words, ok, mended) });
    const { letters, line } = options.log.kept;
    [this.#letters, this.#memory] = [letters, line];
    this.#begin();
    this.#every(clockPeriod, () => this.#tellTime());
    this.#every(diskPeriod, () => this.#writer.mend());
  }

  get state(): StationState {
    return this.#actor.state;
  }

  /** Hands the engine something that happened. */
  feed(...inputs: readonly Input[]): void {
    for (const input of inputs) this.#hand(input);
  }

  /** An event has been handed over: once this is sure it need not come again. */
  taken(position: Position): void {
    this.#hand({ kind: 'taken', position });
  }

  #hand(input: Fed): void {
    if (this.#between === undefined) this.#actor.feed(input);
    else this.#between.push(input);
  }

  /** Keeps something beside what the engine keeps. */
  keep(op: Op): void {
    this.#keep(op);
  }

  #keep(op: Op, ...words: readonly Confirmation[]): void {
    this.#writer.add(op, ...words.map((word) => ({ to: this.#actor, word })));
    if (op.op === 'buried') this.#letters = [...this.#letters, op.letter].slice(-lettersMost);
    if (op.op === 'unburied') this.#letters = this.#letters.filter(({ key }) => key !== op.key);
    if (op.op === 'line') this.#memory = op.line;
  }

  /** What was given up, the oldest first. */
  get letters(): readonly DeadLetter[] {
    return this.#letters;
  }

  get line(): LineMemory {
    return this.#memory;
  }

  /** Begins to connect. */
  connect(): void {
    // A life that begins connects by itself.
    if (this.#between !== undefined) return;
    this.#line ??= this.#options.openLine(this.station, this.#way, {
      fact: (fact) => this.#heard(fact),
      away: (why) => {
        this.why = why;
        this.#options.changed();
      },
      security: (type, info) => this.feed({ kind: 'security-event', type, info }),
      safer: (securityProfile) => this.raise(securityProfile),
    });
  }

  /** Connects anew, with what the CSMS has changed of the way to it; what is being replied to it goes out before. */
  reconnect(line: LineMemory): void {
    this.keep({ op: 'line', line });
    this.#options.time.schedule(() => this.#line?.reconnect(this.#way), ms(0));
  }

  /** No connection is less safe than this from now on. */
  raise(securityProfile: number): void {
    this.keep({ op: 'line', line: raisedTo(this.#memory, securityProfile) });
    this.feed({ kind: 'set', variable: 'SecurityCtrlr.SecurityProfile', value: String(securityProfile) });
  }

  /** By which way the CSMS is reached, or is tried to be; undefined while nobody tries. */
  get inUse(): WayInUse | undefined {
    return this.#line?.inUse();
  }

  /** Why a way to the CSMS could not be used, in words; undefined where it can. */
  objectionTo(memory: LineMemory): string | undefined {
    return this.#line?.objectionTo({ ...this.#way, memory });
  }

  get #way(): Way {
    const memory = (): LineMemory => this.#memory;
    return {
      get memory() {
        return memory();
      },
      setting: (variable) => setting(this.state, variable),
    };
  }

  /** The station begins anew, as its CSMS sees it, from what is on disk: what happens until then waits for it. */
  restart(): Promise<void> {
    return (this.#restarting ??= this.#restart().finally(() => (this.#restarting = undefined)));
  }

  async #restart(): Promise<void> {
    const line = this.#line;
    this.#line = undefined;
    this.#actor.stop();
    this.#between = [];
    await Promise.all([line?.close(), this.#writer.through()]);
    if (this.#closed) return;
    const between = this.#between;
    this.#between = undefined;
    this.#begin();
    for (const input of between) this.#hand(input);
    this.connect();
  }

  /** Resolves once all that was brought about so far is on disk; see `Writer`. */
  async settled(): Promise<void> {
    await this.#restarting;
    await this.#writer.settled();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#actor.stop();
    await this.#line?.close();
    await this.#writer.close();
    await this.#options.log.close();
  }

  /** A time that the engine means, by the clock of this machine. */
  toHost(utc: number): number {
    const { wallClock, time } = this.#options;
    const { csms } = this.state.clock;
    return isSet(wallClock()) || csms === undefined ? utc : utc - (csms + time.now) + wallClock();
  }

  /** When something happened that another process of this machine has stamped; nothing where that cannot be told. */
  stampOf(at: number): { readonly utc?: number } {
    if (isSet(at)) return { utc: at };
    const { wallClock, time } = this.#options;
    const { csms } = this.state.clock;
    const age = wallClock() - at;
    return csms === undefined || isSet(wallClock()) || age < 0 ? {} : { utc: csms + time.now - age };
  }

  #begin(): void {
    const { time, log, configuration, life } = this.#options;
    const initial = beginStation({ ...configuration, life: life() }, time.now, log.kept.restored);
    this.#actor = time.add(machine, initial, { perform: (output) => this.#perform(output) });
    this.#tellTime();
  }

  #tellTime(): void {
    const utc = this.#options.wallClock();
    if (isSet(utc)) this.#actor.feed({ kind: 'time', utc });
  }

  #perform(output: Told): void {
    const { carryOut, tell, changed, wallClock } = this.#options;
    changed();
    switch (output.kind) {
      case 'store':
        return this.#keep({ op: 'store', key: output.key, record: output.record }, { kind: 'stored', key: output.key, ok: true });
      case 'drop':
        return this.#keep({ op: 'drop', key: output.key }, { kind: 'dropped', key: output.key });
      case 'persist':
        return this.keep({ op: 'persist', part: output.part, value: output.value });
      case 'taken':
        return this.keep({ op: 'taken', position: output.position });
      case 'compact':
        return; // the log sees to that by itself
      case 'send':
        this.lastTx = wallClock();
        this.#frames.sent(output.id, output.action, output.payload);
        return this.#line?.send(output.id, output.action, output.payload);
      case 'reply': {
        const outcome = 'error' in output ? { error: output.error } : { result: output.result };
        this.lastTx = wallClock();
        this.#frames.replied(output.id, outcome);
        return this.#line?.reply(output.id, outcome);
      }
      case 'perform':
        return carryOut(output.order);
      case 'tell': {
        const { news } = output;
        if (news.what === 'variable' && news.variable === pingVariable) this.#line?.pingEvery(Number(news.value));
        if (news.what !== 'dead-letter') return tell(news);
        // Keys of records are given again in the next life; dead letters outlive it, and have numbers of their own.
        const { record, answers } = news;
        const key = 1 + Math.max(0, ...this.letters.map((letter) => letter.key));
        this.keep({ op: 'buried', letter: { key, record, answers, at: wallClock() } });
        return tell({ ...news, key });
      }
    }
  }

  #heard(fact: LinkFact): void {
    if (fact.kind === 'connected') this.why = undefined;
    if (fact.kind !== 'disconnected') this.lastRx = this.#options.wallClock();
    this.#frames.heard(fact);
    this.#actor.feed(fact);
    this.#options.changed();
  }

  /** What a disk says is for the life that wrote; the next one has begun from what is on it. */
  #wrote(words: readonly { readonly to: Actor<StationState, Fed>; readonly word: Confirmation }[], ok: boolean, mended: boolean): void {
    if (this.#closed) return;
    for (const { to, word } of words) to.feed(word.kind === 'stored' ? { ...word, ok } : word);
    // The engine hears of a disk that is well again by any record that it takes.
    if (mended && words.every(({ word }) => word.kind !== 'stored')) this.#actor.feed({ kind: 'stored', key: 0, ok: true });
  }

  #every(period: ReturnType<typeof ms>, run: () => void): void {
    const again = (): void => {
      if (this.#closed) return;
      run();
      this.#options.time.schedule(again, period);
    };
    this.#options.time.schedule(again, period);
  }
}

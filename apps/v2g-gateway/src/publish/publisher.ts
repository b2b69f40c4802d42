import { uuidv7 } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { events, session, state, telemetry, telemetryBatch } from '@pilotwire/contracts';
import type { DataOf, EventType, PayloadOf } from '@pilotwire/contracts';
import { after, ms } from '@pilotwire/machine';
import type { Duration, Instant, Timeline } from '@pilotwire/machine';
import type { Chronicle } from '../session/chronicle.js';
import { until } from '../until.js';
import { amperes, soc, volts, wattHours, watts } from '../session/visit.js';

export interface PublisherOptions {
  readonly bus: Pick<Bus, 'publish' | 'event'>;
  readonly outlet: { readonly station: string; readonly evse: number };
  readonly time: Timeline;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly chronicle: Chronicle;
  /** Live values a second. */
  readonly telemetryRate: number;
  readonly failed: (error: unknown) => void;
  /** Called with each sample of the second: what is known of a session is worth keeping. */
  readonly batched: () => void;
}

type Sample = PayloadOf<typeof telemetryBatch>['samples'][number];

/** State at most so often; a session that charges, so often at least. */
const [statePeriod, sessionPeriod] = [ms(100), ms(2_000)];
const samplePeriod = ms(1_000);
/** How long is waited for the last words. */
const patience = ms(2_000);
/** Samples in one message for history: 5 to 10 s. */
const batchSize = 5;

/**
 * What an outlet tells the site: its events in order, where it stands, what it measures. Nothing of it happens while somebody waits for
 * an answer, and nobody waits for it.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #queue: { readonly type: EventType; readonly data: unknown; readonly sessionId: string | undefined }[] = [];
  #draining = false;
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #stateDue = false;
  #stateAt = -Infinity as Instant;
  #seq = 0;
  /** State and session as they were told last; undefined: what a former life has left at the broker stands there. */
  #told: string | undefined;
  #sessionTold: string | undefined;
  #n = 0;
  #samples: Sample[] = [];
  #batchOf: string | undefined;
  #stopped = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
    const { telemetryRate } = options;
    this.#every(ms(1_000 / telemetryRate), () => this.#telemetry());
    this.#every(samplePeriod, () => this.#sample());
    this.#every(sessionPeriod, () => options.chronicle.visit?.phase === 'charging' && this.#session());
    this.changed();
  }

  /** Events that are not on disk yet. */
  get queued(): number {
    return this.#queue.length + this.#pending;
  }

  event<Type extends EventType>(type: Type, data: DataOf<(typeof events)[Type]>, sessionId: string | undefined): void {
    this.#queue.push({ type, data, sessionId });
    if (this.#draining) return;
    this.#draining = true;
    this.#options.time.schedule(() => this.#drain());
  }

  /** The outlet stands otherwise than before. */
  changed(): void {
    if (this.#stateDue || this.#stopped) return;
    this.#stateDue = true;
    const wait = Math.max(0, after(this.#stateAt, statePeriod) - this.#options.time.now) as Duration;
    this.#options.time.schedule(() => this.#state(), wait);
  }

  /** Says what is left to say. Resolves once it is on its way, or after two seconds: a disk or a broker may be stuck. */
  async close(): Promise<void> {
    this.#drain();
    this.#flush();
    this.#stateDue = true;
    this.#state();
    this.#stopped = true;
    let said = false;
    void this.#last.then(() => (said = true));
    await until(this.#options.time, () => said, patience);
  }

  #drain(): void {
    this.#draining = false;
    const { bus, outlet } = this.#options;
    for (const { type, data, sessionId } of this.#queue.splice(0)) {
      if (type === 'session.ended') this.#flush();
      this.#pending++;
      // Which data goes with which type is what `event` was called with.
      const contract = events[type] as (typeof events)['session.started'];
      const told = bus.event(contract, outlet, data as DataOf<typeof contract>, sessionId === undefined ? {} : { sessionId });
      this.#send(told.finally(() => this.#pending--));
    }
  }

  #state(): void {
    const { bus, outlet, time, chronicle } = this.#options;
    this.#stateDue = false;
    if (this.#stopped) return;
    this.#stateAt = time.now;
    const payload = chronicle.state();
    const text = JSON.stringify(payload);
    // Much happens that changes nothing here.
    if (text !== this.#told) {
      this.#told = text;
      this.#send(bus.publish(state, outlet, { ts: this.#stamp(), seq: this.#seq++, ...payload }));
    }
    this.#session();
  }

  #session(): void {
    const { bus, outlet, chronicle } = this.#options;
    const running = chronicle.session();
    const text = JSON.stringify(running) ?? '';
    if (text === this.#sessionTold) return;
    this.#sessionTold = text;
    this.#send(bus.publish(session, outlet, running === undefined ? null : { ts: this.#stamp(), ...running }));
  }

  #telemetry(): void {
    const { bus, outlet, chronicle } = this.#options;
    const measured = this.#measured();
    if (measured !== undefined) this.#send(bus.publish(telemetry, outlet, { ...measured, ...(chronicle.sessionId !== undefined && { sessionId: chronicle.sessionId }) }));
  }

  #sample(): void {
    const { chronicle, batched } = this.#options;
    if (this.#batchOf !== chronicle.sessionId) {
      this.#flush();
      this.#batchOf = chronicle.sessionId;
      this.#n = 0;
    }
    const measured = this.#measured();
    if (measured === undefined) return this.#flush();
    this.#samples.push({ n: this.#n++, ...measured });
    if (this.#samples.length < batchSize) return;
    this.#flush();
    batched();
  }

  #flush(): void {
    const [samples, sessionId] = [this.#samples, this.#batchOf];
    if (samples.length === 0 || sessionId === undefined) return;
    this.#samples = [];
    const { bus, outlet, wallClock } = this.#options;
    this.#send(bus.publish(telemetryBatch, outlet, { id: uuidv7(wallClock()), sessionId, samples }));
  }

  #measured(): Omit<Sample, 'n'> | undefined {
    const { visit, powered } = this.#options.chronicle;
    if (visit === undefined || !powered) return undefined;
    const { voltage, current, targetV, targetA, energy } = visit;
    return {
      ts: this.#stamp(), voltage: volts(voltage), current: amperes(current), power: watts(voltage * current),
      ...(targetV !== undefined && { targetVoltage: targetV }), ...(targetA !== undefined && { targetCurrent: targetA }), ...soc(visit), energyWh: wattHours(energy),
    };
  }

  #send(said: Promise<unknown>): void {
    this.#last = Promise.all([this.#last, said.catch(this.#options.failed)]).then(() => undefined);
  }

  #stamp(): string {
    return new Date(this.#options.wallClock()).toISOString();
  }

  #every(period: Duration, run: () => void): void {
    const again = (): void => {
      if (this.#stopped) return;
      run();
      this.#options.time.schedule(again, period);
    };
    this.#options.time.schedule(again, period);
  }
}

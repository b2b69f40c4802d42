import type { Bus } from '@pilotwire/bus';
import { events, pilot, slac, slacFrames } from '@pilotwire/contracts';
import type { EventContract, Schema, Output } from '@pilotwire/contracts';
import { between, ms } from '@pilotwire/machine';
import type { Instant, Timeline } from '@pilotwire/machine';
import { dumpFlight } from '@pilotwire/runtime';
import { FrameTap, wordsOf } from '@pilotwire/service';
import type { FlightFolder, Log } from '@pilotwire/service';
import type { Happening, Tell } from '../happening.js';
import { SlacFrames } from './slac-frames.js';

export interface PublisherOptions {
  readonly bus: Pick<Bus, 'publish' | 'event'>;
  readonly log: Log;
  readonly time: Timeline;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly outlet: { readonly station: string; readonly evse: number };
  /** Whether frames are published. */
  readonly frames: boolean;
  readonly flights: Pick<FlightFolder, 'save'>;
}

/** A pilot that flutters would fill the journal: so many changes are events in a second, the rest is counted. */
const mostChanges = 20;
const changesWithin = ms(1_000);

/** What happens at an outlet, on the bus and in the log. */
export class Publisher {
  readonly tell: Tell;
  readonly #options: PublisherOptions;
  readonly #frames: SlacFrames | undefined;
  #session: string | undefined;
  #since: Instant | undefined;
  #changes = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
    const { bus, outlet, time, wallClock } = options;
    const tap = new FrameTap({ bus, contract: slacFrames, outlet, time, wallClock, sessionId: () => this.#session, failed: this.#failed });
    this.#frames = options.frames ? new SlacFrames(time, tap) : undefined;
    this.tell = (happening, session) => this.#take(happening, session);
  }

  #take(happening: Happening, session: string | undefined): void {
    const { bus, log, outlet, time, flights } = this.#options;
    this.#session = session;
    switch (happening.kind) {
      case 'pilot': {
        const { at, ...view } = happening.pilot;
        const payload = { ts: this.#stamp(), ...view, ageMs: Math.max(0, Math.round(between(at, time.now))) };
        bus.publish(pilot, outlet, payload).catch(this.#failed);
        return;
      }
      case 'slac':
        bus.publish(slac, outlet, { ts: this.#stamp(), ...happening.slac }).catch(this.#failed);
        return;
      case 'cp.changed': {
        const { from = '?', to, pwm } = happening.data;
        log.debug(`pilot ${from} to ${to}${pwm ? ', 5 %' : ''}`);
        if (this.#mayChange()) this.#event(events['cp.changed'], happening.data, session);
        return;
      }
      case 'slac.started':
        log.info(`matching with ${happening.data.ev ?? 'a car'}, attempt ${happening.data.attempt}`);
        return this.#event(events['slac.started'], happening.data, session);
      case 'slac.matched': {
        const { ev, tookMs, attenuationDb } = happening.data;
        log.info(`matched: ${ev} after ${Math.round(tookMs)} ms${attenuationDb === undefined ? '' : `, ${attenuationDb} dB`}`);
        return this.#event(events['slac.matched'], happening.data, session);
      }
      case 'slac.failed':
        log.warn(`attempt ${happening.data.attempt} of the matching failed: ${happening.data.why}`);
        return this.#event(events['slac.failed'], happening.data, session);
      case 'slac.link':
        log.warn(happening.data.up ? 'the link is back' : 'the link is lost');
        return this.#event(events['slac.link'], happening.data, session);
      case 'slac.crosstalk': {
        const { ev, evses } = happening.data;
        log.warn(`crosstalk: ${ev} is heard at ${evses.map(({ evse, attenuationDb }) => `EVSE ${evse}${attenuationDb === undefined ? '' : ` (${attenuationDb} dB)`}`).join(' and ')}`);
        return this.#event(events['slac.crosstalk'], happening.data, session);
      }
      case 'frame':
        return this.#frames?.add(happening.frame);
      case 'note':
        return log[happening.level](happening.text);
      case 'flight':
        return flights.save(session ?? 'no-session', dumpFlight<unknown, unknown>({ ...happening.flight, session: session ?? '' }));
    }
  }

  #event<Type extends string, Data extends Schema>(contract: EventContract<Type, Data>, data: Output<Data>, session: string | undefined): void {
    this.#options.bus.event(contract, this.#options.outlet, data, session === undefined ? {} : { sessionId: session }).catch(this.#failed);
  }

  #mayChange(): boolean {
    const { time, log } = this.#options;
    if (this.#since === undefined || between(this.#since, time.now) >= changesWithin) {
      if (this.#changes > mostChanges) log.warn(`the pilot flutters: ${this.#changes} changes in a second`);
      this.#since = time.now;
      this.#changes = 0;
    }
    return ++this.#changes <= mostChanges;
  }

  #stamp(): string {
    return new Date(this.#options.wallClock()).toISOString();
  }

  readonly #failed = (error: unknown): void => this.#options.log.error(wordsOf(error));
}

import type { Position } from '@pilotwire/bus';
import type { AnyEvent, PayloadOf, session, state, telemetryBatch } from '@pilotwire/contracts';
import { after, between, ms } from '@pilotwire/machine';
import type { Instant, Timeline } from '@pilotwire/machine';
import type { EvseFact } from '@pilotwire/station';
import type { StationDriver } from '../station/driver.js';
import { factsOf, faultOf } from './facts.js';

/** How a gateway's outlet stands, by what is retained. */
interface Seen {
  state: PayloadOf<typeof state> | undefined;
  session: PayloadOf<typeof session> | undefined;
  /** When the last word of this outlet came. */
  at: Instant;
  /** The sample that was taken last, milliseconds since 1970. */
  sampled: number;
  /** The session of the last event of this life: what is under way in it is known from there on. */
  heard: string | undefined;
  /** What is retained is to be held against what the engine knows: at the start, and after events were lost. Faults always are. */
  unsure: boolean;
}

export interface InletOptions {
  readonly driver: StationDriver;
  readonly time: Timeline;
  /** Every event that the gateways of this station had to tell has come, and they are there. */
  readonly caughtUp: () => boolean;
}

/** Longer than a state and the event that belongs to it are apart. */
const apart = ms(2_000);
/** A gateway that is gone keeps nobody from hearing of an outlet where nothing ran. */
const patience = ms(15_000);

/** What the gateways of one station say, as facts for its engine. */
export class Inlet {
  readonly #options: InletOptions;
  readonly #seen = new Map<number, Seen>();
  #began: Instant;

  constructor(options: InletOptions) {
    this.#options = options;
    this.#began = options.time.now;
    this.#look();
  }

  event(event: AnyEvent, position: Position): void {
    const { driver, time } = this.#options;
    const outlet = driver.state.evses[event.evse - 1];
    if (outlet !== undefined) {
      const seen = this.#of(event.evse);
      if (seen !== undefined) {
        seen.at = time.now;
        seen.heard = event.sessionId;
      }
      driver.feed(...factsOf(event, outlet, driver.stampOf(Date.parse(event.ts))));
    }
    driver.taken(position);
  }

  /** Events that nobody has any more: what is retained has to do. */
  lost(position: Position): void {
    for (const seen of this.#seen.values()) seen.unsure = true;
    this.#options.driver.taken(position);
  }

  state(evse: number, payload: PayloadOf<typeof state>): void {
    const seen = this.#of(evse);
    if (seen === undefined) return;
    seen.state = payload;
    seen.at = this.#options.time.now;
  }

  session(evse: number, payload: PayloadOf<typeof session>): void {
    const seen = this.#of(evse);
    if (seen === undefined) return;
    seen.session = payload;
    seen.at = this.#options.time.now;
  }

  /** Samples of the last seconds; of each message the newest is taken, and those of another session are not. */
  batch(evse: number, { sessionId, samples }: PayloadOf<typeof telemetryBatch>): void {
    const { driver } = this.#options;
    const seen = this.#of(evse);
    const sample = samples.at(-1);
    const outlet = driver.state.evses[evse - 1];
    if (seen === undefined || sample === undefined || outlet?.session !== sessionId) return;
    const at = Date.parse(sample.ts);
    // A second delivery, or one that was overtaken.
    if (at <= seen.sampled) return;
    seen.sampled = at;
    const { voltage, current, power, energyWh, soc } = sample;
    driver.feed({ kind: 'meter', evse, ...driver.stampOf(at), reading: { voltage, current, power, energy: energyWh, counter: sessionId, soc } });
  }

  /** The station begins anew: what is retained is all that it has. */
  restarted(): void {
    this.#began = this.#options.time.now;
    for (const seen of this.#seen.values()) {
      seen.unsure = true;
      seen.heard = undefined;
    }
  }

  #of(evse: number): Seen | undefined {
    const { driver, time } = this.#options;
    if (driver.state.evses[evse - 1] === undefined) return undefined;
    const known = this.#seen.get(evse) ?? { state: undefined, session: undefined, at: time.now, sampled: 0, heard: undefined, unsure: true };
    this.#seen.set(evse, known);
    return known;
  }

  #look(): void {
    const { time, driver, caughtUp } = this.#options;
    time.schedule(() => this.#look(), ms(500));
    const open = [...this.#seen].filter(([evse, seen]) => seen.unsure || this.#faults(evse, seen).length > 0);
    if (open.length === 0) return;
    const told = caughtUp();
    for (const [evse, seen] of open) {
      const { state: now } = seen;
      if (now === undefined || time.now < after(seen.at, apart)) continue;
      const idle = driver.state.durable.transactions[evse] === undefined;
      if (!told && !(idle && between(this.#began, time.now) >= patience)) continue;
      driver.feed(...this.#faults(evse, seen), ...(seen.unsure ? this.#reconcile(evse, now, seen) : []));
      seen.unsure = false;
    }
  }

  /** In what the faults that are retained are others than the engine knows: a gateway that begins anew says of none that it is over. */
  #faults(evse: number, { state: now }: Seen): readonly EvseFact[] {
    if (now === undefined) return [];
    const known = this.#options.driver.state.evses[evse - 1]?.faults ?? [];
    const raised = now.faults.filter((name) => !known.some((one) => one.name === name));
    const mended = known.filter(({ name }) => name !== 'slac-failed' && !now.faults.includes(name));
    return [
      ...raised.map((name): EvseFact => ({ kind: 'fault', evse, fault: faultOf(name) })),
      ...mended.map(({ name }): EvseFact => ({ kind: 'fault-cleared', evse, name })),
    ];
  }

  /** What else the engine has to hear to know what is. */
  #reconcile(evse: number, now: PayloadOf<typeof state>, { session: running, heard }: Seen): readonly EvseFact[] {
    const outlet = this.#options.driver.state.evses[evse - 1];
    const { sessionId } = now;
    const evccid = running?.id === sessionId ? running?.evccid : undefined;
    const news = sessionId !== undefined && sessionId !== heard;
    const idle = outlet?.charging === 'none' || outlet?.session !== sessionId;
    return [
      { kind: 'session', evse, session: sessionId },
      ...(news && evccid !== undefined ? [{ kind: 'identified', evse, evccid } as const] : []),
      ...(news && now.phase === 'authorization' ? [{ kind: 'authorization-wanted', evse } as const] : []),
      ...(news && now.phase === 'charging' && idle ? [{ kind: 'charging', evse, charging: 'charging' } as const] : []),
    ];
  }
}

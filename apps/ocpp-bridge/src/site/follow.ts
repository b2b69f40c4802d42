import { followEvents } from '@pilotwire/bus';
import type { Bus, Position } from '@pilotwire/bus';
import { journalHead, serviceStatus, session, slacFrames, state, telemetryBatch, v2gFrames } from '@pilotwire/contracts';
import type { PayloadOf } from '@pilotwire/contracts';
import type { Clock } from '@pilotwire/runtime';
import type { KeptFrame } from '../bundle/frame-ring.js';
import type { Inlet } from './inlet.js';

/** What a station wants to hear of its gateways. */
export interface Followed {
  readonly inlet: Inlet;
  readonly driver: { settled(): Promise<void> };
  frames(kind: KeptFrame['kind'], evse: number, batch: PayloadOf<typeof slacFrames>): void;
}

export interface FollowSiteOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  /** By station. */
  readonly units: ReadonlyMap<string, Followed>;
  /** Where each station's log stands. */
  readonly positions: readonly Position[];
  readonly lost: (words: string) => void;
}

const gateway = 'v2g-gateway';
const isGateway = (src: string): boolean => src.startsWith(`${gateway}/`);

/** The counts of one gateway's events of one station: how far each has come here, and how far the last one goes. */
interface Counts {
  readonly had: Map<string, number>;
  head: { readonly boot: string; readonly lastSeq: number } | undefined;
}

/** How far the events of the gateways go, and how far they have come here. */
export class Progress {
  /** By publisher, and of each by station: there may be hundreds, and all of them are in each head. */
  readonly #counts = new Map<string, Map<string, Counts>>();
  readonly #stations = new Map<string, { readonly online: boolean; readonly stations: ReadonlySet<string> }>();

  constructor(positions: readonly Position[]) {
    for (const position of positions) this.took(position);
  }

  took({ src, station, boot, seq }: Position): void {
    this.#of(src, station).had.set(boot, seq);
  }

  head(src: string, station: string, boot: string, lastSeq: number): void {
    const counts = this.#of(src, station);
    // Of a stream that is new here, what was before is not followed.
    if (!counts.had.has(boot)) counts.had.set(boot, counts.had.size > 0 ? 0 : lastSeq);
    counts.head = { boot, lastSeq };
  }

  status(instance: string, online: boolean, stations: readonly string[]): void {
    this.#stations.set(instance, { online, stations: new Set(stations) });
  }

  /** Every gateway of the station is there, and all that it had to tell has come. */
  caughtUp(station: string): boolean {
    const gateways = [...this.#stations].filter(([, { stations }]) => stations.has(station));
    return gateways.length > 0 && gateways.every(([instance, { online }]) => {
      const { had, head } = this.#of(`${gateway}/${instance}`, station);
      return online && head !== undefined && (had.get(head.boot) ?? 0) >= head.lastSeq;
    });
  }

  #of(src: string, station: string): Counts {
    const all = this.#counts.get(src) ?? new Map<string, Counts>();
    this.#counts.set(src, all);
    const counts = all.get(station) ?? { had: new Map<string, number>(), head: undefined };
    all.set(station, counts);
    return counts;
  }
}

/** Hands the stations what their gateways say. Resolves once the broker has been asked, or there is none. */
export async function followSite({ bus, clock, units, positions, lost }: FollowSiteOptions, progress: Progress): Promise<void> {
  // A filter of its own for each of many stations would be held against every message.
  const [only] = units.size === 1 ? [...units.keys()] : [];
  const where = only === undefined ? {} : { station: only };
  await Promise.all([
    bus.subscribe(serviceStatus, {}, ({ state: stands, stations }, { params: { service, instance } }) => {
      if (service === gateway) progress.status(instance, stands === 'online', stations);
    }),
    bus.subscribe(journalHead, {}, ({ streams }, { params: { service, instance } }) => {
      if (service === gateway) for (const { station, boot, lastSeq } of streams) progress.head(`${service}/${instance}`, station, boot, lastSeq);
    }),
    bus.subscribe(state, where, (payload, { params: { station, evse } }) => {
      // A car is no charger, though it may bear its name.
      if (payload.mode === 'evse') units.get(station)?.inlet.state(evse, payload);
    }),
    bus.subscribe(session, where, (payload, { params: { station, evse } }) => units.get(station)?.inlet.session(evse, payload)),
    bus.subscribe(telemetryBatch, where, (payload, { params: { station, evse } }) => units.get(station)?.inlet.batch(evse, payload)),
    bus.subscribe(slacFrames, where, (batch, { params: { station, evse } }) => units.get(station)?.frames('slac', evse, batch)),
    bus.subscribe(v2gFrames, where, (batch, { params: { station, evse } }) => units.get(station)?.frames('v2g', evse, batch)),
    followEvents(bus, {
      clock, positions, ...(only !== undefined && { station: only }),
      onEvent: (event, position) => {
        progress.took(position);
        if (event.src.startsWith('ocpp-bridge/')) return;
        const unit = units.get(event.st);
        unit?.inlet.event(event, position);
        // The broker hears that it has come when what it brought about is on disk.
        return unit?.driver.settled();
      },
      onLost: ({ fromSeq, toSeq, ...stream }) => {
        const position = { ...stream, seq: toSeq };
        progress.took(position);
        const inlet = units.get(stream.station)?.inlet;
        if (inlet === undefined) return;
        inlet.lost(position);
        if (isGateway(stream.src)) lost(`events ${fromSeq} to ${toSeq} of ${stream.src} at ${stream.station} are lost: what is retained has to do`);
      },
    }),
  ]);
}

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

/** How far the events of the gateways go, and how far they have come here. */
export class Progress {
  readonly #had = new Map<string, number>();
  readonly #heads = new Map<string, { readonly key: string; readonly lastSeq: number }>();
  readonly #stations = new Map<string, { readonly online: boolean; readonly stations: readonly string[] }>();

  constructor(positions: readonly Position[]) {
    for (const { src, station, boot, seq } of positions) this.#had.set(`${src} ${station} ${boot}`, seq);
  }

  took({ src, station, boot, seq }: Position): void {
    this.#had.set(`${src} ${station} ${boot}`, seq);
  }

  head(src: string, station: string, boot: string, lastSeq: number): void {
    const key = `${src} ${station} ${boot}`;
    const began = [...this.#had.keys()].some((one) => one.startsWith(`${src} ${station} `));
    // Of a stream that is new here, what was before is not followed.
    if (!this.#had.has(key)) this.#had.set(key, began ? 0 : lastSeq);
    this.#heads.set(`${src} ${station}`, { key, lastSeq });
  }

  status(instance: string, online: boolean, stations: readonly string[]): void {
    this.#stations.set(instance, { online, stations });
  }

  /** Every gateway of the station is there, and all that it had to tell has come. */
  caughtUp(station: string): boolean {
    const gateways = [...this.#stations].filter(([, { stations }]) => stations.includes(station));
    return gateways.length > 0 && gateways.every(([instance, { online }]) => {
      const head = this.#heads.get(`${gateway}/${instance} ${station}`);
      return online && head !== undefined && (this.#had.get(head.key) ?? 0) >= head.lastSeq;
    });
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

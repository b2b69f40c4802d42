import { followEvents } from '@pilotwire/bus';
import type { Bus, BusReport } from '@pilotwire/bus';
import { serviceStatus, state, telemetry } from '@pilotwire/contracts';
import type { Clock } from '@pilotwire/runtime';
import type { SiteSettings } from '../site/settings.js';
import { visit } from '../site/visitor.js';
import type { Heard } from './heard.js';

export interface FollowOptions {
  readonly site: SiteSettings;
  readonly station: string;
  /** Default all of the station's. */
  readonly evse?: number;
  readonly clock: Clock;
  readonly hear: (heard: Heard) => void;
}

/** Follows a station: what happens there, each event once and in order, and how things stand. `close` ends it, and the bus. */
export async function followStation({ site, station, evse, clock, hear }: FollowOptions): Promise<{ readonly bus: Bus; close(): Promise<void> }> {
  const at = (): string => new Date().toISOString();
  const wanted = { station, ...(evse !== undefined && { evse }) };
  const report = (one: BusReport): void => {
    switch (one.kind) {
      case 'up':
        return hear({ kind: 'broker', at: at(), up: true, where: bus.where });
      case 'down':
        return hear({ kind: 'broker', at: at(), up: false, where: bus.where, why: one.why });
      case 'unreadable':
        return hear({ kind: 'trouble', at: at(), what: `${one.topic} is not as its contract says: ${one.problem}` });
      case 'handler':
        return hear({ kind: 'trouble', at: at(), what: `${one.topic}: ${String(one.error)}` });
      case 'not-subscribed':
        return hear({ kind: 'trouble', at: at(), what: `the broker refuses ${one.filter}: ${String(one.error)}` });
      default:
        return;
    }
  };
  // Subscribed with the connection; how an outlet stands comes last, so that nothing after it is missed.
  const setup = (one: Bus): void => {
    bus = one;
    following = followEvents(one, {
      clock, station,
      onEvent: (event) => {
        if (evse === undefined || event.evse === evse) hear({ kind: 'event', event });
      },
      onLost: ({ src, fromSeq, toSeq }) => hear({ kind: 'lost', at: at(), src, count: toSeq - fromSeq + 1 }),
    });
    void one.subscribe(telemetry, wanted, (payload, { params }) => hear({ kind: 'telemetry', evse: params.evse, telemetry: payload }));
    void one.subscribe(serviceStatus, {}, ({ state: there, stations }, { params: { service, instance } }) => {
      if (stations.includes(station)) hear({ kind: 'service', at: at(), name: `${service}/${instance}`, state: there });
    });
    void one.subscribe(state, wanted, (payload, { params }) => hear({ kind: 'state', evse: params.evse, state: payload }));
  };
  let bus: Bus;
  let following: ReturnType<typeof followEvents> | undefined;
  bus = await visit(site, 'watch', { clock, report, setup });
  return {
    bus,
    async close() {
      // What it has subscribed goes with the connection: a broker that does not answer is not waited for.
      void following?.then(({ stop }) => stop());
      await bus.close();
    },
  };
}

import { availability, limit, pilot, serviceInfo, serviceStatus, session, slac, state } from '@pilotwire/contracts';
import type { PayloadOf } from '@pilotwire/contracts';
import { ms } from '@pilotwire/machine';
import { UsageError } from '../errors.js';
import { siteCommand } from '../site/settings.js';
import { atSite, patience, pause } from '../site/visitor.js';
import { statusLines } from '../site/status-text.js';

const outletTopics = { state, pilot, slac, session, limit, availability } as const;
type OutletTopics = typeof outletTopics;

/** A process, as it says of itself. */
export type ServiceRow = { readonly service: string; readonly instance: string; readonly mode?: string } & PayloadOf<typeof serviceStatus>;
/** An outlet: what is retained of it. */
export type OutletRow = { readonly station: string; readonly evse: number } & { readonly [Topic in keyof OutletTopics]?: PayloadOf<OutletTopics[Topic]> };

/** Nothing more is retained where nothing has come for so long. */
const quiet = ms(200);

export const status = siteCommand({
  summary: 'Prints who is there, and how each outlet stands.',
  usage: ['[--json] [--station NAME] [--evse NUMBER]'],
  options: { json: { help: '{"services": [...], "outlets": [...]}, as in docs/reference/topics.md' } },
  notes: 'From what is retained at the broker; without --station, of all stations. The exit code is 1 if nobody is there.',
  run: async (site, { json }, words, io) => {
    if (words.length > 0) throw new UsageError(`status takes no arguments: ${words.join(' ')}`);
    const { settings, origins } = site;
    const chosen = {
      ...(origins.station !== 'default' && { station: settings.station }),
      ...(origins.evse !== 'default' && { evse: settings.evse }),
    };
    return atSite(site, 'status', async (bus, clock) => {
      const services = new Map<string, ServiceRow>();
      const modes = new Map<string, string>();
      const outlets = new Map<string, OutletRow>();
      let last = clock.now();
      const heard = (): void => {
        last = clock.now();
      };
      await bus.subscribe(serviceStatus, {}, (payload, { topic, params }) => {
        heard();
        const { station } = chosen;
        if (station === undefined || payload.stations.includes(station)) services.set(topic, { ...params, ...payload });
      });
      await bus.subscribe(serviceInfo, {}, ({ mode }, { params: { service, instance } }) => {
        heard();
        modes.set(`${service}/${instance}`, mode);
      });
      for (const [name, contract] of Object.entries(outletTopics)) {
        await bus.subscribe(contract as typeof state, chosen, (payload, { params: { station, evse } }) => {
          heard();
          const key = `${station} ${String(evse).padStart(4)}`;
          if (payload !== null) outlets.set(key, { station, evse, ...outlets.get(key), [name]: payload });
        });
      }
      const online = (): boolean => [...services.values()].some((one) => one.state === 'online');
      const began = clock.now();
      while (clock.now() - began < patience && !(online() && clock.now() - last >= quiet)) await pause(clock, ms(50));
      const found = {
        services: sorted(services).map((one) => ({ ...one, ...(modes.has(`${one.service}/${one.instance}`) && { mode: modes.get(`${one.service}/${one.instance}`) as string }) })),
        outlets: sorted(outlets),
      };
      if (json) await io.out.line(JSON.stringify(found));
      else for (const line of statusLines(found, { where: bus.where, now: Date.now() })) await io.out.line(line);
      return online() ? 0 : 1;
    });
  },
});

const sorted = <Row>(rows: ReadonlyMap<string, Row>): Row[] => [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);

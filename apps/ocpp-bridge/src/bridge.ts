import type { Bus } from '@pilotwire/bus';
import type { Settings } from '@pilotwire/configuration';
import type { Folder } from '@pilotwire/journal';
import type { Timeline } from '@pilotwire/machine';
import { watchExpiry } from '@pilotwire/ocpp-transport';
import type { CertificateStore } from '@pilotwire/ocpp-transport';
import type { Clock } from '@pilotwire/runtime';
import type { Log } from '@pilotwire/service';
import { StationLog } from './log/station-log.js';
import { followSite, Progress } from './site/follow.js';
import { isSet } from './station/clock.js';
import { stationsOf } from './station/configuration.js';
import type { OpenLine } from './station/line.js';
import { Unit } from './unit.js';
import type { UnitOptions } from './unit.js';

/** What a bridge stands on. */
export interface Ground {
  readonly settings: Settings;
  readonly version: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly time: Timeline;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** `length` random octets. */
  readonly entropy: (length: number) => Uint8Array;
  readonly log: Log;
  /** Where a station's log is kept. */
  readonly folder: (station: string) => Promise<Folder>;
  readonly openLine: OpenLine;
  readonly upload: UnitOptions['upload'];
  /** Where the certificates of a station are kept, if anywhere. */
  readonly certificates?: ReadonlyMap<string, CertificateStore>;
}

/** The stations of one process. */
export interface Bridge {
  readonly units: ReadonlyMap<string, Unit>;
  problems(): readonly string[];
  counters(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** Opens every station's log, and begins. Throws `ConfigurationError`, `JournalError`. */
export async function openBridge(ground: Ground): Promise<Bridge> {
  const { settings, bus, clock, log } = ground;
  const stations = stationsOf(settings);
  const logs = new Map<string, StationLog>();
  const units = new Map<string, Unit>();
  const ends: (() => void)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends) end();
    await Promise.all([...units.values()].map((unit) => unit.close()));
    await Promise.all([...logs].map(([station, kept]) => (units.has(station) ? undefined : kept.close())));
  };
  try {
    for (const station of stations) {
      const report = (what: { readonly kind: string }): void => void (what.kind === 'dropped' || log.warn(`${station}: its log: ${what.kind}`));
      logs.set(station, await StationLog.open({ folder: await ground.folder(station), report }));
    }
    const positions = [...logs.values()].flatMap((one) => one.kept.positions);
    const progress = new Progress(positions);
    for (const [station, kept] of logs) units.set(station, new Unit({ ...ground, station, kept, certificates: ground.certificates?.get(station), caughtUp: () => progress.caughtUp(station) }));
    for (const [station, unit] of units) {
      const store = ground.certificates?.get(station);
      if (store === undefined) continue;
      ends.push(watchExpiry(store, {
        clock, utc: () => (isSet(ground.wallClock()) ? ground.wallClock() : undefined), renew: () => unit.renewCertificate(),
        security: ({ type, info }) => unit.driver.feed({ kind: 'security-event', type, info }),
      }));
    }
    await followSite({ bus, clock, units, positions, lost: (words) => log.warn(words) }, progress);
    await Promise.all([...units.values()].map((unit) => unit.open()));
  } catch (error) {
    await close();
    throw error;
  }
  const all = [...units.values()];
  return {
    units,
    problems: () => all.flatMap((unit) => unit.problems()),
    counters: () => ({
      'ocpp.connected': all.filter(({ driver }) => driver.state.link !== undefined).length,
      'ocpp.waiting': all.reduce((sum, { driver }) => sum + driver.state.entries.length, 0),
      'ocpp.deadLetters': all.reduce((sum, { driver }) => sum + driver.letters.length, 0),
    }),
    close,
  };
}

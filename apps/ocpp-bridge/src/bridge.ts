import type { Bus } from '@pilotwire/bus';
import type { Settings } from '@pilotwire/configuration';
import type { Folder } from '@pilotwire/journal';
import type { Timeline } from '@pilotwire/machine';
import { watchExpiry } from '@pilotwire/ocpp-transport';
import type { CertificateStore } from '@pilotwire/ocpp-transport';
import type { Clock } from '@pilotwire/runtime';
import { wordsOf } from '@pilotwire/service';
import type { Log } from '@pilotwire/service';
import { sideBySide } from './log/side-by-side.js';
import { StationLog } from './log/station-log.js';
import { followSite, Progress } from './site/follow.js';
import { isSet } from './station/clock.js';
import { stationsOf } from './station/configuration.js';
import type { OpenLine } from './station/line.js';
import { Turnstile } from './station/turnstile.js';
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
  readonly openLine: OpenLine;
  readonly upload: UnitOptions['upload'];
  /** Where the certificates of a station are kept, if anywhere. */
  readonly certificates?: ReadonlyMap<string, CertificateStore>;
}

/** The stations of one process. */
export interface Bridge {
  readonly units: ReadonlyMap<string, Unit>;
  /** Resolves once the broker has been asked for what is wanted of it, or there is none. */
  readonly opened: Promise<void>;
  problems(): readonly string[];
  counters(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** Opens the log of every station. Throws `ConfigurationError`, `JournalError`. */
export async function openLogs(settings: Settings, folder: (station: string) => Promise<Folder>, warn: (line: string) => void): Promise<ReadonlyMap<string, StationLog>> {
  const logs = new Map<string, StationLog>();
  try {
    const stations = stationsOf(settings);
    await sideBySide(stations, async (station) => {
      const report = ({ kind }: { readonly kind: string }): void => void (kind === 'dropped' || warn(`${station}: its log: ${kind}`));
      logs.set(station, await StationLog.open({ folder: await folder(station), report }));
    });
    return new Map(stations.map((station) => [station, logs.get(station) as StationLog]));
  } catch (error) {
    for (const log of logs.values()) await log.close();
    throw error;
  }
}

/** Begins with the stations whose logs are given. All that is to be heard is subscribed when this returns. */
export function openBridge(ground: Ground, logs: ReadonlyMap<string, StationLog>): Bridge {
  const { bus, clock, log, wallClock, certificates } = ground;
  const utc = (): number | undefined => (isSet(wallClock()) ? wallClock() : undefined);
  const positions = [...logs.values()].flatMap((one) => one.kept.positions);
  const progress = new Progress(positions);
  const units = new Map<string, Unit>();
  const ends: (() => void)[] = [];
  const turnstile = new Turnstile(clock);
  for (const [station, kept] of logs) {
    const store = certificates?.get(station);
    const unit = new Unit({ ...ground, station, kept, certificates: store, caughtUp: () => progress.caughtUp(station), turnstile });
    units.set(station, unit);
    if (store === undefined) continue;
    const security = ({ type, info }: { readonly type: string; readonly info: string }): void => unit.driver.feed({ kind: 'security-event', type, info });
    ends.push(watchExpiry(store, { clock, utc, security, renew: () => unit.renewCertificate() }));
  }
  const all = [...units.values()];
  const following = followSite({ bus, clock, units, positions, lost: (words) => log.warn(words) }, progress);
  const opened = Promise.all([following, ...all.map((unit) => unit.open())]).then(() => undefined);
  opened.catch((error: unknown) => log.error(wordsOf(error)));
  return {
    units, opened,
    problems: () => all.flatMap((unit) => unit.problems()),
    counters: () => ({
      'ocpp.connected': all.filter(({ driver }) => driver.state.link !== undefined).length,
      'ocpp.waiting': all.reduce((sum, { driver }) => sum + driver.state.entries.length, 0),
      'ocpp.deadLetters': all.reduce((sum, { driver }) => sum + driver.letters.length, 0),
    }),
    async close() {
      turnstile.close();
      for (const end of ends) end();
      await Promise.all(all.map((unit) => unit.close()));
    },
  };
}

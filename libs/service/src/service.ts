import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { connectBus, prepareLengths } from '@pilotwire/bus';
import type { Bus, ConnectOptions } from '@pilotwire/bus';
import { ConfigurationError, keys, redacted, shownUrl } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { role, serviceInfo } from '@pilotwire/contracts';
import type { Mode, Service as ServiceName } from '@pilotwire/contracts';
import { diskFolder } from '@pilotwire/journal';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import type { Clock, LiveTimeline } from '@pilotwire/runtime';
import { Health } from './health.js';
import { lineLog, wordsOf } from './log.js';
import type { Log } from './log.js';
import type { ChangeRole } from './roles.js';
import { tellBus, tellMishap } from './tell.js';

/** Characters of a value that `info` has room for; the names of 500 stations are more. */
const longestShown = 512;
const shortened = <Value>(value: Value): Value | string =>
  typeof value === 'string' && value.length > longestShown ? `${value.slice(0, longestShown - 40)}… (${value.length} characters)` : value;

/** What every process of a site has, whatever its task. */
export interface Service {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly time: LiveTimeline;
  readonly log: Log;
  /** `length` random octets from a cryptographic source. */
  readonly entropy: (length: number) => Uint8Array;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** What keeps the service from its task: asked by its health. */
  problems: () => readonly string[];
  /** Counters of its own, published with its health. */
  counters: () => Readonly<Record<string, number>>;
  /** Says goodbye on the bus and lets go of everything. */
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly name: ServiceName;
  readonly version: string;
  readonly settings: Settings;
  /** Stations whose events this process publishes. */
  readonly stations: readonly string[];
  readonly mode: Mode;
  /** Its hardware is a simulation: commands that only a simulation can carry out are allowed. */
  readonly simulated: boolean;
  /** Where log lines go; by default standard error. */
  readonly write?: (line: string) => void;
  /** One that several services of a process live by; by default the system's. */
  readonly clock?: Clock;
  /** Where another side can be played: asked by the command `role`. */
  readonly changeRole?: ChangeRole;
  /** `persistent`: the broker keeps what comes while this process is away. Then what it wants to hear it subscribes in `setup`. */
  readonly session?: ConnectOptions['session'];
  /** How many messages are handed over before the first is done with. */
  readonly window?: ConnectOptions['window'];
  /** Called with what the service stands on before it is connected. */
  readonly setup?: (stand: Stand) => void;
}

/** What is there before there is a connection. */
export type Stand = Pick<Service, 'bus' | 'clock' | 'time' | 'log' | 'entropy' | 'wallClock'>;

/** Where the broker is; the embedded one is that of `pilotwire up` on this machine. */
export const brokerUrl = ({ 'mqtt.url': url, 'mqtt.port': port }: Settings): string => (url === 'embedded' ? `mqtt://127.0.0.1:${port}` : url);

/**
 * How to connect to the broker. `where` says where its URL was set. Throws `ConfigurationError` for a URL that is none of a
 * broker, and for a file of certificates that cannot be read.
 */
export function connectionOf(settings: Settings, where = 'mqtt.url'): { url: string; username?: string; password?: string; tls?: { ca: string } } {
  const { 'mqtt.username': username, 'mqtt.password': password, 'mqtt.ca': ca } = settings;
  const url = brokerUrl(settings);
  if (!URL.canParse(url) || !/^(mqtts?|wss?):$/.test(new URL(url).protocol) || new URL(url).host === '') {
    throw new ConfigurationError([{ where, problem: 'mqtt.url is `embedded`, or begins with mqtt://, mqtts://, ws:// or wss://' }]);
  }
  return {
    url,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { tls: { ca: certificatesOf(ca) } }),
  };
}

function certificatesOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError([{ where: 'mqtt.ca', problem: `${file} cannot be read: ${wordsOf(error)}` }]);
  }
}

/**
 * What a service stands on: clock, log, its place on the bus with a journal on disk, info and health. It does not wait
 * for a broker. Throws `ConfigurationError`, `JournalError` where another process holds the journal, and what listening for health throws.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { name, version, settings, stations, mode, simulated, write = (line) => void process.stderr.write(line), clock = systemClock() } = options;
  const { instance, data, 'log.level': level, 'health.port': healthPort } = settings;
  const wallClock = Date.now;
  const log = lineLog({ name: `${name}/${instance}`, level, wallClock, write });
  const time = liveTimeline(clock, tellMishap(log));
  const connection = connectionOf(settings);
  prepareLengths();
  const entropy = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  const { session, window, setup } = options;
  const bus = await connectBus({
    ...(session !== undefined && { session }), ...(window !== undefined && { window }),
    ...(setup !== undefined && { setup: (opened: Bus) => setup({ bus: opened, clock, time, log, entropy, wallClock }) }),
    ...connection, service: name, instance, version, stations, mode, simulated, clock,
    report: tellBus(log, () => shownUrl(connection.url)),
    journal: (station) => diskFolder(join(data, `${name}-${instance}`, station)),
  });
  const config = Object.fromEntries(Object.entries(redacted(keys, settings)).map(([key, value]) => [key, shortened(value)]));
  const info = { ts: new Date(wallClock()).toISOString(), version, contracts: 1 as const, node: process.version, platform: `${platform()} ${arch()}`, mode, config };
  bus.publish(serviceInfo, { service: name, instance }, info).catch((error: unknown) => log.error(String(error)));

  let server: Server | undefined;
  const service: Service = {
    bus, clock, time, log, wallClock, entropy,
    problems: () => [],
    counters: () => ({}),
    async close() {
      health.stop();
      server?.close();
      server?.closeAllConnections();
      time.stop();
      await bus.close();
    },
  };
  const health = new Health({ bus, time, log, wallClock, problems: () => service.problems(), counters: () => service.counters() });
  try {
    if (healthPort > 0) server = await health.serve(healthPort);
    const { changeRole } = options;
    if (changeRole !== undefined) await bus.serve(role, { service: name, instance }, (asked) => changeRole(asked.role));
  } catch (error) {
    await service.close();
    throw error;
  }
  return service;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, startBroker } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { loadSettings } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { memoryFolder } from '@pilotwire/journal';
import type { Folder } from '@pilotwire/journal';
import { systemClock } from '@pilotwire/runtime';
import { startHistory } from '../src/index.js';
import type { RunningHistory } from '../src/index.js';

export const clock = systemClock({ background: true });
export const station = 'demo';

export interface Place {
  readonly brokerUrl: string;
  readonly lines: readonly string[];
  settings(over?: Partial<Settings>): Settings;
  history(over?: Partial<Settings>): Promise<RunningHistory>;
  /** A publisher of events; its journal outlives it. */
  gateway(options?: { readonly instance?: string; readonly time?: () => number }): Promise<Bus>;
  /** Whoever speaks with the CSMS. */
  bridge(of?: string): Promise<Bus>;
  close(): Promise<void>;
}

/** A broker, a folder for the embedded database, and whoever is opened; all of it ends with `close`. */
export async function place(database: string, brokerUrl?: string): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-history-'));
  const broker = brokerUrl === undefined ? await startBroker() : undefined;
  const url = brokerUrl ?? (broker as NonNullable<typeof broker>).url;
  const closes: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true }), () => broker?.close()];
  const journals = new Map<string, Folder>();
  const lines: string[] = [];
  const settings = (over: Partial<Settings> = {}): Settings => ({
    ...loadSettings({ env: {} }).settings, data: folder, 'mqtt.url': url, 'history.port': 0, 'history.database': database,
    'history.timeZone': 'Europe/Berlin', 'log.level': 'debug', ...over,
  });
  return {
    brokerUrl: url,
    lines,
    settings,
    async history(over) {
      const one = await startHistory({ settings: settings(over), version: '0.1.0', clock, write: (line) => lines.push(line) });
      closes.push(() => one.close());
      return one;
    },
    async gateway({ instance = 'main', time } = {}) {
      const journal = journals.get(instance) ?? memoryFolder();
      journals.set(instance, journal);
      const bus = await connectBus({
        url, service: 'v2g-gateway', instance, version: '0.1.0', stations: [station], mode: 'evse', simulated: true, clock, report: () => undefined,
        journal: () => Promise.resolve(journal), ...(time !== undefined && { time }),
      });
      closes.push(() => bus.close());
      await bus.whenConnected();
      return bus;
    },
    async bridge(of = station) {
      const bus = await connectBus({ url, service: 'ocpp-bridge', instance: of, version: '0.1.0', stations: [of], mode: 'evse', simulated: true, clock, report: () => undefined });
      closes.push(() => bus.close());
      await bus.whenConnected();
      return bus;
    },
    async close() {
      for (const one of closes.splice(0).toReversed()) await one();
    },
  };
}

/** Asks until the answer satisfies; a test that asks in vain ends by its own time limit. */
export async function until<Result>(ask: () => Promise<Result>, satisfied: (result: Result) => boolean): Promise<Result> {
  for (;;) {
    const result = await ask();
    if (satisfied(result)) return result;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export async function get<Body = Record<string, unknown>>(url: string, path: string, token?: string): Promise<{ readonly status: number; readonly body: Body; readonly headers: Headers }> {
  const response = await fetch(`${url}${path}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  const text = await response.text();
  const body = (response.headers.get('content-type') ?? '').startsWith('application/json') ? JSON.parse(text) : text;
  return { status: response.status, body: body as Body, headers: response.headers };
}

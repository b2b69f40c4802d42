import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, startBroker, uuidv7 } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { loadSettings } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { events, telemetryBatch } from '@pilotwire/contracts';
import { startHistory } from '@pilotwire/history';
import { systemClock } from '@pilotwire/runtime';
import { version } from '../project.js';
import { figure } from './figure.js';
import type { Figure } from './figure.js';
import { freePort } from './free-port.js';
import { ownDatabase } from './own-database.js';

const clock = systemClock();
/** Ten seconds in a message, as a gateway sends them. */
const [messages, samples] = [4_000, 10];
/** A charge says some thirty. */
const [eventCount, perSession] = [12_000, 30];
/** Each has a connection of its own. */
const stations = ['a', 'b', 'c', 'd'];

/**
 * From MQTT to committed: what a broker has kept for a history that was away, by how fast it is stored. Of what came last,
 * so that the start is not counted. The broker is Mosquitto in a process of its own where it is installed.
 */
export async function* ingestFigures(postgres: string | undefined): AsyncGenerator<Figure> {
  for (const [name, url] of [['pglite', 'embedded'], ['postgres', postgres]] as const) {
    if (url === undefined) continue;
    yield await measured(`ingest.telemetry.${name}`, 'rows/s', url, ['a'], messages * samples, 'rows', publishTelemetry);
    yield await measured(`ingest.events.${name}`, 'events/s', url, stations, eventCount, 'events', publishEvents);
    yield await measured(`ingest.events.${name}.one-connection`, 'events/s', url, ['a'], eventCount, 'events', publishEvents);
  }
}

async function measured(
  name: string, unit: Figure['unit'], database: string, of: readonly string[], total: number, counter: 'rows' | 'events', publish: (bus: Bus, of: readonly string[]) => Promise<void>,
): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-bench-'));
  const broker = await brokerIn(folder);
  const own = database === 'embedded' ? undefined : await ownDatabase(database, folder);
  const settings: Settings = {
    ...loadSettings({ env: {} }).settings, data: folder, 'mqtt.url': broker.url, 'history.port': 0, 'history.database': own?.url ?? database, 'history.stations': of.join(','), 'log.level': 'error',
  };
  const options = { settings, version: version(), write: () => undefined };
  try {
    // Once, for the broker to know that it has to keep what comes.
    const first = await startHistory(options);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await first.close();
    const bus = await connectBus({ url: broker.url, service: 'v2g-gateway', instance: 'bench', version: version(), stations: of, mode: 'evse', simulated: true, clock, report: () => undefined });
    await bus.whenConnected();
    await publish(bus, of);
    const history = await startHistory(options);
    const stored = async (share: number): Promise<number> => {
      while ((history.service.counters()[counter] ?? 0) < share * total) await new Promise((resolve) => setTimeout(resolve, 2));
      return performance.now();
    };
    const [begin, end] = [await stored(0.1), await stored(1)];
    await history.close();
    await bus.close();
    return figure(name, unit, [(0.9 * total) / ((end - begin) / 1_000)]);
  } finally {
    await own?.drop();
    await broker.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function publishTelemetry(bus: Bus): Promise<void> {
  const [sessionId, begin] = [uuidv7(Date.now()), Date.now() - messages * samples * 1_000];
  for (let n = 0; n < messages; n++) {
    const rows = Array.from({ length: samples }, (_, i) => ({
      n: n * samples + i, ts: new Date(begin + (n * samples + i) * 1_000).toISOString(), voltage: 398.2, current: 124.9, power: 49_735, targetVoltage: 420, targetCurrent: 125, soc: 41, energyWh: n,
    }));
    const sent = bus.publish(telemetryBatch, { station: 'a', evse: 1 }, { id: uuidv7(begin), sessionId, samples: rows });
    if (n % 50 === 49) await sent;
  }
}

async function publishEvents(bus: Bus, of: readonly string[]): Promise<void> {
  const sessions = new Map<string, string>();
  for (let n = 0; n < eventCount; n++) {
    const station = of[n % of.length] as string;
    if (Math.floor(n / of.length) % perSession === 0) sessions.set(station, uuidv7(Date.now()));
    const said = bus.event(events['session.phase'], { station, evse: 1 }, { from: 'cable-check', to: 'pre-charge', message: 'PreChargeReq' }, { sessionId: sessions.get(station) as string });
    if (n % 50 === 49) await said;
  }
}

async function brokerIn(folder: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(config, [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'max_queued_messages 20000', 'max_inflight_messages 400', 'log_type error', ...(process.getuid?.() === 0 ? ['user root'] : [])].join('\n'));
  const child = spawn('mosquitto', ['-c', config], { stdio: 'ignore' });
  const gone = new Promise<'gone'>((resolve) => void child.once('exit', () => resolve('gone')).once('error', () => resolve('gone')));
  for (;;) {
    const state = await Promise.race([gone, listens(port)]);
    if (state === 'gone') return startBroker();
    if (state) break;
  }
  return {
    url: `mqtt://127.0.0.1:${port}`,
    async close() {
      child.kill();
      await gone;
    },
  };
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectBus } from '@pilotwire/bus';
import { diskFolder } from '@pilotwire/journal';
import { after, ms } from '@pilotwire/machine';
import { build } from 'esbuild';
import { afterEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../src/index.js';
import { clock, get } from './place.js';
import { chance, readLedger, simulateMonth } from './month.js';
import { hasMosquitto, mosquitto } from '../../../tools/mosquitto.js';
import { hasPostgres, postgres } from '../../../tools/postgres.js';

/** The full month has 10,000 sessions and 20 kills of each; a slice shows the same in a minute. */
const full = process.env['PILOTWIRE_FULL_MONTH'] !== undefined;
const [sessions, kills] = full ? [10_000, 20] : [240, 3];
const seed = Number(process.env['PILOTWIRE_SEED'] ?? 7);
const stations = ['north', 'south'];
/**
 * Rows of telemetry that may be on their way. A site makes a batch in five seconds, and history keeps up with many: what a broker that dies
 * takes with it is then what a gateway still remembers. A month in minutes would outrun that memory.
 */
const mostUnderWay = 10_000;
const glance = 1_500;

const pause = (by: number): Promise<void> => new Promise((resolve) => void clock.wake(after(clock.now(), ms(by)), resolve));

describe.runIf(hasPostgres() && hasMosquitto())('a month in which everything is killed', () => {
  const cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const undo of cleanUp.splice(0).toReversed()) await undo();
  });

  test(`${sessions} sessions, ${kills} kills each of history, broker and database: nothing is missing, nothing is there twice, and the energy is right`, async () => {
    console.log(`seed ${seed}`);
    const began = clock.now();
    const folder = mkdtempSync(join(tmpdir(), 'pilotwire-month-'));
    cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
    const program = fileURLToPath(new URL('../dist/month/history.mjs', import.meta.url));
    await build({
      entryPoints: [fileURLToPath(new URL('history-process.ts', import.meta.url))], outfile: program, bundle: true, platform: 'node', format: 'esm',
      // Some packages ask for Node's own modules in the old way.
      banner: { js: "import { createRequire as asked } from 'node:module'; const require = asked(import.meta.url);" },
      conditions: ['@pilotwire/source'], external: ['pg', 'mqtt', 'aedes', 'ws', 'prom-client', 'zod', '@nestjs/*'], logLevel: 'warning',
    });
    const [db, broker] = [await postgres(), await mosquitto()];
    cleanUp.push(() => db.remove(), () => broker.remove());
    await Promise.all([db.start(), broker.start()]);
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const history = new Process(program, {
      PILOTWIRE_DATA: join(folder, 'data'), PILOTWIRE_MQTT_URL: url, PILOTWIRE_HISTORY_DATABASE: db.url, PILOTWIRE_HISTORY_PORT: '0', PILOTWIRE_HISTORY_STATIONS: stations.join(','),
      PILOTWIRE_HISTORY_TIME_ZONE: 'Europe/Berlin', PILOTWIRE_HISTORY_KEEP_TELEMETRY: '0', PILOTWIRE_LOG_LEVEL: 'error',
    });
    cleanUp.push(() => history.kill());
    await history.start();

    const ledger = join(folder, 'ledger.jsonl');
    const random = chance(seed ^ 0x5eed);
    const victims = [history, broker, db];
    // Who dies when, as a part of the month.
    const deaths = victims.flatMap((victim) => Array.from({ length: kills }, () => ({ victim, at: random(), back: random() * 600 }))).sort((a, b) => a.at - b.at);
    const own = await openDatabase({ url: db.url, folder, clock, trouble: () => undefined });
    cleanUp.push(() => own.close());
    const one = async (sql: string): Promise<number> => Object.values((await own.query(sql))[0] ?? {})[0] as number;
    let [done, told, stored] = [0, 0, 0];
    let waits = (): void => undefined;
    let over = false;
    const looked = (async () => {
      while (!over) {
        // It is killed as well.
        stored = await one('SELECT count(*) FROM telemetry').catch(() => stored);
        await pause(glance);
      }
    })();
    const months = stations.map(async (station, i) => {
      const time: { next: number | undefined } = { next: undefined };
      const bus = await connectBus({
        url, service: 'v2g-gateway', instance: station, version: '0.1.0', stations: [station], mode: 'evse', simulated: true, clock, time: () => takeNext(time), report: () => undefined,
        journal: (of) => diskFolder(join(folder, 'journals', of)),
      });
      cleanUp.push(() => bus.close());
      await bus.whenConnected();
      await simulateMonth({
        bus, station, seed: seed + i, sessions: sessions / stations.length, clock: time, ledger,
        async done(rows) {
          done++;
          told += rows;
          waits();
          while (told - stored > mostUnderWay) await pause(50);
        },
      });
      expect(bus.counters['not-published'] + bus.counters.dropped).toBe(0);
    });
    for (const { victim, at, back } of deaths) {
      await new Promise<void>((resolve) => {
        waits = () => done >= at * sessions && resolve();
        waits();
      });
      await victim.kill();
      await pause(back);
      await victim.start();
    }
    waits = () => undefined;
    await Promise.all(months);
    over = true;
    await looked;

    console.log(`${deaths.length} kills in ${Math.round((clock.now() - began) / 1_000)} s`);
    expect(history.crashes).toEqual([]);
    const entries = readLedger(ledger);
    const expected = { events: entries.flatMap((entry) => entry.events), rows: sum(entries.map(({ rows }) => rows)), energyWh: sum(entries.map(({ energyWh }) => energyWh)) };
    for (;;) {
      const [found, rows, due] = [await one('SELECT count(*) FROM session_events'), await one('SELECT count(*) FROM telemetry'), await one('SELECT count(*) FROM sessions WHERE assembled < revision OR NOT rolled')];
      if (found >= expected.events.length && rows >= expected.rows && due === 0) break;
      await pause(500);
    }
    await pause(1_000);

    const events = (await own.query<{ event_id: string }>('SELECT event_id FROM session_events')).map(({ event_id: id }) => id);
    expect(events.toSorted()).toEqual(expected.events.toSorted());
    expect(await one('SELECT count(*) FROM telemetry')).toBe(expected.rows);
    expect(await one('SELECT count(*) FROM sessions')).toBe(entries.length);
    expect(await one('SELECT count(*) FROM dead_letters')).toBe(0);
    expect(await one(`SELECT count(*) FROM ingest_state WHERE gaps <> '[]'`)).toBe(0);
    expect(await one('SELECT sum(energy_wh) FROM sessions')).toBeCloseTo(expected.energyWh, 1);
    const samples = expected.energyWh - 0.5 * entries.length;
    expect(await one('SELECT sum(wh) FROM (SELECT max(energy_wh) AS wh FROM telemetry GROUP BY session_id) t')).toBeCloseTo(samples, 1);
    expect(await one('SELECT sum(wh) FROM (SELECT max(energy_wh) AS wh FROM telemetry_1m GROUP BY session_id) t')).toBeCloseTo(samples, 1);
    for (const station of stations) {
      const { body } = await get<{ energy: { date: string; energyWh: number }[] }>(history.url, `/api/v1/energy?station=${station}&from=2026-02-28&to=2026-04-02`);
      const days: Record<string, number> = {};
      for (const entry of entries.filter((found) => found.station === station)) for (const [day, wh] of Object.entries(entry.days)) days[day] = (days[day] ?? 0) + wh;
      expect(body.energy.map(({ date }) => date)).toEqual(Object.keys(days).toSorted());
      for (const { date, energyWh } of body.energy) expect(energyWh, `${station} ${date}`).toBeCloseTo(days[date] as number, 1);
    }
  }, full ? 3_600_000 : 300_000);
});

/** The time of one word, if one is set. */
function takeNext(time: { next: number | undefined }): number {
  const { next = Date.now() } = time;
  time.next = undefined;
  return next;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** History as a process that can be killed and started again. */
class Process {
  url = '';
  /** Ends that nobody asked for. */
  readonly crashes: number[] = [];
  readonly #program: string;
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;

  constructor(program: string, env: NodeJS.ProcessEnv) {
    this.#program = program;
    this.#env = env;
  }

  async start(): Promise<void> {
    const child = fork(this.#program, [], { env: { PATH: process.env['PATH'], ...this.#env }, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child = child;
    child.once('exit', (code) => code !== null && this.crashes.push(code));
    this.url = await new Promise<string>((resolve, reject) => {
      child.once('message', (url) => resolve(String(url)));
      child.once('exit', (code) => reject(new Error(`history ended with ${code}`)));
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => void child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
}

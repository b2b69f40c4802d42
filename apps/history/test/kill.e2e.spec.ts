import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectBus } from '@pilotwire/bus';
import { diskFolder } from '@pilotwire/journal';
import { after, ms } from '@pilotwire/machine';
import { build } from 'esbuild';
import { afterEach, describe, expect, test } from 'vitest';
import { freshDatabase } from '../../../tools/fresh-database.js';
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
/** Longer than connections take to come back, and gateways to say again what a broker lost. */
const longestSilence = 100_000;

const pause = (by: number): Promise<void> => new Promise((resolve) => void clock.wake(after(clock.now(), ms(by)), resolve));

interface Victim {
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}
/** A broker and a database, which history is told where to find; `database` is none that can be killed alone where it lives and dies with history. */
interface Pair {
  readonly broker: Victim & { readonly url: string };
  readonly database: Victim | undefined;
  readonly databaseUrl: string;
  remove(): Promise<void>;
}

/** A program of ours in a file that Node runs. */
async function bundled(name: string): Promise<string> {
  const outfile = fileURLToPath(new URL(`../dist/month/${name}.mjs`, import.meta.url));
  await build({
    entryPoints: [fileURLToPath(new URL(`${name}-process.ts`, import.meta.url))], outfile, bundle: true, platform: 'node', format: 'esm',
    // Some packages ask for Node's own modules in the old way.
    banner: { js: "import { createRequire as asked } from 'node:module'; const require = asked(import.meta.url);" },
    conditions: ['@pilotwire/source'], external: ['pg', 'mqtt', 'aedes', 'ws', 'prom-client', 'zod', '@nestjs/*'], logLevel: 'warning',
  });
  return outfile;
}

async function real(): Promise<Pair> {
  const [db, broker] = [await postgres(), await mosquitto()];
  await Promise.all([db.start(), broker.start()]);
  return {
    broker: { url: `mqtt://127.0.0.1:${broker.port}`, start: () => broker.start(), kill: () => broker.kill() }, database: db, databaseUrl: db.url,
    remove: async () => {
      await broker.remove();
      await db.remove();
    },
  };
}

async function embedded(): Promise<Pair> {
  const env: NodeJS.ProcessEnv = {};
  const broker = new Process(await bundled('broker'), env);
  await broker.start();
  // The next life is at the same place.
  env['PORT'] = new URL(broker.url).port;
  return { broker, database: undefined, databaseUrl: 'embedded', remove: () => broker.kill() };
}

const haveReal = hasPostgres() && hasMosquitto();

describe('a month in which everything is killed', () => {
  const cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const undo of cleanUp.splice(0).toReversed()) await undo();
  });

  test.each([
    ...(haveReal ? [['Mosquitto and Postgres', real] as const] : []), ['the embedded pair', embedded] as const,
  ])(`%s: ${sessions} sessions, ${kills} kills of each: nothing is missing, nothing is there twice, and the energy is right`, async (_, pairOf) => {
    console.log(`seed ${seed}`);
    const began = clock.now();
    const folder = mkdtempSync(join(tmpdir(), 'pilotwire-month-'));
    cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
    const program = await bundled('history');
    const pair = await pairOf();
    cleanUp.push(() => pair.remove());
    const { url } = pair.broker;
    const data = join(folder, 'data');
    mkdirSync(data);
    if (pair.database === undefined) await freshDatabase(join(data, 'history-main'));
    const history = new Process(program, {
      PILOTWIRE_DATA: data, PILOTWIRE_MQTT_URL: url, PILOTWIRE_HISTORY_DATABASE: pair.databaseUrl, PILOTWIRE_HISTORY_PORT: '0', PILOTWIRE_HISTORY_STATIONS: stations.join(','),
      PILOTWIRE_HISTORY_TIME_ZONE: 'Europe/Berlin', PILOTWIRE_HISTORY_KEEP_TELEMETRY: '0', PILOTWIRE_LOG_LEVEL: 'error',
    });
    cleanUp.push(() => history.kill());
    await history.start();

    const ledger = join(folder, 'ledger.jsonl');
    const random = chance(seed ^ 0x5eed);
    const victims: Victim[] = [history, pair.broker, ...(pair.database === undefined ? [] : [pair.database])];
    // Who dies when, as a part of the month.
    const deaths = victims.flatMap((victim) => Array.from({ length: kills }, () => ({ victim, at: random(), back: random() * 600 }))).sort((a, b) => a.at - b.at);
    const one = async (sql: string): Promise<number> => Object.values((await history.query(sql))[0] ?? {})[0] as number;
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
    const counts = async (): Promise<readonly number[]> => [await one('SELECT count(*) FROM session_events'), await one('SELECT count(*) FROM telemetry'), await one('SELECT count(*) FROM sessions WHERE assembled < revision OR NOT rolled')];
    const expected = { events: entries.flatMap((entry) => entry.events), rows: sum(entries.map(({ rows }) => rows)), energyWh: sum(entries.map(({ energyWh }) => energyWh)) };
    let [before, since] = ['', clock.now()];
    for (;;) {
      // The last kill may have been a moment ago.
      const [found = 0, rows = 0, due = 1] = await counts().catch(() => []);
      if (found >= expected.events.length && rows >= expected.rows && due === 0) break;
      const now = `${found} ${rows} ${due}`;
      if (now !== before) [before, since] = [now, clock.now()];
      // What is missing now does not come any more.
      if (clock.now() - since > longestSilence) break;
      await pause(500);
    }
    await pause(1_000);

    const events = (await history.query('SELECT event_id FROM session_events')).map(({ event_id: id }) => id as string);
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

type Row = Readonly<Record<string, unknown>>;

/** A process that says where it is to be found, and can be killed with all that it has started. */
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
    this.url = '';
    this.url = await new Promise<string>((resolve, reject) => {
      child.once('message', (url) => resolve(String(url)));
      child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
    });
  }

  /** What history's database says: the embedded one has room for nobody else. One question at a time; rejects where nobody answers. */
  query(sql: string): Promise<readonly Row[]> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      // Its first word is where it is.
      if (child?.connected !== true || this.url === '') return reject(new Error('it is not there yet'));
      const ended = (): void => reject(new Error('it died'));
      child.once('exit', ended);
      child.once('message', (answer: { readonly rows?: readonly Row[] }) => {
        child.off('exit', ended);
        if (answer.rows === undefined) reject(new Error('its database does not answer'));
        else resolve(answer.rows);
      });
      child.send(sql, (error) => error !== null && ended());
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => void child.once('exit', resolve));
    // Its embedded database would close in order when it sees that it is alone.
    for (const pid of readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ').filter((one) => one !== '')) process.kill(Number(pid), 'SIGKILL');
    child.kill('SIGKILL');
    await gone;
  }
}

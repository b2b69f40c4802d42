import { appendFileSync, readFileSync } from 'node:fs';
import { uuidv7 } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { events, telemetryBatch } from '@pilotwire/contracts';

/** What a session was, as the one who made it knows it. */
export interface Entry {
  readonly id: string;
  readonly station: string;
  readonly events: readonly string[];
  readonly rows: number;
  readonly energyWh: number;
  /** By day, where the station stands. */
  readonly days: Readonly<Record<string, number>>;
}

/** Chance that comes again with its seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const zone = 'Europe/Berlin';
const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
/** Samples of a session at least, and in one message. */
const [samples, perMessage] = [60, 20];
/** March 2026: in its last night the clocks change. */
const [begins, ends] = [Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 31, 12)];

export interface MonthOptions {
  readonly bus: Bus;
  readonly station: string;
  readonly seed: number;
  readonly sessions: number;
  /** Says the time of the month for one word; the journal, which drops what is old, lives in ours. */
  readonly clock: { next: number | undefined };
  /** A line of JSON for each session. */
  readonly ledger: string;
  /** After each session, with the rows of telemetry that it has; the next one waits for it. */
  readonly done: (rows: number) => Promise<void>;
}

/** One station's month: charge after charge on four outlets, one after the other. */
export async function simulateMonth({ bus, station, seed, sessions, clock, ledger, done }: MonthOptions): Promise<void> {
  const random = chance(seed);
  for (let n = 0; n < sessions; n++) {
    const start = Math.floor(begins + ((ends - begins) * (n + random())) / sessions);
    const entry = await charge({ bus, station, random, start, clock, evse: 1 + (n % 4) });
    appendFileSync(ledger, `${JSON.stringify(entry)}\n`);
    await done(entry.rows);
  }
}

interface ChargeOptions extends Pick<MonthOptions, 'bus' | 'station' | 'clock'> {
  readonly random: () => number;
  readonly start: number;
  readonly evse: number;
}

async function charge({ bus, station, random, start, clock, evse }: ChargeOptions): Promise<Entry> {
  const [id, outlet, said] = [uuidv7(start), { station, evse }, [] as string[]];
  const say = async (at: number, run: () => Promise<{ readonly id: string }>): Promise<void> => {
    clock.next = at;
    said.push((await run()).id);
  };
  const session = { sessionId: id };
  const step = 5_000 + Math.floor(random() * 55_000);
  const count = samples + Math.floor(random() * 20);
  await say(start, () => bus.event(events['session.started'], outlet, { simulated: true }, session));
  await say(start, () => bus.event(events['v2g.session-setup'], outlet, { evccid: Math.floor(random() * 2 ** 40).toString(16).toUpperCase().padStart(12, '0'), v2gSession: '01', resumed: false }, session));
  await say(start, () => bus.event(events['charging.started'], outlet, { targetV: 400, targetA: 125, soc: 20 }, session));
  let energyWh = 0;
  const days: Record<string, number> = {};
  const readings = Array.from({ length: count }, (_, n) => {
    const at = start + 1_000 + n * step;
    const power = 20_000 + random() * 100_000;
    const wh = (power * step) / 3_600_000;
    energyWh += wh;
    // The rollup knows minutes: a reading counts in the day of its minute, which is that of the reading.
    days[dayOf.format(at)] = (days[dayOf.format(at)] ?? 0) + wh;
    return { n, ts: new Date(at).toISOString(), voltage: 400, current: power / 400, power, soc: 20 + Math.floor((60 * n) / count), energyWh };
  });
  for (let n = 0; n < count; n += perMessage) {
    // What waits for a broker is bounded; a month in minutes is not.
    if (!bus.connected) await bus.whenConnected();
    await bus.publish(telemetryBatch, outlet, { id: uuidv7(start + n), sessionId: id, samples: readings.slice(n, n + perMessage) });
  }
  const over = start + 1_000 + count * step;
  // The meter has the last word: half a watt-hour that no sample tells.
  const total = energyWh + 0.5;
  days[dayOf.format(over)] = (days[dayOf.format(over)] ?? 0) + 0.5;
  await say(over, () => bus.event(events['charging.stopped'], outlet, { by: 'ev', why: 'completed', energyWh: total, soc: 80 }, session));
  await say(over, () => bus.event(events['session.ended'], outlet, { reason: 'completed', by: 'ev', phase: 'session-stop', energyWh: total, durationS: (over - start) / 1_000, soc: 80 }, session));
  return { id, station, events: said, rows: count, energyWh: total, days };
}

export const readLedger = (path: string): readonly Entry[] => readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Entry);

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connectBus, startBroker } from '@pilotwire/bus';
import { anyEvent, commands, serviceHealth, state } from '@pilotwire/contracts';
import { keys, resolve } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import type { Instant } from '@pilotwire/machine';
import { liveTimeline, patientClock, systemClock } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import { expect, test } from 'vitest';
import { Inbox } from '../../../tools/inbox.js';
import { liveOutlet } from '../src/up/outlet.js';
import { Person } from '../src/up/person.js';
import { freeUdpPort } from '../src/up/ports.js';
import { endOfCable, startServices } from '../src/up/services.js';

/** Sessions: a slice by default, a thousand by `PILOTWIRE_SOAK=1000`. */
const sessions = Number(process.env['PILOTWIRE_SOAK'] ?? 120);
/** At outlets beside each other, and so much faster than life. */
const [outlets, speed] = [5, 10];

/** The longest that somebody waits in vain, a person for a charge, is over before the first is counted: 200 s, ten sessions. */
const warming = 12 * outlets;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const faster = (clock: Clock, factor: number): Clock => ({
  now: () => (clock.now() * factor) as Instant,
  wake: (at, run) => clock.wake((at / factor) as Instant, run),
});

/** What a process has when its garbage is gone. */
function standing(queued: Iterable<number>) {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return {
    memory: (heapUsed + external) / 1e6,
    handles: process.getActiveResourcesInfo().filter((name) => name !== 'Timeout' && name !== 'Immediate').length,
    timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
    files: readdirSync('/proc/self/fd').length,
    queued: [...queued].reduce((sum, one) => sum + one, 0),
  };
}
type Standing = ReturnType<typeof standing>;

const middle = (samples: readonly Standing[], what: keyof Standing): number =>
  samples.map((one) => one[what]).toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? Number.NaN;

test(`${sessions} sessions over real sockets leave nothing behind`, { timeout: 300_000 + sessions * 5_000, retry: 0 }, async () => {
  const data = mkdtempSync(join(tmpdir(), 'pilotwire-soak-'));
  const clock = patientClock(faster(systemClock(), speed));
  const time = liveTimeline(clock, (mishap) => complaints.push(JSON.stringify(mishap)));
  const complaints: string[] = [];
  const ends: string[] = [];
  const samples = new Inbox<Standing>();
  const closes: (() => unknown)[] = [];
  try {
    const broker = await startBroker();
    closes.push(() => broker.close());
    const bus = await connectBus({
      url: broker.url, service: 'pilotwire', instance: 'soak', version: '0', stations: [], mode: 'evse', simulated: true, visitor: true, clock: systemClock(), report: () => undefined,
    });
    closes.push(() => bus.close());
    const queued = new Map<string, number>();
    await bus.subscribe(serviceHealth, {}, (health, { params }) => void queued.set(`${params.service}/${params.instance}`, health.queued));
    const every = Math.max(1, Math.floor(sessions / 50));
    await bus.subscribe(anyEvent, { station: 'soak' }, ({ type, data: end }) => {
      if (type !== 'session.ended' || ends.length === sessions) return;
      ends.push((end as { reason: string }).reason);
      if (ends.length % every === 0 && ends.length > warming) samples.put(standing(queued.values()));
    });
    const usual = resolve(keys, []).settings;
    for (let evse = 1; evse <= outlets; evse++) {
      const charger: Settings = {
        ...usual, station: 'soak', evse, instance: `soak-${evse}`, data, 'mqtt.url': broker.url, 'log.level': 'error', 'outlet.seed': `${evse}`, 'outlet.speed': 200, 'outlet.quick': 'yes',
        'v2g.sdpPort': await freeUdpPort(0, '127.0.0.1'),
      };
      const car: Settings = { ...charger, mode: 'ev', station: `car-${evse}`, instance: `car-${evse}` };
      const { outlet, stop } = liveOutlet(charger, clock, (line) => complaints.push(line));
      closes.push(stop);
      const services = await startServices([charger, car].flatMap((settings) => endOfCable({ settings, outlet, clock, write: (line) => complaints.push(line) })));
      closes.push(() => services.close());
      const person = new Person({
        time, seed: `${evse}`, car: 'default', cars: ['default', 'model-y', 'ioniq'], soc: 79, until: 80, card: undefined, charges: Infinity, done: () => undefined, tell: () => undefined,
        ask: ({ name, args }, answered) => void bus.request(commands[name as 'unplug'], { station: 'soak', evse }, args as Record<string, never>, { timeout: 10_000, source: 'person' })
          .then(({ status, message }) => answered(status === 'done' || status === 'accepted' ? undefined : (message ?? status)), (error: unknown) => answered(String(error))),
      });
      closes.push(() => person.goHome());
      await bus.subscribe(state, { station: 'soak', evse }, ({ phase }) => person.sees(phase));
    }
    await samples.until(() => ends.length >= sessions);
  } finally {
    for (const close of closes.toReversed()) await close();
    time.stop();
    rmSync(data, { recursive: true, force: true });
  }
  const part = Math.max(3, Math.floor(samples.items.length / 10));
  const [first, last] = [samples.items.slice(0, part), samples.items.slice(-part)];
  const figures = Object.fromEntries((['memory', 'handles', 'timers', 'files', 'queued'] as const).map((what) => [what, [middle(first, what), middle(last, what)] as const]));
  const tally = Object.fromEntries([...new Set(ends)].map((reason) => [reason, ends.filter((one) => one === reason).length]));
  console.log(`soak: ${JSON.stringify(tally)}; first and last part: ${JSON.stringify(figures)}`);
  expect(complaints).toEqual([]);
  expect(ends.filter((reason) => reason !== 'completed').length).toBeLessThanOrEqual(sessions / 100);
  const [[memoryFirst, memoryLast], ...others] = Object.values(figures) as [readonly [number, number], ...(readonly [number, number])[]];
  expect(memoryLast).toBeLessThan(memoryFirst * 1.1 + 2);
  // They are counted in the middle of charges: each of the outlets may have one more or less at that moment.
  for (const [before, after] of others) expect(after).toBeLessThanOrEqual(before + 2 * outlets);
});

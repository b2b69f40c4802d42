import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, startBroker } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { keys, resolve } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { pilot, role, serviceInfo, slac } from '@pilotwire/contracts';
import type { Mode } from '@pilotwire/contracts';
import { after, ms, VirtualTime } from '@pilotwire/machine';
import type { Listener, Modem } from '@pilotwire/outlet';
import { memoryPair } from '@pilotwire/pair';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Inbox } from '../../../tools/inbox.js';
import type { Happening } from '../src/happening.js';
import { startSlacAgent } from '../src/index.js';
import { ListeningAgent } from '../src/listening-agent.js';

const scratch = mkdtempSync(join(tmpdir(), 'pilotwire-roles-'));
const clock = systemClock({ background: true });
let broker: Awaited<ReturnType<typeof startBroker>>;
let watcher: Bus;
beforeAll(async () => {
  broker = await startBroker();
  watcher = await connectBus({
    url: broker.url, service: 'pilotwire', instance: 'test', version: '0.1.0', stations: [], mode: 'evse', simulated: true, clock, report: () => undefined,
  });
  await watcher.whenConnected();
});
afterAll(async () => {
  await watcher.close();
  await broker.close();
  rmSync(scratch, { recursive: true });
});

const pause = (by: number): Promise<void> => new Promise((resolve) => void clock.wake(after(clock.now(), ms(by)), resolve));

const settingsOf = (more: Readonly<Record<string, unknown>>): Settings =>
  resolve(keys, [Object.entries({ data: scratch, 'mqtt.url': broker.url, 'log.level': 'error', ...more }).map(([key, value]) => ({ key, value, where: 'test' }))]).settings;

test('whoever listens tells each frame and where the modem is, and sends none', async () => {
  const time = new VirtualTime();
  const told: Happening[] = [];
  const sent: Uint8Array[] = [];
  let port: Listener<Uint8Array> | undefined;
  const modem: Modem = (listener) => {
    port = listener;
    return { send: (frame) => sent.push(frame), close: () => (port = undefined) };
  };
  const agent = new ListeningAgent({ time, modem, tell: (happening) => told.push(happening) });
  expect(agent.problems).toEqual(['no modem: the modem has not been seen yet']);
  port?.status({ state: 'up', address: '02:00:00:00:00:01' });
  const frames = [Uint8Array.of(1, 2, 3), Uint8Array.of(4)];
  for (const frame of frames) port?.receive(frame);
  time.advance(60_000);
  expect(told.flatMap((one) => (one.kind === 'frame' ? [one.frame] : []))).toEqual(frames);
  expect(told.flatMap((one) => (one.kind === 'slac' ? [one.slac.state] : []))).toEqual(['listening']);
  expect([agent.problems, agent.counters]).toEqual([[], { 'frames.heard': 2 }]);
  port?.status({ state: 'down', why: 'eth1: no carrier' });
  expect(told.at(-1)).toMatchObject({ kind: 'slac', slac: { state: 'no-modem', detail: 'eth1: no carrier' } });
  await agent.close();
  expect([sent, port]).toEqual([[], undefined]);
});

test('a listener has a modem of its own', async () => {
  await expect(startSlacAgent({ settings: settingsOf({ mode: 'listen', 'outlet.url': 'unix:/x' }), version: '0.1.0' })).rejects.toThrow(/modem\.url: outlet has a modem at each end .* none for a listener: eth:NAME/);
});

test('a charger becomes a car, and a charger again, when it is told to; not while its gateway has a session', async () => {
  const time = liveTimeline(clock, (mishap) => {
    throw new Error(mishap.kind, { cause: mishap });
  });
  const outlet = new SimulatedOutlet(time, { seed: 1, charger: 'default', car: 'default', soc: 20, until: 80, speed: 40, quick: true });
  const pair = memoryPair(clock);
  const modes = new Inbox<string>();
  const process = { service: 'slac-agent', instance: 'main' } as const;
  await watcher.subscribe(serviceInfo, process, ({ mode }) => modes.put(mode));
  const agent = await startSlacAgent({ settings: settingsOf({}), version: '0.1.0', outlet, pair: pair.agent, clock });
  await modes.until((all) => all.at(-1) === 'evse');
  const order = async (mode: Mode): Promise<string> => (await watcher.request(role, process, { role: mode })).code;

  let word: { sessionId?: string } = { sessionId: '019b7967-6d00-7000-8000-000000000001' };
  const gateway = pair.gateway({ receive: () => undefined, status: () => undefined });
  const speak = (): void => {
    gateway.send({ pilot: 'auto', dlink: undefined, ...word });
    time.schedule(speak, ms(20));
  };
  speak();
  await pause(60);
  expect(await watcher.request(role, process, { role: 'ev' })).toMatchObject({ code: 'not-now', message: expect.stringContaining('the gateway has a session') as string });
  word = {};
  await pause(60);

  expect(await order('listen')).toBe('not-now');
  expect(await order('ev')).toBe('accepted');
  await modes.until((all) => all.at(-1) === 'ev');
  const views = new Inbox<string>();
  await watcher.subscribe(slac, { station: 'demo', evse: 1 }, ({ ev = '' }) => views.put(ev));
  // A car tells who it is.
  await views.until((all) => all.some((ev) => ev !== ''));
  expect(await order('evse')).toBe('accepted');
  await modes.until((all) => all.at(-1) === 'evse');
  const levels = new Inbox<string | undefined>();
  await watcher.subscribe(pilot, { station: 'demo', evse: 1 }, ({ level }) => levels.put(level));
  await levels.until((all) => all.at(-1) === 'A');
  await agent.close();
  expect(modes.items.slice(-3)).toEqual(['evse', 'ev', 'evse']);
  gateway.close();
  time.stop();
});

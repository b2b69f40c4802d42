import { events, state, telemetry } from '@pilotwire/contracts';
import { connectBus, startBroker } from '@pilotwire/bus';
import { after, ms } from '@pilotwire/machine';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeIo } from '../../test/console.js';
import { clock, testSite } from '../../test/site.js';
import type { TestSite } from '../../test/site.js';
import { watch } from './watch.js';

const place = { station: 'demo', evse: 1 };
let site: TestSite;
beforeEach(async () => {
  site = await testSite();
});
afterEach(() => site.close());

function watching(args: string[] = [], options: Parameters<typeof fakeIo>[0] = {}) {
  const fake = fakeIo(options);
  const done = watch.run([...(args.includes('--mqtt.url') ? [] : ['--mqtt.url', site.broker.url]), ...args], fake.io);
  const saw = (text: string) => fake.lines.until((all) => all.some((line) => line.includes(text)));
  /** Resolves once it sees how an outlet stands: from then on it misses nothing. */
  const ready = async (evse = 1) => {
    await site.gateway.publish(state, { station: 'demo', evse }, { ...state.example, phase: 'idle' });
    await saw('found: no car');
  };
  return { ...fake, saw, ready, end: async () => (fake.interrupt(), done) };
}

test('shows what happens at the station, and nothing of another', async () => {
  const { printed, updates, saw, ready, end } = watching();
  await ready();
  const other = await site.service({ service: 'v2g-gateway', instance: 'other', stations: ['other'] });
  await other.event(events['session.started'], { station: 'other', evse: 1 }, { simulated: true });
  await site.gateway.event(events['charging.started'], place, { targetV: 400, targetA: 100 });
  await saw('current demand: 400 V, 100 A');
  await site.gateway.publish(telemetry, place, telemetry.example);
  await site.gateway.publish(telemetry, place, telemetry.example);
  await site.agent.event(events['slac.link'], place, { up: false });
  await saw('power line link DOWN');
  expect(await end()).toBe(0);
  expect(printed[0]).toBe(`station demo at ${site.broker.url}; Ctrl-C ends it`);
  expect(printed.slice(1).map((line) => line.slice(20))).toEqual([
    'found: no car is plugged in', 'current demand: 400 V, 100 A', ' 398.2 V  124.9 A   49.7 kW   1.240 kWh  SoC 41 %', 'power line link DOWN',
  ]);
  expect(updates).toEqual([]);
});

test('on a terminal measured values replace each other, in color unless NO_COLOR is set', async () => {
  const { updates, saw, ready, printed, end } = watching([], { outTerminal: true });
  await ready();
  await site.gateway.publish(telemetry, place, telemetry.example);
  await site.gateway.event(events['fault.raised'], place, { fault: 'supply-fault' });
  await saw('FAULT: supply-fault');
  await end();
  expect(updates).toEqual([expect.stringContaining('398.2 V')]);
  expect(printed.at(-1)).toContain('\u001b[1;31mFAULT: supply-fault\u001b[0m');
  const plain = watching([], { outTerminal: true, env: { NO_COLOR: '1' } });
  await plain.ready();
  await site.gateway.event(events['fault.raised'], place, { fault: 'supply-fault' });
  await plain.saw('FAULT: supply-fault');
  await plain.end();
  expect(plain.printed.join('')).not.toContain('\u001b');
});

test('--evse chooses an outlet; without it each line says whose it is once there are two', async () => {
  const all = watching();
  const second = watching(['--evse', '2']);
  await Promise.all([all.ready(), second.ready(2)]);
  await site.gateway.event(events['session.started'], place, { simulated: false });
  await site.gateway.event(events['session.started'], { ...place, evse: 2 }, { simulated: false });
  await Promise.all([all.saw('#2        the car is plugged in'), second.saw('the car is plugged in')]);
  await Promise.all([all.end(), second.end()]);
  expect(all.printed.slice(1).map((line) => line.slice(14))).toEqual([
    '      found: no car is plugged in', '#2        found: no car is plugged in', '#1        the car is plugged in', '#2        the car is plugged in',
  ]);
  expect(second.printed.slice(1).map((line) => line.slice(14))).toEqual(['      found: no car is plugged in', '      the car is plugged in']);
});

test('--json gives what is heard, a line each', async () => {
  const { lines, saw, end } = watching(['--json']);
  await saw('"broker"');
  const event = await site.gateway.event(events['session.started'], place, { simulated: true });
  await site.gateway.publish(telemetry, place, telemetry.example);
  await Promise.all([saw('"telemetry"'), saw('session.started')]);
  await end();
  expect(lines.items.map((line) => JSON.parse(line) as object)).toEqual(expect.arrayContaining([{ kind: 'event', event }, { kind: 'telemetry', evse: 1, telemetry: telemetry.example }]));
});

test('says when the broker is away and when it is back, and shows what happened meanwhile', async () => {
  const port = site.broker.port;
  const { printed, saw, ready, end } = watching();
  await ready();
  await site.broker.close();
  await saw('NO BROKER at mqtt://127.0.0.1');
  await site.gateway.event(events['session.started'], place, { simulated: true });
  const again = await startBroker({ port });
  await saw('the broker at mqtt://127.0.0.1');
  await saw('the car is plugged in');
  await end();
  const [away, ...back] = printed.slice(2).map((line) => line.slice(20));
  expect(away).toMatch(/^NO BROKER at mqtt:/);
  // Of what is asked for anew some may come before the last of it is granted.
  expect(back.map((line) => line.replace(/mqtt:\S+/, 'X')).toSorted()).toEqual(['the broker at X is there', 'the car is plugged in (simulated)']);
  await again.close();
});

test('leaves nothing behind at the broker, and says where nobody speaks for the station', async () => {
  const errors = watching(['--station', 'nowhere']);
  const topics: string[] = [];
  const { io, lines, interrupt } = fakeIo();
  const { sub } = await import('./sub.js');
  const done = sub.run(['--mqtt.url', site.broker.url, '#'], io);
  await lines.until((all) => all.some((line) => line.includes('slac-agent/main/status')));
  topics.push(...lines.items);
  interrupt();
  await done;
  expect(topics.filter((line) => line.includes('/pilotwire/'))).toEqual([]);
  const late = await connectBus({ service: 'history', instance: 'x', version: '1', stations: [], mode: 'evse', simulated: true, clock, report: () => undefined, url: site.broker.url });
  await late.whenConnected();
  await new Promise<void>((resolve) => {
    errors.io.err.write = (text) => {
      errors.errors.push(text);
      resolve();
    };
  });
  await late.close();
  await errors.end();
  expect(errors.errors.join()).toContain('nobody speaks for station nowhere yet');
});

test('Ctrl-C ends it, and once more ends it at once', async () => {
  const { ready, interrupt, quits, end } = watching();
  await ready();
  interrupt();
  await new Promise<void>((resolve) => void clock.wake(after(clock.now(), ms(600)), resolve));
  expect(await end()).toBe(0);
  expect(quits).toEqual([130]);
});

test('no password of a broker is printed', async () => {
  const { printed, end } = watching(['--mqtt.url', 'mqtt://u:p@ssw0rd@127.0.0.1:1']);
  expect(await end()).toBe(0);
  expect(printed[0]).toBe('station demo at mqtt://127.0.0.1:1; Ctrl-C ends it');
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { connectBus, startBroker } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { commands, slac, serviceStatus } from '@pilotwire/contracts';
import type { PayloadOf, Readable, Wildcards } from '@pilotwire/contracts';
import { keys, resolve } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { serveOutlet } from '@pilotwire/link';
import { memoryPair } from '@pilotwire/pair';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';
import { afterAll, expect, test } from 'vitest';
import { freeUdpPort } from '../../../tools/ports.js';
import { SLAC_AGENT, slacAgentModule, startSlacAgent } from '../src/index.js';
import { FakeGateway } from './site.js';

const scratch = mkdtempSync(join(tmpdir(), 'pilotwire-agent-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const agentPort = await freeUdpPort();
const settingsOf = (more: Readonly<Record<string, unknown>>): Settings =>
  resolve(keys, [Object.entries({ data: scratch, 'pair.agentPort': agentPort, ...more }).map(([key, value]) => ({ key, value, where: 'test' }))]).settings;

test.each([
  [{ 'outlet.url': 'memory' }, /outlet\.url: memory is for `pilotwire up`.*unix:PATH/],
  [{ 'outlet.url': 'http://x' }, /outlet\.url: http:\/\/x is no outlet: memory, unix:PATH or none/],
  [{ 'outlet.url': 'unix:/x', 'modem.url': 'eth1' }, /modem\.url: eth1 is no modem: outlet, eth:NAME or capture:FILE/],
  [{ 'outlet.url': 'unix:/x', 'modem.url': 'eth:' }, /modem\.url: eth: is no modem/],
  [{ 'outlet.url': 'none' }, /^modem\.url: outlet is the modem of an outlet, .*eth:NAME.*\npilot\.url: outlet is the pilot of an outlet, .*serial:PATH/],
  [{ 'outlet.url': 'none', 'modem.url': 'eth:x', 'pilot.url': 'sysfs:pwmchip0' }, /^pilot\.url: "sysfs:pwmchip0" is no address: it looks like sysfs:pwmchip0\/0, serial:/],
  [{ 'outlet.url': 'none', 'modem.url': 'eth:x', 'pilot.url': 'sysfs:pwmchip0/0' }, /^pilot\.adc: sysfs needs the converter/],
  [{ 'outlet.url': 'none', 'modem.url': 'eth:x', 'pilot.url': 'sysfs:pwmchip0/0', 'pilot.adc': 'x', 'pilot.proximityAdc': 'y' }, /^pilot\.adc: "x" is no address.*\npilot\.proximityAdc: "y" is no address/],
  [{ 'outlet.url': 'none', 'modem.url': 'eth:x', 'pilot.url': 'sysfs:pwmchip0/0', 'pilot.adc': 'a/voltage0', mode: 'ev' }, /^pilot\.url: sysfs is the pilot of a charger/],
])('%o is refused before anything is opened', async (more, why) => {
  const lines: string[] = [];
  await expect(startSlacAgent({ settings: settingsOf(more), version: '0.1.0', write: (line) => lines.push(line) })).rejects.toThrow(why);
  expect(lines).toEqual([]);
});

test('a capture that is none is told with its setting', async () => {
  const settings = settingsOf({ 'outlet.url': 'none', 'modem.url': `capture:${join(scratch, 'none.pcap')}`, 'pilot.url': 'mqtt', 'mqtt.url': 'mqtt://127.0.0.1:1', instance: 'capture' });
  await expect(startSlacAgent({ settings, version: '0.1.0', write: () => undefined })).rejects.toThrow(/^modem\.url: .*none\.pcap: ENOENT/);
});

/** The first payload at a topic of which something is so. */
const seen = <Topic extends string, Payload>(bus: Bus, readable: Readable<Topic, Payload>, at: Wildcards<Topic>, what: (payload: Payload) => boolean): Promise<Payload> =>
  new Promise((found) => void bus.subscribe(readable, at, (payload) => void (what(payload) && found(payload))));

test('charger and car in one process with their gateways, the car over a socket: matched, asked over the bus, said goodbye', async () => {
  const clock = systemClock();
  const time = liveTimeline(clock, (mishap) => {
    throw new Error(mishap.kind, { cause: mishap });
  });
  const outlet = new SimulatedOutlet(time, { seed: 1, charger: 'default', car: 'ioniq', soc: 20, until: 80, speed: 40, quick: true });
  const path = join(scratch, 'outlet.sock');
  const served = await serveOutlet(outlet, path, { clock, report: () => undefined });
  const broker = await startBroker();
  const watcher = await connectBus({
    url: broker.url, service: 'pilotwire', instance: 'test', version: '0.1.0', stations: [], mode: 'evse', simulated: true, clock, report: () => undefined,
  });
  await watcher.whenConnected();
  const [chargerPair, carPair] = [memoryPair(clock), memoryPair(clock)];
  const lines: string[] = [];
  const common = { version: '0.1.0', write: (line: string) => void lines.push(line) };
  const mqtt = { 'mqtt.url': broker.url };
  const app = await NestFactory.createApplicationContext(
    slacAgentModule({ ...common, settings: settingsOf({ ...mqtt, station: 'demo' }), outlet, pair: chargerPair.agent }), { logger: false, abortOnError: false },
  );
  const car = await startSlacAgent({
    ...common, settings: settingsOf({ ...mqtt, station: 'car', instance: 'car', mode: 'ev', 'outlet.url': `unix:${path}` }), pair: carPair.agent,
  });
  const [gateway] = [new FakeGateway(time, chargerPair.gateway, 'auto'), new FakeGateway(time, carPair.gateway, 'B')];
  try {
    expect(app.get(SLAC_AGENT)).toHaveProperty('close');
    const [charger, other] = [{ station: 'demo', evse: 1 }, { station: 'car', evse: 1 }];
    await seen(watcher, serviceStatus, { service: 'slac-agent', instance: 'car' }, ({ state }) => state === 'online');
    const both = Promise.all([seen(watcher, slac, charger, ({ link }) => link), seen(watcher, slac, other, ({ link }) => link)]);
    // Asked at the car's agent, which is at the other end of the socket.
    expect(await watcher.request(commands.plug, other, { car: 'model-y' })).toMatchObject({ code: 'done' });
    const [atCharger, atCar] = await both;
    expect(atCharger).toMatchObject({ state: 'matched', ev: '98:ed:5c:da:d9:98' });
    expect(atCar.nid).toBe((atCharger as PayloadOf<typeof slac>).nid);
    expect(gateway?.last.link).toEqual({ match: 1, up: true, peer: '98:ed:5c:da:d9:98' });
    expect(car.problems).toEqual([]);
    expect(await watcher.request(commands.fault, charger, { fault: 'meter-silent' })).toMatchObject({ code: 'done' });
    expect(outlet.pilot.signal).toBe('digital');
  } finally {
    const gone = seen(watcher, serviceStatus, { service: 'slac-agent', instance: 'main' }, ({ state }) => state === 'offline');
    await Promise.all([app.close(), car.close()]);
    expect(await gone).toMatchObject({ state: 'offline' });
    expect(outlet.pilot.signal).toBe('x1');
    time.stop();
    await watcher.close();
    await broker.close();
    await served.close();
  }
  expect(lines.join('')).toMatch(/ info {2}slac-agent\/main: matched: 98:ed:5c:da:d9:98 after \d+ ms, 10(\.\d)? dB\n/);
});

test('a real modem and a real pilot that are missing are waited for, and nobody can plug in a car', async () => {
  const broker = await startBroker();
  const clock = systemClock({ background: true });
  const watcher = await connectBus({
    url: broker.url, service: 'pilotwire', instance: 'test', version: '0.1.0', stations: [], mode: 'evse', simulated: true, clock, report: () => undefined,
  });
  await watcher.whenConnected();
  const settings = settingsOf({
    'mqtt.url': broker.url, 'outlet.url': 'none', 'modem.url': 'eth:pw-nowhere', 'pilot.url': 'serial:/dev/pw-nowhere', instance: 'real',
  });
  const agent = await startSlacAgent({ settings, version: '0.1.0', write: () => undefined });
  try {
    await seen(watcher, serviceStatus, { service: 'slac-agent', instance: 'real' }, ({ state }) => state === 'online');
    expect(await watcher.request(commands.plug, { station: 'demo', evse: 1 }, {})).toMatchObject({ code: 'not-simulated' });
    await new Promise<void>((done) => {
      const look = (): unknown => (agent.problems.some((one) => one.includes('/dev/pw-nowhere')) ? done() : clock.wake(clock.now(), look));
      look();
    });
    expect(agent.problems).toEqual([expect.stringMatching(/^no modem: pw-nowhere: |^no modem: .*npm run build:native/), expect.stringMatching(/^no pilot: \/dev\/pw-nowhere: /), 'the gateway is silent']);
  } finally {
    await agent.close();
    await watcher.close();
    await broker.close();
  }
});

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '@pilotwire/bus';
import type { Broker } from '@pilotwire/bus';
import { anyEvent, role, state } from '@pilotwire/contracts';
import type { AnyEvent } from '@pilotwire/contracts';
import { memoryPair } from '@pilotwire/pair';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import { startService } from '@pilotwire/service';
import { SimulatedOutlet } from '@pilotwire/simulation';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { freeUdpPort } from '../../../tools/ports.js';
import { startV2gGateway } from '../src/index.js';
import type { GatewayOptions, RunningGateway } from '../src/index.js';
import { settingsOf } from './site.js';
import { StubAgents } from './stub-agents.js';

const data = mkdtempSync(join(tmpdir(), 'pilotwire-gateway-'));
const clock = systemClock({ background: true });
const time = liveTimeline(clock, ({ kind }) => expect.fail(kind));
let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(async () => {
  time.stop();
  await broker.close();
  rmSync(data, { recursive: true });
});

/** Resolves when so; a test that waits in vain ends by its own time limit. */
const until = (done: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => (done() ? resolve() : time.schedule(look, 5 as never));
    look();
  });

const settings = (more: Readonly<Record<string, unknown>>) => settingsOf({ data, 'mqtt.url': broker.url, 'v2g.sdpPort': 0, 'log.level': 'warn', ...more });

test('both sides over real sockets, a life that ends without a word, and the next', { retry: 2 }, async () => {
  // Of this try alone, as all that it opens: what a try that failed has begun would meet the next.
  const own = mkdtempSync(join(tmpdir(), 'pilotwire-gateway-'));
  const living = new Set<RunningGateway>();
  /** It says nothing, and waits for nobody. */
  const die = async (gateway: RunningGateway): Promise<void> => {
    living.delete(gateway);
    for (const one of gateway.gateways) one.halt();
    await gateway.service.close();
  };
  onTestFinished(async () => {
    for (const one of living) await die(one);
    rmSync(own, { recursive: true });
  });
  const outlet = new SimulatedOutlet(time, { seed: 1, charger: 'default', car: 'model-y', soc: 20, until: 80, speed: 40, quick: true });
  const pairs = { evse: memoryPair(clock), ev: memoryPair(clock) };
  const agents = new StubAgents(time, outlet, { evse: pairs.evse.agent, ev: pairs.ev.agent });
  const events: AnyEvent[] = [];
  const watcher = await startService({ name: 'history', version: '0', settings: settings({ data: own, instance: 'w' }), stations: [], mode: 'evse', simulated: true, write: () => undefined });
  onTestFinished(() => watcher.close());
  await watcher.bus.subscribe(anyEvent, { station: 'demo', evse: 1 }, (event) => void events.push(event));
  await watcher.bus.whenConnected();
  const lines: string[] = [];
  const start = async (more: Readonly<Record<string, unknown>>, pair: GatewayOptions['pair']): Promise<RunningGateway> => {
    const gateway = await startV2gGateway({ settings: settings({ data: own, ...more }), version: '0', outlet, ...(pair !== undefined && { pair }), write: (line) => lines.push(line) });
    living.add(gateway);
    return gateway;
  };
  const charger = await start({}, pairs.evse.gateway);
  await until(() => charger.service.problems().length === 0);
  const bound = charger.gateways[0]?.charger?.server.sdp;
  const car = await start({ mode: 'ev', evse: 2, instance: 'car', 'v2g.sdpPort': bound?.state === 'up' ? bound.port : 0 }, pairs.ev.gateway);

  const hand = outlet.hand({ receive: () => undefined, status: () => undefined });
  hand.send({ id: 1, kind: 'plug' });
  await until(() => events.some(({ type }) => type === 'charge.params'));
  const types = events.map(({ type }) => type);
  expect(types.slice(0, 2)).toEqual(['session.started', 'session.phase']);
  expect(types).toEqual(expect.arrayContaining(['v2g.sdp', 'v2g.handshake', 'v2g.session-setup', 'auth.result']));
  expect(charger.service.counters()).toMatchObject({ sessions: 1, connections: 1 });
  expect(charger.service.counters()['answers.p50']).toBeGreaterThan(0);

  // Nothing is said, and the file of its session stays.
  await die(charger);
  await until(() => readdirSync(join(own, 'v2g-gateway-main')).includes('session-demo-1.json'));
  agents.silent.evse = true;
  const other = await start({}, pairs.evse.gateway);
  await until(() => events.some(({ type }) => type === 'session.ended'));
  const [first, ended] = [events[0], events.find(({ type }) => type === 'session.ended')];
  expect(ended).toMatchObject({ sessionId: first?.sessionId, data: { reason: 'restarted', by: 'evse', energyWh: 0 } });
  // Only what has been said is forgotten.
  await until(() => !readdirSync(join(own, 'v2g-gateway-main')).includes('session-demo-1.json'));
  expect(other.service.problems()).toEqual(['agent: the agent has not spoken yet']);
  await Promise.all([other.close(), car.close()]);
  living.clear();
  expect(lines.filter((line) => line.includes(' error '))).toEqual([]);
});

test('one process for two outlets: each has its ports, its pair and its state; a role is changed for both', async () => {
  const states = new Map<number, string>();
  const watcher = await startService({ name: 'pilotwire', version: '0', settings: settings({ instance: 'w2' }), stations: [], mode: 'evse', simulated: true, write: () => undefined });
  await watcher.bus.subscribe(state, { station: 'two' }, (payload, { params: { evse } }) => void states.set(evse, `${payload.mode} ${payload.phase}`));
  const common = { station: 'two', instance: 'two', 'outlet.url': 'none', 'power.url': 'mqtt' } as const;
  const ports = await Promise.all([0, 1, 2, 3].map(freeUdpPort));
  const outlets = [0, 2].map((i) => settings({ ...common, evse: 1 + i / 2, 'pair.agentPort': ports[i], 'pair.gatewayPort': ports[i + 1] }));
  const gateway = await startV2gGateway({ settings: settings(common), outlets, version: '0', write: () => undefined });
  try {
    const [one, two] = gateway.gateways.map(({ charger }) => charger?.server.tcp);
    await until(() => gateway.gateways.every(({ charger }) => charger?.server.tcp.state === 'up'));
    expect(one).not.toEqual(two);
    expect(gateway.service.problems().map((problem) => problem.slice(0, 14))).toEqual(['EVSE 1: agent:', 'EVSE 1: power:', 'EVSE 2: agent:', 'EVSE 2: power:']);
    expect(gateway.service.counters()).toMatchObject({ '1.sessions': 0, '2.sessions': 0 });
    await until(() => states.size === 2);
    expect(new Set(states.keys())).toEqual(new Set([1, 2]));
    expect([...states.values()].every((text) => text.startsWith('evse'))).toBe(true);
    expect(await watcher.bus.request(role, { service: 'v2g-gateway', instance: 'two' }, { role: 'listen' })).toMatchObject({ code: 'accepted' });
    await until(() => [...states.values()].every((text) => text.startsWith('listen')));
    expect([gateway.service.problems(), gateway.gateways.map(({ charger, car }) => [charger, car])]).toEqual([[], [[undefined, undefined], [undefined, undefined]]]);
  } finally {
    await gateway.close();
    await watcher.close();
  }
});

test.each([
  [{ mode: 'ev', 'v2g.sdpPort': 0, 'v2g.host': '0.0.0.0' }, ['outlet.url', 'v2g.host', 'v2g.sdpPort']],
  [{ 'outlet.url': 'none' }, ['power.url']],
  [{ 'outlet.url': 'none', mode: 'ev' }, ['power.url']],
  [{ 'outlet.url': 'none', 'power.url': 'can' }, ['power.url']],
  [{ 'outlet.url': 'unix:/x', 'power.contactors.coil': 'gpiochip0/1' }, ['power.contactors.auxiliary', 'power.contactors.coil']],
  [{ 'outlet.url': 'none', 'power.url': 'mqtt', 'power.contactors.auxiliary': 'gpiochip0/1, 2', 'power.emergencyStop': '22' }, ['power.emergencyStop', 'power.contactors.auxiliary', 'power.contactors.auxiliary']],
  [{ 'outlet.url': 'none', 'power.url': 'mqtt', 'power.contactors.pulse': 'gpiochip0/1' }, ['power.contactors.pulse']],
])('%j cannot be, which is told all at once', async (more, wrong) => {
  const settings = settingsOf({ data, ...more });
  await expect(startV2gGateway({ settings, version: '0' })).rejects.toMatchObject({ problems: wrong.map((where) => ({ where })) });
});

test('hardware that is missing is waited for, and named', async () => {
  const gateway = await startV2gGateway({
    settings: settings({ instance: 'real', 'outlet.url': 'none', 'power.url': 'mqtt', 'power.emergencyStop': 'gpiochip99/1', 'v2g.interface': 'pw-nowhere' }), version: '0', write: () => undefined,
  });
  try {
    await until(() => gateway.service.problems().length === 4 && gateway.service.problems().every((one) => !/yet|looked for/.test(one) || one.startsWith('agent')));
    expect(gateway.service.problems()).toEqual([
      'agent: the agent has not spoken yet',
      expect.stringMatching(/^power: the hardware on MQTT|^power: the emergency stop: /),
      expect.stringMatching(/^SDP: pw-nowhere: no link-local/), expect.stringMatching(/^TCP: pw-nowhere: no link-local/),
    ]);
  } finally {
    await gateway.close();
  }
});

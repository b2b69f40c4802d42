import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, ms } from '@pilotwire/machine';
import { memoryPair } from '@pilotwire/pair';
import type { GatewayEnd } from '@pilotwire/pair';
import { makeVeth, whyNoVeth } from '@pilotwire/pnet-bindings';
import type { Veth } from '@pilotwire/pnet-bindings';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';
import { afterAll, describe, expect, test } from 'vitest';
import { interfaceCarNetwork, interfaceChargerNetwork, startV2gGateway } from '../src/index.js';
import type { Bound, RunningGateway } from '../src/index.js';
import { Standing } from '../src/network/standing.js';
import { Ear, kept, networkContract } from './network-contract.js';
import type { Place } from './network-contract.js';
import { settingsOf } from './site.js';
import { StubAgents } from './stub-agents.js';

/** Whether wires can be made here; where not, it says why. On CI that is an error. */
function canMakeVeth(): boolean {
  const why = whyNoVeth();
  if (why === undefined) return true;
  if (process.env['CI']) throw new Error(why);
  console.warn(`skipped: ${why}`);
  return false;
}

const clock = systemClock({ background: true });
const until = (done: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): unknown => (done() ? resolve() : clock.wake(after(clock.now(), ms(2)), look));
    look();
  });

const wires: Veth[] = [];
afterAll(() => Promise.all(wires.map((wire) => wire.remove())));

/**
 * A wire with both ends here: one process can then be charger and car. Scopes hold them apart as two machines are: what is
 * sent at one end leaves there.
 */
async function wireHere(addresses: { readonly near?: string; readonly far?: string } = { near: 'fe80::a', far: 'fe80::b' }): Promise<Veth> {
  const wire = await makeVeth();
  wires.push(wire);
  await wire.farIp('link', 'set', wire.far, 'netns', String(process.pid));
  await wire.ip('link', 'set', wire.far, 'addrgenmode', 'none');
  await wire.ip('link', 'set', wire.far, 'up');
  if (addresses.near !== undefined) await wire.ip('address', 'add', `${addresses.near}/64`, 'dev', wire.near, 'nodad');
  if (addresses.far !== undefined) await wire.ip('address', 'add', `${addresses.far}/64`, 'dev', wire.far, 'nodad');
  return wire;
}

const place = (wire: Veth): Place => ({
  charger: interfaceChargerNetwork({ interface: wire.near, sdpPort: 0, port: 0, clock }),
  car: (sdpPort) => interfaceCarNetwork({ interface: wire.far, sdpPort }),
  until,
});

/** What is told of SDP and TCP of a charger, kept standing as a gateway keeps it. */
function standing(wire: Veth) {
  const time = liveTimeline(clock, ({ kind }) => expect.fail(kind));
  const network = interfaceChargerNetwork({ interface: wire.near, sdpPort: 0, port: 0, clock });
  const told: { readonly sdp: Bound[]; readonly tcp: Bound[] } = { sdp: [], tcp: [] };
  const questions: number[] = [];
  kept(new Standing(time, (status) => network.sdp({
    status,
    receive(octets, answer) {
      questions.push(octets.length);
      answer(octets);
    },
  }), (bound) => told.sdp.push(bound)));
  kept(new Standing(time, (status) => network.tcp({ status, connected: () => new Ear().listener }), (bound) => told.tcp.push(bound)));
  const both = (state: Bound['state']): Promise<void> => until(() => told.sdp.at(-1)?.state === state && told.tcp.at(-1)?.state === state);
  return { told, questions, both };
}

describe.runIf(canMakeVeth())('at a network interface', () => {
  let shared: Promise<Veth> | undefined;
  networkContract('with a wire between charger and car', async () => place(await (shared ??= wireHere())));

  test('without an address it waits for one, and for another one when that has gone', async () => {
    const wire = await wireHere({ far: 'fe80::b' });
    const { told, questions, both } = standing(wire);
    await both('down');
    expect(told.tcp).toEqual([{ state: 'down', why: expect.stringContaining(`${wire.near}: no link-local IPv6 address`) as string }]);
    // With a check for duplicates, in which it cannot be used.
    await wire.ip('address', 'add', 'fe80::1/64', 'dev', wire.near);
    await both('up');
    expect(told.tcp.at(-1)).toMatchObject({ ip: 'fe80::1' });
    const car = interfaceCarNetwork({ interface: wire.far, sdpPort: told.sdp.at(-1)?.state === 'up' ? (told.sdp.at(-1) as { port: number }).port : 0 });
    const answers: number[] = [];
    kept(car.sdp({ receive: ({ length }) => answers.push(length) })).ask(new Uint8Array(10));
    await until(() => answers.length === 1);
    expect([questions, answers]).toEqual([[10], [10]]);
    await wire.ip('address', 'del', 'fe80::1/64', 'dev', wire.near);
    await both('down');
    await wire.ip('address', 'add', 'fe80::2/64', 'dev', wire.near, 'nodad');
    await both('up');
    expect(told.tcp.at(-1)).toMatchObject({ ip: 'fe80::2' });
  });

  test('an address that another device has is said, and not used', async () => {
    const wire = await wireHere({ far: 'fe80::7' });
    await wire.ip('address', 'add', 'fe80::7/64', 'dev', wire.near);
    const { told } = standing(wire);
    await until(() => told.tcp.some((bound) => bound.state === 'down' && bound.why.includes('another device')));
    expect(told.tcp.every(({ state }) => state === 'down')).toBe(true);
  });

  test('who asks at another interface is not heard', async () => {
    const [wire, other] = [await wireHere(), await wireHere({ near: 'fe80::c', far: 'fe80::d' })];
    const { told, questions, both } = standing(wire);
    await both('up');
    const { port: sdpPort } = told.sdp.at(-1) as { port: number };
    const answers: string[] = [];
    const ask = (name: string, length: number): void =>
      kept(interfaceCarNetwork({ interface: name, sdpPort }).sdp({ receive: () => answers.push(name) })).ask(new Uint8Array(length));
    ask(other.far, 11);
    for (const heard of [1, 2]) {
      ask(wire.far, 12);
      await until(() => answers.length >= heard);
    }
    expect([questions, answers]).toEqual([[12, 12], [wire.far, wire.far]]);
  });

  test('a car meets nobody but at its own link, and says what it lacks', async () => {
    const wire = await wireHere({ near: 'fe80::a' });
    const car = interfaceCarNetwork({ interface: wire.far, sdpPort: 15_118 });
    expect(car.down).toContain(`${wire.far}: no link-local IPv6 address`);
    await wire.ip('address', 'add', 'fe80::b/64', 'dev', wire.far, 'nodad');
    expect(car.down).toBeUndefined();
    const ear = new Ear();
    car.connect({ ip: '2001:db8::1', port: 80 }, ear.listener);
    await until(() => ear.heard.length > 0);
    expect(ear.heard).toEqual(['closed']);
  });

  test('a whole charge, from plug to the end that the car asks for', async () => {
    const wire = await wireHere({ near: 'fe80::a' });
    const data = mkdtempSync(join(tmpdir(), 'pilotwire-interface-'));
    const time = liveTimeline(clock, ({ kind }) => expect.fail(kind));
    const outlet = new SimulatedOutlet(time, { seed: 1, charger: 'default', car: 'default', soc: 79, until: 80, speed: 1_000, quick: true });
    const pairs = { evse: memoryPair(clock), ev: memoryPair(clock) };
    const agents = new StubAgents(time, outlet, { evse: pairs.evse.agent, ev: pairs.ev.agent });
    const lines: string[] = [];
    const start = (more: Readonly<Record<string, unknown>>, pair: GatewayEnd): Promise<RunningGateway> =>
      startV2gGateway({ settings: settingsOf({ data, 'mqtt.url': 'mqtt://127.0.0.1:9', ...more }), version: '0', outlet, pair, write: (line) => lines.push(line) });
    const charger = await start({ 'v2g.interface': wire.near }, pairs.evse.gateway);
    const car = await start({ mode: 'ev', instance: 'car', 'v2g.interface': wire.far }, pairs.ev.gateway);
    try {
      await until(() => charger.gateways[0]?.problems().length === 0 && car.gateways[0]?.problems().length === 1);
      expect(car.gateways[0]?.problems()).toEqual([`network: ${wire.far}: no link-local IPv6 address: is the interface there, and switched on, with IPv6? See ip -6 address show dev ${wire.far}`]);
      await wire.ip('address', 'add', 'fe80::b/64', 'dev', wire.far, 'nodad');
      outlet.hand({ receive: () => undefined, status: () => undefined }).send({ id: 1, kind: 'plug' });
      await until(() => car.gateways[0]?.car?.state?.at === 'ended');
      expect([car.gateways[0]?.car?.state, agents.matches]).toMatchObject([{ at: 'ended', end: { reason: 'completed' } }, 1]);
      expect([charger.gateways[0]?.charger?.server.tcp, lines.filter((line) => line.includes(' error '))]).toMatchObject([{ state: 'up', ip: 'fe80::a' }, []]);
    } finally {
      await Promise.all([charger.close(), car.close()]);
      time.stop();
      rmSync(data, { recursive: true });
    }
  });
});

import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import type { Open, Status } from '@pilotwire/outlet';
import { systemClock, virtualClock } from '@pilotwire/runtime';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agentForm, gatewayForm, readDatagram, writeDatagram } from './datagram.js';
import { memoryPair, silence, udpAgent, udpGateway } from './index.js';
import type { AgentWord, GatewayWord, PairReport } from './index.js';

const agentWord: AgentWord = { level: 'C', pwm: true, link: { match: 2, up: true, peer: '02:00:00:00:00:02' } };
const gatewayWord: GatewayWord = { pilot: 'F', dlink: { count: 1, request: 'error' }, sessionId: '019b7967-6d00-7000-8000-000000000001' };

function take<Out, In>(open: Open<Out, In>) {
  const heard: In[] = [];
  const statuses: Status[] = [];
  let changed = (): void => undefined;
  const channel = open({
    receive: (word) => (heard.push(word), changed()),
    status: (status) => (statuses.push(status), changed()),
  });
  const until = (done: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      changed = () => done() && resolve();
      changed();
    });
  return { heard, statuses, until, send: (word: Out) => channel.send(word), close: () => channel.close() };
}

describe('in one process', () => {
  test('a word is a call, and silence is told', () => {
    const clock = virtualClock();
    const pair = memoryPair(clock);
    const agent = take(pair.agent);
    agent.send(agentWord); // nobody is there
    clock.advance(0);
    expect(agent.statuses).toEqual([{ state: 'down', why: 'the gateway has not spoken yet' }]);
    const gateway = take(pair.gateway);
    agent.send(agentWord);
    gateway.send(gatewayWord);
    expect([gateway.heard, gateway.statuses, agent.heard]).toEqual([[agentWord], [{ state: 'up' }], [gatewayWord]]);
    clock.advance(silence - 1);
    expect(gateway.statuses).toHaveLength(1);
    clock.advance(1);
    expect(gateway.statuses.at(-1)).toEqual({ state: 'down', why: 'the agent says nothing' });
    agent.send(agentWord);
    expect(gateway.statuses.at(-1)).toEqual({ state: 'up' });
    gateway.close();
    agent.send(agentWord);
    expect([gateway.heard.length, gateway.statuses.length]).toEqual([2, 3]);
    gateway.send(gatewayWord);
    take(pair.gateway);
    expect(agent.statuses.slice(-2)).toEqual([{ state: 'up' }, { state: 'down', why: 'the gateway began anew' }]);
  });
});

describe('a datagram', () => {
  const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

  test('is read as it was written, and what a later version adds falls away', () => {
    for (const word of [agentWord, { ...agentWord, pressed: true }, { level: undefined, pwm: false, link: { match: 0, up: false } }] as const) {
      const numbered = { life: 'x', number: 7, word };
      expect(readDatagram(agentForm, octets(writeDatagram(agentForm, numbered)))).toEqual(numbered);
    }
    const later = { life: 'x', number: 1, word: { ...gatewayWord, mood: 'good' } };
    expect(readDatagram(gatewayForm, octets(writeDatagram(gatewayForm, later)))).toEqual({ ...later, word: gatewayWord });
    expect(readDatagram(gatewayForm, octets(writeDatagram(agentForm, { life: 'x', number: 1, word: agentWord })))).toBeUndefined();
  });

  test('that is none gives no word, whatever it is', () => {
    const wrong: readonly unknown[] = [
      { level: 'G', pwm: true, link: { match: 1, up: true } }, { level: 'C', pwm: 1, link: { match: 1, up: true } }, { level: 'C', pwm: true },
      { level: 'C', pwm: true, link: { match: -1, up: true } }, { level: 'C', pwm: true, link: { match: 1, up: true, peer: 'x'.repeat(65) } },
      { level: 'C', pwm: true, link: { match: 1, up: true }, pressed: 'yes' },
    ];
    for (const word of wrong) expect(readDatagram(agentForm, octets(JSON.stringify({ v: 1, kind: 'agent', life: 'x', number: 1, word })))).toBeUndefined();
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 1_100 }), fc.json().map(octets)), (bytes) => {
        expect(readDatagram(agentForm, bytes)).toBeUndefined();
        expect(readDatagram(gatewayForm, bytes)).toBeUndefined();
      }),
      { seed: 1 },
    );
  });
});

describe('between processes', () => {
  const bound = async (port = 0) => {
    const socket = createSocket('udp4');
    await new Promise<void>((done) => void socket.bind(port, '127.0.0.1', done));
    return { socket, port: (socket.address() as AddressInfo).port, close: () => new Promise<void>((done) => void socket.close(done)) };
  };
  const freePorts = async () => {
    const [one, two] = [await bound(), await bound()];
    await Promise.all([one.close(), two.close()]);
    return { agentPort: one.port, gatewayPort: two.port };
  };

  test('words pass over loopback; strangers, late and doubled ones do not; a process that began anew is heard', async () => {
    const ports = await freePorts();
    const clock = systemClock({ background: true });
    const reports: PairReport[] = [];
    const options = { ...ports, clock, report: (report: PairReport) => reports.push(report) };
    const gateway = take(udpGateway(options));
    // The agent's port in the test's own hands, to say things as no agent would.
    const fake = await bound(ports.agentPort);
    const stranger = await bound();
    const say = (socket: typeof fake.socket, life: string, number: number, match: number): void => {
      const word = { ...agentWord, link: { match, up: true } };
      socket.send(writeDatagram(agentForm, { life, number, word }), ports.gatewayPort, '127.0.0.1');
    };
    say(stranger.socket, 'evil', 99, 99);
    for (const [life, number, match] of [['a', 2, 1], ['a', 2, 50], ['a', 1, 51], ['a', 3, 2], ['b', 1, 3]] as const) say(fake.socket, life, number, match);
    fake.socket.send('hello', ports.gatewayPort, '127.0.0.1');
    await gateway.until(() => gateway.heard.length === 3);
    await Promise.all([fake.close(), stranger.close()]);
    expect(gateway.heard.map(({ link }) => link.match)).toEqual([1, 2, 3]);
    expect(gateway.statuses.slice(-3)).toEqual([{ state: 'up' }, { state: 'down', why: 'the agent began anew' }, { state: 'up' }]);
    expect(reports[0]).toEqual({ kind: 'stray', from: `127.0.0.1:${stranger.port}` });

    const agent = take(udpAgent(options));
    const speak = (): void => {
      agent.send(agentWord);
      gateway.send(gatewayWord);
      cancel = clock.wake(clock.now(), speak);
    };
    let cancel = clock.wake(clock.now(), speak);
    await Promise.all([agent.until(() => agent.heard.length > 0), gateway.until(() => gateway.heard.length > 3)]);
    cancel();
    expect([agent.heard[0], gateway.heard.at(-1)]).toEqual([gatewayWord, agentWord]);
    agent.close();
    gateway.close();
  });

  test('a port that another has is told once, tried again each second, and told when it is had', async () => {
    const [taken, peer] = [await bound(), await bound()];
    const clock = virtualClock();
    const reports: PairReport[] = [];
    let told = (): void => undefined;
    const next = (): Promise<void> => new Promise((resolve) => (told = resolve));
    const report = (one: PairReport): void => (reports.push(one), told());
    const first = next();
    const agent = take(udpAgent({ agentPort: taken.port, gatewayPort: peer.port, clock, report }));
    await first;
    expect(reports).toMatchObject([{ kind: 'socket', error: { code: 'EADDRINUSE' } }]);
    await taken.close();
    const second = next();
    clock.advance(999);
    expect(reports).toHaveLength(1);
    clock.advance(1);
    await second;
    expect(reports.slice(1)).toEqual([{ kind: 'bound' }]);
    agent.close();
    await peer.close();
  });
});

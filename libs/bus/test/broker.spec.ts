import { once } from 'node:events';
import { connect as tcp } from 'node:net';
import { state } from '@pilotwire/contracts';
import { systemClock } from '@pilotwire/runtime';
import { connect } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import { connectBus, startBroker } from '../src/index.js';
import type { Broker, BrokerReport } from '../src/index.js';
import { usual } from './harness.js';
import { Inbox } from '../../../tools/inbox.js';

const brokers: Broker[] = [];
async function broker(options: Parameters<typeof startBroker>[0] = {}) {
  const reports = new Inbox<BrokerReport>();
  const one = await startBroker({ report: reports.put, ...options });
  brokers.push(one);
  return { broker: one, reports };
}
afterEach(async () => {
  for (const one of brokers.splice(0)) await one.close();
});
const happened = (client: MqttClient, event: 'connect' | 'close'): Promise<unknown> => new Promise((resolve) => void client.once(event, resolve));
const clock = systemClock({ background: true });

describe('the embedded broker', () => {
  test('listens on loopback, at a port that is free or the one it is given, and is open to nobody else without users', async () => {
    const { broker: one } = await broker();
    expect(one.url).toBe(`mqtt://127.0.0.1:${one.port}`);
    await expect(startBroker({ port: one.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(startBroker({ host: '0.0.0.0' })).rejects.toThrow(RangeError);
  });

  test('lets in those who know a password, and the others wait; no report shows it', async () => {
    const { broker: one, reports } = await broker({ users: { 'v2g-gateway': 'correct horse' } });
    const told = new Inbox<unknown>();
    const right = await connectBus({ ...usual, clock, report: told.put, url: one.url, username: 'v2g-gateway', password: 'correct horse' });
    await right.whenConnected();
    const wrong = await connectBus({ ...usual, instance: 'other', clock, report: told.put, url: one.url, username: 'v2g-gateway', password: 'wrong staple' });
    await told.until((items) => items.some((report) => JSON.stringify(report).includes('Connection refused')));
    expect(wrong.connected).toBe(false);
    expect(await wrong.publish(state, { station: 'demo', evse: 1 }, state.example)).toBe('kept');
    expect(JSON.stringify([...told.items, ...reports.items])).not.toMatch(/horse|staple/);
    await right.close();
    await wrong.close();
  });

  test('what a publisher had to send twice comes to the others for the first time', async () => {
    const { broker: one } = await broker();
    const [says, hears] = [connect(one.url), connect(one.url)];
    await Promise.all([happened(says, 'connect'), happened(hears, 'connect')]);
    const heard = new Inbox<boolean>();
    hears.on('message', (_topic, _payload, { dup }) => heard.put(dup));
    await hears.subscribeAsync('x', { qos: 1 });
    await says.publishAsync('x', '1', { qos: 1, dup: true });
    expect(await heard.atLeast(1)).toEqual([false]);
    await Promise.all([says.endAsync(), hears.endAsync()]);
  });

  test('disconnects whoever announces a packet beyond the limit, before it has come', async () => {
    const { broker: one, reports } = await broker({ maxPacket: 1_000 });
    const client = connect(one.url, { reconnectPeriod: 0 });
    await happened(client, 'connect');
    await client.publishAsync('a', 'x'.repeat(990), { qos: 1 });
    const socket = tcp(one.port, '127.0.0.1');
    socket.on('error', () => undefined);
    // CONNECT that would have 268,435,455 octets.
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
    await once(socket, 'close');
    client.publish('a', 'x'.repeat(1_000), { qos: 1 });
    await happened(client, 'close');
    await reports.until((items) => items.filter((report) => report.kind === 'client-error' && report.problem.includes('more than 1000 octets')).length === 2);
    expect(reports.items.at(0)).toEqual({ kind: 'client', clientId: expect.stringMatching(/^mqttjs_/) as string, state: 'connected' });
  });

  test('a packet in pieces is no larger than a packet in one', async () => {
    const { broker: one } = await broker({ maxPacket: 300 });
    const socket = tcp(one.port, '127.0.0.1');
    const connectPacket = Buffer.from([0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 1, 0x61]);
    const payload = Buffer.alloc(280, 0x78);
    const publish = Buffer.concat([Buffer.from([0x32, 0x9d, 0x02, 0, 1, 0x61, 0, 1]), payload]);
    const answers: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => answers.push(chunk));
    for (const octet of Buffer.concat([connectPacket, publish, publish])) {
      if (!socket.write(Buffer.of(octet))) await once(socket, 'drain');
      await new Promise((resolve) => setImmediate(resolve));
    }
    const done = new Inbox<string>();
    const look = (): void => done.put(Buffer.concat(answers).toString('hex'));
    socket.on('data', look);
    look();
    expect((await done.until((items) => (items.at(-1)?.length ?? 0) >= 24)).at(-1)).toBe('20020000' + '40020001'.repeat(2));
    socket.destroy();
  });

  test('drops the session of a client that is away for too many messages, and says so', async () => {
    const { broker: one, reports } = await broker();
    const absent = connect(one.url, { clientId: 'absent', clean: false, reconnectPeriod: 0 });
    await happened(absent, 'connect');
    await absent.subscribeAsync('a', { qos: 1 });
    await absent.endAsync();
    const client = connect(one.url, { reconnectPeriod: 0 });
    await happened(client, 'connect');
    for (let sent = 0; sent < 20_001; sent += 667) await Promise.all(Array.from({ length: 667 }, () => client.publishAsync('a', 'x', { qos: 1 })));
    await reports.until((items) => items.some((report) => report.kind === 'session-dropped' && report.clientId === 'absent' && report.messages === 20_001));
    const back = connect(one.url, { clientId: 'absent', clean: false, reconnectPeriod: 0 });
    const came: string[] = [];
    back.on('message', (topic) => came.push(topic));
    const { sessionPresent } = (await happened(back, 'connect')) as { sessionPresent: boolean };
    await back.subscribeAsync('b', { qos: 1 });
    expect([sessionPresent, came]).toEqual([false, []]);
    await Promise.all([back.endAsync(), client.endAsync()]);
  });
});

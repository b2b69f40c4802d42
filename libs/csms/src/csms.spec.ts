import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { protocols } from '@pilotwire/station';
import type { Json, JsonObject } from '@pilotwire/station';
import { describe, expect, test } from 'vitest';
import { openCertificates, performCertificateOrder } from '@pilotwire/ocpp-transport';
import { authority } from '../../ocpp-transport/test/authority.js';
import { newsBox } from '../test/news.js';
import { liveStation } from '../test/station.js';
import { CsmsError, startCsms } from './index.js';
import type { CsmsOptions } from './index.js';

const noon = Date.UTC(2026, 0, 1, 12);
async function csms(options: Partial<CsmsOptions> = {}) {
  const news = newsBox();
  const server = await startCsms({ utc: () => noon, tell: news.tell, ...options });
  return { ...server, get transactions() { return server.transactions; }, get stations() { return server.stations; }, news, [Symbol.asyncDispose]: () => server.close() };
}
const reading = (energy: number) => ({ voltage: 400, current: 125, power: 50_000, energy, counter: 's', soc: 40 });

describe.each(protocols)('with a station of %s', (protocol) => {
  test('it boots, charges, and its transaction is summed up', async () => {
    await using server = await csms();
    await using station = liveStation(server.url, protocol);
    expect(await server.news.take('booted')).toMatchObject({ station: 'CP-1', answer: 'accept' });
    await server.news.take('status', ({ evse }) => evse === 1);
    expect(server.stations).toEqual([{ identity: 'CP-1', protocol, accepted: true }]);

    station.feed({ kind: 'plugged', evse: 1, session: 's' }, { kind: 'authorization-wanted', evse: 1 });
    station.feed({ kind: 'token', token: { id: 'CARD-1', type: 'ISO14443' }, evse: 1 });
    await server.news.take('call', ({ action }) => action === 'Authorize');
    station.feed({ kind: 'meter', evse: 1, reading: reading(10) }, { kind: 'charging', evse: 1, charging: 'charging' });
    await server.news.take('transaction', ({ what }) => what === 'began');
    station.feed({ kind: 'meter', evse: 1, reading: reading(2_510) }, { kind: 'session-ended', evse: 1, reason: 'StoppedByEV' });
    station.feed({ kind: 'charging', evse: 1, charging: 'none' }, { kind: 'unplugged', evse: 1 });
    await server.news.take('transaction', ({ what }) => what === 'ended');
    const [transaction, ...more] = server.transactions;
    expect(more).toEqual([]);
    expect(transaction).toMatchObject({ station: 'CP-1', evse: 1, token: 'CARD-1', missing: [] });
    expect(transaction?.ended).toBeDefined();
    expect((transaction?.to ?? 0) - (transaction?.from ?? 0)).toBeGreaterThanOrEqual(2_500);
    expect(server.news.all.filter(({ kind }) => kind === 'invalid')).toEqual([]);
  });

  test('an operator starts and stops, limits, asks, and resets', async () => {
    await using server = await csms();
    await using station = liveStation(server.url, protocol);
    await server.news.take('status', ({ evse }) => evse === 1);
    const status = async (answer: Promise<Json>) => ((await answer) as JsonObject)['status'];
    expect(await status(server.ask('CP-1', { do: 'trigger', message: 'Heartbeat' }))).toBe('Accepted');
    expect(await status(server.ask('CP-1', { do: 'limit', evse: 1, watts: 11_000 }))).toBe('Accepted');
    station.feed({ kind: 'plugged', evse: 1, session: 's' }, { kind: 'authorization-wanted', evse: 1 });
    expect(await status(server.ask('CP-1', { do: 'start', token: 'APP-1', evse: 1 }))).toBe('Accepted');
    expect(station.orders).toContainEqual(expect.objectContaining({ do: 'authorize', evse: 1, accept: true }));
    station.feed({ kind: 'meter', evse: 1, reading: reading(10) }, { kind: 'charging', evse: 1, charging: 'charging' });
    const { transaction } = await server.news.take('transaction', ({ what }) => what === 'began');
    expect(station.orders).toContainEqual(expect.objectContaining({ do: 'limit', evse: 1, watts: 11_000 }));
    expect(await status(server.ask('CP-1', { do: 'stop', transaction: transaction.id }))).toBe('Accepted');
    expect(station.orders).toContainEqual({ do: 'stop', evse: 1, reason: 'Remote' });
    station.feed({ kind: 'session-ended', evse: 1, reason: 'Remote' }, { kind: 'charging', evse: 1, charging: 'none' }, { kind: 'unplugged', evse: 1 });
    expect((await server.news.take('transaction', ({ what }) => what === 'ended')).transaction.reason).toBe('Remote');
    expect(await status(server.ask('CP-1', { do: 'limit', evse: 1 }))).toBe('Accepted');
    expect(await status(server.ask('CP-1', { do: 'availability', evse: 1, operative: false }))).toBe('Accepted');
    expect(await status(server.ask('CP-1', { do: 'reset', hard: false }))).toBe('Accepted');
  });

  test('a pending station is told so, and is accepted when it asks again', async () => {
    await using server = await csms({ boot: 'pending', frames: true });
    await using _ = liveStation(server.url, protocol);
    expect(await server.news.take('booted')).toMatchObject({ answer: 'pending' });
    await server.news.take('frame', ({ text }) => text.includes('"Pending"'));
    expect(server.stations[0]?.accepted).toBe(false);
    server.setBoot('accept', 'CP-1');
    expect(await server.ask('CP-1', { do: 'trigger', message: 'BootNotification' })).toMatchObject({ status: 'Accepted' });
    expect(await server.news.take('booted')).toMatchObject({ answer: 'accept' });
  });

  test('what its schema does not allow is not sent, and what the station refuses is told', async () => {
    await using server = await csms();
    await using _ = liveStation(server.url, protocol);
    await server.news.take('status', ({ evse }) => evse === 1);
    await expect(server.call('CP-1', 'Reset', { type: 'Maybe' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(server.call('CP-2', 'Reset', { type: 'Hard' })).rejects.toThrow(new CsmsError('no-station', 'no station CP-2 is connected'));
    const unsupported = protocol === 'ocpp1.6' ? undefined : server.call('CP-1', 'ClearVariableMonitoring', { id: [1] });
    if (unsupported !== undefined) await expect(unsupported).rejects.toMatchObject({ code: 'refused' });
  });
});

test('a station of 2.x reports its whole device model', async () => {
  await using server = await csms();
  await using _ = liveStation(server.url, 'ocpp2.0.1');
  await server.news.take('status', ({ evse }) => evse === 1);
  expect(await server.ask('CP-1', { do: 'report' })).toMatchObject({ status: 'Accepted' });
  await server.news.take('report', ({ more }) => !more);
  const values = server.news.all.flatMap((one) => (one.kind === 'report' ? one.values : []));
  expect(values.map(({ name }) => name)).toContain('OCPPCommCtrlr.HeartbeatInterval');
  expect(await server.ask('CP-1', { do: 'set', name: 'OCPPCommCtrlr.HeartbeatInterval', value: '77' })).toMatchObject({ setVariableResult: [{ attributeStatus: 'Accepted' }] });
  expect(await server.ask('CP-1', { do: 'get', name: 'OCPPCommCtrlr.HeartbeatInterval' })).toMatchObject({ getVariableResult: [{ attributeValue: '77' }] });
});

describe('a station that may not connect', () => {
  test('has 401 without the right password', async () => {
    await using server = await csms({ passwordOf: (station) => (station === 'CP-1' ? 'the-right-password' : undefined) });
    await using _ = liveStation(server.url, 'ocpp1.6');
    expect(await server.news.take('refused')).toEqual({ kind: 'refused', station: 'CP-1', why: 'wrong password, or none' });
    await using right = liveStation(server.url, 'ocpp1.6', 'CP-1', { password: 'the-right-password' });
    expect(await server.news.take('booted')).toMatchObject({ station: 'CP-1' });
    expect(right.orders).toEqual([]);
  });

  test('has 400 where nothing is spoken in common', async () => {
    await using server = await csms({ protocols: ['ocpp1.6'] });
    await using _ = liveStation(server.url, 'ocpp2.1');
    expect(await server.news.take('refused')).toMatchObject({ why: 'no protocol in common: ocpp2.1' });
  });

  test('an address that cannot be read ends nothing', async () => {
    await using server = await csms();
    const socket = connect(server.port, '127.0.0.1');
    const closed = once(socket, 'close');
    socket.write('GET /%E0%A4%A HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    expect(await closed).toEqual([false]);
    await using _ = liveStation(server.url, 'ocpp1.6');
    expect(await server.news.take('booted')).toMatchObject({ station: 'CP-1' });
  });
});

test('with TLS, and with certificates of the stations', async () => {
  const roots = await authority();
  const { certificate, key } = await roots.issue('localhost');
  await using server = await csms({ tls: { certificate, key, clientCa: roots.root } });
  const url = `wss://localhost:${server.port}`;
  await using _ = liveStation(url, 'ocpp2.0.1', 'CP-1', { securityProfile: 3, ca: roots.root, ...(await roots.issue('CP-1')) });
  expect(await server.news.take('booted')).toMatchObject({ station: 'CP-1' });
  await using without = liveStation(url, 'ocpp2.0.1', 'CP-2', { securityProfile: 2, ca: roots.root });
  await using last = liveStation(url, 'ocpp2.0.1', 'CP-3', { securityProfile: 3, ca: roots.root, ...(await roots.issue('CP-3')) });
  expect(await server.news.take('booted')).toMatchObject({ station: 'CP-3' });
  expect([without.orders, last.orders]).toEqual([[], []]);
});

test.each(protocols)('signs a certificate that a station of %s asks for', async (protocol) => {
  const roots = await authority();
  const folder = await mkdtemp(join(tmpdir(), 'pilotwire-csms-'));
  const store = await openCertificates(folder, { maxLength: 1 });
  await using server = await csms({ authority: { certificate: roots.root, key: roots.key }, utc: Date.now });
  await using station = liveStation(server.url, protocol);
  await server.news.take('status', ({ evse }) => evse === 1);
  station.feed({ kind: 'csr', csr: await store.makeCsr({ commonName: 'CP-1' }) });
  const order = await station.ordered('certificate');
  const { outcome, changed } = await performCertificateOrder(store, order, Date.now());
  station.feed({ kind: 'performed', request: order.request, outcome });
  expect(await server.news.take('signed')).toEqual({ kind: 'signed', station: 'CP-1', subject: 'CN=CP-1', status: 'Accepted' });
  expect(changed).toBe(true);
  expect(store.lineSettings().certificate?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  await rm(folder, { recursive: true });
});

test('one that connects again takes the place of what was there', async () => {
  await using server = await csms();
  await using first = liveStation(server.url, 'ocpp1.6');
  await server.news.take('booted');
  await using second = liveStation(server.url, 'ocpp2.0.1');
  expect(await server.news.take('disconnected')).toMatchObject({ station: 'CP-1', code: 1001 });
  await server.news.take('booted');
  expect(server.stations).toEqual([{ identity: 'CP-1', protocol: 'ocpp2.0.1', accepted: true }]);
  expect([first.orders, second.orders]).toEqual([[], []]);
});

test('its frames are told without passwords', async () => {
  await using server = await csms({ frames: true });
  await using _ = liveStation(server.url, 'ocpp1.6');
  await server.news.take('status', ({ evse }) => evse === 1);
  await server.ask('CP-1', { do: 'set', name: 'AuthorizationKey', value: 'deadbeefdeadbeefdeadbeefdeadbeef' });
  const texts = server.news.all.flatMap((one) => (one.kind === 'frame' ? [one.text] : []));
  expect(texts.find((text) => text.includes('ChangeConfiguration'))).toContain('"value":"***"');
  expect(texts.join()).not.toContain('deadbeef');
});

import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { authority } from '../test/authority.js';
import { bench } from '../test/bench.js';
import { scriptedCsms } from '../test/csms.js';
import type { LineSettings } from './index.js';

const roots = await authority();
const server = await roots.issue('localhost');
const tls = { cert: server.certificate, key: server.key };
const profile2 = { securityProfile: 2, password: 'a-password-for-a-test', ca: roots.root } as const satisfies Partial<LineSettings>;

describe('security profile 2', () => {
  test('has TLS and the password', async () => {
    await using csms = await scriptedCsms({ tls });
    await using station = bench({ url: csms.url, ...profile2 });
    expect((await csms.next()).request.headers.authorization).toMatch(/^Basic /);
    expect(await station.nextFact()).toEqual({ kind: 'connected', protocol: 'ocpp2.1' });
  });

  test.each([
    ['signed by somebody else', async () => (await authority('Another')).issue('localhost')],
    ['of another host', () => roots.issue('elsewhere.example')],
    ['that has expired', () => roots.issue('localhost', { from: new Date(0), to: new Date(1_000_000) })],
    ['that is not valid yet', () => roots.issue('localhost', { from: new Date(Date.now() + 1e9), to: new Date(Date.now() + 2e9) })],
  ])('does not speak to a CSMS with a certificate %s, and says so once', async (_, issue) => {
    const { certificate, key } = await issue();
    await using csms = await scriptedCsms({ tls: { cert: certificate, key } });
    await using station = bench({ url: csms.url, ...profile2 });
    for (let i = 0; i < 3; i++) {
      const { why, until } = await station.until('waiting');
      expect(why.code).toBe('certificate');
      station.clock.advance(until - station.clock.now());
    }
    expect(csms.requests).toEqual([]);
    expect(station.events).toEqual([{ type: 'InvalidCsmsCertificate', info: expect.any(String) as string }]);
  });

  test('trusts no root but those that it was given', async () => {
    await using csms = await scriptedCsms({ tls });
    await using station = bench({ url: csms.url, securityProfile: 2 });
    expect((await station.until('waiting')).why.code).toBe('certificate');
  });

  test('speaks no TLS below 1.2', async () => {
    await using csms = await scriptedCsms({ tls: { ...tls, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } });
    await using station = bench({ url: csms.url, ...profile2 });
    const { why } = await station.until('waiting');
    expect(why.code).toBe('tls');
    expect(station.events.map(({ type }) => type)).toEqual(['InvalidTLSVersion']);
  });

  test('finds no TLS where none is spoken', async () => {
    await using csms = await scriptedCsms();
    await using station = bench({ url: csms.url.replace('ws:', 'wss:'), ...profile2 });
    expect(['tls', 'unreachable']).toContain((await station.until('waiting')).why.code);
  });

  test('with an address without TLS is not tried, and can be put right', async () => {
    await using csms = await scriptedCsms({ tls });
    await using station = bench({ url: csms.url.replace('wss:', 'ws:'), ...profile2 });
    expect(await station.nextStatus()).toEqual({ at: 'unusable', why: 'security profile 2 is TLS: the address has to begin with wss://' });
    station.line.send('id', 'Heartbeat', {});
    expect(await station.nextFact()).toMatchObject({ kind: 'answered', id: 'id' });
    expect(csms.requests).toEqual([]);
    station.line.reconnect({ url: csms.url });
    expect(await station.nextFact()).toEqual({ kind: 'connected', protocol: 'ocpp2.1' });
  });
});

describe('security profile 3', () => {
  const withClients = { ...tls, ca: roots.root, requestCert: true, rejectUnauthorized: true };

  test('shows a certificate, and no password', async () => {
    const { certificate, key } = await roots.issue('CP-1');
    await using csms = await scriptedCsms({ tls: withClients });
    await using station = bench({ url: csms.url, ...profile2, securityProfile: 3, certificate, key });
    const { request } = await csms.next();
    expect(request.headers.authorization).toBeUndefined();
    expect(await station.nextFact()).toEqual({ kind: 'connected', protocol: 'ocpp2.1' });
  });

  test('a certificate that the CSMS refuses leads nowhere', async () => {
    const { certificate, key } = await (await authority('Another')).issue('CP-1');
    await using csms = await scriptedCsms({ tls: withClients });
    await using station = bench({ url: csms.url, ...profile2, securityProfile: 3, certificate, key });
    // Node resets such a connection without a word; others say why.
    expect(['unreachable', 'tls']).toContain((await station.until('waiting')).why.code);
    expect(csms.requests).toEqual([]);
  });

  test('a key of another certificate is seen before anything is tried', async () => {
    const { certificate } = await roots.issue('CP-1');
    const { key } = await roots.issue('CP-2');
    await using station = bench({ url: 'wss://localhost:1', ...profile2, securityProfile: 3, certificate, key });
    expect(await station.nextStatus()).toMatchObject({ at: 'unusable', why: expect.stringContaining('the certificates cannot be used') as string });
  });
});

test('another certificate is shown from the next connection on', async () => {
  await using csms = await scriptedCsms({ tls: { ...tls, ca: roots.root, requestCert: true, rejectUnauthorized: true } });
  await using station = bench({ url: csms.url, ...profile2, securityProfile: 3, ...(await roots.issue('CP-1')) });
  const shown = async () => ((await csms.next()).request.socket as TLSSocket).getPeerCertificate().subject.CN;
  expect(await shown()).toBe('CP-1');
  station.line.reconnect(await roots.issue('CP-1-renewed'));
  expect(await shown()).toBe('CP-1-renewed');
});

test('whatever the environment says, certificates are looked at', async () => {
  const { certificate, key } = await (await authority('Another')).issue('localhost');
  await using csms = await scriptedCsms({ tls: { cert: certificate, key } });
  const { NODE_TLS_REJECT_UNAUTHORIZED: before } = process.env;
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    await using station = bench({ url: csms.url, ...profile2 });
    expect((await station.until('waiting')).why.code).toBe('certificate');
  } finally {
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
  }
});

test('a server that closes at once is no CSMS', async () => {
  const closing = createServer((socket) => socket.end());
  closing.listen(0, '127.0.0.1');
  await once(closing, 'listening');
  await using station = bench({ url: `wss://localhost:${(closing.address() as AddressInfo).port}`, ...profile2 });
  expect((await station.until('waiting')).why.code).toBe('unreachable');
  closing.close();
});

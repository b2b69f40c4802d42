import { describe, expect, test } from 'vitest';
import { bench } from '../test/bench.js';
import { scriptedCsms } from '../test/csms.js';

describe('a line', () => {
  test('connects with its identity, its password and all that it speaks', async () => {
    await using csms = await scriptedCsms();
    await using station = bench({ url: csms.url, identity: 'CP 1'.replace(' ', '+') });
    const peer = await csms.next();
    expect(peer.request.url).toBe('/ocpp/CP%2B1');
    expect(peer.request.headers['sec-websocket-protocol']).toBe('ocpp2.1,ocpp2.0.1,ocpp1.6');
    expect(peer.request.headers.authorization).toBe(`Basic ${Buffer.from('CP+1:a-password-for-a-test').toString('base64')}`);
    expect(await station.nextFact()).toEqual({ kind: 'connected', protocol: 'ocpp2.1' });
    expect(station.statuses).toEqual([{ at: 'connecting', attempt: 1 }, { at: 'open', protocol: 'ocpp2.1' }]);
  });

  test('carries a call and its answer under the id that the engine gave', async () => {
    await using csms = await scriptedCsms();
    await using station = bench({ url: csms.url });
    const peer = await csms.next();
    await station.nextFact();
    station.line.send('id-7', 'Heartbeat', {});
    expect(await peer.next()).toEqual([2, 'id-7', 'Heartbeat', {}]);
    peer.send([3, 'id-7', { currentTime: '2026-01-01T00:00:00Z' }]);
    expect(await station.nextFact()).toEqual({ kind: 'answered', id: 'id-7', result: { currentTime: '2026-01-01T00:00:00Z' } });
    station.line.send('id-8', 'Heartbeat', {});
    await peer.next();
    peer.send([4, 'id-8', 'InternalError', 'we are busy', {}]);
    expect(await station.nextFact()).toEqual({ kind: 'answered', id: 'id-8', error: { code: 'InternalError', description: 'we are busy' } });
  });

  test('writes a reply before the call of the same step', async () => {
    await using csms = await scriptedCsms();
    await using station = bench({ url: csms.url });
    const peer = await csms.next();
    await station.nextFact();
    peer.send([2, 'c-1', 'TriggerMessage', { requestedMessage: 'Heartbeat' }]);
    expect(await station.nextFact()).toEqual({ kind: 'received', id: 'c-1', action: 'TriggerMessage', payload: { requestedMessage: 'Heartbeat' } });
    station.line.reply('c-1', { result: { status: 'Accepted' } });
    station.line.send('s-1', 'Heartbeat', {});
    station.line.reply('c-2', { error: { code: 'NotImplemented', description: 'no such call' } });
    expect([await peer.next(), await peer.next(), await peer.next()]).toEqual([
      [3, 'c-1', { status: 'Accepted' }],
      [2, 's-1', 'Heartbeat', {}],
      [4, 'c-2', 'NotImplemented', 'no such call', {}],
    ]);
  });

  test('answers a call that cannot be sent at once, and sends it at no later connection', async () => {
    let refusing = true;
    await using csms = await scriptedCsms({ refuse: () => (refusing ? 503 : undefined) });
    await using station = bench({ url: csms.url });
    station.line.send('early', 'Heartbeat', {});
    expect(station.facts).toEqual([expect.objectContaining({ kind: 'answered', id: 'early', error: { code: 'NotConnected', description: expect.any(String) as string } })]);
    await station.nextFact();
    const { why, until } = await station.until('waiting');
    expect(why).toEqual({ code: 'http', detail: 'HTTP 503 No' });
    station.line.send('waiting', 'Heartbeat', {});
    station.line.reply('old', { result: {} });
    await station.nextFact();
    refusing = false;
    station.clock.advance(until);
    const peer = await csms.next();
    await station.nextFact();
    station.line.send('now', 'Heartbeat', {});
    expect(await peer.next()).toEqual([2, 'now', 'Heartbeat', {}]);
  });

  test('connects again after a break, and meets a CSMS that has learnt a newer version', async () => {
    let spoken = 'ocpp1.6';
    await using csms = await scriptedCsms({ choose: () => spoken });
    await using station = bench({ url: csms.url });
    const peer = await csms.next();
    expect(await station.nextFact()).toEqual({ kind: 'connected', protocol: 'ocpp1.6' });
    spoken = 'ocpp2.0.1';
    peer.socket.terminate();
    expect(await station.nextFact()).toEqual({ kind: 'disconnected' });
    const { until, why } = await station.until('waiting');
    expect(why.code).toBe('closed');
    station.clock.advance(until);
    expect(await station.nextFact()).toEqual({ kind: 'connected', protocol: 'ocpp2.0.1' });
  });

  test('leaves in order when it is given other settings, and tells it once', async () => {
    await using old = await scriptedCsms();
    await using other = await scriptedCsms();
    await using station = bench({ url: old.url });
    const peer = await old.next();
    await station.nextFact();
    const goodbye = new Promise((resolve) => peer.socket.once('close', resolve));
    station.line.reconnect({ url: other.url, password: 'another-password-now' });
    expect((await other.next()).request.headers.authorization).toBe(`Basic ${Buffer.from('CP-1:another-password-now').toString('base64')}`);
    expect(await goodbye).toBe(1000);
    expect([await station.nextFact(), await station.nextFact()]).toEqual([{ kind: 'disconnected' }, { kind: 'connected', protocol: 'ocpp2.1' }]);
  });

  test('does not come back before it has left, nor waits for that for ever', async () => {
    await using csms = await scriptedCsms();
    await using station = bench({ url: csms.url });
    const peer = await csms.next();
    await station.nextFact();
    peer.socket.pause();
    station.line.reconnect({ password: 'the-first-of-two-words' });
    station.line.reconnect({ password: 'the-second-of-two-words' });
    station.line.send('meanwhile', 'Heartbeat', {});
    expect([await station.nextFact(), await station.nextFact()]).toMatchObject([{ kind: 'disconnected' }, { kind: 'answered', id: 'meanwhile' }]);
    expect(csms.requests).toHaveLength(1);
    station.clock.advance(2_000);
    expect((await csms.next()).request.headers.authorization).toBe(`Basic ${Buffer.from('CP-1:the-second-of-two-words').toString('base64')}`);
    expect(csms.requests).toHaveLength(2);
  });

  test('shows each frame as it was, but for what is secret', async () => {
    await using csms = await scriptedCsms();
    await using station = bench({ url: csms.url, hideTokens: true });
    const peer = await csms.next();
    await station.nextFact();
    peer.send([2, 'c-1', 'ChangeConfiguration', { key: 'AuthorizationKey', value: 'a-secret' }]);
    await station.nextFact();
    station.line.reply('c-1', { result: { status: 'Accepted' } });
    station.line.send('s-1', 'Authorize', { idTag: 'CARD-1' });
    expect(station.frames.map(({ direction, text }) => [direction, text])).toEqual([
      ['in', '[2,"c-1","ChangeConfiguration",{"key":"AuthorizationKey","value":"***"}]'],
      ['out', '[3,"c-1",{"status":"Accepted"}]'],
      ['out', '[2,"s-1","Authorize",{"idTag":"***"}]'],
    ]);
    expect([await peer.next(), await peer.next()]).toEqual([[3, 'c-1', { status: 'Accepted' }], [2, 's-1', 'Authorize', { idTag: 'CARD-1' }]]);
  });

  test('waits for no CSMS that neither answers nor refuses', async () => {
    await using csms = await scriptedCsms({ silent: true });
    await using station = bench({ url: csms.url });
    station.clock.advance(19_999);
    expect(station.statuses).toEqual([{ at: 'connecting', attempt: 1 }]);
    station.clock.advance(1);
    expect((await station.until('waiting')).why).toEqual({ code: 'timed-out', detail: 'not connected within 20000 ms' });
  });

  test('breaks off where its goodbye has no answer', async () => {
    await using csms = await scriptedCsms();
    const station = bench({ url: csms.url });
    const peer = await csms.next();
    await station.nextFact();
    peer.socket.pause();
    const closed = station.line.close();
    expect(station.statuses.at(-1)).toEqual({ at: 'closed' });
    station.clock.advance(2_000);
    await expect(closed).resolves.toBeUndefined();
    expect(station.clock.pending).toBe(0);
  });

  test('gives up a CSMS that does not read', async () => {
    await using csms = await scriptedCsms();
    await using station = bench({ url: csms.url });
    const peer = await csms.next();
    await station.nextFact();
    peer.socket.pause();
    const large = 'x'.repeat(500_000);
    for (let i = 0; i < 200 && station.statuses.at(-1)?.at === 'open'; i++) station.line.send(`id-${i}`, 'DataTransfer', { vendorId: 'x', data: large });
    expect((await station.until('waiting')).why).toEqual({ code: 'closed', detail: 'the CSMS does not read what it is sent' });
    expect(station.facts.filter(({ kind }) => kind === 'disconnected')).toHaveLength(1);
  });
});

describe('refused', () => {
  test('for an hour of 401 it tries ever less often, and tells of it once', async () => {
    await using csms = await scriptedCsms({ refuse: () => 401 });
    await using station = bench({ url: csms.url });
    const waits: number[] = [];
    while (station.clock.now() < 3_600_000) {
      const { until, why } = await station.until('waiting');
      expect(why).toEqual({ code: 'unauthorized', detail: 'HTTP 401 No' });
      waits.push(until - station.clock.now());
      station.clock.advance(until - station.clock.now());
    }
    await station.until('waiting');
    expect(csms.requests.length).toBeLessThan(10);
    for (const [index, base] of [60_000, 120_000, 240_000, 480_000, 960_000, 960_000].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(base);
      expect(waits[index]).toBeLessThan(base + 10_000);
    }
    expect(station.events).toEqual([{ type: 'FailedToAuthenticateAtCsms', info: 'HTTP 401 No' }]);
  });

  test.each([[404, 'unknown-identity'], [403, 'unauthorized'], [500, 'http']] as const)('HTTP %i is %s', async (status, code) => {
    await using csms = await scriptedCsms({ refuse: () => status });
    await using station = bench({ url: csms.url });
    expect((await station.until('waiting')).why.code).toBe(code);
  });

  test('a CSMS that chooses none of what is offered has no connection', async () => {
    await using csms = await scriptedCsms({ choose: () => false });
    await using station = bench({ url: csms.url });
    expect((await station.until('waiting')).why).toEqual({ code: 'protocol', detail: 'Server sent no subprotocol' });
  });

  test('nobody listening', async () => {
    const csms = await scriptedCsms();
    const { url } = csms;
    await csms[Symbol.asyncDispose]();
    await using station = bench({ url });
    expect((await station.until('waiting')).why.code).toBe('unreachable');
  });
});

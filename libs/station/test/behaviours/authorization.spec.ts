import { describe, expect, test } from 'vitest';
import type { Token } from '../../src/index.js';
import { Bench } from '../bench.js';
import { card, charge, energy, full, hold, other, plug, unplug } from '../charge.js';

const info = (status: string, more: object = {}) => () => ({ idTagInfo: { status, ...more } });
const info2 = (status: string, more: object = {}) => () => ({ idTokenInfo: { status, ...more } });

describe('B7 a token that the CSMS refuses afterwards', () => {
  test('B7: 1.6 stops the energy with DeAuthorized', () => {
    const bench = new Bench('ocpp1.6', { variables: { 'AuthCtrlr.LocalPreAuthorize': 'true' } }).connect();
    charge(bench);
    full(bench);
    bench.answers['StartTransaction'] = () => ({ ...info('Blocked')(), transactionId: 5 });
    charge(bench); // by the cache
    bench.advance(3);
    expect(bench.last('StopTransaction')).toMatchObject({ transactionId: 5, reason: 'DeAuthorized' });
  });

  test('B7: 2.x does too', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    bench.answers['TransactionEvent'] = ({ eventType }) => (eventType === 'Started' ? info2('Invalid')() : {});
    charge(bench);
    bench.advance(3);
    expect(bench.last('TransactionEvent')).toMatchObject({
      eventType: 'Ended', triggerReason: 'Deauthorized', transactionInfo: { stoppedReason: 'DeAuthorized' },
    });
  });

  test('B7: without StopTxOnInvalidId it may have MaxEnergyOnInvalidId, and then nothing', () => {
    const variables = { 'TxCtrlr.StopTxOnInvalidId': 'false', 'TxCtrlr.MaxEnergyOnInvalidId': '1000' };
    const bench = new Bench('ocpp2.0.1', { variables }).connect();
    charge(bench);
    energy(bench, 5_000);
    full(bench);
    unplug(bench);
    bench.answers['TransactionEvent'] = ({ eventType }) => (eventType === 'Started' ? info2('Invalid')() : {});
    charge(bench);
    expect(bench.done('limit').at(-1)).toMatchObject({ watts: 150_000 });
    energy(bench, 1_200);
    expect(bench.done('limit').at(-1)).toMatchObject({ watts: 0 });
    expect(bench.done('stop')).toEqual([]);
  });
});

describe('B7 groups', () => {
  const parent = { parentIdTag: 'FAMILY' };
  test('B7: a second card of the group stops the session; a known one without an Authorize', () => {
    const bench = new Bench('ocpp1.6').connect();
    bench.answers['Authorize'] = info('Accepted', parent);
    bench.answers['StartTransaction'] = () => ({ ...info('Accepted', parent)(), transactionId: 1 });
    charge(bench, 1, other);
    full(bench);
    unplug(bench);
    charge(bench);
    bench.forget();
    hold(bench, other);
    bench.advance(2);
    expect(bench.sent('Authorize')).toEqual([]);
    expect(bench.last('StopTransaction')).toMatchObject({ reason: 'Local', idTag: 'CARD-2' });
  });

  test('B7: a card of another group stops nothing', () => {
    const bench = new Bench('ocpp1.6').connect();
    bench.answers['Authorize'] = ({ idTag }) => info('Accepted', { parentIdTag: `OF-${String(idTag)}` })();
    charge(bench);
    hold(bench, other);
    bench.advance(3);
    expect(bench.sent('StopTransaction')).toEqual([]);
    expect(bench.told('token-refused')).toMatchObject([{ why: 'it belongs to another charge' }]);
  });

  test('B7: a master pass stops any session and begins none', () => {
    const bench = new Bench('ocpp2.0.1', { variables: { 'AuthCtrlr.MasterPassGroupId': 'POLICE' } }).connect();
    charge(bench);
    bench.answers['Authorize'] = info2('Accepted', { groupIdToken: { idToken: 'Police', type: 'Central' } });
    hold(bench, other);
    bench.advance(2);
    expect(bench.last('TransactionEvent')).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'MasterPass' } });
    unplug(bench);
    plug(bench);
    hold(bench, other);
    expect(bench.done('authorize').at(-1)).toMatchObject({ accept: false });
  });
});

describe('B8 what a station knows of a token', () => {
  const listed = (bench: Bench, status: string, more: object = {}) =>
    bench.result('SendLocalList', { listVersion: 1, updateType: 'Full', localAuthorizationList: [{ idTag: 'CARD-1', idTagInfo: { status, ...more } }] });

  test('B8: with LocalPreAuthorize the cache says yes at once, and never no', () => {
    const bench = new Bench('ocpp1.6', { variables: { 'AuthCtrlr.LocalPreAuthorize': 'true' } }).connect();
    charge(bench);
    full(bench);
    unplug(bench);
    bench.forget();
    charge(bench);
    expect(bench.sent('Authorize')).toEqual([]);
    full(bench);
    unplug(bench);
    bench.answers['Authorize'] = info('Blocked');
    plug(bench);
    hold(bench, other);
    bench.forget();
    bench.answers['Authorize'] = info('Accepted');
    bench.feed({ kind: 'authorization-wanted', evse: 1 });
    hold(bench, other);
    expect(bench.sent('Authorize')).toHaveLength(1);
  });

  test('B8: offline, the cache does; unknown tokens do not, unless they may', () => {
    const bench = new Bench('ocpp1.6').connect();
    charge(bench);
    full(bench);
    unplug(bench);
    bench.disconnect().forget();
    plug(bench);
    hold(bench, other);
    expect(bench.done('authorize')).toMatchObject([{ accept: false }]);
    bench.feed({ kind: 'authorization-wanted', evse: 1 });
    hold(bench, card);
    expect(bench.done('authorize').at(-1)).toMatchObject({ accept: true, by: 'cache' });
    const open = new Bench('ocpp1.6', { variables: { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' } });
    plug(open);
    hold(open);
    expect(open.done('authorize')).toMatchObject([{ accept: true, by: 'offline' }]);
  });

  test('B8: without LocalAuthorizeOffline nothing known counts offline', () => {
    const bench = new Bench('ocpp1.6', { variables: { 'AuthCtrlr.LocalAuthorizeOffline': 'false' } }).connect();
    charge(bench);
    full(bench);
    unplug(bench);
    bench.disconnect().forget();
    plug(bench);
    hold(bench);
    expect(bench.done('authorize')).toMatchObject([{ accept: false }]);
  });

  test('B8: an expiry is honoured', () => {
    const bench = new Bench('ocpp1.6').connect();
    const until = info('Accepted', { expiryDate: '2026-03-01T10:05:00Z' });
    bench.answers['Authorize'] = until;
    bench.answers['StartTransaction'] = () => ({ ...until(), transactionId: 1 });
    charge(bench);
    full(bench);
    unplug(bench);
    bench.disconnect().advance(400).forget();
    plug(bench);
    hold(bench);
    expect(bench.done('authorize')).toMatchObject([{ accept: false }]);
  });

  test('B8: the list beats the cache', () => {
    const bench = new Bench('ocpp1.6').connect();
    charge(bench);
    full(bench);
    unplug(bench);
    expect(listed(bench, 'Blocked')).toEqual({ status: 'Accepted' });
    bench.disconnect().forget();
    plug(bench);
    hold(bench);
    expect(bench.done('authorize')).toMatchObject([{ accept: false }]);
    expect(bench.told('token-refused')).toMatchObject([{ why: 'blocked' }]);
  });

  test('B8: list and cache outlive a restart', () => {
    const bench = new Bench('ocpp1.6').connect();
    charge(bench, 2, other);
    full(bench, 2);
    listed(bench, 'Accepted');
    const again = new Bench('ocpp1.6', { disk: bench.settled(), start: 60_000 });
    plug(again, 1);
    hold(again, card, 1);
    plug(again, 2);
    hold(again, other, 2);
    expect(again.done('authorize')).toMatchObject([{ accept: true, by: 'list' }, { accept: true, by: 'cache' }]);
  });

  test('B8: AuthorizeRemoteTxRequests asks the CSMS for the token of its own remote start', () => {
    const bench = new Bench('ocpp1.6', { variables: { 'AuthCtrlr.AuthorizeRemoteStart': 'true' } }).connect();
    bench.answers['Authorize'] = info('Blocked');
    plug(bench);
    expect(bench.result('RemoteStartTransaction', { connectorId: 1, idTag: 'R' })).toEqual({ status: 'Accepted' });
    bench.advance(1);
    expect(bench.sent('Authorize')).toEqual([{ idTag: 'R' }]);
    expect(bench.sent('StartTransaction')).toEqual([]);
  });

  test('B8: ConnectionTimeOut takes an authorization back', () => {
    const bench = new Bench('ocpp1.6').connect();
    expect(bench.result('ChangeConfiguration', { key: 'ConnectionTimeOut', value: '20' })).toEqual({ status: 'Accepted' });
    hold(bench);
    expect(bench.last('StatusNotification')).toMatchObject({ status: 'Preparing' });
    bench.advance(20);
    expect(bench.last('StatusNotification')).toMatchObject({ status: 'Available' });
    plug(bench);
    expect(bench.sent('StartTransaction')).toEqual([]);
  });

  test('B8: an answer past its time authorizes nobody: the order says until when', () => {
    const bench = new Bench('ocpp1.6').connect();
    plug(bench);
    hold(bench);
    const [order] = bench.done('authorize');
    expect((order?.until ?? 0) - bench.time.now).toBeGreaterThan(0);
  });

  test('B8: a connection that breaks under an Authorize leaves the decision to what is known', () => {
    const bench = new Bench('ocpp1.6').connect();
    charge(bench);
    full(bench);
    unplug(bench);
    bench.forget();
    plug(bench);
    bench.answersAfter = undefined;
    hold(bench);
    expect(bench.done('authorize')).toEqual([]);
    bench.advance(30); // and none comes
    expect(bench.done('authorize')).toMatchObject([{ accept: true, by: 'cache' }]);
    plug(bench, 2);
    bench.advance(60).forget();
    hold(bench, other, 2);
    bench.disconnect();
    expect(bench.done('authorize')).toMatchObject([{ evse: 2, accept: false }]);
  });
});

describe('Autocharge', () => {
  const identified = { kind: 'identified', evse: 1, evccid: '92d50a693f80' } as const;
  test('it is off by default', () => {
    const bench = new Bench('ocpp1.6').connect();
    plug(bench);
    bench.feed(identified).advance(1);
    expect(bench.sent('Authorize')).toEqual([]);
  });

  test('a car is authorized by its EVCCID, and a refusal leaves it to a card', () => {
    const bench = new Bench('ocpp1.6', { variables: { 'PilotwireCtrlr.AutoChargeEnabled': 'true' } }).connect();
    bench.answers['Authorize'] = ({ idTag }) => info(idTag === 'CARD-1' ? 'Accepted' : 'Invalid')();
    plug(bench);
    bench.feed(identified).advance(1);
    expect(bench.sent('Authorize')).toEqual([{ idTag: 'VID:92D50A693F80' }]);
    expect(bench.done('authorize')).toEqual([]);
    hold(bench);
    expect(bench.done('authorize')).toMatchObject([{ accept: true, by: 'csms' }]);
  });

  test.each(['ocpp2.0.1', 'ocpp2.1'] as const)('%s has a type for it; 2.1 tells the EVCCID beside it', (protocol) => {
    const bench = new Bench(protocol, { variables: { 'PilotwireCtrlr.AutoChargeEnabled': 'true' } }).connect();
    plug(bench);
    bench.feed(identified).advance(1);
    expect(bench.last('Authorize')).toEqual({
      idToken: {
        idToken: 'VID:92D50A693F80', type: 'MacAddress',
        ...(protocol === 'ocpp2.1' && { additionalInfo: [{ additionalIdToken: '92D50A693F80', type: 'EVCCID' }] }),
      },
    });
    expect(bench.done('authorize')).toMatchObject([{ accept: true }]);
  });

  test('what is no MAC address is none', () => {
    const bench = new Bench('ocpp1.6', { variables: { 'PilotwireCtrlr.AutoChargeEnabled': 'true' } }).connect();
    plug(bench);
    bench.feed({ ...identified, evccid: 'WMIV1234567890ABCDEX' }).advance(1);
    expect(bench.sent('Authorize')).toEqual([]);
  });
});

describe('tokens', () => {
  test('where nobody has to be asked, everybody charges', () => {
    for (const protocol of ['ocpp1.6', 'ocpp2.0.1'] as const) {
      const bench = new Bench(protocol, { variables: { 'AuthCtrlr.Enabled': 'false' } }).connect();
      plug(bench);
      expect(bench.done('authorize')).toMatchObject([{ accept: true, by: 'free' }]);
      expect(bench.done('start')).toEqual([]);
      expect(protocol === 'ocpp1.6' ? bench.last('StartTransaction') : bench.last('TransactionEvent')).toMatchObject(
        protocol === 'ocpp1.6' ? { idTag: 'NoAuthorization' } : { idToken: { idToken: '', type: 'NoAuthorization' } },
      );
    }
  });

  test('one that 1.6 has no room for is refused, not cut', () => {
    const bench = new Bench('ocpp1.6').connect();
    const long: Token = { id: 'DE-ABC-C12345678-9-TOO-LONG', type: 'eMAID' };
    plug(bench);
    hold(bench, long);
    expect(bench.sent('Authorize')).toEqual([]);
    expect(bench.done('authorize')).toMatchObject([{ accept: false }]);
  });

  test('without an EVSE it goes to the car that waits', () => {
    const bench = new Bench('ocpp1.6').connect();
    plug(bench, 2);
    bench.feed({ kind: 'token', token: card }).advance(1);
    expect(bench.last('StartTransaction')).toMatchObject({ connectorId: 2 });
    bench.feed({ kind: 'token', token: card }).advance(3);
    expect(bench.last('StopTransaction')).toMatchObject({ reason: 'Local' });
  });

  test('without an EVSE it goes to an outlet where a charge can begin', () => {
    for (const [broken, fine] of [[1, 2], [2, 1]] as const) {
      const bench = new Bench('ocpp2.0.1').connect();
      bench.feed({ kind: 'fault', evse: broken, fault: { name: 'supply-lost', blocks: 'begin' } });
      bench.feed({ kind: 'token', token: card }).advance(1);
      expect(bench.told('token-refused')).toEqual([]);
      expect(bench.state.evses.filter(({ authorization }) => authorization !== undefined).map(({ id }) => id)).toEqual([fine]);
    }
  });
});

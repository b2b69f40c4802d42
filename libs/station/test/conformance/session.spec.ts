import { describe, expect, test } from 'vitest';
import { iso } from '../../src/index.js';
import { Bench, epoch } from '../bench.js';
import { card, charge, energy, full, hold, other, plug, unplug } from '../charge.js';

const statuses = (bench: Bench): unknown[] => bench.sent('StatusNotification').filter(({ connectorId }) => connectorId === 1).map(({ status }) => status);
const info = (status: string, more: object = {}) => () => ({ idTagInfo: { status, ...more } });
const v16 = (variables: Readonly<Record<string, string>> = {}): Bench => new Bench('ocpp1.6', { variables }).connect();
const cached = (bench: Bench, token = card): void => {
  charge(bench, 1, token);
  full(bench);
  unplug(bench);
};

describe('conformance 1.6: boot', () => {
  test('cold_boot', () => {
    const bench = v16();
    expect(bench.actions()).toEqual(['BootNotification', 'StatusNotification', 'StatusNotification', 'StatusNotification']);
    bench.advance(300);
    expect(bench.actions().at(-1)).toBe('Heartbeat');
  });

  test('cold_boot_pending', () => {
    const bench = new Bench('ocpp1.6');
    const accepted = bench.answers['BootNotification'];
    bench.answers['BootNotification'] = () => ({ status: 'Pending', currentTime: iso(epoch), interval: 10 });
    bench.connect();
    expect(bench.result('GetConfiguration', { key: ['HeartbeatInterval'] })).toMatchObject({ configurationKey: [{ key: 'HeartbeatInterval' }] });
    expect(bench.result('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '10' })).toEqual({ status: 'Accepted' });
    if (accepted !== undefined) bench.answers['BootNotification'] = accepted;
    bench.advance(10);
    expect(bench.actions().slice(0, 3)).toEqual(['BootNotification', 'BootNotification', 'StatusNotification']);
  });
});

describe('conformance 1.6: a session', () => {
  test('regular_session_plugin_first', () => {
    const bench = v16();
    plug(bench);
    hold(bench);
    energy(bench, 5);
    expect(statuses(bench)).toEqual(['Available', 'Preparing', 'Charging']);
    expect(bench.last('StartTransaction')).toMatchObject({ connectorId: 1, idTag: 'CARD-1', meterStart: 0 });
  });

  test('regular_session_identification_first', () => {
    const bench = v16();
    hold(bench);
    expect(bench.sent('StartTransaction')).toEqual([]);
    plug(bench);
    expect(bench.sent('StartTransaction')).toHaveLength(1);
    expect(bench.done('authorize')).toMatchObject([{ evse: 1, accept: true }]);
    energy(bench, 5);
    expect(statuses(bench)).toEqual(['Available', 'Preparing', 'Charging']);
  });

  test('regular_session_identification_first_timeout', () => {
    const bench = v16({ 'TxCtrlr.EVConnectionTimeOut': '15' });
    hold(bench);
    bench.advance(15);
    expect(statuses(bench)).toEqual(['Available', 'Preparing', 'Available']);
    plug(bench);
    expect(bench.sent('StartTransaction')).toEqual([]);
  });

  test('stop_match_tag', () => {
    const bench = v16();
    charge(bench);
    hold(bench);
    bench.advance(2);
    expect(bench.last('StopTransaction')).toMatchObject({ reason: 'Local', idTag: 'CARD-1' });
    unplug(bench);
    expect(statuses(bench)).toEqual(['Available', 'Preparing', 'Charging', 'Finishing', 'Available']);
  });

  test('stop_match_parent_id_tag', () => {
    const bench = v16();
    bench.answers['Authorize'] = info('Accepted', { parentIdTag: 'PARENT' });
    charge(bench);
    hold(bench, other);
    bench.advance(2);
    expect(bench.sent('Authorize')).toEqual([{ idTag: 'CARD-1' }, { idTag: 'CARD-2' }]);
    expect(bench.last('StopTransaction')).toMatchObject({ reason: 'Local', idTag: 'CARD-2' });
  });

  test('stop_match_parent_id_tag_in_start: the group comes with StartTransaction.conf', () => {
    const bench = v16({ 'AuthCtrlr.LocalPreAuthorize': 'true' });
    bench.result('SendLocalList', {
      listVersion: 1, updateType: 'Full', localAuthorizationList: [{ idTag: 'CARD-1', idTagInfo: { status: 'Accepted' } }],
    });
    bench.answers['StartTransaction'] = () => ({ ...info('Accepted', { parentIdTag: 'PARENT' })(), transactionId: 1 });
    bench.answers['Authorize'] = info('Accepted', { parentIdTag: 'parent' });
    charge(bench);
    hold(bench, other);
    bench.advance(2);
    expect(bench.last('StopTransaction')).toMatchObject({ idTag: 'CARD-2' });
  });

  test('ev_side_disconnect', () => {
    const bench = v16();
    charge(bench);
    unplug(bench);
    expect(bench.last('StopTransaction')).toMatchObject({ reason: 'EVDisconnected', meterStop: 10 });
    expect(JSON.stringify(bench.last('StopTransaction'))).toContain('"measurand":"SoC"');
    expect(statuses(bench).at(-1)).toBe('Available');
  });

  test('idle: an EV that pauses is suspended, and goes on', () => {
    const bench = v16();
    charge(bench);
    bench.feed({ kind: 'charging', evse: 1, charging: 'suspended-ev' }).advance(60);
    bench.feed({ kind: 'charging', evse: 1, charging: 'suspended-evse' }).advance(60);
    bench.feed({ kind: 'charging', evse: 1, charging: 'charging' }).advance(1);
    expect(statuses(bench)).toEqual(['Available', 'Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Charging']);
    expect(bench.sent('StopTransaction')).toEqual([]);
  });
});

describe('conformance 1.6: authorization', () => {
  test.each(['Invalid', 'Blocked', 'Expired'] as const)('authorize_%s', (status) => {
    const bench = v16();
    bench.answers['Authorize'] = info(status);
    plug(bench);
    hold(bench);
    expect(bench.sent('StartTransaction')).toEqual([]);
    expect(bench.done('authorize')).toMatchObject([{ accept: false }]);
    expect(statuses(bench)).toEqual(['Available', 'Preparing']);
  });

  test('cached_id', () => {
    const bench = v16({ 'AuthCtrlr.LocalPreAuthorize': 'true' });
    cached(bench);
    bench.forget();
    charge(bench);
    expect(bench.sent('Authorize')).toEqual([]);
    expect(bench.sent('StartTransaction')).toHaveLength(1);
  });

  test('clear_cache', () => {
    const bench = v16({ 'AuthCtrlr.LocalPreAuthorize': 'true' });
    cached(bench);
    expect(bench.result('ClearCache')).toEqual({ status: 'Accepted' });
    bench.forget();
    charge(bench);
    expect(bench.sent('Authorize')).toHaveLength(1);
    bench.result('ChangeConfiguration', { key: 'AuthorizationCacheEnabled', value: 'false' });
    expect(bench.result('ClearCache')).toEqual({ status: 'Rejected' });
  });
});

describe('conformance 1.6: remote control', () => {
  const start = { connectorId: 1, idTag: 'REMOTE' };
  test('remote_start_cable_first', () => {
    const bench = v16();
    plug(bench);
    expect(bench.result('RemoteStartTransaction', start)).toEqual({ status: 'Accepted' });
    bench.advance(1);
    expect(bench.done('authorize')).toMatchObject([{ accept: true, by: 'remote' }]);
    expect(bench.last('StartTransaction')).toMatchObject({ idTag: 'REMOTE' });
  });

  test('remote_start_remote_first', () => {
    const bench = v16();
    bench.result('RemoteStartTransaction', start);
    bench.advance(1);
    expect(statuses(bench).at(-1)).toBe('Preparing');
    plug(bench);
    expect(bench.last('StartTransaction')).toMatchObject({ idTag: 'REMOTE' });
  });

  test('remote_start_timeout', () => {
    const bench = v16();
    bench.result('RemoteStartTransaction', start);
    bench.advance(121);
    expect(statuses(bench).at(-1)).toBe('Available');
  });

  test('remote_start_connector_0', () => {
    expect(v16().result('RemoteStartTransaction', { connectorId: 0, idTag: 'REMOTE' })).toEqual({ status: 'Rejected' });
  });

  test('remote_stop', () => {
    const bench = v16();
    charge(bench);
    expect(bench.result('RemoteStopTransaction', { transactionId: 100 })).toEqual({ status: 'Accepted' });
    expect(bench.done('stop')).toEqual([{ do: 'stop', evse: 1, reason: 'Remote' }]);
    bench.advance(2);
    expect(bench.last('StopTransaction')).toMatchObject({ reason: 'Remote', transactionId: 100 });
  });

  test('remote_stop: a gateway that does not obey is not waited for longer than 20 s', () => {
    const bench = v16();
    bench.obeys = false;
    charge(bench);
    bench.result('RemoteStopTransaction', { transactionId: 100 });
    bench.advance(19);
    expect(bench.sent('StopTransaction')).toEqual([]);
    bench.advance(2);
    expect(bench.last('StopTransaction')).toMatchObject({ reason: 'Remote' });
  });

  test('remote_stop_rejected', () => {
    const bench = v16();
    charge(bench);
    expect(bench.result('RemoteStopTransaction', { transactionId: 99 })).toEqual({ status: 'Rejected' });
    expect(bench.done('stop')).toEqual([]);
  });

  test.each([
    ['hard_reset_without_tx', 'Hard', false], ['soft_reset_without_tx', 'Soft', false], ['hard_reset_with_tx', 'Hard', true], ['soft_reset_with_tx', 'Soft', true],
  ] as const)('%s', (_, type, busy) => {
    const bench = v16();
    if (busy) charge(bench);
    expect(bench.result('Reset', { type })).toEqual({ status: 'Accepted' });
    bench.advance(12);
    expect(bench.sent('StopTransaction').map(({ reason }) => reason)).toEqual(busy ? [`${type}Reset`] : []);
    expect(bench.done('reset')).toEqual([{ do: 'reset', evse: 0, hard: type === 'Hard' }]);
  });

  const loose = (outcome: object | undefined): { bench: Bench; id: string } => {
    const evses = [{ maxWatts: 50_000, maxAmperes: 125, nominalVoltage: 400, connector: 'cCCS2', tethered: false }] as const;
    const bench = new Bench('ocpp1.6', { configuration: { evses } }).connect();
    expect(bench.ask('UnlockConnector', { connectorId: 1 })).toBeUndefined();
    const request = bench.done('unlock')[0]?.request ?? '';
    if (outcome !== undefined) bench.feed({ kind: 'performed', request, outcome: { ...outcome } });
    return { bench, id: [...bench.replies.keys()].at(-1) ?? '' };
  };
  test('unlock_connector: unlocked, without a session', () => {
    const { bench, id } = loose({ status: 'Unlocked' });
    expect(bench.replies.get(id)).toEqual({ result: { status: 'Unlocked' } });
  });
  test('unlock_connector: in a transaction, which ends', () => {
    const evses = [{ maxWatts: 50_000, maxAmperes: 125, nominalVoltage: 400, connector: 'cCCS2', tethered: false }] as const;
    const bench = new Bench('ocpp1.6', { configuration: { evses } }).connect();
    charge(bench);
    bench.ask('UnlockConnector', { connectorId: 1 });
    bench.advance(2);
    expect(bench.last('StopTransaction')).toMatchObject({ reason: 'UnlockCommand' });
  });
  test('unlock_connector_failure', () => {
    const { bench, id } = loose({ status: 'Jammed' });
    expect(bench.replies.get(id)).toEqual({ result: { status: 'UnlockFailed' } });
  });
  test('unlock_connector: no word of it in time', () => {
    const { bench } = loose(undefined);
    bench.advance(21);
    expect([...bench.replies.values()].at(-1)).toEqual({ result: { status: 'UnlockFailed' } });
  });
  test('unlock_connector: a fixed cable', () => {
    expect(v16().result('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'NotSupported' });
  });
  test('unlock_connector_unknown', () => {
    expect(v16().result('UnlockConnector', { connectorId: 7 })).toEqual({ status: 'NotSupported' });
  });
});

describe('conformance 1.6: configuration and meter', () => {
  test('get_configuration, get_configuration_keys, get_configuration_incorrect', () => {
    const bench = v16();
    expect((bench.result('GetConfiguration')['configurationKey'] as unknown[]).length).toBeGreaterThan(30);
    expect(bench.result('GetConfiguration', { key: ['SupportedFeatureProfiles'] })['configurationKey']).toHaveLength(1);
    expect(bench.result('GetConfiguration', { key: ['Wrong'] })).toEqual({ configurationKey: [], unknownKey: ['Wrong'] });
  });

  test('set_configuration, set_configuration_incorrect', () => {
    const bench = v16();
    expect(bench.result('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '15' })).toEqual({ status: 'Accepted' });
    expect(bench.result('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '-15' })).toEqual({ status: 'Rejected' });
    expect(bench.result('ChangeConfiguration', { key: 'Wrong', value: '1' })).toEqual({ status: 'NotSupported' });
  });

  test('meter_values_sampled', () => {
    const bench = v16({ 'SampledDataCtrlr.TxUpdatedInterval': '5' });
    charge(bench);
    bench.advance(20);
    expect(bench.sent('MeterValues').length).toBe(4);
    expect(bench.sent('MeterValues').every(({ transactionId }) => transactionId === 100)).toBe(true);
  });

  test('meter_values_clock_aligned', () => {
    const bench = v16({ 'AlignedDataCtrlr.Interval': '60', 'SampledDataCtrlr.TxUpdatedInterval': '0' });
    charge(bench);
    bench.advance(120);
    expect(bench.sent('MeterValues').map(({ connectorId, transactionId }) => [connectorId, transactionId])).toEqual([
      [1, 100], [2, undefined], [1, 100], [2, undefined],
    ]);
    expect(JSON.stringify(bench.sent('MeterValues')[0])).toContain('2026-03-01T10:01:00.000Z');
  });
});

describe('conformance 1.6: faults and lost connections', () => {
  test.each([
    ['power_failure: the transaction ends after the boot', undefined, 'PowerLoss'],
    ['power_failure: before StartTransaction was answered', 'unanswered', 'PowerLoss'],
    ['power_failure: of this process alone, the charge goes on', 'same', 'Other'],
  ] as const)('%s', (_, how, reason) => {
    const bench = v16();
    if (how === 'unanswered') bench.answers['StartTransaction'] = () => undefined;
    charge(bench);
    const session = bench.state.evses[0]?.session;
    const again = new Bench('ocpp1.6', { disk: bench.settled(), start: 300_000 }).connect();
    again.feed({ kind: 'session', evse: 1, session: how === 'same' ? session : undefined });
    if (how === 'same') full(again);
    again.advance(2);
    expect(again.last('StopTransaction')).toMatchObject({ reason, transactionId: 100 });
    expect(again.sent('StartTransaction')).toHaveLength(how === 'unanswered' ? 1 : 0);
  });

  test('connection_loss_during_tx', () => {
    const bench = v16({ 'SampledDataCtrlr.TxUpdatedInterval': '10' });
    charge(bench);
    bench.disconnect().forget().advance(30).connect().advance(3);
    expect(bench.actions()).toEqual(['MeterValues', 'MeterValues', 'MeterValues']);
    expect(bench.done('stop')).toEqual([]);
  });

  test('offline_start_transaction', () => {
    const bench = v16({ 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' }).disconnect().forget();
    charge(bench);
    bench.advance(10).connect().advance(2);
    expect(bench.last('StartTransaction')).toMatchObject({ timestamp: iso(epoch + 3_000) });
    full(bench);
    expect(bench.last('StopTransaction')).toMatchObject({ transactionId: 100 });
  });

  test('offline_start_transaction_restore: the token is refused when the connection is back', () => {
    const bench = v16({ 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' }).disconnect();
    charge(bench);
    bench.answers['StartTransaction'] = () => ({ ...info('Invalid')(), transactionId: 8 });
    bench.connect().advance(3);
    expect(bench.last('StopTransaction')).toMatchObject({ transactionId: 8, reason: 'DeAuthorized' });
  });

  test('offline_stop_transaction', () => {
    const bench = v16();
    charge(bench);
    bench.disconnect().forget();
    hold(bench);
    bench.advance(3).connect().advance(1);
    expect(bench.last('StopTransaction')).toMatchObject({ reason: 'Local', transactionId: 100 });
  });

  test('offline_transaction: begin and end without the CSMS', () => {
    const bench = v16({ 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' }).disconnect().forget();
    charge(bench);
    full(bench);
    unplug(bench);
    bench.advance(10).connect().advance(2);
    expect(bench.actions()).toEqual(['StartTransaction', 'StopTransaction']);
  });

  test('fault_behaviour', () => {
    const bench = v16();
    charge(bench);
    bench.feed({ kind: 'fault', evse: 1, fault: { name: 'over-voltage', blocks: 'outlet' } });
    bench.feed({ kind: 'session-ended', evse: 1, reason: 'PowerQuality' }).advance(1);
    expect(bench.last('StopTransaction')).toMatchObject({ reason: 'Other' });
    expect(bench.last('StatusNotification')).toMatchObject({ status: 'Faulted', errorCode: 'OverVoltage' });
    expect(bench.result('RemoteStartTransaction', { connectorId: 1, idTag: 'R' })).toEqual({ status: 'Rejected' });
    bench.feed({ kind: 'fault-cleared', evse: 1, name: 'over-voltage' });
    unplug(bench);
    expect(bench.last('StatusNotification')).toMatchObject({ status: 'Available', errorCode: 'NoError' });
  });
});

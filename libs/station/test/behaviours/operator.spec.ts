import { describe, expect, test } from 'vitest';
import { keys16, variableNames } from '../../src/index.js';
import { Bench } from '../bench.js';
import { card, charge, energy, full, hold, plug, unplug } from '../charge.js';

const profile = (change: object = {}) => ({
  chargingProfileId: 1, stackLevel: 0, chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative',
  chargingSchedule: { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 30_000 }] }, ...change,
});

describe('B11 RemoteStart', () => {
  test('B11: its profile must be a TxProfile, and holds for the transaction that begins', () => {
    const bench = new Bench('ocpp1.6').connect();
    plug(bench);
    expect(bench.result('RemoteStartTransaction', { connectorId: 1, idTag: 'R', chargingProfile: profile({ chargingProfilePurpose: 'TxDefaultProfile' }) })).toEqual({ status: 'Rejected' });
    expect(bench.result('RemoteStartTransaction', { connectorId: 1, idTag: 'R', chargingProfile: profile() })).toEqual({ status: 'Accepted' });
    energy(bench, 10);
    expect(bench.done('limit').at(-1)).toMatchObject({ evse: 1, watts: 30_000 });
    full(bench);
    unplug(bench);
    expect(bench.state.durable.profiles).toEqual([]);
  });

  test('B11: a profile that came for nothing goes with the authorization', () => {
    const bench = new Bench('ocpp1.6').connect();
    bench.result('RemoteStartTransaction', { connectorId: 1, idTag: 'R', chargingProfile: profile() });
    expect(bench.state.durable.profiles).toHaveLength(1);
    bench.advance(121);
    expect(bench.state.durable.profiles).toEqual([]);
  });

  test('B11: connector 0 is refused, none is any that is free, and a busy one is refused', () => {
    const bench = new Bench('ocpp1.6').connect();
    expect(bench.result('RemoteStartTransaction', { connectorId: 0, idTag: 'R' })).toEqual({ status: 'Rejected' });
    plug(bench, 2);
    expect(bench.result('RemoteStartTransaction', { idTag: 'R' })).toEqual({ status: 'Accepted' });
    bench.advance(1);
    expect(bench.last('StartTransaction')).toMatchObject({ connectorId: 2, idTag: 'R' });
    expect(bench.result('RemoteStartTransaction', { connectorId: 2, idTag: 'S' })).toEqual({ status: 'Rejected' });
  });

  test('B11: refused where the outlet is out of service or faulted', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    bench.result('ChangeAvailability', { evse: { id: 1 }, operationalStatus: 'Inoperative' });
    bench.feed({ kind: 'fault', evse: 2, fault: { name: 'supply-fault', blocks: 'outlet' } });
    const ask = (more: object) => bench.result('RequestStartTransaction', { remoteStartId: 1, idToken: { idToken: 'A', type: 'Central' }, ...more });
    expect(ask({ evseId: 1 })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'EvseNotFree' } });
    expect(ask({ evseId: 2 })).toMatchObject({ status: 'Rejected' });
    expect(ask({})).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'NoEvseFree' } });
    expect(ask({ evseId: 9 })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'UnknownEvse' } });
  });

  test('B11: and while a device of it is broken or silent: no transaction is opened without a charge', () => {
    for (const protocol of ['ocpp1.6', 'ocpp2.0.1'] as const) {
      const bench = new Bench(protocol).connect();
      plug(bench);
      const begins = protocol === 'ocpp1.6' ? 'StartTransaction' : 'TransactionEvent';
      const ask = () =>
        protocol === 'ocpp1.6' ? bench.result('RemoteStartTransaction', { connectorId: 1, idTag: 'A' })
          : bench.result('RequestStartTransaction', { evseId: 1, remoteStartId: 1, idToken: { idToken: 'A', type: 'Central' } });
      bench.feed({ kind: 'fault', evse: 1, fault: { name: 'supply-lost', blocks: 'begin' } });
      expect(ask()).toMatchObject({ status: 'Rejected' });
      // Nor is one by a card.
      bench.feed({ kind: 'token', token: { id: 'A', type: 'ISO14443' }, evse: 1 }).advance(1);
      expect(bench.sent(begins)).toEqual([]);
      bench.feed({ kind: 'fault-cleared', evse: 1, name: 'supply-lost' });
      expect(ask()).toMatchObject({ status: 'Accepted' });
      bench.advance(1);
      expect(bench.sent(begins)).toHaveLength(1);
    }
  });

  test('B11: 2.x learns of the transaction that runs already', () => {
    const bench = new Bench('ocpp2.0.1', { variables: { 'TxCtrlr.TxStartPoint': 'EVConnected' } }).connect();
    plug(bench);
    const { status, transactionId } = bench.result('RequestStartTransaction', { evseId: 1, remoteStartId: 4, idToken: { idToken: 'A', type: 'Central' } });
    expect(status).toBe('Accepted');
    expect(transactionId).toBe(bench.state.durable.transactions[1]?.id);
    bench.advance(1);
    expect(bench.last('TransactionEvent')).toMatchObject({ eventType: 'Updated', triggerReason: 'RemoteStart' });
  });
});

describe('B12 Reset', () => {
  test('B12: 1.6 Soft ends the transaction in order, tells it, and restarts', () => {
    const bench = new Bench('ocpp1.6').connect();
    charge(bench);
    expect(bench.result('Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' });
    expect(bench.done('reset')).toEqual([]);
    bench.advance(3);
    expect(bench.last('StopTransaction')).toMatchObject({ reason: 'SoftReset' });
    expect(bench.done('reset')).toEqual([{ do: 'reset', evse: 0, hard: false }]);
  });

  test('B12: 1.6 Hard ends it at once', () => {
    const bench = new Bench('ocpp1.6').connect();
    charge(bench);
    bench.result('Reset', { type: 'Hard' });
    bench.advance(0.5);
    expect(bench.last('StopTransaction')).toMatchObject({ reason: 'HardReset' });
    bench.advance(0.5);
    expect(bench.done('reset')).toEqual([{ do: 'reset', evse: 0, hard: true }]);
  });

  test('B12: a CSMS that does not answer holds a reset up for ResetStopDelay', () => {
    const bench = new Bench('ocpp1.6').connect();
    charge(bench);
    bench.answersAfter = undefined;
    bench.result('Reset', { type: 'Hard' });
    bench.advance(9);
    expect(bench.done('reset')).toEqual([]);
    bench.advance(2);
    expect(bench.done('reset')).toHaveLength(1);
    expect([...bench.disk.records.values()]).toMatchObject([{ type: 'ended', stopReason: 'HardReset' }]);
  });

  test('B12: 2.x OnIdle is scheduled until nobody charges, Immediate is not', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    charge(bench);
    expect(bench.result('Reset', { type: 'OnIdle' })).toEqual({ status: 'Scheduled' });
    bench.advance(100);
    expect(bench.done('reset')).toEqual([]);
    full(bench);
    bench.advance(1);
    expect(bench.done('reset')).toHaveLength(1);
    charge(bench, 2);
    expect(bench.result('Reset', { type: 'Immediate', evseId: 2 })).toEqual({ status: 'Accepted' });
    bench.advance(1);
    expect(bench.last('TransactionEvent')).toMatchObject({ triggerReason: 'ResetCommand', transactionInfo: { stoppedReason: 'ImmediateReset' } });
    expect(bench.done('reset').at(-1)).toMatchObject({ evse: 2 });
    expect(bench.result('Reset', { type: 'Immediate', evseId: 7 })).toMatchObject({ status: 'Rejected' });
  });
});

describe('B13 ChangeAvailability', () => {
  test('B13: during a transaction it is scheduled, and outlives a restart', () => {
    const bench = new Bench('ocpp1.6').connect();
    charge(bench);
    expect(bench.result('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })).toEqual({ status: 'Scheduled' });
    expect(bench.done('availability')).toEqual([]);
    full(bench);
    expect(bench.last('StatusNotification')).toMatchObject({ status: 'Unavailable' });
    expect(bench.done('availability')).toEqual([{ do: 'availability', evse: 1, operative: false }]);
    const again = new Bench('ocpp1.6', { disk: bench.settled(), start: 60_000 }).connect();
    expect(again.sent('StatusNotification').map(({ status }) => status)).toEqual(['Available', 'Unavailable', 'Available']);
    expect(again.done('availability')).toEqual([{ do: 'availability', evse: 1, operative: false }]);
    again.result('ChangeAvailability', { connectorId: 0, type: 'Operative' });
    again.advance(1);
    expect(again.last('StatusNotification')).toMatchObject({ connectorId: 1, status: 'Available' });
  });

  test('B13: an outlet that is not there is refused', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    expect(bench.result('ChangeAvailability', { evse: { id: 3 }, operationalStatus: 'Inoperative' })).toEqual({ status: 'Rejected' });
    expect(bench.result('ChangeAvailability', { operationalStatus: 'Inoperative' })).toEqual({ status: 'Accepted' });
    bench.advance(1);
    expect(bench.sent('StatusNotification').slice(2)).toMatchObject([{ connectorStatus: 'Unavailable' }, { connectorStatus: 'Unavailable' }]);
  });

  test('B13: nothing is unlocked where the cable is tethered', () => {
    expect(new Bench('ocpp1.6').connect().result('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'NotSupported' });
    expect(new Bench('ocpp2.0.1').connect().result('UnlockConnector', { evseId: 1, connectorId: 1 })).toMatchObject({ status: 'UnlockFailed' });
  });
});

describe('B14 ChangeConfiguration', () => {
  const set = (key: string, value: string, protocol: 'ocpp1.6' = 'ocpp1.6') => new Bench(protocol).connect().result('ChangeConfiguration', { key, value })['status'];
  test('B14: type, range and right to write are minded', () => {
    expect(set('MeterValueSampleInterval', '30')).toBe('Accepted');
    expect(set('metervaluesampleinterval', '30')).toBe('Accepted');
    expect(set('MeterValueSampleInterval', 'soon')).toBe('Rejected');
    expect(set('MeterValueSampleInterval', '-1')).toBe('Rejected');
    expect(set('LocalPreAuthorize', 'TRUE')).toBe('Accepted');
    expect(set('LocalPreAuthorize', 'perhaps')).toBe('Rejected');
    expect(set('MeterValuesSampledData', 'Voltage,Humidity')).toBe('Rejected');
    expect(set('NumberOfConnectors', '7')).toBe('Rejected');
    expect(set('ChargeProfileMaxStackLevel', '7')).toBe('Rejected');
    expect(set('NoSuchKey', '1')).toBe('NotSupported');
  });

  test('B14: GetConfiguration tells every key, and which it does not know', () => {
    const bench = new Bench('ocpp1.6').connect();
    const all = bench.result('GetConfiguration')['configurationKey'] as unknown as { key: string; value?: string }[];
    expect(all.map(({ key }) => key)).toEqual(keys16);
    expect(all.find(({ key }) => key === 'AuthorizationKey')?.value).toBeUndefined();
    expect(bench.result('GetConfiguration', { key: ['NumberOfConnectors', 'Nope'] })).toEqual({
      configurationKey: [{ key: 'NumberOfConnectors', readonly: true, value: '2' }], unknownKey: ['Nope'],
    });
  });

  test('B14: what is set is kept', () => {
    const bench = new Bench('ocpp1.6').connect();
    bench.result('ChangeConfiguration', { key: 'ConnectionTimeOut', value: '33' });
    const again = new Bench('ocpp2.0.1', { disk: bench.settled(), start: 60_000 }).connect();
    const asked = { getVariableData: [{ component: { name: 'TxCtrlr' }, variable: { name: 'EVConnectionTimeOut' } }] };
    expect(again.result('GetVariables', asked)).toMatchObject({ getVariableResult: [{ attributeStatus: 'Accepted', attributeValue: '33' }] });
  });

  test('B14: a password is told to nobody but to whoever keeps it', () => {
    const bench = new Bench('ocpp1.6').connect();
    const password = 'correct-horse-battery';
    expect(bench.result('ChangeConfiguration', { key: 'AuthorizationKey', value: password })).toEqual({ status: 'Accepted' });
    expect(bench.done('password')).toEqual([{ do: 'password', password }]);
    expect(JSON.stringify([bench.state, bench.news, bench.disk.durable])).not.toContain(password);
  });

  test('B14: the security profile is only ever raised', () => {
    const bench = new Bench('ocpp1.6', { variables: { 'SecurityCtrlr.SecurityProfile': '2' } }).connect();
    expect(bench.result('ChangeConfiguration', { key: 'SecurityProfile', value: '1' })).toEqual({ status: 'Rejected' });
    expect(bench.ask('ChangeConfiguration', { key: 'SecurityProfile', value: '3' })).toBeUndefined();
    const [order] = bench.done('security-profile');
    expect(order).toMatchObject({ profile: 3 });
    bench.feed({ kind: 'performed', request: order?.request ?? '', outcome: { status: 'Accepted' } });
    bench.feed({ kind: 'set', variable: 'SecurityCtrlr.SecurityProfile', value: '3' });
    expect([...bench.replies.values()].at(-1)).toEqual({ result: { status: 'Accepted' } });
    expect(bench.result('ChangeConfiguration', { key: 'SecurityProfile', value: '2' })).toEqual({ status: 'Rejected' });
    expect(bench.result('GetConfiguration', { key: ['SecurityProfile'] })).toMatchObject({ configurationKey: [{ value: '3' }] });
  });
});

describe('B15 GetBaseReport', () => {
  test.each(['ocpp2.0.1', 'ocpp2.1'] as const)('B15: %s reports all in numbered parts', (protocol) => {
    const bench = new Bench(protocol).connect();
    expect(bench.result('GetBaseReport', { requestId: 5, reportBase: 'FullInventory' })).toEqual({ status: 'Accepted' });
    bench.advance(5);
    const parts = bench.sent('NotifyReport');
    expect(parts.map(({ seqNo }) => seqNo)).toEqual(parts.map((_, index) => index));
    expect(parts.map(({ tbc }) => tbc)).toEqual(parts.map((_, index) => index < parts.length - 1));
    expect(parts.every(({ requestId }) => requestId === 5)).toBe(true);
    const lines = parts.flatMap(({ reportData }) => reportData as unknown as { component: { name: string }; variable: { name: string } }[]);
    expect(lines.length).toBeGreaterThan(variableNames.length);
    const components = new Set(lines.map(({ component }) => component.name));
    for (const name of [
      'AlignedDataCtrlr', 'AuthCtrlr', 'AuthCacheCtrlr', 'ClockCtrlr', 'DeviceDataCtrlr', 'LocalAuthListCtrlr', 'OCPPCommCtrlr', 'SampledDataCtrlr',
      'SecurityCtrlr', 'SmartChargingCtrlr', 'TxCtrlr', 'MonitoringCtrlr', 'ISO15118Ctrlr', 'ReservationCtrlr', 'ChargingStation', 'EVSE', 'Connector',
    ]) expect(components).toContain(name);
  });

  test('B15: the other inventories are parts of it, and GetReport what it was asked for', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    for (const [reportBase, inside, outside] of [['ConfigurationInventory', 'ReadWrite', 'ReadOnly'], ['SummaryInventory', 'ReadOnly', 'ReadWrite']] as const) {
      bench.forget().result('GetBaseReport', { requestId: 6, reportBase });
      bench.advance(2);
      expect(JSON.stringify(bench.sent('NotifyReport'))).toContain(inside);
      expect(JSON.stringify(bench.sent('NotifyReport'))).not.toContain(outside);
    }
    bench.forget();
    const one = { component: { name: 'TxCtrlr' }, variable: { name: 'TxStartPoint' } };
    expect(bench.result('GetReport', { requestId: 7, componentVariable: [one] })).toEqual({ status: 'Accepted' });
    bench.advance(1);
    expect(bench.last('NotifyReport')['reportData']).toHaveLength(1);
    expect(bench.result('GetReport', { requestId: 8, componentCriteria: ['Problem'] })).toEqual({ status: 'EmptyResultSet' });
    bench.feed({ kind: 'fault', evse: 2, fault: { name: 'supply-fault', blocks: 'outlet' } });
    expect(bench.result('GetReport', { requestId: 9, componentCriteria: ['Problem'] })).toEqual({ status: 'Accepted' });
  });

  test('B15: variables are read and set by component, and refused by name', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    const at = (component: string, variable: string, more: object = {}) => ({ component: { name: component }, variable: { name: variable }, ...more });
    expect(bench.result('SetVariables', {
      setVariableData: [
        at('TxCtrlr', 'TxStopPoint', { attributeValue: 'EVConnected' }), at('TxCtrlr', 'TxStopPoint', { attributeValue: 'Moon' }),
        at('EVSE', 'Power', { attributeValue: '1' }), at('Nope', 'X', { attributeValue: '1' }), at('TxCtrlr', 'Nope', { attributeValue: '1' }),
        at('TxCtrlr', 'TxStopPoint', { attributeValue: '1', attributeType: 'Target' }),
        at('SmartChargingCtrlr', 'ProfileStackLevel', { attributeValue: '1' }), at('OCPPCommCtrlr', 'HeartbeatInterval', { attributeValue: '0' }),
      ],
    })['setVariableResult']).toMatchObject([
      { attributeStatus: 'Accepted' }, { attributeStatus: 'Rejected' }, { attributeStatus: 'UnknownComponent' }, { attributeStatus: 'UnknownComponent' },
      { attributeStatus: 'UnknownVariable' }, { attributeStatus: 'NotSupportedAttributeType' },
      { attributeStatus: 'Rejected', attributeStatusInfo: { reasonCode: 'ReadOnly' } },
      { attributeStatus: 'Rejected', attributeStatusInfo: { reasonCode: 'OutOfRange' } },
    ]);
    expect(bench.result('GetVariables', {
      getVariableData: [
        { component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'AvailabilityState' } }, at('SecurityCtrlr', 'BasicAuthPassword'),
        at('OCPPCommCtrlr', 'MessageTimeout', { variable: { name: 'MessageTimeout', instance: 'Default' } }),
      ],
    })['getVariableResult']).toMatchObject([
      { attributeStatus: 'Accepted', attributeValue: 'Available' }, { attributeStatus: 'Rejected' }, { attributeValue: '30' },
    ]);
  });
});

describe('B16 GetDiagnostics, GetLog', () => {
  test('B16: 1.6 answers with a file name, and tells how the upload goes', () => {
    const bench = new Bench('ocpp1.6').connect();
    const { fileName } = bench.result('GetDiagnostics', { location: 'ftp://host/dir', retries: 2, startTime: '2026-03-01T00:00:00Z' });
    expect(bench.done('upload-log')).toMatchObject([{ log: 'diagnostics', location: 'ftp://host/dir', name: fileName, retries: 2 }]);
    bench.feed({ kind: 'log-status', status: 'Uploading' }, { kind: 'log-status', status: 'Uploaded' }, { kind: 'log-status', status: 'UploadFailure' }).advance(1);
    expect(bench.sent('DiagnosticsStatusNotification').map(({ status }) => status)).toEqual(['Uploading', 'Uploaded', 'UploadFailed']);
  });

  test.each(['ocpp1.6', 'ocpp2.0.1'] as const)('B16: %s GetLog; a second one makes the first give way', (protocol) => {
    const bench = new Bench(protocol).connect();
    const log = { remoteLocation: 'https://host/log' };
    expect(bench.result('GetLog', { log, logType: 'SecurityLog', requestId: 1 })).toMatchObject({ status: 'Accepted' });
    expect(bench.result('GetLog', { log, logType: 'DiagnosticsLog', requestId: 2 })).toMatchObject({ status: 'AcceptedCanceled' });
    expect(bench.done('cancel-log')).toHaveLength(1);
    bench.feed({ kind: 'log-status', status: 'Uploaded' }).advance(1);
    expect(bench.last('LogStatusNotification')).toEqual({ status: 'Uploaded', requestId: 2 });
  });

  test('B16: the last word on an upload waits for the connection', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    bench.result('GetLog', { log: { remoteLocation: 'https://host/log' }, logType: 'SecurityLog', requestId: 1 });
    bench.disconnect().feed({ kind: 'log-status', status: 'Uploaded' });
    bench.advance(5).connect();
    expect(bench.last('LogStatusNotification')).toEqual({ status: 'Uploaded', requestId: 1 });
  });
});

describe('B17 UpdateFirmware', () => {
  test('B17: the chain of statuses, over the restart that installs', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    const firmware = { location: 'https://host/fw', retrieveDateTime: '2026-03-01T10:00:00Z' };
    expect(bench.result('UpdateFirmware', { requestId: 3, firmware })).toEqual({ status: 'Accepted' });
    for (const status of ['Downloading', 'Downloaded', 'Installing', 'InstallRebooting'] as const) bench.feed({ kind: 'firmware-status', status });
    bench.advance(1);
    const again = new Bench('ocpp2.0.1', { disk: bench.settled(), start: 60_000 }).connect();
    again.feed({ kind: 'firmware-status', status: 'Installed' }).advance(1);
    expect(again.last('BootNotification')).toMatchObject({ reason: 'FirmwareUpdate' });
    expect([...bench.sent('FirmwareStatusNotification'), ...again.sent('FirmwareStatusNotification')]).toEqual(
      ['Downloading', 'Downloaded', 'Installing', 'InstallRebooting', 'Installed'].map((status) => ({ status, requestId: 3 })),
    );
  });

  test('B17: 1.6 tells what it has words for', () => {
    const bench = new Bench('ocpp1.6').connect();
    expect(bench.result('UpdateFirmware', { location: 'https://host/fw', retrieveDate: '2026-03-01T10:00:00Z' })).toEqual({});
    for (const status of ['DownloadScheduled', 'Downloading', 'Downloaded', 'InvalidSignature'] as const) bench.feed({ kind: 'firmware-status', status });
    bench.advance(1);
    expect(bench.sent('FirmwareStatusNotification').map(({ status }) => status)).toEqual(['Downloading', 'Downloaded', 'InstallationFailed']);
  });
});

describe('B18 DataTransfer', () => {
  test('B18: unknown vendors and messages are refused by name, both ways work', () => {
    const bench = new Bench('ocpp1.6', { configuration: { dataTransfer: [{ vendorId: 'org.example', messageIds: ['Hello'] }] } }).connect();
    expect(bench.result('DataTransfer', { vendorId: 'com.nobody' })).toEqual({ status: 'UnknownVendorId' });
    expect(bench.result('DataTransfer', { vendorId: 'org.example', messageId: 'Bye' })).toEqual({ status: 'UnknownMessageId' });
    expect(bench.result('DataTransfer', { vendorId: 'org.example', messageId: 'Hello', data: 'x' })).toEqual({ status: 'Accepted' });
    expect(bench.told('data-transfer')).toEqual([{ what: 'data-transfer', vendorId: 'org.example', messageId: 'Hello', data: 'x' }]);
    bench.feed({ kind: 'transfer', request: 'r1', vendorId: 'org.example', data: { a: 1 } }).advance(1);
    expect(bench.last('DataTransfer')).toEqual({ vendorId: 'org.example', data: '{"a":1}' });
    expect(bench.told('data-transferred')).toEqual([{ what: 'data-transferred', request: 'r1', status: 'Accepted' }]);
  });
});

describe('B19 what cannot be understood', () => {
  test.each([
    ['ocpp1.6', 'FormationViolation', 'OccurenceConstraintViolation'], ['ocpp2.0.1', 'FormatViolation', 'OccurrenceConstraintViolation'],
  ] as const)('B19: %s has its own names for it', (protocol, form, missing) => {
    const bench = new Bench(protocol).connect();
    expect(bench.error('Frobnicate')).toBe('NotImplemented');
    expect(bench.error('constructor')).toBe('NotImplemented');
    expect(bench.error('Reset', [] as never)).toBe(form);
    expect(bench.error('Reset', {})).toBe(missing);
    expect(bench.error('Reset', { type: 5 })).toBe('TypeConstraintViolation');
    expect(bench.error('Reset', { type: 'Warm' })).toBe('PropertyConstraintViolation');
    if (protocol === 'ocpp2.0.1') {
      expect(bench.error('SetDisplayMessage')).toBe('NotSupported');
      expect(bench.error('SetDERControl')).toBe('NotImplemented');
      expect(new Bench('ocpp2.1').connect().error('SetDERControl')).toBe('NotSupported');
    }
  });

  test('B19: an unknown member, and a null for an absent one, are dropped and told', () => {
    const bench = new Bench('ocpp1.6').connect();
    expect(bench.result('RemoteStartTransaction', { connectorId: 1, idTag: 'A', chargingProfile: null, color: 'red' })).toEqual({ status: 'Accepted' });
    expect(bench.told('anomaly')).toEqual([{ what: 'anomaly', action: 'RemoteStartTransaction', notes: ['chargingProfile is null', 'color is unknown'] }]);
    bench.answers['Authorize'] = () => ({ idTagInfo: { status: 'Accepted', expiryDate: null, parentIdTag: null, note: 'hi' } });
    plug(bench, 2);
    hold(bench, card, 2);
    expect(bench.done('authorize').at(-1)).toMatchObject({ accept: true });
  });
});

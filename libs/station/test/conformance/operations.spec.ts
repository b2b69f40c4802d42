import { describe, expect, test } from 'vitest';
import { Bench } from '../bench.js';
import { charge, plug } from '../charge.js';

const v16 = (variables: Readonly<Record<string, string>> = {}): Bench => new Bench('ocpp1.6', { variables }).connect();
/** The reply to the call before, which the host owed. */
const owed = (bench: Bench, outcome: object): unknown => {
  const request = bench.done('certificate').at(-1)?.request ?? '';
  bench.feed({ kind: 'performed', request, outcome: { ...outcome } });
  return [...bench.replies.values()].at(-1);
};

describe('conformance 1.6: firmware', () => {
  const ask = (bench: Bench) => bench.result('UpdateFirmware', { location: 'https://host/fw.bin', retrieveDate: '2026-03-01T10:00:00Z', retries: 1 });
  const words = (bench: Bench) => bench.sent('FirmwareStatusNotification').map(({ status }) => status);

  test('firmware_update_installed', () => {
    const bench = v16();
    expect(ask(bench)).toEqual({});
    expect(bench.done('update-firmware')).toMatchObject([{ location: 'https://host/fw.bin', retries: 1 }]);
    for (const status of ['Downloading', 'Downloaded', 'Installing', 'Installed'] as const) bench.feed({ kind: 'firmware-status', status });
    bench.advance(1);
    expect(words(bench)).toEqual(['Downloading', 'Downloaded', 'Installing', 'Installed']);
  });
  test('firmware_update_download_failed', () => {
    const bench = v16();
    ask(bench);
    bench.feed({ kind: 'firmware-status', status: 'Downloading' }, { kind: 'firmware-status', status: 'DownloadFailed' }).advance(1);
    expect(words(bench)).toEqual(['Downloading', 'DownloadFailed']);
  });
  test('firmware_update_installation_failed, told after a connection that was away', () => {
    const bench = v16();
    ask(bench);
    bench.disconnect().feed({ kind: 'firmware-status', status: 'InstallationFailed' }).advance(5).connect();
    expect(words(bench)).toEqual(['InstallationFailed']);
  });
});

describe('conformance 1.6: diagnostics', () => {
  test('get_diagnostics', () => {
    const bench = v16();
    expect(bench.result('GetDiagnostics', { location: 'ftp://host' })['fileName']).toMatch(/^diagnostics-.*\.zip$/);
    bench.feed({ kind: 'log-status', status: 'Uploading' }, { kind: 'log-status', status: 'Uploaded' }).advance(1);
    expect(bench.sent('DiagnosticsStatusNotification')).toEqual([{ status: 'Uploading' }, { status: 'Uploaded' }]);
  });
  test('get_diagnostics_upload_failed', () => {
    const bench = v16();
    bench.result('GetDiagnostics', { location: 'ftp://host' });
    bench.feed({ kind: 'log-status', status: 'PermissionDenied' }).advance(1);
    expect(bench.sent('DiagnosticsStatusNotification')).toEqual([{ status: 'UploadFailed' }]);
  });
});

describe('conformance 1.6: trigger', () => {
  test.each(['BootNotification', 'DiagnosticsStatusNotification', 'FirmwareStatusNotification', 'Heartbeat', 'MeterValues', 'StatusNotification'] as const)(
    'trigger_message: %s',
    (requestedMessage) => {
      const bench = v16();
      bench.forget();
      expect(bench.result('TriggerMessage', { requestedMessage })).toEqual({ status: 'Accepted' });
      bench.advance(1);
      expect(new Set(bench.actions())).toEqual(new Set([requestedMessage]));
    },
  );
  test('trigger_message_rejected: no such connector', () => {
    expect(v16().result('TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 9 })).toEqual({ status: 'Rejected' });
  });
  test('2.0.1: F06', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    const ask = (requestedMessage: string, more: object = {}) => bench.result('TriggerMessage', { requestedMessage, ...more })['status'];
    expect(ask('BootNotification')).toBe('Rejected'); // it is accepted
    expect(ask('TransactionEvent', { evse: { id: 1 } })).toBe('Rejected');
    expect(ask('PublishFirmwareStatusNotification')).toBe('NotImplemented');
    expect(ask('StatusNotification', { evse: { id: 9 } })).toBe('Rejected');
    charge(bench);
    bench.forget();
    for (const one of ['TransactionEvent', 'StatusNotification', 'MeterValues', 'LogStatusNotification', 'FirmwareStatusNotification']) expect(ask(one)).toBe('Accepted');
    bench.advance(1);
    expect(bench.actions().sort()).toEqual(
      ['FirmwareStatusNotification', 'LogStatusNotification', 'MeterValues', 'MeterValues', 'StatusNotification', 'StatusNotification', 'TransactionEvent'],
    );
    expect(bench.last('TransactionEvent')).toMatchObject({ triggerReason: 'Trigger' });
  });
});

describe('conformance 1.6: data transfer', () => {
  test('data_transfer_to_chargepoint', () => {
    expect(v16().result('DataTransfer', { vendorId: 'x', messageId: 'y', data: 'z' })).toEqual({ status: 'UnknownVendorId' });
  });
  test('data_transfer_to_csms, and one that fails', () => {
    const bench = v16();
    bench.feed({ kind: 'transfer', request: 'a', vendorId: 'v', messageId: 'm', data: 'd' }).advance(1);
    expect(bench.last('DataTransfer')).toEqual({ vendorId: 'v', messageId: 'm', data: 'd' });
    bench.answers['DataTransfer'] = () => ({ error: { code: 'GenericError' } });
    bench.feed({ kind: 'transfer', request: 'b', vendorId: 'v' }).advance(1);
    expect(bench.told('data-transferred').map(({ request, status }) => [request, status])).toEqual([['a', 'Accepted'], ['b', 'failed']]);
  });
});

describe('conformance 1.6: security', () => {
  const hash = { hashAlgorithm: 'SHA256', issuerNameHash: 'aa', issuerKeyHash: 'bb', serialNumber: '01' };

  test('update_authorization_key', () => {
    const bench = v16();
    expect(bench.result('ChangeConfiguration', { key: 'AuthorizationKey', value: '0123456789abcdef0123' })).toEqual({ status: 'Accepted' });
    expect(bench.done('password')).toHaveLength(1);
  });
  test('update_authorization_key_too_short', () => {
    const bench = v16();
    expect(bench.result('ChangeConfiguration', { key: 'AuthorizationKey', value: 'short' })).toEqual({ status: 'Rejected' });
    expect(bench.done('password')).toEqual([]);
  });
  test('update_charge_point_certificate: by trigger, CSR and signed chain', () => {
    const bench = v16();
    expect(bench.result('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' })).toEqual({ status: 'Accepted' });
    expect(bench.done('make-csr')).toHaveLength(1);
    bench.feed({ kind: 'csr', csr: '-----BEGIN CERTIFICATE REQUEST-----' }).advance(1);
    expect(bench.last('SignCertificate')).toMatchObject({ csr: '-----BEGIN CERTIFICATE REQUEST-----' });
    expect(bench.ask('CertificateSigned', { certificateChain: 'PEM' })).toBeUndefined();
    expect(owed(bench, { status: 'Accepted' })).toEqual({ result: { status: 'Accepted' } });
  });
  test('certificate_signed_invalid', () => {
    const bench = v16();
    bench.ask('CertificateSigned', { certificateChain: 'rubbish' });
    expect(owed(bench, { status: 'Rejected' })).toEqual({ result: { status: 'Rejected' } });
  });
  test('install_certificate', () => {
    const bench = v16();
    bench.ask('InstallCertificate', { certificateType: 'CentralSystemRootCertificate', certificate: 'PEM' });
    expect(bench.done('certificate')).toMatchObject([{ call: 'install', args: { certificate: 'PEM' } }]);
    expect(owed(bench, { status: 'Accepted' })).toEqual({ result: { status: 'Accepted' } });
  });
  test('install_certificate_failed: nobody says anything', () => {
    const bench = v16();
    bench.ask('InstallCertificate', { certificateType: 'ManufacturerRootCertificate', certificate: 'PEM' });
    bench.advance(21);
    expect([...bench.replies.values()].at(-1)).toEqual({ result: { status: 'Failed' } });
  });
  test('delete_certificate, and one that is not there', () => {
    const bench = v16();
    bench.ask('DeleteCertificate', { certificateHashData: hash });
    expect(owed(bench, { status: 'Accepted' })).toEqual({ result: { status: 'Accepted' } });
    bench.ask('DeleteCertificate', { certificateHashData: hash });
    expect(owed(bench, { status: 'NotFound' })).toEqual({ result: { status: 'NotFound' } });
  });
  test('get_installed_certificate_ids, and none', () => {
    const bench = v16();
    bench.ask('GetInstalledCertificateIds', { certificateType: 'CentralSystemRootCertificate' });
    expect(owed(bench, { certificateHashData: [hash] })).toEqual({ result: { status: 'Accepted', certificateHashData: [hash] } });
    bench.ask('GetInstalledCertificateIds', { certificateType: 'ManufacturerRootCertificate' });
    expect(owed(bench, {})).toEqual({ result: { status: 'NotFound' } });
  });
  test('upgrade_security_profile, and never down', () => {
    const bench = v16({ 'SecurityCtrlr.SecurityProfile': '1' });
    expect(bench.ask('ChangeConfiguration', { key: 'SecurityProfile', value: '2' })).toBeUndefined();
    bench.feed({ kind: 'performed', request: bench.done('security-profile')[0]?.request ?? '', outcome: { status: 'Rejected' } });
    expect([...bench.replies.values()].at(-1)).toEqual({ result: { status: 'Rejected' } });
    expect(bench.result('ChangeConfiguration', { key: 'SecurityProfile', value: '0' })).toEqual({ status: 'Rejected' });
  });
  test('security_event: kept until the CSMS has heard of it', () => {
    const bench = v16().disconnect();
    bench.feed({ kind: 'security-event', type: 'TamperDetectionActivated', info: 'door' }).advance(5);
    const again = new Bench('ocpp1.6', { disk: bench.settled(), start: 60_000 }).connect();
    expect(again.last('SecurityEventNotification')).toMatchObject({ type: 'TamperDetectionActivated', techInfo: 'door' });
    expect(again.disk.records.size).toBe(0);
  });
  test('security_event: where profiles are in use, the station tells what it did itself', () => {
    const bench = v16({ 'SecurityCtrlr.SecurityProfile': '1' });
    bench.result('ChangeConfiguration', { key: 'AuthorizationKey', value: '0123456789abcdef0123' });
    bench.result('Reset', { type: 'Soft' });
    bench.advance(2);
    expect(bench.sent('SecurityEventNotification').map(({ type }) => type)).toEqual([
      'StartupOfTheDevice', 'ReconfigurationOfSecurityParameters', 'ResetOrReboot',
    ]);
  });
  test('security_event: 1.6 has its own names for the CSMS and the station', () => {
    const bench = v16();
    for (const type of ['FailedToAuthenticateAtCsms', 'InvalidCsmsCertificate', 'InvalidChargingStationCertificate', 'InvalidMessages']) bench.feed({ kind: 'security-event', type });
    bench.advance(5);
    expect(bench.sent('SecurityEventNotification').map(({ type }) => type)).toEqual([
      'FailedToAuthenticateAtCentralSystem', 'InvalidCentralSystemCertificate', 'InvalidChargePointCertificate', 'InvalidMessages',
    ]);
  });
  test('security_event: a CSMS that knows none holds no transaction up', () => {
    const bench = v16();
    bench.answers['SecurityEventNotification'] = () => ({ error: { code: 'NotImplemented' } });
    bench.feed({ kind: 'security-event', type: 'InvalidMessages' });
    charge(bench);
    expect(bench.sent('StartTransaction')).toHaveLength(1);
    expect(bench.told('dead-letter')).toHaveLength(1);
  });
  test('get_security_log', () => {
    const bench = v16();
    expect(bench.result('GetLog', { log: { remoteLocation: 'https://h' }, logType: 'SecurityLog', requestId: 4 })).toMatchObject({ status: 'Accepted' });
    bench.feed({ kind: 'log-status', status: 'Uploading' }, { kind: 'log-status', status: 'UploadFailure' }).advance(1);
    expect(bench.sent('LogStatusNotification')).toEqual([{ status: 'Uploading', requestId: 4 }, { status: 'UploadFailure', requestId: 4 }]);
  });
  test('signed_firmware_update, and one whose signature is wrong', () => {
    const bench = v16();
    const firmware = { location: 'https://h', retrieveDateTime: '2026-03-01T10:00:00Z', signingCertificate: 'PEM', signature: 'c2ln' };
    expect(bench.result('SignedUpdateFirmware', { requestId: 6, firmware })).toEqual({ status: 'Accepted' });
    for (const status of ['Downloading', 'Downloaded', 'InvalidSignature'] as const) bench.feed({ kind: 'firmware-status', status });
    bench.advance(1);
    expect(bench.sent('SignedFirmwareStatusNotification').map(({ status, requestId }) => [status, requestId])).toEqual([
      ['Downloading', 6], ['Downloaded', 6], ['InvalidSignature', 6],
    ]);
    expect(bench.result('SignedUpdateFirmware', { requestId: 7, firmware })).toEqual({ status: 'Accepted' });
    bench.feed({ kind: 'firmware-status', status: 'Downloading' });
    expect(bench.result('SignedUpdateFirmware', { requestId: 8, firmware })).toEqual({ status: 'AcceptedCanceled' });
  });
  test('no more than a few replies are owed at a time', () => {
    const bench = v16();
    for (let n = 0; n < 20; n++) bench.ask('CertificateSigned', { certificateChain: 'PEM' });
    expect(bench.error('CertificateSigned', { certificateChain: 'PEM' })).toBe('InternalError');
  });
});

describe('conformance 2.0.1: the rest of the core', () => {
  test('SetNetworkProfile: safer or as safe, and over TLS where it says so', () => {
    const bench = new Bench('ocpp2.0.1', { variables: { 'SecurityCtrlr.SecurityProfile': '2' } }).connect();
    const ask = (change: object, configurationSlot = 1) =>
      bench.result('SetNetworkProfile', {
        configurationSlot,
        connectionData: {
          ocppVersion: 'OCPP20', ocppTransport: 'JSON', ocppCsmsUrl: 'wss://csms/ocpp', messageTimeout: 30, securityProfile: 2, ocppInterface: 'Wired0', ...change,
        },
      });
    const reason = (reasonCode: string) => ({ status: 'Rejected', statusInfo: { reasonCode } });
    expect(ask({})).toEqual({ status: 'Accepted' });
    expect(ask({ securityProfile: 1 })).toEqual(reason('NoSecurityDowngrade'));
    expect(ask({ ocppCsmsUrl: 'ws://csms' })).toEqual(reason('InvalidURL'));
    expect(ask({ ocppTransport: 'SOAP' })).toEqual(reason('UnsupportedParam'));
    expect(ask({ securityProfile: 0 })).toEqual(reason('InvalidNetworkConf'));
    expect(ask({}, 77)).toEqual(reason('InvalidConfSlot'));
    expect(ask({ messageTimeout: 0 })).toEqual(reason('InvalidNetworkConf'));
    expect(bench.done('network-profile')).toHaveLength(1);
  });

  test('GetTransactionStatus, CostUpdated', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    charge(bench);
    const transactionId = bench.state.durable.transactions[1]?.id ?? '';
    expect(bench.result('GetTransactionStatus', { transactionId })).toEqual({ messagesInQueue: false, ongoingIndicator: true });
    expect(bench.result('GetTransactionStatus')).toEqual({ messagesInQueue: false });
    expect(bench.result('CostUpdated', { transactionId, totalCost: 3.5 })).toEqual({});
    expect(bench.done('cost')).toEqual([{ do: 'cost', transaction: transactionId, total: 3.5 }]);
  });

  test('UnlockConnector: unknown, and in a transaction', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    expect(bench.result('UnlockConnector', { evseId: 4, connectorId: 1 })).toEqual({ status: 'UnknownConnector' });
    charge(bench);
    expect(bench.result('UnlockConnector', { evseId: 1, connectorId: 1 })).toEqual({ status: 'OngoingAuthorizedTransaction' });
  });

  test('RequestStopTransaction, and one that is unknown', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    charge(bench);
    const transactionId = bench.state.durable.transactions[1]?.id ?? '';
    expect(bench.result('RequestStopTransaction', { transactionId: 'nope' })).toMatchObject({ status: 'Rejected' });
    expect(bench.result('RequestStopTransaction', { transactionId })).toEqual({ status: 'Accepted' });
    bench.advance(2);
    expect(bench.last('TransactionEvent')).toMatchObject({ eventType: 'Ended', triggerReason: 'RemoteStop', transactionInfo: { stoppedReason: 'Remote' } });
  });

  test('an emergency stop', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    charge(bench);
    bench.feed({ kind: 'stop', evse: 1, reason: 'EmergencyStop' }).advance(2);
    expect(bench.last('TransactionEvent')).toMatchObject({ triggerReason: 'AbnormalCondition', transactionInfo: { stoppedReason: 'EmergencyStop' } });
    plug(bench, 2);
  });
});

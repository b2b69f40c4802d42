import { number } from '../../device-model/settings.js';
import { objection, variableOf } from '../../device-model/variables.js';
import { owe, updateFirmware, uploadLog } from '../../maintenance/hooks.js';
import { isInUse, putNetwork } from '../../maintenance/networks.js';
import { integer, many, object, oneOf, optional, text, time } from '../../shape/shape.js';
import { later, notSupported, on, reply } from '../dialect.js';
import type { Handler } from '../dialect.js';
import { unread } from './read.js';

const retrying = { retries: optional(integer(0)), retryInterval: optional(integer(0)) };
const hash = object({
  hashAlgorithm: oneOf(['SHA256', 'SHA384', 'SHA512']), issuerNameHash: text(128), issuerKeyHash: text(128), serialNumber: text(40),
});
const roots = oneOf([
  'V2GRootCertificate', 'MORootCertificate', 'CSMSRootCertificate', 'V2GCertificateChain', 'ManufacturerRootCertificate', 'OEMRootCertificate',
]);

/** Logs, firmware, certificates and network profiles of 2.x (blocks A, B, L, M, N). */
export const maintenance: Readonly<Record<string, Handler>> = {
  GetLog: on(
    object({
      log: object({ remoteLocation: text(2_000), oldestTimestamp: optional(time), latestTimestamp: optional(time) }),
      logType: oneOf(['DiagnosticsLog', 'SecurityLog', 'DataCollectorLog']), requestId: integer(), ...retrying,
    }),
    (turn, { log, logType, requestId, retries, retryInterval }) => {
      if (logType === 'DataCollectorLog') return reply({ status: 'Rejected', statusInfo: { reasonCode: 'UnsupportedParam' } });
      const { status, name } = uploadLog(turn, {
        log: logType === 'SecurityLog' ? 'security' : 'diagnostics', location: log.remoteLocation, request: requestId, diagnostics: false,
        retries, retryInterval, from: log.oldestTimestamp, to: log.latestTimestamp,
      });
      return reply({ status, filename: name });
    },
  ),
  UpdateFirmware: on(
    object({
      requestId: integer(), ...retrying,
      firmware: object({
        location: text(2_000), retrieveDateTime: time, installDateTime: optional(time), signingCertificate: optional(text(5_500)),
        signature: optional(text(800)),
      }),
    }),
    (turn, { requestId, retries, retryInterval, firmware }) => {
      const { location, retrieveDateTime, installDateTime, signingCertificate: certificate, signature } = firmware;
      const status = updateFirmware(turn, {
        location, request: requestId, signed: signature !== undefined, retrieveAt: retrieveDateTime, installAt: installDateTime, retries,
        retryInterval, certificate, signature,
      });
      return reply({ status });
    },
  ),
  CertificateSigned: on(
    object({ certificateChain: text(10_000), certificateType: optional(text(50)), requestId: unread }),
    (turn, { certificateChain, certificateType }) => {
      if (certificateType !== undefined && certificateType !== 'ChargingStationCertificate') return reply({ status: 'Rejected' });
      return later(owe(turn, 'CertificateSigned', (request) => ({ do: 'certificate', call: 'signed', request, args: { certificateChain } })));
    },
  ),
  InstallCertificate: on(object({ certificateType: roots, certificate: text(10_000) }), (turn, args) =>
    later(owe(turn, 'InstallCertificate', (request) => ({ do: 'certificate', call: 'install', request, args }))),
  ),
  DeleteCertificate: on(object({ certificateHashData: hash }), (turn, args) =>
    later(owe(turn, 'DeleteCertificate', (request) => ({ do: 'certificate', call: 'delete', request, args }))),
  ),
  GetInstalledCertificateIds: on(object({ certificateType: optional(many(roots)) }), (turn, { certificateType }) =>
    later(owe(turn, 'GetInstalledCertificateIds', (request) => ({ do: 'certificate', call: 'list', request, args: { certificateType } }))),
  ),
  SetNetworkProfile: on(
    object({
      configurationSlot: integer(),
      connectionData: object({
        ocppVersion: optional(text(20)), ocppTransport: oneOf(['JSON', 'SOAP']), ocppCsmsUrl: text(2_000), messageTimeout: integer(),
        securityProfile: integer(), ocppInterface: text(20), apn: unread, vpn: unread, identity: unread, basicAuthPassword: optional(text(64)),
      }),
    }),
    (turn, { configurationSlot: slot, connectionData: { ocppTransport, ocppCsmsUrl: url, messageTimeout, securityProfile, apn, vpn, identity, basicAuthPassword: password } }) => {
      const rejected = (reasonCode: string) => reply({ status: 'Rejected', statusInfo: { reasonCode } });
      if (slot < 0 || slot > 9) return rejected('InvalidConfSlot');
      if (isInUse(turn.state, slot)) return rejected('PriorityNetworkConf');
      // The name is the station's, whichever profile it takes.
      if (ocppTransport !== 'JSON' || [apn, vpn, identity].some((one) => one !== undefined)) return rejected('UnsupportedParam');
      if (securityProfile < 1 || securityProfile > 3 || (password !== undefined && password.length < 16)) return rejected('InvalidNetworkConf');
      if (objection(variableOf('OCPPCommCtrlr.MessageTimeout[Default]'), String(messageTimeout)) !== undefined) return rejected('InvalidNetworkConf');
      // The CSMS can make a connection safer, never less so; and a profile with TLS has no address without it.
      if (securityProfile < number(turn.state, 'SecurityCtrlr.SecurityProfile')) return rejected('NoSecurityDowngrade');
      if (!/^wss?:\/\/\S+$/i.test(url) || (securityProfile > 1 && !/^wss:/i.test(url))) return rejected('InvalidURL');
      putNetwork(turn, slot, securityProfile);
      turn.perform({ do: 'network-profile', slot, url, securityProfile, messageTimeout, ...(password !== undefined && { password }) });
      return reply({ status: 'Accepted' });
    },
  ),
};

const named = (names: readonly string[]): Readonly<Record<string, Handler>> => Object.fromEntries(names.map((name) => [name, notSupported]));

/** What a CSMS may call in 2.0.1, and this station does not do. */
export const unsupported = named([
  'ClearDisplayMessage', 'ClearVariableMonitoring', 'CustomerInformation', 'GetDisplayMessages', 'GetMonitoringReport', 'PublishFirmware',
  'SetDisplayMessage', 'SetMonitoringBase', 'SetMonitoringLevel', 'SetVariableMonitoring', 'UnpublishFirmware',
]);

/** And what 2.1 adds. */
export const unsupported21 = named([
  'AdjustPeriodicEventStream', 'AFRRSignal', 'ChangeTransactionTariff', 'ClearDERControl', 'ClearTariffs', 'ClosePeriodicEventStream',
  'GetDERControl', 'GetPeriodicEventStream', 'GetTariffs', 'NotifyAllowedEnergyTransfer', 'NotifyWebPaymentStarted', 'OpenPeriodicEventStream',
  'RequestBatterySwap', 'SetDefaultTariff', 'SetDERControl', 'UpdateDynamicSchedule', 'UsePriorityCharging',
]);

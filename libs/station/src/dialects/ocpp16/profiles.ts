import { listVersion, sendLocalList } from '../../authorization/local-list.js';
import { flag } from '../../device-model/settings.js';
import { owe, updateFirmware, uploadLog } from '../../maintenance/hooks.js';
import { cancelReservation, reserve } from '../../reservations/reservations.js';
import { integer, many, object, oneOf, optional, text, time } from '../../shape/shape.js';
import { compositeSchedule } from '../../smart-charging/composite.js';
import { clearProfiles, objectionTo, putProfile } from '../../smart-charging/profiles.js';
import { iso } from '../../time/utc.js';
import { later, on, reply } from '../dialect.js';
import type { Handler } from '../dialect.js';
import { profileOf, profileShape, purposes16 } from './profile.js';
import { idTagInfo, infoOf, token16 } from './read.js';

const retrying = { retries: optional(integer(0)), retryInterval: optional(integer(0)) };
const span = { remoteLocation: text(512), oldestTimestamp: optional(time), latestTimestamp: optional(time) };
const hash = object({
  hashAlgorithm: oneOf(['SHA256', 'SHA384', 'SHA512']), issuerNameHash: text(128), issuerKeyHash: text(128), serialNumber: text(40),
});
const root = oneOf(['CentralSystemRootCertificate', 'ManufacturerRootCertificate']);

/** Smart Charging, Local Auth List, Reservation and Firmware Management of 1.6. */
export const profiles: Readonly<Record<string, Handler>> = {
  SetChargingProfile: on(object({ connectorId: integer(0), csChargingProfiles: profileShape }), (turn, { connectorId, csChargingProfiles }) => {
    if (!flag(turn.state, 'SmartChargingCtrlr.Enabled')) return reply({ status: 'NotSupported' });
    const profile = profileOf(turn.state, connectorId, csChargingProfiles);
    if (objectionTo(turn.state, profile, false) !== undefined) return reply({ status: 'Rejected' });
    putProfile(turn, profile);
    return reply({ status: 'Accepted' });
  }),
  ClearChargingProfile: on(
    object({
      id: optional(integer()), connectorId: optional(integer(0)), stackLevel: optional(integer()),
      chargingProfilePurpose: optional(oneOf(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'])),
    }),
    (turn, { id, connectorId, chargingProfilePurpose, stackLevel }) => {
      // An id says it all.
      const filter = id !== undefined
        ? { ids: [id] }
        : { evse: connectorId, purpose: chargingProfilePurpose && purposes16[chargingProfilePurpose], stackLevel };
      return reply({ status: clearProfiles(turn, filter) ? 'Accepted' : 'Unknown' });
    },
  ),
  GetCompositeSchedule: on(
    object({ connectorId: integer(0), duration: integer(0), chargingRateUnit: optional(oneOf(['A', 'W'])) }),
    (turn, { connectorId, duration, chargingRateUnit }) => {
      const found = compositeSchedule(turn.state, turn.now, connectorId, duration, chargingRateUnit ?? 'W');
      if (found === undefined) return reply({ status: 'Rejected' });
      const start = iso(found.start);
      return reply({
        status: 'Accepted', connectorId, scheduleStart: start,
        chargingSchedule: {
          duration, startSchedule: start, chargingRateUnit: found.unit,
          chargingSchedulePeriod: found.periods.map(({ start: startPeriod, limit }) => ({ startPeriod, limit })),
        },
      });
    },
  ),
  GetLocalListVersion: on(object({}), (turn) =>
    reply({ listVersion: flag(turn.state, 'LocalAuthListCtrlr.Enabled') ? listVersion(turn) : -1 }),
  ),
  SendLocalList: on(
    object({
      listVersion: integer(), updateType: oneOf(['Differential', 'Full']),
      localAuthorizationList: optional(many(object({ idTag: text(20), idTagInfo: optional(idTagInfo) }))),
    }),
    (turn, { listVersion: version, localAuthorizationList, updateType }) => {
      const changes = (localAuthorizationList ?? []).map(({ idTag, idTagInfo: info }) => ({ token: token16(idTag), info: info && infoOf(info) }));
      return reply({ status: sendLocalList(turn, version, updateType === 'Full', changes) });
    },
  ),
  ReserveNow: on(
    object({ connectorId: integer(0), expiryDate: time, idTag: text(20), parentIdTag: optional(text(20)), reservationId: integer() }),
    (turn, { connectorId, expiryDate, idTag, parentIdTag, reservationId }) => {
      const group = parentIdTag === undefined ? undefined : token16(parentIdTag);
      return reply({ status: reserve(turn, { id: reservationId, evse: connectorId, token: token16(idTag), group, expiry: expiryDate }) });
    },
  ),
  CancelReservation: on(object({ reservationId: integer() }), (turn, { reservationId }) => reply({ status: cancelReservation(turn, reservationId) })),
  GetDiagnostics: on(
    object({ location: text(2_000), startTime: optional(time), stopTime: optional(time), ...retrying }),
    (turn, { location, startTime, stopTime, retries, retryInterval }) => {
      const { name } = uploadLog(turn, {
        log: 'diagnostics', location, request: undefined, diagnostics: true, retries, retryInterval, from: startTime, to: stopTime,
      });
      return reply({ fileName: name });
    },
  ),
  UpdateFirmware: on(object({ location: text(2_000), retrieveDate: time, ...retrying }), (turn, { location, retrieveDate, retries, retryInterval }) => {
    updateFirmware(turn, {
      location, request: undefined, signed: false, retrieveAt: retrieveDate, installAt: undefined, retries, retryInterval,
      certificate: undefined, signature: undefined,
    });
    return reply({});
  }),
};

/** The security whitepaper of 1.6. */
export const security: Readonly<Record<string, Handler>> = {
  GetLog: on(
    object({ log: object(span), logType: oneOf(['DiagnosticsLog', 'SecurityLog']), requestId: integer(), ...retrying }),
    (turn, { log, logType, requestId, retries, retryInterval }) => {
      const { status, name } = uploadLog(turn, {
        log: logType === 'SecurityLog' ? 'security' : 'diagnostics', location: log.remoteLocation, request: requestId, diagnostics: false,
        retries, retryInterval, from: log.oldestTimestamp, to: log.latestTimestamp,
      });
      return reply({ status, filename: name });
    },
  ),
  SignedUpdateFirmware: on(
    object({
      requestId: integer(), ...retrying,
      firmware: object({
        location: text(512), retrieveDateTime: time, installDateTime: optional(time), signingCertificate: text(5_500), signature: text(800),
      }),
    }),
    (turn, { requestId, retries, retryInterval, firmware }) => {
      const status = updateFirmware(turn, {
        location: firmware.location, request: requestId, signed: true, retrieveAt: firmware.retrieveDateTime, installAt: firmware.installDateTime,
        retries, retryInterval, certificate: firmware.signingCertificate, signature: firmware.signature,
      });
      return reply({ status });
    },
  ),
  CertificateSigned: on(object({ certificateChain: text(10_000) }), (turn, { certificateChain }) =>
    later(owe(turn, 'CertificateSigned', (request) => ({ do: 'certificate', call: 'signed', request, args: { certificateChain } }))),
  ),
  InstallCertificate: on(object({ certificateType: root, certificate: text(5_500) }), (turn, args) =>
    later(owe(turn, 'InstallCertificate', (request) => ({ do: 'certificate', call: 'install', request, args }))),
  ),
  DeleteCertificate: on(object({ certificateHashData: hash }), (turn, args) =>
    later(owe(turn, 'DeleteCertificate', (request) => ({ do: 'certificate', call: 'delete', request, args }))),
  ),
  GetInstalledCertificateIds: on(object({ certificateType: root }), (turn, args) =>
    later(owe(turn, 'GetInstalledCertificateIds', (request) => ({ do: 'certificate', call: 'list', request, args }))),
  ),
};

import { clearCache } from '../../authorization/known.js';
import { listVersion, sendLocalList } from '../../authorization/local-list.js';
import { sayBoot } from '../../boot/boot.js';
import { sayStatus } from '../../connectors/status.js';
import { changeAvailability } from '../../maintenance/availability.js';
import { canTell, owe, sayFirmwareStatus, sayLogStatus } from '../../maintenance/hooks.js';
import { reset } from '../../maintenance/reset.js';
import { dataTransfer } from '../../maintenance/transfer.js';
import { sample } from '../../meter/sample.js';
import { sampleNow } from '../../meter/sampling.js';
import { cancelReservation, reserve } from '../../reservations/reservations.js';
import { decimal, integer, many, object, oneOf, optional, text, time } from '../../shape/shape.js';
import { remoteStart, remoteStop } from '../../transactions/remote.js';
import { tellTransaction } from '../../transactions/tell.js';
import type { Turn } from '../../turn.js';
import { later, on, reply } from '../dialect.js';
import type { Handled, Handler } from '../dialect.js';
import { profileOf, profileShape } from './profile.js';
import { idToken, idTokenInfo, infoOf, tokenOf, unread } from './read.js';

const evse = object({ id: integer(0), connectorId: optional(integer(0)) });
const because = (reasonCode: string | undefined) => (reasonCode === undefined ? undefined : { reasonCode: reasonCode.slice(0, 20) });

/** Remote control, availability, authorization, reservation and the rest of the core of 2.x. */
export const core: Readonly<Record<string, Handler>> = {
  ChangeAvailability: on(object({ evse: optional(evse), operationalStatus: oneOf(['Inoperative', 'Operative']) }), (turn, { evse: at, operationalStatus }) => {
    // An outlet has one connector, so either means both.
    if (at?.connectorId !== undefined && at.connectorId > 1) return reply({ status: 'Rejected', statusInfo: because('UnknownConnectorId') });
    return reply({ status: changeAvailability(turn, at?.id ?? 0, operationalStatus === 'Operative') });
  }),
  ClearCache: on(object({}), (turn) => reply({ status: clearCache(turn) })),
  CostUpdated: on(object({ totalCost: decimal(), transactionId: text(36) }), (turn, { totalCost, transactionId }) => {
    turn.perform({ do: 'cost', transaction: transactionId, total: totalCost });
    return reply({});
  }),
  DataTransfer: on(object({ vendorId: text(255), messageId: optional(text(50)), data: unread }), (turn, { vendorId, messageId, data }) =>
    reply({ status: dataTransfer(turn, vendorId, messageId, data) }),
  ),
  GetTransactionStatus: on(object({ transactionId: optional(text(36)) }), (turn, { transactionId }) => {
    const { entries, durable } = turn.state;
    const records = entries.filter(({ record }) => record.kind === 'transaction' && (transactionId === undefined || record.id === transactionId));
    const ongoing = Object.values(durable.transactions).some(({ id }) => id === transactionId);
    return reply({ messagesInQueue: records.length > 0, ongoingIndicator: transactionId === undefined ? undefined : ongoing });
  }),
  RequestStartTransaction: on(
    object({
      evseId: optional(integer(1)), groupIdToken: optional(idToken), idToken, remoteStartId: integer(), chargingProfile: optional(profileShape),
    }),
    (turn, { evseId, groupIdToken, idToken: given, remoteStartId, chargingProfile }) => {
      const profile = chargingProfile && profileOf(evseId ?? 0, chargingProfile);
      if (chargingProfile !== undefined && profile === undefined) return reply({ status: 'Rejected', statusInfo: because('InvalidProfile') });
      const { accepted, transaction, why } = remoteStart(turn, {
        evse: evseId, token: tokenOf(given), group: groupIdToken && tokenOf(groupIdToken), remoteStartId, profile,
      });
      return reply({ status: accepted ? 'Accepted' : 'Rejected', transactionId: transaction, statusInfo: because(why) });
    },
  ),
  RequestStopTransaction: on(object({ transactionId: text(36) }), (turn, { transactionId }) =>
    remoteStop(turn, transactionId) ? reply({ status: 'Accepted' }) : reply({ status: 'Rejected', statusInfo: because('TxNotFound') }),
  ),
  Reset: on(object({ type: oneOf(['Immediate', 'OnIdle']), evseId: optional(integer(0)) }), (turn, { type, evseId }) =>
    reply({ status: reset(turn, { evse: evseId ?? 0, how: type === 'Immediate' ? 'hard' : 'idle', reason: type === 'Immediate' ? 'RemoteReset' : 'ScheduledReset' }) }),
  ),
  UnlockConnector: on(object({ evseId: integer(0), connectorId: integer(0) }), (turn, { evseId, connectorId }) => {
    if (turn.state.evses[evseId - 1] === undefined || connectorId !== 1) return reply({ status: 'UnknownConnector' });
    if (turn.state.durable.transactions[evseId] !== undefined) return reply({ status: 'OngoingAuthorizedTransaction' });
    if (turn.state.configuration.evses[evseId - 1]?.tethered !== false) {
      return reply({ status: 'UnlockFailed', statusInfo: because('FixedCable') });
    }
    return later(owe(turn, 'UnlockConnector', (request) => ({ do: 'unlock', evse: evseId, request })));
  }),
  TriggerMessage: on(
    object({
      requestedMessage: oneOf([
        'BootNotification', 'LogStatusNotification', 'FirmwareStatusNotification', 'Heartbeat', 'MeterValues', 'SignChargingStationCertificate',
        'SignV2GCertificate', 'StatusNotification', 'TransactionEvent', 'SignCombinedCertificate', 'PublishFirmwareStatusNotification',
        'SignV2G20Certificate', 'CustomTrigger',
      ]),
      evse: optional(evse), customTrigger: unread,
    }),
    (turn, { requestedMessage, evse: at }) => trigger(turn, requestedMessage, at?.id),
  ),
  GetLocalListVersion: on(object({}), (turn) => reply({ versionNumber: listVersion(turn) })),
  SendLocalList: on(
    object({
      versionNumber: integer(), updateType: oneOf(['Differential', 'Full']),
      localAuthorizationList: optional(many(object({ idToken, idTokenInfo: optional(idTokenInfo) }))),
    }),
    (turn, { versionNumber, localAuthorizationList, updateType }) => {
      const changes = (localAuthorizationList ?? []).map((one) => ({ token: tokenOf(one.idToken), info: one.idTokenInfo && infoOf(one.idTokenInfo) }));
      const status = sendLocalList(turn, versionNumber, updateType === 'Full', changes);
      return reply({ status: status === 'NotSupported' ? 'Failed' : status });
    },
  ),
  ReserveNow: on(
    object({
      id: integer(), expiryDateTime: time, connectorType: optional(text(20)), idToken, evseId: optional(integer(1)), groupIdToken: optional(idToken),
    }),
    (turn, { id, expiryDateTime, connectorType, idToken: given, evseId, groupIdToken }) => {
      const { evses } = turn.state.configuration;
      const fits = connectorType === undefined || evses.some(({ connector }, index) => connector === connectorType && (evseId === undefined || evseId === index + 1));
      if (!fits) return reply({ status: 'Rejected', statusInfo: because('UnknownConnectorType') });
      const status = reserve(turn, {
        id, evse: evseId ?? 0, token: tokenOf(given), group: groupIdToken && tokenOf(groupIdToken), expiry: expiryDateTime,
      });
      return reply({ status });
    },
  ),
  CancelReservation: on(object({ reservationId: integer() }), (turn, { reservationId }) => reply({ status: cancelReservation(turn, reservationId) })),
};

function trigger(turn: Turn, wanted: string, id: number | undefined): Handled {
  if (id !== undefined && id !== 0 && turn.state.evses[id - 1] === undefined) return reply({ status: 'Rejected', statusInfo: because('UnknownEvse') });
  if (!canTell(turn)) return reply({ status: 'Rejected' });
  const all = turn.state.evses.map((one) => one.id);
  const concerned = id === undefined || id === 0 ? all : [id];
  switch (wanted) {
    case 'BootNotification':
      // One is on its way already, or the CSMS has accepted it (F06.FR.17).
      if (turn.state.registration.at === 'accepted') return reply({ status: 'Rejected' });
      sayBoot(turn, 'Triggered', true);
      break;
    case 'Heartbeat':
      turn.say({ kind: 'heartbeat' }, true);
      break;
    case 'LogStatusNotification':
      sayLogStatus(turn, false);
      break;
    case 'FirmwareStatusNotification':
      sayFirmwareStatus(turn);
      break;
    case 'MeterValues':
      for (const one of concerned) sampleNow(turn, one);
      break;
    case 'StatusNotification':
      for (const one of concerned) sayStatus(turn, one, true);
      break;
    case 'TransactionEvent': {
      const running = concerned.filter((one) => turn.state.durable.transactions[one] !== undefined);
      if (running.length === 0) return reply({ status: 'Rejected', statusInfo: because('TxNotFound') });
      for (const one of running) tellTransaction(turn, one, 'Trigger', sample(turn, one, 'SampledDataCtrlr.TxUpdatedMeasurands', 'Trigger'));
      break;
    }
    case 'SignChargingStationCertificate':
      turn.perform({ do: 'make-csr' });
      break;
    default:
      return reply({ status: 'NotImplemented' });
  }
  return reply({ status: 'Accepted' });
}

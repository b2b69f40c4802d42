import { clearCache } from '../../authorization/known.js';
import { sayBoot } from '../../boot/boot.js';
import { sayStatus } from '../../connectors/status.js';
import { changeAvailability } from '../../maintenance/availability.js';
import { canTell, owe, sayFirmwareStatus, sayLogStatus } from '../../maintenance/hooks.js';
import { reset } from '../../maintenance/reset.js';
import { dataTransfer } from '../../maintenance/transfer.js';
import { sampleNow } from '../../meter/sampling.js';
import { integer, many, object, oneOf, optional, text } from '../../shape/shape.js';
import { remoteStart, remoteStop } from '../../transactions/remote.js';
import { stop } from '../../transactions/stop.js';
import type { Turn } from '../../turn.js';
import { later, on, reply } from '../dialect.js';
import type { Handled, Handler } from '../dialect.js';
import { changeConfiguration, getConfiguration } from './configuration.js';
import { profileOf, profileShape } from './profile.js';
import { token16 } from './read.js';

const connector = integer(0);
/** No connector has this number, so a call without one is never taken for EVSE 0. */
const exists = (turn: Turn, id: number): boolean => turn.state.evses[id - 1] !== undefined;

/** Core and Remote Trigger of 1.6. */
export const core: Readonly<Record<string, Handler>> = {
  ChangeAvailability: on(object({ connectorId: connector, type: oneOf(['Inoperative', 'Operative']) }), (turn, { connectorId, type }) =>
    reply({ status: changeAvailability(turn, connectorId, type === 'Operative') }),
  ),
  ChangeConfiguration: on(object({ key: text(50), value: text(500) }), (turn, { key, value }) =>
    changeConfiguration(turn, key, value),
  ),
  ClearCache: on(object({}), (turn) => reply({ status: clearCache(turn) })),
  DataTransfer: on(
    object({ vendorId: text(255), messageId: optional(text(50)), data: optional(text(100_000)) }),
    (turn, { vendorId, messageId, data }) => reply({ status: dataTransfer(turn, vendorId, messageId, data) }),
  ),
  GetConfiguration: on(object({ key: optional(many(text(50))) }), (turn, { key }) => reply(getConfiguration(turn.state, key))),
  RemoteStartTransaction: on(
    object({ connectorId: optional(integer()), idTag: text(20), chargingProfile: optional(profileShape) }),
    (turn, { connectorId, idTag, chargingProfile }) => {
      // Connector 0 is the station, which has no plug.
      const profile = chargingProfile && profileOf(turn.state, connectorId ?? 0, chargingProfile);
      const { accepted } = remoteStart(turn, { evse: connectorId, token: token16(idTag), group: undefined, remoteStartId: undefined, profile });
      return reply({ status: accepted ? 'Accepted' : 'Rejected' });
    },
  ),
  RemoteStopTransaction: on(object({ transactionId: integer() }), (turn, { transactionId }) => {
    const { ids, transactions } = turn.state.durable;
    const found = Object.values(transactions).find(({ id }) => ids[id] === transactionId);
    return reply({ status: remoteStop(turn, found?.id) ? 'Accepted' : 'Rejected' });
  }),
  Reset: on(object({ type: oneOf(['Hard', 'Soft']) }), (turn, { type }) => {
    const status = reset(turn, { evse: 0, how: type === 'Hard' ? 'hard' : 'soft', reason: 'RemoteReset' });
    return reply({ status: status === 'Rejected' ? 'Rejected' : 'Accepted' });
  }),
  UnlockConnector: on(object({ connectorId: integer() }), (turn, { connectorId }) => {
    // A tethered cable is not let go of: there is nothing that could be unlocked at the charger's end.
    if (!exists(turn, connectorId) || turn.state.configuration.evses[connectorId - 1]?.tethered !== false) return reply({ status: 'NotSupported' });
    stop(turn, connectorId, { reason: 'UnlockCommand', trigger: 'UnlockCommand' });
    return later(owe(turn, 'UnlockConnector', (request) => ({ do: 'unlock', evse: connectorId, request })));
  }),
  TriggerMessage: on(
    object({
      requestedMessage: oneOf([
        'BootNotification', 'DiagnosticsStatusNotification', 'FirmwareStatusNotification', 'Heartbeat', 'MeterValues', 'StatusNotification',
      ]),
      connectorId: optional(integer()),
    }),
    (turn, { requestedMessage, connectorId }) => trigger(turn, requestedMessage, connectorId),
  ),
  ExtendedTriggerMessage: on(
    object({
      requestedMessage: oneOf([
        'BootNotification', 'LogStatusNotification', 'FirmwareStatusNotification', 'Heartbeat', 'MeterValues', 'SignChargePointCertificate',
        'StatusNotification',
      ]),
      connectorId: optional(integer()),
    }),
    (turn, { requestedMessage, connectorId }) => trigger(turn, requestedMessage, connectorId),
  ),
};

function trigger(turn: Turn, wanted: string, connectorId: number | undefined): Handled {
  if (connectorId !== undefined && connectorId !== 0 && !exists(turn, connectorId)) return reply({ status: 'Rejected' });
  if (!canTell(turn)) return reply({ status: 'Rejected' });
  const all = turn.state.evses.map(({ id }) => id);
  switch (wanted) {
    case 'BootNotification':
      sayBoot(turn, 'Triggered', true);
      break;
    case 'Heartbeat':
      turn.say({ kind: 'heartbeat' }, true);
      break;
    case 'DiagnosticsStatusNotification':
      sayLogStatus(turn, true);
      break;
    case 'LogStatusNotification':
      sayLogStatus(turn, false);
      break;
    case 'FirmwareStatusNotification':
      sayFirmwareStatus(turn);
      break;
    case 'MeterValues':
      for (const id of connectorId === undefined || connectorId === 0 ? all : [connectorId]) sampleNow(turn, id);
      break;
    case 'StatusNotification':
      for (const id of connectorId === undefined ? [0, ...all] : [connectorId]) sayStatus(turn, id, true);
      break;
    case 'SignChargePointCertificate':
      turn.perform({ do: 'make-csr' });
      break;
  }
  return reply({ status: 'Accepted' });
}

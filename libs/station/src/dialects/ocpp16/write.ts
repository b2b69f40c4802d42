import { codesOf, mrecVendor } from '../../connectors/faults.js';
import type { FirmwareStatus, LogStatus, Message, StatusView } from '../../model/message.js';
import type { StationState } from '../../model/state.js';
import type { QueueRecord, TransactionRecord } from '../../model/transaction.js';
import type { JsonObject, MeterValue, Measurand, SampledValue, StopReason, Token } from '../../model/values.js';
import { utcOf } from '../../time/clock.js';
import { iso } from '../../time/utc.js';
import type { Call } from '../dialect.js';

/** The security whitepaper of 1.6 has its own words for the CSMS and the station, also in the names of security events. */
const eventOf = (type: string): string => type.replace('Csms', 'CentralSystem').replace('ChargingStation', 'ChargePoint');

/** The call for a message; 1.6 has none for some of what 2.x can say. */
export function write16(message: Message | QueueRecord, state: StationState): Call | undefined | 'orphan' {
  switch (message.kind) {
    case 'boot': {
      const { vendor, model, serialNumber, firmwareVersion, iccid, imsi } = state.configuration;
      return {
        action: 'BootNotification',
        payload: {
          chargePointVendor: vendor.slice(0, 20), chargePointModel: model.slice(0, 20), chargePointSerialNumber: serialNumber?.slice(0, 25),
          firmwareVersion: firmwareVersion?.slice(0, 50), iccid: iccid?.slice(0, 20), imsi: imsi?.slice(0, 20),
        },
      };
    }
    case 'heartbeat':
      return { action: 'Heartbeat', payload: {} };
    case 'status':
      return { action: 'StatusNotification', payload: { ...statusOf(message.view), timestamp: iso(utcOf(state, message.at)) } };
    case 'authorize':
      return { action: 'Authorize', payload: { idTag: tag(message.token) } };
    case 'meter':
      return { action: 'MeterValues', payload: { connectorId: message.evse, ...running(state, message.evse), meterValue: message.values.map((one) => meter(state, one)) } };
    case 'transaction':
      return transaction(message, state);
    case 'security':
      return {
        action: 'SecurityEventNotification',
        payload: { type: eventOf(message.type).slice(0, 50), timestamp: iso(utcOf(state, message.at)), techInfo: message.info?.slice(0, 255) },
      };
    case 'log-status':
      return message.diagnostics ? diagnosticsStatus(message.status) : logStatus(message.status, message.request);
    case 'firmware-status':
      return firmware(message.status, message.request, message.signed);
    case 'sign-certificate':
      return { action: 'SignCertificate', payload: { csr: message.csr.slice(0, 5_500) } };
    case 'data-transfer': {
      const { vendorId, messageId, data } = message;
      const text = data === undefined || typeof data === 'string' ? data : JSON.stringify(data);
      return { action: 'DataTransfer', payload: { vendorId: vendorId.slice(0, 255), messageId: messageId?.slice(0, 50), data: text } };
    }
    case 'needs':
    case 'report':
    case 'fault':
    case 'reservation-status':
    case 'profiles':
      return undefined;
  }
}

/** What of a status is told; another text is another StatusNotification. */
export const status16 = (view: StatusView): string => JSON.stringify(statusOf(view));

function statusOf({ evse, word, fault }: StatusView): JsonObject {
  if (fault === undefined) return { connectorId: evse, errorCode: 'NoError', status: word };
  const { errorCode, mrec } = codesOf(fault.name);
  return {
    connectorId: evse, errorCode, status: word, info: (fault.detail ?? fault.name).slice(0, 50),
    ...(mrec !== undefined && { vendorId: mrecVendor, vendorErrorCode: mrec }),
  };
}

/** A token as 1.6 has it: its text alone, of 20 characters. One that is no token still needs some. */
const tag = ({ id }: Token): string => (id === '' ? 'NoAuthorization' : id.slice(0, 20));

function transaction(record: TransactionRecord, state: StationState): Call | undefined | 'orphan' {
  const timestamp = iso(utcOf(state, record.at));
  if (record.type === 'started') {
    const idTag = tag(record.token ?? { id: '', type: 'NoAuthorization' });
    return {
      action: 'StartTransaction',
      payload: { connectorId: record.evse, idTag, meterStart: record.register, reservationId: record.reservationId, timestamp },
    };
  }
  if (record.type === 'updated' && record.meter === undefined) return undefined;
  // The CSMS numbers transactions; where it never answered to the beginning, it knows of none.
  const transactionId = state.durable.ids[record.id];
  if (transactionId === undefined) return 'orphan';
  const values = record.meter?.map((one) => meter(state, one)).filter(({ sampledValue }) => sampledValue.length > 0);
  if (record.type === 'updated') return { action: 'MeterValues', payload: { connectorId: record.evse, transactionId, meterValue: values } };
  return {
    action: 'StopTransaction',
    payload: {
      idTag: record.token && tag(record.token), meterStop: record.register, timestamp, transactionId,
      reason: reason(record.stopReason ?? 'Local'), transactionData: values !== undefined && values.length > 0 ? values : undefined,
    },
  };
}

/** The transaction that a sample belongs to, where the CSMS has numbered it. */
function running(state: StationState, evse: number): { transactionId?: number } {
  const id = state.durable.transactions[evse]?.id;
  const transactionId = id === undefined ? undefined : state.durable.ids[id];
  return transactionId === undefined ? {} : { transactionId };
}

/** The reasons of 1.6 are eleven; whatever else stopped it is `Other`. */
function reason(why: StopReason): string {
  switch (why) {
    case 'EmergencyStop':
    case 'EVDisconnected':
    case 'HardReset':
    case 'Local':
    case 'Other':
    case 'PowerLoss':
    case 'Reboot':
    case 'Remote':
    case 'SoftReset':
    case 'UnlockCommand':
    case 'DeAuthorized':
      return why;
    case 'ImmediateReset':
      return 'HardReset';
    case 'MasterPass':
      return 'Local';
    default:
      return 'Other';
  }
}

const units: Readonly<Record<Measurand, string>> = {
  'Energy.Active.Import.Register': 'Wh', 'Power.Active.Import': 'W', 'Current.Import': 'A', Voltage: 'V', SoC: 'Percent', 'Current.Offered': 'A',
  'Power.Offered': 'W', Temperature: 'Celsius',
};

const meter = (state: StationState, { at, context, values }: MeterValue) => ({
  timestamp: iso(utcOf(state, at)),
  sampledValue: values.map(({ measurand, value }: SampledValue) => ({
    value: String(value), context, format: 'Raw', measurand, location: measurand === 'SoC' ? 'EV' : 'Outlet', unit: units[measurand],
  })),
});

function diagnosticsStatus(status: LogStatus): Call {
  const known = status === 'Idle' || status === 'Uploading' || status === 'Uploaded' ? status : 'UploadFailed';
  return { action: 'DiagnosticsStatusNotification', payload: { status: known } };
}

/** An upload that made place for another is told by the answer to the call that brought the other. */
const logStatus = (status: LogStatus, requestId: number | undefined): Call | undefined =>
  status === 'AcceptedCanceled' ? undefined : { action: 'LogStatusNotification', payload: { status, requestId } };

function firmware(status: FirmwareStatus, requestId: number | undefined, signed: boolean): Call | undefined {
  if (signed) return { action: 'SignedFirmwareStatusNotification', payload: { status, requestId } };
  switch (status) {
    case 'Idle':
    case 'Downloading':
    case 'Downloaded':
    case 'DownloadFailed':
    case 'Installing':
    case 'Installed':
    case 'InstallationFailed':
      return { action: 'FirmwareStatusNotification', payload: { status } };
    case 'InvalidSignature':
    case 'InstallVerificationFailed':
      return { action: 'FirmwareStatusNotification', payload: { status: 'InstallationFailed' } };
    case 'DownloadScheduled':
    case 'DownloadPaused':
    case 'SignatureVerified':
    case 'InstallScheduled':
    case 'InstallRebooting':
      return undefined;
  }
}

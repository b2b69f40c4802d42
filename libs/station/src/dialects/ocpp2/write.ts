import { codesOf } from '../../connectors/faults.js';
import type { Message, ReportItem, StatusView } from '../../model/message.js';
import type { Profile } from '../../model/profile.js';
import type { StationState } from '../../model/state.js';
import type { QueueRecord, TransactionRecord } from '../../model/transaction.js';
import type { JsonObject, MeterValue, Measurand, Protocol, StopReason, Token, Trigger } from '../../model/values.js';
import { utcOf } from '../../time/clock.js';
import { iso, isUtc } from '../../time/utc.js';
import type { Call } from '../dialect.js';

/** The call for a message, in 2.0.1 or 2.1. */
export function write2(message: Message | QueueRecord, state: StationState, protocol: Protocol): Call | undefined {
  switch (message.kind) {
    case 'boot':
      return { action: 'BootNotification', payload: { reason: message.reason, chargingStation: stationOf(state) } };
    case 'heartbeat':
      return { action: 'Heartbeat', payload: {} };
    case 'status': {
      const connectorStatus = status2(message.view);
      if (connectorStatus === '') return undefined;
      return {
        action: 'StatusNotification',
        payload: { timestamp: iso(utcOf(state, message.at)), connectorStatus, evseId: message.view.evse, connectorId: 1 },
      };
    }
    case 'authorize':
      return { action: 'Authorize', payload: { idToken: tokenTo(message.token, protocol) } };
    case 'meter':
      return { action: 'MeterValues', payload: { evseId: message.evse, meterValue: message.values.flatMap((one) => meter(state, one)) } };
    case 'transaction':
      return transaction(message, state, protocol);
    case 'security':
      return {
        action: 'SecurityEventNotification',
        payload: { type: message.type.slice(0, 50), timestamp: iso(utcOf(state, message.at)), techInfo: message.info?.slice(0, 255) },
      };
    case 'log-status':
      return { action: 'LogStatusNotification', payload: { status: message.status, requestId: message.request } };
    case 'firmware-status':
      return { action: 'FirmwareStatusNotification', payload: { status: message.status, requestId: message.request } };
    case 'needs':
      return needs(message);
    case 'report':
      return {
        action: 'NotifyReport',
        payload: {
          requestId: message.request, generatedAt: iso(utcOf(state, message.at)), seqNo: message.seqNo, tbc: message.more,
          reportData: message.items.map(reportData),
        },
      };
    case 'fault':
      return fault(message, state);
    case 'reservation-status':
      return { action: 'ReservationStatusUpdate', payload: { reservationId: message.reservation, reservationUpdateStatus: message.status } };
    case 'profiles':
      return {
        action: 'ReportChargingProfiles',
        payload: {
          requestId: message.request, chargingLimitSource: 'CSO', evseId: message.evse, tbc: message.more,
          chargingProfile: message.profiles.map(profileTo),
        },
      };
    case 'sign-certificate':
      return { action: 'SignCertificate', payload: { csr: message.csr.slice(0, 5_500), certificateType: 'ChargingStationCertificate' } };
    case 'data-transfer': {
      const { vendorId, messageId, data } = message;
      return { action: 'DataTransfer', payload: { vendorId: vendorId.slice(0, 255), messageId: messageId?.slice(0, 50), data } };
    }
  }
}

function stationOf({ configuration }: StationState): JsonObject {
  const { vendor, model, serialNumber, firmwareVersion, iccid, imsi } = configuration;
  const modem = iccid === undefined && imsi === undefined ? undefined : { iccid: iccid?.slice(0, 20), imsi: imsi?.slice(0, 20) };
  return {
    vendorName: vendor.slice(0, 50), model: model.slice(0, 20), serialNumber: serialNumber?.slice(0, 25), firmwareVersion: firmwareVersion?.slice(0, 50), modem,
  };
}

/** The status of a connector in five words; the station as a whole has none. */
export function status2({ evse, word, plugged }: StatusView): string {
  if (evse === 0) return '';
  switch (word) {
    case 'Available':
    case 'Reserved':
    case 'Unavailable':
    case 'Faulted':
      return word;
    default:
      return plugged ? 'Occupied' : 'Available';
  }
}

/** A token; 2.1 has room for the address of a car beside it. */
function tokenTo({ id, type }: Token, protocol: Protocol): JsonObject {
  const car = protocol === 'ocpp2.1' && type === 'MacAddress' && id.startsWith('VID:');
  return {
    idToken: id.slice(0, protocol === 'ocpp2.1' ? 255 : 36), type,
    ...(car && { additionalInfo: [{ additionalIdToken: id.slice(4), type: 'EVCCID' }] }),
  };
}

const eventTypes = { started: 'Started', updated: 'Updated', ended: 'Ended' } as const;

function transaction(record: TransactionRecord, state: StationState, protocol: Protocol): Call {
  const { id, evse, seqNo, type, charging, stopReason, remoteStartId, reservationId, offline, token, limits } = record;
  const values = record.meter?.flatMap((one) => meter(state, one));
  const newer = protocol === 'ocpp2.1';
  return {
    action: 'TransactionEvent',
    payload: {
      eventType: eventTypes[type],
      timestamp: iso(utcOf(state, record.at)),
      triggerReason: trigger(record.trigger, stopReason, newer),
      seqNo,
      offline: offline ? true : undefined,
      reservationId,
      transactionInfo: {
        transactionId: id, chargingState: charging, stoppedReason: stopReason && reason(stopReason), remoteStartId,
        transactionLimit: newer && limits !== undefined ? { maxEnergy: limits.maxEnergy, maxTime: limits.maxTime, maxSoC: limits.maxSoc } : undefined,
      },
      evse: { id: evse, connectorId: 1 },
      idToken: token && tokenTo(token, protocol),
      meterValue: values !== undefined && values.length > 0 ? values : undefined,
    },
  };
}

function trigger(why: Trigger, stopped: StopReason | undefined, newer: boolean): string {
  if (newer && stopped === 'SOCLimitReached') return 'SoCLimitReached';
  return why === 'LimitSet' && !newer ? 'Trigger' : why;
}

function reason(why: StopReason): string {
  switch (why) {
    case 'HardReset':
    case 'SoftReset':
      return 'ImmediateReset';
    case 'UnlockCommand':
      return 'Other';
    default:
      return why;
  }
}

const units: Readonly<Record<Exclude<Measurand, 'Temperature'>, string>> = {
  'Energy.Active.Import.Register': 'Wh', 'Power.Active.Import': 'W', 'Current.Import': 'A', Voltage: 'V', SoC: 'Percent', 'Current.Offered': 'A',
  'Power.Offered': 'W',
};
/** Temperature has no measurand in 2.x. */
const isHere = (measurand: Measurand): measurand is Exclude<Measurand, 'Temperature'> => measurand !== 'Temperature';

function meter(state: StationState, { at, context, values }: MeterValue): readonly JsonObject[] {
  const sampledValue = values.flatMap(({ measurand, value }) =>
    isHere(measurand)
      ? [{ value, context, measurand, location: measurand === 'SoC' ? 'EV' : 'Outlet', unitOfMeasure: { unit: units[measurand] } }]
      : [],
  );
  return sampledValue.length === 0 ? [] : [{ timestamp: iso(utcOf(state, at)), sampledValue }];
}

function needs({ evse, needs: ev }: Extract<Message, { kind: 'needs' }>): Call | undefined {
  if (!Number.isFinite(ev.maxCurrent) || !Number.isFinite(ev.maxVoltage)) return undefined;
  const whole = (value: number | undefined): number | undefined =>
    value === undefined || !Number.isFinite(value) ? undefined : Math.round(Math.max(0, value));
  const percent = (value: number | undefined): number | undefined => whole(value === undefined ? undefined : Math.min(100, value));
  return {
    action: 'NotifyEVChargingNeeds',
    payload: {
      evseId: evse,
      chargingNeeds: {
        requestedEnergyTransfer: 'DC',
        departureTime: ev.departure === undefined || !isUtc(ev.departure) ? undefined : iso(ev.departure),
        dcChargingParameters: {
          evMaxCurrent: whole(ev.maxCurrent), evMaxVoltage: whole(ev.maxVoltage), evMaxPower: whole(ev.maxPower),
          stateOfCharge: percent(ev.soc), evEnergyCapacity: whole(ev.energyCapacity), energyAmount: whole(ev.energyAmount), fullSoC: percent(ev.fullSoc),
          bulkSoC: percent(ev.bulkSoc),
        },
      },
    },
  };
}

function fault({ eventId, evse, fault: found, cleared, at, transaction: transactionId }: Extract<Message, { kind: 'fault' }>, state: StationState): Call {
  const timestamp = iso(utcOf(state, at));
  return {
    action: 'NotifyEvent',
    payload: {
      generatedAt: timestamp,
      seqNo: 0,
      eventData: [
        {
          eventId, timestamp, trigger: 'Alerting', eventNotificationType: 'HardWiredNotification', actualValue: String(!cleared),
          cleared: cleared ? true : undefined, techCode: (codesOf(found.name).mrec ?? found.name).slice(0, 50),
          techInfo: (found.detail ?? found.name).slice(0, 500), transactionId, component: { name: 'EVSE', evse: { id: evse } },
          variable: { name: 'Problem' },
        },
      ],
    },
  };
}

function reportData({ component, evse, connector, variable, instance, value, access, type, unit, min, max, values }: ReportItem): JsonObject {
  return {
    component: { name: component, evse: evse === undefined ? undefined : { id: evse, connectorId: connector } },
    variable: { name: variable, instance },
    variableAttribute: [{ type: 'Actual', value: value?.slice(0, 2_500), mutability: access, persistent: access !== 'ReadOnly', constant: false }],
    variableCharacteristics: {
      dataType: type, unit, minLimit: min, maxLimit: max, valuesList: values?.join(',').slice(0, 1_000), supportsMonitoring: false,
    },
  };
}

const purposes = {
  'station-max': 'ChargingStationMaxProfile', external: 'ChargingStationExternalConstraints', 'tx-default': 'TxDefaultProfile', tx: 'TxProfile',
} as const;
const kinds = { absolute: 'Absolute', recurring: 'Recurring', relative: 'Relative' } as const;
const recurrencies = { daily: 'Daily', weekly: 'Weekly' } as const;

const profileTo = (profile: Profile): JsonObject => ({
  id: profile.id, stackLevel: profile.stackLevel, chargingProfilePurpose: purposes[profile.purpose], chargingProfileKind: kinds[profile.kind],
  recurrencyKind: profile.recurrency && recurrencies[profile.recurrency],
  validFrom: profile.validFrom === undefined ? undefined : iso(profile.validFrom),
  validTo: profile.validTo === undefined ? undefined : iso(profile.validTo),
  transactionId: profile.transaction?.slice(0, 36),
  chargingSchedule: profile.schedules.map(({ id, start, duration, unit, minRate, periods }, index) => ({
    id: id ?? index, startSchedule: start === undefined ? undefined : iso(start), duration, chargingRateUnit: unit, minChargingRate: minRate,
    chargingSchedulePeriod: periods.map(({ start: startPeriod, limit, phases }) => ({ startPeriod, limit, numberPhases: phases })),
  })),
});

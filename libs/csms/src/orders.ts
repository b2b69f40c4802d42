import type { JsonObject, Protocol } from '@pilotwire/station';

/** What an operator asks of a station, whatever it speaks. */
export type CsmsOrder =
  /** Without an EVSE: wherever it fits. */
  | { readonly do: 'start'; readonly token: string; readonly evse?: number }
  /** A transaction by what `CsmsTransaction` calls it. */
  | { readonly do: 'stop'; readonly transaction: string }
  /** A limit for an outlet, or with 0 for the station; without watts: none any more. */
  | { readonly do: 'limit'; readonly evse: number; readonly watts?: number }
  /** All that it can be asked: the configuration of 1.6, the full inventory of 2.x. */
  | { readonly do: 'report' }
  /** A key of 1.6; `Component.Variable` of 2.x, an instance in brackets behind it. */
  | { readonly do: 'get'; readonly name: string }
  | { readonly do: 'set'; readonly name: string; readonly value: string }
  | { readonly do: 'trigger'; readonly message: string; readonly evse?: number }
  | { readonly do: 'reset'; readonly hard: boolean }
  /** `evse` 0: the station. */
  | { readonly do: 'availability'; readonly evse: number; readonly operative: boolean }
  | { readonly do: 'unlock'; readonly evse: number };

export interface Call {
  readonly action: string;
  readonly payload: JsonObject;
}

/** What an order is worth in a version. `count` is a number that is not used twice; `now` is UTC as OCPP writes it. */
export const callFor = (protocol: Protocol, order: CsmsOrder, count: number, now: string): Call =>
  protocol === 'ocpp1.6' ? in16(order, now) : in2(order, count, now);

/** The ids of the profiles that `limit` sets. */
const profileId = (evse: number): number => 1_000 + evse;

function in16(order: CsmsOrder, now: string): Call {
  switch (order.do) {
    case 'start':
      return { action: 'RemoteStartTransaction', payload: { idTag: order.token, ...(order.evse !== undefined && { connectorId: order.evse }) } };
    case 'stop':
      return { action: 'RemoteStopTransaction', payload: { transactionId: Number(order.transaction) } };
    case 'limit': {
      const { evse, watts } = order;
      if (watts === undefined) return { action: 'ClearChargingProfile', payload: { id: profileId(evse) } };
      const csChargingProfiles = {
        chargingProfileId: profileId(evse), stackLevel: 0, chargingProfilePurpose: evse === 0 ? 'ChargePointMaxProfile' : 'TxDefaultProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: { startSchedule: now, chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: watts }] },
      };
      return { action: 'SetChargingProfile', payload: { connectorId: evse, csChargingProfiles } };
    }
    case 'report':
      return { action: 'GetConfiguration', payload: {} };
    case 'get':
      return { action: 'GetConfiguration', payload: { key: [order.name] } };
    case 'set':
      return { action: 'ChangeConfiguration', payload: { key: order.name, value: order.value } };
    case 'trigger':
      return { action: 'TriggerMessage', payload: { requestedMessage: order.message, ...(order.evse !== undefined && { connectorId: order.evse }) } };
    case 'reset':
      return { action: 'Reset', payload: { type: order.hard ? 'Hard' : 'Soft' } };
    case 'availability':
      return { action: 'ChangeAvailability', payload: { connectorId: order.evse, type: order.operative ? 'Operative' : 'Inoperative' } };
    case 'unlock':
      return { action: 'UnlockConnector', payload: { connectorId: order.evse } };
  }
}

function in2(order: CsmsOrder, count: number, now: string): Call {
  switch (order.do) {
    case 'start': {
      const { token: idToken, evse } = order;
      return {
        action: 'RequestStartTransaction',
        payload: { remoteStartId: count, idToken: { idToken, type: 'Central' }, ...(evse !== undefined && { evseId: evse }) },
      };
    }
    case 'stop':
      return { action: 'RequestStopTransaction', payload: { transactionId: order.transaction } };
    case 'limit': {
      const { evse, watts } = order;
      if (watts === undefined) return { action: 'ClearChargingProfile', payload: { chargingProfileId: profileId(evse) } };
      const chargingProfile = {
        id: profileId(evse), stackLevel: 0, chargingProfilePurpose: evse === 0 ? 'ChargingStationMaxProfile' : 'TxDefaultProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: [{ id: profileId(evse), startSchedule: now, chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: watts }] }],
      };
      return { action: 'SetChargingProfile', payload: { evseId: evse, chargingProfile } };
    }
    case 'report':
      return { action: 'GetBaseReport', payload: { requestId: count, reportBase: 'FullInventory' } };
    case 'get':
      return { action: 'GetVariables', payload: { getVariableData: [placeOf(order.name)] } };
    case 'set':
      return { action: 'SetVariables', payload: { setVariableData: [{ ...placeOf(order.name), attributeValue: order.value }] } };
    case 'trigger':
      return { action: 'TriggerMessage', payload: { requestedMessage: order.message, ...(order.evse !== undefined && { evse: { id: order.evse } }) } };
    case 'reset':
      return { action: 'Reset', payload: { type: order.hard ? 'Immediate' : 'OnIdle' } };
    case 'availability':
      return {
        action: 'ChangeAvailability',
        payload: { operationalStatus: order.operative ? 'Operative' : 'Inoperative', ...(order.evse !== 0 && { evse: { id: order.evse } }) },
      };
    case 'unlock':
      return { action: 'UnlockConnector', payload: { evseId: order.evse, connectorId: 1 } };
  }
}

function placeOf(name: string): { readonly component: JsonObject; readonly variable: JsonObject } {
  const [, component = name, variable = '', instance] = /^([^.[]+)\.([^[]+)(?:\[(.*)\])?$/.exec(name) ?? [];
  return { component: { name: component }, variable: { name: variable, ...(instance !== undefined && { instance }) } };
}

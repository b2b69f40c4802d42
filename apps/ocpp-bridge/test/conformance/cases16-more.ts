import type { JsonObject } from '@pilotwire/station';
import { seen } from './case.js';
import type { Case } from './case.js';
import type { Rig } from './rig.js';

const idle = 'idle, accepted';
const charging = 'a car charges with CARD-1';
const limit = (purpose: string, watts: number, more: JsonObject = {}): JsonObject => ({
  chargingProfileId: watts, stackLevel: 0, chargingProfilePurpose: purpose, chargingProfileKind: 'Absolute',
  chargingSchedule: { chargingRateUnit: 'W', startSchedule: '2026-01-01T00:00:00Z', chargingSchedulePeriod: [{ startPeriod: 0, limit: watts }] }, ...more,
});
const limitOf = (rig: Rig): number | undefined => rig.driver.state.evses[0]?.limit?.limit.watts;
const later = '2027-01-01T00:00:00Z';
const reserve = (rig: Rig, more: JsonObject = {}) => rig.ask('ReserveNow', { connectorId: 1, expiryDate: later, idTag: 'CARD-1', reservationId: 5, ...more });
const list = (rig: Rig, listVersion: number, updateType: string, tags: Readonly<Record<string, string | undefined>>) => rig.ask('SendLocalList', {
  listVersion, updateType,
  localAuthorizationList: Object.entries(tags).map(([idTag, status]) => ({ idTag, ...(status !== undefined && { idTagInfo: { status } }) })),
});

/** The optional profiles of 1.6J: trigger, lists, reservation, smart charging, firmware, security. */
export const cases16More: readonly Case[] = [
  {
    name: 'trigger of a status', before: idle, action: 'TriggerMessage StatusNotification',
    run: async (rig) => {
      rig.mark();
      const reply = await rig.ask('TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 1 });
      await rig.hears('StatusNotification');
      return seen(rig, reply);
    },
  },
  {
    name: 'trigger of nothing there is', before: idle, action: 'TriggerMessage StatusNotification of connector 9',
    run: async (rig) => `reply ${await rig.ask('TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 9 })}`,
  },
  {
    name: 'local list, full', before: idle, action: 'SendLocalList Full, GetLocalListVersion',
    run: async (rig) => {
      const sent = await list(rig, 3, 'Full', { 'CARD-1': 'Accepted' });
      const result = await rig.result('GetLocalListVersion', {});
      return `reply ${sent}, reply ${JSON.stringify(result)}`;
    },
  },
  {
    name: 'local list, older version', before: 'a list of version 3', action: 'SendLocalList Differential of version 2',
    run: async (rig) => {
      await list(rig, 3, 'Full', { 'CARD-1': 'Accepted' });
      return `reply ${await list(rig, 2, 'Differential', { 'CARD-2': 'Accepted' })}`;
    },
  },
  {
    name: 'local list, removal', before: 'a list with CARD-1; the CSMS is away', action: 'had removed it by SendLocalList Differential',
    run: async (rig) => {
      await list(rig, 3, 'Full', { 'CARD-1': 'Accepted' });
      const reply = await list(rig, 4, 'Differential', { 'CARD-1': undefined });
      await rig.csms.close();
      await rig.until('gone', () => rig.driver.state.link === undefined);
      await rig.plug();
      await rig.hold('CARD-1', 1);
      await rig.until('answered', () => rig.gateway.heard.length > 0);
      const [heard] = rig.gateway.heard;
      await rig.csms.open();
      return `reply ${reply}; the gateway hears ${JSON.stringify(heard)}`;
    },
  },
  {
    name: 'local list, offline', before: 'a list with CARD-1; the CSMS is away', action: '–',
    run: async (rig) => {
      await list(rig, 3, 'Full', { 'CARD-1': 'Accepted' });
      await rig.csms.close();
      await rig.until('gone', () => rig.driver.state.link === undefined);
      await rig.plug();
      await rig.hold('CARD-1', 1);
      await rig.until('answered', () => rig.gateway.heard.length > 0);
      const [heard] = rig.gateway.heard;
      await rig.csms.open();
      return `the gateway hears ${JSON.stringify(heard)}`;
    },
  },
  {
    name: 'reservation', before: idle, action: 'ReserveNow',
    run: async (rig) => {
      rig.mark();
      const reply = await reserve(rig);
      await rig.hears('StatusNotification');
      return seen(rig, reply);
    },
  },
  {
    name: 'reservation, used', before: 'reserved for CARD-1', action: '–',
    run: async (rig) => {
      await reserve(rig);
      await rig.hears('StatusNotification', ({ status }) => status === 'Reserved');
      rig.mark();
      await rig.charge();
      const start = await rig.hears('StartTransaction');
      return `${await seen(rig)}; reservationId ${String(start['reservationId'])}`;
    },
  },
  {
    name: 'reservation, another card', before: 'reserved for CARD-1; a car waits', action: 'accepts CARD-2',
    run: async (rig) => {
      await reserve(rig);
      await rig.plug();
      rig.mark();
      await rig.hold('CARD-2', 1);
      await rig.until('refused', () => rig.gateway.heard.length > 0);
      return `${await seen(rig)}; the gateway hears ${JSON.stringify(rig.gateway.heard[0])}`;
    },
  },
  {
    name: 'reservation, canceled', before: 'reserved for CARD-1', action: 'CancelReservation',
    run: async (rig) => {
      await reserve(rig);
      await rig.hears('StatusNotification', ({ status }) => status === 'Reserved');
      rig.mark();
      const reply = await rig.ask('CancelReservation', { reservationId: 5 });
      await rig.hears('StatusNotification');
      return seen(rig, reply);
    },
  },
  {
    name: 'reservation, cancel of an unknown one', before: idle, action: 'CancelReservation',
    run: async (rig) => `reply ${await rig.ask('CancelReservation', { reservationId: 77 })}`,
  },
  {
    name: 'reservation, occupied', before: charging, action: 'ReserveNow',
    run: async (rig) => {
      await rig.charge();
      return `reply ${await reserve(rig)}`;
    },
  },
  {
    name: 'reservation, faulted', before: 'contactors are welded', action: 'ReserveNow',
    run: async (rig) => {
      await rig.gateway.fault('contactors-welded');
      await rig.hears('StatusNotification', ({ status }) => status === 'Faulted');
      return `reply ${await reserve(rig)}`;
    },
  },
  {
    name: 'reservation, out of service', before: 'out of service', action: 'ReserveNow',
    run: async (rig) => {
      await rig.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
      return `reply ${await reserve(rig)}`;
    },
  },
  {
    name: 'reservation of any outlet', before: idle, evses: 2, action: 'ReserveNow at connector 0',
    run: async (rig) => `reply ${await reserve(rig, { connectorId: 0 })}`,
  },
  ...([['TxDefaultProfile', 22_000], ['ChargePointMaxProfile', 30_000]] as const).map(([purpose, watts]): Case => ({
    name: `smart charging, ${purpose}`, before: charging, action: `SetChargingProfile ${purpose} ${watts} W`,
    run: async (rig) => {
      await rig.charge();
      const reply = await rig.ask('SetChargingProfile', { connectorId: purpose === 'ChargePointMaxProfile' ? 0 : 1, csChargingProfiles: limit(purpose, watts) });
      await rig.until('the limit', () => limitOf(rig) === watts);
      return `reply ${reply}; the gateway may give ${limitOf(rig)} W`;
    },
  })),
  {
    name: 'smart charging, of the transaction', before: charging, action: 'SetChargingProfile TxProfile 11000 W, then one of another transaction',
    run: async (rig) => {
      await rig.charge();
      const right = await rig.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: limit('TxProfile', 11_000, { transactionId: 100 }) });
      const wrong = await rig.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: limit('TxProfile', 5_000, { transactionId: 999 }) });
      await rig.until('the limit', () => limitOf(rig) === 11_000);
      return `reply ${right}, reply ${wrong}; the gateway may give ${limitOf(rig)} W`;
    },
  },
  {
    name: 'smart charging, stacked', before: charging, action: 'SetChargingProfile TxDefaultProfile at levels 0 and 1',
    run: async (rig) => {
      await rig.charge();
      const one = await rig.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: limit('TxDefaultProfile', 20_000) });
      const two = await rig.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: limit('TxDefaultProfile', 40_000, { stackLevel: 1 }) });
      await rig.until('the limit', () => limitOf(rig) === 40_000);
      return `reply ${one}, reply ${two}; the gateway may give ${limitOf(rig)} W`;
    },
  },
  {
    name: 'smart charging, cleared', before: `${charging} at 22000 W`, action: 'ClearChargingProfile, twice',
    run: async (rig) => {
      await rig.charge();
      await rig.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: limit('TxDefaultProfile', 22_000) });
      await rig.until('the limit', () => limitOf(rig) === 22_000);
      const replies = [await rig.ask('ClearChargingProfile', { id: 22_000 }), await rig.ask('ClearChargingProfile', { id: 22_000 })];
      await rig.until('the limit', () => limitOf(rig) === 150_000);
      return `reply ${replies.join(', reply ')}; the gateway may give ${limitOf(rig)} W`;
    },
  },
  {
    name: 'smart charging, composite schedule', before: 'ChargePointMaxProfile of 30000 W', action: 'GetCompositeSchedule',
    run: async (rig) => {
      await rig.ask('SetChargingProfile', { connectorId: 0, csChargingProfiles: limit('ChargePointMaxProfile', 30_000) });
      const result = await rig.result('GetCompositeSchedule', { connectorId: 1, duration: 600, chargingRateUnit: 'W' });
      const { chargingSchedulePeriod } = result['chargingSchedule'] as { chargingSchedulePeriod: unknown };
      return `reply ${String(result['status'])} ${JSON.stringify(chargingSchedulePeriod)}`;
    },
  },
  {
    name: 'smart charging, remote start with a profile', before: 'a car waits', action: 'RemoteStartTransaction with a TxProfile of 7000 W',
    run: async (rig) => {
      await rig.plug();
      const { transactionId: _, ...profile } = limit('TxProfile', 7_000) as { transactionId?: number };
      const reply = await rig.ask('RemoteStartTransaction', { idTag: 'APP-7', connectorId: 1, chargingProfile: profile });
      await rig.hears('StartTransaction');
      await rig.until('the limit', () => limitOf(rig) === 7_000);
      return `reply ${reply}; the gateway may give ${limitOf(rig)} W`;
    },
  },
  {
    name: 'smart charging, remote start with a wrong profile', before: 'a car waits', action: 'RemoteStartTransaction with a TxDefaultProfile',
    run: async (rig) => {
      await rig.plug();
      return `reply ${await rig.ask('RemoteStartTransaction', { idTag: 'APP-7', connectorId: 1, chargingProfile: limit('TxDefaultProfile', 7_000) })}`;
    },
  },
  {
    name: 'diagnostics', before: idle, action: 'GetDiagnostics',
    run: async (rig) => {
      rig.mark();
      const result = await rig.result('GetDiagnostics', { location: 'https://csms.example/logs/' });
      await rig.until('upload', () => rig.uploads.length === 1);
      rig.uploads[0]?.('Uploading');
      rig.uploads[0]?.('Uploaded');
      return seen(rig, String(result['fileName']).endsWith('.zip') ? 'with a name' : 'without a name');
    },
  },
  {
    name: 'diagnostics, upload fails', before: idle, action: 'GetDiagnostics',
    run: async (rig) => {
      rig.mark();
      await rig.result('GetDiagnostics', { location: 'https://csms.example/logs/' });
      await rig.until('upload', () => rig.uploads.length === 1);
      rig.uploads[0]?.('UploadFailure');
      return seen(rig);
    },
  },
  {
    name: 'firmware, no hook', before: 'ocpp.firmwareCommand is not set', action: 'UpdateFirmware',
    run: async (rig) => {
      rig.mark();
      const result = await rig.result('UpdateFirmware', { location: 'https://csms.example/firmware.bin', retrieveDate: '2026-01-01T12:00:00Z' });
      await rig.hears('FirmwareStatusNotification');
      return seen(rig, JSON.stringify(result));
    },
  },
  {
    name: 'data transfer, unknown vendor', before: idle, action: 'DataTransfer',
    run: async (rig) => `reply ${await rig.ask('DataTransfer', { vendorId: 'com.nobody', data: 'x' })}`,
  },
  {
    name: 'data transfer, known vendor', before: 'ocpp.dataTransfer: com.example', settings: { 'ocpp.dataTransfer': 'com.example' }, action: 'DataTransfer',
    run: async (rig) => `reply ${await rig.ask('DataTransfer', { vendorId: 'com.example', data: 'x' })}`,
  },
  {
    name: 'out of service', before: idle, action: 'ChangeAvailability Inoperative, Operative',
    run: async (rig) => {
      rig.mark();
      const out = await rig.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
      await rig.hears('StatusNotification', ({ status }) => status === 'Unavailable');
      const back = await rig.ask('ChangeAvailability', { connectorId: 1, type: 'Operative' });
      await rig.hears('StatusNotification', ({ status }) => status === 'Available');
      return seen(rig, out, back);
    },
  },
  {
    name: 'out of service, scheduled', before: charging, action: 'ChangeAvailability Inoperative',
    run: async (rig) => {
      await rig.charge();
      rig.mark();
      const reply = await rig.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
      await rig.leave();
      return seen(rig, reply);
    },
  },
  {
    name: 'security, unknown call', before: idle, action: 'a call that no version knows',
    run: async (rig) => `reply ${await rig.ask('MakeCoffee', {})}`,
  },
  {
    name: 'security, wrong types', before: idle, action: 'Reset with a number',
    run: async (rig) => `reply ${await rig.ask('Reset', { type: 7 })}`,
  },
  {
    name: 'security, log', before: idle, action: 'GetLog SecurityLog',
    run: async (rig) => {
      rig.mark();
      const reply = await rig.ask('GetLog', { logType: 'SecurityLog', requestId: 9, log: { remoteLocation: 'https://csms.example/logs/' } });
      await rig.until('upload', () => rig.uploads.length === 1);
      rig.uploads[0]?.('Uploaded');
      return seen(rig, reply);
    },
  },
  {
    name: 'security, password is never read', before: idle, action: 'GetConfiguration AuthorizationKey',
    run: async (rig) => {
      const result = await rig.result('GetConfiguration', { key: ['AuthorizationKey'] });
      return `reply ${JSON.stringify(result)}`;
    },
  },
  {
    name: 'security, profile is not lowered', before: 'profile 1', settings: { 'ocpp.securityProfile': '1', 'ocpp.password': 'sixteen-letters-' }, action: 'ChangeConfiguration SecurityProfile=0',
    run: async (rig) => `reply ${await rig.ask('ChangeConfiguration', { key: 'SecurityProfile', value: '0' })}`,
  },
];

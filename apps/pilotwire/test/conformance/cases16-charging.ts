import type { JsonObject } from '@pilotwire/station';
import { charging, idle } from './case.js';
import type { Case } from './case.js';
import type { Rig } from './rig.js';

const limit = (purpose: string, watts: number, more: JsonObject = {}): JsonObject => ({
  chargingProfileId: watts, stackLevel: 0, chargingProfilePurpose: purpose, chargingProfileKind: 'Absolute', chargingSchedule: schedule('W', [0, watts]), ...more,
});
const schedule = (chargingRateUnit: 'A' | 'W', ...periods: readonly (readonly [startPeriod: number, limit: number])[]): JsonObject => ({
  chargingRateUnit, startSchedule: '2026-01-01T00:00:00Z', chargingSchedulePeriod: periods.map(([startPeriod, most]) => ({ startPeriod, limit: most })),
});
const set = (rig: Rig, csChargingProfiles: JsonObject, connectorId = 1) => rig.ask('SetChargingProfile', { connectorId, csChargingProfiles });

/** Smart Charging of 1.6J. */
export const charging16: readonly Case[] = [
  ...([['TxDefaultProfile', 22_000], ['ChargePointMaxProfile', 30_000]] as const).map(([purpose, watts]): Case => ({
    name: `smart charging, ${purpose}`, before: charging, action: `SetChargingProfile ${purpose} ${watts} W`,
    run: async (rig) => {
      await rig.charge();
      const reply = await rig.ask('SetChargingProfile', { connectorId: purpose === 'ChargePointMaxProfile' ? 0 : 1, csChargingProfiles: limit(purpose, watts) });
      await rig.limited(watts);
      return `reply ${reply}; ${rig.given()}`;
    },
  })),
  {
    name: 'smart charging, of the transaction', before: charging, action: 'SetChargingProfile TxProfile 11000 W, then one of another transaction',
    run: async (rig) => {
      await rig.charge();
      const right = await rig.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: limit('TxProfile', 11_000, { transactionId: 100 }) });
      const wrong = await rig.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: limit('TxProfile', 5_000, { transactionId: 999 }) });
      await rig.limited(11_000);
      return `reply ${right}, reply ${wrong}; ${rig.given()}`;
    },
  },
  {
    name: 'smart charging, stacked', before: charging, action: 'SetChargingProfile TxDefaultProfile at levels 0 and 1',
    run: async (rig) => {
      await rig.charge();
      const one = await rig.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: limit('TxDefaultProfile', 20_000) });
      const two = await rig.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: limit('TxDefaultProfile', 40_000, { stackLevel: 1 }) });
      await rig.limited(40_000);
      return `reply ${one}, reply ${two}; ${rig.given()}`;
    },
  },
  {
    name: 'smart charging, cleared', before: `${charging} at 22000 W`, action: 'ClearChargingProfile, twice',
    run: async (rig) => {
      await rig.charge();
      await rig.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: limit('TxDefaultProfile', 22_000) });
      await rig.limited(22_000);
      const replies = [await rig.ask('ClearChargingProfile', { id: 22_000 }), await rig.ask('ClearChargingProfile', { id: 22_000 })];
      await rig.limited(150_000);
      return `reply ${replies.join(', reply ')}; ${rig.given()}`;
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
      await rig.limited(7_000);
      return `reply ${reply}; ${rig.given()}`;
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
    name: 'smart charging, before the transaction', before: 'TxDefaultProfile of 22000 W', action: 'authorizes the card',
    run: async (rig) => {
      const reply = await set(rig, limit('TxDefaultProfile', 22_000), 0);
      await rig.charge();
      await rig.limited(22_000);
      return `reply ${reply}; ${rig.given()}`;
    },
  },
  {
    name: 'smart charging, no transaction', before: idle, action: 'SetChargingProfile TxProfile',
    run: async (rig) => `reply ${await set(rig, limit('TxProfile', 11_000))}`,
  },
  {
    name: 'smart charging, no such connector', before: idle, action: 'SetChargingProfile TxDefaultProfile at connector 9',
    run: async (rig) => `reply ${await set(rig, limit('TxDefaultProfile', 11_000), 9)}`,
  },
  {
    name: 'smart charging, the station as a whole', before: idle, action: 'SetChargingProfile ChargePointMaxProfile at connector 1',
    run: async (rig) => `reply ${await set(rig, limit('ChargePointMaxProfile', 11_000))}`,
  },
  {
    name: 'smart charging, in amperes', before: charging, action: 'SetChargingProfile TxDefaultProfile 50 A',
    run: async (rig) => {
      await rig.charge();
      const reply = await set(rig, limit('TxDefaultProfile', 50, { chargingSchedule: schedule('A', [0, 50]) }));
      const seen = rig.site.at(1);
      await rig.until('50 A', () => Math.abs((seen.session?.evseLimits?.maxA ?? 0) - 50) < 1 && seen.current > 40 && seen.current <= 50);
      return `reply ${reply}; the car may take 50 A, and takes them`;
    },
  },
  {
    name: 'smart charging, over', before: charging, action: 'SetChargingProfile TxDefaultProfile that was valid until yesterday',
    run: async (rig) => {
      await rig.charge();
      const reply = await set(rig, limit('TxDefaultProfile', 11_000, { validTo: rig.inSeconds(-86_400) }));
      await rig.pass(5);
      return `reply ${reply}; ${rig.given()}`;
    },
  },
  {
    name: 'smart charging, ends by itself', before: charging, action: 'SetChargingProfile TxDefaultProfile 11000 W for the next 20 s',
    run: async (rig) => {
      await rig.charge();
      const reply = await set(rig, limit('TxDefaultProfile', 11_000, { validTo: rig.inSeconds(20) }));
      await rig.limited(11_000);
      await rig.limited(150_000);
      return `reply ${reply}; ${rig.given()}`;
    },
  },
  {
    name: 'smart charging, the lesser of two purposes', before: `${charging}; ChargePointMaxProfile of 30000 W`, action: 'SetChargingProfile TxDefaultProfile 40000 W, then 22000 W',
    run: async (rig) => {
      await rig.charge();
      await set(rig, limit('ChargePointMaxProfile', 30_000), 0);
      await set(rig, limit('TxDefaultProfile', 40_000));
      await rig.limited(30_000);
      const first = rig.given();
      await set(rig, limit('TxDefaultProfile', 22_000));
      await rig.limited(22_000);
      return `${first}; ${rig.given()}`;
    },
  },
  {
    name: 'smart charging, composite of several periods', before: 'TxDefaultProfile of 40000 W, daily 50000 W for 6 h and 20000 W then', action: 'GetCompositeSchedule of 24 h',
    run: async (rig) => {
      await set(rig, limit('TxDefaultProfile', 40_000, { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily', chargingSchedule: schedule('W', [0, 50_000], [21_600, 20_000]) }), 0);
      const result = await rig.result('GetCompositeSchedule', { connectorId: 1, duration: 86_400, chargingRateUnit: 'W' });
      const { chargingSchedulePeriod } = result['chargingSchedule'] as { chargingSchedulePeriod: readonly { limit: number }[] };
      return `reply ${String(result['status'])}, limits ${chargingSchedulePeriod.map((one) => one.limit).join(', ')}`;
    },
  },
  {
    name: 'smart charging, cleared by purpose', before: 'TxDefaultProfiles at levels 0 and 1, ChargePointMaxProfile', action: 'ClearChargingProfile TxDefaultProfile',
    run: async (rig) => {
      await rig.charge();
      await set(rig, limit('ChargePointMaxProfile', 30_000), 0);
      await set(rig, limit('TxDefaultProfile', 20_000));
      await set(rig, limit('TxDefaultProfile', 10_000, { stackLevel: 1 }));
      await rig.limited(10_000);
      const reply = await rig.ask('ClearChargingProfile', { chargingProfilePurpose: 'TxDefaultProfile' });
      await rig.limited(30_000);
      return `reply ${reply}; ${rig.given()}`;
    },
  },
];

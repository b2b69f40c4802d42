import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/index.js';
import { Bench } from '../bench.js';
import { charge, full, unplug } from '../charge.js';

const v16 = (): Bench => new Bench('ocpp1.6').connect();
interface Shape {
  readonly id?: number;
  readonly level?: number;
  readonly purpose?: string;
  readonly kind?: string;
  readonly unit?: string;
  readonly periods?: readonly (readonly [start: number, limit: number])[];
  readonly schedule?: object;
  readonly more?: object;
}
const profile = ({ id = 1, level = 0, purpose = 'TxDefaultProfile', kind = 'Absolute', unit = 'W', periods = [[0, 50_000]], schedule = {}, more = {} }: Shape) => ({
  chargingProfileId: id, stackLevel: level, chargingProfilePurpose: purpose, chargingProfileKind: kind,
  chargingSchedule: { chargingRateUnit: unit, chargingSchedulePeriod: periods.map(([startPeriod, limit]) => ({ startPeriod, limit })), ...schedule }, ...more,
});
const set = (bench: Bench, shape: Shape, connectorId = 1) => bench.result('SetChargingProfile', { connectorId, csChargingProfiles: profile(shape) })['status'];
const composite = (bench: Bench, duration: number, connectorId = 1, more: object = {}): (readonly [number, number])[] => {
  const { chargingSchedule } = bench.result('GetCompositeSchedule', { connectorId, duration, ...more });
  const { chargingSchedulePeriod } = chargingSchedule as unknown as { chargingSchedulePeriod: { startPeriod: number; limit: number }[] };
  return chargingSchedulePeriod.map(({ startPeriod, limit }) => [startPeriod, limit]);
};
const watts = (bench: Bench, evse = 1) => bench.done('limit').filter((one) => one.evse === evse).at(-1)?.watts;

describe('conformance 1.6: smart charging', () => {
  test('central_smart_charging_tx_default_profile', () => {
    const bench = v16();
    expect(set(bench, { periods: [[0, 60_000]] })).toBe('Accepted');
    charge(bench);
    expect(watts(bench)).toBe(60_000);
  });

  test('central_smart_charging_tx_profile: it beats the default one, and goes with its transaction', () => {
    const bench = v16();
    set(bench, { periods: [[0, 60_000]] });
    charge(bench);
    expect(set(bench, { id: 2, purpose: 'TxProfile', periods: [[0, 80_000]], more: { transactionId: 100 } })).toBe('Accepted');
    expect(watts(bench)).toBe(80_000);
    full(bench);
    unplug(bench);
    charge(bench);
    expect(watts(bench)).toBe(60_000);
  });

  test('central_smart_charging_no_transaction: a TxProfile without one is rejected', () => {
    expect(set(v16(), { purpose: 'TxProfile' })).toBe('Rejected');
  });

  test('central_smart_charging_wrong_transaction_id', () => {
    const bench = v16();
    charge(bench);
    expect(set(bench, { purpose: 'TxProfile', more: { transactionId: 9_999 } })).toBe('Rejected');
    expect(watts(bench)).toBe(150_000);
  });

  test('central_smart_charging_tx_default_stacking', () => {
    const bench = v16();
    set(bench, { id: 1, level: 1, periods: [[0, 60_000]] });
    set(bench, { id: 2, level: 2, periods: [[0, 30_000]], schedule: { startSchedule: '2026-03-01T10:00:00Z', duration: 600 } });
    expect(composite(bench, 1_200)).toEqual([[0, 30_000], [599, 60_000]]);
    charge(bench);
    expect(watts(bench)).toBe(30_000);
    bench.advance(600);
    expect(watts(bench)).toBe(60_000);
  });

  test('central_smart_charging_tx_profile_stacking: a gap falls through', () => {
    const bench = v16();
    charge(bench);
    set(bench, { id: 1, level: 0, periods: [[0, 40_000]] });
    set(bench, { id: 2, level: 5, purpose: 'TxProfile', kind: 'Relative', periods: [[0, 20_000], [60, 10_000]], schedule: { duration: 120 } });
    const at = Math.round((bench.time.now - 3_020) / 1_000);
    expect(composite(bench, 300)).toEqual([[0, 20_000], [60 - at, 10_000], [120 - at, 40_000]]);
  });

  test('central_smart_charging_get_composite_schedule: in amperes, and for the station', () => {
    const bench = v16();
    set(bench, { id: 1, purpose: 'ChargePointMaxProfile', periods: [[0, 100_000], [300, 80_000]], schedule: { startSchedule: '2026-03-01T10:00:00Z' } }, 0);
    expect(composite(bench, 600, 0)).toEqual([[0, 100_000], [299, 80_000]]);
    expect(composite(bench, 60, 1, { chargingRateUnit: 'A' })).toEqual([[0, 250]]);
    expect(bench.result('GetCompositeSchedule', { connectorId: 9, duration: 1 })).toEqual({ status: 'Rejected' });
  });

  test('central_smart_charging_clear_profile: by id, by what it is, and none', () => {
    const bench = v16();
    set(bench, { id: 1 });
    set(bench, { id: 2, level: 3 });
    set(bench, { id: 3, purpose: 'ChargePointMaxProfile' }, 0);
    expect(bench.result('ClearChargingProfile', { id: 1 })).toEqual({ status: 'Accepted' });
    expect(bench.result('ClearChargingProfile', { id: 1 })).toEqual({ status: 'Unknown' });
    expect(bench.result('ClearChargingProfile', { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 3, connectorId: 1 })).toEqual({ status: 'Accepted' });
    expect(bench.state.durable.profiles.map(({ id }) => id)).toEqual([3]);
    expect(bench.result('ClearChargingProfile', {})).toEqual({ status: 'Accepted' });
  });

  test('central_smart_charging_remote_start_with_profile', () => {
    const bench = v16();
    bench.result('RemoteStartTransaction', { connectorId: 1, idTag: 'R', chargingProfile: profile({ purpose: 'TxProfile', kind: 'Relative', periods: [[0, 20_000]] }) });
    charge(bench, 1, { id: 'R', type: 'Central' });
    expect(bench.state.durable.profiles[0]?.transaction).toBe(bench.state.durable.transactions[1]?.id);
  });

  test('central_smart_charging_recurring: daily and weekly', () => {
    const bench = v16();
    const night = { startSchedule: '2026-02-20T22:00:00Z', duration: 8 * 3_600 };
    set(bench, { id: 1, level: 1, kind: 'Recurring', periods: [[0, 120_000]], schedule: night, more: { recurrencyKind: 'Daily' } });
    set(bench, { id: 2, level: 0, periods: [[0, 20_000]] });
    expect(composite(bench, 24 * 3_600)).toEqual([[0, 20_000], [12 * 3_600 - 1, 120_000], [20 * 3_600 - 1, 20_000]]);
    const weekly = { startSchedule: '2026-02-22T09:00:00Z', duration: 2 * 3_600 }; // a Sunday, as is the first of March
    set(bench, { id: 3, level: 2, kind: 'Recurring', periods: [[0, 5_000]], schedule: weekly, more: { recurrencyKind: 'Weekly' } });
    expect(composite(bench, 2 * 3_600)).toEqual([[0, 5_000], [3_600 - 1, 20_000]]);
  });

  test('central_smart_charging_validity', () => {
    const bench = v16();
    const more = { validFrom: '2026-03-01T10:05:00Z', validTo: '2026-03-01T10:10:00Z' };
    set(bench, { periods: [[0, 11_000]], more });
    expect(composite(bench, 900)).toEqual([[0, 150_000], [299, 11_000], [599, 150_000]]);
  });

  test('central_smart_charging_station_max: shared by those who charge, and never exceeded', () => {
    const bench = v16();
    set(bench, { purpose: 'ChargePointMaxProfile', periods: [[0, 100_000]] }, 0);
    set(bench, { id: 2, purpose: 'TxDefaultProfile', periods: [[0, 120_000]] }, 0);
    charge(bench);
    expect(watts(bench)).toBe(100_000);
    charge(bench, 2);
    expect([watts(bench, 1), watts(bench, 2)]).toEqual([50_000, 50_000]);
    full(bench, 2);
    unplug(bench, 2);
    expect(watts(bench)).toBe(100_000);
  });

  test.each([
    ['a station maximum for one outlet', { purpose: 'ChargePointMaxProfile' }, 1],
    ['no such connector', {}, 4],
    ['a stack level beyond all', { level: 101 }, 1],
    ['a first period that is not the first', { periods: [[10, 1]] }, 1],
    ['periods out of order', { periods: [[0, 1], [9, 2], [5, 3]] }, 1],
    ['a limit below nothing', { periods: [[0, -1]] }, 1],
    ['a recurrence of nothing', { kind: 'Recurring', schedule: { startSchedule: '2026-03-01T10:00:00Z' } }, 1],
    ['a recurrence from nowhen', { kind: 'Recurring', more: { recurrencyKind: 'Daily' } }, 1],
  ] as const)('rejected: %s', (_, shape, connectorId) => {
    expect(set(v16(), shape as Shape, connectorId)).toBe('Rejected');
  });

  test('the same level of the same stack is replaced, and all of it outlives a restart', () => {
    const bench = v16();
    set(bench, { id: 1, level: 3, periods: [[0, 1_000]] });
    set(bench, { id: 2, level: 3, periods: [[0, 2_000]] });
    const again = new Bench('ocpp1.6', { disk: bench.settled(), start: 60_000 }).connect();
    expect(composite(again, 60)).toEqual([[0, 2_000]]);
  });
});

describe('a limit', () => {
  test('it is told again before it runs out, and says until when it holds', () => {
    const bench = v16();
    charge(bench);
    bench.advance(90);
    const limits = bench.done('limit');
    expect(limits.length).toBeGreaterThanOrEqual(4);
    for (const { until } of limits) expect(until).toBeGreaterThan(0);
    unplug(bench);
    bench.forget().advance(60);
    expect(bench.done('limit')).toEqual([]);
  });

  test.each([
    ['A', 100, { watts: 150_000, amperes: 100 }, [80_000, 100]],
    ['W', 60_000, { watts: 60_000, amperes: 400 }, [60_000, 75]],
  ] as const)('a limit in %s is passed on as such, and holds at any voltage; told in the other unit by the present one', (unit, limit, passed, [watts, amperes]) => {
    const bench = v16();
    set(bench, { unit, periods: [[0, limit]] });
    charge(bench);
    expect(bench.done('limit').at(-1)).toMatchObject(passed);
    bench.forget();
    for (const voltage of [300, 350, 800]) {
      bench.feed({ kind: 'meter', evse: 1, reading: { voltage, current: 10, power: 10 * voltage, energy: 20, counter: 'x' } });
    }
    // The voltage changes with each reading, the limit does not.
    expect(bench.done('limit')).toEqual([]);
    expect(composite(bench, 60, 1, { chargingRateUnit: 'W' })).toEqual([[0, watts]]);
    expect(composite(bench, 60, 1, { chargingRateUnit: 'A' })).toEqual([[0, amperes]]);
  });
});

describe('conformance 2.0.1: smart charging', () => {
  const v2 = (): Bench => new Bench('ocpp2.0.1').connect();
  const of = (change: object = {}, periods: object[] = [{ startPeriod: 0, limit: 42_000 }]): JsonObject => ({
    id: 1, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute',
    chargingSchedule: [{ id: 1, chargingRateUnit: 'W', chargingSchedulePeriod: periods }], ...change,
  }) as JsonObject;

  test('K01: set, changed rate told, reported, cleared', () => {
    const bench = v2();
    charge(bench);
    expect(bench.result('SetChargingProfile', { evseId: 1, chargingProfile: of() })).toEqual({ status: 'Accepted' });
    bench.advance(1);
    expect(watts(bench)).toBe(42_000);
    expect(bench.last('TransactionEvent')).toMatchObject({ eventType: 'Updated', triggerReason: 'ChargingRateChanged' });
    expect(bench.result('GetChargingProfiles', { requestId: 8, chargingProfile: { chargingProfilePurpose: 'TxDefaultProfile' } })).toEqual({ status: 'Accepted' });
    bench.advance(1);
    expect(bench.last('ReportChargingProfiles')).toMatchObject({ requestId: 8, evseId: 1, tbc: false, chargingProfile: [{ id: 1 }] });
    expect(bench.result('ClearChargingProfile', { chargingProfileCriteria: { evseId: 1 } })).toEqual({ status: 'Accepted' });
    expect(bench.result('GetChargingProfiles', { requestId: 9, chargingProfile: {} })).toEqual({ status: 'NoProfiles' });
  });

  test('K01: rejections have their reasons', () => {
    const bench = v2();
    const ask = (chargingProfile: JsonObject, evseId = 1) => bench.result('SetChargingProfile', { evseId, chargingProfile });
    const reason = (reasonCode: string) => ({ status: 'Rejected', statusInfo: { reasonCode } });
    expect(ask(of({ chargingProfilePurpose: 'TxProfile' }))).toEqual(reason('MissingParam'));
    expect(ask(of({ chargingProfilePurpose: 'TxProfile', transactionId: 'x' }))).toEqual(reason('TxNotFound'));
    expect(ask(of({ chargingProfilePurpose: 'ChargingStationExternalConstraints' }))).toEqual(reason('InvalidProfile'));
    expect(ask(of(), 5)).toEqual(reason('UnknownEvse'));
    ask(of());
    expect(ask(of({ id: 2 }))).toEqual(reason('DuplicateProfile'));
    expect(ask(of({ id: 2, stackLevel: 1 }))).toEqual({ status: 'Accepted' });
  });

  test('K08: the composite schedule', () => {
    const bench = v2();
    bench.result('SetChargingProfile', { evseId: 1, chargingProfile: of({}, [{ startPeriod: 0, limit: 10_000.55 }]) });
    expect(bench.result('GetCompositeSchedule', { evseId: 1, duration: 60 })).toEqual({
      status: 'Accepted',
      schedule: {
        evseId: 1, duration: 60, chargingRateUnit: 'W', scheduleStart: '2026-03-01T10:00:01.000Z', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10_000.5 }],
      },
    });
  });

  test('2.1: what it adds and we have not is refused, not misunderstood', () => {
    const bench = new Bench('ocpp2.1').connect();
    const ask = (chargingProfile: JsonObject) => bench.result('SetChargingProfile', { evseId: 1, chargingProfile })['status'];
    expect(ask(of({ chargingProfilePurpose: 'PriorityCharging' }))).toBe('Rejected');
    expect(ask(of({ chargingProfileKind: 'Dynamic' }))).toBe('Rejected');
    expect(ask(of({}, [{ startPeriod: 0, setpoint: 5_000 }]))).toBe('Rejected');
    expect(ask(of())).toBe('Accepted');
  });
});

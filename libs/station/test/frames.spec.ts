import { describe, expect, test } from 'vitest';
import type { Input, JsonObject } from '../src/index.js';
import { Bench } from './bench.js';
import { charge, energy, full, hold, plug } from './charge.js';

const versions = ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'] as const;
const long = 'x'.repeat(10_000);

describe.each(versions)('strict out, %s', (protocol) => {
  // The bench holds every frame against the schemas of its version, and throws.
  test('whatever was configured, and whatever the devices say, no frame is invalid', () => {
    const bench = new Bench(protocol, {
      configuration: { vendor: long, model: long, serialNumber: long, firmwareVersion: long, iccid: long, imsi: long },
      variables: { 'AlignedDataCtrlr.Interval': '60', 'SecurityCtrlr.SecurityProfile': '1', 'SampledDataCtrlr.TxUpdatedMeasurands': 'Temperature,SoC,Power.Offered,Current.Offered' },
    }).connect();
    const odd: Input[] = [
      { kind: 'security-event', type: long, info: long },
      { kind: 'transfer', request: 'r', vendorId: long, messageId: long, data: { deep: [null, 1, 'x'] } },
      { kind: 'csr', csr: long },
      { kind: 'fault', evse: 1, fault: { name: long, detail: long, blocks: undefined } },
      { kind: 'needs', evse: 1, needs: { maxVoltage: 1e300, maxCurrent: -5, soc: 300, departure: 1e20, energyCapacity: Number.NaN } },
      { kind: 'needs', evse: 1, needs: { maxVoltage: Number.NaN, maxCurrent: 1 } },
      { kind: 'identified', evse: 1, evccid: long },
      { kind: 'log-status', status: 'BadMessage' },
      { kind: 'firmware-status', status: 'InstallVerificationFailed' },
      { kind: 'time', utc: Number.NaN },
      { kind: 'plugged', evse: 99 },
      { kind: 'set', variable: 'no.such', value: long },
    ];
    bench.feed(...odd).advance(5);
    charge(bench);
    bench.feed({ kind: 'meter', evse: 1, reading: { voltage: Number.NaN, current: Number.POSITIVE_INFINITY, power: -1e9, energy: Number.NaN, soc: -4, temperature: 41.26 } });
    bench.advance(200);
    bench.feed({ kind: 'session-ended', evse: 1, reason: 'StoppedByEV', utc: 1e19 }).advance(2);
    expect(bench.calls.length).toBeGreaterThan(20);
  });

  test('a token that has no room is refused, not cut', () => {
    const bench = new Bench(protocol).connect();
    plug(bench);
    hold(bench, { id: 'T'.repeat(256), type: 'Central' });
    expect(bench.sent('Authorize')).toEqual([]);
    expect(bench.done('authorize')).toMatchObject([{ accept: false }]);
  });

  test('the time of a CSMS at the end of time is no year of five digits', () => {
    const bench = new Bench(protocol, { clock: 'none' });
    bench.answers['BootNotification'] = () => ({ status: 'Accepted', currentTime: '9999-12-31T23:59:59Z', interval: 5 });
    bench.connect().advance(10);
    charge(bench);
    energy(bench, 5);
    full(bench);
    expect(bench.calls.some(({ action }) => /Transaction/.test(action))).toBe(true);
  });
});

test('2.1 reports its profiles', () => {
  const bench = new Bench('ocpp2.1').connect();
  const chargingProfile = {
    id: 4, stackLevel: 2, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Recurring', recurrencyKind: 'Daily', validFrom: '2026-01-01T00:00:00Z',
    chargingSchedule: [{ id: 1, startSchedule: '2026-01-01T22:00:00Z', duration: 3_600, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, numberPhases: 3 }] }],
  } as unknown as JsonObject;
  expect(bench.result('SetChargingProfile', { evseId: 0, chargingProfile })).toEqual({ status: 'Accepted' });
  bench.result('GetChargingProfiles', { requestId: 1, chargingProfile: {} });
  bench.advance(1);
  expect(bench.last('ReportChargingProfiles')).toMatchObject({ evseId: 0, chargingProfile: [{ id: 4, recurrencyKind: 'Daily' }] });
});

import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/index.js';
import { Bench } from '../bench.js';
import { charge, energy, full, plug, unplug } from '../charge.js';

interface Value { readonly timestamp: string; readonly sampledValue: readonly { readonly context: string; readonly measurand: string; readonly value: unknown }[] }
const values = (payload: JsonObject, key = 'meterValue'): readonly Value[] => (payload[key] ?? []) as unknown as readonly Value[];

describe('B9 meter values', () => {
  test('B9: the register only grows, over sessions, counters and restarts', () => {
    const bench = new Bench('ocpp1.6').connect();
    charge(bench);
    energy(bench, 1_000.7);
    full(bench);
    unplug(bench);
    charge(bench);
    energy(bench, 300);
    energy(bench, 20); // the counter began anew
    full(bench);
    unplug(bench);
    const again = new Bench('ocpp1.6', { disk: bench.settled(), start: 500_000 }).connect();
    charge(again);
    full(again);
    expect(bench.sent('StartTransaction').map(({ meterStart }) => meterStart)).toEqual([0, 1_000]);
    expect(bench.sent('StopTransaction').map(({ meterStop }) => meterStop)).toEqual([1_000, 1_320]);
    expect(again.last('StartTransaction')).toMatchObject({ meterStart: 1_320 });
  });

  test('B9: each MeterValueSampleInterval what MeterValuesSampledData lists, in the context of a period', () => {
    const bench = new Bench('ocpp1.6').connect();
    bench.result('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '10' });
    bench.result('ChangeConfiguration', { key: 'MeterValuesSampledData', value: 'SoC,Voltage' });
    charge(bench);
    bench.advance(30);
    const samples = bench.sent('MeterValues');
    expect(samples).toHaveLength(3);
    expect(values(samples[0] as JsonObject)[0]?.sampledValue).toEqual([
      { context: 'Sample.Periodic', format: 'Raw', location: 'Outlet', measurand: 'Voltage', unit: 'V', value: '400' },
      { context: 'Sample.Periodic', format: 'Raw', location: 'EV', measurand: 'SoC', unit: 'Percent', value: '40' },
    ]);
    bench.result('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '0' });
    bench.advance(60);
    expect(bench.sent('MeterValues')).toHaveLength(3);
  });

  test('B9: clock-aligned samples are aligned to midnight UTC', () => {
    const bench = new Bench('ocpp2.0.1', { variables: { 'AlignedDataCtrlr.Interval': '900', 'SampledDataCtrlr.TxUpdatedInterval': '0' } }).connect();
    charge(bench);
    bench.advance(3_600);
    const clock = bench.sent('TransactionEvent').filter(({ triggerReason }) => triggerReason === 'MeterValueClock');
    expect(clock.map(({ timestamp }) => timestamp)).toEqual(['10:15', '10:30', '10:45', '11:00'].map((time) => `2026-03-01T${time}:00.000Z`));
    expect(bench.sent('MeterValues').map(({ evseId }) => evseId)).toEqual([2, 2, 2, 2]);
  });

  test('B9: with SendDuringIdle they are kept for idle outlets', () => {
    const variables = { 'AlignedDataCtrlr.Interval': '900', 'AlignedDataCtrlr.SendDuringIdle': 'true', 'SampledDataCtrlr.TxUpdatedInterval': '0' };
    const bench = new Bench('ocpp2.0.1', { variables }).connect();
    charge(bench);
    bench.advance(900);
    expect(bench.sent('TransactionEvent').some(({ triggerReason }) => triggerReason === 'MeterValueClock')).toBe(false);
  });

  test('B9: begin, end and what was sampled for the end go into transactionData', () => {
    const variables = { 'SampledDataCtrlr.TxEndedInterval': '60', 'AlignedDataCtrlr.Interval': '900', 'AlignedDataCtrlr.TxEndedMeasurands': 'Voltage' };
    const bench = new Bench('ocpp1.6', { variables }).connect();
    charge(bench);
    bench.advance(900);
    full(bench);
    const contexts = values(bench.last('StopTransaction'), 'transactionData').map(({ sampledValue }) => sampledValue[0]?.context);
    expect(contexts[0]).toBe('Transaction.Begin');
    expect(contexts.at(-1)).toBe('Transaction.End');
    expect(contexts.filter((one) => one === 'Sample.Periodic').length).toBe(15);
    expect(contexts).toContain('Sample.Clock');
  });

  test('B9: of a day of samples for the end there is a bounded number', () => {
    const bench = new Bench('ocpp2.0.1', { variables: { 'SampledDataCtrlr.TxEndedInterval': '60', 'SampledDataCtrlr.TxUpdatedInterval': '0' } }).connect();
    charge(bench);
    bench.advance(86_400);
    full(bench);
    const found = values(bench.last('TransactionEvent'));
    expect(found.length).toBeLessThanOrEqual(102);
    expect(found.map(({ timestamp }) => timestamp)).toEqual(found.map(({ timestamp }) => timestamp).toSorted());
  });

  test('B9: a trigger is its own context', () => {
    const bench = new Bench('ocpp1.6').connect();
    charge(bench);
    bench.forget();
    expect(bench.result('TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 })).toEqual({ status: 'Accepted' });
    bench.advance(1);
    expect(bench.last('MeterValues')).toMatchObject({ connectorId: 1, transactionId: 100 });
    expect(values(bench.last('MeterValues'))[0]?.sampledValue[0]?.context).toBe('Trigger');
  });

  test('B9: 2.x tells what began and what ended with the event itself', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    charge(bench);
    full(bench);
    const [started] = bench.sent('TransactionEvent');
    expect(values(started as JsonObject)[0]?.sampledValue[0]).toMatchObject({ context: 'Transaction.Begin', measurand: 'Energy.Active.Import.Register', value: 0 });
    expect(values(bench.last('TransactionEvent')).at(-1)?.sampledValue[0]).toMatchObject({ context: 'Transaction.End', value: 10 });
  });
});

describe('B10 StatusNotification', () => {
  test('B10: a state that does not last MinimumStatusDuration is not told', () => {
    const bench = new Bench('ocpp1.6', { variables: { 'PilotwireCtrlr.MinimumStatusDuration': '5' } }).connect().forget();
    bench.feed({ kind: 'plugged', evse: 1 }).advance(3);
    unplug(bench);
    bench.advance(20);
    expect(bench.actions()).toEqual([]);
    plug(bench);
    bench.advance(5);
    expect(bench.sent('StatusNotification')).toMatchObject([{ status: 'Preparing' }]);
  });

  test('B10: connector 0 knows Available, Unavailable and Faulted only', () => {
    const bench = new Bench('ocpp1.6').connect();
    charge(bench);
    full(bench);
    unplug(bench);
    bench.result('ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
    bench.advance(1);
    const words = bench.sent('StatusNotification').filter(({ connectorId }) => connectorId === 0).map(({ status }) => status);
    expect(words).toEqual(['Available', 'Unavailable']);
  });

  test('B10: only what changes is told, and all of it at the boot', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    expect(bench.sent('StatusNotification')).toHaveLength(2);
    charge(bench);
    full(bench);
    unplug(bench);
    expect(bench.sent('StatusNotification').slice(2).map(({ connectorStatus }) => connectorStatus)).toEqual(['Occupied', 'Available']);
  });

  test('B10: a fault is told with its codes; Faulted only where nobody can charge', () => {
    const bench = new Bench('ocpp1.6').connect();
    plug(bench);
    bench.feed({ kind: 'fault', evse: 1, fault: { name: 'isolation-fault', blocks: undefined } }).advance(1);
    expect(bench.last('StatusNotification')).toMatchObject({
      status: 'Preparing', errorCode: 'GroundFailure', vendorErrorCode: 'CX011', vendorId: 'https://chargex.inl.gov',
    });
    bench.feed({ kind: 'fault', evse: 1, fault: { name: 'contactors-welded', blocks: 'outlet' } }).advance(1);
    expect(bench.last('StatusNotification')).toMatchObject({ status: 'Faulted', vendorErrorCode: 'CX017' });
    bench.feed({ kind: 'fault-cleared', evse: 1, name: 'contactors-welded' }, { kind: 'fault-cleared', evse: 1, name: 'isolation-fault' }).advance(1);
    expect(bench.last('StatusNotification')).toMatchObject({ status: 'Preparing', errorCode: 'NoError' });
  });

  test('B10: 2.x tells faults by NotifyEvent', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    bench.feed({ kind: 'fault', evse: 1, fault: { name: 'over-voltage', detail: '1012 V', blocks: undefined } });
    bench.feed({ kind: 'fault-cleared', evse: 1, name: 'over-voltage' }).advance(1);
    expect(bench.sent('NotifyEvent').map(({ eventData }) => eventData)).toMatchObject([
      [{ trigger: 'Alerting', techCode: 'CX005', techInfo: '1012 V', actualValue: 'true', component: { name: 'EVSE', evse: { id: 1 } } }],
      [{ techCode: 'CX005', actualValue: 'false', cleared: true }],
    ]);
    expect(bench.sent('StatusNotification')).toHaveLength(2);
  });
});

describe('the car', () => {
  test('its parameters are NotifyEVChargingNeeds in 2.x, and nothing in 1.6', () => {
    const needs = { maxVoltage: 420.4, maxCurrent: 300, soc: 20.6, energyCapacity: 64_000, departure: Date.UTC(2026, 2, 1, 18) };
    for (const protocol of ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'] as const) {
      const bench = new Bench(protocol).connect();
      plug(bench);
      bench.feed({ kind: 'needs', evse: 1, needs }).advance(1);
      expect(bench.sent('NotifyEVChargingNeeds')).toEqual(
        protocol === 'ocpp1.6'
          ? []
          : [
              {
                evseId: 1,
                chargingNeeds: {
                  requestedEnergyTransfer: 'DC', departureTime: '2026-03-01T18:00:00.000Z',
                  dcChargingParameters: { evMaxCurrent: 300, evMaxVoltage: 420, stateOfCharge: 21, evEnergyCapacity: 64_000 },
                },
              },
            ],
      );
    }
  });
});

describe('readings that come late', () => {
  const reading = (energyWh: number) => ({ voltage: 400, current: 100, power: 40_000, energy: energyWh, counter: 's' });
  test('a batch gives the samples of its own times', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    plug(bench);
    bench.feed({ kind: 'token', token: { id: 'CARD-1', type: 'ISO14443' }, evse: 1, }).advance(1);
    const [started] = bench.sent('TransactionEvent');
    const began = Date.parse(String(started?.['timestamp']));
    for (let second = 5; second <= 50; second += 5) bench.advance(5).feed({ kind: 'meter', evse: 1, reading: reading(second), utc: began + second * 1_000 });
    bench.advance(14);
    for (let second = 55; second <= 63; second += 2) bench.feed({ kind: 'meter', evse: 1, reading: reading(second), utc: began + second * 1_000 });
    bench.advance(1);
    const samples = bench.sent('TransactionEvent').filter(({ triggerReason }) => triggerReason === 'MeterValuePeriodic');
    expect(samples).toMatchObject([{ timestamp: new Date(began + 61_000).toISOString(), meterValue: [{ sampledValue: [{ value: 61 }, {}, {}, {}] }] }]);
    bench.advance(300); // and none come any more
    expect(bench.sent('TransactionEvent').filter(({ triggerReason }) => triggerReason === 'MeterValuePeriodic').length).toBeGreaterThan(4);
  });

  test('what was measured while this process was away is sampled all the same', () => {
    const first = new Bench('ocpp2.0.1').connect();
    charge(first);
    const session = first.state.evses[0]?.session;
    const [started] = first.sent('TransactionEvent');
    const began = Date.parse(String(started?.['timestamp']));
    const second = new Bench('ocpp2.0.1', { disk: first.settled(), start: 300_000 }).connect();
    for (let after = 30; after <= 290; after += 10) second.feed({ kind: 'meter', evse: 1, reading: { ...reading(after), counter: session ?? '' }, utc: began + after * 1_000 });
    second.feed({ kind: 'session', evse: 1, session }).advance(1);
    const samples = second.sent('TransactionEvent').filter(({ triggerReason }) => triggerReason === 'MeterValuePeriodic');
    expect(samples.map(({ timestamp }) => Date.parse(String(timestamp)) - began)).toEqual([60_000, 120_000, 180_000, 240_000]);
  });
});

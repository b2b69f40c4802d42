import { describe, expect, test } from 'vitest';
import { Bench } from '../test/bench.js';
import { charge, energy, full, unplug } from '../test/charge.js';

describe('a charge, from the boot to the plug that is pulled', () => {
  test('1.6: calls in the order of the field', () => {
    const bench = new Bench('ocpp1.6').connect();
    charge(bench);
    bench.advance(61);
    energy(bench, 900);
    full(bench);
    unplug(bench);
    expect(bench.actions()).toEqual([
      'BootNotification', 'StatusNotification', 'StatusNotification', 'StatusNotification', 'StatusNotification', 'Authorize', 'StartTransaction',
      'StatusNotification', 'MeterValues', 'StopTransaction', 'StatusNotification', 'StatusNotification',
    ]);
    expect(bench.last('StopTransaction')).toMatchObject({ transactionId: 100, meterStop: 900, reason: 'Other' });
    expect(bench.sent('StatusNotification').map(({ status }) => status)).toEqual([
      'Available', 'Available', 'Available', 'Preparing', 'Charging', 'Finishing', 'Available',
    ]);
  });

  test.each(['ocpp2.0.1', 'ocpp2.1'] as const)('%s: one transaction, numbered from 0', (protocol) => {
    const bench = new Bench(protocol).connect();
    charge(bench);
    bench.advance(61);
    energy(bench, 900);
    full(bench);
    unplug(bench);
    const events = bench.sent('TransactionEvent');
    expect(events.map(({ eventType, triggerReason, seqNo }) => [eventType, triggerReason, seqNo])).toEqual([
      ['Started', 'Authorized', 0],
      ['Updated', 'ChargingStateChanged', 1],
      ['Updated', 'MeterValuePeriodic', 2],
      ['Ended', 'ChargingStateChanged', 3],
    ]);
  });
});

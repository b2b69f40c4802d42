import { stationCommands } from '@pilotwire/contracts';
import { describe, expect, test } from 'vitest';
import { Site } from './site.js';

const hold = (site: Site, token = 'CARD-1') => site.watcher.request(stationCommands['present-token'], { station: 'demo' }, { token }, { timeout: 1_000 });

/** A card, a car, energy, and away. */
async function charge(site: Site): Promise<void> {
  await site.gateway.plug();
  await site.gateway.ask();
  await site.pass(500);
  void hold(site);
  await site.pass(1_500);
  await site.gateway.charge();
  for (let i = 0; i < 13; i++) {
    await site.gateway.batch();
    await site.pass(5_000);
  }
}

describe('a charge, from the plug to the CSMS', () => {
  test('2.0.1: begins with the token, is measured, and ends by the car', async () => {
    const site = await Site.open();
    expect(site.csms.actions).toEqual(['BootNotification', 'StatusNotification']);
    await charge(site);
    expect(site.gateway.heard).toEqual([{ command: 'authorize', args: { accept: true, by: 'csms' } }]);
    await site.gateway.stop('ev', 'completed');
    await site.pass(1_000);
    await site.gateway.unplug();
    await site.pass(1_000);
    const told = site.csms.of('TransactionEvent') as { eventType: string; triggerReason: string; seqNo: number; timestamp: string; transactionInfo: Record<string, unknown> }[];
    expect(told.map(({ eventType, triggerReason }) => `${eventType} ${triggerReason}`)).toEqual([
      'Started Authorized', 'Updated ChargingStateChanged', 'Updated MeterValuePeriodic', 'Ended ChargingStateChanged',
    ]);
    expect(told.map(({ seqNo }) => seqNo)).toEqual([0, 1, 2, 3]);
    expect(told.at(-1)?.transactionInfo['stoppedReason']).toBe('StoppedByEV');
    expect(site.csms.of('NotifyEVChargingNeeds')).toMatchObject([{ evseId: 1, chargingNeeds: { dcChargingParameters: { evMaxCurrent: 300, evMaxVoltage: 420, stateOfCharge: 20 } } }]);
    expect(site.csms.of('StatusNotification').map(({ connectorStatus }) => connectorStatus)).toEqual(['Available', 'Occupied', 'Available']);
    expect(site.lines.filter((line) => line.startsWith('error') || line.startsWith('handler'))).toEqual([]);
  });

  test('1.6: the same in its words', async () => {
    const site = await Site.open({ protocol: 'ocpp1.6' });
    await charge(site);
    await site.gateway.stop('ev', 'completed');
    await site.pass(1_000);
    await site.gateway.unplug();
    await site.pass(1_000);
    expect(site.csms.of('StartTransaction')).toMatchObject([{ connectorId: 1, idTag: 'CARD-1', meterStart: 0 }]);
    expect(site.csms.of('StopTransaction')).toMatchObject([{ meterStop: 903, transactionId: 100, reason: 'Other' }]);
    expect(site.csms.of('StatusNotification').map(({ connectorId, status }) => `${String(connectorId)} ${String(status)}`)).toEqual([
      '0 Available', '1 Available', '1 Preparing', '1 Charging', '1 Finishing', '1 Available',
    ]);
  });
});

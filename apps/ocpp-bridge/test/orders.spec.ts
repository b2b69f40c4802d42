import { stationCommands } from '@pilotwire/contracts';
import { describe, expect, test } from 'vitest';
import { Site } from './site.js';

const hold = (site: Site, token = 'CARD-1') =>
  site.watcher.request(stationCommands['present-token'], { station: 'demo' }, { token, evse: 1 }, { timeout: 2_000 }).catch((error: Error) => error.message);

describe('what the CSMS wants reaches the gateway', () => {
  test('a remote start lets the car that waits charge, a remote stop ends it', async () => {
    const site = await Site.open({ protocol: 'ocpp1.6' });
    await site.gateway.plug();
    await site.gateway.ask();
    await site.pass(500);
    const start = site.csms.call('RemoteStartTransaction', { connectorId: 1, idTag: 'APP-7' });
    await site.pass(500);
    expect(site.csms.replies.get(start)).toEqual({ result: { status: 'Accepted' } });
    expect(site.gateway.heard).toEqual([{ command: 'authorize', args: { accept: true, by: 'remote' } }]);
    await site.gateway.charge();
    await site.pass(500);
    expect(site.csms.of('StartTransaction')).toMatchObject([{ idTag: 'APP-7' }]);
    const stop = site.csms.call('RemoteStopTransaction', { transactionId: 100 });
    await site.pass(500);
    expect(site.csms.replies.get(stop)).toEqual({ result: { status: 'Accepted' } });
    expect(site.gateway.heard.at(-1)).toEqual({ command: 'stop', args: {} });
    await site.gateway.stop('person', 'operator-stop');
    await site.pass(1_000);
    expect(site.csms.of('StopTransaction')).toMatchObject([{ reason: 'Remote' }]);
  });

  test('a limit is retained, and holds for two minutes', async () => {
    const site = await Site.open();
    await site.gateway.plug();
    await site.pass(500);
    expect(site.retained('evse/1/limit')).toMatchObject({ maxW: 150_000, maxA: 400 });
    site.csms.call('SetChargingProfile', {
      evseId: 0,
      chargingProfile: {
        id: 1, stackLevel: 0, chargingProfilePurpose: 'ChargingStationMaxProfile', chargingProfileKind: 'Absolute',
        chargingSchedule: [{ id: 1, chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 22_000 }] }],
      },
    });
    await site.pass(500);
    const limit = site.retained('evse/1/limit') as { maxW: number; validUntil: string };
    expect(limit.maxW).toBe(22_000);
    expect(Math.abs(Date.parse(limit.validUntil) - site.wallClock() - 120_000)).toBeLessThan(2_000);
    // As long as the bridge lives it is told again.
    await site.pass(100_000, 1_000);
    expect(Date.parse((site.retained('evse/1/limit') as { validUntil: string }).validUntil)).toBeGreaterThan(site.wallClock() + 60_000);
  });

  test('out of service is retained, and outlives the bridge', async () => {
    const site = await Site.open({ evses: 2 });
    expect(site.retained('evse/2/availability')).toMatchObject({ available: true });
    site.csms.call('ChangeAvailability', { evse: { id: 2 }, operationalStatus: 'Inoperative' });
    await site.pass(500);
    expect(site.retained('evse/2/availability')).toMatchObject({ available: false });
    await site.kill();
    site.broker.kill();
    site.broker.revive();
    await site.start();
    await site.pass(1_000);
    expect([1, 2].map((evse) => site.retained(`evse/${evse}/availability`)?.['available'])).toEqual([true, false]);
  });

  test('an order that nobody hears is given again, and not after its time', async () => {
    const site = await Site.open();
    await site.gateway.plug();
    await site.gateway.ask();
    await site.pass(500);
    site.broker.cut('pilotwire-v2g-gateway-gw-1');
    await hold(site);
    await site.pass(20_000);
    expect(site.gateway.heard).toEqual([]);
    site.broker.mend('pilotwire-v2g-gateway-gw-1');
    await site.pass(8_000);
    expect(site.gateway.heard).toEqual([{ command: 'authorize', args: { accept: true, by: 'csms' } }]);
    const late = await Site.open();
    await late.gateway.plug();
    await late.gateway.ask();
    await late.pass(500);
    late.broker.cut('pilotwire-v2g-gateway-gw-1');
    await hold(late);
    await late.pass(70_000);
    late.broker.mend('pilotwire-v2g-gateway-gw-1');
    await late.pass(10_000);
    expect(late.gateway.heard).toEqual([]);
    expect(late.lines).toContainEqual(expect.stringContaining('nobody has heard it in time'));
  });

  test('a yes that was on its way when the car left is not for the next one', async () => {
    const site = await Site.open();
    await site.gateway.plug();
    await site.gateway.ask();
    await site.pass(500);
    site.broker.cut('pilotwire-v2g-gateway-gw-1');
    await hold(site);
    await site.pass(4_000);
    await site.gateway.unplug();
    await site.gateway.plug();
    await site.gateway.ask();
    site.broker.mend('pilotwire-v2g-gateway-gw-1');
    await site.pass(20_000);
    expect(site.gateway.heard).toEqual([]);
    // The second car is let in by a card of its own.
    await hold(site, 'CARD-2');
    await site.pass(1_000);
    expect(site.gateway.heard).toEqual([{ command: 'authorize', args: { accept: true, by: 'csms' } }]);
  });

  test('nor is one that the CSMS gave when the car had left', async () => {
    const site = await Site.open();
    site.csms.answers['Authorize'] = () => undefined;
    await site.gateway.plug();
    await site.gateway.ask();
    await site.pass(500);
    await hold(site);
    await site.gateway.unplug();
    await site.gateway.plug();
    await site.gateway.ask();
    await site.pass(500);
    const asked = site.csms.calls.find(({ action }) => action === 'Authorize');
    site.csms.answer(asked?.id ?? '', { idTokenInfo: { status: 'Accepted' } });
    await site.pass(2_000);
    expect(site.gateway.heard).toEqual([]);
    expect(site.events.filter(({ type }) => type === 'token.refused')).toMatchObject([{ data: { why: 'the car that it was for has left' } }]);
  });

  test('nor does a clock that is set back give it a longer life', async () => {
    const site = await Site.open();
    await site.gateway.plug();
    await site.gateway.ask();
    await site.pass(500);
    site.broker.cut('pilotwire-v2g-gateway-gw-1');
    await hold(site);
    await site.pass(10_000);
    site.clockOffset -= 3_600_000;
    await site.pass(55_000);
    site.broker.mend('pilotwire-v2g-gateway-gw-1');
    await site.pass(10_000);
    expect(site.gateway.heard).toEqual([]);
  });

  test('one that came too late for itself is given again while the car waits', async () => {
    const site = await Site.open();
    await site.gateway.plug();
    await site.gateway.ask();
    await site.pass(500);
    site.gateway.verdict = { code: 'expired', message: '7 ms too late' };
    await hold(site);
    await site.pass(1_500);
    const before = site.gateway.heard.length;
    site.gateway.verdict = 'done';
    await site.pass(3_000);
    expect([before > 0, site.gateway.heard.length]).toEqual([true, before + 1]);
    await site.pass(60_000);
    expect(site.gateway.heard.length).toBe(before + 1);
  });

  test('the cost of a charge is retained at its outlet', async () => {
    const site = await Site.open();
    site.csms.answers['TransactionEvent'] = () => ({ totalCost: 3.2 });
    await site.gateway.plug();
    await site.gateway.ask();
    await site.pass(500);
    await hold(site);
    await site.pass(1_000);
    expect(site.retained('evse/1/cost')).toMatchObject({ total: 3.2 });
  });
});

describe('another way to the CSMS', () => {
  test('what is replied to it goes out before the connection that it ends', async () => {
    const site = await Site.open({ protocol: 'ocpp1.6' });
    const change = async (key: string, value: string): Promise<unknown> => {
      const id = site.csms.call('ChangeConfiguration', { key, value });
      await site.pass(2_000);
      return site.csms.replies.get(id);
    };
    expect(await change('AuthorizationKey', 'another-of-sixteen')).toEqual({ result: { status: 'Accepted' } });
    expect(site.driver.line.password).toBe('another-of-sixteen');
    expect(await change('SecurityProfile', '2')).toEqual({ result: { status: 'Accepted' } });
    expect(await change('SecurityProfile', '1')).toEqual({ result: { status: 'Rejected' } });
    expect(site.driver.line.securityProfile).toBe(2);
  });
});

describe('a network profile', () => {
  const connectionData = { ocppVersion: 'OCPP20', ocppTransport: 'JSON', messageTimeout: 30, securityProfile: 2, ocppInterface: 'Wired0' };

  test('has a password of its own, and is told as what is in use', async () => {
    const site = await Site.open({ protocol: 'ocpp2.1' });
    expect(site.retained('ocpp/state')).toMatchObject({ csms: 'ws://csms.example', securityProfile: 0 });
    site.csms.call('SetNetworkProfile', { configurationSlot: 1, connectionData: { ...connectionData, ocppCsmsUrl: 'wss://other.example/ocpp', basicAuthPassword: 'sixteen-letters-' } });
    site.csms.call('SetNetworkProfile', { configurationSlot: 2, connectionData: { ...connectionData, ocppCsmsUrl: 'wss://other.example/more', securityProfile: 3 } });
    await site.pass(1_000);
    site.csms.way = { slot: 1, url: 'wss://other.example/ocpp', securityProfile: 2 };
    site.csms.call('SetVariables', { setVariableData: [{ component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' }, attributeValue: 'another-of-sixteen' }] });
    await site.pass(2_000);
    expect(site.driver.line).toEqual({
      profiles: {
        1: { url: 'wss://other.example/ocpp', securityProfile: 2, messageTimeout: 30, password: 'another-of-sixteen' },
        2: { url: 'wss://other.example/more', securityProfile: 3, messageTimeout: 30 },
      },
    });
    expect(site.retained('ocpp/state')).toMatchObject({ csms: 'wss://other.example/ocpp', securityProfile: 2 });
    site.csms.way = { slot: 2, url: 'wss://other.example/more', securityProfile: 3 };
    site.csms.safer(3);
    await site.pass(1_000);
    expect(site.driver.line).toMatchObject({ securityProfile: 3, profiles: { 2: {} } });
    expect(site.driver.line.profiles).not.toHaveProperty('1');
    expect(site.retained('config')).toMatchObject({ variables: { 'SecurityCtrlr.SecurityProfile': '3' } });
    expect(JSON.stringify([site.lines, [...site.broker.retained]])).not.toMatch(/sixteen/);
  });
});

describe('tokens', () => {
  test('one that is refused authorizes nobody, and is told without its text', async () => {
    const site = await Site.open();
    site.csms.answers['Authorize'] = () => ({ idTokenInfo: { status: 'Blocked' } });
    await site.gateway.plug();
    await site.gateway.ask();
    await site.pass(500);
    await hold(site, 'SECRET-CARD');
    await site.pass(1_000);
    expect(site.gateway.heard).toEqual([{ command: 'authorize', args: { accept: false, by: 'refused' } }]);
    expect(site.events.filter(({ type }) => type === 'token.refused')).toMatchObject([{ evse: 1, data: { why: 'blocked' } }]);
    expect(JSON.stringify([site.events, site.lines, [...site.broker.retained]])).not.toContain('SECRET-CARD');
  });

  test('a card that a life before may have taken is not taken again: it would end the charge that it began', async () => {
    const site = await Site.open();
    await site.gateway.plug();
    await site.gateway.ask();
    await site.pass(500);
    site.broker.repeat(true);
    const refused = hold(site);
    await site.pass(1_000);
    expect(await refused).toMatchObject({ code: 'not-now' });
    expect(site.gateway.heard).toEqual([]);
    site.broker.repeat(false);
    const taken = hold(site);
    await site.pass(1_000);
    expect(await taken).toMatchObject({ code: 'accepted' });
    expect(site.gateway.heard).toEqual([{ command: 'authorize', args: { accept: true, by: 'csms' } }]);
  });

  test('an outlet that is not there is said to be none', async () => {
    const site = await Site.open();
    const said = await site.watcher.request(stationCommands['present-token'], { station: 'demo' }, { token: 'X', evse: 4 });
    expect(said).toMatchObject({ code: 'unknown-target', message: 'this station has 1 outlets' });
  });

  test('Autocharge asks for the car by its EVCCID, once somebody wants that', async () => {
    const off = await Site.open();
    await off.gateway.plug();
    await off.gateway.ask();
    await off.pass(1_000);
    expect(off.csms.of('Authorize')).toEqual([]);
    const on = await Site.open({ settings: { 'ocpp.autocharge': 'yes' } });
    await on.gateway.plug();
    await on.gateway.ask();
    await on.pass(1_000);
    expect(on.csms.of('Authorize')).toMatchObject([{ idToken: { idToken: 'VID:020000000002', type: 'MacAddress' } }]);
    expect(on.gateway.heard).toEqual([{ command: 'authorize', args: { accept: true, by: 'csms' } }]);
  });

  test('where everybody may charge, a transaction runs without one', async () => {
    const site = await Site.open({ settings: { authorization: 'free' } });
    await site.gateway.plug();
    await site.gateway.charge();
    await site.pass(1_000);
    expect(site.csms.of('TransactionEvent')[0]).toMatchObject({ eventType: 'Started', idToken: { idToken: '', type: 'NoAuthorization' } });
  });
});

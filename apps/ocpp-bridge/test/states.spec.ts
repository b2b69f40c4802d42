import { ocppMessage, stationCommands } from '@pilotwire/contracts';
import { describe, expect, test } from 'vitest';
import { noon, Site } from './site.js';

const hold = async (site: Site, token = 'CARD-1') => {
  await site.watcher.request(stationCommands['present-token'], { station: 'demo' }, { token, evse: 1 }, { timeout: 2_000 }).catch(() => undefined);
  await site.pass(500);
};
const begin = async (site: Site) => {
  await site.gateway.plug();
  await site.gateway.ask();
  await site.pass(500);
  await hold(site);
  await site.gateway.charge();
  await site.pass(500);
};
const finish = async (site: Site) => {
  await site.gateway.stop('ev', 'completed');
  await site.gateway.unplug();
  await site.pass(1_000);
};
type Told = { eventType: string; timestamp: string; offline?: boolean; triggerReason: string; transactionInfo: { stoppedReason?: string } };
const told = (site: Site): Told[] => site.csms.of('TransactionEvent') as unknown as Told[];

describe('the state at the CSMS is retained', () => {
  test('from boot to break', async () => {
    const site = await Site.open();
    await site.pass(1_000);
    expect(site.retained('ocpp/state')).toMatchObject({
      csms: 'ws://csms.example', identity: 'demo', connected: true, protocol: 'ocpp2.0.1', registration: 'accepted', queue: { waiting: 0, messages: 0, deadLetters: 0 }, diskFull: false,
    });
    site.csms.up = false;
    await begin(site);
    await site.pass(1_000);
    expect(site.retained('ocpp/state')).toMatchObject({ connected: false });
  });

  test('frames are published as they go, without tokens', async () => {
    const site = await Site.open();
    const frames: unknown[] = [];
    await site.watcher.subscribe(ocppMessage, { station: 'demo' }, (frame) => void frames.push(frame));
    await begin(site);
    expect(frames).toContainEqual(expect.objectContaining({ dir: 'out', kind: 'call', action: 'Authorize', payload: { idToken: { idToken: '***', type: 'ISO14443' } } }));
    expect(frames).toContainEqual(expect.objectContaining({ dir: 'in', kind: 'result', action: 'Authorize' }));
    expect(JSON.stringify(frames)).not.toContain('CARD-1');
  });
});

describe('a bridge that begins anew', () => {
  test('goes on with the charge that goes on', async () => {
    const site = await Site.open();
    await begin(site);
    await site.kill();
    await site.gateway.batch();
    await site.start();
    for (let i = 0; i < 30; i++) {
      await site.pass(5_000);
      await site.gateway.batch();
    }
    await finish(site);
    expect(told(site).filter(({ eventType }) => eventType === 'Started')).toHaveLength(1);
    expect(told(site).at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'StoppedByEV' } });
  });

  test('learns how a charge ended while it was away, and of the next one', async () => {
    const site = await Site.open();
    await begin(site);
    await site.end();
    await site.pass(5_000);
    const stopped = site.wallClock();
    await site.gateway.stop('ev', 'completed');
    await site.pass(5_000);
    await site.gateway.unplug();
    await site.gateway.plug();
    await site.gateway.ask();
    await site.pass(60_000, 1_000);
    await site.start();
    await site.pass(10_000);
    expect(told(site).at(-1)).toMatchObject({ eventType: 'Ended', timestamp: new Date(stopped).toISOString(), transactionInfo: { stoppedReason: 'StoppedByEV' } });
    await hold(site);
    expect(site.gateway.heard.at(-1)).toEqual({ command: 'authorize', args: { accept: true, by: 'csms' } });
  });

  test('knows by what is retained that a car waits, though it has never heard of it', async () => {
    const site = await Site.open();
    await site.end();
    site.disk = site.disk.crash({ next: () => 0, int: () => 0, pick: <T>(of: readonly T[]) => of[0] as T, bytes: (n: number) => new Uint8Array(n) } as never);
    await site.gateway.plug();
    await site.gateway.ask();
    await site.pass(2_000);
    await site.start();
    await site.pass(5_000);
    expect(site.driver.state.evses[0]).toMatchObject({ plugged: true, session: site.gateway.sessionId, waiting: true });
  });

  test('ends what fell with the power', async () => {
    const site = await Site.open();
    await begin(site);
    await site.kill();
    site.gateway.sessionId = undefined;
    await site.gateway.stands('idle');
    await site.start();
    await site.pass(10_000);
    expect(told(site).at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'PowerLoss' } });
  });
});

describe('faults', () => {
  test.each([
    ['contactors-welded', 'PowerSwitchFailure', 'CX017'], ['emergency-stop', 'OtherError', 'CX008'],
  ])('1.6: by their codes, and Faulted where nobody can charge: %s', async (fault, errorCode, vendorErrorCode) => {
    const site = await Site.open({ protocol: 'ocpp1.6' });
    await site.gateway.fault(fault);
    await site.pass(500);
    expect(site.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorId: 1, status: 'Faulted', errorCode, vendorErrorCode });
    await site.gateway.mend(fault);
    await site.pass(500);
    expect(site.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorId: 1, status: 'Available', errorCode: 'NoError' });
  });

  test.each(['supply-fault', 'supply-lost', 'contactors-lost', 'measurement-lost'])('a device of the outlet that is broken or silent keeps a charge from beginning, and makes no outlet Faulted: %s', async (fault) => {
    const site = await Site.open();
    await site.gateway.fault(fault);
    await begin(site);
    expect([told(site), site.csms.of('StatusNotification').filter(({ connectorStatus }) => connectorStatus === 'Faulted')]).toEqual([[], []]);
    await site.gateway.mend(fault);
    await site.pass(500);
    await hold(site);
    expect(told(site).at(0)).toMatchObject({ eventType: 'Started' });
  });

  test('one that was there before the bridge is known from what is retained', async () => {
    const site = await Site.open();
    await site.end();
    await site.gateway.fault('contactors-welded');
    await site.start();
    await site.pass(5_000);
    expect(site.csms.of('StatusNotification').at(-1)).toMatchObject({ evseId: 1, connectorStatus: 'Faulted' });
  });

  test('one of a gateway that begins anew is over with its life, though nobody says so', async () => {
    const site = await Site.open();
    const faults = (): unknown => site.driver.state.evses[0]?.faults.map(({ name }) => name);
    await site.gateway.fault('supply-lost');
    await site.pass(500);
    expect(faults()).toEqual(['supply-lost']);
    // In its next life nothing is wrong, and nothing has happened.
    await site.renewGateway();
    await site.pass(5_000);
    expect(faults()).toEqual([]);
    await begin(site);
    expect(told(site).at(0)).toMatchObject({ eventType: 'Started' });
    // One that is there stays.
    await site.gateway.fault('supply-lost');
    await site.pass(5_000);
    expect(faults()).toEqual(['supply-lost']);
  });

  test('a session that fails before any energy flows ends its transaction', async () => {
    const site = await Site.open();
    await site.gateway.plug();
    await site.gateway.ask();
    await site.pass(500);
    await hold(site);
    await site.gateway.say('session.phase', { from: 'cable-check', to: 'ended', why: 'isolation-fault' });
    await site.pass(500);
    expect(told(site).at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'GroundFault' } });
  });
});

describe('a disk that is full', () => {
  test('for a moment: what came meanwhile is not said to be taken before it is', async () => {
    const site = await Site.open();
    site.disk.failWith('ENOSPC');
    await site.gateway.plug();
    let settled = false;
    await site.pass(100);
    void site.driver.settled().then(() => (settled = true));
    await site.pass(300);
    expect(settled).toBe(false);
    site.disk.failWith(undefined);
    await site.pass(2_000);
    expect([settled, site.retained('ocpp/state')?.['diskFull']]).toEqual([true, false]);
  });

  test('for longer: nobody waits for it, and what it did not take comes again from the gateway', async () => {
    const site = await Site.open();
    await begin(site);
    site.disk.failWith('ENOSPC');
    await finish(site);
    await site.pass(10_000);
    let settled = false;
    void site.driver.settled().then(() => (settled = true));
    await site.pass(100);
    expect([settled, told(site).at(-1)?.eventType]).toEqual([true, 'Ended']);
    const before = told(site).length;
    await site.kill();
    site.disk.failWith(undefined);
    await site.start();
    await site.pass(10_000);
    const again = told(site).slice(before);
    expect(again.at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'StoppedByEV' } });
  });

  test('the charge goes on and is told, no new one begins without the CSMS; it is said, and over when there is room', async () => {
    const site = await Site.open({ settings: { 'ocpp.variables': 'AuthCtrlr.OfflineTxForUnknownIdEnabled=true' } });
    await begin(site);
    site.disk.failWith('ENOSPC');
    for (let i = 0; i < 13; i++) {
      await site.gateway.batch();
      await site.pass(5_000);
    }
    expect(told(site).map(({ triggerReason }) => triggerReason)).toContain('MeterValuePeriodic');
    await finish(site);
    expect(told(site).at(-1)?.eventType).toBe('Ended');
    expect(site.retained('ocpp/state')).toMatchObject({ diskFull: true });
    site.csms.up = false;
    await site.gateway.plug();
    await site.gateway.ask();
    await site.pass(500);
    await hold(site);
    expect(site.gateway.heard.at(-1)).toEqual({ command: 'authorize', args: { accept: false, by: 'refused' } });
    site.disk.failWith(undefined);
    await site.pass(15_000);
    expect(site.retained('ocpp/state')).toMatchObject({ diskFull: false });
    await site.gateway.say('auth.requested', { evccid: '020000000002' });
    await site.pass(500);
    await hold(site);
    expect(site.gateway.heard.at(-1)).toEqual({ command: 'authorize', args: { accept: true, by: 'cache' } });
  });
});

describe('dead letters', () => {
  const bury = async (): Promise<Site> => {
    const site = await Site.open({ settings: { 'ocpp.variables': 'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]=1' } });
    const refused = { error: { code: 'InternalError' } };
    site.csms.answers['TransactionEvent'] = ({ eventType }) => (eventType === 'Ended' ? refused : {});
    await begin(site);
    await finish(site);
    await site.pass(10_000);
    return site;
  };

  test('what the CSMS does not take is kept over restarts, told without tokens, and tried again when somebody says so', async () => {
    const site = await bury();
    expect(site.retained('ocpp/dead-letters')).toMatchObject({ total: 1, letters: [{ letter: 1, type: 'ended', answers: ['InternalError', 'InternalError', 'InternalError'] }] });
    expect(site.events.filter(({ type }) => type === 'ocpp.dead-letter')).toMatchObject([{ evse: 1, data: { letter: 1, type: 'ended' } }]);
    await site.kill();
    await site.start();
    await site.pass(3_000);
    expect(site.retained('ocpp/dead-letters')).toMatchObject({ total: 1 });
    expect(JSON.stringify([...site.broker.retained])).not.toContain('CARD-1');
    delete site.csms.answers['TransactionEvent'];
    site.csms.answers['TransactionEvent'] = () => ({});
    const before = told(site).length;
    expect(await site.watcher.request(stationCommands['dead-letter'], { station: 'demo' }, { letter: 1, do: 'retry' })).toMatchObject({ code: 'done' });
    await site.pass(1_000);
    expect(told(site).slice(before)).toMatchObject([{ eventType: 'Ended' }]);
    expect(site.retained('ocpp/dead-letters')).toMatchObject({ total: 0 });
    expect(await site.watcher.request(stationCommands['dead-letter'], { station: 'demo' }, { letter: 1, do: 'drop' })).toMatchObject({ code: 'unknown-target' });
  });
});

describe('a gateway without a clock', () => {
  test('what happens is stamped by the time that has passed, and put right once the CSMS has told the time', async () => {
    const site = await Site.open({ clock: 5_000_000, settings: { 'ocpp.variables': 'AuthCtrlr.OfflineTxForUnknownIdEnabled=true; ClockCtrlr.TimeSource=NTP,Heartbeat' } });
    await site.kill();
    site.csms.up = false;
    await site.start();
    const began = noon + site.time.now;
    await begin(site);
    await site.pass(60_000, 1_000);
    await finish(site);
    const ended = noon + site.time.now;
    expect(told(site)).toEqual([]);
    site.csms.up = true;
    await site.pass(5_000);
    const times = told(site).map(({ timestamp }) => Date.parse(timestamp));
    expect(told(site).map(({ eventType }) => eventType).at(-1)).toBe('Ended');
    expect(Math.min(...times)).toBeGreaterThan(began - 2_000);
    expect(Math.max(...times)).toBeLessThan(ended + 2_000);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

describe('a reset', () => {
  test('ends the charge, boots anew and says why', async () => {
    const site = await Site.open();
    await begin(site);
    site.csms.call('Reset', { type: 'Immediate' });
    await site.pass(1_000);
    expect(site.gateway.heard.at(-1)?.command).toBe('stop');
    await site.gateway.stop('person', 'operator-stop');
    await site.pass(30_000);
    expect(told(site).at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'ImmediateReset' } });
    expect(site.csms.of('BootNotification')).toMatchObject([{ reason: 'PowerUp' }, { reason: 'RemoteReset' }]);
    expect(site.driver.state.evses[0]?.session).toBe(site.gateway.sessionId);
  });
});

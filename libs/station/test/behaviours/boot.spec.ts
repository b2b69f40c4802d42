import { describe, expect, test } from 'vitest';
import { iso } from '../../src/index.js';
import { Bench, epoch } from '../bench.js';
import { charge, hold, plug, unplug } from '../charge.js';

const versions = ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'] as const;
const boot = (status: string, interval: number) => () => ({ status, currentTime: iso(epoch), interval });

describe.each(versions)('B1 boot, %s', (protocol) => {
  test('B1: nothing but BootNotification before Accepted', () => {
    const bench = new Bench(protocol, { variables: { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' } });
    bench.answers['BootNotification'] = boot('Pending', 30);
    bench.connect();
    charge(bench);
    unplug(bench);
    bench.advance(25);
    expect(new Set(bench.actions())).toEqual(new Set(['BootNotification']));
    expect(bench.actions()).toHaveLength(2);
    expect(bench.state.entries.length).toBeGreaterThan(0);
  });

  test('B1: nothing else while nobody answers it either', () => {
    const bench = new Bench(protocol, { variables: { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' } });
    bench.answers['BootNotification'] = () => undefined;
    bench.connect();
    charge(bench);
    bench.advance(200);
    expect(new Set(bench.actions())).toEqual(new Set(['BootNotification']));
    expect(bench.actions().length).toBeGreaterThan(1);
    expect(bench.state.entries.length).toBeGreaterThan(0);
  });

  test('B1: Pending answers calls, refuses a remote start, and sends what is triggered', () => {
    const bench = new Bench(protocol);
    bench.answers['BootNotification'] = boot('Pending', 300);
    bench.connect();
    const started = protocol === 'ocpp1.6'
      ? bench.result('RemoteStartTransaction', { connectorId: 1, idTag: 'A' })
      : bench.result('RequestStartTransaction', { evseId: 1, idToken: { idToken: 'A', type: 'Central' }, remoteStartId: 1 });
    expect(started['status']).toBe('Rejected');
    expect(bench.result('TriggerMessage', { requestedMessage: 'Heartbeat' })).toEqual({ status: 'Accepted' });
    bench.advance(1);
    expect(bench.actions()).toEqual(['BootNotification', 'Heartbeat']);
  });

  test('B1: Rejected is silence until the interval, and calls are refused; 0 is our own interval', () => {
    const bench = new Bench(protocol);
    bench.answers['BootNotification'] = boot('Rejected', 0);
    bench.connect();
    expect(bench.error('TriggerMessage', { requestedMessage: 'Heartbeat' })).toBe('SecurityError');
    bench.advance(58);
    expect(bench.actions()).toHaveLength(1);
    bench.advance(2);
    expect(bench.actions()).toEqual(['BootNotification', 'BootNotification']);
    bench.answers['BootNotification'] = boot('Rejected', 200);
    bench.advance(60).forget().advance(198);
    expect(bench.actions()).toEqual([]);
    bench.advance(4);
    expect(bench.actions()).toEqual(['BootNotification']);
  });

  test('B1: no answer, or an error, is tried again after a minute', () => {
    const bench = new Bench(protocol);
    bench.answers['BootNotification'] = () => undefined;
    bench.connect().advance(28);
    expect(bench.actions()).toHaveLength(1);
    bench.advance(62); // the call's own time, and the minute
    expect(bench.actions()).toHaveLength(2);
    bench.answers['BootNotification'] = () => ({ error: { code: 'InternalError' } });
    bench.advance(120);
    expect(bench.actions().length).toBeGreaterThan(2);
    bench.answers['BootNotification'] = boot('Accepted', 300);
    bench.advance(120);
    expect(bench.state.registration.at).toBe('accepted');
  });

  test('B1: an answer that cannot be read is none', () => {
    const bench = new Bench(protocol);
    bench.answers['BootNotification'] = () => ({ status: 'Fine', currentTime: iso(epoch), interval: 300 });
    bench.connect();
    expect(bench.state.registration.at).toBe('none');
    expect(bench.told('call-failed')).toHaveLength(1);
  });

  test('B1: a break of the connection needs no new boot, and tells what has changed', () => {
    const bench = new Bench(protocol).connect().forget();
    bench.disconnect().advance(10);
    plug(bench);
    bench.connect();
    expect(bench.actions()).toEqual(['StatusNotification']);
    expect(bench.last('StatusNotification')).toMatchObject(protocol === 'ocpp1.6' ? { connectorId: 1 } : { evseId: 1, connectorStatus: 'Occupied' });
  });

  test('B1: after more than OfflineThreshold every status is told', () => {
    const bench = new Bench(protocol).connect().forget();
    bench.disconnect().advance(61).connect();
    expect(bench.actions()).toEqual(Array.from({ length: protocol === 'ocpp1.6' ? 3 : 2 }, () => 'StatusNotification'));
  });

  test('B1: another version of OCPP is told of the boot again', () => {
    const bench = new Bench(protocol).connect().disconnect().forget();
    bench.protocol = protocol === 'ocpp1.6' ? 'ocpp2.0.1' : 'ocpp1.6';
    bench.feed({ kind: 'connected', protocol: bench.protocol });
    expect(bench.actions()).toEqual(['BootNotification']);
  });
});

describe('B1 the reason of a boot', () => {
  test('B1: it is kept before a restart, and told after it', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    expect(bench.last('BootNotification')).toMatchObject({ reason: 'PowerUp' });
    bench.result('Reset', { type: 'Immediate' });
    bench.advance(1);
    const again = new Bench('ocpp2.0.1', { disk: bench.settled(), start: 60_000 }).connect();
    expect(again.last('BootNotification')).toMatchObject({ reason: 'RemoteReset' });
    const third = new Bench('ocpp2.0.1', { disk: again.settled(), start: 120_000 }).connect();
    expect(third.last('BootNotification')).toMatchObject({ reason: 'PowerUp' });
  });
});

describe('B2 clock', () => {
  test('B2: without a clock of its own a station takes the time of the boot, and what happened before is put right', () => {
    const bench = new Bench('ocpp2.0.1', { clock: 'none', variables: { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' } });
    plug(bench);
    hold(bench);
    bench.advance(97).connect().advance(1);
    expect(bench.sent('TransactionEvent')[0]).toMatchObject({ eventType: 'Started', timestamp: iso(epoch + 2_000 - 20), offline: true });
  });

  test('B2: a life that never had a clock is put right by the next, in order', () => {
    const variables = { 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' };
    const blind = new Bench('ocpp2.0.1', { clock: 'none', variables, start: 5_000 });
    charge(blind);
    full(blind);
    const next = new Bench('ocpp2.0.1', {
      disk: blind.settled(), clock: 'none', variables, start: 1_000, configuration: { life: '11111111-2222-4333-8444-555555555555' },
    }).connect().advance(2);
    const stamps = next.sent('TransactionEvent').map(({ timestamp }) => String(timestamp));
    expect(stamps.length).toBeGreaterThan(2);
    expect(stamps).toEqual([...stamps].sort());
    expect(stamps.every((one) => one <= iso(epoch + 1_000))).toBe(true);
    expect(new Set(stamps).size).toBeGreaterThan(1);
  });

  test('B2: a clock that is put back steps no transaction back', () => {
    const bench = new Bench('ocpp2.0.1', { clock: 60_000 }).connect();
    charge(bench);
    bench.feed({ kind: 'time', utc: epoch + bench.time.now });
    full(bench);
    const stamps = bench.sent('TransactionEvent').map(({ timestamp }) => String(timestamp));
    expect(stamps).toEqual([...stamps].sort());
  });

  test("B2: the time of an event is the source's, where it has one", () => {
    const bench = new Bench('ocpp1.6').connect();
    plug(bench);
    hold(bench);
    bench.feed({ kind: 'session-ended', evse: 1, reason: 'StoppedByEV', utc: epoch + 4_321 }).advance(1);
    expect(bench.last('StopTransaction')).toMatchObject({ timestamp: iso(epoch + 4_321) });
  });

  test('B2: heartbeats come with the interval of the boot, which is kept', () => {
    const bench = new Bench('ocpp1.6');
    bench.answers['BootNotification'] = boot('Accepted', 10);
    bench.connect().forget().advance(30);
    expect(bench.actions()).toEqual(['Heartbeat', 'Heartbeat', 'Heartbeat']);
    expect(bench.result('GetConfiguration', { key: ['HeartbeatInterval'] })).toEqual({
      configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '10' }],
    });
  });

  test('B2: the time of the CSMS is followed when there is no other', () => {
    const bench = new Bench('ocpp1.6', { clock: 'none' }).connect();
    bench.answers['Heartbeat'] = () => ({ currentTime: '2027-01-01T00:00:00Z' });
    bench.advance(300);
    bench.feed({ kind: 'security-event', type: 'SettingSystemTime' }).advance(1);
    expect(String(bench.last('SecurityEventNotification')['timestamp'])).toMatch(/^2027-01-01T00:00:0/);
  });
});

const full = (bench: Bench): void => void bench.feed({ kind: 'session-ended', evse: 1, reason: 'StoppedByEV' }).advance(1);

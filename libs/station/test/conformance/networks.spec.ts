import { describe, expect, test } from 'vitest';
import { Bench } from '../bench.js';
import type { JsonObject } from '../../src/index.js';

const profile = (securityProfile: number, more: object = {}): JsonObject => ({
  ocppVersion: 'OCPP20', ocppTransport: 'JSON', ocppCsmsUrl: 'wss://csms/ocpp', messageTimeout: 30, securityProfile, ocppInterface: 'Wired0', ...more,
});
const fill = (bench: Bench, configurationSlot: number, connectionData: JsonObject): JsonObject => bench.result('SetNetworkProfile', { configurationSlot, connectionData });
const place = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'NetworkConfigurationPriority' } };
const order = (bench: Bench, attributeValue: string): unknown =>
  (bench.result('SetVariables', { setVariableData: [{ ...place, attributeValue }] })['setVariableResult'] as JsonObject[])
    .map(({ attributeStatus, attributeStatusInfo }) => [attributeStatus, (attributeStatusInfo as JsonObject | undefined)?.['reasonCode']])[0];
const ordered = (bench: Bench): unknown => (bench.result('GetVariables', { getVariableData: [place] })['getVariableResult'] as JsonObject[])[0]?.['attributeValue'];
const raise = (bench: Bench, value: string): Bench => bench.feed({ kind: 'set', variable: 'SecurityCtrlr.SecurityProfile', value });

describe('network profiles', () => {
  test('a slot has a password of its own in 2.1, and no name; the password is told nobody', () => {
    const bench = new Bench('ocpp2.1').connect();
    expect(fill(bench, 1, profile(2, { identity: 'other' }))).toEqual({ status: 'Rejected', statusInfo: { reasonCode: 'UnsupportedParam' } });
    expect(fill(bench, 1, profile(2, { basicAuthPassword: 'too-short' }))).toEqual({ status: 'Rejected', statusInfo: { reasonCode: 'InvalidNetworkConf' } });
    expect(fill(bench, 1, profile(2, { basicAuthPassword: 'of-this-test-alone-0123' }))).toEqual({ status: 'Accepted' });
    expect(bench.done('network-profile')).toMatchObject([{ slot: 1, password: 'of-this-test-alone-0123' }]);
    expect(JSON.stringify([bench.disk.durable, bench.news])).not.toContain('of-this-test-alone-0123');
  });

  test('that which is in use is not filled anew: the CSMS would take its own way back', () => {
    const bench = new Bench('ocpp2.0.1');
    bench.feed({ kind: 'connected', protocol: 'ocpp2.0.1', network: { slot: 1, messageTimeout: 30 } }).advance(1);
    expect(fill(bench, 1, profile(2))).toEqual({ status: 'Rejected', statusInfo: { reasonCode: 'PriorityNetworkConf' } });
    expect(fill(bench, 2, profile(2))).toEqual({ status: 'Accepted' });
  });

  test('A05.FR.04: an order names slots that are filled; the settings are there by themselves', () => {
    const bench = new Bench('ocpp2.0.1').connect();
    expect(order(bench, '1,0')).toEqual(['Rejected', 'InvalidNetworkConf']);
    fill(bench, 1, profile(1));
    expect(order(bench, '1,0')).toEqual(['Accepted', undefined]);
    fill(bench, 2, profile(1));
    for (const nonsense of ['', 'one', '1,,2', ',1', '1,', '1.0', '11']) expect(order(bench, nonsense)).toEqual(['Rejected', 'InvalidNetworkConf']);
    expect(ordered(bench)).toBe('1,0');
  });

  test('A05.FR.06: once a safer one has worked, the others are gone, and are refused', () => {
    const bench = new Bench('ocpp2.0.1', { variables: { 'SecurityCtrlr.SecurityProfile': '1' } }).connect();
    fill(bench, 1, profile(1));
    fill(bench, 2, profile(2));
    expect(order(bench, '2,1,0')).toEqual(['Accepted', undefined]);
    bench.disconnect().feed({ kind: 'connected', protocol: 'ocpp2.0.1', network: { slot: 2, messageTimeout: 30 } }).advance(1);
    raise(bench, '2');
    expect(ordered(bench)).toBe('2');
    expect(order(bench, '2,1')).toEqual(['Rejected', 'InvalidNetworkConf']);
    expect(fill(bench, 1, profile(1))).toEqual({ status: 'Rejected', statusInfo: { reasonCode: 'NoSecurityDowngrade' } });
    // It outlives a restart.
    const next = new Bench('ocpp2.0.1', { disk: bench.settled(), variables: { 'SecurityCtrlr.SecurityProfile': '1' } }).connect();
    expect([ordered(next), order(next, '1'), order(next, '2')]).toEqual(['2', ['Rejected', 'InvalidNetworkConf'], ['Accepted', undefined]]);
  });

  test('the slot in use stays, whatever the order says; the settings stay where they were raised themselves', () => {
    const bench = new Bench('ocpp2.0.1', { variables: { 'SecurityCtrlr.SecurityProfile': '1' } }).connect();
    fill(bench, 3, profile(2));
    bench.disconnect().feed({ kind: 'connected', protocol: 'ocpp2.0.1', network: { slot: 3, messageTimeout: 30 } }).advance(1);
    raise(bench, '2');
    expect(ordered(bench)).toBe('3');
    // One that is left because the CSMS wants more than it can be is gone like the others.
    raise(bench, '3');
    expect(ordered(bench)).toBe('0');
    const settings = new Bench('ocpp2.0.1', { variables: { 'SecurityCtrlr.SecurityProfile': '1' } }).connect();
    fill(settings, 1, profile(1));
    order(settings, '1,0');
    raise(settings, '2');
    expect(ordered(settings)).toBe('0');
  });

  test('the security profile is the larger of what was raised and what the machine demands', () => {
    const bench = raise(new Bench('ocpp2.0.1').connect(), '1');
    const after = (configured: string): Bench => new Bench('ocpp2.0.1', { disk: bench.settled(), variables: { 'SecurityCtrlr.SecurityProfile': configured } }).connect();
    const least = (one: Bench): unknown =>
      (one.result('GetVariables', { getVariableData: [{ component: { name: 'SecurityCtrlr' }, variable: { name: 'SecurityProfile' } }] })['getVariableResult'] as JsonObject[])[0]?.['attributeValue'];
    expect(['0', '1', '2'].map((configured) => least(after(configured)))).toEqual(['1', '1', '2']);
    expect(fill(after('2'), 1, profile(1))).toEqual({ status: 'Rejected', statusInfo: { reasonCode: 'NoSecurityDowngrade' } });
  });

  test('the CSMS has as long for an answer as its profile says, and as MessageTimeout says without one', () => {
    const waits = (network?: { slot: number; messageTimeout: number }): number[] => {
      const bench = new Bench('ocpp2.0.1');
      bench.answersAfter = undefined;
      bench.feed({ kind: 'connected', protocol: 'ocpp2.0.1', ...(network !== undefined && { network }) });
      return [4, 3, 22, 2].map((seconds) => bench.advance(seconds).news.filter(({ what }) => what === 'call-failed').length);
    };
    expect(waits({ slot: 1, messageTimeout: 5 })).toEqual([0, 1, 1, 1]);
    expect(waits()).toEqual([0, 0, 0, 1]);
    // A slot that was filled before anybody looked at this may hold any number.
    for (const messageTimeout of [0, -1, 601, 1.5]) expect(waits({ slot: 1, messageTimeout })).toEqual([0, 0, 0, 1]);
  });
});

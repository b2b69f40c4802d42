import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { simulate } from '@pilotwire/machine';
import { chargerProfiles, DinStream, idleSecc, secc } from '@pilotwire/v2g-session';
import { describe, expect, test } from 'vitest';
import { sharedPath } from '../../../../tools/shared.js';
import { fakeIo } from '../../test/console.js';
import { readCapture } from '../captures.js';
import { CliError, UsageError } from '../errors.js';
import { openInput } from '../input.js';
import { replay } from './replay.js';

const charge = fileURLToPath(new URL('../../../../libs/simulation/test/fixtures/charge.pcapng', import.meta.url));

async function run(...args: string[]): Promise<{ code: number; printed: string[]; errors: string[] }> {
  const { io, printed, errors } = fakeIo();
  return { code: await replay.run(args, io), printed, errors };
}

describe('the small capture that simulate wrote', () => {
  test('holds the messages of a whole charge', async () => {
    const names: string[] = [];
    const { bytes } = await openInput(charge, fakeIo().io);
    for await (const { kind, type, error } of readCapture(bytes, { name: 'charge', warn: expect.fail })) {
      expect(error).toBeUndefined();
      const name = kind === 'sdp' ? 'SDP' : String(type);
      if (names.at(-1) !== name && names.at(-2) !== name) names.push(name);
    }
    const exchange = (name: string): string[] => [`${name}Req`, `${name}Res`];
    expect(names).toEqual([
      'CM_SLAC_PARM.REQ', 'CM_SLAC_PARM.CNF', 'CM_START_ATTEN_CHAR.IND', 'CM_MNBC_SOUND.IND', 'CM_ATTEN_CHAR.IND', 'CM_ATTEN_CHAR.RSP',
      'CM_SLAC_MATCH.REQ', 'CM_SLAC_MATCH.CNF', 'SDP',
      ...['supportedAppProtocol', 'SessionSetup', 'ServiceDiscovery', 'ServicePaymentSelection', 'ContractAuthentication'].flatMap(exchange),
      ...['ChargeParameterDiscovery', 'CableCheck', 'PreCharge', 'PowerDelivery', 'CurrentDemand', 'PowerDelivery'].flatMap(exchange),
      ...['WeldingDetection', 'SessionStop'].flatMap(exchange),
    ]);
  });

  test.each(['ev', 'evse'])('is played as %s to its end, without a difference', async (as) => {
    const { code, printed, errors } = await run('--as', as, charge);
    expect([code, errors]).toEqual([0, []]);
    expect(printed.at(-1)).toBe('end: completed in SessionStop, by ev; as expected');
    if (as === 'evse') expect(printed.join('\n')).not.toContain('the recorded car:');
  });

  test('--json gives a line for each exchange', async () => {
    const { printed } = await run('--as', 'ev', '--json', charge);
    const lines = printed.map((line) => JSON.parse(line));
    expect(lines[1]).toEqual({
      session: 1, request: 'SessionSetupReq', answer: 'OK_NewSessionEstablished', recorded: 'OK_NewSessionEstablished', verdict: 'ok',
    });
    expect(lines.at(-1)).toEqual({ session: 1, end: 'completed in SessionStop, by ev', good: true });
  });
});

const captures = sharedPath('captures');
const din = captures === undefined ? [] : readdirSync(captures).filter((name) => /^(?:2022-11-25_v0.2_ABB|2022-12|2023-04|2023-05-24|2024|DIN_).*\.pcapng$/.test(name));

describe.skipIf(captures === undefined)('recorded cars and chargers', () => {
  test.each(din)('%s: every answer is as expected, to the car and to the charger', async (name) => {
    for (const as of ['ev', 'evse']) {
      const { code, printed } = await run('--as', as, `${captures}/${name}`);
      expect(code, printed.join('\n')).toBe(0);
    }
  });

  test('a car that broke the order is told so, and that is as expected', async () => {
    const name = din.find((one) => one.startsWith('2022-12-20'));
    const { printed } = await run('--as', 'ev', `${captures}/${name}`);
    expect(printed.filter((line) => line.includes('FAILED_SequenceError') && line.includes('broke the order'))).toHaveLength(2);
  });

  test('sessions of one capture are played one after the other', async () => {
    const name = din.find((one) => one.includes('compleo'));
    const { printed } = await run('--as', 'ev', `${captures}/${name}`);
    expect(printed.filter((line) => line.startsWith('session'))).toEqual(['session 1 of 2', 'session 2 of 2']);
  });

  test('what is not DIN SPEC 70121 is no session', async () => {
    await expect(run('--as', 'ev', `${captures}/ISO-2_DC_DS5366.pcapng`)).rejects.toThrow(/no session of DIN SPEC 70121; connection 0: .*not DIN/);
  });
});

/** A charger behind a TCP port, that loses the name of what it is asked where `deaf` says so. */
function charger(deaf: boolean) {
  const profile = { ...chargerProfiles.default, ongoing: { authorization: 0, parameters: 2, cableCheck: 3 } };
  const limits = { minVoltage: 150, maxVoltage: 1_000, minCurrent: 0, maxCurrent: 400, maxPower: 150_000, peakCurrentRipple: 1 };
  return createServer((socket) => {
    const machine = simulate(secc, idleSecc({ profile, address: { ip: '::1', port: 1 }, limits, withoutIsolationMonitor: false }));
    const stream = new DinStream();
    let told = 0;
    machine.feed({ kind: 'link.up', entropy: 'AABBCCDDEEFF0011' });
    machine.feed({ kind: 'pilot', level: 'C' });
    machine.feed({ kind: 'tcp.connected', connection: 1 });
    machine.feed({ kind: 'authorization', result: 'accepted' });
    const limited = { voltage: false, current: false, power: false };
    socket.on('data', (bytes) => {
      for (const input of stream.push(bytes)) machine.feed(input);
      for (; told < machine.log.length; told++) {
        const output = machine.log[told]?.output;
        if (output?.kind === 'send' && !(deaf && machine.state.at === 'session' && machine.state.phase === 'PreCharge')) socket.write(stream.write(output.message));
        if (output?.kind !== 'power') continue;
        if (output.request.kind === 'cableCheck') machine.feed({ kind: 'power', event: { kind: 'cableCheck.finished', isolation: 'valid' } });
        if (output.request.kind !== 'preCharge') continue;
        const { voltage } = output.request;
        machine.feed({ kind: 'power', event: { kind: 'measured', at: machine.now, voltage, current: 0, limited } });
        machine.feed({ kind: 'power', event: { kind: 'preCharge.reached', voltage } });
      }
      if (deaf && machine.state.at === 'session' && machine.state.phase === 'PreCharge') socket.destroy();
    });
    socket.on('error', () => {});
  });
}

describe('a charger elsewhere', () => {
  test.each([false, true])('is played to over TCP, with its own session id and its own pace (hangs up in PreCharge: %s)', async (deaf) => {
    const server = charger(deaf);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { code, printed } = await run('--as', 'ev', '--fast', '--target', `127.0.0.1:${(server.address() as AddressInfo).port}`, charge);
      expect(code, printed.join('\n')).toBe(deaf ? 1 : 0);
      const text = printed.join('\n');
      if (deaf) expect(text).toMatch(/PreChargeReq +NO ANSWER/);
      else expect(text).toMatch(/3 x {2}CableCheckReq +OK Ongoing[\s\S]*SessionStopReq +OK\n/);
    } finally {
      server.close();
    }
  });

  test('that is not there is an error that says so', async () => {
    await expect(run('--as', 'ev', '--target', '127.0.0.1:1', charge)).rejects.toThrow(CliError);
  });

  test.each([
    [[charge], '--as is ev or evse'],
    [['--as', 'car', charge], '--as is ev or evse: car'],
    [['--as', 'evse', '--target', 'x:1', charge], '--target goes with --as ev: a recorded charger waits for nobody'],
    [['--as', 'ev'], 'replay plays one FILE'],
    [['--as', 'ev', '--target', 'x', charge], '--target is HOST:PORT or [IPV6%ZONE]:PORT: x'],
  ])('%j is refused', async (args, message) => {
    await expect(async () => run(...args)).rejects.toThrow(new UsageError(message));
  });
});

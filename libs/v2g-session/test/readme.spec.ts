import { simulate } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { chargerProfiles, DinStream, idleSecc, secc } from '../src/index.js';
import { handshake } from './requests.js';

test('the example of the README does what it says', () => {
  const charger = simulate(secc, idleSecc({
    profile: chargerProfiles.alpitronic,
    address: { ip: 'fe80::1', port: 51_111 },
    limits: { minVoltage: 150, maxVoltage: 500, minCurrent: 0, maxCurrent: 100, maxPower: 37_810, peakCurrentRipple: 6 },
    withoutIsolationMonitor: false,
  }));
  charger.feed({ kind: 'link.up', entropy: '00112233445566778899AABBCCDDEEFF' });
  charger.feed({ kind: 'tcp.connected', connection: 1 });
  const bytesFromTheCar = new DinStream().write(handshake);
  const stream = new DinStream();
  for (const input of stream.push(bytesFromTheCar)) charger.feed(input);
  charger.advance(9);
  expect(charger.log.at(-1)).toEqual({
    at: 9,
    output: { kind: 'send', message: { supportedAppProtocolRes: { ResponseCode: 'OK_SuccessfulNegotiation', SchemaID: 1 } } },
  });
});

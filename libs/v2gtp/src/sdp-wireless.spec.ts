import { toHex } from '@pilotwire/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeSdpWirelessRequest,
  decodeSdpWirelessResponse,
  encodeSdpWirelessRequest,
  encodeSdpWirelessResponse,
  readDatagram,
  sdpDiagStatus,
  sdpSecurity,
  sdpTransport,
} from './index.js';

const ascii = (text: string): string => toHex(Uint8Array.from(text, (character) => character.charCodeAt(0)));
const tls = { security: sdpSecurity.tls, transport: sdpTransport.tcp } as const;
const request = { ...tls, p2psPpd: 0x0102, couplingType: 0x05, evId: 'ZZ00000', evseId: 'DE*ABC*E12345*1' } as const;
const response = { ...tls, ip: 'fe80::1', port: 64109, diagStatus: sdpDiagStatus.finishedWithEvseId, couplingType: 0x10, evseId: 'E'.repeat(37) } as const;

test('a wireless request is 62 bytes: what every request has, how the car pairs, and the two names', () => {
  const frame = encodeSdpWirelessRequest(request);
  const names = `${ascii('ZZ00000')}${'00'.repeat(13)}${ascii('DE*ABC*E12345*1')}${'00'.repeat(22)}`;
  expect(toHex(frame)).toBe(`01fe90020000003e0000010205${names}`);
  expect(decodeSdpWirelessRequest(readDatagram(frame).payload)).toEqual(request);
});

test('a wireless response is 59 bytes: what every response has, how far the pairing is, and the name of the EVSE', () => {
  const frame = encodeSdpWirelessResponse(response);
  expect(toHex(frame)).toBe(`01fe90030000003bfe80${'00'.repeat(13)}01fa6d00000110${'45'.repeat(37)}`);
  expect(decodeSdpWirelessResponse(readDatagram(frame).payload)).toEqual(response);
});

test('payloads of another length are refused', () => {
  const refused = (byte: number) => expect.objectContaining({ code: 'bad-sdp', byte });
  expect(() => decodeSdpWirelessRequest(new Uint8Array(61))).toThrow(refused(61));
  expect(() => decodeSdpWirelessRequest(new Uint8Array(63))).toThrow(refused(62));
  expect(() => decodeSdpWirelessResponse(new Uint8Array(58))).toThrow(refused(58));
  expect(() => decodeSdpWirelessResponse(new Uint8Array(60))).toThrow(refused(59));
});

test('values that no message can carry are refused', () => {
  const refused = (byte: number) => expect.objectContaining({ code: 'bad-sdp', byte });
  expect(() => encodeSdpWirelessRequest({ ...request, p2psPpd: 0x1_0000 })).toThrow(refused(2));
  expect(() => encodeSdpWirelessRequest({ ...request, couplingType: 256 })).toThrow(refused(4));
  expect(() => encodeSdpWirelessRequest({ ...request, evId: 'E'.repeat(21) })).toThrow(refused(5));
  expect(() => encodeSdpWirelessRequest({ ...request, evseId: 'E€' })).toThrow(refused(26));
  expect(() => encodeSdpWirelessResponse({ ...response, diagStatus: -1 })).toThrow(refused(20));
  expect(() => encodeSdpWirelessResponse({ ...response, evseId: 'E'.repeat(38) })).toThrow(refused(22));
});

test('any bytes of the right length are read, and written back the same', () => {
  const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  fc.assert(
    fc.property(exactly(62), exactly(59), (asked, answered) => {
      expect(readDatagram(encodeSdpWirelessRequest(decodeSdpWirelessRequest(asked))).payload).toEqual(asked);
      expect(readDatagram(encodeSdpWirelessResponse(decodeSdpWirelessResponse(answered))).payload).toEqual(answered);
    }),
    { seed: 1511820 },
  );
});

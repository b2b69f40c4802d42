import { fromHex, toHex } from '@pilotwire/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeSdpRequest,
  decodeSdpResponse,
  encodeSdpRequest,
  encodeSdpResponse,
  formatIpv6,
  parseIpv6,
  readDatagram,
  sdpSecurity,
  sdpTransport,
  V2gtpError,
  writeFrame,
} from './index.js';

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? expect.fail(`not hex: ${hex}`);

const code = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof V2gtpError) return `${error.code} @${error.byte}`;
    throw error;
  }
  return 'no error';
};

test('a request for a connection without TLS is the ten bytes that cars send', () => {
  const request = { security: sdpSecurity.none, transport: sdpTransport.tcp };
  expect(toHex(encodeSdpRequest(request))).toBe('01fe9000000000021000');
  expect(decodeSdpRequest(bytes('1000'))).toEqual(request);
});

test('a response names address, port, security and transport', () => {
  const response = { ip: 'fe80::201:87ff:fe3b:1c5a', port: 51110, security: 0x10, transport: 0x00 };
  const frame = encodeSdpResponse(response);
  expect(toHex(frame)).toBe('01fe900100000014fe80000000000000020187fffe3b1c5ac7a61000');
  expect(decodeSdpResponse(readDatagram(frame).payload)).toEqual(response);
});

test('reserved security and transport values are kept, not judged', () => {
  expect(decodeSdpRequest(bytes('20ff'))).toEqual({ security: 0x20, transport: 0xff });
});

test('payloads of another length are refused', () => {
  expect(code(() => decodeSdpRequest(bytes('10')))).toBe('bad-sdp @1');
  expect(code(() => decodeSdpRequest(bytes('100000')))).toBe('bad-sdp @2');
  expect(code(() => decodeSdpResponse(new Uint8Array(19)))).toBe('bad-sdp @19');
  expect(code(() => decodeSdpResponse(new Uint8Array(21)))).toBe('bad-sdp @20');
});

test('values that no message can carry are refused', () => {
  expect(code(() => encodeSdpRequest({ security: 256, transport: 0 }))).toBe('bad-sdp @0');
  expect(code(() => encodeSdpRequest({ security: 0, transport: -1 }))).toBe('bad-sdp @1');
  expect(code(() => encodeSdpResponse({ ip: 'fe80::1%eth0', port: 1, security: 0, transport: 0 }))).toBe('bad-sdp @0');
  expect(code(() => encodeSdpResponse({ ip: '::1', port: 65536, security: 0, transport: 0 }))).toBe('bad-sdp @16');
});

test('a datagram holds one message and nothing else', () => {
  const frame = encodeSdpRequest({ security: 0, transport: 0 });
  expect(code(() => readDatagram(frame.subarray(0, 7)))).toBe('cut-off @7');
  expect(code(() => readDatagram(frame.subarray(0, 9)))).toBe('cut-off @9');
  expect(code(() => readDatagram(Uint8Array.of(...frame, 0)))).toBe('bad-datagram @10');
  expect(code(() => readDatagram(frame.with(1, 0xff)))).toBe('bad-version @0');
  expect(readDatagram(frame)).toEqual({ payloadType: 0x9000, payload: Uint8Array.of(0, 0) });
});

test('a payload that no peer would take is not written', () => {
  expect(code(() => writeFrame(0x8001, new Uint8Array(0x1_0001)))).toBe('payload-too-long @4');
  expect(writeFrame(0x8001, new Uint8Array(0x1_0000))).toHaveLength(0x1_0008);
});

test.each([
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000000000001', '::1'],
  ['fe80000000000000066565fffe0064c3', 'fe80::665:65ff:fe00:64c3'],
  ['ff020000000000000000000000000001', 'ff02::1'],
  ['20010db8000000000001000000000000', '2001:db8:0:0:1::'],
  ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
  ['00010002000300040005000600070008', '1:2:3:4:5:6:7:8'],
])('address %s is written %s', (hex, text) => {
  expect(formatIpv6(bytes(hex))).toBe(text);
  expect(toHex(parseIpv6(text) ?? new Uint8Array(0))).toBe(hex);
});

test('text that is no address is none', () => {
  for (const text of [
    '',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    '12345::',
    'g::',
  ]) {
    expect(parseIpv6(text), text).toBeUndefined();
  }
});

test('every address survives being written and read', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 0, 1, 0xfe80, 0xffff), { minLength: 8, maxLength: 8 }), (groups) => {
      const address = Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
      expect(parseIpv6(formatIpv6(address))).toEqual(address);
    }),
    { seed: 4291 },
  );
});

import { linkType } from '@pilotwire/capture';
import { encodeSdpRequest, encodeSdpResponse, encodeSdpWirelessRequest, encodeSdpWirelessResponse } from '@pilotwire/v2gtp';
import { describe, expect, test } from 'vitest';
import {
  ascii,
  car,
  carMac,
  charger,
  chargerMac,
  concat,
  type End,
  ethernet,
  ipv4,
  u16,
  udp,
  udpFrame,
} from '../../capture/test/frames.js';
import { recordToJson } from '../src/index.js';
import { bytes, hexOf, listen } from './talk.js';

const everyone: End = { address: bytes('ff020000000000000000000000000001'), port: 15118 };
const request = encodeSdpRequest({ security: 0x10, transport: 0 });
const response = encodeSdpResponse({ ip: 'fe80::2', port: 51110, security: 0x10, transport: 0 });

describe('SDP', () => {
  test('request and response, with both ends', () => {
    const { records } = listen([
      udpFrame(car, everyone, request),
      udpFrame({ ...charger, port: 15118 }, car, response),
    ]);
    expect(records.map(recordToJson)).toEqual([
      {
        n: 1,
        t: 0,
        dir: 'ev->evse',
        kind: 'sdp',
        hex: '1000',
        schema: 'sdp',
        payloadType: '9000',
        decoded: { src: 'fe80::200:ff:fe00:1:49152', dst: 'ff02::1:15118', SDPReq: { security: 16, transport: 0 } },
      },
      {
        n: 2,
        t: 1,
        dir: 'evse->ev',
        kind: 'sdp',
        hex: 'fe800000000000000000000000000002c7a61000',
        schema: 'sdp',
        payloadType: '9001',
        decoded: {
          src: 'fe80::200:ff:fe00:2:15118',
          dst: 'fe80::200:ff:fe00:1:49152',
          SDPRes: { ip: 'fe80::2', port: 51110, security: 16, transport: 0 },
        },
      },
    ]);
  });

  test('over a wireless link, with what only its messages say', () => {
    const wireless = { security: 0, transport: 0, couplingType: 0x10, evseId: 'DE*ABC*E1' } as const;
    const { records } = listen([
      udpFrame(car, everyone, encodeSdpWirelessRequest({ ...wireless, p2psPpd: 0x0400, evId: 'ZZ00000' })),
      udpFrame({ ...charger, port: 15118 }, car, encodeSdpWirelessResponse({ ...wireless, ip: 'fe80::2', port: 51110, diagStatus: 1 })),
    ]);
    expect(records).toMatchObject([
      { dir: 'ev->evse', payloadType: '9002', decoded: { SDPReq: { ...wireless, p2psPpd: 0x0400, evId: 'ZZ00000' } } },
      { dir: 'evse->ev', payloadType: '9003', decoded: { SDPRes: { ...wireless, ip: 'fe80::2', port: 51110, diagStatus: 1 } } },
    ]);
  });

  test('over IPv4 the ends are written as its addresses', () => {
    const packet = ipv4(Uint8Array.of(10, 0, 0, 1), Uint8Array.of(10, 0, 0, 255), 17, udp(1, 15118, request));
    expect(listen([ethernet(0x0800, packet)]).records[0]).toMatchObject({
      decoded: { src: '10.0.0.1:1', dst: '10.0.0.255:15118' },
    });
  });

  test.each([
    ['no header', '1000', 'cut-off', null, '1000'],
    ['another version', '02fd9000000000021000', 'bad-version', null, '02fd9000000000021000'],
    ['a payload that is cut', '01fe90000000000210', 'cut-off', '9000', '10'],
    ['bytes left over', '01fe900000000002100000', 'bad-datagram', '9000', '100000'],
    ['a payload too short for its type', '01fe90000000000110', 'bad-sdp', '9000', '10'],
    ['an EXI message', '01fe80010000000180', 'bad-sdp', '8001', '80'],
  ])('%s on the SDP port is shown with its bytes and the reason', (_, hex, code, payloadType, shown) => {
    const { records, stats } = listen([udpFrame(car, everyone, bytes(hex))]);
    expect(records[0]).toMatchObject({ kind: 'sdp', payloadType, decoded: null, error: { code } });
    expect(records.map(hexOf)).toEqual([shown]);
    expect(stats.errors).toBe(1);
  });
});

describe('HomePlug', () => {
  const mme = ascii('an mme');
  const decoders = {
    exi: () => undefined,
    bestFit: () => undefined,
    homeplug: (frame: Uint8Array) => ({ type: 'CM_SLAC_PARM.REQ', decoded: Array.from(frame) }),
  };
  const plain = ethernet(0x88e1, mme);

  test('a frame is given whole, and its name tells the direction', () => {
    const { records } = listen([plain], decoders);
    expect(records).toMatchObject([
      { kind: 'homeplug', dir: 'ev->evse', type: 'CM_SLAC_PARM.REQ', decoded: Array.from(plain) },
    ]);
    expect(records[0]?.bytes).toEqual(plain);
  });

  test('VLAN tags are shown, and taken off for the decoder', () => {
    const tagged = ethernet(0x8100, concat(u16(7), u16(0x88e1), mme));
    const { records } = listen([tagged], decoders);
    expect(records[0]).toMatchObject({ decoded: Array.from(plain) });
    expect(records[0]?.bytes).toEqual(tagged);
  });

  test('of a Linux cooked header an Ethernet one is made, without a destination', () => {
    const wanted = Array.from(concat(new Uint8Array(6), carMac, plain.subarray(12)));
    const sll = concat(u16(0), u16(1), u16(6), carMac, u16(0), u16(0x88e1), mme);
    const sll2 = concat(u16(0x88e1), u16(0), new Uint8Array(4), u16(1), Uint8Array.of(0, 6), carMac, u16(0), mme);
    for (const [type, frame] of [
      [linkType.linuxSll, sll],
      [linkType.linuxSll2, sll2],
    ] as const) {
      const [record] = listen([frame], decoders, type).records;
      expect(record).toMatchObject({ cooked: true, decoded: wanted });
      expect(Array.from(record?.bytes ?? [])).toEqual(wanted);
    }
  });

  test('a frame that cannot be read stays, with the reason', () => {
    const refuses = { ...decoders, homeplug: () => ({ error: { code: 'too-short', message: 'no MME', byte: 14 } }) };
    expect(listen([plain], refuses).records[0]).toMatchObject({
      dir: '?',
      type: null,
      decoded: null,
      error: { code: 'too-short', message: 'no MME', byte: 14 },
    });
  });
});

test('key log lines that are disclosed to all nodes come out as they are', () => {
  const lines = ['CLIENT_RANDOM 00AA 11BB', 'SERVER_TRAFFIC_SECRET_0 22 33'];
  const datagram = ascii(`${lines.join('\r\n')}\n\0`);
  const { records } = listen([
    udpFrame(charger, { ...everyone, port: 52345 }, datagram),
    udpFrame(charger, { ...car, port: 52345 }, datagram),
  ]);
  expect(records).toMatchObject([{ kind: 'keylog', n: 1, lines }]);
});

test('everything else is counted', () => {
  const frames = [
    ethernet(0x8912, ascii('x')),
    ethernet(0x8912, ascii('y')),
    ethernet(0x22e3, ascii('z')),
    ethernet(38, ascii('llc')),
    ethernet(0x0800, ipv4(chargerMac.slice(0, 4), carMac.slice(0, 4), 1, ascii('ping'))),
    ethernet(0x0800, ipv4(chargerMac.slice(0, 4), carMac.slice(0, 4), 17, ascii('cut'))),
    udpFrame(car, { ...charger, port: 5353 }, ascii('mdns')),
    Uint8Array.of(1, 2, 3),
  ];
  const { records, stats } = listen(frames);
  expect(records).toEqual([]);
  expect(stats).toMatchObject({
    packets: 8,
    bytes: frames.reduce((sum, frame) => sum + frame.length, 0),
    etherTypes: new Map([
      [0x8912, 2],
      [0x22e3, 1],
      [0, 1],
    ]),
    otherUdp: 1,
    unread: { link: 1, malformed: 1, fragment: 0, protocol: 1 },
  });
});

test('EtherTypes without end do not fill memory', () => {
  const { stats } = listen(Array.from({ length: 2000 }, (_, i) => ethernet(0x9200 + i, ascii('x'))));
  expect(stats.etherTypes.size).toBe(257);
  expect(stats.etherTypes.get(0xffff)).toBe(2000 - 256);
});

test('a packet without time gives a record without time', () => {
  const json = recordToJson({ kind: 'keylog', n: 1, t: null, dir: '?', bytes: Uint8Array.of(0xab), lines: [] });
  expect(json).toEqual({ n: 1, t: null, dir: '?', kind: 'keylog', hex: 'ab', lines: [] });
});

import { toHex } from '@pilotwire/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dissect, linkType } from '../src/index.js';
import { ACK, ascii, car, charger, concat, ethernet, ipv4, ipv6, tcp, tcpFrame, u16, udp, udpFrame } from './frames.js';

/** What was found, in a line: ports, payload, sequence. */
const brief = (type: number, bytes: Uint8Array): string => {
  const found = dissect({ linkType: type, bytes });
  switch (found.kind) {
    case 'udp':
      return `udp ${found.sourcePort}>${found.destinationPort} ${toHex(found.payload)}${missing(found.missing)}`;
    case 'tcp':
      return (
        `tcp ${found.sourcePort}>${found.destinationPort} ${found.sequence} ` +
        `${toHex(found.payload)}${missing(found.missing)}`
      );
    case 'frame':
      return `frame ${found.etherType.toString(16)} @${found.start}`;
    case 'unread':
      return found.why;
  }
};
const missing = (count: number): string => (count > 0 ? ` missing ${count}` : '');

const datagram = udp(50032, 15118, ascii('hi'));
const packet6 = ipv6(car.address, charger.address, 17, datagram);
const a4 = Uint8Array.of(192, 168, 2, 1);
const b4 = Uint8Array.of(192, 168, 2, 2);
const packet4 = ipv4(a4, b4, 17, datagram);
const found = 'udp 50032>15118 6869';

describe('link types', () => {
  test.each([
    ['Ethernet', linkType.ethernet, ethernet(0x86dd, packet6), found],
    ['Ethernet padded to 60 bytes', linkType.ethernet, concat(ethernet(0x0800, packet4), new Uint8Array(16)), found],
    ['802.1Q', linkType.ethernet, ethernet(0x8100, concat(u16(7), u16(0x86dd), packet6)), found],
    ['QinQ', linkType.ethernet, ethernet(0x88a8, concat(u16(7), u16(0x8100), u16(8), u16(0x0800), packet4)), found],
    ['Linux cooked', linkType.linuxSll, concat(new Uint8Array(14), u16(0x86dd), packet6), found],
    ['Linux cooked 2', linkType.linuxSll2, concat(u16(0x86dd), new Uint8Array(18), packet6), found],
    ['raw IPv6', linkType.raw, packet6, found],
    ['raw IPv4', linkType.raw, packet4, found],
    ['IPv4', linkType.ipv4, packet4, found],
    ['IPv6', linkType.ipv6, packet6, found],
    ['BSD loopback', linkType.null, concat(Uint8Array.of(30, 0, 0, 0), packet6), found],
    ['OpenBSD loopback', linkType.loop, concat(Uint8Array.of(0, 0, 0, 2), packet4), found],
    ['HomePlug', linkType.ethernet, ethernet(0x88e1, ascii('mme')), 'frame 88e1 @14'],
    [
      'HomePlug in a VLAN',
      linkType.ethernet,
      ethernet(0x8100, concat(u16(7), u16(0x88e1), ascii('mme'))),
      'frame 88e1 @18',
    ],
    ['802.3 with LLC', linkType.ethernet, ethernet(3, ascii('llc')), 'frame 3 @14'],
    ['Bluetooth', 187, packet6, 'link'],
    ['half an Ethernet header', linkType.ethernet, packet6.subarray(0, 13), 'link'],
    ['half a VLAN tag', linkType.ethernet, ethernet(0x8100, u16(7)), 'link'],
    ['neither IPv4 nor IPv6', linkType.raw, Uint8Array.of(0x50), 'link'],
  ])('%s', (_, type, bytes, expected) => {
    expect(brief(type, bytes)).toBe(expected);
  });
});

describe('IPv6', () => {
  const via = (next: number, ...headers: Uint8Array[]): string =>
    brief(linkType.ipv6, ipv6(car.address, charger.address, next, concat(...headers, datagram)));
  const extension = (next: number, words: number): Uint8Array =>
    concat(Uint8Array.of(next, words), new Uint8Array(6 + 8 * words));
  const fragment = (offset: number, more: number): Uint8Array =>
    concat(Uint8Array.of(17, 0), u16((offset << 3) | more), new Uint8Array(4));

  test('extension headers are passed over', () => {
    expect(via(0, extension(60, 0), extension(43, 1), extension(17, 2))).toBe(found);
    expect(via(51, concat(Uint8Array.of(17, 4), new Uint8Array(22)))).toBe(found);
  });

  test('a fragment is said to be one, an atomic fragment is the whole packet', () => {
    expect(via(44, fragment(0, 0))).toBe(found);
    expect(via(44, fragment(0, 1))).toBe('fragment');
    expect(via(44, fragment(9, 0))).toBe('fragment');
  });

  test('other protocols, and headers that run out of the packet', () => {
    expect(via(58)).toBe('protocol');
    expect(via(0, Uint8Array.of(17, 200))).toBe('malformed');
    expect(brief(linkType.ipv6, packet6.subarray(0, 39))).toBe('malformed');
    expect(brief(linkType.ipv6, packet6.subarray(0, 45))).toBe('malformed');
  });

  test('a length of 0 is a packet that ends with its frame', () => {
    expect(brief(linkType.ipv6, packet6.with(4, 0).with(5, 0))).toBe(found);
  });

  test('bytes that the capture did not keep are counted', () => {
    expect(brief(linkType.ipv6, packet6.subarray(0, packet6.length - 1))).toBe('udp 50032>15118 68 missing 1');
    const segment = tcpFrame(car, charger, 77, ACK, ascii('message'));
    expect(brief(linkType.ethernet, segment.subarray(0, segment.length - 7))).toBe('tcp 49152>51110 77  missing 7');
  });
});

describe('IPv4', () => {
  test('options are passed over, fragments and other protocols told', () => {
    const options = concat(Uint8Array.of(0x46, 0), u16(34), packet4.subarray(4, 20), new Uint8Array(4), datagram);
    expect(brief(linkType.ipv4, options)).toBe(found);
    expect(brief(linkType.ipv4, ipv4(a4, b4, 17, datagram, 0x4000))).toBe(found);
    expect(brief(linkType.ipv4, ipv4(a4, b4, 17, datagram, 0x2000))).toBe('fragment');
    expect(brief(linkType.ipv4, ipv4(a4, b4, 17, datagram, 3))).toBe('fragment');
    expect(brief(linkType.ipv4, ipv4(a4, b4, 1, datagram))).toBe('protocol');
  });

  test('headers that contradict themselves', () => {
    expect(brief(linkType.ipv4, packet4.with(0, 0x44))).toBe('malformed');
    expect(brief(linkType.ipv4, packet4.with(0, 0x65))).toBe('malformed');
    expect(brief(linkType.ipv4, packet4.with(3, 19))).toBe('malformed');
    expect(brief(linkType.ipv4, packet4.with(3, 27))).toBe('malformed');
  });
});

describe('transport', () => {
  test('a UDP length shorter than the IP one wins, a longer one is malformed', () => {
    expect(brief(linkType.ipv4, packet4.with(25, 9))).toBe('udp 50032>15118 68');
    expect(brief(linkType.ipv4, packet4.with(25, 11))).toBe('malformed');
    expect(brief(linkType.ipv4, packet4.with(25, 7))).toBe('malformed');
  });

  test('TCP options are passed over, a header length that leaves the packet is malformed', () => {
    const segment = tcp(1, 2, 0xffff_fffe, 0, ACK, concat(new Uint8Array(12), ascii('x')));
    expect(brief(linkType.ipv4, ipv4(a4, b4, 6, segment.with(12, 0x80)))).toBe('tcp 1>2 4294967294 78');
    expect(brief(linkType.ipv4, ipv4(a4, b4, 6, segment.with(12, 0xf0)))).toBe('malformed');
    expect(brief(linkType.ipv4, ipv4(a4, b4, 6, segment.with(12, 0x40)))).toBe('malformed');
  });
});

test('no bytes of any link type make it throw', () => {
  const seeds = [
    ethernet(0x86dd, packet6),
    udpFrame(car, charger, ascii('x')),
    tcpFrame(car, charger, 1, ACK, ascii('y')),
    packet4,
  ];
  const mutant = fc
    .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 4 }), fc.nat(90))
    .map(([seed, edits, length]) => {
      const bytes = seed.slice(0, length);
      for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
      return bytes;
    });
  const kinds = new Set<string>();
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(linkType)), fc.oneof(mutant, fc.uint8Array()), (type, bytes) => {
      const found = dissect({ linkType: type, bytes });
      kinds.add(found.kind === 'unread' ? found.why : found.kind);
    }),
    { seed: 88, numRuns: 5000 },
  );
  expect([...kinds].toSorted()).toEqual(['fragment', 'frame', 'link', 'malformed', 'protocol', 'tcp', 'udp']);
});

import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { toHex } from '@pilotwire/wire';
import { describe, expect, test } from 'vitest';
import { sharedPath } from '../../../tools/shared.js';
import { epochSeconds, isGzip, type Packet, pcapngHeader, pcapngPacket, type Timestamp } from '../src/index.js';
import { blocks, pcapFile, readAll, ticksOf, type Written } from './files.js';
import { ascii, car, charger, concat, SYN, tcpFrame, udpFrame } from './frames.js';

const at = (micros: number): Timestamp => ({ seconds: 1_713_625_386, nanos: micros * 1000 });
const made: Written[] = [
  { time: at(0), bytes: tcpFrame(car, charger, 1, SYN) },
  { time: at(1), bytes: udpFrame(car, charger, ascii('odd')) },
  { time: at(999_999), bytes: new Uint8Array(0) },
];

const folder = sharedPath('captures');
const captures = folder === undefined ? [] : readdirSync(folder).filter((name) => name.endsWith('.pcapng'));
const load = (name: string): Uint8Array => readFileSync(`${folder}/${name}`);

const real: Written[] = captures
  .filter((name) => name.startsWith('2022-11-17'))
  .flatMap((name) => readAll(load(name)).packets)
  .map(({ time, bytes }) => ({ time: time ?? { seconds: 0, nanos: 0 }, bytes }));

const brief = (packets: readonly (Packet | Written)[]): string[] =>
  packets.map(({ time, bytes }) => `${time?.seconds}.${String(time?.nanos).padStart(9, '0')} ${toHex(bytes)}`);

const ng = (packets: readonly Written[], little: boolean): Uint8Array => {
  const { section, interface: iface, enhanced } = blocks(little);
  return concat(
    section(),
    iface(1, 0),
    ...packets.map(({ time, bytes }) => enhanced(0, ticksOf(time, 1_000_000n), bytes)),
  );
};

describe.each([
  ['made frames', made],
  ['a real capture', real],
])('%s', (_, source) => {
  test.each([
    [true, false],
    [false, false],
    [true, true],
    [false, true],
  ])('come back from pcap, little-endian %s, nanoseconds %s', (little, nano) => {
    const { packets, errors } = readAll(pcapFile(source, little, nano));
    expect(errors).toEqual([]);
    expect(brief(packets)).toEqual(brief(source));
    expect(packets.map(({ n }) => n)).toEqual(source.map((_, i) => i + 1));
    expect(packets.every(({ linkType }) => linkType === 1)).toBe(true);
  });

  test.each([true, false])('come back from pcapng, little-endian %s', (little) => {
    expect(brief(readAll(ng(source, little)).packets)).toEqual(brief(source));
  });

  test('come back from the obsolete packet block', () => {
    const { section, interface: iface, obsolete } = blocks(true);
    const packets = source.map(({ time, bytes }) => obsolete(0, ticksOf(time, 1_000_000n), bytes));
    expect(brief(readAll(concat(section(), iface(1, 0), ...packets)).packets)).toEqual(brief(source));
  });

  test('come back from what the writer writes', () => {
    const file = concat(pcapngHeader([{ linkType: 1, name: 'eth1' }]), ...source.map(pcapngPacket));
    const { packets, errors } = readAll(file);
    expect(errors).toEqual([]);
    expect(brief(packets)).toEqual(brief(source));
  });

  test('come back from a file pushed in pieces of any small size', () => {
    for (const file of [ng(source, true), pcapFile(source, true, false)]) {
      for (const step of [1, 2, 3, 7, 13, 64, 1000]) {
        expect(brief(readAll(file, step).packets), `${step} bytes`).toEqual(brief(source));
      }
    }
  });

  test('come back up to the cut from a file that is cut anywhere, and the cut is reported', () => {
    const file = ng(source, true);
    const whole = brief(source);
    for (let cut = 0; cut < Math.min(file.length, 2000); cut++) {
      const { packets, errors } = readAll(file.subarray(0, cut));
      expect(brief(packets)).toEqual(whole.slice(0, packets.length));
      expect(errors.length, `cut at ${cut}`).toBeLessThanOrEqual(1);
      if (errors[0] !== undefined)
        expect(errors[0]).toMatchObject({ name: 'CaptureError', code: 'cut-off', byte: cut });
      else
        expect(file.subarray(cut, cut + 4)).toEqual(Uint8Array.of(packets.length === 0 && cut < 40 ? 1 : 6, 0, 0, 0));
    }
  });
});

test('a time is exact in every resolution, powers of ten and of two', () => {
  const { section, interface: iface, enhanced, option } = blocks(true);
  const resolutions: [byte: number, perSecond: bigint, error: number][] = [
    [0, 1n, 1e9],
    [3, 1000n, 1e6],
    [6, 1_000_000n, 0],
    [9, 1_000_000_000n, 0],
    [10, 10n ** 10n, 0],
    [12, 10n ** 12n, 0],
    [0x80 | 10, 1n << 10n, 1e6],
    [0x80 | 30, 1n << 30n, 2],
    [0x80 | 33, 1n << 33n, 2],
    [0x80 | 40, 1n << 40n, 2],
  ];
  for (const [byte, perSecond, error] of resolutions) {
    // 64 bits of picoseconds end in July 1970.
    const time = { seconds: perSecond > 10n ** 10n ? 12_345_678 : 1_713_625_386, nanos: 954_784_000 };
    const description = iface(1, 0, option(9, Uint8Array.of(byte)));
    const [packet] = readAll(concat(section(), description, enhanced(0, ticksOf(time, perSecond), ascii('x')))).packets;
    expect(packet?.time?.seconds, `if_tsresol ${byte}`).toBe(time.seconds);
    expect(Math.abs((packet?.time?.nanos ?? 0) - time.nanos), `if_tsresol ${byte}`).toBeLessThanOrEqual(error);
  }
});

test('nanoseconds beyond the reach of a double are kept', () => {
  const time = { seconds: 4_000_000_000, nanos: 123_456_789 };
  const [packet] = readAll(concat(pcapngHeader([{ linkType: 1 }]), pcapngPacket({ time, bytes: ascii('x') }))).packets;
  expect(packet?.time).toEqual(time);
  expect(epochSeconds(time)).toBeCloseTo(4_000_000_000.123456, 5);
});

test.each([true, false])('if_tsoffset is added, little-endian %s', (little) => {
  const { section, interface: iface, enhanced, option, number } = blocks(little);
  const offset = little ? [number(1_700_000_000, 4), number(0, 4)] : [number(0, 4), number(1_700_000_000, 4)];
  const description = iface(1, 0, option(14, concat(...offset)));
  const [packet] = readAll(concat(section(), description, enhanced(0, 5_000_001n, ascii('x')))).packets;
  expect(packet?.time).toEqual({ seconds: 1_700_000_005, nanos: 1000 });
});

test('interfaces belong to their section, and n counts over all of them', () => {
  const little = blocks(true);
  const big = blocks(false);
  const file = concat(
    little.section(),
    little.interface(1, 0),
    little.interface(276, 0, little.option(9, Uint8Array.of(9))),
    little.enhanced(1, 5n, ascii('a')),
    little.enhanced(0, 5n, ascii('b')),
    big.section(),
    big.interface(113, 0),
    big.enhanced(0, 5n, ascii('c')),
    big.enhanced(1, 5n, ascii('lost')),
    big.enhanced(0, 6n, ascii('d')),
  );
  const { packets, errors } = readAll(file);
  expect(packets.map(({ n, linkType, interfaceId, time }) => [n, linkType, interfaceId, time?.nanos])).toEqual([
    [1, 276, 1, 5],
    [2, 1, 0, 5000],
    [3, 113, 0, 5000],
    [5, 113, 0, 6000],
  ]);
  expect(errors.map(({ code }) => code)).toEqual(['unknown-interface']);
});

test('a simple packet has no time, and is as long as its interface keeps', () => {
  const { section, interface: iface, simple } = blocks(true);
  const { packets, errors } = readAll(concat(section(), iface(1, 4), simple(ascii('abcd'), 60), simple(ascii('xyz'))));
  expect(errors).toEqual([]);
  expect(packets.map(({ time, bytes, originalLength }) => [time, toHex(bytes), originalLength])).toEqual([
    [undefined, toHex(ascii('abcd')), 60],
    [undefined, toHex(ascii('xyz')), 3],
  ]);
});

test('comments and secrets come out, unknown blocks are passed over', () => {
  const { section, interface: iface, enhanced, option, make, number } = blocks(true);
  const keys = ascii('CLIENT_RANDOM 00 11');
  const file = concat(
    section(option(1, Uint8Array.of(0xc3, 0xa9, 0xff, 0xf0, 0x9f, 0x94, 0x8c))),
    make(0x0a, number(0x544c534b, 4), number(keys.length, 4), keys),
    iface(1, 0, option(1, ascii('the interface'))),
    make(0x7777, ascii('whatever')),
    make(4, ascii('names')),
    enhanced(0, 1n, ascii('abc'), option(1, ascii('first')), option(1, ascii('second')), option(0, ascii(''))),
    enhanced(0, 2n, ascii('abcd'), option(2, number(1, 4))),
  );
  const { packets, errors, secrets, comments } = readAll(file);
  expect(errors).toEqual([]);
  expect(packets.map(({ comment }) => comment)).toEqual(['first\nsecond', undefined]);
  expect(secrets).toEqual([{ type: 0x544c534b, bytes: keys }]);
  expect(comments).toEqual(['é\u{fffd}🔌', 'the interface']);
});

describe('what is wrong in a file is said, with its byte', () => {
  const { section, interface: iface, enhanced, make, number } = blocks(true);
  const start = concat(section(), iface(1, 0));
  const good = enhanced(0, 1n, ascii('good'));
  const brokenTrailer = enhanced(0, 1n, ascii('used'));
  brokenTrailer[brokenTrailer.length - 4] = 0;

  test.each([
    ['an empty file', new Uint8Array(0), 'cut-off', 0, 0],
    ['another format', ascii('GIF89a'), 'unknown-format', 0, 0],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), 'unknown-format', 0, 0],
    [
      'a section of no byte order',
      concat(ascii('\n\r\r\n'), number(28, 4), number(7, 4), good),
      'bad-byte-order',
      8,
      0,
    ],
    [
      'a block length that is no multiple of four',
      concat(start, number(6, 4), number(33, 4), good, good),
      'bad-length',
      52,
      0,
    ],
    ['a block length of nothing', concat(start, good, number(6, 4), number(0, 4), good), 'bad-length', 88, 1],
    ['a block length beyond the cap', concat(start, number(6, 4), number(0x7fff_fffc, 4), good), 'bad-length', 52, 0],
    ['two lengths that differ', concat(start, brokenTrailer, good), 'length-mismatch', 80, 2],
    [
      'a packet longer than its block',
      concat(start, make(6, number(0, 4), new Uint8Array(8), number(99, 4), number(99, 4)), good),
      'bad-block',
      68,
      1,
    ],
    ['a packet block without packet', concat(start, make(6, number(0, 4)), good), 'bad-block', 48, 1],
    ['an interface without link type', concat(start, make(1), good), 'bad-block', 48, 1],
    [
      'secrets longer than their block',
      concat(start, make(0x0a, number(1, 4), number(5, 4), ascii('four')), good),
      'bad-block',
      60,
      1,
    ],
    [
      'a pcap packet beyond the cap',
      concat(pcapFile(made.slice(0, 1), true, false), new Uint8Array(8), number(0x100_0001, 4), good),
      'bad-length',
      122,
      1,
    ],
  ] as const)('%s', (_, file, code, byte, packetsRead) => {
    for (const step of [file.length || 1, 5]) {
      const { packets, errors } = readAll(file, step);
      expect(errors.map((error) => [error.code, error.byte])).toEqual([[code, byte]]);
      expect(packets).toHaveLength(packetsRead);
    }
  });

  test('interfaces without end', () => {
    const { packets, errors } = readAll(concat(start, ...Array.from({ length: 4096 }, () => iface(1, 0)), good));
    expect(errors.map(({ code }) => code)).toEqual(['too-many-interfaces']);
    expect(packets).toHaveLength(1);
  });
});

test('gzip is told by its first bytes', () => {
  expect([isGzip(Uint8Array.of(0x1f, 0x8b, 8)), isGzip(pcapngHeader([])), isGzip(new Uint8Array(0))]).toEqual([
    true,
    false,
    false,
  ]);
});

test.each(captures.map((name) => [basename(name, '.pcapng'), name]))('%s: frames as expected', (_, name) => {
  const { packets, errors } = readAll(load(name), 4096);
  expect(errors).toEqual([]);
  expect(packets.every(({ n }, i) => n === i + 1)).toBe(true);
  const expected = gunzipSync(load(`${name}.expected.jsonl.gz`))
    .toString()
    .trim()
    .split('\n');
  for (const record of expected.map((line): { n: number; t: number; kind: string; hex: string } => JSON.parse(line))) {
    const packet = packets[record.n - 1];
    expect(Math.abs(epochSeconds(packet?.time ?? { seconds: 0, nanos: 0 }) - record.t)).toBeLessThan(2e-6);
    if (record.kind === 'homeplug') expect(toHex(packet?.bytes ?? new Uint8Array(0))).toBe(record.hex);
  }
});

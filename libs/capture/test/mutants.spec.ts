import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sharedPath } from '../../../tools/shared.js';
import { CaptureReader, dissect, TcpReassembler } from '../src/index.js';
import { blocks, pcapFile, readAll, type Written } from './files.js';
import { ACK, ascii, car, charger, concat, SYN, tcpFrame, udpFrame } from './frames.js';

const made: Written[] = Array.from({ length: 12 }, (_, i) => ({
  time: { seconds: 1_700_000_000 + i, nanos: 1000 * i },
  bytes:
    i % 3 === 0
      ? udpFrame(car, charger, ascii('datagram'))
      : tcpFrame(car, charger, 100 + 4 * i, i === 1 ? SYN : ACK, ascii('abcd')),
}));

const { section, interface: iface, simple, option } = blocks(false);
const realFile = sharedPath('captures', '2022-11-17_Dehner_Alpitronic_until_SdpRequest.pcapng');
const sources: Uint8Array[] = [
  pcapFile(made, true, false),
  concat(
    section(option(1, ascii('made'))),
    iface(1, 0, option(9, Uint8Array.of(9))),
    ...made.map(({ bytes }) => simple(bytes)),
  ),
  ...(realFile === undefined ? [] : [new Uint8Array(readFileSync(realFile))]),
];

type Edit = (bytes: Uint8Array) => Uint8Array;
// Unbiased: small numbers, which fast-check prefers, would only ever hit the file's header.
const position = fc.noBias(fc.nat(9999)).map((value) => value / 10_000);
const place = (bytes: Uint8Array, where: number): number => Math.floor(where * bytes.length);
const extreme = fc.constantFrom(0, 1, 3, 12, 0x7f, 0xff);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(position, fc.integer({ min: 1, max: 255 })).map(([where, mask]): Edit => (bytes) => {
    const at = place(bytes, where);
    return bytes.with(at, (bytes[at] ?? 0) ^ mask);
  }),
  fc.tuple(position, position).map(([a, b]): Edit => (bytes) => {
    const [from, to] = [place(bytes, Math.min(a, b)), place(bytes, Math.max(a, b))];
    return concat(bytes.subarray(0, from), bytes.subarray(to));
  }),
  fc.tuple(position, fc.uint8Array({ minLength: 1, maxLength: 12 })).map(
    ([where, more]): Edit =>
      (bytes) =>
        concat(bytes.subarray(0, place(bytes, where)), more, bytes.subarray(place(bytes, where))),
  ),
  // Lengths stand on multiples of four, and lie.
  fc.tuple(position, extreme, extreme).map(([where, low, high]): Edit => (bytes) => {
    const at = Math.min(place(bytes, where) & ~3, bytes.length - 4);
    const lie = bytes.slice();
    lie.set([low, high, 0, 0], at);
    return lie;
  }),
);

test('a mutant of a capture gives packets and typed errors, and nothing else', () => {
  const codes = new Map<string, number>();
  let pastHeader = 0;
  let packets = 0;
  const runs = 3000;
  fc.assert(
    fc.property(
      fc.constantFrom(...sources),
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 50, max: 5000 }),
      (source, edits, step) => {
        const file = edits.reduce((bytes, apply) => (bytes.length < 8 ? bytes : apply(bytes)), source);
        const read = readAll(file, step);
        const tcp = new TcpReassembler(() => ({ data: () => undefined, gap: () => undefined, close: () => undefined }));
        for (const packet of read.packets) {
          const found = dissect(packet);
          if (found.kind === 'tcp') tcp.segment(found, packet);
        }
        tcp.end();
        if (read.packets.length > 0) pastHeader++;
        packets += read.packets.length;
        for (const { code } of read.errors) codes.set(code, (codes.get(code) ?? 0) + 1);
      },
    ),
    { seed: 20221117, numRuns: runs },
  );
  expect(pastHeader, 'mutants that get past the first header').toBeGreaterThan(runs / 2);
  expect(packets).toBeGreaterThan(runs);
  expect([...codes.keys()].toSorted()).toEqual(
    expect.arrayContaining(['bad-block', 'bad-length', 'cut-off', 'length-mismatch']),
  );
});

test('a length that promises megabytes is not believed before they come', () => {
  const { number } = blocks(true);
  const lie = concat(pcapFile([], true, false), new Uint8Array(8), number(0x100_0000, 4), number(0x100_0000, 4));
  const before = process.memoryUsage().arrayBuffers;
  const readers = Array.from({ length: 100 }, () => {
    const reader = new CaptureReader({ packet: () => undefined, error: () => undefined });
    reader.push(lie);
    return reader;
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  expect(readers).toHaveLength(100);
});

import { charge } from '@pilotwire/simulation';
import { describe, expect, test } from 'vitest';
import { finishChecksum } from './checksums.js';

const etherType = (frame: Uint8Array): number => ((frame[12] ?? 0) << 8) | (frame[13] ?? 0);
const checksumAt = (frame: Uint8Array): number => 54 + (frame[20] === 6 ? 16 : 6);

describe('finishChecksum', () => {
  const frames: Uint8Array[] = [];
  charge({ seed: 1, from: 0.2, to: 0.21, frame: (frame) => frames.push(frame) });
  const packets = frames.filter((frame) => etherType(frame) === 0x86dd);

  test('writes what belongs there over what a virtual wire left there, in TCP and UDP, odd lengths among them', () => {
    expect(new Set(packets.map((frame) => frame[20]))).toEqual(new Set([6, 17]));
    expect(new Set(packets.map(({ length }) => length % 2))).toEqual(new Set([0, 1]));
    for (const packet of packets) {
      const left = Uint8Array.from(packet);
      left.set([0x12, 0x34], checksumAt(left));
      expect(finishChecksum(left)).toEqual(packet);
    }
  });

  test('does not count what fills a short frame up', () => {
    const short = packets.find(({ length }) => length < 80) as Uint8Array;
    const filled = Uint8Array.from([...short, 1, 2, 3]);
    filled.set([0, 0], checksumAt(filled));
    expect(finishChecksum(filled)).toEqual(Uint8Array.from([...short, 1, 2, 3]));
  });

  test('leaves all else as it is: other EtherTypes, other protocols, pieces', () => {
    const homeplug = frames.find((frame) => etherType(frame) === 0x88e1) as Uint8Array;
    const ping = Uint8Array.from(packets[0] as Uint8Array);
    ping[20] = 58;
    const piece = (packets.at(-1) as Uint8Array).slice(0, 65);
    for (const frame of [homeplug, ping, piece, new Uint8Array(20)]) expect(finishChecksum(Uint8Array.from(frame))).toEqual(frame);
  });
});

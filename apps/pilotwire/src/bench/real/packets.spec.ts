import { charge } from '@pilotwire/simulation';
import { describe, expect, test } from 'vitest';
import { answersAt, hasTcpPayload, isSdp } from './packets.js';

describe('what is looked for among the frames of a charge', () => {
  const frames: Uint8Array[] = [];
  charge({ seed: 1, from: 0.2, to: 0.21, frame: (frame) => frames.push(frame) });

  test('SDP: a question and its answer', () => {
    expect(frames.filter(isSdp).map((frame) => Buffer.from(frame.subarray(62, 66)).toString('hex'))).toEqual(['01fe9000', '01fe9001']);
  });

  test('TCP: segments that carry a V2GTP message, and none of the others', () => {
    const segments = frames.filter((frame) => frame[12] === 0x86 && frame[20] === 6);
    const saying = segments.filter(hasTcpPayload);
    expect(saying.length).toBeGreaterThan(20);
    expect(saying.length).toBeLessThan(segments.length);
    for (const frame of saying) expect([...frame.subarray(74, 76)]).toEqual([0x01, 0xfe]);
    for (const frame of segments.filter((one) => !hasTcpPayload(one))) expect(frame.length).toBeLessThanOrEqual(78);
  });

  test('an answer is the next one out at the charger\'s port; what is not asked for is none', () => {
    const frame = frames.find(isSdp) as Uint8Array;
    const seen = ([[1, 'host', 1], [0, 'host', 2], [0, 'modem', 3], [1, 'modem', 4], [0, 'host', 5.5], [0, 'host', 6]] as const).map(([port, from, at]) => ({ port, from, at, frame }));
    expect(answersAt(seen, isSdp)).toEqual([2.5]);
    expect(answersAt(seen, hasTcpPayload)).toEqual([]);
  });
});

import { ms, Random, VirtualTime } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import type { LineFaults } from '../../src/index.js';
import { PowerLine } from '../../src/index.js';

/** A line with stations a, b and c; all hear a. */
function lineOf(faults: Partial<LineFaults>, seed = 1) {
  const time = new VirtualTime();
  const line = new PowerLine(time, new Random(seed), faults);
  const heard: [string, number, number, number][] = [];
  for (const mac of ['a', 'b', 'c']) {
    line.attach({ mac, host: `host of ${mac}`, membership: undefined, hear: (frame, dB) => heard.push([mac, frame[0] as number, dB, time.now]) });
  }
  line.connect('a', 'b', 12);
  line.connect('a', 'c', 40);
  const send = (count: number, every = 10): void => {
    for (let i = 0; i < count; i++) {
      line.transmit('a', Uint8Array.of(i));
      time.advance(every);
    }
    time.advance(1_000);
  };
  return { line, heard, send };
}

describe('a power line', () => {
  test('carries a frame to everyone in earshot but the sender, within its delay, and tells the attenuation of the pair', () => {
    const { line, heard, send } = lineOf({ delay: [ms(2), ms(5)] });
    send(50);
    expect(heard).toHaveLength(100);
    for (const [mac, i, dB, at] of heard) {
      expect(dB).toBe(mac === 'b' ? 12 : 40);
      expect(at - 10 * i).toBeGreaterThanOrEqual(2);
      expect(at - 10 * i).toBeLessThan(5);
    }
    line.disconnect('a', 'b');
    send(1);
    expect(heard.slice(100).map(([mac]) => mac)).toEqual(['c']);
  });

  test('loses and doubles about as many frames as it is told to', () => {
    const lossy = lineOf({ loss: 0.3 });
    lossy.send(2_000, 1);
    expect(lossy.heard.length / 4_000).toBeCloseTo(0.7, 1);
    const doubling = lineOf({ duplicate: 0.2 });
    doubling.send(2_000, 1);
    expect(doubling.heard.length / 4_000).toBeCloseTo(1.2, 1);
  });

  test('lets later frames overtake held ones, and keeps the order otherwise', () => {
    const disordered = ({ heard }: ReturnType<typeof lineOf>): boolean =>
      heard.filter(([mac]) => mac === 'b').some(([, i], at, all) => at > 0 && i < (all[at - 1]?.[1] as number));
    const orderly = lineOf({});
    orderly.send(200);
    const late = lineOf({ reorder: 0.2 });
    late.send(200);
    expect([disordered(orderly), disordered(late)]).toEqual([false, true]);
    expect(late.heard).toHaveLength(400);
  });

  test('loses the frames that are chosen, for the stations that are chosen', () => {
    const { heard, send } = lineOf({ lose: ({ frame, to, from }) => frame[0] === 1 && to === 'b' && from === 'a' });
    send(3);
    expect(heard.map(([mac, i]) => `${mac}${i}`).sort()).toEqual(['b0', 'b2', 'c0', 'c1', 'c2']);
  });

  test('repeats from its seed, and differs with another', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => {
      const { heard, send } = lineOf({ loss: 0.2, duplicate: 0.2, reorder: 0.2 }, seed);
      send(100);
      return heard;
    });
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

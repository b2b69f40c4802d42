import { CaptureReader } from '@pilotwire/capture';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { car, charger, udpFrame } from '../../capture/test/frames.js';
import { Conversation, type RecordKind } from '../src/index.js';
import { captures, decodersKnowing, expectedOf, load } from './expected.js';
import { charge, listen, opening, segmentsOf, toFrame } from './talk.js';

const position = fc.noBias(fc.nat(9999)).map((value) => value / 10_000);
const flip = fc.tuple(position, fc.integer({ min: 1, max: 255 }));

test('mutants of frames give records, typed errors or counts, and nothing is thrown', () => {
  const frames = [
    udpFrame(car, { ...charger, port: 15118 }, Uint8Array.of(1, 0xfe, 0x90, 0, 0, 0, 0, 2, 0, 0)),
    ...opening(),
    ...segmentsOf(charge, () => 11).map(toFrame),
  ];
  const kinds = new Set<string>();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(position, fc.array(flip, { maxLength: 3 }), position), { maxLength: 12 }),
      (edits) => {
        const mutants = frames.map((frame) => frame.slice());
        for (const [which, flips, keep] of edits) {
          const index = Math.floor(which * mutants.length);
          let frame = mutants[index]!;
          for (const [where, mask] of flips) {
            const at = Math.floor(where * frame.length);
            frame[at] = (frame[at] ?? 0) ^ mask;
          }
          if (keep < 0.1) frame = frame.slice(0, Math.floor(keep * 10 * frame.length));
          mutants[index] = frame;
        }
        const { records, stats } = listen(mutants);
        for (const record of records)
          kinds.add(record.error === undefined ? record.kind : `${record.kind} ${record.error.code}`);
        expect(stats.packets).toBe(frames.length);
        const counted = records.filter(({ error }) => error !== undefined).length;
        expect(stats.errors).toBe(counted);
      },
    ),
    { seed: 118, numRuns: 1500 },
  );
  expect([...kinds]).toEqual(
    expect.arrayContaining(['v2gtp', 'sdp', 'tcp', 'tcp bad-version', 'tcp cut-off', 'v2gtp unheard-of']),
  );
});

const ioniq = captures.find((name) => name.includes('Ioniq_in_currentDemandLoop'));
test.skipIf(ioniq === undefined)('a capture many times over gives its records many times, in the memory of one', () => {
  const file = load(ioniq!);
  const counts: Partial<Record<RecordKind, number>> = {};
  const conversation = new Conversation(decodersKnowing(expectedOf(ioniq!)), ({ kind }) => {
    counts[kind] = (counts[kind] ?? 0) + 1;
  });
  const reader = new CaptureReader({
    packet: (packet) => conversation.packet(packet),
    error(error) {
      throw error;
    },
  });
  const times = 20;
  for (let i = 0; i < times; i++) reader.push(file);
  reader.end();
  conversation.end();
  expect(counts).toEqual({ homeplug: 41 * times, sdp: 2 * times, v2gtp: 1466 * times });
  expect(conversation.stats.tcp).toMatchObject({ connections: times, gaps: 0 });
});

import { CaptureReader } from '@pilotwire/capture';
import type { Packet } from '@pilotwire/capture';
import type { Instant } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { recordedFrame, recordingHeader } from './recording.js';

test('frames are read again with the time at which they were sent, to the nanosecond', () => {
  const packets: Packet[] = [];
  const reader = new CaptureReader({ packet: (packet) => packets.push(packet), error: ({ message }) => expect.fail(message) });
  reader.push(recordingHeader());
  for (const at of [0, 1_234.567_89, 2_999.999_999_9]) reader.push(recordedFrame(Uint8Array.of(1, 2, 3), at as Instant));
  reader.end();
  expect(packets.map(({ time }) => time)).toEqual([
    { seconds: 1_767_225_600, nanos: 0 },
    { seconds: 1_767_225_601, nanos: 234_567_890 },
    { seconds: 1_767_225_602, nanos: 999_999_999 },
  ]);
  expect(packets[0]?.bytes).toEqual(Uint8Array.of(1, 2, 3));
});

import { expect, test } from 'vitest';
import { charge, recordedFrame, recordingHeader } from '../src/index.js';

test('the example of the README does what it says', () => {
  const kinds = new Set<string>();
  const file: Uint8Array[] = [recordingHeader()];
  const summary = charge({
    seed: 7, car: 'ioniq', charger: 'alpitronic', from: 0.2, to: 0.201,
    tell: (event) => kinds.add(event.kind),
    frame: (frame, at) => file.push(recordedFrame(frame, at)),
  });
  expect(summary.evse).toEqual({ reason: 'completed', by: 'ev', phase: 'SessionStop' });
  expect([...kinds]).toEqual(expect.arrayContaining(['plugged', 'slac', 'sdp', 'phase', 'measured', 'end', 'unplugged']));
  expect(file.length).toBeGreaterThan(100);
  expect(charge({ fault: 'isolation-low' }).evse?.reason).toBe('isolation-fault');
});

import { expect, onTestFinished, test } from 'vitest';
import { captureOf } from './capture.js';

test('while a long capture is made, others have their turn', async () => {
  let turns = 0;
  let next: NodeJS.Immediate;
  const turn = (): void => {
    turns++;
    next = setImmediate(turn);
  };
  next = setImmediate(turn);
  onTestFinished(() => clearImmediate(next));
  const frames = Array.from({ length: 3_000 }, (_, id) => ({ id, ts: '2026-03-01T12:00:00.000Z', kind: 'v2g' as const, dir: 'ev->evse', type: 'CurrentDemandReq', latencyMs: null, hex: '809A0200' }));
  expect((await captureOf(frames)).length).toBeGreaterThan(3_000 * 86);
  expect(turns).toBeGreaterThanOrEqual(5);
});

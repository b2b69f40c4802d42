import { slacFrames } from '@pilotwire/contracts';
import { VirtualTime } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { FrameTap } from './index.js';

test('frames of a second leave together, each with its own time; beyond a batch they are counted', () => {
  const time = new VirtualTime();
  const published: unknown[] = [];
  const tap = new FrameTap({
    bus: { publish: (_contract, _params, payload) => (published.push(payload), Promise.resolve('published')) },
    contract: slacFrames, outlet: { station: 'demo', evse: 1 }, time, wallClock: () => 1_000_000 + time.now, sessionId: () => undefined,
    failed: (error) => { throw error; },
  });
  time.advance(5_000);
  expect(published).toEqual([]);
  tap.add({ dir: 'ev->evse', type: 'CM_SLAC_PARM.REQ', octets: Uint8Array.of(0xab, 1) });
  time.advance(400);
  tap.add({ dir: 'other', type: 'CM_SET_KEY.REQ', octets: undefined });
  for (let i = 0; i < 300; i++) tap.add({ dir: 'other', type: 'CM_MNBC_SOUND.IND', octets: new Uint8Array(5_000), latencyMs: 2 });
  time.advance(600);
  expect(published).toHaveLength(1);
  const [batch] = published as [{ dropped: number; frames: unknown[] }];
  expect(batch).toMatchObject({ ts: '1970-01-01T00:16:46.000Z', dropped: 46 });
  expect(batch.frames).toHaveLength(256);
  expect(batch.frames.slice(0, 3)).toEqual([
    { ts: '1970-01-01T00:16:45.000Z', dir: 'ev->evse', type: 'CM_SLAC_PARM.REQ', hex: 'AB01' },
    { ts: '1970-01-01T00:16:45.400Z', dir: 'other', type: 'CM_SET_KEY.REQ' },
    { ts: '1970-01-01T00:16:45.400Z', dir: 'other', type: 'CM_MNBC_SOUND.IND', latencyMs: 2 },
  ]);
  time.advance(5_000);
  expect(published).toHaveLength(1);
});

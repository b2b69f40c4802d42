import { virtualClock } from '@pilotwire/runtime';
import type { Listener } from '@pilotwire/outlet';
import { expect, test } from 'vitest';
import { take } from '../test/rig.js';
import { oneHolder } from './one-holder.js';

/** Hardware that speaks while it is being taken, and takes its time to be let go of. */
function rigOf() {
  const clock = virtualClock();
  const listeners: Listener<string>[] = [];
  const sent: string[] = [];
  const letGo: (() => void)[] = [];
  const open = oneHolder<string, string>(clock, (listener) => {
    listeners.push(listener);
    listener.status({ state: 'down', why: 'not yet' });
    listener.status({ state: 'up' });
    listener.receive('early');
    return { send: (message) => sent.push(message), release: () => new Promise((resolve) => letGo.push(resolve)) };
  });
  return { clock, open, listeners, sent, letGo };
}

test('what is said while it is taken is told when open has returned: how it stands, and no old message', () => {
  const { clock, open, listeners } = rigOf();
  const end = take(open);
  expect([end.statuses, end.heard]).toEqual([[], []]);
  clock.advance(0);
  expect([end.statuses, end.heard, end.early]).toEqual([[{ state: 'up' }], [], []]);
  listeners[0]?.receive('now');
  listeners[0]?.status({ state: 'up' });
  expect([end.statuses.length, end.heard]).toEqual([1, ['now']]);
});

test('the next one gets it when the last one has let go, and those who left are passed over', async () => {
  const { clock, open, listeners, sent, letGo } = rigOf();
  const [first, second, third] = [take(open), take(open), take(open)];
  clock.advance(0);
  second.close();
  first.close();
  first.close();
  listeners[0]?.receive('late');
  first.send('late');
  third.send('before its time');
  expect([first.heard, sent, listeners.length, letGo.length]).toEqual([[], [], 1, 1]);
  letGo[0]?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(listeners).toHaveLength(2);
  third.send('mine');
  expect([sent, third.statuses]).toEqual([['mine'], [{ state: 'down', why: 'somebody else holds this end' }, { state: 'down', why: 'not yet' }, { state: 'up' }]]);
});

test('a reason that is too long for a socket is cut', () => {
  const { clock, open, listeners } = rigOf();
  const end = take(open);
  clock.advance(0);
  listeners[0]?.status({ state: 'down', why: 'x'.repeat(1_000) });
  expect(end.statuses.at(-1)).toEqual({ state: 'down', why: 'x'.repeat(240) });
});

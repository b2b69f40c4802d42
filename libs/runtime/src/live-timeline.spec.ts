import { after, machine, ms, stay } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { liveTimeline, virtualClock } from './index.js';
import type { Mishap } from './index.js';

type Lamp = { readonly deadline: Instant | undefined };
/** Says when it was pressed, and again a second later. */
const lamp = machine<Lamp, { readonly kind: 'press' }, string>((_, input, now) =>
  input.kind === 'press' ? stay({ deadline: after(now, ms(1_000)) }, `on ${now}`) : stay<Lamp, string>({ deadline: undefined }, `off ${now}`),
);

test('a machine lives by the clock: inputs now or later, ticks at its deadlines, and nothing once time has stopped', () => {
  const clock = virtualClock();
  const time = liveTimeline(clock, () => expect.unreachable());
  const said: string[] = [];
  const seen: unknown[] = [];
  const actor = time.add(lamp, { deadline: undefined }, { perform: (word) => void said.push(word), observe: (input) => void seen.push(input) });
  actor.feed({ kind: 'press' });
  expect(said).toEqual(['on 0']);
  actor.feed({ kind: 'press' }, ms(2_000));
  clock.advance(2_500);
  expect(said).toEqual(['on 0', 'off 1000', 'on 2000']);
  expect(seen).toHaveLength(3);
  expect(time.now).toBe(2_500);
  time.schedule(() => said.push('late'), ms(10));
  time.stop();
  clock.advance(5_000);
  time.schedule(() => said.push('later'));
  clock.advance(1);
  expect(said).toHaveLength(3);
});

test('what throws is reported and ends nothing', () => {
  const clock = virtualClock();
  const mishaps: Mishap[] = [];
  const time = liveTimeline(clock, (mishap) => mishaps.push(mishap));
  const done: string[] = [];
  time.schedule(() => {
    throw new Error('no');
  }, ms(5));
  time.schedule(() => done.push('next'), ms(6));
  clock.advance(10);
  expect(mishaps).toMatchObject([{ kind: 'scheduled', at: 5 }]);
  expect(done).toEqual(['next']);
  expect(() => time.schedule(() => {}, ms(-1))).toThrow(RangeError);
});

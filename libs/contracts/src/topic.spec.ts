import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { covers, filterFor, matches, overlap, paramsOf, TopicError, topicFor } from './index.js';
import type { Params } from './index.js';

const template = 'pilotwire/v1/{station}/evse/{evse}/state';

describe('topics', () => {
  test('parameters come from the template, with their types', () => {
    expectTypeOf<Params<typeof template>>().toExtend<{ readonly station: string; readonly evse: number }>();
    expect(topicFor(template, { station: 'Hof-1.a', evse: 2 })).toBe('pilotwire/v1/Hof-1.a/evse/2/state');
    expect(paramsOf(template, 'pilotwire/v1/Hof-1.a/evse/2/state')).toEqual({ station: 'Hof-1.a', evse: 2 });
    // @ts-expect-error: a missing parameter does not compile
    expect(() => topicFor(template, { station: 'a' })).toThrow(TopicError);
  });

  test.each([['', 1], ['a/b', 1], ['a+', 1], ['#', 1], ['x'.repeat(49), 1], ['ä', 1], ['a', 0], ['a', 1.5], ['a', 10_000]])(
    'station %j with EVSE %d makes no topic', (station, evse) => {
      expect(() => topicFor(template, { station, evse })).toThrow(TopicError);
    },
  );

  test.each(['pilotwire/v1/a/evse/01/state', 'pilotwire/v1/a/evse/0/state', 'pilotwire/v1/a/evse/1e0/state', 'pilotwire/v1/ä/evse/1/state', 'pilotwire/v1/a/evse/1', 'pilotwire/v1/a/evse/1/state/x', 'pilotwire/v2/a/evse/1/state'])(
    '%s has no parameters of the template', (topic) => {
      expect(paramsOf(template, topic)).toBeUndefined();
    },
  );

  test('what is left open is a wildcard', () => {
    expect(filterFor(template, {})).toBe('pilotwire/v1/+/evse/+/state');
    expect(filterFor(template, { evse: 3 })).toBe('pilotwire/v1/+/evse/3/state');
  });

  test('a topic made of parameters gives them back', () => {
    const station = fc.stringMatching(/^[A-Za-z0-9_.-]{1,48}$/);
    fc.assert(
      fc.property(station, fc.integer({ min: 1, max: 9_999 }), (name, evse) => {
        expect(paramsOf(template, topicFor(template, { station: name, evse }))).toEqual({ station: name, evse });
      }),
      { seed: 1 },
    );
  });

  test('filters match as MQTT says', () => {
    expect(matches('a/+/c', 'a/b/c')).toBe(true);
    expect(matches('a/+/c', 'a/b/b')).toBe(false);
    expect(matches('a/+', 'a/b/c')).toBe(false);
    expect(matches('a/b/c', 'a/b')).toBe(false);
    expect(matches('a/#', 'a/b/c')).toBe(true);
  });

  test('two filters overlap where a topic falls under both, and one covers the other where none falls under that alone', () => {
    const level = fc.constantFrom('a', 'b', '+');
    const filter = fc.tuple(fc.array(level, { minLength: 1, maxLength: 3 }), fc.boolean()).map(([levels, open]) => [...levels, ...(open ? ['#'] : [])].join('/'));
    const names = ['a', 'b', 'c'];
    const topics = [1, 2, 3, 4].flatMap((depth) => Array.from({ length: 3 ** depth }, (_, i) => Array.from({ length: depth }, (__, at) => names[Math.floor(i / 3 ** at) % 3]).join('/')));
    fc.assert(
      fc.property(filter, filter, (one, other) => {
        expect(overlap(one, other)).toBe(topics.some((topic) => matches(one, topic) && matches(other, topic)));
        expect(covers(one, other)).toBe(!topics.some((topic) => !matches(one, topic) && matches(other, topic)));
      }),
      { seed: 2 },
    );
  });
});

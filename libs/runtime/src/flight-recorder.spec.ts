import type { Instant } from '@pilotwire/machine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dumpFlight, DumpError, flightRecorder, readFlight } from './index.js';

describe('a flight recorder', () => {
  test('keeps the last sessions and the end of each, with the state that it began with', () => {
    const recorder = flightRecorder<number, { n: number }>({ inputs: 8, sessions: 2 });
    for (const session of ['a', 'b', 'c']) {
      recorder.begin(session);
      for (let n = 0; n < 11; n++) recorder.observe(n * 10, { n }, n as Instant);
    }
    expect(recorder.flights().map(({ session, initial, tape, dropped }) => [session, initial, tape.map(({ now }) => now), dropped])).toEqual([
      ['b', 40, [4, 5, 6, 7, 8, 9, 10], 4],
      ['c', 40, [4, 5, 6, 7, 8, 9, 10], 4],
    ]);
  });

  test('what happens before the first session has one without a name', () => {
    const recorder = flightRecorder<number, { n: number }>();
    recorder.observe(0, { n: 1 }, 0 as Instant);
    expect(recorder.flights()).toEqual([{ session: '', initial: 0, tape: [{ now: 0, input: { n: 1 } }], dropped: 0 }]);
    expect(() => flightRecorder({ inputs: 3 })).toThrow(RangeError);
  });
});

describe('a dump', () => {
  test('is read back as it was, octets, big integers, odd numbers and dollar signs included', () => {
    const leaf = fc.oneof(fc.string(), fc.double(), fc.bigInt(), fc.uint8Array(), fc.constantFrom(null, undefined, true));
    const name = fc.oneof(fc.string().filter((text) => text !== '__proto__'), fc.constantFrom('$octets', '$object', '$undefined'));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true })),
    }));
    fc.assert(
      fc.property(value, fc.array(value, { maxLength: 120, size: 'max' }), (initial, inputs) => {
        const flight = { session: 's', initial, tape: inputs.map((input, i) => ({ now: (i / 8) as Instant, input })), dropped: 2 };
        expect(readFlight([...dumpFlight(flight)].join(''))).toStrictEqual(flight);
      }),
      { seed: 4 },
    );
  });

  test('of what is no plain value is refused rather than emptied', () => {
    const flight = { session: 's', initial: new Map([[1, 2]]), tape: [], dropped: 0 };
    expect(() => [...dumpFlight(flight)]).toThrow(new DumpError('a Map is no plain value'));
  });

  test.each(['', '{}', 'null', '[]', '{"session":"a","tape":[]}', '{"session":"a","initial":{"$octets":"0"},"tape":[]}', '{"session":"a","initial":{"$bigint":"x"},"tape":[]}', '{"session":"a","initial":{"$new":1},"tape":[]}'])(
    '%j is none', (text) => {
      expect(() => readFlight(text)).toThrow(DumpError);
    },
  );
});

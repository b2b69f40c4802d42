import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulate } from '@pilotwire/machine';
import { cableOf, controlPilot, latchButton, latchOf, offerOf, pilotLevel, unreadLatch, unreadPilot } from './index.js';

describe('the level of a voltage', () => {
  test.each([
    [13, 'A'], [12, 'A'], [11, 'A'], [10, 'B'], [9, 'B'], [8, 'B'], [7, 'C'], [6, 'C'], [5, 'C'],
    [4, 'D'], [3, 'D'], [2, 'D'], [1, 'E'], [0, 'E'], [-1, 'E'], [-11, 'F'], [-12, 'F'], [-13, 'F'],
  ] as const)('%d V is %s, whatever was before', (volts, level) => {
    const any = [undefined, 'A', 'B', 'C', 'D', 'E', 'F'] as const;
    for (const before of any) expect(pilotLevel(volts, before)).toBe(level);
  });

  test('between two bands it is the one that was there before', () => {
    expect([pilotLevel(7.7, 'C'), pilotLevel(7.7, 'B')]).toEqual(['C', 'B']);
    expect([pilotLevel(7.3, 'B'), pilotLevel(7.3, 'C')]).toEqual(['B', 'C']);
  });

  test('between two bands it is the nearer one where neither was there before', () => {
    expect([pilotLevel(7.7), pilotLevel(7.3)]).toEqual(['B', 'C']);
    expect([pilotLevel(7.7, 'F'), pilotLevel(7.3, 'A')]).toEqual(['B', 'C']);
  });

  test('a line that cannot be read is at E', () => {
    expect(pilotLevel(Number.NaN, 'C')).toBe('E');
  });
});

describe('the pilot line', () => {
  test('a state is believed when it has lasted 10 ms', () => {
    const line = simulate(controlPilot, unreadPilot);
    const readings = [
      [0, 9, false], [9, 9, false], [1, 9, false], [20, 9, true], [20, 9, true], [20, 6, true], [10, 6, true],
    ] as const;
    for (const [wait, volts, pwm] of readings) {
      line.advance(wait);
      line.feed({ kind: 'reading', volts, pwm });
    }
    expect(line.log.map(({ at, output }) => [at, output.state])).toEqual([[10, 'B1'], [50, 'B2'], [80, 'C2']]);
  });

  test('a glitch between two readings of the same state changes nothing', () => {
    const line = simulate(controlPilot, unreadPilot);
    for (const volts of [6, 6, 12, 6, 6]) {
      line.feed({ kind: 'reading', volts, pwm: true });
      line.advance(20);
    }
    expect(line.log.map(({ output }) => output)).toEqual([{ kind: 'pilot', level: 'C', state: 'C2' }]);
  });

  test('noise of half a volt around the middle of two levels never makes the state flutter', () => {
    const noise = fc.array(fc.double({ min: -0.49, max: 0.49, noNaN: true }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(noise, (deviations) => {
        const line = simulate(controlPilot, unreadPilot);
        for (const volts of [9, 9, ...deviations.map((d) => 7.5 + d)]) {
          line.feed({ kind: 'reading', volts, pwm: true });
          line.advance(20);
        }
        expect(line.log).toHaveLength(1);
      }),
      { seed: 1 },
    );
  });
});

test.each([
  [2.9, 'none'], [3, 'digital'], [5, 'digital'], [7, 'digital'], [7.5, 'none'], [8, 6], [9.9, 6], [10, 6], [50, 30],
  [85, 51], [85.2, 53], [90, 65], [96, 80], [96.5, 80], [97, 80], [97.1, 'none'], [100, 'none'], [0, 'none'],
  [Number.NaN, 'none'],
] as const)('a duty cycle of %d %% offers %s', (duty, offer) => {
  const actual = offerOf(duty);
  if (typeof offer === 'string') expect(actual).toEqual({ kind: offer });
  else expect(actual).toEqual({ kind: 'current', amperes: expect.closeTo(offer, 6) });
});

describe('proximity', () => {
  const cables = [[1_500, 13], [1_575, 13], [680, 20], [220, 32], [100, 63]] as const;
  test.each(cables)('%d Ω is a cable for %d A', (ohms, amperes) => {
    expect(cableOf(ohms)).toEqual({ kind: 'cable', amperes });
  });

  test('an open line is unplugged; what fits no resistor is invalid', () => {
    expect(cableOf(Infinity)).toEqual({ kind: 'unplugged' });
    for (const ohms of [0, 50, 150, 350, 1_000, 3_000, Number.NaN]) expect(cableOf(ohms)).toEqual({ kind: 'invalid' });
  });

  test.each([
    [150, 'connected'], [480, 'pressed'], [2_700, 'unplugged'], [Infinity, 'unplugged'], [0, 'invalid'],
    [260, 'invalid'], [Number.NaN, 'invalid'],
  ] as const)('a latch at %d Ω is %s', (ohms, latch) => {
    expect(latchOf(ohms)).toBe(latch);
  });

  test('R19: the button counts once it has been pressed for 100 ms, a touch does not', () => {
    const line = simulate(latchButton, unreadLatch);
    const readings = (ohms: number, forMs: number): void => {
      for (let t = 0; t < forMs; t += 20) {
        line.feed({ kind: 'reading', ohms });
        line.advance(20);
      }
    };
    readings(150, 200);
    readings(480, 100);
    readings(150, 200);
    readings(480, 200);
    expect(line.log.map(({ at, output }) => [at, output.latch])).toEqual([[100, 'connected'], [600, 'pressed']]);
  });
});

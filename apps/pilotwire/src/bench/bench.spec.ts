import { describe, expect, test } from 'vitest';
import { toy } from '../../test/toy.js';
import { dialectFigures, exiFigures } from './exi.js';
import { figure, perMessage } from './figure.js';

const quick = { warmup: 0, run: 1 };

describe('figures', () => {
  test('a figure is the median of its runs', () => {
    expect(figure('start', 'ms', [5, 1, 100, 3, 4])).toEqual({ name: 'start', value: 4, unit: 'ms', runs: [5, 1, 100, 3, 4] });
  });

  test('a pass is divided by its messages, and a run lasts as long as was asked', () => {
    let time = 0;
    let passes = 0;
    const pass = (): number => {
      passes++;
      time += 2;
      return 1;
    };
    const work = { name: 'pass', messages: 1000, pass };
    const [{ value, runs } = { value: 0, runs: [] }] = perMessage([work], { warmup: 20, run: 9 }, () => time);
    expect([value, runs]).toEqual([2000, [2000, 2000, 2000, 2000, 2000]]); // 2 ms by 1000 messages
    expect(passes).toBe(10 + 5 * 5); // 20 ms, then five times 10 ms
  });

  test('works that are compared take turns', () => {
    let time = 0;
    const order: string[] = [];
    const work = (name: string) => ({
      name,
      messages: 1,
      pass: () => {
        time += 1;
        order.push(name);
        return 1;
      },
    });
    perMessage([work('a'), work('b')], { warmup: 1, run: 1 }, () => time);
    expect(order.join('')).toBe('ab'.repeat(6));
  });
});

describe('exiFigures', () => {
  const codec = toy(1, 'Ping');
  const recorded = [1, 2].map((n) => ({ type: 'Ping', bytes: Uint8Array.of(1, n), value: { Ping: { n } } }));

  test('measures all messages, each type, and JSON as yardstick', () => {
    const figures = [...exiFigures('toy', codec, recorded, quick, quick)];
    expect(figures.map(({ name, messages }) => [name, messages])).toEqual([
      ['exi.toy.decode', 2],
      ['exi.toy.decode.read', 2],
      ['exi.toy.encode', 2],
      ['exi.toy.encode.array', 2],
      ['json.parse', 2],
      ['json.stringify', 2],
      ['exi.toy.decode.Ping', 2],
      ['exi.toy.encode.Ping', 2],
    ]);
    expect(figures.every(({ value, unit }) => value > 0 && unit === 'ns/message')).toBe(true);
  });

  test('of another dialect only the sums are told, and nothing where nothing was recorded', () => {
    expect(dialectFigures('toy', codec, recorded, quick).map(({ name }) => name)).toEqual(['exi.toy.decode', 'exi.toy.encode']);
    expect(dialectFigures('toy', codec, [], quick)).toEqual([]);
  });

  test('measures nothing where a value is wrong', () => {
    const wrong = [{ type: 'Ping', bytes: Uint8Array.of(1, 3), value: { Ping: { n: 4 } } }];
    expect(() => exiFigures('toy', codec, wrong, quick, quick).next()).toThrow('toy Ping decodes to another value than was recorded');
  });
});

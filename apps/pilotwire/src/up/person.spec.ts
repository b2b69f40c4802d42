import { VirtualTime } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { Person } from './person.js';
import type { PersonOptions, Wish } from './person.js';

/** A person, and an outlet that does as it is told unless it refuses. */
function scene(options: Partial<PersonOptions> = {}) {
  const time = new VirtualTime();
  const said: string[] = [];
  const refusals: (string | undefined)[] = [];
  let home = false;
  const person = new Person({
    time, seed: '7', car: 'default', cars: ['default', 'ioniq', 'model-y', 'pyplc'], soc: 20, until: 80, card: undefined, charges: 2,
    ask: (wish: Wish, answered) => {
      said.push(`${time.now / 1_000} ${wish.name}${wish.name === 'plug' ? ` ${wish.args.car}` : ''}`);
      const refusal = refusals.shift();
      time.schedule(() => answered(refusal));
    },
    tell: (words) => void words,
    done: () => {
      home = true;
    },
    ...options,
  });
  /** Seconds pass, then the gateway tells a phase. */
  const pass = (seconds: number, phase?: string): void => {
    time.advance(1_000 * seconds);
    if (phase !== undefined) person.sees(phase);
    time.advance(0);
  };
  return { person, said, refusals, pass, home: () => home };
}

test('plugs in, waits for the end of the session, unplugs, comes with another car, and goes home', () => {
  const { said, pass, home } = scene();
  pass(1);
  expect(said).toEqual([]); // nobody has told how the outlet stands
  pass(0, 'idle');
  for (const phase of ['plugged', 'matching', 'charging']) pass(1, phase);
  pass(30, 'ended');
  pass(2, 'idle');
  pass(5, 'plugged');
  pass(1, 'ended');
  pass(3);
  expect(said).toEqual(['1 plug default', '36 unplug', '40 plug model-y', '44 unplug']);
  expect(home()).toBe(true);
  pass(1, 'idle');
  pass(100);
  expect(said).toHaveLength(4);
});

test('no car comes twice in a row, and which come follows from the seed', () => {
  const cars = (seed: string): string[] => {
    const { said, pass } = scene({ seed, charges: 20 });
    pass(0, 'idle');
    for (let i = 0; i < 20; i++) {
      pass(10, 'plugged');
      pass(1, 'ended');
      pass(3, 'idle');
    }
    return said.filter((line) => line.includes(' plug ')).map((line) => line.split(' ').at(-1) as string);
  };
  const seven = cars('7');
  expect(seven).toHaveLength(20);
  expect(seven.every((car, i) => car !== seven[i + 1])).toBe(true);
  expect(new Set(seven).size).toBe(4);
  expect(cars('7')).toEqual(seven);
  expect(cars('8')).not.toEqual(seven);
});

test('what is refused is tried again', () => {
  const { said, refusals, pass, home } = scene({ charges: 1 });
  refusals.push('no outlet', undefined, 'no outlet');
  pass(0, 'idle');
  pass(3, 'charging');
  pass(1, 'ended');
  pass(5);
  expect(said).toEqual(['0 plug default', '2 plug default', '6 unplug', '8 unplug']);
  expect(home()).toBe(true);
});

test('a plug of which nothing comes is pulled, one that charges for long is not', () => {
  const { said, pass } = scene();
  pass(0, 'idle');
  pass(1, 'matching');
  pass(199);
  expect(said).toEqual(['0 plug default', '200 unplug']);
  pass(1, 'idle');
  pass(5, 'charging');
  pass(4_000, 'ended');
  pass(3);
  expect(said.slice(2)).toEqual([expect.stringMatching(/^205 plug /), '4208 unplug']);
});

test('a plug that somebody else pulls is a charge as well; where somebody else has plugged in, the person waits', () => {
  const { said, pass } = scene();
  pass(0, 'charging');
  pass(50, 'idle');
  pass(5, 'plugged');
  pass(5, 'idle');
  pass(5);
  expect(said).toEqual(['54 plug default', '64 plug model-y']);
});

test('who has gone home touches nothing, not even in answer to what was asked before', () => {
  const { person, said, pass } = scene();
  pass(0, 'idle');
  pass(1, 'charging');
  pass(1, 'ended');
  person.goHome();
  pass(10, 'idle');
  pass(10);
  expect(said).toEqual(['0 plug default']);
});

test('who has a card holds it when the charge waits for it, again where it was not taken, and not where nothing waits', () => {
  const { said, refusals, pass } = scene({ card: 'CARD-1', charges: 1 });
  pass(0, 'idle');
  pass(1, 'plugged');
  refusals.push('the bridge is not there');
  pass(2, 'authorization');
  pass(2);
  pass(1, 'parameters');
  pass(20, 'ended');
  pass(3);
  expect(said).toEqual(['0 plug default', '3 present-token', '5 present-token', '28 unplug']);
});

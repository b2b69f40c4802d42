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
    time, seed: '7', car: 'default', cars: ['default', 'ioniq', 'model-y', 'pyplc'], soc: 20, until: 80, charges: 2,
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
  const then = (seconds: number, phase?: string): void => {
    time.advance(1_000 * seconds);
    if (phase !== undefined) person.sees(phase);
    time.advance(0);
  };
  return { person, said, refusals, then, home: () => home };
}

test('plugs in, waits for the end of the session, unplugs, comes with another car, and goes home', () => {
  const { said, then, home } = scene();
  then(1);
  expect(said).toEqual([]); // nobody has told how the outlet stands
  then(0, 'idle');
  for (const phase of ['plugged', 'matching', 'charging']) then(1, phase);
  then(30, 'ended');
  then(2, 'idle');
  then(5, 'plugged');
  then(1, 'ended');
  then(3);
  expect(said).toEqual(['1 plug default', '36 unplug', '40 plug model-y', '44 unplug']);
  expect(home()).toBe(true);
  then(1, 'idle');
  then(100);
  expect(said).toHaveLength(4);
});

test('no car comes twice in a row, and which come follows from the seed', () => {
  const cars = (seed: string): string[] => {
    const { said, then } = scene({ seed, charges: 20 });
    then(0, 'idle');
    for (let i = 0; i < 20; i++) {
      then(10, 'plugged');
      then(1, 'ended');
      then(3, 'idle');
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
  const { said, refusals, then, home } = scene({ charges: 1 });
  refusals.push('no outlet', undefined, 'no outlet');
  then(0, 'idle');
  then(3, 'charging');
  then(1, 'ended');
  then(5);
  expect(said).toEqual(['0 plug default', '2 plug default', '6 unplug', '8 unplug']);
  expect(home()).toBe(true);
});

test('a plug of which nothing comes is pulled, one that charges for long is not', () => {
  const { said, then } = scene();
  then(0, 'idle');
  then(1, 'matching');
  then(199);
  expect(said).toEqual(['0 plug default', '200 unplug']);
  then(1, 'idle');
  then(5, 'charging');
  then(4_000, 'ended');
  then(3);
  expect(said.slice(2)).toEqual([expect.stringMatching(/^205 plug /), '4208 unplug']);
});

test('a plug that somebody else pulls is a charge as well; where somebody else has plugged in, the person waits', () => {
  const { said, then } = scene();
  then(0, 'charging');
  then(50, 'idle');
  then(5, 'plugged');
  then(5, 'idle');
  then(5);
  expect(said).toEqual(['54 plug default', '64 plug model-y']);
});

test('who has gone home touches nothing, not even in answer to what was asked before', () => {
  const { person, said, then } = scene();
  then(0, 'idle');
  then(1, 'charging');
  then(1, 'ended');
  person.goHome();
  then(10, 'idle');
  then(10);
  expect(said).toEqual(['0 plug default']);
});

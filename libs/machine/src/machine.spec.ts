import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  after, earliest, go, machine, ms, noise, origin, Random, replay, simulate, stay, VirtualTime,
} from './index.js';
import type { Instant, Machine, Step, Tick } from './index.js';

/** A doorbell that rings three times, 200 ms apart, unless somebody opens. */
type Bell = { at: 'quiet' } | { at: 'ringing'; rings: number; deadline: Instant } | { at: 'open' };
type Press = { kind: 'press' } | { kind: 'open' };
type Ring = { kind: 'ring'; number: number };

const ring = (number: number, now: Instant): Step<Bell, Ring> =>
  go({ at: 'ringing', rings: number, deadline: after(now, ms(200)) }, { kind: 'ring', number });

function bellStep(state: Bell, input: Press | Tick, now: Instant): Step<Bell, Ring> {
  switch (input.kind) {
    case 'press':
      return state.at === 'quiet' ? ring(1, now) : stay(state);
    case 'open':
      return go({ at: 'open' });
    case 'tick':
      if (state.at !== 'ringing') return stay(state);
      return state.rings < 3 ? ring(state.rings + 1, now) : go({ at: 'quiet' });
  }
}
const bell: Machine<Bell, Press, Ring> = machine(bellStep);
const quiet: Bell = { at: 'quiet' };

describe('simulate', () => {
  test('a machine is ticked at each deadline on the way, and at the last instant', () => {
    const run = simulate(bell, quiet);
    run.advance(50);
    run.feed({ kind: 'press' });
    run.advance(199);
    expect(run.log.map(({ at }) => at)).toEqual([50]);
    run.advance(1);
    expect(run.log.map(({ at }) => at)).toEqual([50, 250]);
    run.advanceTo(10_000 as Instant);
    expect(run.log.map(({ at, output }) => [at, output.number])).toEqual([[50, 1], [250, 2], [450, 3]]);
    expect(run.state).toEqual(quiet);
    expect(run.now).toBe(10_000);
  });

  test('leaving a state cancels its timer', () => {
    const run = simulate(bell, quiet);
    run.feed({ kind: 'press' });
    run.feed({ kind: 'open' });
    run.advance(1_000);
    expect(run.log).toHaveLength(1);
  });

  test('a tick that leaves the deadline where it was is refused, and so is one that moves it back', () => {
    const stuck = machine((state: { deadline: Instant }) => stay(state));
    expect(() => simulate(stuck, { deadline: 5 as Instant }).advance(10)).toThrow('left the deadline 5 at 5');
    const back = machine((state: { deadline: Instant }) => stay({ deadline: (state.deadline - 1) as Instant }));
    expect(() => simulate(back, { deadline: 5 as Instant }).advance(10)).toThrow('left the deadline 5 at 4');
  });

  test('time does not go back', () => {
    const run = simulate(bell, quiet);
    run.advance(10);
    expect(() => run.advanceTo(9 as Instant)).toThrow(RangeError);
    expect(() => run.advance(Number.NaN)).toThrow(RangeError);
  });
});

test('a recording replays to the same outputs and the same state', () => {
  const inputs = fc.array(fc.record({ wait: fc.nat(500), kind: fc.constantFrom('press' as const, 'open' as const) }));
  fc.assert(
    fc.property(inputs, (steps) => {
      const run = simulate(bell, quiet);
      for (const { wait, kind } of steps) {
        run.advance(wait);
        run.feed({ kind });
      }
      run.advance(1_000);
      const { state, log } = replay(bell, quiet, run.tape);
      expect(log).toEqual(run.log);
      expect(state).toEqual(run.state);
    }),
    { seed: 1 },
  );
});

describe('virtual time', () => {
  /** Says what it hears. */
  const parrot: Machine<readonly string[], string, string> = machine((heard, input) =>
    typeof input === 'string' ? stay([...heard, input], input) : stay(heard),
  );

  test('two machines talk over a line that takes its time', () => {
    const time = new VirtualTime();
    const trace: string[] = [];
    const ping = time.add(parrot, [], {
      perform: (word, now) => {
        trace.push(`${now} ping ${word}`);
        if (now < 25) pong.feed(word, ms(10));
      },
    });
    const pong = time.add(parrot, [], {
      perform: (word, now) => {
        trace.push(`${now} pong ${word}`);
        ping.feed(word, ms(5));
      },
    });
    ping.feed('a');
    time.advance(100);
    expect(trace).toEqual(['0 ping a', '10 pong a', '15 ping a', '25 pong a', '30 ping a']);
    expect(pong.state).toEqual(['a', 'a']);
  });

  test('what meets at one instant happens in the order in which it was asked for, deadlines included', () => {
    const time = new VirtualTime();
    const trace: string[] = [];
    time.schedule(() => trace.push('first'), ms(200));
    const door = time.add(bell, quiet, { perform: ({ number }) => trace.push(`ring ${number}`) });
    door.feed({ kind: 'press' });
    time.schedule(() => trace.push('third'), ms(200));
    time.schedule(() => trace.push('early'), ms(1));
    time.advance(200);
    expect(trace).toEqual(['ring 1', 'early', 'first', 'ring 2', 'third']);
  });

  test('each of many machines is woken at its deadline, however they set, move and drop it', () => {
    type Alarm = { at: 'set'; deadline: Instant } | { at: 'off' };
    const alarm: Machine<Alarm, { kind: 'set'; in: number | undefined }, 'woken'> = machine((_, input, now) => {
      if (input.kind === 'tick') return go({ at: 'off' }, 'woken');
      return input.in === undefined ? go({ at: 'off' }) : go({ at: 'set', deadline: after(now, ms(input.in)) });
    });
    const random = new Random('alarms');
    const time = new VirtualTime();
    const due: (Instant | undefined)[] = Array.from({ length: 8 }, () => undefined);
    const woken: boolean[] = [];
    const alarms = due.map((_, i) => time.add(alarm, { at: 'off' }, {
      perform(_output, now) {
        woken.push(now === due[i]);
        due[i] = undefined;
      },
    }));
    for (let round = 0; round < 2_000; round++) {
      time.advance(random.int(0, 3));
      expect(due.filter((at) => at !== undefined && at < time.now)).toEqual([]);
      const i = random.int(0, 7);
      const wait = random.next() < 0.2 ? undefined : random.int(1, 20);
      due[i] = wait === undefined ? undefined : after(time.now, ms(wait));
      alarms[i]?.feed({ kind: 'set', in: wait });
    }
    expect(woken.length).toBeGreaterThan(500);
    expect(woken).not.toContain(false);
  });

  test('an input fed while an output is carried out waits until the step is done', () => {
    const time = new VirtualTime();
    const trace: string[] = [];
    const twice: Machine<object, string, string> = machine((state, input) =>
      typeof input === 'string' ? stay(state, `${input}1`, `${input}2`) : stay(state),
    );
    const actor = time.add(twice, {}, {
      perform: (word) => {
        trace.push(word);
        if (word === 'a1') actor.feed('b');
      },
    });
    actor.feed('a');
    expect(trace).toEqual(['a1', 'a2', 'b1', 'b2']);
  });

  test('a machine that was taken out is ticked no more and hears nothing, and the others live on', () => {
    const time = new VirtualTime();
    const ticks: string[] = [];
    const clockwork = (name: string, period: number) =>
      time.add<{ deadline: Instant }, { kind: 'noise' }, string>(
        { step: ({ deadline }, input, now) => ({ state: { deadline: input.kind === 'tick' ? after(now, ms(period)) : deadline }, outputs: [`${name} ${input.kind} ${now}`] }), deadline: ({ deadline }) => deadline },
        { deadline: ms(period) as unknown as Instant },
        { perform: (said) => ticks.push(said) },
      );
    const [quick, slow] = [clockwork('quick', 10), clockwork('slow', 25)];
    time.advance(15);
    quick.stop();
    quick.feed({ kind: 'noise' });
    slow.feed({ kind: 'noise' });
    time.advance(15);
    expect(ticks).toEqual(['quick tick 10', 'slow noise 15', 'slow tick 25']);
  });

  test('running until something has happened stops there, and says where it did not happen', () => {
    const time = new VirtualTime();
    const door = time.add(bell, quiet, { perform: () => undefined });
    door.feed({ kind: 'press' });
    expect(time.runUntil(() => door.state.at === 'quiet', 10_000 as Instant)).toBe(true);
    expect(time.now).toBe(600);
    expect(time.runUntil(() => door.state.at === 'open', 10_000 as Instant)).toBe(false);
    expect(time.now).toBe(10_000);
  });

  test('two machines that answer each other for ever at one instant are found out', () => {
    const time = new VirtualTime();
    const echo: Machine<object, string, string> = machine((state) => stay(state, 'again'));
    const actor = time.add(echo, {}, { perform: (word) => actor.feed(word) });
    expect(() => actor.feed('go')).toThrow('time stands still');
  });

  test('time cannot be advanced by what happens in it, nor can anything be asked of the past', () => {
    const time = new VirtualTime();
    expect(() => time.schedule(() => time.advance(1))).toThrow('passing already');
    expect(() => time.schedule(() => undefined, ms(-1))).toThrow(RangeError);
  });
});

test('the earliest of several deadlines ignores those that are not set', () => {
  expect(earliest(undefined, 7 as Instant, 3 as Instant)).toBe(3);
  expect(earliest(undefined, origin)).toBe(0);
  expect(earliest(undefined)).toBeUndefined();
});

describe('chance', () => {
  const draw = (random: Random) => Array.from({ length: 5 }, () => random.int(0, 999));

  test('the same seed gives the same numbers, another seed others', () => {
    expect(draw(new Random(7))).toEqual(draw(new Random(7)));
    expect(draw(new Random(7))).toEqual([666, 979, 259, 797, 688]);
    expect(draw(new Random(7))).not.toEqual(draw(new Random(8)));
  });

  test('a fork does not depend on what was drawn before, and differs by name', () => {
    const random = new Random(7);
    const car = draw(random.fork('car'));
    random.bytes(100);
    expect(draw(random.fork('car'))).toEqual(car);
    expect(draw(random.fork('cap'))).not.toEqual(car);
    expect(draw(new Random('7/car'))).toEqual(car);
  });

  test('numbers keep to their bounds and fill them evenly', () => {
    const random = new Random('even');
    const counts = new Uint32Array(10);
    for (let i = 0; i < 100_000; i++) {
      const n = random.int(-3, 6);
      (counts as unknown as Record<number, number>)[n + 3]! += 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(9_600);
    expect(Math.max(...counts)).toBeLessThan(10_400);
    expect(new Set(random.bytes(4_000)).size).toBe(256);
    expect(new Set(Array.from({ length: 200 }, () => random.pick(['a', 'b', 'c'])))).toEqual(new Set(['a', 'b', 'c']));
    expect(() => random.pick([])).toThrow(RangeError);
    expect(() => random.int(2, 1)).toThrow(RangeError);
  });

  test('noise belongs to its index, keeps to its bounds and has no bias', () => {
    const values = Array.from({ length: 100_000 }, (_, i) => noise(7, i));
    expect(noise(7, 12_345)).toBe(values[12_345]);
    expect(noise(8, 12_345)).not.toBe(values[12_345]);
    expect(Math.abs(values.reduce((a, b) => a + b) / values.length)).toBeLessThan(0.01);
    expect(values.every((v) => v >= -1 && v < 1)).toBe(true);
    // Two streams that ran side by side would show here.
    expect(Math.abs(values.reduce((sum, v, i) => sum + v * noise(8, i), 0) / values.length)).toBeLessThan(0.01);
  });
});

import { after, go, machine, ms, replay, stay } from '@pilotwire/machine';
import type { Instant, Machine, Tick } from '@pilotwire/machine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drive, flightRecorder, virtualClock } from './index.js';
import type { Trouble } from './index.js';

type Bell = { at: 'quiet' } | { at: 'ringing'; rings: number; deadline: Instant };
type Press = { kind: 'press' } | { kind: 'open' };
interface Ring {
  readonly ring: number;
}

const ring = (rings: number, now: Instant) => go<Bell, Ring>({ at: 'ringing', rings, deadline: after(now, ms(200)) }, { ring: rings });
/** Rings three times, 200 ms apart, unless somebody opens. */
const bell: Machine<Bell, Press, Ring> = machine((state: Bell, input: Press | Tick, now) => {
  if (input.kind === 'open') return go<Bell, Ring>({ at: 'quiet' });
  if (input.kind === 'press') return state.at === 'quiet' ? ring(1, now) : stay<Bell, Ring>(state);
  if (state.at !== 'ringing') return stay<Bell, Ring>(state);
  return state.rings < 3 ? ring(state.rings + 1, now) : go<Bell, Ring>({ at: 'quiet' });
});
const quiet: Bell = { at: 'quiet' };

const silent = (trouble: { readonly kind: string }): void => {
  throw new Error(`unexpected trouble: ${trouble.kind}`);
};

describe('a driver', () => {
  test('wakes the machine at its deadlines, and no longer once an input has moved them', () => {
    const clock = virtualClock();
    const log: [number, number][] = [];
    const door = drive({ machine: bell, initial: quiet, clock, report: silent, perform: (output, now) => void log.push([now, output.ring]) });
    door.feed({ kind: 'press' });
    clock.advance(400);
    expect(log).toEqual([[0, 1], [200, 2], [400, 3]]);
    door.feed({ kind: 'open' });
    expect(clock.pending).toBe(0);
    expect(door.state).toEqual(quiet);
  });

  test('a late wake ticks once, at the time that it is', () => {
    const clock = virtualClock();
    let late = 0;
    const log: number[] = [];
    const slow = { now: () => (clock.now() + late) as Instant, wake: clock.wake };
    const door = drive({ machine: bell, initial: quiet, clock: slow, report: silent, perform: (_, now) => void log.push(now) });
    door.feed({ kind: 'press' });
    late = 50;
    clock.advance(200);
    expect(log).toEqual([0, 250]);
  });

  test('an input fed while an output is carried out waits until the step is done', () => {
    const twice: Machine<object, string, string> = machine((state, input) => (typeof input === 'string' ? stay(state, `${input}1`, `${input}2`) : stay(state)));
    const trace: string[] = [];
    const actor = drive<object, string, string>({
      machine: twice, initial: {}, clock: virtualClock(), report: silent,
      perform: (word) => {
        trace.push(word);
        if (word === 'a1') actor.feed('b');
      },
    });
    actor.feed('a');
    expect(trace).toEqual(['a1', 'a2', 'b1', 'b2']);
  });

  test('an output that fails is reported, at once or later, and the others are carried out', async () => {
    const three: Machine<object, string, string> = machine((state, input) => (typeof input === 'string' ? stay(state, 'a', 'b', 'c') : stay(state)));
    const done: string[] = [];
    const troubles: Trouble<object, string, string>[] = [];
    const actor = drive<object, string, string>({
      machine: three, initial: {}, clock: virtualClock(), report: (trouble) => troubles.push(trouble),
      perform: (word) => {
        if (word === 'a') throw new Error('broken');
        if (word === 'b') return Promise.reject(new Error('later'));
        done.push(word);
        return undefined;
      },
    });
    actor.feed('go');
    await Promise.resolve();
    expect(done).toEqual(['c']);
    expect(troubles.map((trouble) => trouble.kind === 'perform' && [trouble.output, (trouble.error as Error).message])).toEqual([['a', 'broken'], ['b', 'later']]);
    actor.feed('go');
    expect(done).toEqual(['c', 'c']);
  });

  test('a machine that throws keeps its state, and lives', () => {
    const odd: Machine<{ n: number }, string, string> = machine((state, input) => {
      if (input === 'bad') throw new Error('a bug');
      return stay({ n: state.n + 1 });
    });
    const troubles: string[] = [];
    const actor = drive({ machine: odd, initial: { n: 0 }, clock: virtualClock(), perform: () => undefined, report: ({ kind }) => troubles.push(kind) });
    actor.feed('good');
    actor.feed('bad');
    actor.feed('good');
    expect([actor.state, troubles]).toEqual([{ n: 2 }, ['step']]);
  });

  test('a tick that leaves its deadline is reported once and does not spin; an input that moves it starts it again', () => {
    interface Stuck {
      readonly deadline: Instant;
      readonly ticks: number;
    }
    const stuck: Machine<Stuck, number, never> = machine((state: Stuck, input: number | Tick) =>
      typeof input === 'number' ? stay({ ...state, deadline: input as Instant }) : stay({ ...state, ticks: state.ticks + 1 }));
    const clock = virtualClock();
    const troubles: string[] = [];
    const actor = drive({ machine: stuck, initial: { deadline: 5 as Instant, ticks: 0 }, clock, perform: () => undefined, report: ({ kind }) => troubles.push(kind) });
    clock.advance(100);
    expect([actor.state.ticks, troubles]).toEqual([1, ['stuck']]);
    actor.feed(150);
    clock.advance(100);
    expect([actor.state.ticks, troubles]).toEqual([2, ['stuck', 'stuck']]);
  });

  test('machines that answer each other for ever leave the event loop its turn', () => {
    const clock = virtualClock();
    let count = 0;
    const echo: Machine<object, string, string> = machine((state, input) => (typeof input === 'string' ? stay(state, input) : stay(state)));
    const actor = drive<object, string, string>({
      machine: echo, initial: {}, clock, report: silent,
      perform: (word) => {
        count++;
        if (count < 5_000) actor.feed(word);
      },
    });
    actor.feed('again');
    expect(count).toBe(1_000);
    actor.feed('more');
    expect(count).toBe(1_000);
    clock.advance(0);
    expect(count).toBe(5_001);
    expect(clock.pending).toBe(0);
  });

  test('once stopped it neither ticks nor takes', () => {
    const clock = virtualClock();
    const log: number[] = [];
    const door = drive({ machine: bell, initial: quiet, clock, report: silent, perform: (output) => void log.push(output.ring) });
    door.feed({ kind: 'press' });
    door.stop();
    door.feed({ kind: 'open' });
    clock.advance(1_000);
    expect(log).toEqual([1]);
    expect(clock.pending).toBe(0);
  });

  test('what the recorder kept replays to the same outputs, however much it had to drop', () => {
    const inputs = fc.array(fc.record({ wait: fc.nat(500), kind: fc.constantFrom('press' as const, 'open' as const) }), { maxLength: 60 });
    fc.assert(
      fc.property(inputs, fc.integer({ min: 4, max: 200 }), (steps, most) => {
        const clock = virtualClock();
        const recorder = flightRecorder<Bell, Press>({ inputs: most });
        const log: { at: Instant; output: Ring }[] = [];
        const door = drive({ machine: bell, initial: quiet, clock, report: silent, perform: (output, at) => void log.push({ at, output }), observe: recorder.observe });
        recorder.begin('one');
        for (const { wait, kind } of steps) {
          clock.advance(wait);
          door.feed({ kind });
        }
        clock.advance(1_000);
        const [flight] = recorder.flights();
        if (flight === undefined) {
          expect(steps).toEqual([]);
          return;
        }
        expect(flight.tape.length).toBeLessThanOrEqual(most);
        if (flight.dropped > 0) expect(flight.tape.length).toBeGreaterThan(3 * Math.floor(most / 4));
        const again = replay(bell, flight.initial, flight.tape);
        expect(again.state).toEqual(door.state);
        expect(again.log).toEqual(log.slice(log.length - again.log.length));
        if (flight.dropped === 0) expect(again.log).toEqual(log);
      }),
      { seed: 3 },
    );
  });
});

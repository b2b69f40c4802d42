import { recorder, replay, VirtualTime } from '@pilotwire/machine';
import type { Actor, Logged, Machine, Recorded, Surroundings } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import { carModels, charge, chargerModels, faults, recordedFrame } from '../src/index.js';
import type { FaultName, SiteEvent } from '../src/index.js';

const names = <Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] => Object.keys(table) as Key[];
/** A short charge: some seconds of CurrentDemand. */
const short = { from: 0.5, to: 0.502 } as const;

describe('each car at each charger', () => {
  const pairs = names(carModels).flatMap((car) => names(chargerModels).map((charger) => ({ car, charger })));
  test.each(pairs)('$car at $charger charges, and both sides end in order', ({ car, charger }) => {
    const summary = charge({ ...short, car, charger });
    expect([summary.ev, summary.evse]).toMatchObject([{ reason: 'completed' }, { reason: 'completed' }]);
    expect(summary.soc.to).toBeGreaterThanOrEqual(0.502);
    expect(summary.energy).toBeGreaterThan(40);
    expect(summary.phases.at(-1)).toBe('SessionStop');
  });
});

describe('each fault', () => {
  test.each(names(faults))('%s ends as its declaration says', (fault) => {
    // Other seeds, cars and chargers: `npm run fault-pairs`.
    const { ev, evse, asExpected, expected } = charge({ ...short, seed: 1, fault });
    expect(asExpected, `car ${ev?.reason} ${ev?.detail}, charger ${evse?.reason}; not ${JSON.stringify(expected)}`).toBe(true);
  });

  test('a lossy line may lose what the car says on its way out: then the pilot is all that the charger has', () => {
    const { evse, asExpected } = charge({ ...short, seed: 22, fault: 'lossy-line' });
    expect([evse?.reason, asExpected]).toEqual(['pilot-left', true]);
  });

  test('an end that nothing predicts is not as expected', () => {
    const { ev, asExpected } = charge({ ...short, authorizeAfter: undefined });
    expect([ev?.reason, asExpected]).toEqual(['authorization-timeout', false]);
  });
});

/** All that came out of a run. */
function run(seed: number, fault?: FaultName): { events: SiteEvent[]; frames: string } {
  const events: SiteEvent[] = [];
  const frames: string[] = [];
  charge({ ...short, seed, fault, tell: (event) => events.push(event), frame: (frame, at) => frames.push(Buffer.from(recordedFrame(frame, at)).toString('hex')) });
  return { events, frames: frames.join('\n') };
}

describe('a run', () => {
  test.each([undefined, 'lossy-line', 'pulled-plug-in-current-demand'] as const)('repeats bit for bit from its seed (%s)', (fault) => {
    expect(run(7, fault)).toEqual(run(7, fault));
    expect(run(8, fault).frames).not.toBe(run(7, fault).frames);
  });

  test('can be played again machine by machine from what each was fed', () => {
    const time = new TapedTime();
    charge({ ...short, time });
    // SLAC twice, pilot, power path, SECC, EVCC, hardware, TCP twice.
    expect(time.tapes).toHaveLength(9);
    for (const { again, log, tape } of time.tapes) {
      expect(tape.length).toBeGreaterThan(5);
      expect(again()).toEqual(log);
    }
  });
});

interface Tape {
  readonly tape: readonly Recorded<unknown>[];
  readonly log: Logged<unknown>[];
  readonly again: () => readonly Logged<unknown>[];
}

/** Time that keeps what each machine in it was fed, and said. */
class TapedTime extends VirtualTime {
  readonly tapes: Tape[] = [];

  override add<State, Input, Output>(
    machine: Machine<State, Input, Output>,
    initial: State,
    surroundings: Surroundings<Input, Output>,
  ): Actor<State, Input> {
    const { tape, observe } = recorder<Input>();
    const log: Logged<unknown>[] = [];
    this.tapes.push({ tape, log, again: () => replay(machine, initial, tape).log });
    return super.add(machine, initial, {
      perform: (output, at) => {
        log.push({ at, output });
        surroundings.perform(output, at);
      },
      observe,
    });
  }
}

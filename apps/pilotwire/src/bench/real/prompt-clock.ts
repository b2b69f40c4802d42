import { after, between, ms } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import type { Clock } from '@pilotwire/runtime';

/** Timers of Node count whole milliseconds; what is nearer than this is waited for turn by turn of the event loop. */
const near = ms(1);

interface Wake {
  readonly at: Instant;
  readonly run: () => void;
}

/**
 * A clock whose wakes are as exact as the event loop is fast, and come in the order of their instants, for things that take parts
 * of a millisecond. It burns a core while something is due within the next millisecond.
 */
export function promptClock(clock: Clock): Clock {
  const wakes: Wake[] = [];
  let disarm = (): void => undefined;
  const arm = (): void => {
    disarm();
    const [first] = wakes;
    if (first === undefined) disarm = () => undefined;
    else if (between(clock.now(), first.at) > near) disarm = clock.wake(after(first.at, ms(-near)), arm);
    else {
      const immediate = setImmediate(turn);
      disarm = () => clearImmediate(immediate);
    }
  };
  const turn = (): void => {
    const now = clock.now();
    const due = (): boolean => wakes[0] !== undefined && wakes[0].at <= now;
    try {
      // What is wished for meanwhile waits for the next turn, so that the event loop gets on.
      for (let { length } = wakes; length > 0 && due(); length--) wakes.shift()?.run();
    } finally {
      arm();
    }
  };
  return {
    now: () => clock.now(),
    wake(at, run) {
      const one = { at, run };
      const place = wakes.findLastIndex((other) => other.at <= at) + 1;
      wakes.splice(place, 0, one);
      if (place === 0) arm();
      return () => {
        const still = wakes.indexOf(one);
        if (still >= 0) wakes.splice(still, 1);
      };
    },
  };
}

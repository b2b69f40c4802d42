import { Random } from '@pilotwire/machine';
import { virtualClock } from '@pilotwire/runtime';
import type { VirtualClock } from '@pilotwire/runtime';
import type { LinkFact } from '@pilotwire/station';
import { lineDefaults, openLine } from '../src/index.js';
import type { FrameCopy, Line, LineSettings, LineStatus } from '../src/index.js';
import { inbox } from './csms.js';

/** A line on a virtual clock, and all that it tells. */
export interface Bench extends AsyncDisposable {
  readonly line: Line;
  readonly clock: VirtualClock;
  readonly facts: LinkFact[];
  readonly statuses: LineStatus[];
  readonly events: { readonly type: string; readonly info: string }[];
  readonly frames: FrameCopy[];
  nextFact(): Promise<LinkFact>;
  nextStatus(): Promise<LineStatus>;
  /** The next status of this kind; others on the way are passed over. */
  until<At extends LineStatus['at']>(at: At): Promise<Extract<LineStatus, { at: At }>>;
}

export function bench(settings: Partial<LineSettings> & { readonly url: string }): Bench {
  const clock = virtualClock();
  const random = new Random('line');
  const [facts, statuses, events, frames]: [LinkFact[], LineStatus[], Bench['events'], FrameCopy[]] = [[], [], [], []];
  const [factBox, statusBox] = [inbox<LinkFact>(), inbox<LineStatus>()];
  const line = openLine(
    { ...lineDefaults, identity: 'CP-1', securityProfile: 1, password: 'a-password-for-a-test', ...settings },
    { clock, random: () => random.next() },
    {
      fact(fact) {
        facts.push(fact);
        factBox.put(fact);
      },
      status(status) {
        statuses.push(status);
        statusBox.put(status);
      },
      security: (event) => events.push(event),
      frame: (frame) => frames.push(frame),
    },
  );
  const until = async <At extends LineStatus['at']>(at: At): Promise<Extract<LineStatus, { at: At }>> => {
    for (;;) {
      const status = await statusBox.next();
      if (status.at === at) return status as Extract<LineStatus, { at: At }>;
    }
  };
  return {
    line, clock, facts, statuses, events, frames, nextFact: factBox.next, nextStatus: statusBox.next, until,
    [Symbol.asyncDispose]: () => line.close(),
  };
}

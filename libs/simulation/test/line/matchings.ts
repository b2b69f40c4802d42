import { seconds } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { host, networkOf, Site } from './site.js';

/** How often, at least, in a thousand: lines of all kinds take their turns. */
const least: Readonly<Record<string, number>> = { matched: 650, 'no-attenuation': 20, 'no-confirmation': 20, 'no-evse': 20, 'too-weak': 20 };

/**
 * One matching over a line that loses, copies and delays frames, as its seed says. `matched`: on both sides with one key;
 * else why it failed on both. Throws where one side ends otherwise than the other, or neither ends.
 */
export function endOf(seed: number): string {
  const site = new Site(seed, {
    loss: [0, 0.05, 0.2, 0.5, 0.9][seed % 5]!, duplicate: [0, 0.1, 0.5][seed % 3]!, reorder: [0, 0.1, 0.3][seed % 3]!,
  });
  // Impatient parties, so that the hopeless runs end soon.
  const evse = site.evse(1, { attempts: 1, timing: { TT_EVSE_SLAC_init: seconds(5) } });
  const ev = site.ev(2, { timing: { ev_patience: seconds(5) } });
  site.connect(1, 2, seed % 20 === 0 ? 45 : site.random.int(5, 38));
  site.time.advance(5_000);
  evse.actor.feed({ kind: 'plug' });
  site.start(ev);
  const settled = (): boolean => {
    const [ours, theirs] = [evse.actor.state.at, ev.actor.state.at];
    return theirs === ours && (theirs === 'failed' || theirs === 'matched');
  };
  const done = site.time.runUntil(settled, seconds(100) as number as Instant);
  const [ours, theirs] = [evse.actor.state, ev.actor.state];
  if (done && theirs.at === 'failed') return theirs.why;
  if (!done || theirs.at !== 'matched' || ours.at !== 'matched') throw new Error(`seed ${seed}: EVSE ${ours.at}, EV ${theirs.at}`);
  const found = [theirs.chosen.evse, ours.run.ev, networkOf(theirs)].join();
  if (found !== [host(1), host(2), networkOf(ours)].join()) throw new Error(`seed ${seed}: matched with ${found}, the charger is in ${networkOf(ours)}`);
  return 'matched';
}

/** Ends that must not be, and those that came too seldom to mean something. */
export function strangeEnds(ends: ReadonlyMap<string, number>): string[] {
  const all = [...ends.values()].reduce((sum, count) => sum + count, 0);
  const rare = Object.entries(least).filter(([end, perThousand]) => (ends.get(end) ?? 0) * 1_000 <= perThousand * all).map(([end]) => `too rare to mean something: ${end}, ${ends.get(end) ?? 0}`);
  return [...[...ends.keys()].filter((end) => !Object.hasOwn(least, end)).map((end) => `nothing ends so: ${end}`), ...rare];
}

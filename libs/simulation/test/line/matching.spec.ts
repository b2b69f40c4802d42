import { decodeMme } from '@pilotwire/homeplug';
import { ms, seconds } from '@pilotwire/machine';
import type { Instant } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import type { Crossing } from '../../src/index.js';
import { endOf, strangeEnds } from './matchings.js';
import { host, modemOf, networkOf, Site } from './site.js';

const nameOf = (frame: Uint8Array): string => {
  const decoded = decodeMme(frame);
  return 'type' in decoded ? decoded.type : 'no MME';
};

/** One charger with its car, the charger's modem settled. */
function pair(
  site: Site, attenuation = 15,
): { evse: ReturnType<Site['evse']>; ev: ReturnType<Site['ev']>; begin: () => void } {
  const evse = site.evse(1);
  const ev = site.ev(2);
  site.connect(1, 2, attenuation);
  const begin = (): void => {
    site.time.advanceTo(5_000 as Instant);
    evse.actor.feed({ kind: 'plug' });
    site.start(ev);
  };
  return { evse, ev, begin };
}

describe('a charger and its car', () => {
  test('match in about 1.2 s, and are in one network 2.3 s later, when the car\'s modem has restarted', () => {
    const sent: [number, string][] = [];
    const site = new Site(1, { lose: ({ frame, at }) => (sent.push([at - 5_000, nameOf(frame)]), false) });
    const { evse, ev, begin } = pair(site);
    begin();
    site.time.advance(10_000);
    const when = (name: string): number => sent.find(([, each]) => each === name)?.[0] ?? Infinity;
    expect(sent.filter(([at]) => at < 2_000).map(([, name]) => name)).toEqual([
      'CM_SLAC_PARM.REQ', 'CM_SLAC_PARM.CNF', ...new Array<string>(3).fill('CM_START_ATTEN_CHAR.IND'),
      ...new Array<string>(10).fill('CM_MNBC_SOUND.IND'), 'CM_ATTEN_CHAR.IND', 'CM_ATTEN_CHAR.RSP', 'CM_SLAC_MATCH.REQ', 'CM_SLAC_MATCH.CNF',
    ]);
    expect(when('CM_SLAC_PARM.CNF')).toBeLessThan(4);
    expect(when('CM_START_ATTEN_CHAR.IND') - when('CM_SLAC_PARM.CNF')).toBeLessThan(100);
    expect(Math.round(when('CM_SLAC_MATCH.CNF') / 10)).toBe(121);
    const matched = site.told.filter(({ output }) => output.kind === 'matched').map(({ at, who }) => [who, Math.round(at / 100)]);
    expect(matched).toEqual([[host(2), 85], [host(1), 86]]);
    expect(networkOf(evse.actor.state)).toBe(networkOf(ev.actor.state));
    expect(networkOf(ev.actor.state)).toBeDefined();
  });

  test('match in little more than the sounds take where the car is heard so loud that no neighbour could be', () => {
    let match = 0;
    const site = new Site(1, { lose: ({ frame, at }) => ((match = nameOf(frame) === 'CM_SLAC_MATCH.CNF' ? at : match), false) });
    const { begin } = pair(site, 9);
    begin();
    site.time.advance(10_000);
    expect(Math.round((match - 5_000) / 10)).toBe(37);
  });

  test('match over a modem that reports no levels, with a warning that the choice means nothing', () => {
    const site = new Site(1);
    const evse = site.evse(1, {}, { groups: 0 });
    const ev = site.ev(2);
    site.connect(1, 2, 20);
    site.time.advance(5_000);
    evse.actor.feed({ kind: 'plug' });
    site.start(ev);
    site.time.advance(10_000);
    expect(site.told.map(({ output }) => output.kind)).toEqual(['pilot', 'warning', 'matched', 'matched']);
  });

  test('match with a car that asks while the charger\'s modem still restarts', () => {
    const site = new Site(1);
    const { evse, ev } = pair(site);
    evse.actor.feed({ kind: 'plug' });
    site.start(ev);
    site.time.advance(10_000);
    expect([evse.actor.state.at, ev.actor.state.at]).toEqual(['matched', 'matched']);
  });

  test('a car whose charger\'s modem never appears in the network says so (Circontrol)', () => {
    const site = new Site(1);
    const { ev, evse } = pair(site);
    site.time.advance(5_000);
    evse.actor.feed({ kind: 'plug' });
    site.start(ev);
    site.time.runUntil(() => ev.actor.state.at === 'joining', 10_000 as Instant);
    site.line.disconnect(modemOf(1), modemOf(2));
    site.time.advance(100_000);
    expect(site.told.filter(({ who }) => who === host(2)).map(({ output }) => output)).toEqual([
      { kind: 'repeating', why: 'no-link' }, { kind: 'failed', why: 'no-link' },
    ]);
  });
});

describe('crosstalk', () => {
  /** Two chargers in earshot of one car; the modem of the slow one is farther from its host. */
  function chosenOf(near: number, far: number, slow: number, seed: number): string | undefined {
    const late = ({ frame, from, at }: Crossing): boolean => {
      // A first answer that is lost makes its charger the second to be heard.
      return from === modemOf(slow) && nameOf(frame) === 'CM_SLAC_PARM.CNF' && at < 5_005;
    };
    const site = new Site(seed, { lose: late });
    const chargers = [site.evse(1), site.evse(3)];
    const ev = site.ev(2);
    site.connect(1, 2, near === 1 ? 12 : 35);
    site.connect(3, 2, near === 3 ? 12 : 35);
    site.connect(1, 3, far);
    site.time.advance(5_000);
    for (const { actor } of chargers) actor.feed({ kind: 'plug' });
    site.start(ev);
    site.time.advance(20_000);
    const { state } = ev.actor;
    const matched = chargers.filter(({ actor }) => actor.state.at === 'matched');
    expect(matched).toHaveLength(1);
    expect(networkOf(state)).toBe(networkOf(matched[0]!.actor.state));
    return state.at === 'matched' ? state.chosen.evse : undefined;
  }

  test('the car goes with the nearer of two chargers, whichever answers first', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect([1, 3].map((slow) => chosenOf(1, 50, slow, seed))).toEqual([host(1), host(1)]);
      expect([1, 3].map((slow) => chosenOf(3, 50, slow, seed))).toEqual([host(3), host(3)]);
    }
  });

  test('two cars at two neighbouring chargers each find their own, though every modem hears everything', () => {
    for (let seed = 0; seed < 20; seed++) {
      const site = new Site(seed);
      const chargers = [site.evse(1, {}, { leaky: true }), site.evse(3, {}, { leaky: true })];
      const cars = [site.ev(2, {}, { leaky: true }), site.ev(4, {}, { leaky: true })];
      for (const [a, b, dB] of [[1, 2, 14], [3, 4, 14], [1, 4, 38], [3, 2, 38], [1, 3, 60], [2, 4, 60]] as const) site.connect(a, b, dB);
      site.time.advance(5_000);
      for (const { actor } of chargers) actor.feed({ kind: 'plug' });
      for (const car of cars) site.start(car, ms(site.random.int(0, 1_500)));
      site.time.advance(30_000);
      const keys = chargers.map(({ actor }) => networkOf(actor.state));
      expect(cars.map(({ actor }) => networkOf(actor.state))).toEqual(keys);
      expect(new Set(keys).size).toBe(2);
      expect(keys).not.toContain(undefined);
    }
  });
});

describe('loss', () => {
  /** Without loss, and with the loss of the `lost`th frame: until the link is known on both sides, in ms. */
  function matchTime(attenuation: number, lost: number): { readonly name: string; readonly time: number } {
    let count = 0;
    let name = '';
    const lose = ({ frame }: Crossing): boolean => {
      if (++count === lost) name = nameOf(frame);
      return count === lost;
    };
    const site = new Site(7, { lose });
    const { evse, ev, begin } = pair(site, attenuation);
    begin();
    const both = (): boolean => evse.actor.state.at === 'matched' && ev.actor.state.at === 'matched';
    expect([lost, site.time.runUntil(both, seconds(60) as number as Instant)]).toEqual([lost, true]);
    expect(networkOf(evse.actor.state)).toBe(networkOf(ev.actor.state));
    return { name, time: site.time.now };
  }

  const framesOfAMatch = 19;

  /** By message, how much later each of its frames makes the match when it is lost. */
  function table(attenuation: number): Record<string, number[]> {
    const undisturbed = matchTime(attenuation, 0).time;
    const later: Record<string, number[]> = {};
    for (let lost = 1; lost <= framesOfAMatch; lost++) {
      const { name, time } = matchTime(attenuation, lost);
      (later[name] ??= []).push(Math.round((time - undisturbed) / 100) * 100);
    }
    return later;
  }

  test('of any single frame costs nothing or one TT_match_response; both sides match in the end', () => {
    expect(table(15)).toEqual({
      'CM_SLAC_PARM.REQ': [200],
      'CM_SLAC_PARM.CNF': [200],
      'CM_START_ATTEN_CHAR.IND': [0, 0, 0],
      'CM_MNBC_SOUND.IND': [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      'CM_ATTEN_CHAR.IND': [0],
      'CM_ATTEN_CHAR.RSP': [0],
      'CM_SLAC_MATCH.REQ': [200],
      'CM_SLAC_MATCH.CNF': [200],
    });
  });

  test('of any single frame costs a direct match, which waits for nothing, no more than 300 ms', () => {
    expect(table(9)).toEqual({
      'CM_SLAC_PARM.REQ': [200],
      'CM_SLAC_PARM.CNF': [200],
      'CM_START_ATTEN_CHAR.IND': [0, 0, 0],
      // Without the last sound the charger waits until its 600 ms are over.
      'CM_MNBC_SOUND.IND': [0, 0, 0, 0, 0, 0, 0, 0, 0, 300],
      'CM_ATTEN_CHAR.IND': [200],
      'CM_ATTEN_CHAR.RSP': [0],
      'CM_SLAC_MATCH.REQ': [200],
      'CM_SLAC_MATCH.CNF': [200],
    });
  });
});

/** The whole of it, 10,000 matchings, is a command: `npm run matchings`. */
const matchings = 1_000;

test(`${matchings} matchings with loss, copies and late frames end matched on both sides with one key, or in a failure with a name`, () => {
  const ends = new Map<string, number>();
  for (let seed = 0; seed < matchings; seed++) {
    const end = endOf(seed);
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  console.log(`ends of ${matchings} matchings`, Object.fromEntries(ends));
  expect(strangeEnds(ends)).toEqual([]);
}, 60_000);

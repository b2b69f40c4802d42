import { expect } from 'vitest';
import { pause } from './rig.js';
import type { Rig } from './rig.js';

/** How far a charge has come when a process is killed; behind `charging` somebody has asked for its end. */
export const phases = [
  'matching', 'linked', 'session-setup', 'parameters', 'cable-check', 'pre-charge', 'power-delivery', 'charging', 'stopping', 'welding-detection',
] as const;
type Phase = (typeof phases)[number];
export const victims = ['agent', 'gateway'] as const;
type Victim = (typeof victims)[number];

/** All pairs of a victim and a phase where all are asked for; otherwise those of a few phases, for each takes a quarter of a minute. */
export const triedIn = (few: readonly Phase[]): readonly (readonly [Victim, Phase])[] =>
  victims.flatMap((victim) => (process.env['PILOTWIRE_EVERY_PHASE'] ? phases : few).map((phase) => [victim, phase] as const));

/** Where a car is plugged in and out. */
export interface Stall {
  readonly rig: Rig;
  plug(): Promise<unknown>;
  unplug(): Promise<unknown>;
}

const mostTries = 4;

/** Plugs in until the session comes to a phase. A busy machine may lose a charge, which is begun anew then. */
async function plugUntil({ rig, ...stall }: Stall, phase: Phase): Promise<void> {
  for (let tries = 1; ; tries++) {
    const from = rig.events.items.length;
    await stall.plug();
    const { data } = await rig.event(({ type, data }) => type === 'session.phase' && [phase, 'ended'].includes((data as { to: string }).to), from);
    if ((data as { to: string }).to === phase) return;
    if (tries === mostTries) throw new Error(`of ${mostTries} charges none came to ${phase}`);
    await stall.unplug();
    await pause(500);
  }
}

/** How long the supply was on after each kill that found it on, in ms of its own clock. */
export class Figures {
  readonly #all: { readonly victim: Victim; readonly phase: Phase; readonly off: number }[] = [];

  put(victim: Victim, phase: Phase, off: number | undefined): void {
    if (off !== undefined) this.#all.push({ victim, phase, off });
  }

  /** The longest of each victim. */
  toString(): string {
    return victims.map((victim) => {
      const last = this.#all.filter((one) => one.victim === victim).toSorted((a, b) => b.off - a.off)[0];
      return `${victim}: ${last === undefined ? 'never on' : `off after ${Math.round(last.off)} ms at most, in ${last.phase}`}`;
    }).join('; ');
  }
}

/**
 * Kills a process in a phase, and expects that the supply is off in time and the next plug charges. The car wants to have 90 %. Resolves
 * with the milliseconds from kill to off; undefined where the supply was off anyway.
 */
export async function killIn(stall: Stall, victim: Victim, phase: Phase): Promise<number | undefined> {
  const { rig } = stall;
  if (phases.indexOf(phase) > phases.indexOf('charging')) {
    await plugUntil(stall, 'charging');
    await pause(1_000);
    const stopped = rig.reach(phase, rig.events.items.length);
    await rig.order('stop');
    await stopped;
  } else await plugUntil(stall, phase);
  if (phase === 'charging') await pause(500);
  const killed = await rig[victim].kill();
  await pause(600);
  const since = rig.deeds.items.filter(({ what, at }) => what === 'supply' && at > killed);
  const [was, is] = [rig.isOn('supply', killed), rig.isOn('supply')];
  // Whatever is expected of it: the test after this one needs it.
  rig[victim].start();
  const off = was ? (since.find(({ on }) => !on)?.at ?? Infinity) - killed : undefined;
  expect(off ?? 0).toBeLessThan(100);
  expect(is).toBe(false);
  expect(since.filter(({ on, at }) => on && at > killed + 100)).toEqual([]);

  const again = rig.events.items.length;
  await stall.unplug();
  await pause(300);
  await plugUntil(stall, 'charging');
  const sessionId = rig.events.items.findLast(({ type }) => type === 'session.phase')?.sessionId;
  const ofNext = (wanted: string, where?: string) => rig.event(
    (event) => event.sessionId === sessionId && event.type === wanted && (where === undefined || (event.data as { to?: string }).to === where), again,
  );
  await rig.order('stop');
  await ofNext('session.phase', 'session-stop');
  await stall.unplug();
  expect((await ofNext('session.ended')).data).toMatchObject({ reason: 'operator-stop', by: 'person' });
  // The life that was cut off has an end, too.
  const started = rig.events.items.filter(({ type }) => type === 'session.started').map(({ sessionId }) => sessionId);
  const ended = rig.events.items.filter(({ type }) => type === 'session.ended').map(({ sessionId }) => sessionId);
  expect(ended.toSorted()).toEqual(started.toSorted());
  return off;
}

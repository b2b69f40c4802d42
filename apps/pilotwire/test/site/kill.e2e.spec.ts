import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { hasMosquitto } from '../../../../tools/mosquitto.js';
import { pause, Rig } from './rig.js';

/** How far a charge has come when a process is killed; behind `charging` somebody has asked for its end. */
const phases = [
  'matching', 'linked', 'session-setup', 'parameters', 'cable-check', 'pre-charge', 'power-delivery', 'charging', 'stopping', 'welding-detection',
] as const;
const victims = ['agent', 'gateway'] as const;

describe.runIf(hasMosquitto())('kill -9', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.start(['--car.soc', '20', '--car.until', '90', '--outlet.speed', '40']);
  }, 60_000);
  beforeEach(() => onTestFailed(() => console.warn(rig.said)));
  afterAll(() => rig?.stop(), 30_000);

  test.each(victims.flatMap((victim) => phases.map((phase) => [victim, phase] as const)))('of the %s in %s: the supply is off within 100 ms, and the next plug charges', async (victim, phase) => {
    const after = phases.indexOf(phase) > phases.indexOf('charging');
    const from = rig.events.items.length;
    if (after) {
      await rig.plugUntil('charging');
      await pause(1_000);
      const stopped = rig.reach(phase, from);
      await rig.order('stop');
      await stopped;
    } else await rig.plugUntil(phase);
    if (phase === 'charging') await pause(500);
    const killed = await rig[victim].kill();
    await pause(600);
    const offs = rig.deeds.items.filter(({ what, on, at }) => what === 'supply' && !on && at > killed);
    if (rig.isOn('supply', killed)) expect((offs[0]?.at ?? Infinity) - killed).toBeLessThan(100);
    expect(rig.isOn('supply')).toBe(false);
    expect(rig.deeds.items.filter(({ what, on, at }) => what === 'supply' && on && at > killed + 100)).toEqual([]);

    rig[victim].start();
    const again = rig.events.items.length;
    await rig.order('unplug');
    await pause(300);
    await rig.plugUntil('charging');
    const { sessionId } = await rig.event(({ type }) => type === 'charging.started', again);
    const ofNext = (wanted: string, where?: string) => rig.event(
      (event) => event.sessionId === sessionId && event.type === wanted && (where === undefined || (event.data as { to?: string }).to === where), again,
    );
    await rig.order('stop');
    await ofNext('session.phase', 'session-stop');
    await rig.order('unplug');
    expect((await ofNext('session.ended')).data).toMatchObject({ reason: 'operator-stop', by: 'person' });
    // The life that was cut off has an end, too.
    const started = rig.events.items.filter(({ type }) => type === 'session.started').map(({ sessionId }) => sessionId);
    const ended = rig.events.items.filter(({ type }) => type === 'session.ended').map(({ sessionId }) => sessionId);
    expect(ended.toSorted()).toEqual(started.toSorted());
  }, 60_000);
});

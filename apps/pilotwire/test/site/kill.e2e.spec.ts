import { state } from '@pilotwire/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { Inbox } from '../../../../tools/inbox.js';
import { hasMosquitto } from '../../../../tools/mosquitto.js';
import { Figures, killIn, triedIn } from './killing.js';
import { pause, Rig } from './rig.js';

describe.runIf(hasMosquitto())('kill -9', () => {
  const figures = new Figures();
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.start(['--car.soc', '20', '--car.until', '90', '--outlet.speed', '40']);
  }, 60_000);
  beforeEach(async () => {
    onTestFailed(() => console.warn(rig.said));
    await rig.unplugged();
  });
  afterAll(async () => {
    console.info(`${figures}`);
    await rig?.stop();
  }, 30_000);

  test.each(triedIn(['matching', 'cable-check', 'charging', 'stopping']))('of the %s in %s: the supply is off within 100 ms, and the next plug charges', async (victim, phase) => {
    figures.put(victim, phase, await killIn({ rig, plug: () => rig.order('plug'), unplug: () => rig.order('unplug') }, victim, phase));
  }, 120_000);

  test('of the gateway, whose outlet was taken out of service: it still is when it comes back, until it is said otherwise', async () => {
    const outlet = { station: 'demo', evse: 1 } as const;
    const told = new Inbox<boolean>();
    const following = await rig.bus.subscribe(state, outlet, ({ available, phase }) => told.put(available && phase !== 'unavailable'));
    const tell = async (available: boolean): Promise<void> => {
      expect((await rig.order('availability', { available })).code).toBe('done');
    };
    await tell(false);
    // At once: what was said to be done is kept, whether or not anybody was told how the outlet stands now.
    await rig.gateway.kill();
    await pause(300);
    const before = told.items.length;
    rig.gateway.start();
    await told.until((all) => all.length > before);
    expect(told.items.slice(before)).not.toContain(true);
    await tell(true);
    await told.until((all) => all.at(-1) === true);
    await following.unsubscribe();
  }, 60_000);
});

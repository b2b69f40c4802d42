import { afterAll, beforeAll, beforeEach, describe, onTestFailed, test } from 'vitest';
import { hasMosquitto } from '../../../../tools/mosquitto.js';
import { killIn, triedIn } from './killing.js';
import { Rig } from './rig.js';

describe.runIf(hasMosquitto())('kill -9', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.start(['--car.soc', '20', '--car.until', '90', '--outlet.speed', '40']);
  }, 60_000);
  beforeEach(async () => {
    onTestFailed(() => console.warn(rig.said));
    await rig.unplugged();
  });
  afterAll(() => rig?.stop(), 30_000);

  test.each(triedIn(['matching', 'cable-check', 'charging', 'stopping']))('of the %s in %s: the supply is off within 100 ms, and the next plug charges', async (victim, phase) => {
    await killIn({ rig, plug: () => rig.order('plug'), unplug: () => rig.order('unplug') }, victim, phase);
  }, 120_000);
});

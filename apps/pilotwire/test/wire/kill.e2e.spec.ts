import { afterAll, beforeAll, beforeEach, describe, onTestFailed, test } from 'vitest';
import { hasMosquitto } from '../../../../tools/mosquitto.js';
import { Figures, killIn, triedIn } from '../site/killing.js';
import { canMakeWire } from './harness.js';
import { WiredRig } from './wired-rig.js';

describe.runIf(canMakeWire() && hasMosquitto())('kill -9, where charger and car have a network each', () => {
  const figures = new Figures();
  let wired: WiredRig;
  beforeAll(async () => {
    wired = await WiredRig.start(['--car.soc', '20', '--car.until', '90', '--outlet.speed', '40']);
  }, 60_000);
  beforeEach(async () => {
    onTestFailed(() => console.warn(wired.rig.said));
    await wired.fresh();
  });
  afterAll(async () => {
    console.info(`${figures}`);
    await wired?.rig.stop();
  }, 30_000);

  test.each(triedIn(['linked', 'pre-charge', 'charging']))('of the %s in %s: the supply is off within 100 ms, and the next plug charges', async (victim, phase) => {
    figures.put(victim, phase, await killIn({ rig: wired.rig, plug: () => wired.plug(), unplug: () => wired.unplug() }, victim, phase));
  }, 120_000);
});

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { connectBus, startBroker } from '@pilotwire/bus';
import type { Service } from '@pilotwire/contracts';
import { after, ms } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { take } from '../../test/rig.js';
import { mqttPilot } from './mqtt-pilot.js';
import { mqttPower } from './mqtt-power.js';

const clock = systemClock({ background: true });
const until = (done: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): unknown => (done() ? resolve() : clock.wake(after(clock.now(), ms(2)), look));
    look();
  });

test('the example is hardware as the drivers want it: it measures, obeys, and falls to off', async () => {
  const broker = await startBroker();
  onTestFinished(() => broker.close());
  const join = async (service: Service) => {
    const bus = await connectBus({
      url: broker.url, service, instance: 'main', version: '0.1.0', stations: [], mode: 'evse', simulated: false, clock, report: () => undefined,
    });
    onTestFinished(() => bus.close());
    return bus;
  };
  const place = { clock, station: 'demo', evse: 1 };
  const example = spawn(process.execPath, [fileURLToPath(new URL('../../../../examples/hardware-over-mqtt.mjs', import.meta.url)), broker.url, 'demo', '1'], { stdio: 'inherit' });
  const ended = new Promise((resolve) => example.once('exit', resolve));
  onTestFinished(async () => {
    example.kill();
    await ended;
  });

  const pilot = take(mqttPilot({ ...place, bus: await join('slac-agent') }));
  const power = take(mqttPower({ ...place, bus: await join('v2g-gateway'), devices: ['supply', 'contactors', 'meter'] }));
  await until(() => pilot.statuses.at(-1)?.state === 'up' && power.statuses.at(-1)?.state === 'up');
  pilot.send({ signal: 'digital' });
  await until(() => pilot.heard.at(-1)?.pwm === true);
  const isClosed = (): boolean => power.heard.findLast((one) => one.kind === 'contactors')?.closed === true;
  const hold = (): void => {
    power.send({ kind: 'contactors.close' });
    power.send({ kind: 'supply.set', voltage: 400, current: 10 });
    cancel = clock.wake(after(clock.now(), ms(40)), hold);
  };
  power.send({ kind: 'supply.off' });
  power.send({ kind: 'contactors.open' });
  let cancel = clock.wake(clock.now(), hold);
  await until(() => isClosed() && power.heard.some((one) => one.kind === 'meter' && one.current === 10));
  cancel();
  await until(() => !isClosed());
  pilot.close();
  power.close();
  expect(power.heard.findLast((one) => one.kind === 'supply')).toMatchObject({ fault: false });
});

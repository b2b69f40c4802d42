import { memoryBroker, memoryBus } from '@pilotwire/bus';
import { VirtualTime } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { crashFolder } from '../../../libs/journal/test/crash-folder.js';
import { openBridge, openLogs } from '../src/index.js';
import { clockOf, noon, settingsOf } from './site.js';

test('stations whose settings cannot be used keep nobody waiting', async () => {
  const time = new VirtualTime();
  const clock = clockOf(time);
  const wallClock = (): number => noon + time.now;
  const stations = Array.from({ length: 20 }, (_, n) => `yard-${n}`);
  const settings = settingsOf({ 'ocpp.url': 'ws://csms.example', 'ocpp.stations': stations.join(',') });
  const bus = await memoryBus(memoryBroker(), { service: 'ocpp-bridge', instance: 'main', version: '0', stations, mode: 'evse', simulated: true, clock, time: wallClock, report: () => undefined });
  const nothing = (): void => undefined;
  const opened: string[] = [];
  const bridge = openBridge({
    settings, version: '0', bus, clock, time, wallClock, entropy: (length) => new Uint8Array(length), log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    openLine: (station, _, listener) => {
      opened.push(station);
      listener.away('security profile 1 needs a password');
      return {
        send: nothing, reply: nothing, reconnect: nothing, pingEvery: nothing, close: () => Promise.resolve(), objectionTo: () => undefined,
        inUse: () => ({ slot: undefined, url: 'ws://csms.example', securityProfile: 1 }),
      };
    },
    upload: () => nothing,
  }, await openLogs(settings, () => Promise.resolve(crashFolder()), nothing));
  // Not one of them had to wait for another's time to be over.
  expect([time.now, opened]).toEqual([0, stations]);
  await bridge.close();
  await bus.close();
});

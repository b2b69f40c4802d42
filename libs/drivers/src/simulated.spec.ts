import { liveTimeline, virtualClock } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';
import { expect } from 'vitest';
import { pilotSuite } from '../test/pilot-suite.js';
import { powerSuite } from '../test/power-suite.js';

const simulated = () => {
  const clock = virtualClock();
  const time = liveTimeline(clock, (mishap) => expect.unreachable(JSON.stringify(mishap)));
  const outlet = new SimulatedOutlet(time, { seed: 1, charger: 'default', car: 'default', soc: 20, until: 80, speed: 1, quick: true });
  return { outlet, advance: (ms: number) => Promise.resolve(clock.advance(ms)), close: () => Promise.resolve(time.stop()) };
};

// What is asked of drivers is what the simulated outlet does: neither can drift from the other.
pilotSuite(
  'simulated',
  () => {
    const { outlet, ...rest } = simulated();
    return Promise.resolve({
      ...rest,
      open: outlet.evse.pilot,
      signal: () => outlet.pilot.signal,
      load: (volts) => void (outlet.pilot.load = volts === 12 ? 'A' : volts === 9 ? 'B' : 'C'),
    });
  },
  { silent: false },
);

powerSuite(
  'simulated',
  () => {
    const { outlet, ...rest } = simulated();
    return Promise.resolve({
      ...rest,
      open: outlet.evse.power,
      on: () => outlet.hardware.contactors.closed || outlet.hardware.order !== undefined,
      orders: { on: [{ kind: 'contactors.close' }, { kind: 'supply.set', voltage: 400, current: 10 }], off: [{ kind: 'supply.off' }, { kind: 'contactors.open' }] },
      kinds: ['supply', 'contactors', 'meter'],
    });
  },
  { silent: false },
);

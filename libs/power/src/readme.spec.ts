import { simulate } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { idlePowerPath, powerPath } from './index.js';

test('the example of the README does what it says', () => {
  const path = simulate(
    powerPath,
    idlePowerPath({ minVoltage: 150, maxVoltage: 1_000, maxCurrent: 400, maxPower: 150_000, isolationMonitor: true }),
  );
  path.feed({ kind: 'pilot', level: 'C' });
  path.feed({ kind: 'cableCheck', ev: { maxVoltage: 420, maxCurrent: 300 } });
  expect(path.log.map(({ output }) => output.kind)).toEqual(['supply.off', 'contactors.open', 'contactors.close']);
  expect(path.log.at(-1)).toEqual({ at: 0, output: { kind: 'contactors.close' } });
  path.advance(100);
  expect(path.log.at(-1)).toEqual({ at: 60, output: { kind: 'contactors.open' } });
});

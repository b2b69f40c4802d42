import { expect, test } from 'vitest';
import { BridgeStates } from './states.js';

const status = { version: '0.1.0', startedAt: '2026-03-02T12:00:00.000Z', stations: ['demo', 'other'] } as const;
const now = '2026-03-02T13:00:00.000Z';
const said = { station: 'demo', connected: true, registration: 'accepted', protocol: 'ocpp2.1' } as const;

test('a bridge that is gone has no line; one that is back has what it said in this life', () => {
  const bridges = new BridgeStates();
  bridges.say({ ...said, ts: '2026-03-02T12:30:00.000Z' });
  expect(bridges.status({ ...status, state: 'offline', stations: [...status.stations] }, now)).toEqual(
    ['demo', 'other'].map((station) => ({ station, ts: now, connected: false, registration: 'none', why: 'the bridge is gone' })),
  );
  expect(bridges.status({ ...status, state: 'online', stations: [...status.stations] }, now)).toEqual([{ ...said, ts: now }]);
  bridges.say({ ...said, ts: '2026-03-02T11:30:00.000Z' });
  expect(bridges.status({ ...status, state: 'online', stations: [...status.stations] }, now)).toEqual([]);
});

import { simulate } from '@pilotwire/machine';
import { expect, test } from 'vitest';
import { beginStation, station } from './index.js';

test('the example of the README', () => {
  const charger = simulate(station, beginStation({
    life: '0190f3a2-7c44-4c1e-9a51-3f2b6d8e0a01', vendor: 'Pilotwire', model: 'One',
    evses: [{ maxWatts: 150_000, maxAmperes: 400, nominalVoltage: 400, connector: 'cCCS2', tethered: true }],
  }, 0 as Parameters<typeof beginStation>[1]));
  charger.feed({ kind: 'connected', protocol: 'ocpp1.6' });
  const sent = charger.log.at(-1)?.output;
  expect(sent).toMatchObject({ kind: 'send', action: 'BootNotification', payload: { chargePointVendor: 'Pilotwire' } });
  const id = sent?.kind === 'send' ? sent.id : '';
  charger.feed({ kind: 'answered', id, result: { status: 'Accepted', currentTime: '2026-01-01T12:00:00Z', interval: 300 } });
  charger.feed({ kind: 'plugged', evse: 1 });
  expect(charger.state.registration).toEqual({ at: 'accepted' });
  // One call at a time: the status of the station is on its way, and Preparing waits behind it.
  expect(charger.state.outbox.map(({ message }) => message.kind)).toContain('status');
});

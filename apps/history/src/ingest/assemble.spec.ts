import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble } from './assemble.js';
import type { StoredEvent } from './assemble.js';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
const event = (seq: number, type: string, data: StoredEvent['data']): StoredEvent => ({ event_id: `id-${seq}`, ts: at(seq), src: 'v2g-gateway/main', seq, type, data });

const charge: readonly StoredEvent[] = [
  event(1, 'session.started', { simulated: true }),
  event(2, 'slac.matched', { ev: '02:00:00:00:00:02', attenuationDb: 9.5, tookMs: 1_100 }),
  event(3, 'v2g.handshake', { protocol: 'urn:din:70121:2012:MsgDef' }),
  event(4, 'v2g.session-setup', { evccid: '020000000002', v2gSession: '4A' }),
  event(5, 'charge.params', { soc: 20 }),
  event(6, 'charging.started', { soc: 21 }),
  event(7, 'charging.stopped', { energyWh: 900, soc: 79 }),
  event(9, 'session.ended', { reason: 'completed', by: 'ev', phase: 'session-stop', energyWh: 1_000, durationS: 8, soc: 80 }),
];

describe('a session is told from its events', () => {
  test('in full', () => {
    expect(assemble(charge)).toEqual({
      simulated: true, started_at: at(1), ended_at: at(9), duration_s: 8, protocol: 'urn:din:70121:2012:MsgDef', v2g_session: '4A',
      evccid: '020000000002', ev_mac: '02:00:00:00:00:02', auth_by: null, authorized: null, phase: 'session-stop', outcome: 'completed',
      stop_reason: 'completed', stop_by: 'ev', detail: null, energy_wh: 1_000, soc_start: 20, soc_end: 80, slac_ms: 1_100, to_charge_ms: 5_000,
      slac_avg_atten_db: 9.5, fault: null, events: 8,
    });
  });

  test('alike in whatever order, and however often, they came', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...charge, ...charge], { minLength: 1 }), (some) => {
        const unique = charge.filter((one) => some.includes(one));
        expect(assemble(some)).toEqual(assemble(unique));
      }),
    );
  });

  test.each([
    ['running', charge.slice(0, 6), null],
    ['aborted', [event(1, 'session.started', {}), event(2, 'session.ended', { reason: 'unplugged', by: 'person' })], 'aborted'],
    ['stopped by a person', [charge[5], event(8, 'session.ended', { reason: 'stopped', by: 'person' })], 'stopped'],
    ['ended by the car', [charge[5], event(8, 'session.ended', { reason: 'ev-error', by: 'ev' })], 'ended-by-car'],
    ['a fault', [charge[5], event(7, 'fault.raised', { fault: 'isolation-low' }), event(8, 'session.ended', { reason: 'ev-error', by: 'ev' })], 'fault'],
  ] as const)('%s', (_, events, outcome) => {
    expect(assemble(events as readonly StoredEvent[]).outcome).toBe(outcome);
  });

  test('what begins late begins with what is known', () => {
    expect(assemble([charge[7] as StoredEvent])).toMatchObject({ started_at: at(9), ended_at: at(9), energy_wh: 1_000, simulated: null });
  });
});

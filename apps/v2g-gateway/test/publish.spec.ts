import { expect, test } from 'vitest';
import { BusSite } from './site.js';

test('a charge as the bus tells it: events in order, state, session, telemetry, frames', async () => {
  const site = await BusSite.open();
  expect(site.of(1).states.at(-1)).toMatchObject({ mode: 'evse', phase: 'idle', pilot: 'A', contactors: 'open', available: true, faults: [] });
  await site.order({ kind: 'plug' });
  expect(await site.until(() => site.types(1).includes('welding.checked') && site.phase === 'ended')).toBe(true);
  await site.order({ kind: 'unplug' });
  await site.advance(1_000);
  expect(site.lines.filter((line) => line.startsWith('error'))).toEqual([]);
  expect(site.types(1)).toEqual([
    'session.started', 'session.phase', 'session.phase', 'v2g.sdp', 'session.phase', 'v2g.handshake', 'session.phase', 'v2g.session-setup', 'session.phase',
    'auth.requested', 'auth.result', 'session.phase', 'session.phase', 'charge.params', 'session.phase', 'cablecheck.started', 'contactor.changed', 'cablecheck.finished',
    'session.phase', 'precharge.started', 'session.phase', 'precharge.finished', 'session.phase', 'charging.started', 'charging.stopped', 'session.phase',
    'session.phase', 'session.phase', 'welding.checked', 'session.phase', 'contactor.changed', 'session.ended',
  ]);
  const phases = site.of(1).events.filter(({ type }) => type === 'session.phase').map(({ data }) => data as { from: string; to: string; message?: string });
  expect(phases.map(({ to }) => to)).toEqual([
    'matching', 'linked', 'handshake', 'session-setup', 'service-discovery', 'authorization', 'parameters', 'cable-check', 'pre-charge', 'power-delivery',
    'charging', 'stopping', 'welding-detection', 'session-stop', 'ended',
  ]);
  expect(phases.find(({ to }) => to === 'pre-charge')).toEqual({ from: 'cable-check', to: 'pre-charge', message: 'PreChargeReq' });
  const delivered = site.outlet.hardware.energy;
  expect(site.last(1, 'session.ended')).toEqual({ reason: 'completed', by: 'ev', phase: 'session-stop', energyWh: Math.round(delivered * 10) / 10, durationS: 24, soc: 80 });
  expect(site.last(1, 'charge.params')).toMatchObject({ evMaxV: 420, evMaxA: 250, evMaxW: 100_000, soc: 20, energyCapacityWh: 60_000, evseMaxV: 1_000, evseMaxA: 400, evseMaxW: 150_000 });
  expect(site.last(1, 'cablecheck.started')).toEqual({ voltage: 470 });
  expect(site.last(1, 'welding.checked')).toMatchObject({ welded: false });
  expect(site.last(1, 'charging.stopped')).toMatchObject({ by: 'ev', why: 'completed' });

  const { states, sessions, telemetry, batches, frames, events } = site.of(1);
  const id = events[0]?.sessionId;
  expect(new Set(events.map(({ sessionId }) => sessionId))).toEqual(new Set([id]));
  expect(states.map(({ seq }) => seq)).toEqual(states.map((_, i) => i));
  for (let i = 1; i < states.length; i++) expect(Date.parse(states[i]?.ts as string) - Date.parse(states[i - 1]?.ts as string)).toBeGreaterThanOrEqual(100);
  expect(states.find(({ phase }) => phase === 'charging')).toMatchObject({ contactors: 'closed', supply: 'on', sessionId: id });
  expect(sessions.at(-1)).toBeNull();
  const charging = sessions.filter((one) => one?.phase === 'charging');
  expect(charging.length).toBeGreaterThan(6);
  expect(charging.at(-1)).toMatchObject({ id, protocol: 'urn:din:70121:2012:MsgDef', evccid: '020000000001', evLimits: { maxV: 420, maxA: 250 }, evseLimits: { maxW: 150_000 } });
  // Two a second, from the cable check to the end of the power.
  expect(telemetry.length).toBeGreaterThan(38);
  expect(telemetry.find(({ power }) => power > 50_000)).toMatchObject({ sessionId: id, targetCurrent: expect.any(Number) as unknown });
  const samples = batches.flatMap((batch) => batch.samples);
  expect(samples.map(({ n }) => n)).toEqual(samples.map((_, i) => i));
  expect([samples.length, batches.every(({ sessionId }) => sessionId === id)]).toEqual([21, true]);
  const all = frames.flatMap((batch) => batch.frames);
  expect(all.slice(0, 4).map(({ dir, type }) => [dir, type])).toEqual([['ev->evse', 'SDPReq'], ['evse->ev', 'SDPRes'], ['ev->evse', 'supportedAppProtocolReq'], ['evse->ev', 'supportedAppProtocolRes']]);
  expect(all.find(({ type }) => type === 'SDPRes')?.hex).toBe('00000000000000000000FFFF7F000001C3501000');
  expect(all.find(({ type }) => type === 'SessionStopRes')).toMatchObject({ hex: expect.stringMatching(/^809A/) as unknown, latencyMs: 0 });
  expect(all.every(({ type, latencyMs }) => (type.endsWith('Res') && type !== 'SDPRes') === (latencyMs !== undefined))).toBe(true);
  expect(site.records.at(0)).toMatchObject({ id, phase: 'matching', energyWh: 0 });
  expect([site.records.at(-1), site.records.some((record) => record?.phase === 'charging' && record.energyWh > 0), site.flights]).toEqual([undefined, true, []]);
  expect(site.charger.counters()).toMatchObject({ sessions: 1, connections: 0, 'events.queued': 0 });
});

test('the same charge as the car tells it', async () => {
  const site = await BusSite.open();
  await site.order({ kind: 'plug' });
  await site.until(() => site.types(2).includes('welding.checked'));
  await site.advance(2_000);
  await site.order({ kind: 'unplug' });
  await site.advance(1_000);
  expect(site.types(2).filter((type) => type !== 'session.phase')).toEqual([
    'session.started', 'v2g.sdp', 'v2g.handshake', 'v2g.session-setup', 'charge.params', 'cablecheck.started', 'cablecheck.finished', 'precharge.started',
    'contactor.changed', 'precharge.finished', 'charging.started', 'charging.stopped', 'contactor.changed', 'welding.checked', 'session.ended',
  ]);
  expect(site.last(2, 'session.ended')).toMatchObject({ reason: 'completed', by: 'ev', phase: 'session-stop', soc: 80.6 });
  // It has no meter, and believes what it is told of voltage and current.
  const { energyWh } = site.last(2, 'session.ended') as { energyWh: number };
  expect(Math.abs(energyWh / site.outlet.hardware.energy - 1)).toBeLessThan(0.05);
  expect(site.of(2).states.at(-1)).toMatchObject({ mode: 'ev', phase: 'idle', contactors: 'open', supply: 'unknown' });
  expect(site.lines.filter((line) => line.startsWith('error'))).toEqual([]);
});

test('a car that is never matched leaves with a truthful reason', async () => {
  const site = await BusSite.open();
  site.agents.silent.ev = true; // its agent never says 5 %
  site.agents.deaf = true;
  await site.order({ kind: 'plug' });
  await site.advance(3_000);
  await site.order({ kind: 'unplug' });
  await site.advance(500);
  expect(site.last(1, 'session.ended')).toEqual({ reason: 'not-matched', by: 'line', phase: 'matching', energyWh: 0, durationS: 3 });
});

test('a session that fails leaves its flight, and its fault is raised and cleared', async () => {
  const site = await BusSite.open({}, { speed: 1 });
  await site.order({ kind: 'plug' });
  await site.until(() => site.phase === 'charging');
  await site.order({ kind: 'fault', fault: 'isolation-low', present: true });
  await site.until(() => site.types(1).includes('fault.raised'), 15_000);
  expect(site.last(1, 'fault.raised')).toEqual({ fault: 'isolation-fault' });
  await site.advance(70_000);
  await site.order({ kind: 'unplug' });
  await site.advance(2_000);
  expect(site.types(1)).toContain('fault.cleared');
  expect(site.last(1, 'charging.stopped')).toMatchObject({ by: 'evse', why: 'isolation-fault' });
  const id = site.of(1).events[0]?.sessionId;
  expect(site.flights).toEqual(expect.arrayContaining([`${id}-secc`, `${id}-power`]));
  expect(site.lines.filter((line) => line.startsWith('error'))).toEqual([]);
});

test('a limit of nothing pauses, another resumes', async () => {
  const site = await BusSite.open({}, { speed: 1 });
  await site.order({ kind: 'plug' });
  await site.until(() => site.phase === 'charging');
  await site.advance(5_000);
  site.charger.charger?.limit({ minVoltage: 150, maxVoltage: 1_000, maxCurrent: 400, maxPower: 0 }, 'person');
  await site.advance(1_000);
  expect([site.last(1, 'charging.paused'), site.phase]).toEqual([{ by: 'person', why: 'limit' }, 'charging']);
  site.charger.charger?.limit({ minVoltage: 150, maxVoltage: 1_000, maxCurrent: 400, maxPower: 20_000 }, 'evse');
  await site.advance(2_000);
  expect(site.types(1).slice(-2)).toEqual(['charging.paused', 'charging.resumed']);
});

test('closed in the middle of a charge, it stops, says why, and nothing is left to be told', async () => {
  const site = await BusSite.open({}, { speed: 1 });
  await site.order({ kind: 'plug' });
  await site.until(() => site.phase === 'charging');
  let closed = false;
  const closing = site.charger.close().then(() => (closed = true));
  expect(await site.until(() => closed, 10_000)).toBe(true);
  await closing;
  expect(site.last(1, 'session.ended')).toMatchObject({ reason: 'shutdown', by: 'evse', phase: 'charging' });
  expect([site.records.at(-1), site.of(1).sessions.at(-1), site.outlet.hardware.order]).toEqual([undefined, null, undefined]);
  expect(site.of(1).states.at(-1)).toMatchObject({ contactors: 'open', supply: 'off' });
});

test('what was measured last is told before the end of its session', async () => {
  const site = await BusSite.open({}, { speed: 1 });
  await site.order({ kind: 'plug' });
  await site.until(() => site.phase === 'charging');
  await site.until(() => site.of(1).batches.length === 2);
  await site.advance(2_200);
  await site.order({ kind: 'unplug' });
  await site.until(() => site.types(1).includes('session.ended'));
  expect(site.of(1).batches.map(({ samples }) => samples.length)).toEqual([5, 5, 2]);
  expect(site.last(1, 'session.ended')).toMatchObject({ reason: 'unplugged', by: 'line', phase: 'charging' });
  expect(site.last(1, 'charging.stopped')).toMatchObject({ why: 'unplugged', by: 'line' });
});

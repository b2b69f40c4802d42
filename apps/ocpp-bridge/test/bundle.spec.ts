import { CaptureReader, dissect } from '@pilotwire/capture';
import { slacFrames, v2gFrames } from '@pilotwire/contracts';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { FrameRing } from '../src/bundle/frame-ring.js';
import { Site } from './site.js';

test('the CSMS asks for diagnostics: the bundle has what the car and the charger said, and what the station and the CSMS said', async () => {
  const site = await Site.open({ protocol: 'ocpp1.6' });
  await site.gateway.plug();
  const ts = new Date(site.wallClock()).toISOString();
  const sessionId = site.gateway.sessionId as string;
  await site.gateway.frames(slacFrames, [{ ts, dir: 'ev->evse', type: 'CM_SLAC_PARM.REQ', hex: `FFFFFFFFFFFF02000000000288E1016460${'00'.repeat(43)}` }, { ts, dir: 'evse->ev', type: 'CM_SET_KEY.REQ' }], sessionId);
  await site.gateway.frames(v2gFrames, [
    { ts, dir: 'ev->evse', type: 'SDPReq', hex: '1000' },
    { ts, dir: 'ev->evse', type: 'SupportedAppProtocolReq', hex: '80001122' },
    { ts, dir: 'evse->ev', type: 'SupportedAppProtocolRes', hex: '8040' },
  ], sessionId);
  await site.pass(500);
  const id = site.csms.call('GetDiagnostics', { location: 'https://csms.example/logs/' });
  await site.pass(500);
  const [upload] = site.uploads;
  expect(site.csms.replies.get(id)).toEqual({ result: { fileName: (upload as unknown as { order: { name: string } }).order.name } });
  const files = unzipSync(upload?.bundle() as Uint8Array);
  expect(Object.keys(files).toSorted()).toEqual(['evse-1.pcapng', 'ocpp.jsonl', 'state.json']);
  const kinds: string[] = [];
  const reader = new CaptureReader({
    packet: (packet) => {
      const found = dissect(packet);
      kinds.push(found.kind === 'udp' || found.kind === 'tcp' ? `${found.kind} ${Buffer.from(found.payload).toString('hex')}` : found.kind);
    },
    error: (error) => kinds.push(error.message),
  });
  reader.push(files['evse-1.pcapng'] as Uint8Array);
  reader.end();
  expect(kinds).toEqual(['frame', 'udp 01fe9000000000021000', 'tcp 01fe80010000000480001122', 'tcp 01fe8001000000028040']);
  const lines = new TextDecoder().decode(files['ocpp.jsonl']).trim().split('\n').map((line) => JSON.parse(line) as { action: string });
  expect(lines.map(({ action }) => action)).toContain('GetDiagnostics');
  upload?.status('Uploaded');
  await site.pass(500);
  expect(site.csms.of('DiagnosticsStatusNotification')).toEqual([{ status: 'Uploaded' }]);
});

test('the ring keeps three sessions, of a long one the beginning and the end', () => {
  const ring = new FrameRing();
  const batch = (session: number, second: number, octets: number) => ({
    ts: '2026-01-01T12:00:00.000Z', sessionId: `019b7967-6d00-7000-8000-00000000000${session}`, dropped: 0,
    frames: [{ ts: new Date(Date.UTC(2026, 0, 1, session, 0, second)).toISOString(), dir: 'ev->evse' as const, type: 'CurrentDemandReq', hex: '00'.repeat(octets) }],
  });
  for (const session of [1, 2, 3, 4]) for (let second = 0; second < 1_000; second++) ring.take('v2g', batch(session, second, session === 4 ? 4_000 : 100));
  const hours = ring.frames.map(({ ts }) => new Date(ts).getUTCHours());
  expect([...new Set(hours)]).toEqual([2, 3, 4]);
  const long = ring.frames.filter(({ hex }) => hex.length === 8_000);
  expect(long.length).toBeLessThanOrEqual(502);
  expect([long[0]?.ts, long.at(-1)?.ts]).toEqual(['2026-01-01T04:00:00.000Z', '2026-01-01T04:16:39.000Z']);
});

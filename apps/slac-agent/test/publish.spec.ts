import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryBroker, memoryBus } from '@pilotwire/bus';
import type { Bus } from '@pilotwire/bus';
import { anyEvent, events, pilot, slac, slacFrames } from '@pilotwire/contracts';
import type { AnyEvent, PayloadOf } from '@pilotwire/contracts';
import { encodeMme, LOCAL_MODEM } from '@pilotwire/homeplug';
import { ms, VirtualTime } from '@pilotwire/machine';
import { readFlight } from '@pilotwire/runtime';
import { lineLog } from '@pilotwire/service';
import type { TappedFrame } from '@pilotwire/service';
import { afterAll, expect, test } from 'vitest';
import { Publisher } from '../src/publish/publisher.js';
import { SlacFrames } from '../src/publish/slac-frames.js';
import { session, site } from './site.js';

const where = { station: 'demo', evse: 1 };
const scratch = mkdtempSync(join(tmpdir(), 'pilotwire-agent-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** The agents of a site, on a bus that writes down everything that leaves. */
async function published() {
  const place = site();
  const broker = memoryBroker();
  const wallClock = (): number => 1_767_268_800_000 + place.clock.now();
  const bus = await memoryBus(broker, {
    service: 'slac-agent', instance: 'main', version: '0.1.0', stations: ['demo'], mode: 'evse', simulated: true, clock: place.clock, time: wallClock, report: () => undefined,
  });
  const payloads: string[] = [];
  const watched: Pick<Bus, 'publish' | 'event'> = {
    publish: (contract, params, payload) => (payloads.push(JSON.stringify([contract.topic, contract.write(payload)])), bus.publish(contract, params, payload)),
    event: (contract, target, data, more) => (payloads.push(JSON.stringify([contract.topic, data])), bus.event(contract, target, data, more)),
  };
  const lines: string[] = [];
  const flights: { readonly session: string; readonly text: string }[] = [];
  const log = lineLog({ name: 'slac-agent/main', level: 'debug', wallClock, write: (line) => lines.push(line) });
  const publisher = new Publisher({
    bus: watched, log, time: place.time, wallClock, outlet: where, frames: true, flights: { save: (of, text) => void flights.push({ session: of, text: [...text].join('') }) },
  });
  // All that was told up to now and will be.
  let heard = 0;
  const flush = async (): Promise<void> => {
    for (; heard < place.told.charger.length; heard++) {
      const { happening, session: of } = place.told.charger[heard] as (typeof place.told.charger)[number];
      publisher.tell(happening, of);
    }
    place.clock.advance(1_100);
    for (let i = 0; i < 50; i++) await Promise.resolve();
  };
  const retained = <Payload>(name: string): Payload => JSON.parse(broker.retained.get(`pilotwire/v1/demo/evse/1/${name}`) ?? 'null') as Payload;
  return { ...place, bus, broker, payloads, lines, flights, flush, retained, publisher };
}

test('what happens is on the bus: retained where it is a state, an event where it happened', async () => {
  const { bus, clock, order, until, matched, flush, retained, payloads } = await published();
  const heard: AnyEvent[] = [];
  await bus.subscribe(anyEvent, where, (event) => void heard.push(event));
  clock.advance(100);
  order({ kind: 'plug' });
  until(matched);
  await flush();
  expect(pilot.read(retained('pilot'))).toMatchObject({ ok: true, payload: { level: 'B', pwm: true, dutyPercent: 5, proximity: 'cable', cableA: 13 } });
  expect(slac.read(retained('slac'))).toMatchObject({ ok: true, payload: { state: 'matched', link: true, ev: '02:00:00:00:01:02', attenuationDb: expect.any(Number) as unknown } });
  expect(heard.map(({ type }) => type)).toEqual(['cp.changed', 'cp.changed', 'cp.changed', 'slac.started', 'slac.matched']);
  expect(heard.at(-1)).toMatchObject({ sessionId: session, src: 'slac-agent/main' });
  expect(events['slac.matched'].read(heard.at(-1)).ok).toBe(true);
  const frames = payloads.map((text) => JSON.parse(text) as [string, string]).filter(([topic]) => topic === slacFrames.topic).map(([, text]) => JSON.parse(text) as PayloadOf<typeof slacFrames>);
  const all = frames.flatMap((batch) => batch.frames);
  expect(all.filter(({ hex }) => hex === undefined).map(({ type }) => type)).toEqual(['CM_SET_KEY.REQ', 'CM_SET_KEY.CNF', 'CM_SLAC_MATCH.CNF']);
  expect(all.find(({ type }) => type === 'CM_SLAC_PARM.REQ')).toMatchObject({ dir: 'ev->evse', hex: expect.stringMatching(/^FFFFFFFFFFFF/) as unknown });
  expect(all.find(({ type }) => type === 'CM_SLAC_PARM.CNF')).toMatchObject({ dir: 'evse->ev', latencyMs: 0 });
  expect(all.some(({ type }) => type.startsWith('VS_PL_LINK_STATUS'))).toBe(false);
});

test('no key is in a payload, a line or a frame; it is in a flight alone', async () => {
  const { order, until, matched, flush, payloads, lines, flights, drawn, clock, charger } = await published();
  order({ kind: 'plug' });
  until(matched);
  order({ kind: 'fault', fault: 'line-cut', present: true });
  clock.advance(8_000);
  await flush();
  order({ kind: 'fault', fault: 'line-cut', present: false });
  order({ kind: 'unplug' });
  clock.advance(1_000);
  order({ kind: 'plug' });
  clock.advance(5_000);
  const closed = charger?.close();
  clock.advance(100);
  await closed;
  await flush();
  const keys = drawn.filter(({ length }) => length === 16).map((octets) => Buffer.from(octets).toString('hex'));
  const sounds = payloads.join().toLowerCase();
  expect(keys.length).toBeGreaterThanOrEqual(4);
  // The RND of sounds is random, and no key.
  const secret = keys.filter((key) => !new RegExp(`ffffffffffff[0-9a-f]{16}017660[0-9a-f]*${key}`).test(sounds));
  expect(secret.length).toBeGreaterThanOrEqual(3);
  for (const key of secret) {
    expect(sounds).not.toContain(key);
    expect(lines.join('').toLowerCase()).not.toContain(key);
  }
  expect(flights).toHaveLength(1);
  expect(flights[0]?.session).toBe(session);
  expect(readFlight(flights[0]?.text ?? '')).toMatchObject({ session, machine: 'evse', mac: '02:00:00:00:00:01' });
  expect(secret.some((key) => flights[0]?.text.includes(key))).toBe(true);
});

test('a frame is told by its name alone where a key may be in it, or behind it', () => {
  const time = new VirtualTime();
  const tapped: TappedFrame[] = [];
  const frames = new SlacFrames(time, { add: (frame) => void tapped.push(frame) });
  const [host, modem] = ['02:00:00:00:00:01', '06:00:00:00:00:01'];
  const request = encodeMme(modem, host, { mme: 'VS_SW_VER.REQ' });
  frames.add(request);
  time.advance(3.25);
  frames.add(encodeMme(LOCAL_MODEM, host, { mme: 'CM_AMP_MAP.CNF', resType: 0 }));
  const withTail = new Uint8Array(80);
  withTail.set(encodeMme(modem, host, { mme: 'CM_AMP_MAP.CNF', resType: 0 }));
  withTail.fill(7, 64);
  frames.add(withTail);
  const unknown = request.slice();
  unknown.set([0x24, 0xa0], 15); // VS_RD_MOD.REQ
  frames.add(unknown);
  unknown.set([0x34, 0xbb], 15);
  frames.add(unknown);
  frames.add(request.slice(0, 16));
  expect(tapped.map(({ type, octets }) => [type, octets !== undefined])).toEqual([
    ['VS_SW_VER.REQ', true], ['CM_AMP_MAP.CNF', true], ['CM_AMP_MAP.CNF', false], ['VS_RD_MOD.REQ', false], ['0xbb34.REQ', false],
  ]);
  frames.add(encodeMme('ff:ff:ff:ff:ff:ff', modem, { mme: 'CM_SLAC_PARM.REQ', runId: new Uint8Array(8) }));
  time.advance(4.5);
  frames.add(encodeMme(modem, host, {
    mme: 'CM_SLAC_PARM.CNF', mSoundTarget: 'ff:ff:ff:ff:ff:ff', numSounds: 10, timeOut: 6, respType: 1, forwardingSta: modem, runId: new Uint8Array(8),
  }));
  expect(tapped.at(-1)).toMatchObject({ dir: 'evse->ev', latencyMs: 4.5 });
});

test('a pilot that flutters fills no journal', async () => {
  const { publisher, payloads, clock, lines } = await published();
  const change = (): void => publisher.tell({ kind: 'cp.changed', data: { from: 'B', to: 'C', pwm: true } }, undefined);
  for (let i = 0; i < 500; i++) change();
  expect(payloads.filter((text) => text.includes('cp.changed'))).toHaveLength(20);
  clock.advance(ms(1_000));
  change();
  expect(payloads.filter((text) => text.includes('cp.changed'))).toHaveLength(21);
  expect(lines.filter((line) => line.includes('500 changes'))).toHaveLength(1);
});

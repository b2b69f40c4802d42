import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkType, pcapngHeader, pcapngPacket } from '@pilotwire/capture';
import { after, ms } from '@pilotwire/machine';
import type { Timeline } from '@pilotwire/machine';
import type { Outlet } from '@pilotwire/outlet';
import { liveTimeline, systemClock, virtualClock } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';
import { afterAll, expect, test } from 'vitest';
import { captureModem, ethernetModem, joinOutlet, serveOutlet } from './index.js';
import { modemContract, question, returningModemContract } from '../test/modem-contract.js';
import type { ModemSubject } from '../test/modem-contract.js';

const charger = '02:00:00:00:00:01';
const folder = mkdtempSync(join(tmpdir(), 'pilotwire-modems-'));
afterAll(() => rmSync(folder, { recursive: true }));
const clock = systemClock({ background: true });

const refuse = (mishap: unknown): never => expect.unreachable(JSON.stringify(mishap));

/** An outlet with a car plugged in, and that car's modem for the other side of the line. */
function plugged(time: Timeline) {
  const outlet: Outlet = new SimulatedOutlet(time, { seed: 1, charger: 'default', car: 'default', soc: 20, until: 80, speed: 1, quick: true });
  outlet.hand({ receive: () => undefined, status: () => undefined }).send({ id: 1, kind: 'plug' });
  const heard: Uint8Array[] = [];
  const there = outlet.ev.modem({ receive: (frame) => heard.push(frame), status: () => undefined });
  return { outlet, heard, say: (frame: Uint8Array) => there.send(frame) };
}

async function next(heard: readonly Uint8Array[], pass: () => unknown): Promise<Uint8Array> {
  while (heard[0] === undefined) await pass();
  return heard[0];
}

modemContract('of a simulated outlet', () => {
  const virtual = virtualClock();
  const time = liveTimeline(virtual, refuse);
  const { outlet, heard, say } = plugged(time);
  const pass = (): void => virtual.advance(1);
  return Promise.resolve({ modem: outlet.evse.modem, address: charger, say, hears: () => next(heard, pass), pass, remove: () => time.stop() });
});

async function elsewhere(): Promise<ModemSubject> {
  const time = liveTimeline(clock, refuse);
  const { outlet, heard, say } = plugged(time);
  const path = join(folder, 'outlet.sock');
  const serve = () => serveOutlet(outlet, path, { clock, report: () => undefined });
  let server = await serve();
  const pass = (): Promise<void> => new Promise((resolve) => void clock.wake(after(clock.now(), ms(1)), resolve));
  return {
    modem: joinOutlet(path, clock).evse.modem, address: charger, say, pass, hears: () => next(heard, pass),
    cut: () => server.close(),
    async mend() {
      server = await serve();
    },
    async remove() {
      time.stop();
      await server.close();
    },
  };
}
modemContract('of an outlet in another process', elsewhere);
returningModemContract('of an outlet in another process', elsewhere);

modemContract('of a capture', () => {
  const time = virtualClock();
  const packets = [1, 2, 3].map((n) => pcapngPacket({ time: { seconds: 1_700_000_000, nanos: n * 250_000_000 }, bytes: question(n) }));
  const capture = Buffer.concat([pcapngHeader([{ linkType: linkType.ethernet }]), ...packets]);
  return Promise.resolve({ modem: captureModem(capture, time), address: undefined, say: () => undefined, pass: () => time.advance(10), remove: () => undefined });
});

test('no native module is loaded until a modem at a network interface is opened', () => {
  expect(ethernetModem({ interface: 'eth-nowhere', clock })).toBeTypeOf('function');
  expect(Object.keys(createRequire(import.meta.url).cache).filter((path) => path.endsWith('pnet.node'))).toEqual([]);
});

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeMme, encodeMme, LOCAL_MODEM } from '@pilotwire/homeplug';
import { ms } from '@pilotwire/machine';
import type { HandAnswer, HandOrder, Open, Outlet, Status } from '@pilotwire/outlet';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import { SimulatedOutlet } from '@pilotwire/simulation';
import fc from 'fast-check';
import { afterAll, afterEach, expect, test } from 'vitest';
import { ends } from './ends.js';
import { joinOutlet, LinkError, serveOutlet } from './index.js';
import type { ServeReport } from './index.js';
import { PacketReader, writePacket } from './packets.js';

const folder = mkdtempSync(join(tmpdir(), 'pilotwire-link-'));
afterAll(() => rmSync(folder, { recursive: true }));
const clock = systemClock({ background: true });
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).toReversed()) await one();
});
let count = 0;
const freshPath = (): string => join(folder, `${++count}.sock`);

async function served(path = freshPath()) {
  const time = liveTimeline(clock, (mishap) => expect.unreachable(JSON.stringify(mishap)));
  const outlet = new SimulatedOutlet(time, { seed: 1, charger: 'default', car: 'default', soc: 20, until: 80, speed: 1, quick: true });
  const reports: ServeReport[] = [];
  const server = await serveOutlet(outlet, path, { clock, report: (report) => reports.push(report) });
  undo.push(() => time.stop(), () => server.close());
  return { path, outlet, reports, server };
}

/** Takes an end; `until` resolves with the first message or status that `wanted` likes, earlier ones included. */
function take<Out, In>(open: Open<Out, In>) {
  const heard: In[] = [];
  const statuses: Status[] = [];
  let look = (): void => undefined;
  const channel = open({
    receive: (message) => (heard.push(message), look()),
    status: (status) => (statuses.push(status), look()),
  });
  undo.push(() => channel.close());
  const first = <One>(list: readonly One[], wanted: (one: One) => boolean): Promise<One> =>
    new Promise((resolve) => {
      look = () => {
        const found = list.find(wanted);
        if (found !== undefined) resolve(found);
      };
      look();
    });
  return {
    heard, statuses, send: (message: Out) => channel.send(message), close: () => channel.close(),
    message: (wanted: (one: In) => boolean) => first(heard, wanted),
    up: () => first(statuses, ({ state }) => state === 'up'),
    down: (why: RegExp) => first(statuses, (status) => status.state === 'down' && why.test(status.why)),
  };
}

async function handAt(outlet: Outlet) {
  const hand = take<HandOrder, HandAnswer>(outlet.hand);
  await hand.up();
  return (order: HandOrder) => {
    hand.send(order);
    return hand.message(({ id }) => id === order.id);
  };
}

test('every end of an outlet is there in another process', async () => {
  const { path, outlet, reports } = await served();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const there = joinOutlet(path, clock);
  const hand = await handAt(there);
  expect(await hand({ id: 1, kind: 'plug', car: 'ioniq', soc: 35 })).toEqual({ id: 1, result: 'done' });
  expect(await hand({ id: 2, kind: 'plug', car: 'lada' })).toMatchObject({ result: 'not-now' });

  const pilot = take(there.evse.pilot);
  await pilot.message(({ volts }) => volts === 9);
  pilot.send({ signal: 'digital' });
  const car = take(there.ev.pilot);
  await car.message(({ plugged, duty }) => plugged && duty === 5);
  car.send({ load: 'C' });
  expect(await pilot.message(({ volts }) => volts === 6)).toEqual({ kind: 'reading', volts: 6, pwm: true, proximity: 1_500 });

  const modem = take(there.evse.modem);
  expect(await modem.up()).toEqual({ state: 'up', address: '02:00:00:00:00:01' });
  modem.send(encodeMme(LOCAL_MODEM, '02:00:00:00:00:01', { mme: 'VS_PL_LINK_STATUS.REQ' }));
  const answer = await modem.message(() => true);
  expect(decodeMme(answer)).toMatchObject({ kind: 'known', type: 'VS_PL_LINK_STATUS.CNF' });
  expect(await take(there.ev.modem).up()).toEqual({ state: 'up', address: '04:65:65:00:64:c3' });

  const inlet = take(there.ev.inlet);
  expect(await inlet.message(() => true)).toMatchObject({ car: 'ioniq', vehicle: { soc: 35, contactors: 'open' } });
  const power = take(there.evse.power);
  await power.up();
  power.send({ kind: 'contactors.close' });
  const reading = await power.message((one) => one.kind === 'meter');
  expect(Math.abs(reading.at - clock.now())).toBeLessThan(1_000);
  await new Promise<void>((done) => {
    const look = (): unknown => (outlet.hardware.contactors.movesAt === undefined && !outlet.hardware.contactors.closed ? clock.wake((clock.now() + 5) as typeof reading.at, look) : done());
    look();
  });
  expect(reports.filter(({ kind }) => kind === 'refused')).toEqual([]);
});

test('an end has one holder, and a holder that goes leaves it as hardware is left', async () => {
  const { path, outlet } = await served();
  const there = joinOutlet(path, clock);
  const first = take(there.evse.pilot);
  await first.up();
  first.send({ signal: 'digital' });
  const second = take(there.evse.pilot);
  await second.down(/somebody else holds this end/);
  first.close();
  const look = take(there.ev.pilot);
  await look.message(() => outlet.pilot.signal === 'x1');
  expect(outlet.pilot.signal).toBe('x1');
});

test('an end of a process that is killed is free at once, and hardware is left as it falls', async () => {
  const { path, outlet, reports } = await served();
  const packets = [writePacket({ kind: 'hello', json: { v: 1, end: 'evse.pilot' } }), writePacket({ kind: 'message', json: { signal: 'digital' } })];
  const hex = packets.map((one) => Buffer.from(one).toString('hex')).join('');
  const script = `const s = require('node:net').connect(${JSON.stringify(path)}, () => s.write(Buffer.from('${hex}', 'hex'))); s.once('data', () => console.log('in')); s.resume()`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((done) => child.stdout.once('data', done));
  const next = take(joinOutlet(path, clock).evse.pilot);
  await next.down(/somebody else holds this end/);
  expect(outlet.pilot.signal).toBe('digital');
  child.kill('SIGKILL');
  await next.up();
  expect(outlet.pilot.signal).toBe('x1');
  expect(reports.filter(({ kind }) => kind === 'left')).toHaveLength(1);
});

test('who does not read is hung up on, and nobody else waits for it', async () => {
  const path = freshPath();
  const { outlet } = await served();
  const frame = new Uint8Array(1_514);
  const reports: ServeReport[] = [];
  let flood = (): void => undefined;
  const modem: Outlet['evse']['modem'] = (listener) => {
    flood = () => {
      for (let i = 0; i < 2_000; i++) listener.receive(frame);
    };
    return { send: () => undefined, close: () => undefined };
  };
  const server = await serveOutlet({ ...outlet, evse: { ...outlet.evse, modem }, hand: outlet.hand }, path, { clock, report: (report) => reports.push(report) });
  undo.push(() => server.close());
  const deaf = connect(path, () => deaf.write(writePacket({ kind: 'hello', json: { v: 1, end: 'evse.modem' } })));
  deaf.on('error', () => undefined);
  deaf.pause();
  undo.push(() => deaf.destroy());
  const joined = (): boolean => reports.some(({ kind }) => kind === 'joined');
  const hand = await handAt(joinOutlet(path, clock));
  for (let id = 1; !joined(); id++) await hand({ id, kind: 'unplug' });
  flood();
  expect(reports.filter(({ kind }) => kind === 'refused')).toEqual([{ kind: 'refused', end: 'evse.modem', why: 'it does not read' }]);
  expect(await hand({ id: 1_000, kind: 'plug' })).toMatchObject({ result: 'done' });
});

test('an outlet that goes is told, and found again when it is back', async () => {
  const path = freshPath();
  const there = joinOutlet(path, clock);
  const pilot = take(there.evse.pilot);
  await pilot.down(/no outlet at .*ENOENT/);
  pilot.send({ signal: 'digital' }); // lost, as on a wire
  const { server } = await served(path);
  await pilot.up();
  await server.close();
  await pilot.down(/it hung up/);
  pilot.statuses.splice(0);
  await served(path);
  await pilot.up();
  expect(pilot.statuses).toEqual([{ state: 'up' }]);
});

test('a socket file of a process that was killed is replaced, that of a living one is not', async () => {
  const path = freshPath();
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((done) => child.stdout.once('data', done));
  await expect(served(path)).rejects.toThrow(LinkError);
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
  expect(statSync(path).isSocket()).toBe(true);
  await served(path);
  expect(await take(joinOutlet(path, clock).evse.power).up()).toEqual({ state: 'up' });
});

test('who says what is no message is hung up on, and told why in the report', async () => {
  const { path, reports } = await served();
  const hello = (end: unknown) => writePacket({ kind: 'hello', json: { v: 1, end } });
  const say = (...bytes: Uint8Array[]): Promise<void> =>
    new Promise((done) => {
      const socket = connect(path, () => bytes.forEach((one) => socket.write(one)));
      socket.on('error', () => undefined);
      socket.resume();
      socket.once('close', () => done());
    });
  await say(new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'));
  await say(hello('evse.coffee'));
  await say(hello('evse.power'), writePacket({ kind: 'message', json: { kind: 'supply.set', voltage: 'all', current: 1 } }));
  await say(hello('evse.power'), writePacket({ kind: 'octets', octets: new Uint8Array(60) }));
  await say(hello('ev.modem'), writePacket({ kind: 'octets', octets: new Uint8Array(2_000) }));
  expect(reports.flatMap((report) => (report.kind === 'refused' ? [report.why] : []))).toEqual([
    expect.stringMatching(/^no packet: /), 'it wants no end of an outlet',
    ...Array.from({ length: 3 }, () => 'what it says is no message of this end'),
  ]);
});

test('packets come together however the socket cuts them, and hostile bytes give packets or one typed error', () => {
  const packets = [
    { kind: 'hello', json: { v: 1, end: 'hand' } }, { kind: 'octets', octets: Uint8Array.of(1, 2, 3) }, { kind: 'message', json: { a: 'ü' } },
    { kind: 'status', json: { state: 'up' } },
  ] as const;
  const bytes = Uint8Array.from(packets.flatMap((packet) => [...writePacket(packet)]));
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
      const reader = new PacketReader();
      const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      expect(at.slice(1).flatMap((to, i) => reader.push(bytes.subarray(at[i], to)))).toEqual(packets);
    }),
    { seed: 1 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
      try {
        expect(new PacketReader().push(noise).length).toBeLessThan(64);
      } catch (error) {
        expect((error as Error).name).toBe('PacketError');
      }
    }),
    { seed: 1 },
  );
});

test('a reading keeps its age between two clocks', () => {
  const form = ends['evse.power'].in;
  const there = form.write({ kind: 'contactors', at: ms(900) as number as never, closed: true }, ms(1_000) as number as never);
  expect(form.read(there, ms(50) as number as never)).toEqual({ kind: 'contactors', at: -50, closed: true });
  expect(form.read({ kind: 'message', json: { kind: 'contactors', closed: true } }, ms(50) as number as never)).toBeUndefined();
});

test('what is no socket is left where it is', async () => {
  const path = freshPath();
  writeFileSync(path, 'dear');
  await expect(served(path)).rejects.toThrow(`${path}: there is a file that is no socket; name another path, or take it away`);
  expect(readFileSync(path, 'utf8')).toBe('dear');
  await expect(served(folder)).rejects.toThrow(`${folder}: there is a folder`);
});

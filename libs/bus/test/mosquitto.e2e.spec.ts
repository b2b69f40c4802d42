import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commands, events, limit, slac, state, stationCommands } from '@pilotwire/contracts';
import type { AnyEvent } from '@pilotwire/contracts';
import { diskFolder } from '@pilotwire/journal';
import { after, ms } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectBus, followEvents } from '../src/index.js';
import type { Bus, BusReport, ConnectOptions, Position } from '../src/index.js';
import { usual } from './harness.js';
import { startRelay } from './relay.js';
import { Inbox } from '../../../tools/inbox.js';
import { hasMosquitto, mosquitto } from '../../../tools/mosquitto.js';
import type { Mosquitto } from '../../../tools/mosquitto.js';

const clock = systemClock({ background: true });
const pause = (by: number): Promise<void> => new Promise((resolve) => void clock.wake(after(clock.now(), ms(by)), resolve));
const place = { station: 'demo', evse: 1 };

describe.runIf(hasMosquitto())('on a real Mosquitto', () => {
  const cleanUp: (() => unknown)[] = [];
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pilotwire-events-'));
    cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  });
  afterEach(async () => {
    for (const undo of cleanUp.splice(0).toReversed()) await undo();
  });

  async function broker(config?: (path: string) => string): Promise<Mosquitto> {
    const one = await mosquitto(config);
    cleanUp.push(() => one.remove());
    return one;
  }
  async function open(at: Mosquitto, options: Partial<ConnectOptions> = {}) {
    const reports = new Inbox<BusReport>();
    const bus = await connectBus({
      ...usual, clock, report: reports.put, url: `mqtt://127.0.0.1:${at.port}`, journal: (station) => diskFolder(join(folder, station)), ...options,
    });
    cleanUp.push(() => bus.close());
    return { bus, reports };
  }
  const say = (bus: Bus, n: number): Promise<AnyEvent> => bus.event(events['v2g.warning'], place, { what: 'garbage', detail: `${n}` });

  test('a broker that is killed in full flow, twice, costs a persistent subscriber no event and gives it none twice', async () => {
    const at = await broker();
    await at.start();
    const { bus } = await open(at);
    await bus.whenConnected();
    const said: AnyEvent[] = [];
    const talk = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) {
        said.push(await say(bus, n));
        if (n % 10 === 0) await pause(5);
      }
    };
    const got = new Inbox<string>();
    const lost: unknown[] = [];
    let position: Position | undefined;
    const consumer = async (): Promise<Bus> => {
      const { bus: one } = await open(at, {
        service: 'history', instance: 'main', stations: [], session: 'persistent',
        setup: (self) => void followEvents(self, {
          clock, from: 'oldest', positions: position === undefined ? [] : [position], onLost: (span) => void lost.push(span),
          onEvent: ({ id }, now) => {
            position = now;
            got.put(id);
          },
        }),
      });
      await one.whenConnected();
      return one;
    };

    const first = await consumer();
    const talking = talk(2_000);
    await got.atLeast(300);
    await at.kill();
    await pause(700);
    await at.start();
    await talking;
    await got.until(({ length }) => length >= said.length);

    // Away while events go on: the broker keeps them, and is killed before it has saved any.
    await first.close();
    await talk(200);
    await at.kill();
    await talk(100);
    await at.start();
    await consumer();
    await talk(50);
    await got.until(({ length }) => length >= said.length);
    await pause(1_500);

    expect(said.map(({ seq }) => seq)).toEqual(Array.from({ length: 2_350 }, (_, i) => i + 1));
    expect(got.items).toEqual(said.map(({ id }) => id));
    expect(lost).toEqual([]);
  }, 90_000);

  test('a consumer that dies between two commits, four times, and a broker that dies as well: each event is committed once and in order', async () => {
    const at = await broker();
    await at.start();
    const { bus } = await open(at);
    await bus.whenConnected();
    // What a database would hold: the events and the position, of one transaction.
    const committed = new Inbox<string>();
    let position: Position | undefined;
    const lost: unknown[] = [];
    const life = async (): Promise<{ readonly die: () => Promise<void> }> => {
      let alive = true;
      const { bus: one } = await open(at, {
        service: 'history', instance: 'events', stations: [], visitor: true, session: 'persistent',
        setup: (self) => void followEvents(self, {
          clock, from: 'oldest', positions: position === undefined ? [] : [position], onLost: (span) => void lost.push(span),
          async onEvent({ id }, now) {
            await pause(1);
            // As after kill -9: nothing is committed, and nothing acknowledged, any more.
            if (!alive) return new Promise(() => undefined);
            position = now;
            committed.put(id);
          },
        }),
      });
      await one.whenConnected();
      return {
        die: () => {
          alive = false;
          return one.close();
        },
      };
    };
    const said: AnyEvent[] = [];
    const talking = (async () => {
      for (let n = 0; n < 600; n++) said.push(await say(bus, n));
    })();
    for (const milestone of [60, 150, 240, 330]) {
      const { die } = await life();
      await committed.atLeast(milestone);
      await die();
    }
    await life();
    await committed.atLeast(400);
    await at.kill();
    await at.start();
    await talking;
    await committed.until(({ length }) => length >= 600);
    await pause(1_500);
    expect(committed.items).toEqual(said.map(({ id }) => id));
    expect(lost).toEqual([]);
  }, 90_000);

  test('a command that the broker had sent to a process that is gone is told apart from one that waited for the next', async () => {
    const at = await broker();
    await at.start();
    const relay = await startRelay(at.port);
    cleanUp.push(() => relay.close());
    const { bus } = await open(at);
    await bus.whenConnected();
    const taken = new Inbox<[string, boolean]>();
    const life = async (url: string, life: string): Promise<Bus> => {
      const { bus: one } = await open(at, {
        url, service: 'ocpp-bridge', instance: 'main', stations: [], session: 'persistent', window: 4,
        setup: (self) => {
          // Its acknowledgement goes first, and never comes: the command's waits behind it.
          void self.subscribe(events['v2g.warning'], {}, () => new Promise<void>(() => undefined), { acknowledge: 'when-done' });
          void self.serve(stationCommands['present-token'], { station: 'demo' }, ({ token }, { repeated }) => {
            taken.put([`${life} ${token}`, repeated]);
            return 'accepted';
          });
        },
      });
      await one.whenConnected();
      return one;
    };
    const first = await life(relay.url, 'first');
    await say(bus, 1);
    const { bus: reader } = await open(at, { service: 'hardware', instance: 'reader', stations: [], visitor: true });
    await reader.whenConnected();
    const ask = (token: string) => reader.request(stationCommands['present-token'], { station: 'demo' }, { token });
    expect(await ask('A1B2C3D4')).toMatchObject({ code: 'accepted' });
    relay.cut();
    await first.close();
    const waiting = ask('A1B2C3D5');
    await life(`mqtt://127.0.0.1:${at.port}`, 'second');
    await waiting;
    expect(taken.items).toEqual([['first A1B2C3D4', false], ['second A1B2C3D4', true], ['second A1B2C3D5', false]]);
  });

  test('retained state is there again after a broker that forgot everything', async () => {
    const at = await broker(() => 'allow_anonymous true\npersistence false');
    await at.start();
    const { bus, reports } = await open(at);
    await bus.whenConnected();
    await bus.publish(state, place, state.example);
    await at.kill();
    await reports.until((items) => items.some(({ kind }) => kind === 'down'));
    expect(await bus.publish(state, place, { ...state.example, seq: 10 })).toBe('kept');
    await at.start();
    const { bus: late } = await open(at, { service: 'pilotwire', instance: 'late', stations: [] });
    const got = new Inbox<number>();
    await late.subscribe(state, {}, ({ seq }) => got.put(seq));
    expect(await got.atLeast(1)).toEqual([10]);
  });

  test('the generated access list lets each service do its part and nothing else', async () => {
    const acl = fileURLToPath(new URL('../../../docs/reference/mosquitto.acl', import.meta.url));
    const at = await broker((path) => {
      writeFileSync(join(path, 'acl'), readFileSync(acl));
      return `allow_anonymous true\nacl_file ${join(path, 'acl')}`;
    });
    await at.start();
    const as = (service: 'v2g-gateway' | 'slac-agent' | 'ocpp-bridge' | 'pilotwire') =>
      open(at, { service, username: service, instance: service, stations: service === 'v2g-gateway' ? ['demo'] : [] });
    const [{ bus: gateway }, { bus: agent }, { bus: bridge }, { bus: cli }] = [await as('v2g-gateway'), await as('slac-agent'), await as('ocpp-bridge'), await as('pilotwire')];
    await Promise.all([gateway, agent, bridge, cli].map((bus) => bus.whenConnected()));
    const got = new Inbox<string>();
    await cli.subscribe(state, {}, ({ seq }) => got.put(`state ${seq}`));
    await cli.subscribe(slac, {}, () => got.put('slac'));
    await gateway.subscribe(limit, {}, () => got.put('limit'));
    await gateway.serve(commands.stop, {}, () => 'done');
    // Ours would not; a stranger with the agent's name would be refused by the broker.
    await agent.publish({ ...state, writers: 'each' }, place, { ...state.example, seq: 666 });
    await agent.publish(slac, place, slac.example);
    await bridge.publish(limit, place, limit.example);
    await gateway.publish(state, place, { ...state.example, seq: 1 });
    expect(await cli.request(commands.stop, place, {})).toMatchObject({ code: 'done' });
    expect((await got.atLeast(3)).toSorted()).toEqual(['limit', 'slac', 'state 1']);
  });

  test('with TLS and a password it lets us in; with another authority or password it does not', async () => {
    const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'broker.key', '-out', 'broker.pem', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost');
    const at = await broker((path) => {
      writeFileSync(join(path, 'users'), 'v2g-gateway:right\n');
      execFileSync('mosquitto_passwd', ['-U', join(path, 'users')]);
      for (const name of ['broker.pem', 'broker.key']) writeFileSync(join(path, name), readFileSync(join(folder, name)));
      return ['allow_anonymous false', `password_file ${path}/users`, `certfile ${path}/broker.pem`, `keyfile ${path}/broker.key`].join('\n');
    });
    await at.start();
    const ca = readFileSync(join(folder, 'broker.pem'), 'utf8');
    const secure = { url: `mqtts://localhost:${at.port}`, username: 'v2g-gateway', password: 'right', tls: { ca } };
    const { bus } = await open(at, secure);
    await bus.whenConnected();
    const strangers = [await open(at, { ...secure, instance: 'a', tls: {}, stations: [] }), await open(at, { ...secure, instance: 'b', password: 'wrong', stations: [] })];
    for (const { bus: one, reports } of strangers) {
      await reports.until((items) => items.some(({ kind }) => kind === 'down'));
      expect(one.connected).toBe(false);
    }
    expect(strangers.map(({ reports }) => reports.items[0])).toEqual([
      { kind: 'down', why: expect.stringMatching(/self-signed certificate/) as string },
      { kind: 'down', why: expect.stringMatching(/Connection refused: (Not authorized|Bad)/i) as string },
    ]);
  });
});

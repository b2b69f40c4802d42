import { controlPilot } from '@pilotwire/control-pilot';
import { ms, Random } from '@pilotwire/machine';
import type { Actor, Instant } from '@pilotwire/machine';
import type { Modem, PilotOrder, PilotSample, Status } from '@pilotwire/outlet';
import { memoryPair } from '@pilotwire/pair';
import { liveTimeline, virtualClock } from '@pilotwire/runtime';
import { Modem as SimulatedModem, PowerLine } from '@pilotwire/simulation';
import { ev, evInitial, frameOf, receive } from '@pilotwire/slac';
import type { EvInput, EvState } from '@pilotwire/slac';
import { describe, expect, test } from 'vitest';
import { ChargerAgent } from '../src/charger/charger-agent.js';
import { PilotSense } from '../src/charger/pilot-sense.js';
import type { Happening } from '../src/happening.js';
import { FakeGateway, site } from './site.js';

const chargerMac = '02:00:00:00:00:01';
const carMac = '02:00:00:00:00:02';
/** A modem that restarts in no time. */
const quick = { restart: ms(60), join: ms(40) };

/** A charger whose ends are in the test's hands. */
function bench() {
  const clock = virtualClock();
  const time = liveTimeline(clock, (mishap) => {
    throw new Error(mishap.kind, { cause: mishap });
  });
  const pair = memoryPair(clock);
  const told: Happening[] = [];
  const orders: PilotOrder['signal'][] = [];
  const frames: Uint8Array[] = [];
  let modemStatus: (status: Status) => void = () => undefined;
  let toHost: (frame: Uint8Array) => void = () => undefined;
  let sample: (one: PilotSample) => void = () => undefined;
  let pilotStatus: (status: Status) => void = () => undefined;
  const modem: Modem = (listener) => {
    modemStatus = (status) => listener.status(status);
    toHost = (frame) => listener.receive(frame);
    return { send: (frame) => void (frames.push(frame), device?.fromHost(frame)), close: () => undefined };
  };
  const line = new PowerLine(time, new Random(1));
  let device: SimulatedModem | undefined;
  const agent = new ChargerAgent({
    time, modem, pair: pair.agent, entropy: (length) => new Random(3).bytes(length), tell: (happening) => void told.push(happening),
    pilot: (listener) => {
      sample = (one) => listener.receive(one);
      pilotStatus = (status) => listener.status(status);
      return { send: ({ signal }) => void orders.push(signal), close: () => undefined };
    },
  });
  const gateway = new FakeGateway(time, pair.gateway, 'auto');
  const samples = (count: number, one: Omit<PilotSample, 'kind'>): void => {
    for (let i = 0; i < count; i++) {
      sample({ kind: 'reading', ...one });
      clock.advance(10);
    }
  };
  const last = <Kind extends Happening['kind']>(kind: Kind) => told.findLast((one) => one.kind === kind) as Extract<Happening, { kind: Kind }> | undefined;
  return {
    clock, time, line, agent, gateway, told, orders, frames, samples, last,
    modemIs: (status: Status) => modemStatus(status), pilotIs: (status: Status) => pilotStatus(status),
    plugModem: () => void (device = new SimulatedModem(time, line, { mac: '06:00:00:00:00:01', host: chargerMac, role: 'evse', ...quick }, (frame) => toHost(frame))),
  };
}

describe('the pilot', () => {
  test('without a sample for 100 ms nobody can tell, which is said once; and again what it is', () => {
    const { clock, gateway, samples, told, last, agent, pilotIs } = bench();
    pilotIs({ state: 'up' });
    samples(5, { volts: 9, pwm: false });
    expect(gateway.last.level).toBe('B');
    expect(last('pilot')?.pilot).toMatchObject({ level: 'B', pwm: false, highV: 9 });
    clock.advance(80);
    expect(gateway.last.level).toBe('B');
    clock.advance(40);
    expect(gateway.last).toMatchObject({ level: undefined, pwm: false });
    clock.advance(5_000);
    expect(told.filter((one) => one.kind === 'note' && one.text.includes('no sample of the pilot'))).toHaveLength(1);
    expect(last('pilot')?.pilot.level).toBeUndefined();
    expect(agent.problems).toContain('nobody can tell what is on the pilot');
    samples(3, { volts: 9, pwm: false });
    expect(gateway.last.level).toBe('B');
    expect(last('cp.changed')?.data).toEqual({ to: 'B', pwm: false });
  });

  test('is told at first and when it changes, and every ten seconds while a plug is in', () => {
    const { told, samples } = bench();
    const count = (): number => told.filter(({ kind }) => kind === 'pilot').length;
    samples(2_500, { volts: 12, pwm: false });
    expect(count()).toBe(2);
    samples(2_500, { volts: 9.02, pwm: false });
    expect(count()).toBe(5);
  });

  test('the order is said again and again, and at once when the end comes back', () => {
    const { clock, orders, pilotIs } = bench();
    clock.advance(1_000);
    expect(orders.length).toBeGreaterThan(45);
    const before = orders.length;
    pilotIs({ state: 'up' });
    expect(orders.length).toBe(before + 1);
  });

  test('a plug has a cable, or a latch with a button; 480 ohms are a button where a latch was closed', () => {
    const { samples, last } = bench();
    const shown = (proximity: number, volts = 9): unknown => {
      samples(40, { volts, pwm: false, proximity });
      const { proximity: kind, cableA } = last('pilot')?.pilot ?? {};
      return cableA === undefined ? kind : `${kind} ${cableA}`;
    };
    expect(shown(1_500)).toBe('cable 13');
    expect(shown(480)).toBe('cable 20');
    expect(shown(150)).toBe('latched');
    expect(shown(480)).toBe('pressed');
    expect(shown(150)).toBe('latched');
    expect(shown(10_000)).toBe('none');
    expect(shown(480)).toBe('cable 20');
    expect(shown(1)).toBe('unknown');
  });

  test('R19: a pressed button is in the word to the gateway, while somebody can tell', () => {
    const { clock, samples, gateway } = bench();
    const word = (proximity: number): boolean | undefined => {
      samples(20, { volts: 6, pwm: true, proximity });
      return gateway.last.pressed;
    };
    expect([word(480), word(150), word(480), word(150), word(480)]).toEqual([undefined, undefined, true, undefined, true]);
    clock.advance(200);
    expect(gateway.last.pressed).toBeUndefined();
  });

  test('a voltage that is no number is told as none', () => {
    const sense = new PilotSense();
    for (let i = 0; i < 3; i++) sense.take({ kind: 'reading', volts: Number.NaN, pwm: false }, (10 * i) as Instant);
    expect(sense.view(30 as Instant)).toEqual({ level: 'E', pwm: false, at: 20 });
    expect(controlPilot.deadline({ value: undefined })).toBeUndefined();
  });
});

describe('the modem', () => {
  test('without an interface the agent says so, shows no 5 %, and waits', () => {
    const { clock, samples, orders, modemIs, plugModem, last, gateway, frames, agent } = bench();
    modemIs({ state: 'down', why: 'no such device' });
    samples(100, { volts: 9, pwm: false });
    expect(orders.at(-1)).toBe('x1');
    expect(last('slac')?.slac).toEqual({ state: 'no-modem', link: false, why: 'no-interface', detail: 'no such device' });
    expect(agent.problems).toContain('no modem: no such device');
    plugModem();
    modemIs({ state: 'up', address: chargerMac });
    clock.advance(20);
    expect(frames.map((frame) => Buffer.from(frame.subarray(14, 17)).toString('hex'))).toEqual(['010860']);
    expect(orders.at(-1)).toBe('digital');
    expect(last('slac')?.slac).toEqual({ state: 'matching', link: false });
    // It goes away while a car is matched with nobody: from the beginning, when it is back.
    modemIs({ state: 'down', why: 'the cable is out' });
    expect(orders.at(-1)).toBe('x1');
    modemIs({ state: 'up', address: chargerMac });
    clock.advance(200);
    expect(frames).toHaveLength(2);
    clock.advance(1_000);
    expect(gateway.last.link.match).toBe(0);
  });

  test('one that does not answer is asked again every few seconds, said once, and taken when it answers', () => {
    const { clock, samples, modemIs, plugModem, last, told, orders, agent, frames } = bench();
    modemIs({ state: 'up', address: chargerMac });
    samples(6_000, { volts: 9, pwm: false });
    expect(last('slac')?.slac).toEqual({ state: 'no-modem', link: false, why: 'no-modem', detail: 'the modem does not answer' });
    expect(told.filter(({ kind }) => kind === 'slac.failed')).toHaveLength(1);
    expect(agent.counters).toMatchObject({ 'slac.failures': 1 });
    expect(agent.problems).toContain('no modem: it does not answer');
    expect(frames.length).toBeGreaterThan(15);
    plugModem();
    samples(900, { volts: 9, pwm: false });
    expect(orders.at(-1)).toBe('digital');
    expect(last('slac')?.slac).toEqual({ state: 'matching', link: false });
    clock.advance(0);
  });

  test('a match outlives a modem that is away for a moment, but not one with another address', () => {
    const { clock, samples, modemIs, plugModem, gateway, frames, time, line } = bench();
    plugModem();
    modemIs({ state: 'up', address: chargerMac });
    const car: Actor<EvState, EvInput> = time.add(ev({ mac: carMac }), evInitial, {
      perform: (output) => {
        if (output.kind === 'send') carModem.fromHost(frameOf(carMac, output));
      },
    });
    const carModem = new SimulatedModem(time, line, { mac: '06:00:00:00:00:02', host: carMac, role: 'ev', ...quick }, (frame) => {
      const input = receive(frame);
      if (input !== undefined) car.feed(input);
    });
    line.connect('06:00:00:00:00:01', '06:00:00:00:00:02', 10);
    samples(20, { volts: 9, pwm: true });
    car.feed({ kind: 'start', runId: new Uint8Array(8), rnd: new Uint8Array(16) });
    samples(300, { volts: 9, pwm: true });
    expect(gateway.last.link).toMatchObject({ match: 1, up: true });
    const keys = (): number => frames.filter((frame) => frame[15] === 0x08 && frame[16] === 0x60).length;
    modemIs({ state: 'down', why: 'the cable is out' });
    samples(50, { volts: 9, pwm: true });
    modemIs({ state: 'up', address: chargerMac });
    samples(300, { volts: 9, pwm: true });
    expect([gateway.last.link, keys()]).toEqual([{ match: 1, up: true, peer: carMac }, 1]);
    modemIs({ state: 'up', address: '02:00:00:00:00:09' });
    clock.advance(50);
    expect([gateway.last.link.up, keys()]).toEqual([false, 2]);
  });
});

describe('the end', () => {
  test('close stops the oscillator, gives the modem a key that nobody has, and lets go', async () => {
    const { clock, outlet, charger, car, order, until, matched, held, told, gateways } = site();
    order({ kind: 'plug' });
    until(matched);
    const keys = (who: 'charger' | 'car'): string[] =>
      told[who].flatMap(({ happening }) => {
        if (happening.kind !== 'frame') return [];
        const hex = Buffer.from(happening.frame).toString('hex');
        return hex.slice(28, 34) === '010860' ? [hex.slice(82, 114)] : [];
      });
    const before = [keys('charger').length, keys('car').length];
    const closed = Promise.all([charger?.close(), car?.close()]);
    expect(outlet.pilot.signal).toBe('x1');
    clock.advance(60);
    await closed;
    expect([keys('charger').length, keys('car').length]).toEqual(before.map((count) => count + 1));
    expect(new Set([...keys('charger'), ...keys('car')]).size).toBe(keys('charger').length + 1);
    expect(held.machines).toBe(0);
    expect(gateways.charger.last.link.up).toBe(false);
    const count = told.charger.length;
    clock.advance(5_000);
    expect(told.charger).toHaveLength(count);
    expect(outlet.pilot.signal).toBe('x1');
  });
});

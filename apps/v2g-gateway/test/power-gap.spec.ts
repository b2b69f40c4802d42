import type { Listener, Open } from '@pilotwire/outlet';
import type { PowerCommand, PowerReading } from '@pilotwire/power';
import { expect, test } from 'vitest';
import { Bench } from './bench.js';

/** The way to the power devices, which can be interrupted while everything else goes on. */
class Way {
  open: Open<PowerCommand, PowerReading>;
  #cut = false;
  #listener: Listener<PowerReading> | undefined;

  constructor(power: Open<PowerCommand, PowerReading>) {
    this.open = (listener) => {
      this.#listener = listener;
      const channel = power({ receive: (reading) => this.#cut || listener.receive(reading), status: (status) => listener.status(status) });
      return { send: (command) => void (this.#cut || channel.send(command)), close: () => channel.close() };
    };
  }

  cut(cut: boolean): void {
    this.#cut = cut;
  }

  say(why: string | undefined): void {
    this.#listener?.status(why === undefined ? { state: 'up' } : { state: 'down', why });
  }
}

function charging() {
  const way: { at?: Way } = {};
  const bench: Bench = new Bench({
    outlet: { speed: 1 },
    power: (_, power) => (way.at = new Way(power)).open,
  });
  bench.to('CurrentDemand');
  bench.advance(2_000);
  return { bench, way: way.at as Way };
}

const gaps = Array.from({ length: 193 }, (_, i) => 80 + 10 * i);

/** Whatever the gap: 80 ms after it began the source is off, 30 ms later the contactors are open; until a new cable check. */
function staysOff(gap: number, told: boolean): void {
  const { bench, way } = charging();
  expect(bench.isLive).toBe(true);
  way.cut(true);
  let checked = false;
  for (let t = 0; t < gap + 2_500 && !checked; t += 10) {
    if (t === gap) {
      way.cut(false);
      if (told) way.say(undefined);
    }
    if (told && t === 80) way.say('the outlet says nothing');
    bench.advance(10);
    checked = bench.charger.power.path.state.phase.at === 'cableCheck';
    const { order, contactors } = bench.outlet.hardware;
    if (t >= 120 && !checked) expect([order, contactors.closed], `${gap} ms, ${t} ms after it began`).toEqual([undefined, false]);
  }
  expect(bench.of('evse', 'end'), `${gap} ms`).toHaveLength(1);
}

test('a way to the power devices that is gone for longer than they wait ends the charge, though nobody says so', () => {
  for (const gap of gaps) staysOff(gap, false);
}, 120_000);

test('and so where its driver says so', () => {
  for (let gap = 90; gap <= 2_000; gap += 70) staysOff(gap, true);
}, 120_000);

test('a driver that says that it is down ends the charge at once, with everything told to be off', () => {
  const { bench, way } = charging();
  way.say('no word of the source');
  expect(bench.outlet.hardware.order).toBeUndefined();
  bench.advance(70);
  expect(bench.outlet.hardware.contactors.closed).toBe(false);
  way.say(undefined);
  for (let t = 0; t < 1_000; t += 10) {
    bench.advance(10);
    expect(bench.isLive).toBe(false);
  }
  expect(bench.until(() => bench.of('evse', 'end').length === 1, 10_000)).toBe(true);
  expect(bench.of('evse', 'end')[0]?.end).toMatchObject({ reason: 'power-lost', by: 'evse', detail: 'no word of the source' });
});

test('an agent that cannot tell the pilot any more: the source is off at once', () => {
  const { bench } = charging();
  bench.agents.blind = true;
  bench.advance(21);
  expect(bench.outlet.hardware.order).toBeUndefined();
  bench.advance(80);
  expect(bench.outlet.hardware.contactors.closed).toBe(false);
});

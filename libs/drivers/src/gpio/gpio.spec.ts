import { virtualClock } from '@pilotwire/runtime';
import { expect, test } from 'vitest';
import { fakeGpio } from '../../test/fake-gpio.js';
import { powerSuite } from '../../test/power-suite.js';
import { take } from '../../test/rig.js';
import { gpioContactors } from './contactors.js';
import { emergencyStop } from './emergency-stop.js';

const chip = '/dev/gpiochip0';
const [coil, pulse, plus, minus, stop] = [17, 27, 5, 6, 22];

function rigOf() {
  const [clock, gpio] = [virtualClock(), fakeGpio()];
  const contactors = gpioContactors({
    clock, lines: gpio.lines, coil: { chip, offset: coil }, pulse: { chip, offset: pulse },
    auxiliary: [{ chip, offset: plus, activeLow: true, bias: 'pull-up' }, { chip, offset: minus, activeLow: true, bias: 'pull-up' }],
  });
  // Auxiliary contacts pull down, and follow the coil.
  let welded = false;
  const follow = (): void => {
    gpio.put(plus, !gpio.level(coil));
    gpio.put(minus, !gpio.level(coil) && !welded);
  };
  follow();
  gpio.follow(follow);
  return {
    clock, gpio, contactors,
    weld: (now: boolean) => {
      welded = now;
      follow();
    },
    async advance(ms: number) {
      for (let past = 0; past < ms; past += 5) {
        clock.advance(Math.min(5, ms - past));
        await Promise.resolve();
      }
    },
  };
}

powerSuite('contactors on GPIO', () => {
  const { gpio, contactors, advance } = rigOf();
  return Promise.resolve({
    open: contactors, advance, on: () => gpio.level(coil), silence: gpio.remove, close: () => Promise.resolve(),
    orders: { on: [{ kind: 'contactors.close' }], off: [{ kind: 'contactors.open' }] },
    kinds: ['contactors'],
  });
});

test('the contactors are open 80 ms after the last order, to the millisecond', async () => {
  const { clock, gpio, contactors, advance } = rigOf();
  const power = take(contactors);
  await advance(5);
  power.send({ kind: 'contactors.open' });
  power.send({ kind: 'contactors.close' });
  clock.advance(79);
  expect(gpio.level(coil)).toBe(true);
  clock.advance(1);
  expect(gpio.level(coil)).toBe(false);
});

test('a contact that moves is told at once, and the pulse goes on while they are to stay closed', async () => {
  const { gpio, contactors, advance } = rigOf();
  const power = take(contactors);
  await advance(5);
  const pulses: boolean[] = [];
  power.send({ kind: 'contactors.open' });
  const before = power.heard.length;
  for (let i = 0; i < 4; i++) {
    power.send({ kind: 'contactors.close' });
    pulses.push(gpio.level(pulse));
  }
  expect(pulses).toEqual([true, false, true, false]);
  expect(power.heard.slice(before).at(-1)).toMatchObject({ kind: 'contactors', closed: true });
  power.send({ kind: 'contactors.open' });
  expect(power.heard.at(-1)).toMatchObject({ closed: false });
  expect(gpio.level(pulse)).toBe(false);
});

test('a pole that stays closed is closed, and after a while a fault', async () => {
  const { contactors, advance, weld } = rigOf();
  const power = take(contactors);
  await advance(105);
  weld(true);
  await advance(5);
  expect(power.heard.at(-1)).toMatchObject({ closed: true });
  expect(power.statuses).toEqual([{ state: 'up' }]);
  await advance(300);
  expect(power.statuses.at(-1)).toEqual({ state: 'down', why: 'one pole of the contactors is closed and one is open: it is welded, or does not move' });
  weld(false);
  await advance(105);
  expect(power.statuses.at(-1)).toEqual({ state: 'up' });
});

test('lines that somebody else has are told, and none is kept of those that could be had', async () => {
  const { gpio, contactors, advance } = rigOf();
  const other = gpio.lines.input({ chip, offset: minus }, () => undefined);
  const power = take(contactors);
  await advance(50);
  expect(power.statuses).toEqual([{ state: 'down', why: "the contactors: line 6 is somebody else's" }]);
  expect(gpio.held()).toEqual([minus]);
  other.close();
  await advance(400);
  expect(power.statuses.at(-1)).toEqual({ state: 'up' });
  power.close();
  await advance(10);
  expect(gpio.held()).toEqual([]);
});

test('an emergency stop is down at its edge, however short, and up when it has been released for a while', async () => {
  const { clock, gpio } = rigOf();
  const stopped = take(emergencyStop({ clock, lines: gpio.lines, contact: { chip, offset: stop, bias: 'pull-down' } }));
  gpio.put(stop, true);
  clock.advance(500);
  expect(stopped.statuses.at(-1)).toEqual({ state: 'up' });
  gpio.put(stop, false);
  gpio.put(stop, true);
  expect(stopped.statuses.at(-1)).toEqual({ state: 'down', why: 'the emergency stop is pressed', pressed: true });
  clock.advance(499);
  expect(stopped.statuses.at(-1)?.state).toBe('down');
  clock.advance(11);
  expect(stopped.statuses.at(-1)).toEqual({ state: 'up' });
});

test('a wire that is broken is a stop that is pressed, though its edge was lost; so is a line that is gone', () => {
  const { clock, gpio } = rigOf();
  // Edges that nobody hears of.
  const lines = { ...gpio.lines, input: (address: Parameters<typeof gpio.lines.input>[0]) => gpio.lines.input(address, () => undefined) };
  gpio.put(stop, true);
  const stopped = take(emergencyStop({ clock, lines, contact: { chip, offset: stop } }));
  clock.advance(20);
  expect(stopped.statuses).toEqual([{ state: 'up' }]);
  gpio.put(stop, false);
  clock.advance(10);
  expect(stopped.statuses.at(-1)).toEqual({ state: 'down', why: 'the emergency stop is pressed', pressed: true });
  gpio.put(stop, true);
  clock.advance(600);
  gpio.remove(true);
  clock.advance(10);
  expect(stopped.statuses.at(-1)).toEqual({ state: 'down', why: 'the emergency stop: /dev/gpiochip0 is missing' });
  gpio.remove(false);
  clock.advance(1_000);
  expect(stopped.statuses.at(-1)).toEqual({ state: 'up' });
  stopped.close();
  clock.advance(50);
  expect(gpio.held()).toEqual([]);
});

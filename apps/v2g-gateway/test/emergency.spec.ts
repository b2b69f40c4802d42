import { assembledPower, emergencyStop } from '@pilotwire/drivers';
import type { GpioLines } from '@pilotwire/drivers';
import type { InletCommand, Listener, Open, Status, VehicleReading } from '@pilotwire/outlet';
import type { PowerCommand, PowerReading } from '@pilotwire/power';
import { expect, test } from 'vitest';
import { Bench } from './bench.js';
import type { BenchOptions } from './bench.js';

const slow = { outlet: { speed: 1 } } as const;
const phases = ['linked', 'SessionSetup', 'ParametersAgreed', 'CableCheck', 'PreCharge', 'PowerDelivery', 'CurrentDemand', 'PowerOff', 'WeldingDetection', 'closing'] as const;
/** A stop of the car is later than those before it. */
const at = (phase: string, options: BenchOptions): Bench => {
  const late = phase === 'PowerOff' || phase === 'WeldingDetection' || phase === 'closing';
  return new Bench({ ...options, outlet: { speed: late ? 1_000 : 1 } }).to(phase, late ? { soc: 79.5 } : {});
};

/** An emergency stop at the power of a bench. */
function button() {
  let closed = true;
  let edge = (): void => undefined;
  const lines: GpioLines = {
    output: () => {
      throw new Error('there is none');
    },
    input: (_, onEdge) => {
      edge = onEdge;
      return { get: () => closed, close: () => undefined };
    },
  };
  const press = (pressed: boolean): void => {
    closed = !pressed;
    edge();
  };
  const power: NonNullable<BenchOptions['power']> = (clock, simulated) =>
    assembledPower(clock, [
      { of: ['supply', 'contactors', 'meter', 'imd'], open: simulated },
      { of: [], open: emergencyStop({ clock, lines, contact: { chip: '/dev/gpiochip0', offset: 22 } }) },
    ]);
  return { press, power };
}

test.each(phases)('R20: the emergency stop is pressed, and within 100 ms all is off: %s', (phase) => {
  const { press, power } = button();
  const bench = at(phase, { power });
  press(true);
  bench.advance(20);
  expect([bench.outlet.hardware.order, bench.agents.heard.evse.at(-1)?.pilot]).toEqual([undefined, 'F']);
  bench.advance(80);
  expect([bench.outlet.hardware.contactors.closed, bench.outlet.pilot.signal, bench.isLive]).toEqual([false, 'f', false]);
  // As long as it is pressed; and the car that was there does not charge again by itself.
  bench.advance(20_000);
  expect([bench.outlet.pilot.signal, bench.charger.problems, bench.of('evse', 'end')]).toMatchObject(['f', ['power: the emergency stop is pressed'], [{ end: { reason: phase === 'closing' ? 'completed' : 'emergency-stop' } }]]);
  expect(bench.of('evse', 'fault').map(({ fault }) => fault)).toEqual(['emergency-stop']);
  press(false);
  bench.advance(20_000);
  expect([bench.outlet.pilot.signal, bench.charger.problems, bench.of('evse', 'end')]).toMatchObject(['x1', [], [{}]]);
  bench.unplug();
  bench.advance(1_000);
  bench.to('CurrentDemand');
});

test('pressed where no car is, it keeps cars away, and lets them in when it is released', () => {
  const { press, power } = button();
  const bench = new Bench({ ...slow, power });
  press(true);
  bench.advance(100);
  expect(bench.outlet.pilot.signal).toBe('f');
  bench.plug();
  bench.advance(5_000);
  expect([bench.outlet.pilot.signal, bench.charger.sessionId]).toEqual(['f', undefined]);
  press(false);
  expect(bench.until(() => bench.phase === 'CurrentDemand')).toBe(true);
});

/** A driver that can be taken away: nothing is heard of its hardware any more, and it hears nothing. */
function loose<Out, In>() {
  let listener: Listener<In> | undefined;
  let there = true;
  let last: Status = { state: 'up' };
  const over = (simulated: Open<Out, In>): Open<Out, In> => (own) => {
    listener = own;
    const channel = simulated({
      receive: (reading) => void (there && own.receive(reading)),
      status: (status) => {
        last = status;
        own.status(status);
      },
    });
    return { send: (order) => void (there && channel.send(order)), close: () => channel.close() };
  };
  const lose = (lost: boolean): void => {
    there = !lost;
    listener?.status(lost ? { state: 'down', why: 'it says nothing' } : last);
  };
  return { over, lose };
}

test.each(phases)('R20: the power cannot be reached any more, which is an emergency: %s', (phase) => {
  const { over, lose } = loose<PowerCommand, PowerReading>();
  const bench = at(phase, { power: (_, simulated) => over(simulated) });
  lose(true);
  bench.advance(0);
  expect(bench.agents.heard.evse.at(-1)?.pilot).toBe('F');
  bench.advance(200);
  expect([bench.outlet.pilot.signal, bench.isLive]).toEqual(['f', false]);
  bench.advance(5_000);
  // It is not known whether they are welded; it is known that nobody can tell.
  expect(bench.of('evse', 'fault').map(({ fault, detail }) => [fault, detail])).toEqual([['power-driver-down', 'it says nothing']]);
  expect(bench.of('evse', 'end')[0]?.end.reason).toBe(phase === 'closing' ? 'completed' : 'power-lost');
  lose(false);
  bench.unplug();
  bench.advance(10_000);
  expect(bench.of('evse', 'fault').at(-1)).toMatchObject({ fault: 'power-driver-down', present: false });
  bench.to('CurrentDemand');
});

test('a car that hears nothing of its battery any more ends the charge', () => {
  const { over, lose } = loose<InletCommand, VehicleReading>();
  const bench = new Bench({ ...slow, inlet: over }).to('CurrentDemand');
  lose(true);
  expect(bench.until(() => bench.phase === 'ended', 20_000)).toBe(true);
  expect([bench.of('evse', 'end')[0]?.end.reason, bench.car.problems]).toEqual(['completed', ['inlet: it says nothing']]);
  bench.advance(5_000);
  expect(bench.isLive).toBe(false);
});

test('R19: the latch button asks for the end of the charge: once, and in order', () => {
  const bench = new Bench(slow).to('CurrentDemand');
  bench.agents.pressed = true;
  expect(bench.until(() => bench.phase === 'ended', 20_000)).toBe(true);
  expect(bench.of('evse', 'end')).toMatchObject([{ end: { reason: 'latch-pressed', by: 'person' } }]);
  bench.advance(5_000);
  expect([bench.isLive, bench.agents.matches]).toEqual([false, 1]);
  bench.agents.pressed = false;
  bench.unplug();
  bench.advance(1_000);
  bench.to('CurrentDemand');
});

import { Random, VirtualTime } from '@pilotwire/machine';
import type { Actor } from '@pilotwire/machine';
import type { HandAnswer, HandOrder, InletSample, Open, PilotSample, Status, VehicleReading } from '@pilotwire/outlet';
import type { PowerReading } from '@pilotwire/power';
import { ev, evInitial, evse, evseInitial, frameOf, receive } from '@pilotwire/slac';
import type { EvInput, EvseInput, EvseState, EvState, Send } from '@pilotwire/slac';
import { expect, test } from 'vitest';
import { SimulatedOutlet } from './simulated-outlet.js';
import type { SimulatedOutletOptions } from './simulated-outlet.js';

function place(options: Partial<SimulatedOutletOptions> = {}) {
  const time = new VirtualTime();
  return { time, outlet: new SimulatedOutlet(time, { seed: 1, charger: 'default', car: 'default', soc: 20, until: 80, speed: 1, ...options }) };
}

/** Takes an end and keeps what it hears. */
function take<Out, In>(open: Open<Out, In>) {
  const heard: In[] = [];
  const statuses: Status[] = [];
  const channel = open({ receive: (message) => heard.push(message), status: (status) => statuses.push(status) });
  return { heard, statuses, send: (message: Out) => channel.send(message), close: () => channel.close() };
}

type Order = HandOrder extends infer One ? (One extends HandOrder ? Omit<One, 'id'> : never) : never;
function handAt(time: VirtualTime, outlet: SimulatedOutlet) {
  const hand = take<HandOrder, HandAnswer>(outlet.hand);
  let id = 0;
  return (order: Order): HandAnswer | undefined => {
    hand.send({ ...order, id: ++id } as HandOrder);
    time.advance(0);
    return hand.heard.at(-1);
  };
}

test('charger and car match over the modems of an outlet', () => {
  const { time, outlet } = place();
  const hand = handAt(time, outlet);
  const said: string[] = [];
  const charger: Actor<EvseState, EvseInput> = time.add(evse({ mac: '02:00:00:00:00:01' }), evseInitial, {
    perform: (output) => {
      if (output.kind === 'send') chargerEnd.send(frameOf('02:00:00:00:00:01', output as Send));
      if (output.kind === 'matched') said.push(`matched ${output.ev}`);
    },
  });
  const chargerEnd = outlet.evse.modem({ receive: (frame) => feed(charger, frame), status: (status) => said.push(JSON.stringify(status)) });
  charger.feed({ kind: 'key', nmk: new Random(1).bytes(16) });
  time.advance(3_000);

  let address = '';
  const car: Actor<EvState, EvInput> = time.add(ev({ mac: '98:ed:5c:da:d9:98' }), evInitial, {
    perform: (output) => {
      if (output.kind === 'send') carEnd.send(frameOf(address, output as Send));
    },
  });
  const carEnd = outlet.ev.modem({ receive: (frame) => feed(car, frame), status: (status) => (address = status.state === 'up' ? (status.address ?? '') : '') });
  expect(hand({ kind: 'plug', car: 'model-y', soc: 50 })).toEqual({ id: 1, result: 'done' });
  expect(address).toBe('98:ed:5c:da:d9:98');
  charger.feed({ kind: 'plug' });
  car.feed({ kind: 'start', runId: new Uint8Array(8), rnd: new Uint8Array(16) });
  time.advance(12_000);
  expect(said).toEqual(['{"state":"up","address":"02:00:00:00:00:01"}', 'matched 98:ed:5c:da:d9:98']);
  expect([charger.state.at, car.state.at]).toEqual(['matched', 'matched']);

  hand({ kind: 'fault', fault: 'line-cut', present: true });
  time.advance(20_000);
  expect(charger.state).toMatchObject({ at: 'matched', link: { up: false } });
  // A line that was cut is cut for the next plug, too.
  hand({ kind: 'unplug' });
  hand({ kind: 'plug', car: 'model-y' });
  time.advance(5_000);
  expect(charger.state).toMatchObject({ link: { up: false } });
  hand({ kind: 'fault', fault: 'line-cut', present: false });
  time.advance(5_000);
  expect(charger.state).toMatchObject({ link: { up: true } });
});

const feed = (actor: { feed(input: NonNullable<ReturnType<typeof receive>>): void }, frame: Uint8Array): void => {
  const input = receive(frame);
  if (input !== undefined) actor.feed(input);
};

test('the pilot shows each side what the other does, and what is broken', () => {
  const { time, outlet } = place();
  const hand = handAt(time, outlet);
  const charger = take<{ readonly signal: 'digital' | 'x1' | 'f' }, PilotSample>(outlet.evse.pilot);
  const car = take<{ readonly load: 'B' | 'C' }, InletSample>(outlet.ev.pilot);
  const volts = (): number | undefined => (time.advance(20), charger.heard.at(-1)?.volts);
  expect(volts()).toBe(12);
  car.send({ load: 'C' });
  expect(volts()).toBe(12); // nobody has plugged it in
  hand({ kind: 'plug' });
  expect(volts()).toBe(9);
  charger.send({ signal: 'digital' });
  expect(volts()).toBe(9);
  expect(charger.heard.at(-1)).toMatchObject({ pwm: true, proximity: 1_500 });
  expect(car.heard.at(-1)).toEqual({ plugged: true, duty: 5 });
  car.send({ load: 'C' });
  expect(volts()).toBe(6);
  hand({ kind: 'fault', fault: 'pilot-e', present: true });
  expect(volts()).toBe(0);
  hand({ kind: 'fault', fault: 'pilot-e', present: false });
  expect(volts()).toBe(6);
  car.close(); // a car whose computer has died is not ready
  expect(volts()).toBe(9);
  const again = take<{ readonly load: 'B' | 'C' }, InletSample>(outlet.ev.pilot);
  charger.close(); // and a charger whose computer has died shows no duty cycle
  time.advance(40);
  expect(again.heard.at(-1)).toEqual({ plugged: true, duty: undefined });
  const count = charger.heard.length;
  time.advance(1_000);
  expect(charger.heard).toHaveLength(count);
});

test('source and contactors fall to off 80 ms after the last order', () => {
  const { time, outlet } = place();
  const power = take(outlet.evse.power);
  const tell = (): void => {
    power.send({ kind: 'contactors.close' });
    power.send({ kind: 'supply.set', voltage: 400, current: 10 });
  };
  for (let i = 0; i < 40; i++) {
    tell();
    time.advance(50);
  }
  expect(outlet.hardware.output.voltage).toBeGreaterThan(300);
  expect(power.heard.findLast((reading: PowerReading) => reading.kind === 'contactors')).toMatchObject({ closed: true });
  time.advance(29); // 79 ms after the last order
  expect(outlet.hardware.order).toBeDefined();
  time.advance(1);
  expect(outlet.hardware.order).toBeUndefined();
  time.advance(100);
  expect(outlet.hardware.contactors.closed).toBe(false);
});

test('a faster battery fills sooner, and all else takes its time', () => {
  const charged = (speed: number): number => {
    const { time, outlet } = place({ speed });
    const hand = handAt(time, outlet);
    hand({ kind: 'plug', soc: 20 });
    const power = take(outlet.evse.power);
    const inlet = take<{ readonly kind: 'inlet.close' } | { readonly kind: 'inlet.open' }, VehicleReading>(outlet.ev.inlet);
    inlet.send({ kind: 'inlet.close' });
    for (let i = 0; i < 200; i++) {
      power.send({ kind: 'contactors.close' });
      power.send({ kind: 'supply.set', voltage: 420, current: 100 });
      time.advance(50);
    }
    const soc = inlet.heard.at(-1)?.vehicle.soc ?? 0;
    hand({ kind: 'unplug' });
    time.advance(200);
    expect(inlet.heard.at(-1)?.vehicle).toMatchObject({ contactors: 'open' });
    return soc - 20;
  };
  expect(charged(40) / charged(1)).toBeCloseTo(40, 0);
});

test('a car whose computer has died lets go of its contactors', () => {
  const { time, outlet } = place();
  const inlet = take<{ readonly kind: 'inlet.close' }, VehicleReading>(outlet.ev.inlet as Open<{ readonly kind: 'inlet.close' }, VehicleReading>);
  inlet.send({ kind: 'inlet.close' });
  time.advance(100);
  expect(outlet.hardware.inlet.closed).toBe(true);
  inlet.close();
  time.advance(100);
  expect(outlet.hardware.inlet.closed).toBe(false);
});

test('one at a time holds an end, and a hand is told why it cannot', () => {
  const { time, outlet } = place({ quick: true });
  const first = take(outlet.evse.power);
  const second = take(outlet.evse.power);
  time.advance(0);
  expect([first.statuses, second.statuses]).toEqual([[{ state: 'up' }], [{ state: 'down', why: 'somebody else holds this end' }]]);
  second.send({ kind: 'contactors.close' });
  time.advance(60);
  expect(outlet.hardware.contactors.closed).toBe(false);
  first.close(); // whoever waited has it now
  time.advance(0);
  expect(second.statuses.at(-1)).toEqual({ state: 'up' });
  second.send({ kind: 'contactors.close' });
  time.advance(60);
  expect(outlet.hardware.contactors.closed).toBe(true);

  const hand = handAt(time, outlet);
  expect(hand({ kind: 'unplug' })).toMatchObject({ result: 'not-now', message: 'no car is plugged in' });
  expect(hand({ kind: 'plug', car: 'lada' })).toMatchObject({ result: 'unknown', message: expect.stringContaining('ioniq') as unknown });
  expect(hand({ kind: 'plug' })).toMatchObject({ result: 'done' });
  expect(hand({ kind: 'plug' })).toMatchObject({ result: 'not-now' });
  expect(hand({ kind: 'fault', fault: 'gremlins', present: true })).toMatchObject({ result: 'unknown', message: expect.stringContaining('isolation-low') as unknown });
  expect(hand({ kind: 'fault', fault: 'contactors-welded', present: true })).toMatchObject({ result: 'done' });
  expect(outlet.hardware.faults).toEqual(['contactors-welded']);
});

test('what fell to off stays off until somebody says so, however long the pause was', () => {
  for (let gap = 80; gap <= 400; gap += 10) {
    const { time, outlet } = place();
    const power = take(outlet.evse.power);
    const tell = (): void => {
      power.send({ kind: 'contactors.close' });
      power.send({ kind: 'supply.set', voltage: 400, current: 10 });
    };
    const hold = (): void => {
      for (let i = 0; i < 20; i++) {
        tell();
        time.advance(40);
      }
    };
    hold();
    expect(outlet.hardware.contactors.closed).toBe(true);
    time.advance(gap - 40);
    hold();
    expect([gap, outlet.hardware.order, outlet.hardware.contactors.closed]).toEqual([gap, undefined, false]);
    power.send({ kind: 'supply.off' });
    power.send({ kind: 'contactors.open' });
    hold();
    expect([gap, outlet.hardware.order !== undefined, outlet.hardware.contactors.closed]).toEqual([gap, true, true]);
  }
});

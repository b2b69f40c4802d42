import { expect, test } from 'vitest';
import { site } from './site.js';

function plugged() {
  const one = site();
  one.order({ kind: 'plug' });
  one.until(one.matched);
  return one;
}

test('without a gateway the oscillator stays off, and a car waits', () => {
  const { clock, outlet, gateways, order, until, matched, of, charger } = site();
  gateways.charger.speaks = false;
  clock.advance(300);
  order({ kind: 'plug' });
  clock.advance(5_000);
  expect(outlet.pilot.signal).toBe('x1');
  expect(of('charger', 'slac').at(-1)?.slac).toEqual({ state: 'idle', link: false, why: 'gateway-silent' });
  expect(charger?.problems).toEqual(['the gateway is silent']);
  gateways.charger.speaks = true;
  until(matched);
  expect(charger?.problems).toEqual([]);
});

test('200 ms after the last word the oscillator is off and the match is given up; afterwards the car is matched anew', () => {
  const { clock, outlet, gateways, until, of } = plugged();
  gateways.charger.speaks = false;
  clock.advance(180);
  expect(outlet.pilot.signal).toBe('digital');
  clock.advance(45);
  expect(outlet.pilot.signal).toBe('x1');
  expect(gateways.charger.last.link).toMatchObject({ match: 1, up: false });
  expect(of('charger', 'note').map(({ text }) => text)).toContain('the match is over: error');
  expect(of('charger', 'note').filter(({ text }) => text.includes('the oscillator is off'))).toHaveLength(1);
  clock.advance(3_000);
  expect(outlet.pilot.signal).toBe('x1');
  // The car's gateway finds the link lost.
  gateways.car.ask('error');
  gateways.charger.speaks = true;
  until(() => gateways.charger.last.link.match === 2 && gateways.car.last.link.match === 2);
});

test('a gateway that began anew: its counts count from its first word on, and the match of the old one is given up', () => {
  const { clock, gateways, until } = plugged();
  gateways.charger.ask('pause');
  clock.advance(100);
  expect(gateways.charger.last.pwm).toBe(false);
  gateways.charger.restart({ dlink: { count: 7, request: 'terminate' } });
  clock.advance(30);
  expect(gateways.charger.last.link.up).toBe(false);
  gateways.car.ask('error');
  until(() => gateways.charger.last.link.match === 2 && gateways.charger.last.link.up);
  // Request 7 was before its time; 8 is new.
  gateways.charger.say({ dlink: { count: 8, request: 'error' } });
  clock.advance(100);
  expect(gateways.charger.last.link.up).toBe(false);
});

test('a request is carried out once, however often its word comes', () => {
  const { clock, gateways, until, outlet } = plugged();
  gateways.charger.ask('error');
  clock.advance(100);
  expect(outlet.pilot.signal).toBe('f');
  gateways.car.ask('error');
  until(() => gateways.charger.last.link.match === 2 && gateways.charger.last.link.up);
  clock.advance(10_000);
  expect(gateways.charger.last.link).toMatchObject({ match: 2, up: true });
});

test('R13: after terminate the pilot stays as it is until the plug is out', () => {
  const { clock, outlet, gateways, order, until, matched } = plugged();
  gateways.charger.ask('terminate');
  gateways.car.ask('terminate');
  clock.advance(40);
  expect(gateways.charger.last.link.up).toBe(true); // last words
  clock.advance(30);
  expect(gateways.charger.last.link.up).toBe(false);
  gateways.car.say({ pilot: 'C' });
  clock.advance(60_000);
  expect(outlet.pilot.signal).toBe('digital');
  expect(gateways.charger.last.link.match).toBe(1);
  gateways.car.say({ pilot: 'B' });
  order({ kind: 'unplug' });
  until(() => outlet.pilot.signal === 'x1', 100);
  order({ kind: 'plug' });
  until(() => gateways.charger.last.link.match === 2 && matched());
});

test('X1 and F of the gateway hold the pilot, whatever SLAC wants; an emergency goes at once', () => {
  const { clock, outlet, gateways, order, until, matched } = site();
  gateways.charger.say({ pilot: 'X1' });
  order({ kind: 'plug' });
  clock.advance(60_000);
  expect(outlet.pilot.signal).toBe('x1');
  gateways.charger.say({ pilot: 'auto' });
  until(matched);
  gateways.charger.say({ pilot: 'F' });
  expect(outlet.pilot.signal).toBe('f');
  gateways.charger.ask('terminate');
  clock.advance(1_000);
  expect(outlet.pilot.signal).toBe('f');
  order({ kind: 'unplug' });
  clock.advance(1_000);
  expect(gateways.charger.last.level).toBe('F'); // where nobody sees that the plug is out
  gateways.charger.say({ pilot: 'auto' });
  clock.advance(100);
  expect(outlet.pilot.signal).toBe('x1');
  expect(gateways.charger.last.level).toBe('A');
  order({ kind: 'plug' });
  until(() => gateways.charger.last.link.match === 2 && gateways.charger.last.link.up);
});

test('R15: after X1 and error the pilot is off, and once it is let go of a new match follows', () => {
  const { clock, outlet, gateways, until } = plugged();
  gateways.charger.say({ pilot: 'X1' });
  gateways.charger.ask('error');
  gateways.car.ask('error');
  clock.advance(1_000);
  expect(outlet.pilot.signal).toBe('x1');
  expect(gateways.charger.last.link.up).toBe(false);
  gateways.charger.say({ pilot: 'auto' });
  until(() => gateways.charger.last.link.match === 2 && gateways.car.last.link.match === 2);
});

test('R6: a matching that fails is tried again with state F between; error after that lets SLAC try again', () => {
  const { clock, gateways, order, until, of, outlet } = site({ car: false });
  order({ kind: 'plug' });
  until(() => of('charger', 'slac').at(-1)?.slac.state === 'failed', 200_000);
  expect(of('charger', 'slac.failed').map(({ data }) => data)).toEqual([1, 2, 3].map((attempt) => ({ why: 'no-request', attempt })));
  expect(of('charger', 'flight')).toHaveLength(1);
  clock.advance(60_000);
  expect(outlet.pilot.signal).toBe('x1');
  gateways.charger.ask('error');
  until(() => outlet.pilot.signal === 'digital', 2_000);
  expect(of('charger', 'slac').at(-1)?.slac.state).toBe('matching');
});

test('the car leaves the network when its gateway says so, and begins again after an error', () => {
  const { clock, gateways, until, of } = plugged();
  gateways.car.ask('terminate');
  until(() => of('car', 'slac').at(-1)?.slac.state === 'idle');
  clock.advance(5_000);
  expect(of('car', 'slac').at(-1)?.slac.state).toBe('idle');
  gateways.car.ask('error');
  until(() => gateways.car.last.link.match === 2);
  expect(of('car', 'slac.started')).toHaveLength(2);
});

import type { Token } from '../src/index.js';
import type { Bench } from './bench.js';

export const card: Token = { id: 'CARD-1', type: 'ISO14443' };
export const other: Token = { id: 'CARD-2', type: 'ISO14443' };

/** The car is plugged in, and its session waits for an authorization. */
export function plug(bench: Bench, evse = 1, session = `session-${bench.time.now}`): void {
  bench.feed({ kind: 'plugged', evse, session });
  bench.advance(1).feed({ kind: 'authorization-wanted', evse }).advance(1);
}
export function hold(bench: Bench, token: Token = card, evse = 1): void {
  bench.feed({ kind: 'token', token, evse }).advance(1);
}
/** Energy flows. `energy`: Wh of the session so far. */
export function energy(bench: Bench, wattHours: number, evse = 1): void {
  const reading = { voltage: 400, current: 125, power: 50_000, energy: wattHours, counter: bench.state.evses[evse - 1]?.session ?? 's', soc: 40 };
  bench.feed({ kind: 'meter', evse, reading }, { kind: 'charging', evse, charging: 'charging' }).advance(1);
}
/** Plugged, authorized, charging. */
export function charge(bench: Bench, evse = 1, token: Token = card): void {
  plug(bench, evse);
  hold(bench, token, evse);
  energy(bench, 10, evse);
}
export function unplug(bench: Bench, evse = 1): void {
  bench.feed({ kind: 'unplugged', evse }).advance(1);
}
/** The car has had enough. */
export function full(bench: Bench, evse = 1): void {
  bench.feed({ kind: 'session-ended', evse, reason: 'StoppedByEV' }).advance(1);
}

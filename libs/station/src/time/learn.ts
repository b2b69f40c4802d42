import type { Turn } from '../turn.js';
import { offset } from './clock.js';

/** The most lives whose clocks are kept. */
const livesKept = 20;

/**
 * Notes what the clock of this life is, and of every life before that has left a stamp without ever learning its own: the
 * last such stamp is taken for the moment before this life began.
 */
export function learn(turn: Turn): void {
  const { state } = turn;
  const zero = offset(state);
  if (zero === undefined) return;
  const { life } = state.configuration;
  const lasts = new Map<string, number>();
  const stamps = [
    ...state.entries.map(({ record }) => record.at),
    ...Object.values(state.durable.transactions).flatMap(({ began, stamped }) => [began, stamped]),
  ];
  for (const at of stamps) if ('life' in at) lasts.set(at.life, Math.max(lasts.get(at.life) ?? at.at, at.at));
  lasts.delete(life);
  for (const { life: known } of state.durable.clocks) lasts.delete(known);
  const found = [...lasts].map(([of, last]) => ({ life: of, offset: zero + state.began - last }));
  const own = state.durable.clocks.some((one) => one.life === life) ? [] : [{ life, offset: zero }];
  if (found.length + own.length > 0) turn.keep('clocks', [...state.durable.clocks, ...found, ...own].slice(-livesKept));
}

/** The host's clock. */
export function hostTime(turn: Turn, utc: number): void {
  turn.set({ clock: { ...turn.state.clock, host: utc - turn.now } });
  learn(turn);
}

/** The CSMS's clock, which came with a delay: less than a second is not worth a step. */
export function csmsTime(turn: Turn, utc: number): void {
  const { csms } = turn.state.clock;
  const found = utc - turn.now;
  if (csms === undefined || Math.abs(csms - found) >= 1_000) turn.set({ clock: { ...turn.state.clock, csms: found } });
  learn(turn);
}

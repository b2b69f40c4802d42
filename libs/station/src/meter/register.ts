import type { Reading, Register } from '../model/evse.js';

/**
 * The register after a reading. The counter behind it may begin anew, with a session or a restart: another name of it,
 * or a lower value, is a counter that began at 0. What it has counted is added; nothing is ever taken away.
 */
export function advance({ total, counter, counted }: Register, { energy, counter: named }: Reading): Register {
  if (!Number.isFinite(energy) || energy < 0) return { total, counter, counted };
  const same = named === counter && energy >= counted;
  return { total: total + (same ? energy - counted : energy), counter: named, counted: energy };
}

/** As it is told: whole Wh. */
export const wholeWh = ({ total }: Register): number => Math.floor(total);

import { ms, seconds } from '@pilotwire/machine';
import type { Duration } from '@pilotwire/machine';
import type { Retry } from './settings.js';
import type { LineTrouble } from './trouble.js';

/** A CSMS that says no will say it again: the first wait then is this long at least, and doubles four times. */
const refusedWait = seconds(60);
const refusedDoublings = 4;
/** The longest wait, whatever the settings say, without what chance adds. */
const longestWait = seconds(3_600);

/** How long to wait after `failures` attempts in a row, of which the last failed by `code`. `chance`: from 0 to 1. */
export function waitAfter({ minimum, doublings, random }: Retry, failures: number, code: LineTrouble['code'], chance: number): Duration {
  const usual = minimum * 2 ** Math.min(failures - 1, doublings);
  const refused = code === 'unauthorized' || code === 'unknown-identity' ? refusedWait * 2 ** Math.min(failures - 1, refusedDoublings) : 0;
  return ms(Math.min(Math.max(usual, refused), longestWait) + chance * random);
}

import { charge } from '@pilotwire/simulation';
import { CliError } from '../errors.js';
import { type Figure, figure, repeated } from './figure.js';

/** What a charge must be to be worth a figure: virtual time in ms, and answers to CurrentDemandReq. */
const least = { duration: 1_200_000, demands: 5_000 };

/**
 * How long a whole charge from 20 % to 80 % takes: SLAC, every message encoded and decoded on both sides, carried in TCP over
 * a simulated power line, power path and battery included. The first run warms up.
 */
export async function chargeFigure(): Promise<Figure> {
  const once = async (): Promise<number> => {
    const begin = performance.now();
    const { asExpected, duration, demands } = charge({ car: 'ioniq', charger: 'compleo', from: 0.2, to: 0.8 });
    const took = performance.now() - begin;
    if (!asExpected || duration < least.duration || demands < least.demands) throw new CliError('the simulated charge did not come to its end');
    return took;
  };
  await once();
  return figure('simulate.charge', 'ms', await repeated(once));
}

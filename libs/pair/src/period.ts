import { ms } from '@pilotwire/machine';

/** How often each of the two speaks. A gateway that hears nothing for 60 ms switches off (`power`, pilot-lost). */
export const wordPeriod = ms(20);

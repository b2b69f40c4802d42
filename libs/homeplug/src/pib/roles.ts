import type { PibFields } from './fields.js';

/** Every charging modem seen has these two. */
const links = { lowSpeedLink: 10_240, highSpeedLink: 102_400 } as const;

/**
 * What makes a modem serve one side; give it to `patchPib`. `evse` is always the central coordinator and hears what a
 * charger hears. `pev` never is and hears what a car hears, as car and pyPLC modems are set (seen: alpitronic
 * 2022-12-20). `pev-auto` leaves both to the modem, for consumer modems (QCA7420) that keep no SLAC from their host;
 * a QCA7000 or QCA7005 set so passes no SLAC at all.
 */
export const pibRoles = {
  evse: { userHfid: 'EVSE', ccoSelection: 2, slacEnable: 2, ...links },
  pev: { userHfid: 'PEV', ccoSelection: 1, slacEnable: 1, ...links },
  'pev-auto': { userHfid: 'PEV', ccoSelection: 0, slacEnable: 0 },
} as const satisfies Readonly<Record<string, PibFields>>;

export type PibRole = keyof typeof pibRoles;

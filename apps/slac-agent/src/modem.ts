import { ConfigurationError } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import type { Modem, Outlet } from '@pilotwire/outlet';

/** Where the modem of an outlet's end is, by `modem.url`. Throws `ConfigurationError` for what this build does not have. */
export function modemOf({ 'modem.url': url, mode }: Pick<Settings, 'modem.url' | 'mode'>): (outlet: Outlet) => Modem {
  if (url === 'outlet') return (outlet) => outlet[mode].modem;
  const problem = /^(eth|capture):./.test(url)
    ? `${url} is not in this build, which has the modem of the simulated outlet only: outlet`
    : `${url} is no modem: outlet, eth:NAME or capture:FILE`;
  throw new ConfigurationError([{ where: 'modem.url', problem }]);
}

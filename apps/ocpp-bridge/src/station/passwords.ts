import { ConfigurationError } from '@pilotwire/configuration';

/**
 * The passwords of several stations, one a line: the name of a station, a space, its password; `*` is any other station. Empty lines and
 * those that begin with # are passed over. Throws `ConfigurationError`, which says where and never what stands there.
 */
export function passwordsOf(text: string, file: string, stations: readonly string[]): ReadonlyMap<string, string> {
  const passwords = new Map<string, string>();
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const wrong = (problem: string): never => {
      throw new ConfigurationError([{ where: 'ocpp.passwords', problem: `${file}, line ${i + 1}: ${problem}` }]);
    };
    const [, station = wrong('write STATION PASSWORD'), password = ''] = /^(\S+)[ \t]+(\S+)[ \t]*$/.exec(line) ?? [];
    if (station !== '*' && !stations.includes(station)) wrong('this is no station of ocpp.stations');
    if (passwords.has(station)) wrong('this station has a password already');
    passwords.set(station, password);
  }
  const any = passwords.get('*');
  return new Map(stations.flatMap((station): [string, string][] => {
    const password = passwords.get(station) ?? any;
    return password === undefined ? [] : [[station, password]];
  }));
}

import type { Given } from './given.js';
import { keys } from './keys.js';
import type { Settings } from './keys.js';
import { ConfigurationError } from './error.js';
import type { Problem } from './error.js';
import { resolve } from './resolve.js';

/** What belongs to a process, whatever outlets it serves. */
const ofProcess = /^(station|evse|instance|mode|data|mqtt\..*|health\..*|log\..*)$/;
const one = /^evses\.([^.]+)(?:\.(.*))?$/;
/** Outlets of one process. */
const most = 64;
/** From the ports of one pair to those of the next, where nobody says which. */
const portsApart = 10;
const pairPorts = ['pair.agentPort', 'pair.gatewayPort'] as const;

/** What sources say of all outlets, and of each that they name. */
export interface Split {
  readonly common: readonly (readonly Given[])[];
  readonly byOutlet: ReadonlyMap<number, readonly (readonly Given[])[]>;
}

/**
 * Takes `evses.NUMBER.KEY` apart: what is said of one outlet goes over what is said of all. Throws `ConfigurationError` for a number
 * that is none, and for keys that belong to the process.
 */
export function splitOutlets(sources: readonly (readonly Given[])[]): Split {
  const problems: Problem[] = [];
  const numbers = new Set<number>();
  const place = (key: string, where: string): { readonly evse: number; readonly key: string } | undefined => {
    const [, number = '', name = ''] = one.exec(key) ?? [];
    const evse = Number(number);
    if (key === 'evses' || !/^[1-9]\d{0,3}$/.test(number)) problems.push({ where, problem: 'evses holds outlets by their numbers: evses: { 1: { modem: { url: "eth:eth1" } }, 2: … }' });
    else if (ofProcess.test(name)) problems.push({ where, problem: `${name} belongs to the process: it is the same for all outlets` });
    else return { evse, key: name };
    return undefined;
  };
  const split = sources.map((source) => {
    const common: Given[] = [];
    const outlets = new Map<number, Given[]>();
    for (const given of source) {
      if (given.key !== 'evses' && !given.key.startsWith('evses.')) {
        common.push(given);
        continue;
      }
      const found = place(given.key, given.where);
      if (found === undefined) continue;
      numbers.add(found.evse);
      // An outlet that is named and no more is as all are.
      if (found.key !== '') outlets.set(found.evse, [...(outlets.get(found.evse) ?? []), { ...given, key: found.key }]);
    }
    return { common, outlets };
  });
  if (numbers.size > most) problems.push({ where: 'evses', problem: `more than ${most} outlets in one process` });
  if (problems.length > 0) throw new ConfigurationError(problems);
  const sorted = [...numbers].toSorted((a, b) => a - b);
  return {
    common: split.map(({ common }) => common),
    byOutlet: new Map(sorted.map((evse) => [evse, split.map(({ outlets }) => outlets.get(evse) ?? [])])),
  };
}

/** The settings of each outlet of a process: of the one that `evse` says, where none is named. Throws `ConfigurationError`. */
export function outletsOf({ common, byOutlet }: Split): readonly Settings[] {
  const all = resolve(keys, common).settings;
  const outlets = byOutlet.size === 0 ? [all] : [...byOutlet].map(([evse, own], i) => {
    const where = `evses.${evse}`;
    const ports = pairPorts.map((key) => ({ key, value: all[key] + portsApart * i, where }));
    return resolve(keys, [...common, [{ key: 'evse', value: evse, where }, ...ports], ...own]).settings;
  });
  refuseSharedPorts(outlets);
  return outlets;
}

/** A port is that of one end of one pair; its other end would wait for it for ever. */
function refuseSharedPorts(outlets: readonly Settings[]): void {
  const owners = new Map<number, string>();
  const problems: Problem[] = [];
  for (const settings of outlets) {
    for (const key of pairPorts) {
      const name = outlets.length > 1 ? `evses.${settings.evse}.${key}` : key;
      const owner = owners.get(settings[key]);
      if (owner !== undefined) problems.push({ where: name, problem: `${settings[key]} is the port of ${owner} already` });
      else owners.set(settings[key], name);
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
}

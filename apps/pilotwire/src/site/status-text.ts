import type { OutletRow, ServiceRow } from '../commands/status.js';
import { plain } from './plain.js';
import { amperes, clockTime, energy, kilowatts, percent, volts } from './units.js';

export interface Found {
  readonly services: readonly ServiceRow[];
  readonly outlets: readonly OutletRow[];
}

/** Who is there and how each outlet stands, for people. */
export function statusLines({ services, outlets }: Found, { where, now }: { readonly where: string; readonly now: number }): string[] {
  if (services.length === 0) return [`nobody is there at ${where}`];
  return [`at ${where}`, ...services.map((one) => serviceLine(one, now)), ...outlets.flatMap(outletLines)].map(plain);
}

function serviceLine({ service, instance, state, version, startedAt, stations, mode }: ServiceRow, now: number): string {
  const name = `${service}/${instance}`.padEnd(24);
  if (state !== 'online') return `  ${name} offline`;
  const plays = mode === 'ev' ? ', plays the car' : '';
  return `  ${name} ${version}  since ${since(startedAt, now)}  ${stations.join(', ')}${plays}`;
}

const day = 86_400_000;
/** The time of day; before that day, the date too. */
const since = (at: string, now: number): string => (now - Date.parse(at) < day ? clockTime(at) : `${at.slice(0, 10)} ${clockTime(at)}`);

function outletLines({ station, evse, state, pilot, slac, session, limit, availability }: OutletRow): string[] {
  const rows: (readonly [string, string])[] = [];
  if (state !== undefined) {
    const { phase, contactors, supply, simulated } = state;
    rows.push(['state', [phase, `contactors ${contactors}`, `supply ${supply}`, ...(simulated ? ['simulated'] : [])].join(', ')]);
    if (!state.available) rows.push(['', 'NOT AVAILABLE: no session begins']);
    if (state.faults.length > 0) rows.push(['', `FAULT: ${state.faults.join(', ')}`]);
  }
  if (pilot !== undefined) rows.push(['pilot', `${pilot.level}${pilot.pwm ? `2, ${pilot.dutyPercent ?? 5} % duty cycle` : '1'}`]);
  if (slac !== undefined) rows.push(['slac', [slac.state, `link ${slac.link ? 'up' : 'down'}`, slac.ev, slac.why].filter((part) => part !== undefined).join(', ')]);
  if (session !== undefined && session !== null) {
    const soc = session.soc === undefined ? [] : [`SoC ${percent(session.soc)}`];
    rows.push(['session', [`since ${clockTime(session.startedAt)}`, energy(session.energyWh), ...soc].join(', ')]);
    rows.push(...limitsRow('car', session.evLimits), ...limitsRow('charger', session.evseLimits));
  }
  if (limit !== undefined) rows.push(['limit', `${[...(limit.maxW === undefined ? [] : [kilowatts(limit.maxW)]), ...(limit.maxA === undefined ? [] : [amperes(limit.maxA)])].join(', ') || 'none'} until ${clockTime(limit.validUntil)}`]);
  if (availability?.available === false) rows.push(['office', 'not available']);
  return ['', `${station}, EVSE ${evse}`, ...rows.map(([name, text]) => `  ${name.padEnd(8)} ${text}`)];
}

type Limits = NonNullable<NonNullable<OutletRow['session']>['evLimits']>;

function limitsRow(who: string, limits: Limits | undefined): (readonly [string, string])[] {
  if (limits === undefined) return [];
  const { maxV, maxA, maxW } = limits;
  const parts = [...(maxV === undefined ? [] : [volts(maxV)]), ...(maxA === undefined ? [] : [amperes(maxA)]), ...(maxW === undefined ? [] : [kilowatts(maxW)])];
  return [[who, `up to ${parts.join(', ')}`]];
}

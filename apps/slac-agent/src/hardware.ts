import type { Bus } from '@pilotwire/bus';
import { ConfigurationError } from '@pilotwire/configuration';
import type { Problem, Settings } from '@pilotwire/configuration';
import { adcAddress, mqttLoad, mqttPilot, pilotAddress, serialLoad, serialPilot, sysfsPilot } from '@pilotwire/drivers';
import type { PilotAddress, SerialPilotOptions, SysfsPilotOptions } from '@pilotwire/drivers';
import { captureModem, ethernetModem, joinOutlet } from '@pilotwire/link';
import type { Modem, Outlet } from '@pilotwire/outlet';
import type { Clock } from '@pilotwire/runtime';
import { wordsOf } from '@pilotwire/service';
import type { Log } from '@pilotwire/service';

// What an agent is built on, by its settings: each of its ends is the outlet's, or real.

/** The pilot, as the side that is played needs it. */
export type Pilot =
  | { readonly mode: 'evse'; readonly open: Outlet['evse']['pilot'] }
  | { readonly mode: 'ev'; readonly open: Outlet['ev']['pilot'] }
  /** Whoever listens has none. */
  | { readonly mode: 'listen' };

/** The ends of an agent. */
export interface Hardware {
  readonly modem: Modem;
  readonly pilot: Pilot;
  /** Of the outlet, where there is one. */
  readonly hand: Outlet['hand'] | undefined;
}

/** What the hardware stands on. */
export interface Ground {
  readonly clock: Clock;
  readonly bus: Pick<Bus, 'publish' | 'subscribe' | 'connected'>;
  readonly log: Log;
}

export interface HardwarePlan {
  /** The pilot is simulated: there is a hand that plugs. */
  readonly simulated: boolean;
  readonly open: (ground: Ground) => Hardware;
}

type OutletAt = (clock: Clock) => Outlet;
type Take<End> = (ground: Ground, outlet: Outlet | undefined) => End;

/**
 * Looks at all settings of the hardware, and opens nothing. `given`: an outlet in this process, whatever `outlet.url` says.
 * Throws `ConfigurationError` with all that is wrong.
 */
export function hardwareOf(settings: Settings, given: Outlet | undefined): HardwarePlan {
  const problems: Problem[] = [];
  const there = given !== undefined || settings['outlet.url'] !== 'none';
  const outletAt = given === undefined ? outletOf(settings, problems) : (): Outlet => given;
  const modem = modemOf(settings, there, problems);
  const pilot = pilotOf(settings, there, problems);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return {
    simulated: settings['pilot.url'] === 'outlet' && settings.mode !== 'listen',
    open(ground) {
      const outlet = outletAt?.(ground.clock);
      return { modem: modem(ground, outlet), pilot: pilot(ground, outlet), hand: outlet?.hand };
    },
  };
}

/** An outlet that another process serves; undefined where there is none. */
function outletOf({ 'outlet.url': url }: Settings, problems: Problem[]): OutletAt | undefined {
  if (url === 'none') return undefined;
  const path = /^unix:(.+)$/.exec(url)?.[1];
  if (path !== undefined) return (clock) => joinOutlet(path, clock);
  const problem = url === 'memory'
    ? 'memory is for `pilotwire up`, which has all services in one process; one that runs alone joins an outlet at unix:PATH, which `pilotwire car` serves, or says none and has hardware'
    : `${url} is no outlet: memory, unix:PATH or none`;
  problems.push({ where: 'outlet.url', problem });
  return undefined;
}

function modemOf({ 'modem.url': url, mode }: Settings, there: boolean, problems: Problem[]): Take<Modem> {
  const [, kind, name = ''] = /^(eth|capture):(.+)$/s.exec(url) ?? [];
  if (kind === 'eth') return ({ clock }) => ethernetModem({ interface: name, clock, promiscuous: mode === 'listen' });
  if (kind === 'capture') {
    return ({ clock }) => {
      try {
        return captureModem(name, clock);
      } catch (error) {
        throw new ConfigurationError([{ where: 'modem.url', problem: wordsOf(error) }]);
      }
    };
  }
  if (url !== 'outlet') problems.push({ where: 'modem.url', problem: `${url} is no modem: outlet, eth:NAME or capture:FILE` });
  else if (!there) problems.push({ where: 'modem.url', problem: 'outlet is the modem of an outlet, and outlet.url is none: eth:NAME is one at a network interface' });
  else if (mode === 'listen') problems.push({ where: 'modem.url', problem: 'outlet has a modem at each end of its cable and none for a listener: eth:NAME, or capture:FILE' });
  return (_, outlet) => (outlet as Outlet)[mode === 'ev' ? 'ev' : 'evse'].modem;
}

function pilotOf(settings: Settings, there: boolean, problems: Problem[]): Take<Pilot> {
  const { 'pilot.url': url, mode, station, evse } = settings;
  if (mode === 'listen') return () => ({ mode });
  if (url === 'outlet') {
    if (!there) problems.push({ where: 'pilot.url', problem: 'outlet is the pilot of an outlet, and outlet.url is none: serial:PATH, sysfs:CHIP/NUMBER or mqtt' });
    return (_, outlet) => (mode === 'evse' ? { mode, open: (outlet as Outlet).evse.pilot } : { mode, open: (outlet as Outlet).ev.pilot });
  }
  const address = read('pilot.url', () => pilotAddress(url), problems);
  const circuit = address?.kind === 'sysfs' ? circuitOf(settings, address, problems) : undefined;
  return ({ clock, bus, log }) => {
    if (circuit !== undefined) return { mode: 'evse', open: sysfsPilot({ clock, ...circuit }) };
    if (address?.kind === 'serial') {
      const board: SerialPilotOptions = { clock, path: address.path, report: ({ broken, lost }) => log.warn(`pilot board: ${broken} broken lines and ${lost} lost in a second`) };
      return mode === 'evse' ? { mode, open: serialPilot(board) } : { mode, open: serialLoad(board) };
    }
    const played = { clock, bus, station, evse };
    return mode === 'evse' ? { mode, open: mqttPilot(played) } : { mode, open: mqttLoad(played) };
  };
}

function circuitOf(settings: Settings, { pwm }: Extract<PilotAddress, { kind: 'sysfs' }>, problems: Problem[]): Omit<SysfsPilotOptions, 'clock'> | undefined {
  const { mode, 'pilot.adc': adc, 'pilot.gain': gain, 'pilot.offset': offset, 'pilot.proximityAdc': other, 'pilot.proximityPullUp': pullUp, 'pilot.proximitySupply': supply } = settings;
  if (mode === 'ev') problems.push({ where: 'pilot.url', problem: 'sysfs is the pilot of a charger: a car has serial:PATH or mqtt' });
  if (adc === undefined) problems.push({ where: 'pilot.adc', problem: 'sysfs needs the converter that measures the pilot, as ads1015/voltage0' });
  const pilot = adc === undefined ? undefined : read('pilot.adc', () => adcAddress(adc), problems);
  const proximity = other === undefined ? undefined : read('pilot.proximityAdc', () => adcAddress(other), problems);
  if (pilot === undefined) return undefined;
  return { pwm, inverted: settings['pilot.inverted'] === 'yes', pilot: { ...pilot, gain, offset }, ...(proximity !== undefined && { proximity: { ...proximity, pullUp, supply } }) };
}

/** An address as people write it; what is none is a problem of its setting. */
function read<Address>(where: string, run: () => Address, problems: Problem[]): Address | undefined {
  try {
    return run();
  } catch (error) {
    problems.push({ where, problem: wordsOf(error) });
    return undefined;
  }
}

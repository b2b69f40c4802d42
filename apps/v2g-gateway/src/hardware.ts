import type { Bus } from '@pilotwire/bus';
import { ConfigurationError } from '@pilotwire/configuration';
import type { Problem, Settings } from '@pilotwire/configuration';
import { assembledPower, emergencyStop, gpioContactors, lineAddress, mqttInlet, mqttPower } from '@pilotwire/drivers';
import type { GpioLines, InputAddress, PowerPart } from '@pilotwire/drivers';
import { joinOutlet } from '@pilotwire/link';
import type { Open, Outlet } from '@pilotwire/outlet';
import { openGpioLine } from '@pilotwire/pnet-bindings';
import type { PowerReading } from '@pilotwire/power';
import type { Clock } from '@pilotwire/runtime';
import { wordsOf } from '@pilotwire/service';
import { toSdp } from './network/addresses.js';
import { interfaceCarNetwork, interfaceChargerNetwork } from './network/interface-network.js';
import type { CarNetwork, ChargerNetwork } from './network/network.js';
import { nodeCarNetwork, nodeChargerNetwork } from './network/node-network.js';

// What a gateway is built on, by its settings: simulated devices or real ones, and the network.

/** The devices of one side: of the other there is nothing. */
export interface Devices {
  readonly evse: Pick<Outlet['evse'], 'power'>;
  readonly ev: Pick<Outlet['ev'], 'inlet'>;
}

/** What the devices stand on. */
export interface Ground {
  readonly clock: Clock;
  readonly bus: Pick<Bus, 'publish' | 'subscribe' | 'connected'>;
}

export interface HardwarePlan {
  /** The energy is simulated. */
  readonly simulated: boolean;
  readonly open: (ground: Ground) => Devices;
}

/**
 * Looks at all settings of hardware and network, and opens nothing. `given`: an outlet in this process, whatever `outlet.url`
 * says. Throws `ConfigurationError` with all that is wrong.
 */
export function hardwareOf(settings: Settings, given: Outlet | undefined, lines: GpioLines = gpioLines): HardwarePlan {
  const problems: Problem[] = [];
  const outletAt = given === undefined ? outletOf(settings, problems) : (): Outlet => given;
  const there = given !== undefined || settings['outlet.url'] !== 'none';
  const power = powerOf(settings, there, lines, problems);
  problems.push(...networkProblems(settings));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return {
    simulated: settings['power.url'] === 'outlet' && settings.mode !== 'listen',
    open(ground) {
      const outlet = outletAt?.(ground.clock);
      const nothing = <Out, In>(): Open<Out, In> => absent(ground.clock);
      if (settings.mode === 'listen') return { evse: { power: nothing() }, ev: { inlet: nothing() } };
      return settings.mode === 'evse'
        ? { evse: { power: power(ground, outlet) }, ev: { inlet: nothing() } }
        : { evse: { power: nothing() }, ev: { inlet: inletOf(settings, ground, outlet) } };
    },
  };
}

/** An outlet that another process serves; undefined where there is none. */
function outletOf({ 'outlet.url': url }: Settings, problems: Problem[]): ((clock: Clock) => Outlet) | undefined {
  if (url === 'none') return undefined;
  const path = /^unix:(.+)$/.exec(url)?.[1];
  if (path !== undefined) return (clock) => joinOutlet(path, clock);
  const problem = url === 'memory'
    ? 'memory is for `pilotwire up`; a gateway that runs alone joins an outlet of another process, as unix:/run/pilotwire/outlet.sock, or says none and has hardware'
    : `${url} is no outlet: memory, unix:PATH or none`;
  problems.push({ where: 'outlet.url', problem });
  return undefined;
}

type PowerAt = (ground: Ground, outlet: Outlet | undefined) => Outlet['evse']['power'];

const all: readonly PowerReading['kind'][] = ['supply', 'contactors', 'meter', 'imd'];
const withoutContactors = all.filter((kind) => kind !== 'contactors');

function powerOf(settings: Settings, there: boolean, lines: GpioLines, problems: Problem[]): PowerAt {
  const { 'power.url': url, mode, station, evse } = settings;
  const line = (key: 'power.contactors.coil' | 'power.contactors.pulse' | 'power.emergencyStop'): InputAddress | undefined => lineOf(key, settings[key], problems);
  const [coil, pulse, contact] = [line('power.contactors.coil'), line('power.contactors.pulse'), line('power.emergencyStop')];
  const auxiliary = (settings['power.contactors.auxiliary'] ?? '').split(',').flatMap((text) => (text.trim() === '' ? [] : (lineOf('power.contactors.auxiliary', text.trim(), problems) ?? [])));
  const [first, ...others] = auxiliary;
  const driven = settings['power.contactors.coil'] !== undefined;
  if (driven && settings['power.contactors.auxiliary'] === undefined) problems.push({ where: 'power.contactors.auxiliary', problem: 'nobody would see whether the contactors open: name a line for each pole' });
  for (const key of ['power.contactors.auxiliary', 'power.contactors.pulse'] as const) {
    if (!driven && settings[key] !== undefined) problems.push({ where: key, problem: 'is of no use without power.contactors.coil' });
  }
  if (url !== 'outlet' && url !== 'mqtt') problems.push({ where: 'power.url', problem: `${url} is no power: outlet or mqtt` });
  else if (url === 'outlet' && driven) problems.push({ where: 'power.contactors.coil', problem: 'the simulated outlet has contactors of its own; power.url is outlet' });
  if (url === 'outlet' && !there) problems.push({ where: 'power.url', problem: `outlet is the ${mode === 'evse' ? 'power' : 'battery'} of an outlet, and outlet.url is none: mqtt` });
  return ({ clock, bus }, outlet) => {
    const contactors = coil === undefined || first === undefined ? undefined : gpioContactors({ clock, lines, coil, auxiliary: [first, ...others], ...(pulse !== undefined && { pulse }) });
    const devices = contactors === undefined ? all : withoutContactors;
    const source = url === 'mqtt' ? mqttPower({ clock, bus, station, evse, devices }) : (outlet as Outlet).evse.power;
    const parts: PowerPart[] = [{ of: devices, open: source }];
    if (contactors !== undefined) parts.push({ of: ['contactors'], open: contactors });
    if (contact !== undefined) parts.push({ of: [], open: emergencyStop({ clock, lines, contact }) });
    return parts.length === 1 ? source : assembledPower(clock, parts);
  };
}

/** A car's battery and contactors. */
const inletOf = ({ 'power.url': url, 'car.profile': car, station, evse }: Settings, { clock, bus }: Ground, outlet: Outlet | undefined): Outlet['ev']['inlet'] =>
  url === 'mqtt' ? mqttInlet({ clock, bus, station, evse, car }) : (outlet as Outlet).ev.inlet;

function lineOf(where: string, text: string | undefined, problems: Problem[]): InputAddress | undefined {
  try {
    return text === undefined ? undefined : lineAddress(text);
  } catch (error) {
    problems.push({ where, problem: wordsOf(error) });
    return undefined;
  }
}

/** The lines of this machine. */
export const gpioLines: GpioLines = {
  output({ chip, offset, activeLow = false }, active) {
    return openGpioLine(chip, offset, { direction: 'output', activeLow, value: active });
  },
  input({ chip, offset, activeLow = false, bias }, onEdge) {
    return openGpioLine(chip, offset, { direction: 'input', activeLow, edges: 'both', edge: onEdge, ...(bias !== undefined && { bias }) });
  },
};

/** What this side of a cable does not have. */
const absent = <Out, In>(clock: Clock): Open<Out, In> => ({ status }) => {
  const cancel = clock.wake(clock.now(), () => status({ state: 'down', why: 'this side has none' }));
  return { send: () => undefined, close: cancel };
};

function networkProblems({ mode, 'v2g.interface': name, 'v2g.host': host, 'v2g.sdpPort': sdpPort }: Settings): Problem[] {
  const found: Problem[] = [];
  if (name === undefined && toSdp(host) === undefined) found.push({ where: 'v2g.host', problem: `${host} is no address that a car could be told; name that of one interface, as 127.0.0.1` });
  if (mode === 'ev' && sdpPort === 0) found.push({ where: 'v2g.sdpPort', problem: '0 is for the charger; the car has to know where to ask' });
  return found;
}

/** Where a charger waits: at an interface of a modem, or at an address. */
export function chargerNetworkOf({ 'v2g.interface': name, 'v2g.host': host, 'v2g.sdpPort': sdpPort, 'v2g.port': port }: Settings, clock: Clock): ChargerNetwork {
  return name === undefined ? nodeChargerNetwork({ host, sdpPort, port }) : interfaceChargerNetwork({ interface: name, sdpPort, port, clock });
}

/** Where a car looks for its charger. */
export const carNetworkOf = ({ 'v2g.interface': name, 'v2g.host': host, 'v2g.sdpPort': sdpPort }: Settings): CarNetwork =>
  name === undefined ? nodeCarNetwork({ host, sdpPort }) : interfaceCarNetwork({ interface: name, sdpPort });

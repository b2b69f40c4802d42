import { join } from 'node:path';
import type { Settings } from '@pilotwire/configuration';
import type { Outlet } from '@pilotwire/outlet';
import { udpGateway } from '@pilotwire/pair';
import type { GatewayEnd, PairReport } from '@pilotwire/pair';
import { systemClock } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import { flightFolder, Roles, startService, wordsOf } from '@pilotwire/service';
import type { ChangeRole, Log, Service } from '@pilotwire/service';
import { openCar, openCharger, openListener } from './gateway.js';
import type { Gateway, Ground } from './gateway.js';
import { carNetworkOf, chargerNetworkOf, hardwareOf } from './hardware.js';
import type { HardwarePlan } from './hardware.js';
import { endFormerLife } from './publish/former-life.js';
import { availabilityIn } from './session/availability.js';
import { Kept } from './session/kept.js';
import { recordIn } from './session/record.js';

export interface GatewayOptions {
  readonly settings: Settings;
  /** Of each outlet that it serves; by default one, with the settings of the process. */
  readonly outlets?: readonly Settings[];
  readonly version: string;
  /** In one process with the outlet; by default the one that `outlet.url` names. */
  readonly outlet?: Outlet;
  /** In one process with the agent; by default UDP between the ports of the settings. */
  readonly pair?: GatewayEnd;
  /** Where log lines go; by default standard error. */
  readonly write?: (line: string) => void;
  /** That of the outlet, where it is in this process. */
  readonly clock?: Clock;
}

/** Service and gateways, one for each outlet, are those of the role that is played now. */
export interface RunningGateway {
  readonly service: Service;
  readonly gateways: readonly Gateway[];
  /** Ends a charge that runs in order, as far as the car follows within eight seconds; then everything is off: 18.5 s at most, with the last words. */
  close(): Promise<void>;
}

/**
 * The gateways of outlets, in the mode of their settings; the command `role` changes it, after a session that runs was ended in
 * order. They wait neither for a broker nor for their agents, their ports or their devices: what is missing is in the health. Throws
 * `ConfigurationError`, and what `startService` throws.
 */
export async function startV2gGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { settings, outlets = [settings], clock = systemClock(), write = (line: string) => void process.stderr.write(line) } = options;
  const as = (mode: Settings['mode']): Cast => ({ ...options, clock, write, settings: { ...settings, mode }, outlets: outlets.map((one) => ({ ...one, mode })) });
  const roles = await Roles.start({
    mode: settings.mode, clock,
    check: (mode) => void plansOf(as(mode)),
    start: (mode, change) => play(as(mode), change),
    failed: (why) => write(`v2g-gateway: ${why}\n`),
  });
  return {
    get service() {
      return roles.now.service;
    },
    get gateways() {
      return roles.now.gateways;
    },
    close: () => roles.close(),
  };
}

/** All that is said of a role before it is played. */
type Cast = GatewayOptions & Required<Pick<GatewayOptions, 'outlets' | 'clock' | 'write'>>;
type Plan = HardwarePlan & { readonly settings: Settings };

/** All that can be wrong with the settings is told before anything is opened. */
const plansOf = ({ outlets, outlet }: Cast): readonly Plan[] => outlets.map((settings) => ({ ...hardwareOf(settings, outlet), settings }));

async function play(cast: Cast, changeRole: ChangeRole): Promise<RunningGateway> {
  const { settings: { station, mode, ...settings }, version, write, clock } = cast;
  const plans = plansOf(cast);
  const simulated = plans.some((plan) => plan.simulated);
  const service = await startService({ name: 'v2g-gateway', version, settings: cast.settings, stations: [station], mode, simulated, changeRole, write, clock });
  const folder = join(settings.data, `v2g-gateway-${settings.instance}`);
  const flights = flightFolder({ folder: join(folder, 'flights'), wallClock: service.wallClock, log: service.log });
  try {
    const opened: Opened[] = [];
    for (const plan of plans) opened.push(await open(service, plan, { version, folder, flights, pair: cast.pair }));
    const several = opened.length > 1;
    service.problems = () => opened.flatMap(({ evse, sockets, gateway }) =>
      [...sockets.problems, ...gateway.problems()].map((problem) => (several ? `EVSE ${evse}: ${problem}` : problem)));
    service.counters = () => Object.fromEntries(opened.flatMap(({ evse, gateway }) =>
      Object.entries(gateway.counters()).map(([name, value]) => [several ? `${evse}.${name}` : name, value])));
    let closing: Promise<void> | undefined;
    const gateways = opened.map(({ gateway }) => gateway);
    return {
      service, gateways,
      close: () => (closing ??= Promise.all(gateways.map((gateway) => gateway.close())).then(() => undefined).finally(() => service.close())),
    };
  } catch (error) {
    await service.close();
    throw error;
  }
}

interface Opened {
  readonly evse: number;
  readonly sockets: PairSockets;
  readonly gateway: Gateway;
}

/** The gateway of one outlet; of a session that a former life has left it says first how that ended. */
async function open(
  { log, clock, time, bus, wallClock, entropy }: Service, plan: Plan,
  { version, folder, flights, pair }: { readonly version: string; readonly folder: string; readonly flights: Ground['flights']; readonly pair: GatewayEnd | undefined },
): Promise<Opened> {
  const { settings, simulated } = plan;
  const { station, evse, 'pair.agentPort': agentPort, 'pair.gatewayPort': gatewayPort } = settings;
  const records = new Kept({
    path: join(folder, `session-${station}-${evse}.json`), parse: recordIn,
    failed: (error) => log.error(`the session cannot be kept on disk, so that a restart will not know of it: ${wordsOf(error)}`),
  });
  const availability = new Kept({
    path: join(folder, `availability-${station}-${evse}.json`), parse: availabilityIn,
    failed: (error) => log.error(`the availability cannot be kept on disk, so that a restart will not know of it: ${wordsOf(error)}`),
  });
  const former = await records.read();
  if (former !== undefined) {
    log.warn(`session ${former.id} was not ended by the former life of this process`);
    await endFormerLife(bus, { station, evse }, former).catch((error: unknown) => log.error(`session ${former.id}: ${wordsOf(error)}`));
    records.keep(undefined);
  }
  const sockets = new PairSockets(log);
  const ground: Ground = {
    settings, version, simulated, time, bus, wallClock, entropy, log, records, availability, flights,
    outlet: plan.open({ clock, bus }),
    pair: pair ?? udpGateway({ agentPort, gatewayPort, clock, report: sockets.report }),
  };
  return { evse, sockets, gateway: await gatewayFor(ground, clock) };
}

async function gatewayFor(ground: Ground, clock: Clock): Promise<Gateway> {
  const { settings } = ground;
  switch (settings.mode) {
    case 'evse':
      return openCharger(ground, chargerNetworkOf(settings, clock));
    case 'ev':
      return openCar(ground, carNetworkOf(settings));
    case 'listen':
      return openListener(ground);
  }
}

/** What the sockets to the agent have to tell: each stranger once, and an end that cannot be had. */
class PairSockets {
  problems: readonly string[] = [];
  readonly #log: Log;
  #strangers = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  readonly report = (report: PairReport): void => {
    if (report.kind === 'socket') {
      this.problems = [`agent: ${report.error.message}`];
      this.#log.error(`no word from the agent can be heard: ${report.error.message}`);
    } else if (report.kind === 'bound') {
      this.problems = [];
      this.#log.info('the agent can be heard again');
    } else if (this.#strangers++ === 0) this.#log.warn(`${report.from} says things to this gateway that its agent does not; they are not heard`);
  };
}

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
import { endFormerLife } from './publish/former-life.js';
import { RecordStore } from './session/record.js';

export interface GatewayOptions {
  readonly settings: Settings;
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

/** Service and gateway are those of the role that is played now. */
export interface RunningGateway {
  readonly service: Service;
  readonly gateway: Gateway;
  /** Ends a charge that runs in order, as far as the car follows within eight seconds; then everything is off: 18.5 s at most, with the last words. */
  close(): Promise<void>;
}

/**
 * The gateway of one outlet, in the mode of its settings; the command `role` changes it, after a session that runs was ended in
 * order. It waits neither for a broker nor for its agent, its port or its devices: what is missing is in its health. Throws
 * `ConfigurationError`, and what `startService` throws.
 */
export async function startV2gGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { settings, clock = systemClock(), write = (line: string) => void process.stderr.write(line) } = options;
  const roles = await Roles.start({
    settings, clock,
    check: (wanted) => void hardwareOf(wanted, options.outlet),
    start: (wanted, change) => play({ ...options, settings: wanted, clock, write }, change),
    failed: (why) => write(`v2g-gateway: ${why}\n`),
  });
  return {
    get service() {
      return roles.now.service;
    },
    get gateway() {
      return roles.now.gateway;
    },
    close: () => roles.close(),
  };
}

async function play(options: GatewayOptions, changeRole: ChangeRole): Promise<RunningGateway> {
  const { settings, version, outlet, pair, write } = options;
  const { simulated, open } = hardwareOf(settings, outlet);
  const { station, evse, mode, instance, data } = settings;
  const service = await startService({
    name: 'v2g-gateway', version, settings, stations: [station], mode, simulated, changeRole,
    ...(write !== undefined && { write }), ...(options.clock !== undefined && { clock: options.clock }),
  });
  const { log, clock, time, bus, wallClock, entropy } = service;
  const folder = join(data, `v2g-gateway-${instance}`);
  const records = new RecordStore({
    path: join(folder, `session-${station}-${evse}.json`),
    failed: (error) => log.error(`the session cannot be kept on disk, so that a restart will not know of it: ${wordsOf(error)}`),
  });
  const sockets = new PairSockets(log);
  try {
    const former = await records.read();
    if (former !== undefined) {
      log.warn(`session ${former.id} was not ended by the former life of this process`);
      await endFormerLife(bus, { station, evse }, former).catch((error: unknown) => log.error(`session ${former.id}: ${wordsOf(error)}`));
      records.keep(undefined);
    }
    const ground: Ground = {
      settings, simulated, time, bus, wallClock, entropy, log, records,
      flights: flightFolder({ folder: join(folder, 'flights'), wallClock, log }),
      outlet: open({ clock, bus }),
      pair: pair ?? udpGateway({ agentPort: settings['pair.agentPort'], gatewayPort: settings['pair.gatewayPort'], clock, report: sockets.report }),
    };
    const gateway = await gatewayFor(ground, clock);
    service.problems = () => [...sockets.problems, ...gateway.problems()];
    service.counters = () => gateway.counters();
    let closing: Promise<void> | undefined;
    return { service, gateway, close: () => (closing ??= gateway.close().finally(() => service.close())) };
  } catch (error) {
    await service.close();
    throw error;
  }
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

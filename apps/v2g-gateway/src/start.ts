import { join } from 'node:path';
import { ConfigurationError } from '@pilotwire/configuration';
import type { Problem, Settings } from '@pilotwire/configuration';
import { joinOutlet } from '@pilotwire/link';
import type { Outlet } from '@pilotwire/outlet';
import { udpGateway } from '@pilotwire/pair';
import type { GatewayEnd, PairReport } from '@pilotwire/pair';
import type { Clock } from '@pilotwire/runtime';
import { flightFolder, startService, wordsOf } from '@pilotwire/service';
import type { Log, Service } from '@pilotwire/service';
import { openCar, openCharger } from './gateway.js';
import type { Gateway, Ground } from './gateway.js';
import { toSdp } from './network/addresses.js';
import { nodeCarNetwork, nodeChargerNetwork } from './network/node-network.js';
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

export interface RunningGateway {
  readonly service: Service;
  readonly gateway: Gateway;
  /** Ends a charge that runs in order, as far as the car follows within eight seconds; then everything is off: 18.5 s at most, with the last words. */
  close(): Promise<void>;
}

/**
 * The gateway of one outlet, in the mode of its settings. It waits neither for a broker nor for its agent, its port or its
 * devices: what is missing is in its health. Throws `ConfigurationError`, and what `startService` throws.
 */
export async function startV2gGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { settings, version, outlet, pair, write } = options;
  const problems = problemsOf(options);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { station, evse, mode, instance, data } = settings;
  const simulated = true;
  const service = await startService({ name: 'v2g-gateway', version, settings, stations: [station], mode, simulated, ...(write !== undefined && { write }), ...(options.clock !== undefined && { clock: options.clock }) });
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
      outlet: outlet ?? joinOutlet(settings['outlet.url'].replace(/^unix:/, ''), clock),
      pair: pair ?? udpGateway({ agentPort: settings['pair.agentPort'], gatewayPort: settings['pair.gatewayPort'], clock, report: sockets.report }),
    };
    const [host, sdpPort] = [settings['v2g.host'], settings['v2g.sdpPort']];
    const gateway = mode === 'evse'
      ? await openCharger(ground, nodeChargerNetwork({ host, sdpPort, port: settings['v2g.port'] }))
      : await openCar(ground, nodeCarNetwork({ host, sdpPort }));
    service.problems = () => [...sockets.problems, ...gateway.problems()];
    service.counters = () => gateway.counters();
    let closing: Promise<void> | undefined;
    return { service, gateway, close: () => (closing ??= gateway.close().finally(() => service.close())) };
  } catch (error) {
    await service.close();
    throw error;
  }
}

function problemsOf({ settings, outlet }: GatewayOptions): readonly Problem[] {
  const url = settings['outlet.url'];
  const found: Problem[] = [];
  if (outlet === undefined && !url.startsWith('unix:')) {
    found.push({ where: 'outlet.url', problem: `${url} is for \`pilotwire up\`; a gateway that runs alone joins an outlet of another process, as unix:/run/pilotwire/outlet.sock` });
  }
  if (toSdp(settings['v2g.host']) === undefined) {
    found.push({ where: 'v2g.host', problem: `${settings['v2g.host']} is no address that a car could be told; name that of one interface, as 127.0.0.1` });
  }
  if (settings.mode === 'ev' && settings['v2g.sdpPort'] === 0) found.push({ where: 'v2g.sdpPort', problem: '0 is for the charger; the car has to know where to ask' });
  return found;
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
    } else if (this.#strangers++ === 0) this.#log.warn(`${report.from} says things to this gateway that its agent does not; they are not heard`);
  };
}

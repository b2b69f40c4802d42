import type { Settings } from '@pilotwire/configuration';
import type { Outlet } from '@pilotwire/outlet';
import { udpAgent } from '@pilotwire/pair';
import type { AgentEnd, PairReport } from '@pilotwire/pair';
import { systemClock } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import { Roles, startService } from '@pilotwire/service';
import type { ChangeRole, Log, Playing, Service } from '@pilotwire/service';
import { hardwareOf } from './hardware.js';
import type { Hardware } from './hardware.js';
import { outletAgent } from './outlet-agent.js';

export interface SlacAgentOptions {
  readonly settings: Settings;
  readonly version: string;
  /** Where all services are in one process; otherwise the one that `outlet.url` names. */
  readonly outlet?: Outlet;
  /** Where the gateway is in this process; otherwise it is at `pair.gatewayPort`. */
  readonly pair?: AgentEnd;
  /** Where log lines go; by default standard error. */
  readonly write?: (line: string) => void;
  /** That of the outlet, where it is in this process. */
  readonly clock?: Clock;
}

export interface RunningAgent {
  /** What keeps it from its task now; empty when all is well. */
  readonly problems: readonly string[];
  /** Leaves the network, stops the oscillator, says goodbye. */
  close(): Promise<void>;
}

/**
 * The agent at the modem and the pilot of one outlet, as charger, as car or as a listener, each simulated or real by its settings.
 * The command `role` changes what it is, as long as no session runs. Throws `ConfigurationError`, and what `startService` throws.
 */
export async function startSlacAgent(options: SlacAgentOptions): Promise<RunningAgent> {
  const { settings, clock = systemClock(), write = (line: string) => void process.stderr.write(line) } = options;
  const roles = await Roles.start({
    settings, clock,
    check: (wanted) => void hardwareOf(wanted, options.outlet),
    start: (wanted, change) => play({ ...options, settings: wanted, clock, write }, change),
    failed: (why) => write(`slac-agent: ${why}\n`),
  });
  return {
    get problems() {
      return roles.now.problems;
    },
    close: () => roles.close(),
  };
}

async function play(options: SlacAgentOptions, changeRole: ChangeRole): Promise<RunningAgent & Playing> {
  const { settings, version, write, clock } = options;
  const { station, mode } = settings;
  // All that can be wrong with the settings is told before anything is opened.
  const { simulated, open } = hardwareOf(settings, options.outlet);
  const service = await startService({
    name: 'slac-agent', version, settings, stations: [station], mode, simulated, changeRole, ...(write !== undefined && { write }), ...(clock !== undefined && { clock }),
  });
  try {
    return await run(service, options, open(service));
  } catch (error) {
    await service.close();
    throw error;
  }
}

async function run(service: Service, { settings, pair }: SlacAgentOptions, hardware: Hardware): Promise<RunningAgent & Playing> {
  const { clock, log } = service;
  const { 'pair.agentPort': agentPort, 'pair.gatewayPort': gatewayPort } = settings;
  const agent = await outletAgent({
    service, settings, hardware, pair: pair ?? udpAgent({ agentPort, gatewayPort, clock, report: tellPair(log) }),
  });
  service.problems = () => agent.problems;
  service.counters = () => agent.counters;
  return {
    get problems() {
      return agent.problems;
    },
    get held() {
      return agent.held;
    },
    async close() {
      await agent.close();
      await service.close();
    },
  };
}

/** Strays are said once: whoever sends them goes on. */
function tellPair(log: Log): (report: PairReport) => void {
  let strayed = false;
  return (report) => {
    if (report.kind === 'socket') return log.error(`no word with the gateway: ${report.error.message}`);
    if (report.kind === 'bound') return log.info('the gateway can be heard again');
    if (!strayed) log.warn(`a datagram from ${report.from}, which is not the gateway, is left; so are others`);
    strayed = true;
  };
}

import type { Settings } from '@pilotwire/configuration';
import type { Outlet } from '@pilotwire/outlet';
import { udpAgent } from '@pilotwire/pair';
import type { AgentEnd, PairReport } from '@pilotwire/pair';
import { systemClock } from '@pilotwire/runtime';
import type { Clock } from '@pilotwire/runtime';
import { Roles, startService } from '@pilotwire/service';
import type { ChangeRole, Log, Playing, Service } from '@pilotwire/service';
import { Crosstalk } from './crosstalk.js';
import { hardwareOf } from './hardware.js';
import { outletAgent } from './outlet-agent.js';
import type { OutletAgent } from './outlet-agent.js';

export interface SlacAgentOptions {
  readonly settings: Settings;
  /** Of each outlet that it serves; by default one, with the settings of the process. */
  readonly outlets?: readonly Settings[];
  readonly version: string;
  /** Where all services are in one process, with one outlet; otherwise those that `outlet.url` names. */
  readonly outlet?: Outlet;
  /** Where the gateway is in this process, likewise; otherwise it is at `pair.gatewayPort`. */
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
 * The agents at the modems and the pilots of outlets, as charger, as car or as listener, each simulated or real by its settings. The
 * command `role` changes what they are, as long as no session runs. Throws `ConfigurationError`, and what `startService` throws.
 */
export async function startSlacAgent(options: SlacAgentOptions): Promise<RunningAgent> {
  const { settings, outlets = [settings], clock = systemClock(), write = (line: string) => void process.stderr.write(line) } = options;
  const as = (mode: Settings['mode']): Cast => ({ ...options, clock, write, settings: { ...settings, mode }, outlets: outlets.map((one) => ({ ...one, mode })) });
  const roles = await Roles.start({
    mode: settings.mode, clock,
    check: (mode) => void plansOf(as(mode)),
    start: (mode, change) => play(as(mode), change),
    failed: (why) => write(`slac-agent: ${why}\n`),
  });
  return {
    get problems() {
      return roles.now.problems;
    },
    close: () => roles.close(),
  };
}

/** All that is said of a role before it is played. */
type Cast = SlacAgentOptions & Required<Pick<SlacAgentOptions, 'outlets' | 'clock' | 'write'>>;
type Plan = ReturnType<typeof hardwareOf> & { readonly settings: Settings };

/** All that can be wrong with the settings is told before anything is opened. */
const plansOf = ({ outlets, outlet }: Cast): readonly Plan[] => outlets.map((settings) => ({ ...hardwareOf(settings, outlet), settings }));

async function play(cast: Cast, changeRole: ChangeRole): Promise<RunningAgent & Playing> {
  const { settings, version, write, clock } = cast;
  const { station, mode } = settings;
  const plans = plansOf(cast);
  const simulated = plans.some((plan) => plan.simulated);
  const service = await startService({ name: 'slac-agent', version, settings, stations: [station], mode, simulated, changeRole, write, clock });
  try {
    return await run(service, cast, plans);
  } catch (error) {
    await service.close();
    throw error;
  }
}

async function run(service: Service, { pair }: Cast, plans: readonly Plan[]): Promise<RunningAgent & Playing> {
  const { clock, log, time } = service;
  const agents = new Map<number, OutletAgent>();
  const crosstalk = new Crosstalk({ time, tell: (evse, data) => agents.get(evse)?.tell({ kind: 'slac.crosstalk', data }, undefined) });
  const several = plans.length > 1;
  for (const { settings, open } of plans) {
    const { evse, 'pair.agentPort': agentPort, 'pair.gatewayPort': gatewayPort } = settings;
    agents.set(evse, await outletAgent({
      service, settings, hardware: open(service), pair: pair ?? udpAgent({ agentPort, gatewayPort, clock, report: tellPair(log) }),
      watch: several ? (frame) => crosstalk.frame(evse, frame) : undefined,
    }));
  }
  const problems = (): readonly string[] => [...agents].flatMap(([evse, agent]) => agent.problems.map((problem) => (several ? `EVSE ${evse}: ${problem}` : problem)));
  service.problems = problems;
  service.counters = () => summed([...agents.values()].map(({ counters }) => counters));
  return {
    get problems() {
      return problems();
    },
    get held() {
      return [...agents.values()].find(({ held }) => held !== undefined)?.held;
    },
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.close()));
      await service.close();
    },
  };
}

function summed(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, count] of all.flatMap((counters) => Object.entries(counters))) sums[name] = (sums[name] ?? 0) + count;
  return sums;
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

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connectBus, startBroker } from '@pilotwire/bus';
import { ocppState } from '@pilotwire/contracts';
import { after, ms } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import { CliError } from '../../errors.js';
import { appFolder, version } from '../../project.js';
import { figure } from '../figure.js';
import type { Figure } from '../figure.js';
import type { Standing } from './bridge.js';
import { charge, openOutlet } from './charge.js';

export interface Effort {
  /** How often each car's energy is told, and how long between, in ms. */
  readonly batches: number;
  readonly every: number;
}

/** Cars do not come at one moment; in ms: a yard of 500 is full in 20 s. */
const apart = 40;
const usual: Effort = { batches: 6, every: 5_000 };
/** Until all are accepted, and until all transactions are over once the energy is told: more is not slow, it hangs. */
const most = 180_000;

const clock = systemClock();
const pause = (by: number): Promise<void> => new Promise((resolve) => void clock.wake(after(clock.now(), ms(by)), resolve));

/**
 * So many stations of OCPP 1.6 in one bridge, against `pilotwire csms`, one charge each: the bridge and the CSMS are processes of their own, the
 * broker and the gateways are in this one, MQTT and OCPP over TCP on loopback. The bridge's logs are on the disk, in a folder of this
 * run. `boot` counts from the start of the bridge's process until the last boot is accepted, `boot.storm` from its first connection on. A car comes every 40 ms. A
 * call lasts from where it leaves a station's engine to where its answer comes back to it, all calls of the run.
 */
export async function stationFigures(count: number, { batches, every }: Effort = usual): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pilotwire-bench-'));
  const stations = Array.from({ length: count }, (_, i) => `b${i + 1}`);
  const broker = await startBroker();
  const children: Child[] = [];
  const common = { url: broker.url, instance: 'bench', version: version(), mode: 'evse', simulated: true, clock, report: () => undefined } as const;
  const bus = await connectBus({ ...common, service: 'v2g-gateway', stations });
  const people = await connectBus({ ...common, service: 'pilotwire', stations: [], visitor: true });
  try {
    await Promise.all([bus.whenConnected(), people.whenConnected()]);
    const heard = new Set<string>();
    await people.subscribe(ocppState, {}, ({ connected }, { params }) => void (connected && heard.add(params.station)));
    const outlets = await Promise.all(stations.map((station) => openOutlet(bus, station)));
    const csms = child(['csms', '--port', '0', '--json']);
    children.push(csms);
    const { url } = JSON.parse(await csms.line()) as { readonly url: string };
    const began = clock.now();
    const bridge = child(['bench', '--bridge', JSON.stringify({
      data: folder, 'mqtt.url': broker.url, 'ocpp.url': url, 'ocpp.stations': stations.join(), 'log.level': 'error', authorization: 'require', 'ocpp.protocols': 'ocpp1.6',
      'ocpp.variables': `SampledDataCtrlr.TxUpdatedInterval=${Math.ceil(every / 1_000)}`,
    })]);
    children.push(bridge);
    await bridge.line();
    const standing = async (): Promise<Standing> => {
      bridge.process.stdin?.write('\n');
      return JSON.parse(await bridge.line()) as Standing;
    };
    await until(async () => (await standing()).accepted >= count, async () => `${(await standing()).accepted} of ${count} stations were accepted`);
    const boot = clock.now() - began;
    // What a person asks before the bridge has a connection to the broker is heard by nobody.
    await until(async () => heard.size >= count, async () => `${heard.size} of ${count} stations were heard on the bus`);
    await Promise.all(outlets.map(async ({ admitted }, i) => {
      await pause(apart * i);
      return charge({ bus, people, station: stations[i] as string, batches, every, pause }, admitted);
    }));
    await until(async () => (await standing()).ended >= count, async () => `${(await standing()).ended} of ${count} transactions ended`);
    const { boot: storm, rss, cpu, calls, p50, p99, refused } = await standing();
    if (refused.length > 0) throw new CliError(`the CSMS refused calls: ${refused.join(', ')}`);
    const name = `ocpp.${count}`;
    return [
      figure(`${name}.boot`, 's', [boot / 1_000]), figure(`${name}.boot.storm`, 's', [storm / 1_000]), figure(`${name}.rss`, 'MB', [rss]),
      figure(`${name}.call.p50`, 'ms', [p50], calls), figure(`${name}.call.p99`, 'ms', [p99], calls), figure(`${name}.cpu`, 's', [cpu]),
    ];
  } finally {
    // The bridge leaves before its CSMS does.
    for (const one of children.toReversed()) await one.end();
    await people.close();
    await bus.close();
    await broker.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function until(done: () => Promise<boolean>, what: () => Promise<string>): Promise<void> {
  for (const begin = clock.now(); !(await done()); await pause(100)) if (clock.now() - begin > most) throw new CliError(`${await what()} in ${most / 1_000} s`);
}

interface Child {
  readonly process: ChildProcess;
  /** The next line that it says. */
  line(): Promise<string>;
  end(): Promise<void>;
}

/** Another process of this program. */
function child(words: readonly string[]): Child {
  const program = fileURLToPath(new URL('bin/pilotwire.js', appFolder));
  const one = spawn(process.execPath, [program, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: Interface = createInterface({ input: one.stdout });
  const closed = once(one, 'close');
  return {
    process: one,
    line: () => Promise.race([once(lines, 'line').then(([line]) => line as string), closed.then(() => Promise.reject(new CliError(`${words[0]} of bench ocpp ended before it was done`)))]),
    async end() {
      if (words[0] === 'csms') one.kill('SIGINT');
      else one.stdin.end();
      await closed;
    },
  };
}

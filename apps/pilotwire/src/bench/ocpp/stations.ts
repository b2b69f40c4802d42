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
import { ocppMessage, ocppState } from '@pilotwire/contracts';
import { after, ms } from '@pilotwire/machine';
import { systemClock } from '@pilotwire/runtime';
import { CliError } from '../../errors.js';
import { appFolder, version } from '../../project.js';
import { figure } from '../figure.js';
import type { Figure } from '../figure.js';
import type { Spent } from './bridge.js';
import { charge, openOutlet } from './charge.js';

export interface Effort {
  /** How often each car's energy is told, and how long between, in ms. */
  readonly batches: number;
  readonly every: number;
}

const usual: Effort = { batches: 6, every: 5_000 };
/** Until all are accepted, and until all transactions are over once the energy is told: more is not slow, it hangs. */
const most = 180_000;

const clock = systemClock();
const pause = (by: number): Promise<void> => new Promise((resolve) => void clock.wake(after(clock.now(), ms(by)), resolve));

/**
 * So many stations of OCPP 1.6 in one bridge, against `pilotwire csms`, one charge each: the bridge and the CSMS are processes of their own, the
 * broker and the gateways are in this one, MQTT and OCPP over TCP on loopback. The bridge's logs are on the disk, in a folder of
 * this run. `boot` counts from the start of the process until the bus has heard of the last one, which it does half a second late. A call
 * lasts from the frame to its answer, as the bridge stamps both; those before its broker is there nobody hears of.
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
    const heard = new Calls();
    await bus.subscribe(ocppMessage, {}, (frame, { params: { station } }) => heard.frame(station, frame));
    await bus.subscribe(ocppState, {}, ({ registration }, { params: { station } }) => void (registration === 'accepted' && heard.accept(station)));
    const outlets = await Promise.all(stations.map((station) => openOutlet(bus, station)));
    const csms = child(['csms', '--port', '0', '--json']);
    children.push(csms);
    const { url } = JSON.parse(await csms.line()) as { readonly url: string };
    const began = Date.now();
    const bridge = child(['bench', '--bridge', JSON.stringify({
      data: folder, 'mqtt.url': broker.url, 'ocpp.url': url, 'ocpp.stations': stations.join(), 'log.level': 'error', authorization: 'require', 'ocpp.protocols': 'ocpp1.6',
      'ocpp.variables': `SampledDataCtrlr.TxUpdatedInterval=${Math.ceil(every / 1_000)}`,
    })]);
    children.push(bridge);
    await bridge.line();
    await until(() => heard.accepted.size === count, () => `${heard.accepted.size} of ${count} stations were accepted`);
    const boot = (heard.lastAccepted - began) / 1_000;
    await Promise.all(outlets.map(async ({ admitted }, i) => charge({ bus, people, station: stations[i] as string, batches, every, pause }, admitted)));
    await until(() => heard.ended.size === count, () => `${heard.ended.size} of ${count} transactions ended`);
    bridge.process.stdin?.write('\n');
    const { rss, cpu } = JSON.parse(await bridge.line()) as Spent;
    const took = heard.took.toSorted((a, b) => a - b);
    const quantile = (part: number): number => took[Math.min(took.length - 1, Math.floor(part * took.length))] ?? Number.NaN;
    const name = `ocpp.${count}`;
    return [
      figure(`${name}.boot`, 's', [boot]), figure(`${name}.rss`, 'MB', [rss]),
      figure(`${name}.call.p50`, 'ms', [quantile(0.5)], took.length), figure(`${name}.call.p99`, 'ms', [quantile(0.99)], took.length),
      figure(`${name}.cpu`, 's', [cpu]),
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

type Frame = { readonly ts: string; readonly dir: 'out' | 'in'; readonly kind: 'call' | 'result' | 'error'; readonly id: string; readonly action?: string | undefined };

/** What the stations called, and when they were answered. */
class Calls {
  /** Milliseconds from the frame to its answer. */
  readonly took: number[] = [];
  readonly accepted = new Set<string>();
  readonly ended = new Set<string>();
  lastAccepted = 0;
  readonly #open = new Map<string, Frame>();

  accept(station: string): void {
    if (this.accepted.has(station)) return;
    this.accepted.add(station);
    this.lastAccepted = Date.now();
  }

  frame(station: string, frame: Frame): void {
    const key = `${station} ${frame.id}`;
    if (frame.dir === 'out') return void (frame.kind === 'call' && this.#open.set(key, frame));
    const call = this.#open.get(key);
    if (call === undefined || frame.kind === 'call') return;
    this.#open.delete(key);
    this.took.push(Date.parse(frame.ts) - Date.parse(call.ts));
    if (frame.kind === 'error') throw new CliError(`${station}: ${call.action} was refused`);
    if (call.action === 'StopTransaction') this.ended.add(station);
  }
}

async function until(done: () => boolean, what: () => string): Promise<void> {
  for (const begin = clock.now(); !done(); await pause(20)) if (clock.now() - begin > most) throw new CliError(`${what()} in ${most / 1_000} s`);
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

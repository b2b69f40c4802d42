import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '@pilotwire/configuration';
import type { Settings } from '@pilotwire/configuration';
import { diskFolder } from '@pilotwire/journal';
import { openCertificates } from '@pilotwire/ocpp-transport';
import type { CertificateStore } from '@pilotwire/ocpp-transport';
import type { Clock } from '@pilotwire/runtime';
import { startService, wordsOf } from '@pilotwire/service';
import type { Service } from '@pilotwire/service';
import { openBridge, openLogs } from './bridge.js';
import { sideBySide } from './log/side-by-side.js';
import { uploads } from './bundle/uploader.js';
import type { Bridge } from './bridge.js';
import { configurationOf, stationsOf } from './station/configuration.js';
import type { OpenLine } from './station/line.js';
import { passwordsOf } from './station/passwords.js';
import { realLines } from './station/real-line.js';
import type { LineSecrets } from './station/real-line.js';

/** Events that are handed over before the first of them is on disk: they share a sync. */
const window = 32;

export interface BridgeOptions {
  readonly settings: Settings;
  readonly version: string;
  /** Where log lines go; by default standard error. */
  readonly write?: (line: string) => void;
  /** One that several services of a process live by. */
  readonly clock?: Clock;
  /** By default over WebSockets. */
  readonly openLine?: OpenLine;
}

export interface RunningBridge {
  readonly service: Service;
  readonly bridge: Bridge;
  /** Leaves the CSMS in order, when all that was brought about is on disk. */
  close(): Promise<void>;
}

/**
 * The stations of the settings, between their gateways and their CSMS. It waits for neither, nor for a broker. Throws
 * `ConfigurationError`, `JournalError` where another process has the log of a station, and what `startService` throws.
 */
export async function startOcppBridge(options: BridgeOptions): Promise<RunningBridge> {
  const { settings, version, write, clock: given } = options;
  const stations = stationsOf(settings);
  configurationOf(settings, version);
  const { passwords, ...files } = filesOf(settings, stations);
  const root = join(settings.data, `ocpp-${settings.instance}`);
  const said: string[] = [];
  const logs = await openLogs(settings, (station) => diskFolder(join(root, 'log', station)), (line) => said.push(line));
  let bridge: Bridge | undefined;
  const closeAll = async (): Promise<void> => {
    if (bridge === undefined) for (const log of logs.values()) await log.close();
    else await bridge.close();
  };
  try {
    const limits = { maxLength: 20, ...(files.ca !== undefined && { ca: files.ca }) };
    const certificates = new Map(await sideBySide(stations, async (station): Promise<[string, CertificateStore]> => [station, await openCertificates(join(root, 'certificates', station), limits)]));
    const service = await startService({
      name: 'ocpp-bridge', version, settings, stations, mode: 'evse', simulated: false, session: 'persistent', window,
      ...(write !== undefined && { write }), ...(given !== undefined && { clock: given }),
      setup: (stand) => {
        const random = (): number => new DataView(stand.entropy(4).buffer).getUint32(0) / 0x1_0000_0000;
        const secrets = (station: string): LineSecrets => ({ ...files, ...certificates.get(station)?.lineSettings(), ...passwords.get(station) });
        for (const line of said) stand.log.warn(line);
        const openLine = options.openLine ?? realLines(settings, { clock: stand.clock, random }, secrets);
        bridge = openBridge({ ...stand, settings, version, openLine, upload: uploads(stand.clock, files.ca), certificates }, logs);
      },
    });
    const running = bridge as unknown as Bridge;
    service.problems = () => running.problems();
    service.counters = () => running.counters();
    let closing: Promise<void> | undefined;
    return { service, bridge: running, close: () => (closing ??= running.close().finally(() => service.close())) };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** What is in the files that the settings name: certificates, the key, the passwords of stations. */
function filesOf(settings: Settings, stations: readonly string[]): LineSecrets & { readonly passwords: ReadonlyMap<string, Pick<LineSecrets, 'password'>> } {
  const read = (key: 'ocpp.ca' | 'ocpp.certificate' | 'ocpp.key' | 'ocpp.passwords'): string | undefined => {
    const file = settings[key];
    if (file === undefined) return undefined;
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      throw new ConfigurationError([{ where: key, problem: `${file} cannot be read: ${wordsOf(error)}` }]);
    }
  };
  const [ca, certificate, key, list = ''] = [read('ocpp.ca'), read('ocpp.certificate'), read('ocpp.key'), read('ocpp.passwords')];
  const passwords = new Map([...passwordsOf(list, settings['ocpp.passwords'] ?? '', stations)].map(([station, password]) => [station, { password }]));
  return { passwords, ...(ca !== undefined && { ca }), ...(certificate !== undefined && { certificate }), ...(key !== undefined && { key }) };
}

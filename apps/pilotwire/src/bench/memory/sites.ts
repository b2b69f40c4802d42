import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBroker } from '@pilotwire/bus';
import type { Settings } from '@pilotwire/configuration';
import type { Clock } from '@pilotwire/runtime';
import { CliError } from '../../errors.js';
import { appFolder, projectFolder } from '../../project.js';
import { freeUdpPort } from '../../up/ports.js';
import { freePort } from '../free-port.js';
import { ownDatabase } from '../own-database.js';
import type { Groups } from './groups.js';
import { watchStation } from './station.js';
import type { Station } from './station.js';

/** A site that runs, and what is to be measured of it. */
export interface Site {
  readonly name: string;
  readonly parts: readonly Part[];
  readonly station: Station;
}

interface Part {
  /** Of its figures. */
  readonly name: string;
  readonly pid: number;
  /** With all that come from it, or alone. */
  readonly tree: boolean;
}

export interface SiteOptions {
  /** An empty folder for whatever the site keeps. */
  readonly folder: string;
  /** A server on which each history gets a database of its own; undefined: the embedded one. */
  readonly postgres: string | undefined;
  readonly groups: Groups;
  readonly clock: Clock;
  /** What is closed when the processes have ended, the last first. */
  readonly later: (close: () => Promise<void>) => void;
}

type Some = Partial<Settings>;

const services = ['slac-agent', 'v2g-gateway', 'ocpp-bridge', 'history'] as const;
const mainOf = (service: string): string => fileURLToPath(new URL(`apps/${service}/dist/main.js`, projectFolder));
const pilotwire = fileURLToPath(new URL('bin/pilotwire.js', appFolder));

/** A battery that fills as a real one does, for longer than anybody measures; and hardware that does not keep it waiting. */
const longCharge = { 'outlet.speed': 1, 'outlet.quick': 'yes', 'car.soc': 5, 'car.until': 100 } as const;

/** Throws `CliError` where the services have not been built. */
export function needServices(): void {
  const missing = services.filter((service) => !existsSync(mainOf(service)));
  if (missing.length > 0) throw new CliError(`bench memory starts the services as they are built, and ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not: npm run build`);
}

/** The four services, each a process; broker, car and CSMS are beside them and are not counted. */
export async function startFour({ folder, postgres, groups, clock, later }: SiteOptions): Promise<Site> {
  const broker = await startBroker();
  later(() => broker.close());
  const password = randomBytes(16).toString('hex');
  const passwords = join(folder, 'passwords');
  writeFileSync(passwords, `* ${password}\n`, { mode: 0o600 });
  // Those beside have the Node that runs this.
  const beside = { command: process.execPath, cwd: folder };
  const csms = await groups.start({ ...beside, name: 'csms', args: [pilotwire, 'csms', '--port', '0', '--json', '--passwords', passwords], env: environment({}) });
  const { url: office } = JSON.parse(await csms.firstLine()) as { readonly url: string };
  const ports = { ...(await ownSdp()), 'pair.agentPort': await freeUdpPort(0, '127.0.0.1'), 'pair.gatewayPort': await freeUdpPort(0, '127.0.0.1') };
  const env = settingsIn(folder, {
    ...longCharge, ...ports, 'mqtt.url': broker.url, 'outlet.url': `unix:${join(folder, 'outlet.sock')}`, authorization: 'require', 'log.level': 'error',
    'ocpp.url': office, 'ocpp.securityProfile': 1, 'ocpp.password': password, 'history.database': await databaseOn(postgres, folder, later), 'history.port': 0, 'history.stations': 'demo',
  });
  const station = await watchStation(broker.url, clock, { holdCard: true });
  later(() => station.close());
  await groups.start({ ...beside, name: 'car', args: [pilotwire, 'car'], env });
  const command = ownNode(folder);
  const parts: Part[] = [];
  for (const name of services) {
    const { pid } = await groups.start({ name, command, args: [mainOf(name)], cwd: folder, env });
    parts.push({ name, pid, tree: postgres !== undefined });
  }
  return { name: 'services', parts, station };
}

/** The four in one process, with their car, broker and CSMS: `pilotwire up`. Where there is no Postgres its embedded database is not counted. */
export async function startOne({ folder, postgres, groups, clock, later }: SiteOptions): Promise<Site> {
  const port = await freePort();
  const env = settingsIn(folder, { ...longCharge, ...(await ownSdp()), 'mqtt.port': port, 'history.database': await databaseOn(postgres, folder, later), 'history.port': 0 });
  const { pid } = await groups.start({ name: 'one-process', command: ownNode(folder), args: [pilotwire, 'up'], cwd: folder, env });
  const station = await watchStation(`mqtt://127.0.0.1:${port}`, clock, { holdCard: false });
  later(() => station.close());
  return { name: 'one-process', parts: [{ name: 'one-process', pid, tree: postgres !== undefined }], station };
}

/** `npm start` as it is, but for its ports and its folder: npm, the program, and its embedded database. One car comes after another. */
export async function startNpm({ folder, groups, clock, later }: SiteOptions): Promise<Site> {
  const port = await freePort();
  const env = settingsIn(folder, { ...(await ownSdp()), 'mqtt.port': port, 'history.port': 0 });
  // npm and what it starts find the first Node of the path.
  ownNode(folder);
  const { pid } = await groups.start({ name: 'npm start', command: 'npm', args: ['start'], cwd: fileURLToPath(projectFolder), env: { ...env, PATH: `${folder}${delimiter}${env['PATH'] ?? ''}` } });
  const station = await watchStation(`mqtt://127.0.0.1:${port}`, clock, { holdCard: false });
  later(() => station.close());
  return { name: 'npm-start', parts: [{ name: 'npm-start', pid, tree: true }], station };
}

/**
 * A Node of the site's own: the pages of a file are counted by halves where two have it open, so a site would seem the smaller the
 * more other programs of Node run on this machine.
 */
function ownNode(folder: string): string {
  const node = join(folder, 'node');
  copyFileSync(process.execPath, node);
  return node;
}

/** Two sites that start at one moment would both find the usual port free, and a car would ask the charger of the other. */
const ownSdp = async (): Promise<Some> => ({ 'v2g.sdpPort': await freeUdpPort(0, '127.0.0.1') });

async function databaseOn(postgres: string | undefined, folder: string, later: SiteOptions['later']): Promise<string> {
  if (postgres === undefined) return 'embedded';
  const { url, drop } = await ownDatabase(postgres, folder);
  later(drop);
  return url;
}

/** An environment with these settings, in a file for their owner alone, and no others. */
function settingsIn(folder: string, settings: Some): NodeJS.ProcessEnv {
  const file = join(folder, 'pilotwire.yaml');
  mkdirSync(join(folder, 'data'));
  writeFileSync(file, JSON.stringify({ ...settings, data: join(folder, 'data') }), { mode: 0o600 });
  return environment({ PILOTWIRE_CONFIG: file });
}

function environment(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([key]) => !key.startsWith('PILOTWIRE_'));
  return { ...Object.fromEntries(own), NO_COLOR: '1', ...more };
}

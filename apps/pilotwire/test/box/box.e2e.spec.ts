import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFailed, onTestFinished, test } from 'vitest';
import { hasMosquitto } from '../../../../tools/mosquitto.js';
import { hasPostgres, postgres } from '../../../../tools/postgres.js';
import { freeTcp } from './broker.js';
import { composeFile, dockerfile, linesOf, madeEnvironment, root } from './compose.js';

const asRoot = process.getuid?.() === 0;
/** Who may do nothing here; Postgres, too, refuses root. */
const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
const nobody = asRoot && hasPostgres() ? { uid: id('-u'), gid: id('-g') } : {};
const env = madeEnvironment();
const { services } = composeFile('docker-compose.yml', env);
const environmentOf = (name: string): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, String(value)]));
const stages = dockerfile();
const native = join(root, 'libs/pnet-bindings/native/dist/pnet.node');

const freeUdp = (): Promise<number> => new Promise((resolve) => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1', () => {
    const { port } = socket.address();
    socket.close(() => resolve(port));
  });
});
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * A folder as a stage leaves it, by the stage's own lines. `npm ci` and `npm run build` were run in this checkout; a line
 * that needs what an image has is for the engine. Returns the folder, which stands for /, and how it is started.
 */
function assemble(target: string, folder: string): { readonly cmd: readonly string[]; readonly health: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const inImage = (path: string): string => join(folder, path);
  let [cmd, health, set]: [string[], string[], Record<string, string>] = [[], [], {}];
  for (const { word, rest } of linesOf(stages, target)) {
    if (word === 'COPY') {
      const [, from, source = '', to = ''] = /^(?:--from=(\S+) )?(\S+) (\S+)$/.exec(rest) ?? [];
      mkdirSync(dirname(inImage(to)), { recursive: true });
      if (from === 'native') {
        if (existsSync(native)) copyFileSync(native, inImage(to));
        continue;
      }
      if (from === undefined) {
        cpSync(join(root, source), inImage(to), { recursive: true });
        continue;
      }
      const run = stages.get(from)?.lines.find(({ word: one, rest: line }) => one === 'RUN' && line.includes(` ${source}`));
      if (run === undefined) throw new Error(`no line of ${from} makes ${source}`);
      const out = join(folder, 'out');
      execFileSync('sh', ['-c', run.rest.replaceAll('/out/', `${out}/`)], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
      execFileSync('cp', ['-al', `${source.replace('/out/', `${out}/`)}/.`, inImage(to)]);
      rmSync(out, { recursive: true });
    } else if (word === 'CMD') cmd = JSON.parse(rest) as string[];
    else if (word === 'HEALTHCHECK') health = JSON.parse(rest.slice(rest.indexOf('['))) as string[];
    else if (word === 'ENV') set = { ...set, ...Object.fromEntries(rest.split(' ').map((pair) => pair.split('=') as [string, string])) };
  }
  const own = (words: readonly string[]): string[] => words.map((part, at) => (at === 0 ? process.execPath : part.replace(/^\/app\//, `${inImage('app')}/`)));
  // As a read-only file system.
  execFileSync('chmod', ['-R', 'a-w,a+rX', inImage('app')]);
  return { cmd: own(cmd), health: own(health), env: set };
}

/** What runs in a folder of its own, until the try of the test that asked for it is over. */
function processesIn(folder: string) {
  const all: { readonly child: ChildProcess; readonly name: string; readonly said: string[] }[] = [];
  const isOver = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;
  onTestFinished(async () => {
    for (const { child } of all.toReversed()) {
      if (isOver(child)) continue;
      const gone = new Promise((resolve) => void child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
  }, 60_000);
  onTestFailed(() => console.warn(all.map(({ name, said }) => `${name}: ${said.join('')}`).join('\n')));
  return {
    start(name: string, [program, ...args]: readonly string[], variables: Readonly<Record<string, string>>): void {
      const child = spawn(program as string, args, { cwd: folder, env: { PATH: process.env['PATH'], ...variables }, stdio: ['ignore', 'pipe', 'pipe'], ...nobody });
      const one = { child, name, said: [] as string[] };
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => one.said.push(data.toString()));
      all.push(one);
    },
    /** Until the check of its health says yes, as an engine asks. */
    async healthy(name: string, [program, ...args]: readonly string[], variables: Readonly<Record<string, string>>): Promise<void> {
      const { child } = all.find((one) => one.name === name) as (typeof all)[number];
      for (;;) {
        if (isOver(child)) throw new Error(`${name} ended with ${child.exitCode}`);
        const check = spawn(program as string, args, { env: { PATH: process.env['PATH'], ...variables }, stdio: 'ignore', ...nobody });
        if ((await new Promise((resolve) => check.once('exit', resolve))) === 0) return;
      }
    },
    over: (): readonly string[] => all.filter(({ child }) => isOver(child)).map(({ name }) => name),
  };
}

describe.skipIf(!hasPostgres() || !hasMosquitto())('the services as their images hold them', () => {
  // An agent without its gateway is none, and neither charges without a broker: it is one story, told anew from its beginning if a try fails.
  test('start as nobody, on trees that cannot be written, and say that they can do their tasks; a car charges, and history tells of it to those who have the token', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pilotwire-box-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }), 60_000);
    chmodSync(folder, 0o755);
    const owned = (name: string): string => {
      const path = join(folder, name);
      mkdirSync(path, { recursive: true });
      if ('uid' in nobody) chownSync(path, nobody.uid as number, nobody.gid as number);
      return path;
    };
    const database = await postgres();
    onTestFinished(() => database.remove(), 60_000);
    await database.start();
    const { start, healthy, over } = processesIn(folder);

    const files = owned('mosquitto');
    for (const name of ['start.sh', 'bridge.conf']) copyFileSync(join(root, 'deploy/mosquitto', name), join(files, name));
    copyFileSync(join(root, 'docs/reference/mosquitto.acl'), join(files, 'mosquitto.acl'));
    const [broker, apiPort] = [await freeTcp(), await freeTcp()];
    start('mosquitto', ['/bin/sh', join(files, 'start.sh')], { ...environmentOf('mosquitto'), FILES: files, RUN: owned('mosquitto-run'), DATA: owned('mosquitto-data'), MQTT_LISTENER: `${broker} 127.0.0.1` });
    // The addresses of the compose file are those of containers.
    const shared = {
      PILOTWIRE_MQTT_URL: `mqtt://127.0.0.1:${broker}`, PILOTWIRE_OUTLET_URL: `unix:${join(owned('outlet'), 'outlet.sock')}`, PILOTWIRE_PAIR_AGENT_PORT: String(await freeUdp()),
      PILOTWIRE_PAIR_GATEWAY_PORT: String(await freeUdp()), PILOTWIRE_V2G_SDP_PORT: String(await freeUdp()), PILOTWIRE_HISTORY_DATABASE: database.url, PILOTWIRE_HISTORY_PORT: String(apiPort),
      PILOTWIRE_OUTLET_QUICK: 'yes',
    };

    const checks = new Map<string, () => Promise<void>>();
    for (const name of ['car', 'slac-agent', 'v2g-gateway', 'ocpp-bridge', 'history']) {
      const image = join(folder, `image-${name}`);
      const { cmd, health, env: set } = assemble(name, image);
      expect(readdirSync(join(image, 'app')).sort()).toEqual(expect.arrayContaining(['apps', 'health.mjs', 'node_modules']));
      const port = String(await freeTcp());
      const variables = { ...set, ...environmentOf(name), ...shared, PILOTWIRE_DATA: owned(`data-${name}`), PILOTWIRE_HEALTH_PORT: port };
      start(name, services[name]?.command?.map((part, at) => (at === 0 ? process.execPath : part.replace(/^\/app\//, `${image}/app/`).replace(/^9\d+$/, port))) ?? cmd, variables);
      checks.set(name, () => healthy(name, health, variables));
    }
    for (const [name, check] of checks) {
      await check();
      // What history has lies in its database.
      if (name !== 'history') expect(readdirSync(join(folder, `data-${name}`)).length).toBeGreaterThan(0);
    }

    // How a charge goes is tested where nothing else runs; here it counts that each is heard by the next.
    const ask = (token: string): Promise<Response> => fetch(`http://127.0.0.1:${apiPort}/api/v1/sessions?station=demo`, { headers: { authorization: `Bearer ${token}` } });
    expect((await ask('nonsense')).status).toBe(401);
    for (;;) {
      const { sessions } = (await (await ask(env['PILOTWIRE_HISTORY_READ_TOKEN'] as string)).json()) as { sessions: readonly { readonly phase: string | null }[] };
      if (sessions.some(({ phase }) => phase === 'charging')) break;
      await soon();
    }
    expect(over()).toEqual([]);
  }, 300_000);
});

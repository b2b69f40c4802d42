import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whyNoVeth } from '@pilotwire/pnet-bindings';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

const why = spawnSync('nsenter', ['--version']).status === 0 ? whyNoVeth() : 'nsenter is not installed';
if (why !== undefined) console.warn(`skipped: ${why}`);

const root = fileURLToPath(new URL('../../..', import.meta.url));
const program = join(root, 'apps/pilotwire/bin/pilotwire.js');
const MODEM = '00:b0:52:00:00:aa';

describe.skipIf(why !== undefined)('a modem at a network interface', () => {
  let scratch: string;
  let far: ChildProcess;

  /** In a network namespace of its own: a wire with an emulated modem at its other end, which keeps what it is given. */
  beforeEach(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'pilotwire-wire-'));
    onTestFinished(() => rmSync(scratch, { recursive: true }));
    const wire = 'ip link add near type veth peer name far && ip link set near up && ip link set far up';
    const end = `exec node ${join(root, 'tools/run-ts.mjs')} ${join(root, 'apps/pilotwire/test/wire-end.ts')} far`;
    far = spawn('unshare', ['-n', 'sh', '-c', `${wire} && ${end}`], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    onTestFinished(() => void process.kill(-(far.pid ?? expect.fail())));
    await once(far.stdout ?? expect.fail(), 'data');
  });

  const there = (...args: string[]): readonly [string, string[]] =>
    ['nsenter', ['-n', '-t', String(far.pid), process.execPath, program, ...args]];
  const pilotwire = (...args: string[]) => spawnSync(...there(...args), { encoding: 'utf8', cwd: scratch });

  test('is found, changed, and read back', () => {
    expect(pilotwire('modem', 'find', '--interface', 'near')).toMatchObject({ status: 0, stdout: expect.stringMatching(`^here    ${MODEM}  QCA7005`) });
    const { status, stdout, stderr } = pilotwire('modem', 'role', 'evse', '--interface', 'near', '--yes');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/ccoSelection +0 -> 2\n[^]*done: read back after a restart, and the same\n$/);
    expect(pilotwire('modem', 'read', 'now.pib', '--interface', 'near').status).toBe(0);
    const [backup] = readdirSync(scratch).filter((name) => name.startsWith('modem-00-b0-52-00-00-aa-'));
    expect(pilotwire('modem', 'diff', backup ?? '', 'now.pib').stdout).toMatch(/userHfid +"" -> "EVSE"/);
  });

  test('is listened to: what it answers is shown and recorded', async () => {
    const listening = spawn(...there('listen', '--interface', 'near', '--json', '--write', 'heard.pcapng'), { cwd: scratch });
    onTestFinished(() => void listening.kill('SIGKILL'));
    const lines: string[] = [];
    listening.stdout.on('data', (text) => lines.push(...String(text).trim().split('\n')));
    while (!readdirSync(scratch).includes('heard.pcapng')) await new Promise(setImmediate);
    expect(pilotwire('modem', 'status', '--interface', 'near').status).toBe(0);
    // nsenter has become the program.
    listening.kill('SIGINT');
    const [code] = (await once(listening, 'close')) as [number];
    expect(code).toBe(0);
    const said = lines.map((line) => JSON.parse(line) as { kind: string; type?: string; dropped?: number });
    expect(said.map(({ type }) => type)).toEqual(expect.arrayContaining(['VS_SW_VER.CNF', 'VS_PL_LINK_STATUS.CNF']));
    expect(said.at(-1)).toMatchObject({ kind: 'summary', dropped: 0, file: 'heard.pcapng' });
    const decoded = pilotwire('decode', '--json', 'heard.pcapng').stdout.trim().split('\n');
    expect(decoded).toEqual(lines.slice(0, -1));
  });
});

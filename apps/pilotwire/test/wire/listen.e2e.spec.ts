import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { linkType } from '@pilotwire/capture';
import { Conversation, recordToJson, standardDecoders } from '@pilotwire/conversation';
import { describe, expect, onTestFailed, onTestFinished, test } from 'vitest';
import { hasMosquitto } from '../../../../tools/mosquitto.js';
import { hostAddress } from '../../src/bench/real/network.js';
import type { SeenFrame } from '../../src/bench/real/words.js';
import { canMakeWire, pause } from './harness.js';
import { WiredRig } from './wired-rig.js';

const program = fileURLToPath(new URL('../../bin/pilotwire.js', import.meta.url));
const fast = ['--car.soc', '20', '--car.until', '21', '--outlet.speed', '200'];

interface Line {
  readonly kind: string;
  readonly type?: string;
  readonly dir?: string;
  readonly hex?: string;
  readonly error?: unknown;
}

const gist = ({ kind, type, dir, hex }: Line): Line => ({ kind, ...(type !== undefined && { type }), ...(dir !== undefined && { dir }), ...(hex !== undefined && { hex }) });

/** What hosts and modems said, as whoever carried it wrote it down: each message once. */
function said(frames: readonly SeenFrame[]): Line[] {
  const lines: Line[] = [];
  const conversation = new Conversation(standardDecoders, (record) => lines.push(recordToJson(record) as Line));
  // A modem that hands a frame on says nothing itself.
  const own = frames.filter(({ from, frame }) => from === 'host' || frame[6] === 0);
  for (const [i, { at, frame }] of own.entries()) {
    conversation.packet({ n: i + 1, time: { seconds: Math.floor(at / 1_000), nanos: 0 }, bytes: frame, originalLength: frame.length, linkType: linkType.ethernet, interfaceId: 0 });
  }
  conversation.end();
  return lines;
}

/** A charge, and what a listener at the tap made of it. */
interface Overheard {
  readonly end: unknown;
  /** What was said, as the line wrote it down. */
  readonly truth: readonly Line[];
  readonly file: string;
  readonly lines: readonly string[];
}

async function overhear({ ground: { wire } }: WiredRig, file: string, charge: () => Promise<unknown>): Promise<Overheard> {
  const { namespace, interface: cable } = wire.network.listener;
  const listening = spawn('ip', ['netns', 'exec', namespace, process.execPath, program, 'listen', '--interface', cable, '--json', '--write', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void listening.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface({ input: listening.stdout }).on('line', (line) => lines.push(line));
  while (!existsSync(file)) await pause(20);
  await wire.line.ask('frames', undefined);
  const end = await charge();
  await pause(300);
  const truth = said(await wire.line.ask('frames', undefined));
  listening.kill('SIGINT');
  expect(await once(listening, 'close')).toEqual([0, null]);
  return { end, truth, file, lines };
}

/** A busy machine may lose a charge, or a match: what is looked at is one that nothing disturbed. */
const undisturbed = ({ end, truth }: Overheard): boolean =>
  (end as { reason: string }).reason === 'completed' && truth.filter(({ type }) => type === 'CM_SLAC_PARM.REQ').length === 1;
const mostTries = 8;

describe.runIf(canMakeWire() && hasMosquitto())('pilotwire listen, at a third cable', () => {
  test('shows each message of a whole charge once and in order, records the same, and says nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pilotwire-listen-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const wired = await WiredRig.start(fast);
    const { rig, ground: { wire } } = wired;
    onTestFinished(() => rig.stop());
    onTestFailed(() => console.warn(rig.said));
    let overheard: Overheard | undefined;
    for (let i = 1; i <= mostTries && (overheard === undefined || !undisturbed(overheard)); i++) {
      overheard = await overhear(wired, join(folder, `heard-${i}.pcapng`), () => wired.charge());
    }
    const { end, truth, file, lines } = overheard as Overheard;
    expect(end).toMatchObject({ reason: 'completed', by: 'ev', soc: expect.toBeOneOf([21, 22]) as number });

    const heard = lines.map((line) => JSON.parse(line) as Line);
    expect(heard.at(-1)).toMatchObject({ kind: 'summary', dropped: 0, errors: 0, unprinted: 0 });
    const messages = heard.filter(({ kind }) => kind !== 'summary' && kind !== 'key');
    // What modems are asked each second may pass while the line is asked what it has seen.
    const charge = (all: readonly Line[]): Line[] => all.map(gist).filter(({ type = '' }) => !/^VS_|SET_KEY/.test(type));
    expect(charge(messages)).toEqual(charge(truth));

    const slac = messages.filter(({ kind, type = '' }) => kind === 'homeplug' && /SLAC|SOUND|ATTEN_CHAR\./.test(type));
    expect(slac.map(({ type, dir }) => [type, dir])).toEqual([
      ['CM_SLAC_PARM.REQ', 'ev->evse'], ['CM_SLAC_PARM.CNF', 'evse->ev'], ...new Array(3).fill(['CM_START_ATTEN_CHAR.IND', 'ev->evse']),
      ...new Array(10).fill(['CM_MNBC_SOUND.IND', 'ev->evse']), ['CM_ATTEN_CHAR.IND', 'evse->ev'], ['CM_ATTEN_CHAR.RSP', 'ev->evse'],
      ['CM_SLAC_MATCH.REQ', 'ev->evse'], ['CM_SLAC_MATCH.CNF', 'evse->ev'],
    ]);
    expect(messages.filter(({ type }) => type === 'CM_ATTEN_PROFILE.IND')).toHaveLength(10);
    expect(new Set(slac.map(({ hex = '' }) => hex.slice(12, 24)))).toEqual(new Set([0, 1].map((i) => hostAddress(i).replaceAll(':', ''))));

    const [asks, answers] = ['ev->evse', 'evse->ev'].map((way) => messages.filter(({ kind, dir }) => kind === 'sdp' && dir === way));
    expect(answers?.length).toBeGreaterThanOrEqual(1);
    expect(asks?.length).toBeGreaterThanOrEqual(answers?.length ?? 0);

    // Question and answer by turns, from the handshake to the last word.
    const v2g = messages.filter(({ kind }) => kind === 'v2gtp');
    const turns = Array.from({ length: Math.ceil(v2g.length / 2) }, (_, i) => v2g.slice(2 * i, 2 * i + 2));
    for (const turn of turns) {
      const [name] = turn.map(({ type = '' }) => type.replace(/Req$/, ''));
      expect(turn.map(({ type, dir }) => [type, dir])).toEqual([[`${name}Req`, 'ev->evse'], [`${name}Res`, 'evse->ev']]);
    }
    const passed = turns.map(([question]) => question?.type ?? '').filter((type, i, all) => type !== all[i - 1]);
    expect(passed).toEqual([
      'supportedAppProtocolReq', 'SessionSetupReq', 'ServiceDiscoveryReq', 'ServicePaymentSelectionReq', 'ContractAuthenticationReq', 'ChargeParameterDiscoveryReq',
      'CableCheckReq', 'PreChargeReq', 'PowerDeliveryReq', 'CurrentDemandReq', 'PowerDeliveryReq', 'WeldingDetectionReq', 'SessionStopReq',
    ]);

    const decoded = execFileSync(process.execPath, [program, 'decode', '--json', file], { encoding: 'utf8', maxBuffer: 1e8 }).trim().split('\n');
    // Keys are pointed out beside the messages that carry them.
    expect(decoded).toEqual(lines.filter((_, i) => !/^(key|summary)$/.test(heard[i]?.kind ?? '')));
    readByWireshark(file);

    const { heard: sent } = (await wire.line.ask('counters', undefined)).at(-1) ?? { heard: -1 };
    expect(sent).toBe(0);
  }, 240_000);
});

/** tshark finds all that it knows of, and nothing malformed; where it is not installed, nothing is found out. */
function readByWireshark(file: string): void {
  const tshark = (...args: string[]): string => execFileSync('tshark', ['-r', file, ...args], { encoding: 'utf8', maxBuffer: 1e8, stdio: ['ignore', 'pipe', 'ignore'] });
  if (spawnSync('tshark', ['--version']).status !== 0) return console.warn('not read by Wireshark: tshark is not installed');
  expect(tshark('-T', 'fields', '-e', '_ws.col.Protocol').trim().split('\n')).toEqual(expect.arrayContaining(['HomePlug AV', 'TCP', 'UDP']));
  expect(tshark('-Y', '_ws.malformed')).toBe('');
}

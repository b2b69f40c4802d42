import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Inbox } from '../../../../tools/inbox.js';
import { hostAddress } from '../../src/bench/real/network.js';
import { openStall } from '../../src/bench/real/stall.js';
import { openWire } from '../../src/bench/real/wire.js';
import { canMakeWire, clock, happeningsOf, pause } from './harness.js';

const program = fileURLToPath(new URL('../../bin/pilotwire.js', import.meta.url));

describe.runIf(canMakeWire())('pilotwire listen, at a third cable', () => {
  test('shows each message of charger and car once and in order, records the same, and says nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pilotwire-listen-'));
    const file = join(folder, 'heard.pcapng');
    const wire = await openWire({ hosts: [{ role: 'evse' }, { role: 'ev' }], seed: 'listener' });
    const stall = await openStall(clock, 7);
    onTestFinished(async () => {
      await wire.remove();
      await stall.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const { namespace, interface: cable } = wire.network.listener;
    const listening = spawn('ip', ['netns', 'exec', namespace, process.execPath, program, 'listen', '--interface', cable, '--json', '--write', file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = new Inbox<string>();
    onTestFinished(() => void listening.kill('SIGKILL'));
    createInterface({ input: listening.stdout }).on('line', lines.put);
    while (!readdirSync(folder).includes('heard.pcapng')) await pause(20);

    const agents = [await wire.agent(0, 'evse', stall.socket), await wire.agent(1, 'ev', stall.socket)];
    const told = agents.map(happeningsOf);
    for (const one of told) await one.until((all) => all.some(({ kind }) => kind === 'pilot'));
    await wire.line.ask('connect', { ports: [0, 1], attenuation: 9 });
    stall.plug();
    for (const one of told) await one.until((all) => all.some(({ kind }) => kind === 'slac.matched'));
    await pause(200);
    listening.kill('SIGINT');
    expect(await once(listening, 'close')).toEqual([0, null]);

    const said = lines.items.map((line) => JSON.parse(line) as { kind: string; type?: string; dir?: string; hex: string; dropped?: number });
    expect(said.at(-1)).toMatchObject({ kind: 'summary', dropped: 0 });
    const slac = said.filter(({ kind, type = '' }) => kind === 'homeplug' && /SLAC|SOUND|ATTEN_CHAR\./.test(type));
    expect(slac.map(({ type, dir }) => [type, dir])).toEqual([
      ['CM_SLAC_PARM.REQ', 'ev->evse'], ['CM_SLAC_PARM.CNF', 'evse->ev'], ...new Array(3).fill(['CM_START_ATTEN_CHAR.IND', 'ev->evse']),
      ...new Array(10).fill(['CM_MNBC_SOUND.IND', 'ev->evse']), ['CM_ATTEN_CHAR.IND', 'evse->ev'], ['CM_ATTEN_CHAR.RSP', 'ev->evse'],
      ['CM_SLAC_MATCH.REQ', 'ev->evse'], ['CM_SLAC_MATCH.CNF', 'evse->ev'],
    ]);
    expect(said.filter(({ type }) => type === 'CM_ATTEN_PROFILE.IND')).toHaveLength(10);
    expect(new Set(slac.map(({ hex }) => hex.slice(12, 24)))).toEqual(new Set([0, 1].map((i) => hostAddress(i).replaceAll(':', ''))));
    const decoded = execFileSync(process.execPath, [program, 'decode', '--json', file], { encoding: 'utf8', maxBuffer: 1e8 }).trim().split('\n');
    // Keys are pointed out beside the messages that carry them.
    expect(decoded).toEqual(lines.items.filter((_, i) => !/^(key|summary)$/.test(said[i]?.kind ?? '')));
    const { heard, sent } = (await wire.line.ask('counters', undefined)).at(-1) ?? { heard: -1, sent: -1 };
    expect(heard).toBe(0);
    expect(sent).toBeGreaterThanOrEqual(slac.length);
  }, 60_000);
});

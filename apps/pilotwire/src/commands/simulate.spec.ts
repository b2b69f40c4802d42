import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fakeIo } from '../../test/console.js';
import { readCapture } from '../captures.js';
import { UsageError } from '../errors.js';
import { replay } from './replay.js';
import { simulate } from './simulate.js';

const folder = mkdtempSync(join(tmpdir(), 'pilotwire-simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; printed: string[] }> {
  const { io, printed } = fakeIo();
  return { code: await simulate.run(args, io), printed };
}
const short = ['--from', '50', '--to', '50.2'];

describe('simulate', () => {
  test('prints a whole charge, phase by phase, and how it ended', async () => {
    const { code, printed } = await run('--seed', '7', ...short);
    expect(code).toBe(0);
    const order = [
      'the car is plugged in', 'pilot B2', 'SLAC: matched', 'SDP: is there', 'SDP: at', 'Negotiated', 'SessionSetup', 'Authorized', 'ParametersAgreed',
      'pilot C2', 'CableCheck', 'cableCheck.finished, valid', 'PreCharge', 'ev    contactors closed', 'preCharge.reached', 'PowerDelivery',
      'CurrentDemand', ' kW ', 'PowerOff', 'WeldingDetection', 'SessionStop', 'END in SessionStop', 'the plug is pulled', 'pilot A', 'energy', 'as expected',
    ];
    let at = 0;
    for (const part of order) {
      const found = printed.findIndex((line, i) => i >= at && line.includes(part));
      expect(found, `${part} after line ${at} of\n${printed.join('\n')}`).toBeGreaterThanOrEqual(at);
      at = found;
    }
  });

  test('the same seed prints the same charge', async () => {
    expect(await run('--seed', '7', ...short)).toEqual(await run('--seed', '7', ...short));
    expect((await run('--seed', '8', ...short)).printed).not.toEqual((await run('--seed', '7', ...short)).printed);
  });

  test('a fault ends as it predicts, with exit code 0', async () => {
    const { code, printed } = await run(...short, '--fault', 'isolation-low');
    expect(code).toBe(0);
    expect(printed).toContain('charger  isolation-fault in CableCheck, by evse (isolation-fault)');
  });

  test('--json gives each event and the summary', async () => {
    const { printed } = await run(...short, '--json');
    const events = printed.map((line) => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({ kind: 'summary', asExpected: true, ev: { reason: 'completed' } });
    expect(events.filter(({ kind, side, phase }) => kind === 'phase' && side === 'ev' && phase === 'CurrentDemand')).toHaveLength(1);
  });

  test('--write makes a file that decode and replay read', async () => {
    const file = join(folder, 'charge.pcapng');
    expect((await run(...short, '--write', file)).code).toBe(0);
    const types: unknown[] = [];
    const bytes = readFileSync(file);
    for await (const { type, error } of readCapture((async function* () { yield bytes; })(), { name: 'charge', warn: expect.fail })) types.push(error ?? type);
    expect(types[0]).toBe('CM_SLAC_PARM.REQ');
    expect(types.at(-1)).toBe('SessionStopRes');
    const { io } = fakeIo();
    expect(await replay.run(['--as', 'ev', file], io)).toBe(0);
  });

  test('--list names what there is', async () => {
    const { printed } = await run('--list');
    expect(printed.join('\n')).toMatch(/ioniq.*\n.*alpitronic[\s\S]*wrong-run-id/);
  });

  test.each([
    [['--car', 'ioniqq'], 'unknown car: ioniqq (did you mean ioniq?); see --list'],
    [['--fault', 'none'], 'unknown fault: none; see --list'],
    [['--from', 'x'], '--from is a number from 0 to 100: x'],
    [['--from', '80', '--to', '20'], '--to must be above --from: 20 is not above 80'],
    [['charge'], 'simulate takes no arguments: charge'],
  ])('%j is refused', async (args, message) => {
    await expect(async () => run(...args)).rejects.toThrow(new UsageError(message));
  });

  test('a file that cannot be written is an error that says so', async () => {
    await expect(run(...short, '--write', join(folder, 'no', 'such', 'folder'))).rejects.toThrow(/^cannot write .*ENOENT/);
  });
});

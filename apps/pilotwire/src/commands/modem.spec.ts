import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nmkFromPassword, patchPib, pibRoles } from '@pilotwire/homeplug';
import type { Modem, Status } from '@pilotwire/outlet';
import { liveTimeline, virtualClock } from '@pilotwire/runtime';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { containedPib, HOST, MODEM } from '../../../../libs/modem/test/bench.js';
import type { EmulatedOptions } from '../../../../libs/modem/test/emulated-modem.js';
import { EmulatedModem } from '../../../../libs/modem/test/emulated-modem.js';
import { fakeIo } from '../../test/console.js';
import { modemCommand } from './modem.js';

const scratch = mkdtempSync(join(tmpdir(), 'pilotwire-modem-'));
afterAll(() => rmSync(scratch, { recursive: true }));
/** A folder of its own for each test. */
let folder: string;
let folders = 0;
beforeEach(() => mkdirSync((folder = join(scratch, String(folders++)))));
const path = (name: string): string => join(folder, name);

const secret = Uint8Array.from({ length: 16 }, (_, i) => 0xa0 + i);
const SECRET = 'a0a1a2a3';
const pib = patchPib(containedPib(), { nmk: secret, dak: secret });
const own: EmulatedOptions = { mac: MODEM, pib };
const OTHER = '00:b0:52:00:00:bb';

interface Given {
  readonly modems?: readonly EmulatedOptions[];
  readonly status?: Status;
  /** What a person types; undefined where nobody is there. */
  readonly typed?: string;
}

/** Runs a command line against emulated modems, and lets time pass until it has ended. */
async function pilotwire(args: readonly string[], { modems = [own], status = { state: 'up', address: HOST }, typed }: Given = {}) {
  const clock = virtualClock();
  const time = liveTimeline(clock, (mishap) => expect.fail(JSON.stringify(mishap)));
  const emulated: EmulatedModem[] = [];
  let closed = false;
  const open = (name: string): Modem => (listener) => {
    expect(name).toBe('eth1');
    emulated.push(...modems.map((options) => new EmulatedModem(time, options, (frame) => !closed && listener.receive(frame))));
    time.schedule(() => listener.status(status));
    return { send: (frame) => emulated.forEach((modem) => modem.hear(frame)), close: () => void (closed = true) };
  };
  const faked = fakeIo({ terminal: typed !== undefined, outTerminal: typed !== undefined, stdin: typed === undefined ? [] : [typed] });
  const io = { ...faked.io, stdin: () => Object.assign(faked.io.stdin(), { isTTY: typed !== undefined }) };
  const command = modemCommand({ open, clock, now: () => new Date('2026-03-04T05:06:07.890Z') });
  let ended = false;
  const outcome = (async () => command.run(args, io))().then((code) => ({ code, error: '' }), (error: Error & { exitCode?: number }) => {
    if (error.exitCode === undefined) throw error;
    return { code: error.exitCode, error: error.message };
  }).finally(() => (ended = true));
  for (let i = 0; !ended && i < 10_000; i++) {
    clock.advance(100);
    await new Promise(setImmediate);
  }
  return { ...(await outcome), printed: faked.printed, errors: faked.errors, updates: faked.updates, modems: emulated, closed };
}

const at = ['--interface', 'eth1'];
const BACKUP = 'modem-00-b0-52-00-00-aa-2026-03-04T05-06-07Z.pib';

describe('modem find, status', () => {
  test('find tells who is there', async () => {
    const { code, printed, closed } = await pilotwire(['find', ...at], { modems: [own, { ...own, mac: OTHER, pib: containedPib(OTHER), remote: true }] });
    expect([code, closed]).toEqual([0, true]);
    expect(printed).toEqual([
      `here    ${MODEM}  QCA7005   MAC-QCA7005-1.1.0.730-04-20140815-CS`,
      `beyond  ${OTHER}  QCA7005   MAC-QCA7005-1.1.0.730-04-20140815-CS`,
    ]);
    const json = await pilotwire(['find', ...at, '--json']);
    expect(json.printed.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ mac: MODEM, local: true, chip: 'QCA7005' }]);
  });

  test('nobody is an error that says what to look at', async () => {
    expect(await pilotwire(['find', ...at], { modems: [] })).toMatchObject({ code: 1, error: expect.stringMatching(/^eth1: no modem answers: has it power/) });
    expect(await pilotwire(['status', ...at], { modems: [] })).toMatchObject({ code: 1, error: expect.stringMatching(/^no modem answers/) });
  });

  test('status tells the link', async () => {
    const { code, printed } = await pilotwire(['status', ...at], { modems: [{ ...own, linked: true }] });
    expect([code, printed[1]]).toEqual([0, 'link     up: another modem has the same key']);
  });

  test('a network interface that does not come up is told as it is', async () => {
    const status = { state: 'down', why: 'eth1: no carrier: has the modem power?' } as const;
    expect(await pilotwire(['find', ...at], { status })).toMatchObject({ code: 1, error: status.why, closed: true });
    expect(await pilotwire(['find', ...at], { status: { state: 'up' } })).toMatchObject({ code: 1, error: 'eth1: the address of this end is not known' });
  });
});

describe('modem set-key', () => {
  test('takes a password or the key itself from a file', async () => {
    writeFileSync(path('password'), 'HomePlugAV0123\nmore\n');
    writeFileSync(path('key'), 'B59319D7E8157BA001B018669CCEE30D');
    for (const name of ['password', 'key']) {
      const { code, printed, modems } = await pilotwire(['set-key', ...at, '--from', path(name), '--yes'], { modems: [{ ...own, linked: true }] });
      expect([code, modems[0]?.key]).toEqual([0, nmkFromPassword('HomePlugAV0123')]);
      expect(printed.slice(1)).toEqual([
        "the modem has taken the key (Result 1: Qualcomm's say 1 for success); NID 026bcba5354e08", 'link up: another modem has the same key',
      ]);
    }
  });

  test('asks a person for both', async () => {
    const given = await pilotwire(['set-key', ...at], { typed: 'HomePlugAV0123\ny\n' });
    expect([given.code, given.modems[0]?.key]).toEqual([0, nmkFromPassword('HomePlugAV0123')]);
    const refused = await pilotwire(['set-key', ...at], { typed: 'HomePlugAV0123\n\n' });
    expect(refused).toMatchObject({ code: 1, error: 'nothing was written' });
    expect(refused.modems[0]?.key).toBeUndefined();
  });

  test('needs a person, or both by flags', async () => {
    writeFileSync(path('password'), 'HomePlugAV0123');
    expect(await pilotwire(['set-key', ...at])).toMatchObject({ code: 2, error: expect.stringContaining('--from FILE') });
    expect(await pilotwire(['set-key', ...at, '--from', path('password')])).toMatchObject({ code: 2, error: expect.stringContaining('--yes is not given') });
    writeFileSync(path('empty'), '\n');
    expect(await pilotwire(['set-key', ...at, '--from', path('empty'), '--yes'])).toMatchObject({ code: 1, error: expect.stringContaining('1 to 64 characters') });
  });
});

describe('modem read, show, diff', () => {
  test('read writes a file for its owner alone, and over none', async () => {
    const { code } = await pilotwire(['read', path('modem.pib'), ...at]);
    expect([code, statSync(path('modem.pib')).mode & 0o777]).toEqual([0, 0o600]);
    expect(Buffer.compare(readFileSync(path('modem.pib')), pib)).toBe(0);
    expect(await pilotwire(['read', path('modem.pib'), ...at])).toMatchObject({ code: 1, error: `there is a file already: ${path('modem.pib')}` });
  });

  test('show names the fields, and keys only where they are asked for', async () => {
    writeFileSync(path('a.pib'), pib);
    const { printed } = await pilotwire(['show', path('a.pib')]);
    expect(printed.join('\n')).toMatch(/a parameter block of 8080 octets, in a container of 2 modules, at 0xd8\n[^]*\n {2}ccoSelection {13}0\n[^]*preferredNid .*\(not the hash of the NMK\)/);
    expect(printed.join('\n')).not.toContain(SECRET);
    expect((await pilotwire(['show', path('a.pib'), '--keys'])).printed.join('\n')).toContain(SECRET);
    const [json] = (await pilotwire(['show', path('a.pib'), '--json'])).printed;
    expect(JSON.parse(json ?? '')).toMatchObject({ ccoSelection: 0, mac: MODEM });
    expect(json).not.toContain(SECRET);
  });

  test('diff names what differs', async () => {
    writeFileSync(path('a.pib'), pib);
    writeFileSync(path('b.pib'), patchPib(pib, { ...pibRoles.evse, nmk: new Uint8Array(16).fill(7) }));
    const { code, printed } = await pilotwire(['diff', path('a.pib'), path('b.pib')]);
    expect(code).toBe(0);
    expect(printed.map((line) => line.trim())).toEqual([
      'nmk            another one (hidden)', 'userHfid       "" -> "EVSE"', 'ccoSelection   0 -> 2', expect.stringMatching(/^slacEnable +\d+ -> 2$/),
      expect.stringMatching(/^lowSpeedLink +\d+ -> 10240$/), expect.stringMatching(/^highSpeedLink +\d+ -> 102400$/),
    ]);
    const json = await pilotwire(['diff', path('a.pib'), path('b.pib'), '--json']);
    expect(JSON.parse(json.printed[0] ?? '')).toEqual({ field: 'nmk', offset: 0x64 });
    expect((await pilotwire(['diff', path('a.pib'), path('a.pib')])).printed).toEqual(['no difference']);
  });

  test('a file that is none is refused by its name', async () => {
    writeFileSync(path('x.pib'), 'x'.repeat(2_000));
    expect(await pilotwire(['show', path('x.pib')])).toMatchObject({ code: 1, error: expect.stringContaining('x.pib: ') });
    expect(await pilotwire(['show', path('none.pib')])).toMatchObject({ code: 1, error: expect.stringMatching(/^cannot read .*ENOENT/) });
    writeFileSync(path('big.pib'), new Uint8Array(200_000));
    expect(await pilotwire(['show', path('big.pib')])).toMatchObject({ code: 1, error: expect.stringContaining('200000 octets are no parameter block') });
  });
});

describe('modem role, write', () => {
  test('role shows what changes, keeps the old block, writes, and reads back', async () => {
    const { code, printed, modems, updates } = await pilotwire(['role', 'evse', ...at, '--backup', folder, '--yes']);
    expect(code).toBe(0);
    expect(printed.map((line) => line.trim())).toEqual([
      `here    ${MODEM}  QCA7005   MAC-QCA7005-1.1.0.730-04-20140815-CS`,
      'this changes in its flash:', 'userHfid       "" -> "EVSE"', 'ccoSelection   0 -> 2', expect.stringMatching(/^slacEnable/),
      expect.stringMatching(/^lowSpeedLink/), expect.stringMatching(/^highSpeedLink/),
      `what it holds now is in ${path(BACKUP)}`, 'done: read back after a restart, and the same',
    ]);
    expect(Buffer.compare(modems[0]?.flash ?? Buffer.alloc(0), patchPib(pib, pibRoles.evse))).toBe(0);
    expect(Buffer.compare(readFileSync(path(BACKUP)), pib)).toBe(0);
    expect(statSync(path(BACKUP)).mode & 0o777).toBe(0o600);
    expect(updates).toContain('writing: 1400 octets');
    expect(printed.join('')).not.toContain(SECRET);
  });

  test.each([['ev', pibRoles.pev], ['ev-auto', pibRoles['pev-auto']]] as const)('role %s is a car\'s', async (name, fields) => {
    const { code, modems } = await pilotwire(['role', name, ...at, '--backup', folder, '--yes']);
    expect([code, Buffer.compare(modems[0]?.flash ?? Buffer.alloc(0), patchPib(pib, fields))]).toEqual([0, 0]);
  });

  test('asks a person, and takes anything but yes for no', async () => {
    for (const typed of ['\n', 'n\n', 'yess\n', '']) {
      const { code, modems, error } = await pilotwire(['role', 'evse', ...at, '--backup', folder], { typed });
      expect([code, error, modems[0]?.records]).toEqual([1, 'nothing was written: it was not wanted', 0]);
    }
    expect(readdirSync(folder)).toEqual([]);
    expect((await pilotwire(['role', 'evse', ...at, '--backup', folder], { typed: 'Y\n' })).code).toBe(0);
  });

  test('without a person and without --yes shows the changes and writes nothing', async () => {
    const { code, error, printed, modems } = await pilotwire(['role', 'evse', ...at, '--backup', folder]);
    expect([code, error, modems[0]?.records]).toEqual([2, expect.stringContaining('--yes is not given'), 0]);
    expect(printed).toHaveLength(7);
  });

  test('writes nothing where the backup cannot be kept', async () => {
    const missing = await pilotwire(['role', 'evse', ...at, '--backup', path('no/such'), '--yes']);
    expect([missing.code, missing.error, missing.modems[0]?.records]).toEqual([1, expect.stringMatching(/^cannot write .*ENOENT/), 0]);
    writeFileSync(path(BACKUP), 'x');
    const there = await pilotwire(['role', 'evse', ...at, '--backup', folder, '--yes']);
    expect([there.code, there.error, there.modems[0]?.records]).toEqual([1, `there is a file already: ${path(BACKUP)}`, 0]);
  });

  test('write writes a file back', async () => {
    writeFileSync(path('evse.pib'), patchPib(pib, pibRoles.evse));
    const { code, modems } = await pilotwire(['write', path('evse.pib'), ...at, '--backup', folder, '--yes']);
    expect([code, modems[0]?.commits]).toEqual([0, 1]);
    const again = await pilotwire(['write', path('evse.pib'), ...at, '--backup', folder, '--yes'], { modems: [{ ...own, pib: patchPib(pib, pibRoles.evse) }] });
    expect([again.code, again.printed]).toEqual([0, ['nothing to do: the modem holds this already']]);
  });

  test('a block of another modem needs force, and the reason is told', async () => {
    writeFileSync(path('other.pib'), containedPib(OTHER));
    const { code, error } = await pilotwire(['write', path('other.pib'), ...at, '--backup', folder, '--yes']);
    expect([code, error]).toEqual([1, `nothing was written: the file is of another modem, ${OTHER}, and would make this one, ${MODEM}, its twin; --force does it all the same`]);
    expect((await pilotwire(['write', path('other.pib'), ...at, '--backup', folder, '--yes', '--force'])).code).toBe(0);
  });

  test('what went wrong is told with what to do', async () => {
    const kept = await pilotwire(['role', 'evse', ...at, '--backup', folder, '--yes'], { modems: [{ ...own, keeps: () => pib }] });
    expect([kept.code, kept.error]).toEqual([1, expect.stringMatching(/^not changed: the modem holds its old block \(what is read back differs in userHfid, ccoSelection/)]);
    rmSync(path(BACKUP));
    const lost = await pilotwire(['role', 'evse', ...at, '--backup', folder, '--yes'], { modems: [{ ...own, keeps: () => new Uint8Array(pib.length) }] });
    expect(lost).toMatchObject({ code: 1, error: expect.stringMatching(/boot loader.*write the backup: pilotwire modem write .*modem-00-b0.* --interface eth1$/) });
  });
});

test.each([
  [[], /^what is to be done with the modem\? There are: find, status/],
  [['fnd'], /^unknown: modem fnd \(did you mean find\?\)/],
  [['constructor'], /^unknown: modem constructor/],
  [['find'], /^modem find needs an interface/],
  [['find', 'x', ...at], /^modem find takes no arguments/],
  [['find', '--yes', ...at], /^--yes does not go with modem find/],
  [['show', 'a', ...at], /^--interface does not go with modem show/],
  [['diff', 'a'], /^modem diff takes A and B/],
  [['role', 'pev', ...at, '--yes'], /^a modem serves as one of evse, ev, ev-auto: pev/],
  [['status', '--modem', 'nobody', ...at], /^--modem is an address such as/],
])('%j is refused', async (args, message) => {
  expect(await pilotwire(args)).toMatchObject({ code: 2, error: expect.stringMatching(message) });
});

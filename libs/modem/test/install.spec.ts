import { diffPib, patchPib, pibRoles, readPib } from '@pilotwire/homeplug';
import { seconds, simulate } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import type { InstallOutput } from '../src/index.js';
import { install, installInitial } from '../src/index.js';
import { barePib, BLOCK, containedPib, HOST, MODEM, runInstall } from './bench.js';
import type { EmulatedOptions } from './emulated-modem.js';

const OTHER = '00:b0:52:00:00:bb';
const pib = containedPib();
const qca: EmulatedOptions = { mac: MODEM, pib };
const int: EmulatedOptions = { mac: MODEM, pib: barePib(), access: 'module', version: 'INT6400-MAC-4-4-4406', deviceClass: 0x03, ident: 0x6400 };
const toEvse = { change: { kind: 'role', role: 'evse' } } as const;
const evsePib = patchPib(pib, pibRoles.evse);

describe('a change of role', () => {
  test.each([['QCA7005', qca], ['INT6400', int]])('of a %s is written, and read back after a restart', (_, modem) => {
    const { end, modems: [emulated], said } = runInstall({ ...toEvse, force: true }, modem);
    expect(end).toEqual({ outcome: 'written' });
    expect(emulated?.flash).toEqual(patchPib(modem.pib, pibRoles.evse));
    expect(emulated?.commits).toBe(1);
    const backup = said.find(({ kind }) => kind === 'backup');
    expect(backup).toMatchObject({ bytes: modem.pib, modem: { mac: MODEM } });
    const doing = said.flatMap((one) => (one.kind === 'doing' ? [one.doing] : []));
    expect([...new Set(doing)]).toEqual(['reading', 'writing', 'restarting', 'checking']);
  });

  test('is told field by field before anything is written', () => {
    const { said } = runInstall(toEvse, qca);
    const plan = said.flatMap((one) => (one.kind === 'backup' ? [one.plan] : []))[0];
    expect(plan?.changes.map(({ field }) => field)).toEqual(['userHfid', 'ccoSelection', 'slacEnable', 'lowSpeedLink', 'highSpeedLink']);
    expect(plan?.image).toEqual(evsePib);
  });

  test('that changes nothing writes nothing', () => {
    const { end, modems } = runInstall(toEvse, { ...qca, pib: evsePib });
    expect([end, modems[0]?.records, modems[0]?.restarts]).toEqual([{ outcome: 'same' }, 0, 0]);
  });

  test('of a modem that nobody has tried is refused, unless it is forced', () => {
    const strange = { ...qca, version: 'strange', deviceClass: 0x77, ident: 7 };
    const { end, modems } = runInstall(toEvse, strange);
    expect(end).toMatchObject({ outcome: 'untouched', why: { why: 'untried', message: expect.stringContaining('unknown (class 0x77)') } });
    expect(modems[0]?.records).toBe(0);
    expect(runInstall({ ...toEvse, force: true }, strange).end).toEqual({ outcome: 'written' });
  });
});

test('nothing is sent before the backup is stored, and nothing after a cancel', () => {
  const machine = simulate(install({ mac: HOST }), installInitial);
  machine.feed({ kind: 'stored' });
  expect(machine.log).toEqual([]);
  const { end, modems } = runInstall(toEvse, qca, {}, 'cancel');
  expect(end).toEqual({ outcome: 'untouched', why: { why: 'cancelled' } });
  expect(modems[0]?.records).toBe(0);
});

test('a cancel that comes while octets are on their way is not heard', () => {
  const { end } = runInstall(toEvse, qca, {}, 'stored');
  expect(end.outcome).toBe('written');
  let fed = false;
  const machine = install({ mac: HOST });
  const cancelling = {
    ...machine,
    step: (...[state, input, now]: Parameters<typeof machine.step>) => {
      if (state.at === 'writing' && !fed) {
        fed = true;
        expect(machine.step(state, { kind: 'cancel' }, now)).toEqual({ state, outputs: [] });
      }
      return machine.step(state, input, now);
    },
  };
  const run = simulate(cancelling, installInitial);
  run.feed({ kind: 'start', ...toEvse, force: false, session: 1 });
  run.advance(10_000);
  expect(run.state).toMatchObject({ at: 'ended', end: { outcome: 'untouched', why: { why: 'silent' } } });
});

describe('a file', () => {
  const write = (bytes: Uint8Array, force = false) => runInstall({ change: { kind: 'image', bytes }, force }, qca);

  test('with a block of this modem is written as it is', () => {
    const bytes = patchPib(pib, { ...pibRoles.pev, networkHfid: 'home' });
    const { end, modems } = write(bytes);
    expect([end, modems[0]?.flash]).toEqual([{ outcome: 'written' }, bytes]);
  });

  test.each([
    ['other-form', barePib(), false],
    ['other-mac', containedPib(OTHER), true],
    ['other-version', patchPib(pib, { pibVersion: 9 }), true],
    ['other-length', containedPib(MODEM, BLOCK - 4), false],
    ['no-image', new Uint8Array(2_000), false],
    ['no-image', pib.slice(0, 4_000), false],
  ] as const)('is refused: %s', (why, bytes, byForce) => {
    const { end, modems } = write(bytes);
    expect(end).toMatchObject({ outcome: 'untouched', why: { why } });
    expect(modems[0]?.records).toBe(0);
    expect(write(bytes, true).end.outcome).toBe(byForce ? 'written' : 'untouched');
  });

  test('that brings another address is read back from the modem under its new one', () => {
    const { end, modems } = write(containedPib(OTHER), true);
    expect(end).toEqual({ outcome: 'written' });
    expect(modems[0]?.mac).toBe(OTHER);
  });
});

describe('what goes wrong', () => {
  test('a power cut in the middle of writing is borne: the modem comes back with its old block, and is given the new one', () => {
    for (const modem of [qca, int]) {
      for (let powerCutAt = 1; powerCutAt <= 6; powerCutAt++) {
        const { end, modems } = runInstall({ ...toEvse, force: true }, { ...modem, powerCutAt });
        expect([end, modems[0]?.flash]).toEqual([{ outcome: 'written' }, patchPib(modem.pib, pibRoles.evse)]);
      }
    }
  });

  test('a modem that refuses to be written keeps what it has', () => {
    const { end, modems } = runInstall(toEvse, { ...qca, refuses: true });
    expect(end).toMatchObject({ outcome: 'untouched', why: { why: 'refused', asked: 'VS_MODULE_OPERATION.REQ', status: 0x10 } });
    expect(modems[0]?.restarts).toBe(0);
  });

  test('a modem that takes the block and does not keep it is told', () => {
    const { end, modems } = runInstall(toEvse, { ...qca, keeps: () => pib });
    expect(end).toMatchObject({ outcome: 'kept', why: { why: 'not-taken', differs: diffPib(evsePib, pib) } });
    expect(modems[0]?.restarts).toBe(3);
  });

  test('a modem that keeps another block than it was given gets its old one back', () => {
    const spoilt = patchPib(evsePib, { lineFrequency: 9 });
    const { end, modems } = runInstall(toEvse, { ...qca, keeps: (image, commits) => (commits === 1 ? spoilt : image) });
    expect(end).toMatchObject({ outcome: 'restored', why: { why: 'not-taken', differs: [{ field: 'lineFrequency', before: 0, after: 9 }] } });
    expect(modems[0]?.flash).toEqual(pib);
  });

  test('a modem that spoils the backup as well is told as unknown', () => {
    const { end } = runInstall(toEvse, { ...qca, keeps: (image) => patchPib(image, { lineFrequency: 9 }) });
    expect(end).toMatchObject({ outcome: 'unknown', why: { why: 'not-taken' } });
  });

  test('a modem that stays in its boot loader is told', () => {
    const { end, seconds: took } = runInstall(toEvse, { ...qca, keeps: () => new Uint8Array(pib.length) });
    expect(end).toEqual({ outcome: 'unknown', why: { why: 'not-back', bootLoader: true } });
    expect(took).toBeLessThan(90);
  });

  test('a modem that runs a broken block gets its old one back', () => {
    const broken = new Uint8Array(pib.length);
    const { end, modems } = runInstall(toEvse, { ...qca, careless: true, keeps: (image, commits) => (commits === 1 ? broken : image) });
    expect(end).toMatchObject({ outcome: 'restored' });
    expect(modems[0]?.flash).toEqual(pib);
  });

  test('a power cut over flash that is written at once is mended', () => {
    const { end, modems } = runInstall(toEvse, { ...qca, flash: 'direct', careless: true, powerCutAt: 3 });
    expect([end, modems[0]?.flash]).toEqual([{ outcome: 'written' }, evsePib]);
  });

  test('a modem that the order to restart does not reach is not believed', () => {
    const { end, modems } = runInstall(toEvse, qca, { swallows: 'VS_RS_DEV.REQ' });
    expect(end).toEqual({ outcome: 'unknown', why: { why: 'silent', asked: 'VS_RS_DEV.REQ' } });
    expect(modems[0]?.restarts).toBe(0);
  });

  test('a modem that takes long to restart is waited for', () => {
    expect(runInstall(toEvse, { ...qca, restart: seconds(50) }).end).toEqual({ outcome: 'written' });
    expect(runInstall(toEvse, { ...qca, restart: seconds(500) }).end).toEqual({ outcome: 'unknown', why: { why: 'not-back', bootLoader: false } });
  });

  test('a modem that is gone for good is told as unknown once octets were sent, and gone before as untouched', () => {
    expect(runInstall(toEvse, { ...qca, powerCutAt: 2, powerCut: seconds(1e6) }).end).toMatchObject({ outcome: 'unknown', why: { why: 'silent' } });
    expect(runInstall(toEvse, []).end).toEqual({ outcome: 'untouched', why: { why: 'silent', asked: 'VS_SW_VER.REQ' } });
  });

  test('octets of the key are in no output but the backup', () => {
    const secret = patchPib(pib, { nmk: new Uint8Array(16).fill(0x5a) });
    const { said } = runInstall(toEvse, { ...qca, pib: secret });
    expect(readPib(secret).nmk).toEqual(new Uint8Array(16).fill(0x5a));
    const others = said.filter(({ kind }: Exclude<InstallOutput, { kind: 'send' }>) => kind !== 'backup');
    expect(JSON.stringify(others)).not.toContain('90,90');
  });
});

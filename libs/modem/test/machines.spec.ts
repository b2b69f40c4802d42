import type { Mme } from '@pilotwire/homeplug';
import { nidFromNmk, nmkFromPassword, openPib, readPib } from '@pilotwire/homeplug';
import { simulate } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import type { FoundModem, ModemStatus, Received } from '../src/index.js';
import { findModems, modemStatus, readModem, setModemKey, taskInitial } from '../src/index.js';
import { barePib, containedPib, HOST, MODEM, run, same } from './bench.js';
import type { EmulatedOptions } from './emulated-modem.js';

const OTHER = '00:b0:52:00:00:bb';
const own: EmulatedOptions = { mac: MODEM, pib: containedPib() };
const beyond: EmulatedOptions = { mac: OTHER, pib: containedPib(OTHER), remote: true, version: 'MAC-QCA7420-1.3.0.2134-00-20151212-CS', deviceClass: 0x20, ident: 0x001c_fcfc };
const old: EmulatedOptions = { mac: MODEM, pib: barePib(), access: 'module', version: 'INT6400-MAC-4-4-4406', deviceClass: 0x03, ident: 0x6400 };

const answer = (mme: Mme, from = MODEM): Received => ({ kind: 'mme', from, to: HOST, mme });

describe('find', () => {
  const find = (modems: readonly EmulatedOptions[], given = {}): readonly FoundModem[] => {
    const { said } = run(findModems({ mac: HOST }), taskInitial, { kind: 'start' }, modems, { given });
    const [end] = said;
    return end?.kind === 'done' ? end.result : [];
  };

  test('tells the own modem from those beyond the line, and what each is', () => {
    expect(find([beyond, own])).toEqual([
      { mac: MODEM, vendor: 'qualcomm', chip: 'QCA7005', firmware: 'MAC-QCA7005-1.1.0.730-04-20140815-CS', local: true, access: 'operation', tried: true },
      { mac: OTHER, vendor: 'qualcomm', chip: 'QCA7420', firmware: 'MAC-QCA7420-1.3.0.2134-00-20151212-CS', local: false, access: 'operation', tried: true },
    ]);
  });

  test('knows older and unknown ones by their class', () => {
    expect(find([old])).toMatchObject([{ chip: 'INT6400', access: 'module', tried: false }]);
    expect(find([{ ...own, version: 'strange', deviceClass: 0x77, ident: 7 }])).toMatchObject([{ chip: 'unknown (class 0x77)', access: 'operation', tried: false }]);
    expect(find([{ ...own, version: 'strange', deviceClass: 0x22, ident: 0x001b_58dc }])).toMatchObject([{ chip: 'QCA7000', tried: true }]);
  });

  test('bears a line that loses every third frame and doubles others', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(find([own, beyond], { seed, lost: 0.2, doubled: 0.5 }).map(({ mac }) => mac)).toContain(MODEM);
    }
  });

  test('finds nobody where nobody is, and ends', () => {
    const { said, seconds } = run(findModems({ mac: HOST }), taskInitial, { kind: 'start' }, []);
    expect([said, seconds]).toEqual([[{ kind: 'done', result: [] }], 2]);
  });

  test('knows a Lumissil modem by its answer', () => {
    const machine = simulate(findModems({ mac: HOST }), taskInitial);
    machine.feed({ kind: 'start' });
    machine.feed(answer({ mme: 'NSCM_GET_VERSION.CNF', lms: { version: 0, requestId: 0 }, versionMajor: 1, versionMinor: 2, versionPatch: 3, versionBuild: 4 }));
    machine.advance(2_000);
    expect(machine.log.at(-1)?.output).toMatchObject({ kind: 'done', result: [{ vendor: 'lumissil', firmware: '1.2.3.4', access: 'none', local: true }] });
  });

  test('an answer to another host is not ours', () => {
    const machine = simulate(findModems({ mac: HOST }), taskInitial);
    machine.feed({ kind: 'start' });
    machine.feed({ ...answer({ mme: 'VS_SW_VER.CNF', status: 0, deviceClass: 0x22, version: 'x', ident: 0, stepping: 0, cookie: 0 }), to: OTHER });
    machine.advance(2_000);
    expect(machine.log.at(-1)?.output).toEqual({ kind: 'done', result: [] });
  });
});

describe('status', () => {
  test('tells the link, and passes over what is not answered', () => {
    const { said } = run(modemStatus({ mac: HOST }), taskInitial, { kind: 'start' }, [{ ...own, linked: true }]);
    expect(said).toMatchObject([{ kind: 'done', result: { modem: { mac: MODEM }, link: 'up' } }]);
    expect(said[0]?.kind === 'done' && 'networks' in said[0].result).toBe(false);
  });

  const station = { mac: OTHER, tei: 2, bda: HOST, avgTx: 9, avgRx: 8 };
  const network = { nid: new Uint8Array(7), snid: 14, tei: 1, role: 2, ccoMac: MODEM, ccoTei: 1 };
  const told: ModemStatus['networks'] = [{
    nid: new Uint8Array(7), snid: 14, tei: 1, role: 'coordinator', coordinator: MODEM,
    stations: [{ mac: OTHER, tei: 2, behind: HOST, sends: 9, receives: 8 }],
  }];

  test.each([
    ['new', 1, { mme: 'VS_NW_INFO.CNF', subVersion: 0, info: { networks: [{ ...network, stations: [{ ...station, coupling: 0 }] }] } }],
    ['old', 2, { mme: 'VS_NW_INFO.CNF', mmv: 0, networks: [{ ...network, stations: [station] }] }],
  ] as const)('reads the %s form of the network', (_, version, mme: Mme) => {
    const machine = simulate(modemStatus({ mac: HOST }), taskInitial);
    machine.feed({ kind: 'start' });
    machine.feed(answer({ mme: 'VS_SW_VER.CNF', status: 0, deviceClass: 0x22, version: 'MAC-QCA7000-x', ident: 0, stepping: 0, cookie: 0 }));
    machine.advance(300);
    machine.feed(answer({ mme: 'VS_PL_LINK_STATUS.CNF', status: 0, linkStatus: 0 }));
    machine.advance(1_500); // attributes are not answered
    if (version === 2) machine.advance(1_500);
    machine.feed(answer(mme));
    machine.feed(answer({ mme: 'CM_NW_STATS.CNF', stations: [{ mac: OTHER, avgTx: 9, avgRx: 8 }] }));
    expect(machine.log.at(-1)?.output).toMatchObject({
      kind: 'done', result: { link: 'down', networks: told, rates: [{ mac: OTHER, sends: 9, receives: 8 }] },
    });
  });
});

describe('set-key', () => {
  const nmk = nmkFromPassword('HomePlugAV0123');
  const set = (modem: EmulatedOptions, given = {}) => run(setModemKey({ mac: HOST }), taskInitial, { kind: 'start', nmk }, [modem], { given });

  test.each([0, 1])('the answer is the success, also with Result %i', (keyResult) => {
    const { said, modems } = set({ ...own, keyResult, linked: true });
    expect(said).toMatchObject([{ kind: 'done', result: { result: keyResult, link: 'up', nid: nidFromNmk(nmk) } }]);
    expect(modems[0]?.key).toEqual(nmk);
  });

  test('a link that does not come is told after a while', () => {
    const { said, seconds } = set(own);
    expect(said).toMatchObject([{ kind: 'done', result: { link: 'down' } }]);
    expect(seconds).toBeGreaterThan(15);
  });

  test('a key of another length goes nowhere', () => {
    const { said } = run(setModemKey({ mac: HOST }), taskInitial, { kind: 'start', nmk: nmk.slice(1) }, [own]);
    expect(said).toEqual([{ kind: 'failed', trouble: { why: 'key-length', length: 15 } }]);
  });

  test('goes to no modem where two answer the alias, and to the one that is named', () => {
    const twin = { ...own, mac: OTHER, pib: containedPib(OTHER) };
    const start = { kind: 'start', nmk } as const;
    expect(run(setModemKey({ mac: HOST }), taskInitial, start, [own, twin]).said).toEqual([{ kind: 'failed', trouble: { why: 'several', macs: [MODEM, OTHER] } }]);
    const { modems } = run(setModemKey({ mac: HOST }), taskInitial, { ...start, modem: OTHER }, [own, twin]);
    expect(modems.map(({ key }) => key?.length)).toEqual([undefined, 16]);
  });

  test('an answer of another modem than the one that is named is none', () => {
    const machine = simulate(setModemKey({ mac: HOST }), taskInitial);
    machine.feed({ kind: 'start', nmk, modem: OTHER });
    machine.feed(answer({ mme: 'VS_SW_VER.CNF', status: 0, deviceClass: 0x22, version: 'x', ident: 0, stepping: 0, cookie: 0 }, MODEM));
    machine.advance(2_000);
    expect(machine.log.at(-1)?.output).toMatchObject({ kind: 'failed', trouble: { why: 'silent' } });
  });

  test('silence is told, with what was asked', () => {
    expect(run(setModemKey({ mac: HOST }), taskInitial, { kind: 'start', nmk }, []).said).toEqual([{ kind: 'failed', trouble: { why: 'silent', asked: 'VS_SW_VER.REQ' } }]);
  });
});

describe('read', () => {
  const read = (modem: EmulatedOptions, given = {}) => run(readModem({ mac: HOST }), taskInitial, { kind: 'start' }, [modem], { given }).said[0];

  test.each([['in a container', own], ['bare', old]])('gives the block, %s, as it lies in the flash', (_, modem) => {
    expect(read(modem)).toMatchObject({ kind: 'done', result: { bytes: modem.pib } });
  });

  test('a block that ends with a whole record is whole', () => {
    const bare = barePib();
    expect(openPib(bare).length % 1024).not.toBe(0);
    const pib = containedPib();
    expect(read({ ...own, pib })).toMatchObject({ result: { bytes: pib } });
  });

  test('records may be lost, doubled and late', () => {
    for (let seed = 0; seed < 50; seed++) {
      for (const modem of [own, old]) {
        const said = read(modem, { seed, lost: 0.1, doubled: 0.2, late: 0.2 });
        expect(said?.kind === 'done' && same(said.result.bytes, modem.pib), `seed ${seed}`).toBe(true);
      }
    }
  });

  test('a record with a wrong checksum is asked for again, and not for ever', () => {
    expect(read({ ...old, wrongChecksums: 4 })).toMatchObject({ kind: 'done', result: { bytes: old.pib } });
    expect(read({ ...old, wrongChecksums: 5 })).toEqual({ kind: 'failed', trouble: { why: 'checksum', offset: 0 } });
  });

  test('a block whose checksum does not hold is none', () => {
    const pib = containedPib();
    pib[500] = 0xff;
    expect(read({ ...own, pib, careless: true })).toMatchObject({ kind: 'failed', trouble: { why: 'no-image' } });
  });

  test('is read from a modem beyond the line by its address', () => {
    const { said } = run(readModem({ mac: HOST }), taskInitial, { kind: 'start', modem: OTHER }, [own, beyond]);
    expect(said).toMatchObject([{ kind: 'done', result: { modem: { mac: OTHER, chip: 'QCA7420' } } }]);
    expect(said[0]?.kind === 'done' ? readPib(said[0].result.bytes).mac : '').toBe(OTHER);
  });
});

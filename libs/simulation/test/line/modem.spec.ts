import type { Mme } from '@pilotwire/homeplug';
import { BROADCAST, decodeMme, encodeMme, LOCAL_MODEM } from '@pilotwire/homeplug';
import { ms, Random, VirtualTime } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import type { ModemOptions } from '../../src/index.js';
import { Modem, PowerLine } from '../../src/index.js';
import { host, modemOf } from './site.js';

const zeros = new Uint8Array(4);
const nmk = new Uint8Array(16).fill(7);
const runId = new Uint8Array(8);
const ipv6 = (from: number, to: string): Uint8Array => {
  const frame = encodeMme(to, host(from), { mme: 'CM_NW_STATS.REQ' });
  frame.set([0x86, 0xdd], 12);
  return frame;
};

/** Modems whose hosts write down what they hear. */
function bench(...options: (Partial<ModemOptions> & { readonly role: 'ev' | 'evse' })[]) {
  const time = new VirtualTime();
  const line = new PowerLine(time, new Random(1));
  const heard: [number, number, string][] = [];
  const frames: Uint8Array[] = [];
  const modems = options.map((each, i) => {
    const n = i + 1;
    return new Modem(time, line, { mac: modemOf(n), host: host(n), ...each }, (frame) => {
      const decoded = decodeMme(frame);
      heard.push([Math.round(10 * time.now) / 10, n, 'type' in decoded ? decoded.type : 'IP']);
      frames.push(frame);
    });
  });
  const from = (n: number, to: string, mme: Mme): void => modems[n - 1]?.fromHost(encodeMme(to, host(n), mme));
  const setKey = (n: number, newKey = nmk): void => from(n, LOCAL_MODEM, {
    mme: 'CM_SET_KEY.REQ', myNonce: Uint8Array.of(1, 2, 3, 4), yourNonce: zeros, pid: 4, prn: 0, pmn: 0, ccoCapability: 0, nid: new Uint8Array(7), newKey,
  });
  const value = (i = -1): Mme | undefined => {
    const decoded = decodeMme(frames.at(i) ?? new Uint8Array());
    return decoded.kind === 'known' ? decoded.value : undefined;
  };
  return { time, line, modems, heard, from, setKey, value };
}

describe('a modem and its host', () => {
  test('a key is confirmed after half a millisecond with Result 1 and the nonce that came, then the modem is deaf while it restarts', () => {
    const { time, heard, setKey, from, value } = bench({ role: 'ev', restart: ms(1_000) });
    setKey(1);
    time.advance(1);
    expect(heard).toEqual([[0.5, 1, 'CM_SET_KEY.CNF']]);
    expect(value()).toMatchObject({ result: 1, yourNonce: Uint8Array.of(1, 2, 3, 4), pmn: 255 });
    from(1, LOCAL_MODEM, { mme: 'VS_PL_LINK_STATUS.REQ' });
    time.advance(999);
    expect(heard).toHaveLength(1);
    time.advance(1);
    from(1, LOCAL_MODEM, { mme: 'VS_PL_LINK_STATUS.REQ' });
    time.advance(1);
    expect(heard.at(-1)?.[2]).toBe('VS_PL_LINK_STATUS.CNF');
    expect(value()).toMatchObject({ status: 0, linkStatus: 0 });
  });

  test('the alias and the own address reach the modem only, from where it is asked', () => {
    const { time, line, heard, from } = bench({ role: 'ev' }, { role: 'evse' });
    line.connect(modemOf(1), modemOf(2), 10);
    for (const to of [LOCAL_MODEM, modemOf(1)]) from(1, to, { mme: 'VS_PL_LINK_STATUS.REQ' });
    time.advance(10);
    expect(heard.map(([, n]) => n)).toEqual([1, 1]);
  });
});

describe('SLAC on the line', () => {
  const sound: Mme = { mme: 'CM_MNBC_SOUND.IND', cnt: 9, runId, rnd: new Uint8Array(16) };

  test('passes without a key; a charger\'s modem hands each sound on, and reports its level twice', () => {
    const { time, line, heard, from, value } = bench({ role: 'ev' }, { role: 'evse' });
    line.connect(modemOf(1), modemOf(2), 23);
    from(1, BROADCAST, sound);
    time.advance(10);
    expect(heard.map(([, n, type]) => [n, type])).toEqual([[2, 'CM_MNBC_SOUND.IND'], [2, '0xa14c.IND'], [2, 'CM_ATTEN_PROFILE.IND']]);
    const profile = value() as Extract<Mme, { mme: 'CM_ATTEN_PROFILE.IND' }>;
    expect(value(-2)).toMatchObject({ pevMac: host(1), numGroups: 58, attenuation: profile.attenuation });
    expect(profile.pevMac).toBe(host(1));
    expect(profile.attenuation).toHaveLength(58);
    expect(Math.round(profile.attenuation.reduce((sum, level) => sum + level, 0) / 58)).toBe(23);
  });

  test('reports the level of the pair, and none where the modem is a consumer\'s', () => {
    const { time, line, from, heard, value } = bench({ role: 'ev' }, { role: 'evse', groups: 0 }, { role: 'evse' });
    line.connect(modemOf(1), modemOf(2), 10);
    from(1, BROADCAST, sound);
    time.advance(10);
    expect(value()).toMatchObject({ mme: 'CM_ATTEN_PROFILE.IND', attenuation: [] });
    line.disconnect(modemOf(1), modemOf(2));
    line.connect(modemOf(1), modemOf(3), 200);
    from(1, BROADCAST, sound);
    time.advance(10);
    expect(heard.slice(3).map(([, n]) => n)).toEqual([3, 3, 3]);
    expect((value() as { attenuation: readonly number[] }).attenuation[0]).toBeGreaterThan(190);
  });

  test('a car\'s modem shows its host answers only, and no frame for others unless it leaks', () => {
    const { time, line, heard, from } = bench({ role: 'evse' }, { role: 'ev' }, { role: 'ev', leaky: true });
    for (const n of [2, 3]) line.connect(modemOf(1), modemOf(n), 10);
    const match: Mme = { mme: 'CM_SLAC_MATCH.CNF', pevMac: host(2), evseMac: host(1), runId, nid: new Uint8Array(7), nmk };
    from(1, host(2), match);
    from(1, BROADCAST, { mme: 'CM_SLAC_PARM.REQ', runId });
    time.advance(10);
    expect(heard.map(([, n, type]) => [n, type]).sort()).toEqual([[2, 'CM_SLAC_MATCH.CNF'], [3, 'CM_SLAC_MATCH.CNF']]);
  });
});

test('anything else passes between modems of one key only, once both have joined', () => {
  const { time, line, modems, heard, setKey, from } = bench(
    { role: 'evse', restart: ms(1_000), join: ms(500) }, { role: 'ev', restart: ms(2_000), join: ms(500) }, { role: 'ev', restart: ms(0), join: ms(0) },
  );
  for (const [a, b] of [[1, 2], [1, 3], [2, 3]] as const) line.connect(modemOf(a), modemOf(b), 20);
  const reached = (): number[] => {
    const before = heard.length;
    modems[0]?.fromHost(ipv6(1, BROADCAST));
    from(1, BROADCAST, { mme: 'CM_NW_STATS.REQ' });
    time.advance(10);
    return heard.slice(before).map(([, n]) => n);
  };
  expect(reached()).toEqual([]);
  setKey(1);
  setKey(2);
  setKey(3, nmk.map((octet) => octet + 1));
  time.advance(2_400);
  expect(reached()).toEqual([]);
  expect(modems.map(({ linked }) => linked)).toEqual([false, false, false]);
  time.advance(100);
  expect(reached()).toEqual([2, 2]);
  expect(modems.map(({ linked }) => linked)).toEqual([true, true, false]);
  setKey(1, nmk.map((octet) => octet + 2));
  expect(modems[1]?.linked).toBe(false);
});

import { fromHex, toHex } from '@pilotwire/wire';
import { expect, test } from 'vitest';
import { dakFromPassword, nidFromNmk, nmkFromPassword } from './index.js';

test.each([
  ['HomePlugAV', '50d3e4933f855b7040784df815aa8db7', 'b0f2e695666b03'],
  ['HomePlugAV0123', 'b59319d7e8157ba001b018669ccee30d', '026bcba5354e08'],
])('the password %s gives the key and network id that every modem knows', (password, nmk, nid) => {
  expect(toHex(nmkFromPassword(password))).toBe(nmk);
  expect(toHex(nidFromNmk(nmkFromPassword(password)))).toBe(nid);
});

test('a device password gives another key than a network password', () => {
  expect(toHex(dakFromPassword('HomePlugAV'))).toBe('689f074b8b0275a2710b0b5779ad1630');
});

test('the network id a real charger sends is the hash of its key', () => {
  // CM_SLAC_MATCH.CNF of an alpitronic charger, 2022-11-17.
  expect(toHex(nidFromNmk(fromHex('9ed1f8a5b566e83dc4f1700e4a89afec') ?? new Uint8Array()))).toBe('b468ace9ff5603');
});

test('the security level lies above the last four bits of the network id', () => {
  const nmk = nmkFromPassword('HomePlugAV');
  expect(toHex(nidFromNmk(nmk, 'secure'))).toBe('b0f2e695666b13');
});

test('a key of another length has no network id', () => {
  expect(() => nidFromNmk(new Uint8Array(15))).toThrow(RangeError);
});

test('a password beyond Latin-1 is refused', () => {
  expect(() => nmkFromPassword('пароль')).toThrow(RangeError);
});

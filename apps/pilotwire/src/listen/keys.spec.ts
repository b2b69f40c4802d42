import type { ConversationRecord } from '@pilotwire/conversation';
import { nidFromNmk, nmkFromPassword } from '@pilotwire/homeplug';
import { toHex } from '@pilotwire/wire';
import { expect, test } from 'vitest';
import { keyIn, keyText } from './keys.js';

const nmk = nmkFromPassword('HomePlugAV0123');
const hex = toHex(nmk);

const record = (type: string, decoded: unknown): ConversationRecord =>
  ({ kind: 'homeplug', schema: 'homeplug', n: 1, t: 1, dir: '?', type, decoded, bytes: new Uint8Array(60) });

test('a key is seen in each message that has one, and whether its network is named after it', () => {
  const nid = toHex(nidFromNmk(nmk));
  const secure = toHex(nidFromNmk(nmk, 'secure'));
  expect(keyIn(record('CM_SLAC_MATCH.CNF', { nmk: hex, nid }))).toEqual({ nmk: hex, nid, nidFits: true });
  expect(keyIn(record('CM_SET_KEY.REQ', { newKey: hex, nid: secure }))).toEqual({ nmk: hex, nid: secure, nidFits: true });
  expect(keyIn(record('CM_GET_KEY.CNF', { key: hex, nid: '01020304050607' }))).toEqual({ nmk: hex, nid: '01020304050607', nidFits: false });
  expect(keyIn(record('VS_SET_KEY.REQ', { nmk: hex }))).toEqual({ nmk: hex });
  expect(keyText({ nmk: hex })).toMatch(/NMK [0-9a-f]{32}$/);
  expect(keyText({ nmk: hex, nid, nidFits: true })).toMatch(/NMK [0-9a-f]{32} {2}NID 026bcba5354e08$/);
});

test('none is seen where a modem keeps it to itself, and in what could not be decoded', () => {
  expect(keyIn(record('CM_GET_KEY.CNF', { key: '0'.repeat(32), nid: '01020304050607' }))).toBeUndefined();
  expect(keyIn(record('CM_SLAC_MATCH.REQ', { nmk: hex }))).toBeUndefined();
  expect(keyIn(record('CM_SLAC_MATCH.CNF', null))).toBeUndefined();
});

import { expect, test } from 'vitest';
import { privacy } from './privacy.js';

const said = { evccid: '0200000000AB', ev: '02:00:00:00:00:ab', nested: [{ idToken: { idToken: 'DEADBEEF', type: 'ISO14443', additionalInfo: [{ additionalIdToken: 'CAFE', type: 'EVCCID' }] }, AuthorizationKey: 'abc', NMK: '50D3' }], soc: 41 };

test('secrets are taken out in any case', () => {
  expect(privacy(undefined).clean(said)).toEqual({ ...said, nested: [{ idToken: { idToken: 'DEADBEEF', type: 'ISO14443', additionalInfo: [{ additionalIdToken: 'CAFE', type: 'EVCCID' }] }, AuthorizationKey: '***', NMK: '***' }] });
});

test('with a key nobody is known, and the same car is the same', () => {
  const hidden = privacy(new Uint8Array(32));
  const text = JSON.stringify(hidden.clean(said));
  expect(text).not.toMatch(/0200000000AB|02:00:00|DEADBEEF|CAFE|50D3/i);
  expect(text).toContain('ISO14443');
  // An address is an EVCCID in another writing.
  expect(hidden.identity('02:00:00:00:00:ab')).toBe(hidden.identity('0200000000AB'));
  expect(hidden.identity('0200000000AB')).toMatch(/^h:[0-9a-f]{32}$/);
  expect(privacy(new Uint8Array(32).fill(1)).identity('0200000000AB')).not.toBe(hidden.identity('0200000000AB'));
  expect(hidden.clean({ idTag: '***' })).toEqual({ idTag: '***' });
  expect(hidden.keepsOctets).toBe(false);
});

test('what is no JSON is hidden as a whole where it names a secret', () => {
  const { cleanText } = privacy(undefined);
  expect(cleanText('{"id":1,"nmk":"AB12"}')).toBe('{"id":1,"nmk":"***"}');
  expect(cleanText('{"id":1,"nmk":"AB12"')).toBe('***');
  expect(cleanText('{"id":1,"end')).toBe('{"id":1,"end');
});

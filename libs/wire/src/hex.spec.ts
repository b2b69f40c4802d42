import { expect, test } from 'vitest';
import { fromHex, toHex } from './index.js';

test('bytes come back from their hex, whatever the case', () => {
  const bytes = Uint8Array.of(0, 0x0f, 0xa5, 0xff);
  expect(toHex(bytes)).toBe('000fa5ff');
  expect(fromHex('000Fa5fF')).toEqual(bytes);
});

test('text that is not whole bytes of hex is no bytes', () => {
  for (const text of ['0', '0g', ' 00', '0x00']) expect(fromHex(text)).toBeUndefined();
});

import { describe, expect, test } from 'vitest';
import { hasBrowser, resultInBrowser } from './page.js';

describe.skipIf(!hasBrowser())('core libraries in a browser under a strict content security policy', () => {
  test('the policy is in force: code made from a string is refused', async () => {
    await expect(resultInBrowser('refused.entry.ts')).rejects.toThrow(/unsafe-eval|Content Security Policy/);
  });

  test('wire reads and writes hex', async () => {
    expect(await resultInBrowser('wire.entry.ts')).toBe('01fe8001');
  });

  test('codecs, keys, signatures and a capture are read', async () => {
    expect(await resultInBrowser('decode.entry.ts')).toEqual({
      type: 'PreChargeReq',
      bytes: '809a001150400000c80006400000',
      bothAgree: true,
      nid: 'b0f2e695666b03',
      records: ['CM_SLAC_PARM.REQ'],
      signature: 'valid',
    });
  });
});

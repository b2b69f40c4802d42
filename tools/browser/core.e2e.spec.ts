import { describe, expect, test } from 'vitest';
import { hasBrowser, resultInBrowser } from './page.js';

describe.skipIf(!hasBrowser())('core libraries in a browser under a strict content security policy', () => {
  test('the policy is in force: code made from a string is refused', async () => {
    await expect(resultInBrowser('refused.entry.ts')).rejects.toThrow(/unsafe-eval|Content Security Policy/);
  });

  test('wire reads and writes hex', async () => {
    expect(await resultInBrowser('wire.entry.ts')).toBe('01fe8001');
  });
});

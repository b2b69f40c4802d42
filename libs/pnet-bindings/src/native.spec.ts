import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import * as everything from './index.js';
import { native } from './native.js';

const folder = mkdtempSync(join(tmpdir(), 'pilotwire-pnet-'));
afterAll(() => rmSync(folder, { recursive: true }));
const error = (code: string, message: RegExp) => expect.objectContaining({ name: 'PnetError', code, message: expect.stringMatching(message) });

test('the package can be imported without the native module, and does not load it', () => {
  expect(Object.keys(everything)).toContain('openInterface');
  const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.endsWith('.node') && path.includes('pnet'));
  expect(loaded).toEqual([]);
});

test('where it was not built, or is of another machine, what is wanted says so and what to run', () => {
  expect(() => native(join(folder, 'pnet.node'), 'linux')).toThrow(error('not-built', /is not built: npm run build:native .*Rust/));
  const strange = join(folder, 'strange.node');
  writeFileSync(strange, 'of no machine at all');
  expect(() => native(strange, 'linux')).toThrow(error('not-built', /does not fit this machine \(.*strange\.node.*\): npm run build:native/));
});

test('what is no Linux is said so', () => {
  expect(() => native(undefined, 'darwin')).toThrow(error('not-linux', /need Linux; this is darwin/));
});

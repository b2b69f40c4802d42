import { expect, test } from 'vitest';
import { isMeantForUs, may, tokenOf } from './tokens.js';

const both = { read: 'read-read-read-read', command: 'command-command-command' };
const neither = { read: undefined, command: undefined };

test.each([
  ['open', undefined, both, true], ['read', undefined, both, false], ['read', both.read, both, true], ['read', both.command, both, true],
  ['command', both.read, both, false], ['command', both.command, both, true], ['read', undefined, neither, true], ['read', 'whatever', neither, true],
  ['command', undefined, neither, false], ['command', 'whatever', neither, false],
] as const)('%s with %s', (scope, token, tokens, allowed) => {
  expect(may(scope, token, tokens)).toBe(allowed);
});

test('a token comes in the header, and of a WebSocket in the query', () => {
  expect(tokenOf({ headers: { authorization: 'Bearer abc' }, url: '/x?token=other' })).toBe('abc');
  expect(tokenOf({ headers: {}, url: '/x?token=abc' })).toBeUndefined();
  expect(tokenOf({ headers: {}, url: '/x?token=abc' }, true)).toBe('abc');
});

test.each([
  ['this machine', { host: '127.0.0.1:8330' }, true, true], ['a name that points here', { host: 'evil.example:8330' }, true, false],
  ['a page of another origin', { host: 'localhost:8330', origin: 'http://evil.example' }, true, false],
  ['our own page', { host: 'localhost:8330', origin: 'http://localhost:8330' }, true, true],
  ['from elsewhere, where that is meant', { host: 'gateway.example' }, false, true], ['without a host', {}, true, false],
] as const)('%s', (_, headers, loopback, meant) => {
  expect(isMeantForUs({ headers }, loopback)).toBe(meant);
});

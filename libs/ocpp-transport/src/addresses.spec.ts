import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAddress, withoutSecrets } from './addresses.js';

test.each([
  ['https://files.example/logs/?sig=secret&x=1', 'https://files.example/logs/?***'],
  ['sent to https://a:secret@files.example:8443/logs#secret, twice', 'sent to https://***@files.example:8443/logs?*** twice'],
  ['ftp://user:se@c/r?et@files.example/logs', 'ftp://***'],
  ['ftp://user:se/cret@files.example/logs', 'ftp://***@files.example/logs'],
  ['https:user:secret@files.example', 'https:***@files.example'],
  ['https:\\\\user:secret@files.example', 'https:\\\\***@files.example'],
  ['https://user:secr', 'https://***'],
  ['  wss://csms.example/x?token=two words', '  wss://csms.example/x?***'],
  ['ws://[::1]:8080/ocpp', 'ws://[::1]:8080/ocpp'],
  ['HTTP 401 Unauthorized: what now?', 'HTTP 401 Unauthorized: what now?'],
])('%s is shown as %s', (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown);
});

test('what is an address by its name is one however it is written', () => {
  expect(['location', 'remoteLocation', 'ocppCsmsUrl', 'idTag'].map(isAddress)).toEqual([true, true, true, false]);
  expect(withoutSecrets('h\nttps://user:secret@host', 'address')).toBe('***');
  expect(withoutSecrets('Outlet', 'address')).toBe('Outlet');
});

test('of any address that can be read, neither name nor password nor what is behind its path is left', () => {
  const secret = fc.stringMatching(/^[a-z0-9!$&'()*+,;=?#:@%/\\. ~_-]{1,30}$/).map((text) => `SECRET${text}SECRET`);
  fc.assert(fc.property(fc.constantFrom('http', 'https', 'ftp', 'ftps', 'ws', 'wss'), secret, secret, fc.webPath(), (scheme, one, two, path) => {
    for (const url of [`${scheme}://u:${one}@host${path}`, `${scheme}://${one}@host${path}`, `${scheme}://host${path}?sig=${two}`, `${scheme}://u:${one}@host${path}?sig=${two}#${one}`]) {
      expect(withoutSecrets(url)).not.toContain('SECRET');
      if (!/\s/.test(url)) expect(withoutSecrets(`it went to ${url.replaceAll(/["'<>]/g, '')}`)).not.toContain('SECRET');
    }
  }), { numRuns: 400 });
});

import { describe, expect, test } from 'vitest';
import { lineDefaults } from './settings.js';
import type { LineSettings } from './settings.js';
import { objectionTo, offeredBy } from './usable.js';

const good: LineSettings = { ...lineDefaults, url: 'wss://csms.example/ocpp', identity: 'CP-1', securityProfile: 2, password: 'a-password-for-a-test' };

describe('settings', () => {
  test('profile 2 over TLS, and profiles 0 and 1 over either', () => {
    expect(objectionTo(good)).toBeUndefined();
    for (const url of ['ws://csms.example/ocpp', 'wss://csms.example/ocpp']) {
      expect(objectionTo({ ...good, url, securityProfile: 1 })).toBeUndefined();
      expect(objectionTo({ ...good, url, securityProfile: 0 })).toBeUndefined();
    }
  });

  test.each<[string, Partial<LineSettings>]>([
    ['security profile 2 is TLS: the address has to begin with wss://', { url: 'ws://csms.example' }],
    ['security profile 3 is TLS: the address has to begin with wss://', { url: 'ws://csms.example', securityProfile: 3 }],
    ['security profile 3 needs a certificate of the station and its key', { securityProfile: 3 }],
    ['security profile 1 needs a password', { securityProfile: 1, password: '' }],
    ['the address of the CSMS begins with https:: write ws:// or wss://', { url: 'https://csms.example' }],
    ['the address of the CSMS has a name or password in it: the password is a setting of its own', { url: 'wss://a:b@csms.example' }],
    ['the address of the CSMS has a ? or # in it: the identity is put behind it', { url: 'wss://csms.example/?a=b' }],
    ['the address of the CSMS cannot be read: write ws://HOST/PATH or wss://HOST/PATH', { url: 'csms' }],
    ['the identity is 1 to 48 characters, without spaces and /', { identity: 'a/b' }],
    ['security profile 0 is for ocpp1.6 only', { securityProfile: 0, protocols: ['ocpp2.0.1'] }],
    ['no protocol is allowed', { protocols: [] }],
  ])('%s', (why, change) => {
    expect(objectionTo({ ...good, ...change })).toBe(why);
  });

  test('certificates that cannot be read are named, and not shown', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n';
    const why = objectionTo({ ...good, securityProfile: 3, certificate: 'no certificate', key });
    expect(why).toMatch(/^the certificates cannot be used: /);
    expect(why).not.toContain('c2VjcmV0');
  });

  test('without a password 1.6 alone is offered', () => {
    expect(offeredBy({ ...good, securityProfile: 0 })).toEqual(['ocpp1.6']);
    expect(offeredBy(good)).toEqual(['ocpp2.1', 'ocpp2.0.1', 'ocpp1.6']);
  });
});

import { expect, test } from 'vitest';
import { redact } from './redact.js';

test('passwords and keys are never shown', () => {
  const shown = JSON.stringify([
    redact({ key: 'AuthorizationKey', value: 'topsecret' }, true),
    redact({ setVariableData: [{ component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' }, attributeValue: 'topsecret' }] }, true),
    redact({ connectionData: { basicAuthPassword: 'topsecret', ocppCsmsUrl: 'wss://csms' } }, true),
    redact({ apn: { apnPassword: 'topsecret', simPin: 'topsecret' }, vpn: { server: 'x', user: 'u', password: 'topsecret', key: 'topsecret' } }, true),
    redact({ location: 'ftp://user:topsecret@files.example/logs', log: { remoteLocation: 'ftps://user:top@topsecret@files.example' } }, true),
  ]);
  expect(shown).not.toContain('topsecret');
  expect(shown).toContain('wss://csms');
});

test('tokens are hidden unless they may be shown, their type is not', () => {
  const payload = { idToken: { idToken: '04A2', type: 'ISO14443' }, idTagInfo: { parentIdTag: '04A2', status: 'Accepted' }, localAuthorizationList: [{ idTag: '04A2' }] };
  expect(redact(payload, true)).toEqual(payload);
  expect(redact(payload, false)).toEqual({
    idToken: { idToken: '***', type: 'ISO14443' }, idTagInfo: { parentIdTag: '***', status: 'Accepted' }, localAuthorizationList: [{ idTag: '***' }],
  });
});

test('what is nested without end is cut off', () => {
  let deep: unknown = 'bottom';
  for (let i = 0; i < 100; i++) deep = [deep];
  expect(JSON.stringify(redact(deep, true))).not.toContain('bottom');
});

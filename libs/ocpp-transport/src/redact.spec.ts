import { expect, test } from 'vitest';
import type { Json } from '@pilotwire/station';
import { redact } from './redact.js';

const secret = 'correct horse';
test.each<[string, Json]>([
  ['ChangeConfiguration', [2, '1', 'ChangeConfiguration', { key: 'AuthorizationKey', value: secret }]],
  ['GetConfiguration', [3, '1', { configurationKey: [{ key: 'authorizationkey', readonly: false, value: secret }] }]],
  ['SetVariables', [2, '1', 'SetVariables', {
    setVariableData: [{ attributeValue: secret, component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' } }],
  }]],
  ['SetNetworkProfile', [2, '1', 'SetNetworkProfile', {
    connectionData: {
      basicAuthPassword: secret, apn: { apnPassword: secret, simPin: secret }, vpn: { server: 'x', user: 'u', password: secret, key: secret },
    },
  }]],
  ['an address', [2, '1', 'GetLog', { log: { remoteLocation: `ftp://user:${encodeURIComponent(secret)}@host/logs` } }]],
])('%s is shown without its secret', (_, frame) => {
  const text = JSON.stringify(redact(frame, false));
  expect(text).toContain('***');
  expect(text).not.toMatch(/correct|horse/);
});

test('what is no secret is shown as it is', () => {
  const frame: Json = [2, '1', 'ChangeConfiguration', { key: 'HeartbeatInterval', value: '300' }];
  expect(redact(frame, true)).toEqual(frame);
  expect(redact([2, '2', 'GetConfiguration', { key: ['AuthorizationKey'] }], true)).toEqual([2, '2', 'GetConfiguration', { key: ['AuthorizationKey'] }]);
});

test('tokens are left out on request alone', () => {
  const frame: Json = [2, '1', 'TransactionEvent', {
    idTag: 'CARD', idToken: { idToken: 'CARD', type: 'ISO14443', additionalInfo: [{ additionalIdToken: 'CARD', type: 'x' }] }, parentIdTag: 'CARD',
  }];
  expect(redact(frame, false)).toEqual(frame);
  expect(JSON.stringify(redact(frame, true))).not.toContain('CARD');
});

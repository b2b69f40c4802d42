import { expect, test } from 'vitest';
import { securityEventOf, troubleOf } from './trouble.js';

/** Errors as Node has them. */
const error = (code: string | number | undefined, message: string) => Object.assign(new Error(message), code === undefined ? {} : { code });

test.each([
  [error('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9'), 'unreachable', undefined],
  [error('ENOTFOUND', 'getaddrinfo ENOTFOUND csms.example'), 'unreachable', undefined],
  [error(401, 'Unauthorized'), 'unauthorized', 'FailedToAuthenticateAtCsms'],
  [error(404, 'Not Found'), 'unknown-identity', undefined],
  [error(502, 'Bad Gateway'), 'http', undefined],
  [error('CERT_HAS_EXPIRED', 'certificate has expired'), 'certificate', 'InvalidCsmsCertificate'],
  [error('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain'), 'certificate', 'InvalidCsmsCertificate'],
  [error('ERR_TLS_CERT_ALTNAME_INVALID', "Hostname/IP does not match certificate's altnames"), 'certificate', 'InvalidCsmsCertificate'],
  [error('EPROTO', 'write EPROTO 4:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:'), 'tls', 'InvalidTLSVersion'],
  [error('ERR_SSL_UNSUPPORTED_PROTOCOL', 'unsupported protocol'), 'tls', 'InvalidTLSVersion'],
  [error('EPROTO', 'SSL routines:ssl3_read_bytes:sslv3 alert handshake failure'), 'tls', 'InvalidTLSCipherSuite'],
  [error('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tlsv13 alert certificate required'), 'tls', 'FailedToAuthenticateAtCsms'],
  [error('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'tlsv1 alert unknown ca'), 'tls', 'FailedToAuthenticateAtCsms'],
  [error('EPROTO', 'SSL routines:ssl3_get_record:wrong version number'), 'tls', undefined],
  [error(undefined, 'Server sent no subprotocol'), 'protocol', undefined],
  [error('HPE_INVALID_CONSTANT', 'Parse Error: Expected HTTP/'), 'protocol', undefined],
])('%s', (given, code, event) => {
  const trouble = troubleOf(given);
  expect(trouble.code).toBe(code);
  expect(securityEventOf(trouble)).toBe(event);
});

test('what is no error has a word as well', () => {
  expect(troubleOf(undefined)).toEqual({ code: 'protocol', detail: 'unknown' });
});

test.each(['ws://user:hunter2@csms.example/x', 'wss://user:hun@ter2@csms.example', 'ws://hunter2@csms.example/x?y=1'])('what is secret in %s is not in the words', (url) => {
  const { detail } = troubleOf(error('ENOTFOUND', `Invalid URL: ${url} cannot be reached`));
  expect(detail).toContain('***@csms.example');
  expect(detail).not.toMatch(/hun|ter2|user/);
});

import { withoutSecrets } from './addresses.js';

/** Why there is no connection, in a word that does not change and a sentence for people. No secret is in either. */
export interface LineTrouble {
  readonly code:
    /** No address, no route, nobody listening. */
    | 'unreachable'
    /** Nothing came of the attempt in time. */
    | 'timed-out'
    /** 401 or 403: the CSMS does not accept the password or the certificate. */
    | 'unauthorized'
    /** 404: it knows no station of this identity. */
    | 'unknown-identity'
    /** Another HTTP status than 101. */
    | 'http'
    /** No subprotocol in common, or no WebSocket at all. */
    | 'protocol'
    /** The certificate of the CSMS is not to be trusted. */
    | 'certificate'
    /** TLS failed otherwise: a version, a cipher suite, or our certificate refused. */
    | 'tls'
    /** The connection was open, and was closed, or broke, or had no pong. */
    | 'closed';
  readonly detail: string;
}

/** What an attempt failed by. */
export function troubleOf(error: unknown): LineTrouble {
  const said = error instanceof Error ? withoutSecrets(error.message).slice(0, 200) : 'unknown';
  const { code: given } = (error ?? {}) as { readonly code?: unknown };
  // ocpp-rpc puts the status of an answer that is no 101 where Node puts the names of its errors.
  if (typeof given === 'number') return httpTrouble(given, said);
  const code = String(given ?? '');
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return { code: 'tls', detail: `${code}: ${said}` };
  if (certificateCodes.test(code)) return { code: 'certificate', detail: `${code}: ${said}` };
  if (code === '' || code.startsWith('HPE_')) return { code: 'protocol', detail: said };
  return { code: 'unreachable', detail: said };
}

/** The codes of OpenSSL's verification, as Node has them, and of its check of the name. */
const certificateCodes = /^(CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH|ERROR_IN_CERT|ERR_TLS_CERT)/;

function httpTrouble(status: number, said: string): LineTrouble {
  const detail = `HTTP ${status} ${said}`.trim();
  if (status === 401 || status === 403) return { code: 'unauthorized', detail };
  return { code: status === 404 ? 'unknown-identity' : 'http', detail };
}

/** The security event of a failed attempt (2.0.1 part 2, appendix 1), where it has one. */
export function securityEventOf({ code, detail }: LineTrouble): string | undefined {
  switch (code) {
    case 'unauthorized':
      return 'FailedToAuthenticateAtCsms';
    case 'certificate':
      return 'InvalidCsmsCertificate';
    case 'tls':
      // In OpenSSL's words, of which Node makes a code now and then.
      if (/wrong.version.number/i.test(detail)) return undefined; // no TLS at all
      if (/protocol.version|unsupported.protocol|version.too.low/i.test(detail)) return 'InvalidTLSVersion';
      if (/cipher|handshake.failure/i.test(detail)) return 'InvalidTLSCipherSuite';
      return /certificate|unknown.ca/i.test(detail) ? 'FailedToAuthenticateAtCsms' : undefined;
    case 'unreachable':
    case 'timed-out':
    case 'unknown-identity':
    case 'http':
    case 'protocol':
    case 'closed':
      return undefined;
  }
}

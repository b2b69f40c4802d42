/** Why there is no connection, in a word that does not change and a sentence for people. No secret is in either. */
export interface LineTrouble {
  readonly code:
    /** No address, no route, nobody listening. */
    | 'unreachable'
    /** Nothing came of the attempt in time, or a ping had no pong. */
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
    /** The connection was open, and was closed or broke. */
    | 'closed';
  readonly detail: string;
}

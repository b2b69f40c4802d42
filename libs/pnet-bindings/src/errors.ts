export type PnetErrorCode =
  /** The machine runs no Linux. */
  | 'not-linux'
  /** The native module is not there, or is of another machine: `npm run build:native`. */
  | 'not-built'
  /** The process lacks CAP_NET_RAW, or may not open the GPIO chip. */
  | 'no-permission'
  | 'no-such-interface'
  /** An interface that carries no Ethernet: the loopback, a tunnel. */
  | 'not-ethernet'
  /** Switched off. */
  | 'interface-down'
  /** Shorter than an Ethernet header, or longer than the interface takes. */
  | 'bad-frame'
  | 'no-such-chip'
  /** A path at which there is something else than a GPIO chip. */
  | 'not-a-chip'
  | 'no-such-line'
  /** Somebody else holds the GPIO line. */
  | 'line-busy'
  /** Used after `close`. */
  | 'closed'
  /** Anything else: `message` holds the system's words. */
  | 'failed';

/** What cannot be opened, or sent. `message` says what to do. */
export class PnetError extends Error {
  override readonly name = 'PnetError';
  readonly code: PnetErrorCode;

  constructor(code: PnetErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What the native module threw, for people. `subject` is what was to be used; `words` says more of some codes. */
export function explained(error: unknown, subject: string, words: Partial<Record<PnetErrorCode, () => string>>): PnetError {
  const { code, message } = error as { readonly code: PnetErrorCode; readonly message: string };
  return new PnetError(code, `${subject}: ${words[code]?.() ?? message}`, { cause: error });
}

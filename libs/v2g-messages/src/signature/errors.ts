/** Why a certificate could not be read, or a signature not be made. Signatures that do not hold are no errors. */
export type SignatureErrorCode =
  | 'bad-certificate' // not the DER of an X.509 certificate
  | 'unsupported-key' // a key of another kind than V2G's
  | 'bad-key' // bytes that are no key of their curve
  | 'unknown-id' // no element of the message has the Id
  | 'ambiguous-id'; // several elements of the message have the Id

export class SignatureError extends Error {
  override readonly name = 'SignatureError';
  readonly code: SignatureErrorCode;

  constructor(code: SignatureErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function isSignatureError(error: unknown): error is SignatureError {
  return error instanceof SignatureError;
}

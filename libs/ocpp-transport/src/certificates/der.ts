/** A value of DER: where it stands, its header included, and where its contents do. */
interface Value {
  readonly tag: number;
  readonly from: number;
  readonly body: number;
  readonly to: number;
}

/** Reads the header at `from`. Certificates are short: lengths of more than three bytes are none. */
function valueAt(der: Uint8Array, from: number): Value {
  const [tag, first] = [der[from], der[from + 1]];
  if (tag === undefined || first === undefined) throw new RangeError('DER ends too early');
  let [length, body] = [first, from + 2];
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 3) throw new RangeError('a length of DER that no certificate has');
    length = der.subarray(body, body + count).reduce((sum, byte) => sum * 256 + byte, 0);
    body += count;
  }
  if (body + length > der.length) throw new RangeError('DER ends too early');
  return { tag, from, body, to: body + length };
}

/** The values in a value. */
function membersOf(der: Uint8Array, { body, to }: Value): readonly Value[] {
  const found: Value[] = [];
  for (let at = body; at < to; ) {
    const value = valueAt(der, at);
    found.push(value);
    at = value.to;
  }
  return found;
}

const versionTag = 0xa0;

/**
 * The issuer's name and the public key of a certificate, in the very bytes in which they stand there (RFC 5280, 4.1): what
 * OCSP hashes. Throws a RangeError where it is none.
 */
export function partsOf(der: Uint8Array): { readonly issuer: Uint8Array; readonly publicKey: Uint8Array } {
  const [toBeSigned] = membersOf(der, valueAt(der, 0));
  if (toBeSigned === undefined) throw new RangeError('no certificate');
  const members = membersOf(der, toBeSigned).filter(({ tag }) => tag !== versionTag);
  // serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo
  const [issuer, keyInfo] = [members[2], members[5]];
  const bits = keyInfo && membersOf(der, keyInfo)[1];
  if (issuer === undefined || bits === undefined) throw new RangeError('no certificate');
  // A BIT STRING begins with the number of its unused bits.
  return { issuer: der.subarray(issuer.from, issuer.to), publicKey: der.subarray(bits.body + 1, bits.to) };
}
